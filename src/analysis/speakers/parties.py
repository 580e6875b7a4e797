"""The parties of one article as its own words tell them: states, armed groups, political parties, and who is of each.

`actors.csv` comes first; this reads what no table can know. States and their organs come from `states`; a group is what
has fighters, is called opposition or rebel, or bears a party's name. Nothing is inferred from the topic, nor for
cities, companies, aid workers, courts.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from analysis.actors import POSSESSIVE, name_key
from analysis.descriptions import party_words, person_nouns
from analysis.names import Names
from analysis.speakers.states import States, organs, serves_state

OPPOSITION = "opposition"
_NEAR = 4  # words between a group and what tells that it is armed
_NAME = r"([A-Z][\w’'-]+(?: (?:of (?:the )?)?[A-Z][\w’'-]+){0,4})"


@dataclass
class Parties:
    """The states and groups that an article names, and what belongs to them."""

    doc: Doc
    names: Names
    headline: str = ""  # title and outlet
    groups: dict[str, str] = field(default_factory=dict)  # name_key -> canonical name; "" where two fit
    armed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.states = States(self.doc, self.names, self.headline)
        self._find_groups()
        self.names.organisations |= {full for full in self.groups.values() if " " in full}

    # ------------------------------------------------------------------ groups
    def _find_groups(self) -> None:
        for ent in self.names.entities:
            if ent.label_ not in ("ORG", "LOC", "NORP", "MISC", "FAC"):
                continue
            full = _proper(self.names.spelled_out(POSSESSIVE.sub("", ent.text)))
            armed = self._is_armed(ent) or _attacks(ent)
            if (
                (armed or _is_party(full))
                and name_key(full) not in organs()  # "Army commander Moor"
                and full not in self.states.by_name
                and name_key(full) not in self.states.surnames
            ):
                self._add_group(ent.text, full, armed=armed)
        fighter, contested = _either(party_words("fighter")), _either(party_words("contested"))
        nouns = [*party_words("party"), *party_words("fighter"), "group", "alliance"]
        kinds = _either(nouns).replace("man|", "m[ae]n|")
        called = (
            rf"\b(?:{kinds})s?(?:,? (?:who|that|which) calls?| calling) (?:itself|themselves) (?:the )?{_NAME}"
            rf"|\b(?:{contested}) {_NAME}"
            rf"|\b(?:[Oo]pposition \w+|MP|[Ll]awmaker|[Ss]enator) (?:[A-Z]\S+ ){{2,3}}(?:of|from) the {_NAME}"
            rf"|{_NAME}, an? (?:[\w-]+ )?(?:{fighter}) (?:{kinds})\b"
        )
        for match in re.finditer(called, self.doc.text):
            name = next(filter(None, match.groups()))
            if self._is_person(match.start(match.lastindex or 0), match.end()):  # "opposition MP Jo Moor"
                continue
            fighters = (
                bool(match[4])
                or bool(match[1])
                and match[0].split()[0].rstrip("s,").replace("men", "man") in party_words("fighter")
            )
            self._add_group(name, _proper(self.names.spelled_out(name)), armed=fighters)

    def _is_person(self, start: int, end: int) -> bool:
        people = (ent for ent in self.names.entities if ent.label_ == "PERSON")
        return any(start <= ent.start_char < end for ent in people)

    def _add_group(self, name: str, full: str, *, armed: bool) -> None:
        self.groups[name_key(name)] = self.groups[name_key(full)] = full
        last = name_key(full).split()[-1]
        if (armed or last in party_words("party")) and last not in organs():  # "the Front", unless there are two
            self.groups[last] = full if self.groups.get(last, full) == full else ""
        if armed:
            self.armed.add(full)

    def _is_armed(self, ent: Span) -> bool:
        """Whether fighters are said to be of it: "fighters of the Star", "Star gunmen", "the rebel Star"."""
        doc = self.doc
        verbs = (token.lemma_ for token in doc[ent.end + 1 : ent.end + _NEAR] if token.pos_ == "VERB")
        if not party_words("fights").isdisjoint(verbs):
            return doc[ent.end].text == ","  # "the Star, which has fought the army"
        after = [t for t in doc[ent.end : ent.end + 2] if t.text not in ("'s", "’s")][:1]
        before = [t for t in doc[max(0, ent.start - 3) : ent.start] if t.lower_ not in ("the", "of", "from")]
        of = any(t.lower_ in ("of", "from") for t in doc[max(0, ent.start - 2) : ent.start])
        near = before[-1:] if of or before and before[-1].i == ent.start - 1 else []
        return any(_is_fighter(token) for token in [*after, *near])

    def entities(self) -> list[Span]:
        """The names of the article, its states as places and its groups as organisations, whatever else they seemed."""
        return [self._relabelled(ent) for ent in self.names.entities]

    def _relabelled(self, ent: Span) -> Span:
        name = POSSESSIVE.sub("", ent.text)
        longer = next((g for g in self.groups.values() if g.startswith(f"{name} ")), "")
        whole = self.doc.char_span(ent.start_char, ent.start_char + len(longer)) if longer else None
        if whole is not None and whole.text == longer:  # "Count" of "Count Again"
            return Span(self.doc, whole.start, whole.end, label="ORG")
        if (
            ent.label_ == "PERSON"
            and len(ent) == 1
            and name_key(name) not in self.states.surnames
            and self._is_short(name)
        ):
            return Span(self.doc, ent.start, ent.end, label="ORG")
        if ent.label_ == "PERSON" and name in self.states.by_name:
            return Span(self.doc, ent.start, ent.end, label="LOC")
        if ent.label_ in ("PERSON", "LOC", "FAC", "MISC", "NORP") and self.groups.get(name_key(name)):
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
        """The party that an organisation is, or belongs to as an organ of state; `HOME` for one of no named state."""
        if name in self.states.by_name:
            return self.states.by_name[name]
        if self.group(name) is not None:
            return self.group(name) or None
        if name_key(name) == OPPOSITION:
            return OPPOSITION
        words = name.replace("’s", "").replace("'s", "").split()
        lower = [word.lower() for word in words]
        if not party_words("local").isdisjoint(lower) or organs().isdisjoint(lower):
            return None
        owner = next((self.states.by_name[word] for word in words if word in self.states.by_name), None)
        return owner or self.states.of_organ(lower, self.doc.text.find(name))

    def of_phrase(self, phrase: Span) -> str | None:
        """The party that a description or a source tells: its group, its state, or by its organ the state at home."""
        words = list(core(phrase))
        key = f" {name_key(self.doc[phrase.start : words[-1].i + 1].text)} "
        if group := next((full for short, full in self.groups.items() if full and f" {short} " in key), None):
            return None if any(t.pos_ == "CCONJ" for t in words) and any(map(serves_state, words)) else group
        if any(t.lower_ == OPPOSITION and (t == words[-1] or t.nbor(1).lower_ in person_nouns()) for t in words):
            return OPPOSITION
        if any(t.lower_ in party_words("held") for t in phrase):
            return None
        if any(map(_is_fighter, words)) and not any(t.lower_ in party_words("state") for t in words):
            return next(iter(self.armed)) if len(self.armed) == 1 else None
        return self._of_office(words)

    def _of_office(self, words: list[Token]) -> str | None:
        offices = [
            token for token in words if serves_state(token) and not _only_owns(token) and not _is_official(token)
        ]
        if not offices or any(token.lower_ in party_words("local") for token in words):
            return None
        if any(token.lower_ in party_words("past") for token in words if token.i < offices[0].i):
            return None
        own = (token for token in words if token.text in self.states.by_name and not self._is_anothers(token))
        named = {self.states.by_name[token.text] for token in own}
        if named:
            return named.pop() if len(named) == 1 else None
        if any(self._is_anothers(token) for token in words):
            return None
        return self.states.of_organ([token.lower_ for token in words], words[0].idx)

    def _is_anothers(self, token: Token) -> bool:
        """Whether a word is part of an organisation's name that is no body of state."""
        ent = next((e for e in self.doc.ents if e.start <= token.i < e.end), None)
        return ent is not None and ent.label_ == "ORG" and not any(map(serves_state, ent))


