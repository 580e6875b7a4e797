"""The parties of one article as its own words tell them: states, armed groups, political parties, and who belongs to each.

`actors.csv` comes first; this reads what no table can know. A state is what has a president, an army or an ambassador
in the text ("Velmark's foreign minister", "Velmari troops"); a group is what has fighters or a party's name. "The army"
without an owner is that of the state where the article is set: the reader's bridging (Clark 1975), tried only where the
text leaves one state. Nothing is inferred from the topic, or for cities, companies, aid workers, courts.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from spacy.tokens import Doc, Span, Token

from analysis.actors import POSSESSIVE, name_key
from analysis.descriptions import is_title, person_nouns, role_words
from analysis.lexicon import read_lexicon
from analysis.names import Names, find_names, is_organisation

_OWNED = 4  # words between a state and what it has: "Velmark's deputy foreign minister"
_LEAD = 800  # characters within which an article names where it is set
_TOP = 400  # characters within which a dateline stands
_STEM = 3  # letters that a people's name shares with the country's
_PEOPLE = re.compile(r"(?:i?an|n|i|ese|ish|ic|ean)s?$")
_PLACE = r"([A-Z][\w-]+(?: [A-Z][\w-]+)?)"
_DATELINE = re.compile(rf"(?:\A|\n)\s*[A-Z][A-Z .’'-]{{2,40}}, {_PLACE}\s?(?:\(|[—–-])|\n[^\n.]{{3,60}}, {_PLACE}\n")
_CAPITAL = re.compile(r"\b([A-Z][\w-]+)(?:[’']s)? capital,? (?:city )?(?:of )?([A-Z][\w-]+)|\bthe capital,? ([A-Z][\w-]+)")
_CAPITALISED = re.compile(r"\b[A-Z][\w]+(?:-[A-Z]\w+)?")
_HELD = re.compile(r"\b([\w-]+)[-‑](?:held|run|controlled|backed|led)$")
_NAME = r"([A-Z][\w’'-]+(?: (?:of (?:the )?)?[A-Z][\w’'-]+){0,4})"
OPPOSITION = "opposition"
HOME = ""  # the state where the article is set, when the article does not name it


@cache
def _nation() -> frozenset[str]:
    """Words for what only a state has."""
    return frozenset(w for kind in ("state", "office") for w, nouns in role_words(kind).items() if "nation" in nouns)


@cache
def _body() -> frozenset[str]:
    return frozenset(role_words("state")) | frozenset(role_words("office"))


def serves_state(token: Token) -> bool:
    """Whether a word names an organ of state, an office in it or a rank."""
    return not _body().isdisjoint((token.lower_, token.lemma_.lower())) or token.text.rstrip(".").casefold() in _titled()


@cache
def _titled() -> frozenset[str]:
    """Ranks, and the abbreviated titles of offices: "Col.", "Gov."."""
    rows = read_lexicon("titles", ("title", "kind", "noun"))
    return frozenset(
        row["title"].rstrip(".").casefold()
        for row in rows
        if row["kind"] == "rank" or not role_words("office").keys().isdisjoint(row["noun"].split("|"))
    )


@dataclass
class Parties:
    """The states and groups that an article names, and what belongs to them."""

    doc: Doc
    names: Names
    headline: str = ""  # title and outlet
    states: dict[str, str] = field(default_factory=dict)  # "Velmark", "Velmari", its capital -> Velmark
    groups: dict[str, str] = field(default_factory=dict)  # name_key -> canonical name
    armed: set[str] = field(default_factory=set)
    organs: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # "foreign ministry" -> its states
    home: str | None = None  # the state where the article is set

    def __post_init__(self) -> None:
        people = [ent for ent in find_names(self.doc) if ent.label_ == "PERSON"]
        self._persons = {token.i for ent in people if len(ent) > 1 for token in ent}
        self._surnames = {key for ent in people if len(ent) > 1 for key in name_key(ent.text).split()}
        self._find_states()
        self._find_groups()
        self.names.organisations |= {full for full in self.groups.values() if " " in full}

    # ------------------------------------------------------------------ states
    def _find_states(self) -> None:
        for span, actor in self.names.printed:
            if actor.kind == "place" and actor.side:
                self.states[span.text] = actor.side
        found: dict[str, list[str]] = defaultdict(list)  # name -> what it has
        dateline = next((m[1] or m[2] for m in [_DATELINE.search(self.doc.text, 0, _TOP)] if m), None)
        printed = Counter(_CAPITALISED.findall(self.headline)) + Counter(t.text for t in self.doc if t.text[:1].isupper())
        for token in self.doc:
            if self._may_name(token) and self._stands_for_itself(token, printed):
                for owned in _owned(token):
                    found[token.text].append(owned)
        paired = {a for a in printed for b in printed if self._pairs(a, b)}
        proven = {
            name for name, owned in found.items() if name in paired or any(not _nation().isdisjoint(o.split()) for o in owned)
        }
        proven |= set(_of_state(self.headline, printed))
        if dateline:
            proven.add(dateline)
        if not proven and len(paired) == 2 and any(t.lower_ in _nation() for t in self.doc):
            proven = paired
        for name in sorted(proven):
            country = next((other for other in printed if _is_people(other, name) and not is_title(other)), name)
            if country == name and _adjectival(name, self.doc):
                continue  # a people whose country is not printed
            self.states.setdefault(name, country)
            self.states.setdefault(country, country)
        for name in printed:  # "Velmaris" where only "Velmark" was proven
            country = next((c for c in set(self.states.values()) if _is_people(c, name)), None)
            if country:
                self.states.setdefault(name, country)
        domestic = set()
        for name, owned in found.items():
            state = self.states.get(name)
            if state:
                for organ in owned:
                    self.organs[organ].add(state)
                    if role_words("foreign").keys().isdisjoint(organ.split()):
                        domestic.add(state)
        every = set(self.states.values())
        self.home = self.states.get(dateline) if dateline else None
        strange = [e for e in self.doc.ents if e.label_ == "NORP" and e.text not in self.states and _PEOPLE.search(e.text)]
        lead = f"{self.headline} {self.doc.text[:_LEAD]}"
        leading = {state for name, state in self.states.items() if name in lead}
        if self.home is None and not strange:
            one = (domestic or every) & leading
            self.home = next(iter(one)) if len(one) == 1 else None
        for match in _CAPITAL.finditer(self.doc.text):
            state = self.states.get(match[1]) if match[1] else self.home
            city = match[2] or match[3]
            if state and city not in self.states:
                self.states[city] = state

    def _pairs(self, one: str, other: str) -> bool:
        return (_is_people(one, other) or _is_people(other, one)) and self.names.actor(one) is None

    def _stands_for_itself(self, token: Token, printed: Iterable[str]) -> bool:
        """Whether it owns what follows or is a country's elsewhere: "Sulaya" in "Sulaya Coast Guard", not "Civil"."""
        if token.nbor(1).text in ("'s", "’s") if token.i + 1 < len(self.doc) else True:
            return True
        if any(_is_people(token.text, other) or _is_people(other, token.text) for other in printed):
            return True
        places = {ent.text for ent in self.doc.ents if ent.label_ == "LOC"}
        return token.text in places and any(
            other.text == token.text and (other.i + 1 == len(self.doc) or not other.nbor(1).text[:1].isupper())
            and not serves_state(other.nbor(1)) for other in self.doc[:-1]
        )

    def _may_name(self, token: Token) -> bool:
        """Whether a word may be a country's name or its people's: capitalised, and nobody's surname."""
        text = token.text
        if not text[:1].isupper() or text.isupper() or len(text) <= _STEM or token.lower_ in _body() or is_title(text):
            return False
        if token.pos_ not in ("PROPN", "ADJ", "NOUN") or self.names.actor(text) is not None or is_organisation(text):
            return False
        if token.ent_iob_ == "I" and token.ent_type_ == "LOC":  # "Korea" in "South Korea"
            return False
        return token.i not in self._persons and name_key(text) not in self._surnames

    # ------------------------------------------------------------------ groups
    def _find_groups(self) -> None:
        for ent in find_names(self.doc):
            if ent.label_ not in ("ORG", "LOC", "NORP", "MISC", "FAC"):
                continue
            full = _proper(self.names.spelled_out(POSSESSIVE.sub("", ent.text)))
            armed = self._is_armed(ent)
            if (armed or _is_party(full)) and full not in self.states and name_key(full) not in self._surnames:
                self._add_group(ent.text, full, armed=armed)
        kinds = "|".join([*role_words("party"), *role_words("fighter"), "group", "alliance"])
        called = (
            rf"\b(?:{kinds})s?(?:,? (?:who|that|which) calls?| calling) (?:itself|themselves) (?:the )?{_NAME}"
            rf"|\b(?:{'|'.join(role_words('contested'))}) {_NAME}"
        )
        for match in re.finditer(called, self.doc.text):
            name = match[1] or match[2]
            fighters = match[0].split()[0].rstrip("s,") in role_words("fighter")
            self._add_group(name, _proper(self.names.spelled_out(name)), armed=bool(match[1]) and fighters)

    def _add_group(self, name: str, full: str, *, armed: bool) -> None:
        self.groups[name_key(name)] = self.groups[name_key(full)] = full
        last = name_key(full).split()[-1]
        if (armed or last in role_words("party")) and last not in _body():  # "the Front", unless there are two
            self.groups[last] = full if self.groups.get(last, full) == full else ""
        if armed:
            self.armed.add(full)

    def _is_armed(self, ent: Span) -> bool:
        """Whether fighters are said to be of it: "fighters of the Star", "Star gunmen", "the rebel Star"."""
        fighters = role_words("fighter")
        after = self.doc[ent.end : ent.end + 3]
        near = [t for t in after if t.text not in ("'s", "’s")][:1]
        before = [t for t in self.doc[max(0, ent.start - 4) : ent.start]]
        of = [t for t in before if t.lower_ in ("of", "from")]
        giver = of and of[-1].i and self.doc[of[-1].i - 1]
        plain = [t for t in before[-1:] if t.lower_ not in ("the", "of", "from")]
        if any(t.lemma_.lower() in role_words("fights") for t in self.doc[ent.end + 1 : ent.end + _OWNED] if t.pos_ == "VERB"):
            return self.doc[ent.end].text == ","  # "the Star, which has fought the army"
        return any(t.lemma_.lower() in fighters for t in [*near, *plain, *([giver] if giver else [])])

    def entities(self) -> list[Span]:
        """The names of the article, its states as places and its groups as organisations, whatever else they seemed."""
        return [self._relabelled(ent) for ent in find_names(self.doc)]

    def _relabelled(self, ent: Span) -> Span:
        name = POSSESSIVE.sub("", ent.text)
        longer = next((g for g in self.groups.values() if g.startswith(f"{name} ")), "")
        whole = self.doc.char_span(ent.start_char, ent.start_char + len(longer)) if longer else None
        if whole is not None and whole.text == longer:  # "Count" of "Count Again"
            return Span(self.doc, whole.start, whole.end, label="ORG")
        if ent.label_ == "PERSON" and len(ent) == 1 and name_key(name) not in self._surnames and self._is_short(name):
            return Span(self.doc, ent.start, ent.end, label="ORG")
        if ent.label_ == "PERSON" and name in self.states:
            return Span(self.doc, ent.start, ent.end, label="LOC")
        if ent.label_ in ("LOC", "FAC", "MISC", "NORP") and self.groups.get(name_key(name)):
            return Span(self.doc, ent.start, ent.end, label="ORG")
        return ent

    def _is_short(self, name: str) -> bool:
        """Whether one organisation of the article begins with the name: "Ostrel" in one on Ostrel Minerals."""
        return sum(full.startswith(f"{name} ") for full in self.names.organisations) == 1

    # ------------------------------------------------------------------ who belongs to whom
    def group(self, name: str | None) -> str | None:
        """The canonical name of a group: "the New Day party" is New Day."""
        return self.groups.get(name_key(_proper(name))) if name else None

    def of_name(self, name: str) -> str | None:
        """The party that an organisation is, or belongs to as an organ of state."""
        if name in self.states:
            return self.states[name]
        if self.group(name) is not None:
            return self.group(name) or None
        if name_key(name) == OPPOSITION:
            return OPPOSITION
        words = POSSESSIVE.sub("", name).replace("’s", "").replace("'s", "").split()
        owner = next((self.states[w] for w in words if w in self.states), None)
        lower = [w.lower() for w in words]
        if not role_words("local").keys().isdisjoint(lower) or _body().isdisjoint(lower):
            return None
        return owner or self._bare(lower)

    def of_phrase(self, phrase: Span) -> str | None:
        """The party that a description or a source tells: its group, its state, or by its organ the state at home."""
        words = list(_core(phrase))
        text = " ".join(t.text for t in words)
        group = next((g for key, g in self.groups.items() if g and re.search(rf"\b{re.escape(key)}\b", name_key(text))), None)
        if group:
            return group
        if any(t.lower_ == OPPOSITION and (t == words[-1] or t.nbor(1).lower_ in person_nouns()) for t in words):
            return OPPOSITION
        if any(_HELD.match(t.text) for t in phrase) or any(t.lower_ in ("held", "run", "controlled") for t in phrase):
            return None
        if any(t.lemma_.lower() in role_words("fighter") for t in words):
            return next(iter(self.armed)) if len(self.armed) == 1 else None
        serving = [t for t in words if serves_state(t) and not _only_owns(t) and (t.tag_ != "JJ" or t.lower_ in role_words("state"))]
        if not serving or any(t.lower_ in role_words("local") for t in words):
            return None
        if any(t.lower_ in role_words("past") for t in words if t.i < serving[0].i):
            return None
        named = {self.states[t.text] for t in words if t.text in self.states}
        if named:
            return named.pop() if len(named) == 1 else None
        if any(t.ent_type_ == "ORG" and t.i not in self._persons and not self._is_organ(t) for t in words):
            return None
        return self._bare([t.lower_ for t in words])

    def _is_organ(self, token: Token) -> bool:
        ent = next((e for e in self.doc.ents if e.start <= token.i < e.end), None)
        return ent is not None and any(serves_state(t) for t in ent)

    def _bare(self, words: Iterable[str]) -> str | None:
        """The state of an organ without an owner: the only one that has it, else the one where the article is set."""
        words = list(words)
        if not role_words("abroad").keys().isdisjoint(words):
            return None
        for organ, states in self.organs.items():
            if " " in organ and len(states) == 1 and organ in " ".join(words):
                return next(iter(states))
        if self.home:
            return self.home
        owners = {state for w in words for state in self.organs.get(w, ())}
        if len(owners) == 1:
            return owners.pop()
        return HOME if len(set(self.states.values())) < 2 and not owners else None


