"""The states of one article as its own words tell them, what each of them has, and in which one the article is set.

A state is what has a president, an army or a ministry in the text ("Velmark's foreign minister", "Velmari troops"), or
stands behind the place in the dateline. "The army" without an owner is that of the state where the article is set: the
reader's bridging (Clark 1975), tried only where headline or lead name one state that acts at home.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from spacy.tokens import Doc, Token

from analysis.actors import name_key
from analysis.cues import cue_of
from analysis.descriptions import is_title, party_words, read_parties, read_titles
from analysis.names import Names, is_organisation
from analysis.speakers.peoples import PEOPLE, STEM, is_people, related

HOME = ""  # the state where the article is set, when the article does not name it
_OWNED = 4  # words between a state and what it has: "Velmark's deputy foreign minister"
_LEAD, _TOP = 800, 400  # characters within which an article names where it is set; and within which a dateline stands
_COMPASS = frozenset({"North", "South", "East", "West", "Northern", "Southern", "Eastern", "Western", "Central", "New"})
_ENDS = frozenset({"VERB", "AUX", "ADP", "CCONJ", "PRON", "DET"})
_APOSTROPHES = frozenset({"'s", "’s", "’", "'"})
_PLACE = r"([A-Z][\w-]+(?: [A-Z][\w-]+)?)"
_DATELINE = re.compile(
    rf"(?:\A|\n)\s{{0,9}}[A-Z][A-Z .’'-]{{2,40}}, {_PLACE}\s?(?:\(|[—–-])|\n[^\n.]{{3,60}}, {_PLACE}\n"
)
_CAPITAL = re.compile(rf"\b([A-Z][\w-]+)(?:[’']s)? capital,? (?:city )?(?:of )?{_PLACE}|\bthe capital,? {_PLACE}")
_OF_STATE = re.compile(
    r"\b([A-Z]\w{3,}) (?:National|State)\b"
    r"|\b(?:(?:National|State) \w+|Voice|(?:Radio|Television|Broadcast)[\w-]*(?: \w+)?) of ([A-Z]\w{3,})"
)
_IN = re.compile(r"\b[Ii]n (\w+ern |central |the \w+ of )?([A-Z][\w-]+)\b(?![’'])")
_PLACED = re.compile(r"[ \t]*In ([^\s,.][^,.\n]{2,59}),")
_NAME = re.compile(r"[A-Z][a-z][\w-]* [A-Z]\w+")
_CAPITALISED = re.compile(r"\b[A-Z]\w+(?:-[A-Z]\w+)?")


@cache
def organs() -> frozenset[str]:
    """Nouns of bodies of state and of offices in them."""
    return frozenset(party_words("state") | party_words("office"))


@cache
def _nation() -> frozenset[str]:
    """Words for what only a state has."""
    return frozenset(word for kind in ("state", "office") for word, only in read_parties()[kind].items() if only)


@cache
def _titled() -> frozenset[str]:
    """Ranks, and the abbreviated titles of offices: "Col.", "Gov."."""
    return frozenset(
        title
        for title, row in read_titles().items()
        if row["kind"] == "rank" or not party_words("office").isdisjoint(row["noun"].split("|"))
    )


def serves_state(token: Token) -> bool:
    """Whether a word names a body of state, an office in it or a rank."""
    named = not organs().isdisjoint((token.lower_, token.lemma_.lower()))
    return named or token.text.rstrip(".").casefold() in _titled()


@dataclass
class States:
    """The states of an article."""

    doc: Doc
    names: Names
    headline: str = ""  # title and outlet
    by_name: dict[str, str] = field(default_factory=dict)  # "Velmark", "Velmari", its capital -> Velmark
    home: str | None = None  # where the article is set
    _has: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # "foreign ministry" -> its states

    def __post_init__(self) -> None:
        self.text = self.doc.text  # made anew whenever it is asked for
        people = [ent for ent in self.names.entities if ent.label_ == "PERSON" and len(ent) > 1]
        self._people = {token.i for ent in people for token in ent}
        self.surnames = {key for ent in people for key in name_key(ent.text).split()}
        self._places = {ent.text for ent in self.doc.ents if ent.label_ == "LOC"}
        printed = {token.text for token in self.doc if token.text[:1].isupper()}
        self._related = related([*_CAPITALISED.findall(self.headline), *sorted(printed)])
        self.by_name |= {s.text: a.side for s, a in self.names.printed if a.kind == "place" and a.side}
        owned = self._owned()
        dateline = next((m[1] or m[2] for m in [_DATELINE.search(self.text, 0, _TOP)] if m), None)
        self._name_states(self._proven(owned, dateline))
        self._lengthen()
        for name, organ in ((name, organ) for name, of in owned.items() for organ in of if name in self.by_name):
            self._has[organ].add(self.by_name[name])
        self.home = self.by_name.get(dateline) if dateline else None
        self.home = self.home or self._of_outlet() or self._only_one_at_home() or self._of_lead()
        self._name_capitals()

    # ------------------------------------------------------------------ which there are
    def _owned(self) -> dict[str, list[str]]:
        """What each capitalised word is said to have."""
        owned: dict[str, list[str]] = defaultdict(list)
        for token in self.doc[:-1]:
            alone = self._may_name(token) and (self._stands_for_itself(token) or self._is_reigned(token))
            if alone and (found := list(_belongings(token))):
                owned[token.text] += found
        for token in self.doc[:-1]:  # "Velmark denied it. Its foreign minister said …"
            subject = self._subject_before(token) if token.lower_ == "its" else None
            if subject is not None:
                owned[subject.text] += _belongings(token)
        return owned

    def _subject_before(self, pronoun: Token) -> Token | None:
        """The one word that may name a country and is the last subject before "its", in this sentence or the last."""
        start = pronoun.sent.start if self.doc.has_annotation("SENT_START") else pronoun.i
        start = self.doc[start - 1].sent.start if start else start
        subjects = [token for token in self.doc[start : pronoun.i] if token.dep_ == "nsubj" and token.pos_ != "PRON"]
        last = subjects[-1] if subjects else None
        alone = last is not None and last.left_edge == last.right_edge and last.ent_type_ != "ORG"
        return last if alone and last is not None and self._may_name(last) else None

    def _may_name(self, token: Token) -> bool:
        """Whether a word may be a country's name or its people's: capitalised, and nobody's surname."""
        text = token.text
        if not text[:1].isupper() or text.isupper() or len(text) < STEM or token.lower_ in organs() or is_title(text):
            return False
        if token.pos_ not in ("PROPN", "ADJ", "NOUN") or self.names.actor(text) is not None or is_organisation(text):
            return False
        if text in _COMPASS or token.ent_type_ == "DATE":
            return False
        if token.ent_iob_ == "I" and token.ent_type_ == "LOC":  # "Korea" in "South Korea"
            return False
        if token.dep_ == "flat" and token.head.i == token.i - 1 and token.ent_type_ != "LOC":  # "Ana Reyes's ministry"
            return False
        return token.i not in self._people and name_key(text) not in self.surnames

    def _stands_for_itself(self, token: Token) -> bool:
        """Whether it owns what follows or is a country's elsewhere: "Sulaya" in "Sulaya Coast Guard", not "Civil"."""
        if token.nbor(1).text in _APOSTROPHES or token.text in self._related:
            return True
        return token.text in self._places and any(
            other.text == token.text and not other.nbor(1).text[:1].isupper() and not serves_state(other.nbor(1))
            for other in self.doc[:-1]
        )

    def _is_reigned(self, token: Token) -> bool:
        """Whether it is "the president of Velmark", in an article with another office or body that only a state has."""
        reigns = token.i > 1 and token.nbor(-1).lower_ == "of" and token.nbor(-2).lower_ in party_words("reigns")
        alone = token.ent_type_ != "ORG" and not token.nbor(1).text[:1].isupper()
        return bool(reigns and alone) and any(t.lower_ in _nation() and t.i != token.i - 2 for t in self.doc)

    def _proven(self, owned: dict[str, list[str]], dateline: str | None) -> set[str]:
        """The names that are a state's: it has what only a state has, or a people's name and some office."""
        proven = {n for n, of in owned.items() if n in self._related or not _nation().isdisjoint(" ".join(of).split())}
        proven |= {match[1] or match[2] for match in _OF_STATE.finditer(self.headline)}  # "Velmark National Radio"
        proven |= {dateline} if dateline else set()
        related = {name for name in self._related if self.names.actor(name) is None}
        if not proven and len(related) == 2 and any(token.lower_ in _nation() for token in self.doc):
            return related
        return proven

    def _name_states(self, proven: Iterable[str]) -> None:
        for name in sorted(proven):
            countries = (n for n in self._related.get(name, ()) if is_people(n, name) and not is_title(n))
            country = next(countries, name)
            if country != name or not self._is_adjective(name):  # a people whose country is not printed tells nothing
                for printed in (name, country, *self._related.get(country, ())):
                    self.by_name.setdefault(printed, country)

    def _lengthen(self) -> None:
        """ "New Velmark" for what is never called Velmark alone, also behind "Velmari"."""
        words = [token.text for token in self.doc]
        for country in sorted(set(self.by_name.values())):
            fuller = [p for p in sorted(self._places) if p.endswith(f" {country}") and _NAME.fullmatch(p)]
            longer = fuller[0] if fuller else None
            if len(fuller) > 1 and all(self._has_people(name, country) for name in fuller):  # two Koreas
                self.by_name = {name: of for name, of in self.by_name.items() if of != country}
            elif longer and (words.count(country) == self.text.count(longer) or self._has_people(longer, country)):
                self.by_name = {name: longer if of == country else of for name, of in self.by_name.items()}
                self.by_name[longer] = longer

    def _has_people(self, longer: str, country: str) -> bool:
        """Whether a people is printed with what a country's longer name adds: "South Korea", "South Korean"."""
        return any(f"{longer.removesuffix(country)}{p}" in self.text for p in self._related.get(country, ()))

    def _is_adjective(self, name: str) -> bool:
        """Whether a name is only printed before a noun, as a people's name is: "Velmari troops"."""
        uses = [token for token in self.doc[:-1] if token.text == name]
        beside = {t for t in uses if t.dep_ in ("amod", "compound") and t.nbor(1).pos_ in ("NOUN", "PROPN")}
        plain = {t for t in uses if t.pos_ == "ADJ" or t.ent_type_ == "NORP"}
        return bool(uses) and set(uses) == beside | plain

    def _name_capitals(self) -> None:
        for match in _CAPITAL.finditer(self.text):
            state = self.by_name.get(match[1]) if match[1] else self.home
            if state:
                self.by_name.setdefault(match[2] or match[3], state)

    # ------------------------------------------------------------------ where the article is set
    def _only_one_at_home(self) -> str | None:
        """The one state of headline and lead that acts at home, where no other people is named."""
        foreign = party_words("foreign")
        domestic = {state for organ, of in self._has.items() if foreign.isdisjoint(organ.split()) for state in of}
        lead = f"{self.headline} {self.text[:_LEAD]}"
        one = (domestic or set(self.by_name.values())) & {s for name, s in self.by_name.items() if name in lead}
        elsewhere = any(m[1] and m[2] not in self.by_name for m in _IN.finditer(self.text, 0, _TOP))
        return next(iter(one)) if len(one) == 1 and not elsewhere and not self._has_strangers() else None

    def _of_outlet(self) -> str | None:
        """The state whose name the outlet bears: "Velmark National Radio"."""
        outlet = self.headline.rpartition("\n")[2]
        named = {self.by_name[word] for word in re.findall(r"\w+", outlet) if word in self.by_name}
        return named.pop() if len(named) == 1 else None

    def _of_lead(self) -> str | None:
        """The one state that the text names up to where it places what happened: "in northern Velmark"."""
        match = next((m for m in _IN.finditer(self.text, 0, _TOP) if self.by_name.get(m[2]) == m[2]), None)
        if match is None or self._has_strangers():
            return None
        sentence = self.text[: max(match.end(), self.text.find(".", match.end()))]
        return match[2] if {state for name, state in self.by_name.items() if name in sentence} == {match[2]} else None

    def _has_strangers(self) -> bool:
        """Whether a people is named whose state the article does not name."""
        return any(e.label_ == "NORP" and e.text not in self.by_name and PEOPLE.search(e.text) for e in self.doc.ents)

    def _where(self, char: int) -> str | None:
        """The state in which a paragraph's first words place it: "In Velmark's capital, Lenz, a spokesman said".

        Empty for a place that speaks or decides like a state, but is not known as one.
        """
        match = _PLACED.match(self.text, self.text.rfind("\n", 0, max(char, 0)) + 1)
        named = {
            state for name, state in self.by_name.items() if match and re.search(rf"\b{re.escape(name)}\b", match[1])
        }
        strange = (
            not named and match and any(_decides(token) for token in self.doc if token.text == match[1].split()[0])
        )
        return named.pop() if len(named) == 1 else "" if strange else None

    def of_organ(self, words: Collection[str], char: int) -> str | None:
        """The state of a body without an owner: that of its paragraph, the only one that has it, that of the article.

        `HOME` where the article names no state; None where it names two.
        """
        if not party_words("abroad").isdisjoint(words):
            return None
        if (here := self._where(char)) is not None:
            return here or None
        text = " ".join(words)
        exact = (of for organ, of in self._has.items() if " " in organ and len(of) == 1 and organ in text)
        if one := next(exact, None):
            return next(iter(one))
        if self.home:
            return self.home
        owners = {state for word in words if word in party_words("state") for state in self._has.get(word, ())}
        if len(owners) == 1:
            return owners.pop()
        return HOME if len(set(self.by_name.values())) < 2 and not owners else None


def _decides(token: Token) -> bool:
    """Whether a name speaks, or will do something: "Velmark would not negotiate"."""
    verb = token.head
    return token.dep_ == "nsubj" and (cue_of(verb) is not None or any(c.tag_ == "MD" for c in verb.lefts))


def _belongings(token: Token) -> Iterator[str]:
    """What a name is said to have: "Velmark's deputy foreign minister", "Velmari troops", "the army of Velmark"."""
    doc, at = token.doc, token.i + 1
    at += doc[at].text in _APOSTROPHES
    taken: list[str] = []
    for word in doc[at : at + _OWNED]:
        if word.lower_ in party_words("past") or word.is_punct and word.text != "-" or word.pos_ in _ENDS:
            break
        taken.append(word.lower_)
        if not organs().isdisjoint((word.lower_, word.lemma_.lower())):
            yield " ".join(taken)
    before = doc[max(0, token.i - 2) : token.i]
    if len(before) == 2 and before[1].lower_ == "of" and before[0].lower_ in party_words("reigns"):
        yield before[0].lower_
