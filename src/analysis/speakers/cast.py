"""Who takes part in an article: its people and organisations, what the text says they are, and where it mentions them.

Roles, genders and employers come from the words beside a name, see `descriptions`, and from unmistakable pronouns;
nothing is inferred from a first name.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from analysis.actors import POSSESSIVE, Actor
from analysis.cues import SUBJECTS
from analysis.descriptions import (
    descriptions,
    gender_of,
    in_name,
    is_title,
    person_nouns,
    role_words,
    roles_in,
    tells,
    tells_office,
)
from analysis.mentions import Mention
from analysis.names import Names

GENDERS = {"he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f"}
AGES = ("younger", "elder")

_NEAR, _FAR = 4, 9  # sentences, between two people of one surname


@dataclass
class Member:
    """Somebody whom the article names, and what it says they are."""

    name: str
    kind: str  # person, organisation
    roles: dict[str, set[str]] = field(default_factory=dict)  # noun -> the other nouns of the phrase
    genders: set[str] = field(default_factory=set)
    ages: set[str] = field(default_factory=set)  # younger, elder: than somebody of the same family
    serves: set[str] = field(default_factory=set)  # names of organisations and countries
    sides: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Appearance:
    """A place where somebody is mentioned, who may be taken up again by a pronoun."""

    token: int
    name: str | None  # None: somebody unnamed, "a deckhand"
    kind: str  # person, organisation
    gender: str | None
    subject: bool


class Cast:
    """The people and organisations of one article."""

    def __init__(
        self,
        doc: Doc,
        mentions: Sequence[Mention],
        names: Names,
        *,
        entities: Sequence[Span],
        states: Collection[str],
    ):
        self.doc, self.names = doc, names
        self.mentions = {mention.start_char: mention for mention in mentions}
        self.members: dict[str, Member] = {}
        self.described: dict[int, str] = {}  # tokens that say who somebody named is
        self.ents = [ent for ent in entities if ent.label_ in ("PERSON", "ORG") and not self._is_place(ent)]
        self.states = [ent for ent in entities if POSSESSIVE.sub("", ent.text) in states and ent.label_ == "LOC"]
        if not doc.has_annotation("SENT_START"):  # nothing is parsed
            self.ents = self.states = []
        for ent in self.ents:
            self._describe(ent)
        for ent in self.ents:  # a pronoun tells a gender only where titles did not
            if ent.label_ == "PERSON":
                self._hear_pronouns(ent)
        self.ents_at = {i for ent in self.ents for i in range(ent.start, ent.end)}
        self.appearances = sorted(self._appearances(), key=lambda a: a.token)

    def _is_place(self, ent: Span) -> bool:
        """Whether the table knows that what looks like a person's name is none."""
        actor = self.names.actor(ent.text) if ent.label_ == "PERSON" else None
        return actor is not None and actor.kind != "person"

    # ------------------------------------------------------------------ names
    def name_of(self, ent: Span) -> str | None:
        """The canonical name of an entity; None where two people share it and nothing decides."""
        mention = self.mentions.get(ent.start_char)
        name = mention.name if mention else ent.text
        if ent.label_ != "PERSON" or not self.names.ambiguous(name):
            return name
        told = self.doc[ent.start - 1].lower_ if ent.start else ""
        age = next((age for age in AGES if told in role_words(age)), None)
        if age:
            return self._of_age(age, self.names.namesakes(name, before=ent.start_char))
        said = Member(name, "person")
        self._learn(said, ent)
        fits = {full: self._fit(said, full) for full in self.names.namesakes(name, before=ent.start_char)}
        best = [full for full, fit in fits.items() if fit == max(fits.values()) and fit >= 0]
        return best[0] if len(best) == 1 else self._nearest(best, ent)

    def _of_age(self, age: str, names: Sequence[str]) -> str | None:
        """The one of a family's two who is "the younger Kell", by what is said of either: "his nephew, Jo Kell"."""
        known = {name: self.members[name].ages for name in names if name in self.members}
        fitting = [name for name in names if known.get(name) == {age}]
        others = [name for name in names if known.get(name) == set(AGES) - {age}]
        if not fitting and len(names) == 2 and len(others) == 1:
            fitting = [name for name in names if name not in others]
        return fitting[0] if len(fitting) == 1 else None

    def _nearest(self, names: Sequence[str], ent: Span) -> str | None:
        """Of two namesakes the one whose full name stands shortly before, where that of the other is far away.

        In its own paragraph the one that this names.
        """
        sentences = {sent.start: n for n, sent in enumerate(self.doc.sents)}
        away, here = {}, set()
        for other in self.ents:
            mention = self.mentions.get(other.start_char)
            if mention and mention.name in names and other.start < ent.start:
                away[mention.name] = sentences[ent.sent.start] - sentences[other.sent.start]
                between = self.doc[other.end : ent.start]
                if not any(token.is_space and token.text.count("\n") > 1 for token in between):
                    here.add(mention.name)
        if len(here) == 1:
            return here.pop()
        near = sorted(away, key=lambda name: away[name])
        if not near or away[near[0]] > _NEAR or len(near) > 1 and away[near[1]] <= _FAR:
            return None
        return near[0]

    def _fit(self, said: Member, full: str) -> int:
        """What is said beside a short name against what is known of somebody: at odds (-1), nothing, agrees."""
        member = self.members.get(full, Member(full, "person"))
        genders = said.genders and member.genders
        roles = said.roles and member.roles
        agree = bool(genders and said.genders == member.genders) + bool(
            roles and said.roles.keys() & member.roles.keys()
        )
        at_odds = genders and said.genders != member.genders or roles and not said.roles.keys() & member.roles.keys()
        return -1 if at_odds else agree

    def member(self, name: str | None) -> Member | None:
        """What the article says of somebody it names."""
        return self.members.get(name) if name else None

    # ------------------------------------------------------------------ what the text says they are
    def told(self, name: str) -> list[Span]:
        """What stands beside a name, wherever it is printed."""
        return [span for ent in self.ents if self.name_of(ent) == name for span in descriptions(ent)]

    def _describe(self, ent: Span) -> None:
        name = self.name_of(ent)
        if name is None:
            return
        kind = "person" if ent.label_ == "PERSON" else "organisation"
        for span in _told(ent, kind):
            self.described.update(dict.fromkeys(range(span.start, span.end), name))
        self._learn(self.members.setdefault(name, Member(name, kind)), ent)

    def _learn(self, member: Member, ent: Span) -> None:
        for span in _told(ent, member.kind):
            words = [token for token in span if not token.is_punct and not in_name(token, ent)]
            for noun, others in roles_in(words, member.kind):
                member.roles.setdefault(noun, set()).update(others)
            if member.kind == "person":
                member.ages |= {
                    age for age in AGES for token in words if token.lower_ in role_words(age) and tells(token)
                }
                member.genders |= {g for token in words for g in [gender_of(token.text)] if g and tells(token)}
                member.serves |= set(self.served(span, besides=member.name)) if tells_office(span) else set()
            if tells_office(span):
                actors = [actor for actor in self.actors_in(span) if actor.name != member.name]
                member.sides |= {actor.side for actor in actors if actor.side}

    def served(self, span: Span, *, besides: str | None = None) -> Iterator[str]:
        """For whom a description makes somebody speak: "IDF Spokesman", "head of the Health Ministry", "army officer".

        An organisation named there, else one that "the army" stands for in this article, else a country.
        """
        inside = [m for m in self.mentions.values() if span.start_char <= m.start_char and m.end_char <= span.end_char]
        bodies = [m.name for m in inside if m.label == "ORG" and m.name != besides and not self.names.namesakes(m.name)]
        bodies = [name for name in bodies if not is_title(name.split()[-1])]  # "Air Marshal"
        actors = [a.name for a in self.actors_in(span) if a.kind != "person" and a.name != besides]
        places = [m.actor for m in inside if m.label in ("LOC", "NORP") and m.actor]
        nouns = [
            word
            for token in span
            if token.is_lower or token.pos_ == "PROPN"
            for word in role_words("serves").get(token.lemma_, (token.text,))
        ]
        known = [actor for noun in nouns for actor in [self.names.actor(f"the {noun}")] if actor]
        implied = [actor.name for actor in known if actor.kind != "person" and actor.name != besides]
        yield from dict.fromkeys(bodies or [*actors, *implied][:1] or places)

    def actors_in(self, span: Span) -> list[Actor]:
        """The actors whose name or alias stands in a span by itself: not in "African-American", "American Airlines"."""
        words = [t for t in span if not t.is_space]
        found = []
        for i in range(len(words)):
            for j in range(i + 1, min(i + 6, len(words)) + 1):
                actor = self.names.actor(" ".join(t.text for t in words[i:j]))
                if actor and self._stands_alone(words[i].i, words[j - 1].i + 1):
                    found.append(actor)
        return found

    def _stands_alone(self, start: int, end: int) -> bool:
        before = self.doc[start - 1] if start else None
        if before is not None and before.text in ("-", "–") and not before.whitespace_:
            return False
        if end < len(self.doc) and self.doc[end].text == "-" and not self.doc[end - 1].whitespace_:  # "Moscow-based"
            return False
        return not any(
            e.label_ == "ORG" and e.start <= start and end <= e.end and len(e) > end - start for e in self.ents
        )

    def _hear_pronouns(self, ent: Span) -> None:
        """A pronoun in a sentence that names one person only, after the name, tells that person's gender."""
        member = self.member(self.name_of(ent))
        if member is None or member.genders:
            return
        people = {self.name_of(other) for other in self.ents if other.label_ == "PERSON" and other.sent == ent.sent}
        after = self.doc[ent.end : ent.sent.end]
        heard = {GENDERS[token.lower_] for token in after if token.lower_ in GENDERS}
        if len(people) == 1 and len(heard) == 1 and ent.root.dep_ in SUBJECTS and not _others_in(ent):
            member.genders |= heard

    # ------------------------------------------------------------------ where they are mentioned
    def _appearances(self) -> Iterator[Appearance]:
        for ent in self.ents:
            name = self.name_of(ent)
            member = self.member(name)
            if member:
                gender = next(iter(member.genders)) if len(member.genders) == 1 else None
                first = ent.start == ent.sent.start  # also where the parse lost the subject
                yield Appearance(ent.root.i, name, member.kind, gender, first or _is_subject(ent.root))
        for ent in self.states:  # "Velmark denied it. Its foreign ministry said …"
            if _is_subject(ent.root):
                yield Appearance(ent.root.i, POSSESSIVE.sub("", ent.text), "organisation", None, True)
        for span, actor in self.names.printed:  # organisations of the table that were not recognised
            if actor.kind in ("organisation", "group") and span.root.i not in self.ents_at:
                self.members.setdefault(actor.name, Member(actor.name, "organisation"))
                yield Appearance(span.root.i, actor.name, "organisation", None, _is_subject(span.root))
        for token in self.doc:
            if (
                token.i not in self.ents_at
                and token.i not in self.described
                and token.lower_ in person_nouns()
                and _introduces(token)
            ):
                yield Appearance(token.i, None, "person", gender_of(token.text), _is_subject(token))

    def inside(self, span: Span) -> list[Span]:
        """The people and organisations that a span names."""
        return [ent for ent in self.ents if span.start <= ent.start and ent.end <= span.end]

    def by_role(self, noun: str, others: Iterable[str], kind: str) -> list[Member]:
        """The members who are called so; `others` are the nouns beside it, all of which must be said of them."""
        wanted = set(others)
        found = [m for m in self.members.values() if m.kind == kind and noun in m.roles]
        return [m for m in found if not wanted or not m.roles[noun] or wanted <= m.roles[noun]]


def _others_in(ent: Span) -> bool:
    """Whether the sentence speaks of another single person without a name before its first pronoun."""
    for token in ent.doc[ent.end : ent.sent.end]:
        if token.lower_ in GENDERS:
            return False
        if token.tag_ == "NN" and token.lower_ in person_nouns() and token.dep_ != "appos":
            return True
    return False


def _told(ent: Span, kind: str) -> list[Span]:
    """What stands beside a name; of an organisation without the words right before it."""
    return list(descriptions(ent))[kind != "person" :]


def _is_subject(token: Token) -> bool:
    return token.dep_ in SUBJECTS or token.dep_ == "conj" and token.head.dep_ in SUBJECTS


def _introduces(token: Token) -> bool:
    """Whether a noun speaks of one unnamed person, as the subject of a main clause: "a security official"."""
    if token.tag_ != "NN" or token.dep_ not in SUBJECTS or token.head.dep_ not in ("ROOT", "conj", "parataxis"):
        return False
    before = [child.lower_ for child in token.children if child.i < token.i]
    named = any(child.dep_ in ("appos", "flat") and child.ent_type_ == "PERSON" for child in token.children)
    return not named and any(word in ("a", "an", "one", "another") for word in before)