def _proper(name: str) -> str:
    """A name without article and without a noun in lower case after it: "the New Day party"."""
    words = name.removeprefix("the ").removeprefix("The ").split()
    while len(words) > 1 and words[-1].islower():
        words.pop()
    return " ".join(words)


def _is_party(name: str) -> bool:
    """Whether an organisation's name says that it takes part: "Harvest Party", "People's Liberation Army"."""
    words = name.lower().split()
    return len(words) > 1 and (words[-1] in role_words("party") or words[-1] in _body() and not _freeing(words))


def _freeing(words: Iterable[str]) -> bool:
    return role_words("freeing").keys().isdisjoint(words)


def _core(phrase: Span) -> Iterator[Token]:
    """The words of a phrase up to where or when: "a nurse | at the military clinic"."""
    for token in phrase:
        if token.i > phrase.start and token.lower_ in role_words("place"):
            return
        yield token


def _only_owns(token: Token) -> bool:
    """Whether an office only has what the phrase is about: "the president's ally", not "the president's office"."""
    after = token.doc[token.i + 1 : token.i + 5]
    if len(after) < 2 or after[0].text not in ("'s", "’s", "’", "'"):
        return False
    return not any(serves_state(t) or t.lower_ in role_words("aide") for t in after[1:])


def _owned(token: Token) -> Iterator[str]:
    """What a name is said to have: "Velmark's deputy foreign minister", "Velmari troops", "the army of Velmark"."""
    doc, at = token.doc, token.i + 1
    if at < len(doc) and doc[at].text in ("'s", "’s", "’", "'"):
        at += 1
    taken: list[str] = []
    for word in doc[at : at + _OWNED]:
        if word.lower_ in role_words("past") or word.is_punct and word.text != "-" or word.pos_ in ("VERB", "AUX", "ADP", "CCONJ", "PRON", "DET"):
            break
        taken.append(word.lower_)
        if {word.lower_, word.lemma_.lower()} & _body():
            yield " ".join(taken)
    before = doc[max(0, token.i - 3) : token.i]
    if token.i + 1 < len(doc) and doc[token.i + 1].like_num:  # "a soldier of Unit 504"
        return
    if len(before) > 1 and before[-1].lower_ == "of" and before[-2].lower_ in role_words("reigns"):
        yield before[-2].lower_