def _either(words: Iterable[str]) -> str:
    """A pattern for any of the words, whatever marks a researcher wrote into the table."""
    return "|".join(map(re.escape, words))


def _is_fighter(token: Token) -> bool:
    """Whether a word is one for members of an armed group, also where a capital hides the plural: "Rebels said"."""
    return not party_words("fighter").isdisjoint((token.lemma_.lower(), token.lower_.removesuffix("s")))


def _attacks(ent: Span) -> bool:
    """Whether an organisation, no body of state, overruns a town or takes people: also "a town stormed by the Star"."""
    verb, subject = ent.root.head, ent.root.dep_ in ("nsubj", "obl:agent")
    agent = ent.root.dep_ == "obl" and any(child.lower_ == "by" for child in ent.root.children)
    attacks = verb.pos_ == "VERB" and verb.lemma_.lower() in party_words("attacks")
    return ent.label_ == "ORG" and attacks and (subject or agent) and not any(map(serves_state, ent))


def _proper(name: str) -> str:
    """A name without article and without a noun in lower case after it: "the New Day party"."""
    words = name.removeprefix("the ").removeprefix("The ").split()
    while len(words) > 1 and words[-1].islower():
        words.pop()
    return " ".join(words)


def _is_party(name: str) -> bool:
    """Whether an organisation's name says that it takes part: "Harvest Party", "People's Liberation Army"."""
    words = name.lower().split()
    return len(words) > 1 and (
        words[-1] in party_words("party") or words[-1] in organs() and not party_words("freeing").isdisjoint(words)
    )


def core(phrase: Span) -> Iterator[Token]:
    """The words of a phrase up to where or when: "a nurse | at the military clinic"."""
    for token in phrase:
        if token.i > phrase.start and token.lower_ in party_words("place"):
            return
        yield token


def _only_owns(token: Token) -> bool:
    """Whether an office only has what the phrase is about: "the president's ally", not "the president's office"."""
    after = token.doc[token.i + 1 : token.i + 5]
    if len(after) < 2 or after[0].text not in ("'s", "’s", "’", "'"):
        return False
    return not any(serves_state(t) or t.lower_ in party_words("aide") for t in after[1:])


def _is_official(token: Token) -> bool:
    """Whether an office is only an adjective: "the official result"; a body may be one, "a military doctor"."""
    return token.tag_ == "JJ" and token.lower_ not in party_words("state")