def _of_state(headline: str, printed: Iterable[str]) -> Iterator[str]:
    """Countries whose broadcaster or paper says so by its name: "Velmark National Radio"."""
    for match in re.finditer(r"\b([A-Z]\w{3,}) (?:National|State)\b|\b(?:National|State) \w+ of ([A-Z]\w{3,})", headline):
        yield match[1] or match[2]


def _is_people(country: str, people: str) -> bool:
    """Whether a name is that of a country's people.

    >>> _is_people("Velmark", "Velmarki"), _is_people("Oranda", "Orandans"), _is_people("Oranda", "Orlan")
    (True, True, False)
    """
    stems = {country[:n] for n in range(len(country) - 2, len(country) + 1) if not country[n:].strip("aeiouy")}
    return country != people and any(
        len(stem) > _STEM and people.startswith(stem) and _PEOPLE.fullmatch(people[len(stem) :]) for stem in stems
    )


def _adjectival(name: str, doc: Doc) -> bool:
    """Whether a name is only printed before a noun, as a people's name is: "Velmari troops"."""
    uses = [token for token in doc if token.text == name]
    return bool(uses) and bool(_PEOPLE.search(name)) and all(
        t.pos_ == "ADJ" or t.ent_type_ == "NORP" or t.dep_ in ("amod", "compound") and t.nbor(1).pos_ in ("NOUN", "PROPN")
        and t.nbor(1).text not in ("'s", "’s") for t in uses
    )
