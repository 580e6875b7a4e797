"""Says who a source stands for: a person, an organisation, a group, somebody unnamed, a document; and their side.

Reads the words of the source, the names of the article and what was said before. Never guesses: a pronoun with two
equally good people before it, or a surname that two people share, has no speaker.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from spacy.tokens import Doc, Span, Token

from analysis.attribution import noun_phrase
from analysis.lexicon import choose, read_lexicon
from analysis.mentions import Actor, Actors, Mention, Names, bare_name, mentions_in

KINDS = ("person", "organisation", "group", "anonymous", "document", "none")
PERSONAL = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f", "hers": "f"}
COLLECTIVE = frozenset({"it", "its"})
PLURAL = frozenset({"they", "them", "their", "we", "i", "you", "who", "which", "that", "one", "those", "many", "some"})
_ENTITY_KINDS = {
    "PERSON": "person",
    "ORG": "organisation",
    "LOC": "organisation",
    "FAC": "organisation",
    "NORP": "group",
}
_ACTOR_KINDS = {"person": "person", "organisation": "organisation", "group": "organisation", "place": "organisation",
                "document": "document"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something. `name` is None when nobody is named; `side` is None when neutral or unknown."""

    name: str | None
    kind: str  # one of KINDS
    side: str | None = None


NOBODY = Speaker(None, "none")


@cache
def _noun_kinds() -> dict[str, str]:
    rows = read_lexicon("sources", ("noun", "kind"))
    return {row["noun"]: choose(row, "kind", KINDS, name="sources") for row in rows}


@cache
def _title_genders() -> dict[str, str]:
    rows = read_lexicon("titles", ("title", "kind", "gender", "noun"))
    return {row["title"].rstrip(".").casefold(): row["gender"] for row in rows if row["gender"]}


@cache
def _title_nouns() -> dict[str, str]:
    rows = read_lexicon("titles", ("title", "kind", "gender", "noun"))
    return {row["title"].rstrip(".").casefold(): row["noun"] for row in rows if row["noun"]}


@dataclass
class Speakers:
    """Resolves the sources of one article from left to right; remembers who was named and who spoke last."""

    doc: Doc
    mentions: Sequence[Mention]
    actors: Actors
    _names: Names = field(init=False)
    _genders: dict[str, str] = field(init=False)
    _roles: dict[str, set[str]] = field(init=False)
    _heard: list[tuple[int, Speaker]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._names = Names(self.doc, self.actors)
        self._roles = self._printed_roles()
        self._genders = self._printed_genders()

    def resolve(self, source: tuple[int, int] | None) -> Speaker:
        """The speaker of a source, given as a half-open token span; remembered for pronouns that follow."""
        if source is None:
            return NOBODY
        span = self.doc[source[0] : source[1]]
        speaker = self._of(span)
        if speaker.name:
            self._heard.append((span.start_char, speaker))
        return speaker

    def named(self, text: str, at: int) -> Speaker:
        """The speaker that a line of its own names: the introduction of a block quote, the signature of a post."""
        actor = self._names.actor(text) or self._names.actor(bare_name(text))
        speaker = self._as_speaker(actor) if actor else Speaker(self._names.full(bare_name(text)), "person")
        self._heard.append((at, speaker))
        return speaker

    # ------------------------------------------------------------------ words of the source
    def _of(self, span: Span) -> Speaker:
        span = self._without_apposition(span)
        head = span.root
        if len(span) == 1 and head.pos_ in ("PRON", "DET"):
            return self._pronoun(head)
        actor = self._names.actor(span.text)
        if actor:
            return self._as_speaker(actor)
        named = self._named_head(span, head)
        return named or self._common_noun(span, head)

    def _without_apposition(self, span: Span) -> Span:
        """The words before the first comma when they hold a name: "Leys, a retired judge, who is 71"."""
        comma = next((token.i for token in span if token.text == ","), None)
        named = comma is not None and any(t.ent_type_ in _ENTITY_KINDS for t in self.doc[span.start : comma])
        return self.doc[span.start : comma] if named else span

    def _as_speaker(self, actor: Actor) -> Speaker:
        return Speaker(actor.name, _ACTOR_KINDS[actor.kind], actor.side)

    def _named_head(self, span: Span, head: Token) -> Speaker | None:
        """The name that the phrase is about: its head, or the name in apposition to a role ("spokesman Lenk")."""
        inside = mentions_in(span.start_char, span.end_char, self.mentions)
        people = [m for m in inside if m.label == "PERSON" and not self._owns(m, head)]
        if not people:  # "its spokesman, Idris Vane,"
            apposed = [c for c in head.children if c.dep_ in ("appos", "flat")]
            people = [
                m
                for m in self.mentions
                if m.label == "PERSON" and any(m.start_char <= c.idx < m.end_char for c in apposed)
            ]
        if len(people) == 1:
            return self._person(people[0], inside)
        over_head = [m for m in inside if m.start_char <= head.idx < m.end_char and m.label in _ENTITY_KINDS]
        if over_head:
            mention = over_head[0]
            kind = _ENTITY_KINDS[mention.label]
            actor = self._actor(mention.actor)
            if actor:
                return self._as_speaker(actor)
            return Speaker(None if kind == "group" else mention.name, kind, mention.side)
        name = self._names.full(head.text)
        if head.pos_ == "PROPN" and name != head.text:  # a surname that was not recognised as a name here
            return Speaker(name, "person", self._side_of(name))
        if head.pos_ == "PROPN" and span[0].lower_ == "the" and all(t.text[0].isupper() for t in span):
            return Speaker(span.text, "organisation")  # "The Lantern": a name that was not recognised as one
        return None

    def _owns(self, mention: Mention, head: Token) -> bool:
        """Whether the name only owns or modifies the head: "Varro's daughter", "a spokesman for Lorne"."""
        token = next((t for t in head.subtree if t.idx >= mention.start_char), head)
        while token.head != token and mention.start_char <= token.head.idx < mention.end_char:
            token = token.head
        return head in token.ancestors and token.dep_ in ("nmod:poss", "nmod", "obl", "acl", "acl:relcl")

    def _person(self, mention: Mention, inside: Sequence[Mention]) -> Speaker:
        if self._names.ambiguous(mention.name):
            return Speaker(None, "person")
        sides = {m.side for m in inside if m.side} | ({mention.side} if mention.side else set())
        side = mention.side or (sides.pop() if len(sides) == 1 else self._side_of(mention.name))
        return Speaker(mention.name, "person", side)

    def _side_of(self, name: str) -> str | None:
        """The side that the article gives a person where it names a role: "army spokesman Daro Lenk"."""
        sides = set()
        for ent in self.doc.ents:
            if ent.label_ == "PERSON" and self._names.full(bare_name(ent.text)) == name:
                start = ent.root.left_edge.i
                sides |= {a.side for a in self._actors_in(self.doc[start : ent.start]) if a.side}
                for child in ent.root.rights:
                    if child.dep_ == "appos":
                        sides |= {a.side for a in self._actors_in(noun_phrase(child)) if a.side}
        return sides.pop() if len(sides) == 1 else None

    def _actors_in(self, span: Span) -> list[Actor]:
        words = [t.text for t in span if not t.is_space]
        spans = [" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(i + 5, len(words)) + 1)]
        return [actor for text in spans for actor in [self._names.actor(text)] if actor]

    def _actor(self, name: str | None) -> Actor | None:
        return next((actor for actor in self.actors.rows if actor.name == name), None) if name else None

    def _common_noun(self, span: Span, head: Token) -> Speaker:
        people = self._roles.get(head.lower_, set())
        if head.tag_ == "NN" and len(people) == 1 and span[0].lower_ in ("the", "that", "this"):
            name = next(iter(people))
            actor = self._names.actor(name)
            return self._as_speaker(actor) if actor else Speaker(name, "person", self._side_of(name))
        kinds = _noun_kinds()
        kind = kinds.get(head.lower_) or kinds.get(head.lemma_.lower())
        sides = {actor.side for actor in self._actors_in(span) if actor.side}
        side = sides.pop() if len(sides) == 1 else None
        if kind is None:
            plural = head.tag_ in ("NNS", "NNPS") or "Plur" in head.morph.get("Number")
            return Speaker(None, "group" if plural else "anonymous", side)
        if kind == "organisation":
            name = self._organisation_name(span, head)
            actor = self._names.actor(name)
            return self._as_speaker(actor) if actor else Speaker(name, kind, side)
        return Speaker(None, kind, side)

    def _organisation_name(self, span: Span, head: Token) -> str:
        """The one fuller name of the article that ends in this noun ("the ministry"), else the words themselves."""
        if len(span) <= 2 and (full := self._names.spelled_out(head.text)) != head.text:
            return full
        words = span.text.split()
        return " ".join(words[1:] if len(words) > 1 and words[0].lower() in ("the", "a", "an") else words)

    # ------------------------------------------------------------------ pronouns
    def _pronoun(self, token: Token) -> Speaker:
        word = token.lower_
        if word in PERSONAL:
            return self._recent_person(token, PERSONAL[word])
        if word in COLLECTIVE:
            return self._recent(token, "organisation")
        return Speaker(None, "group" if word in PLURAL else "none")

    def _recent(self, token: Token, kind: str) -> Speaker:
        """The last speaker of that kind, unless a newer organisation is the subject of a sentence."""
        candidates = [(at, s) for at, s in self._heard if at < token.idx and s.kind == kind]
        for mention in self._subjects("ORG", token):
            candidates.append((mention.start_char, self._as_organisation(mention)))
        return max(candidates, key=lambda found: found[0])[1] if candidates else Speaker(None, kind)

    def _as_organisation(self, mention: Mention) -> Speaker:
        actor = self._actor(mention.actor)
        return self._as_speaker(actor) if actor else Speaker(mention.name, "organisation", mention.side)

    def _subjects(self, label: str, before: Token) -> list[Mention]:
        """Names of that label that are subjects before the token."""
        starts = {
            ent.start_char
            for ent in self.doc.ents
            if ent.label_ == label and ent.start_char < before.idx and ent.root.dep_ in ("nsubj", "nsubj:pass")
        }
        return [m for m in self.mentions if m.start_char in starts]

    def _recent_person(self, token: Token, gender: str) -> Speaker:
        """Who "he" or "she" is: the last speaker, unless a newer person of that gender is the subject of a sentence."""
        candidates = [(at, s) for at, s in self._heard if at < token.idx and s.kind == "person"]
        candidates += [(m.start_char, self._person(m, [])) for m in self._subjects("PERSON", token)]
        fitting = [(at, s) for at, s in candidates if s.name and self._genders.get(s.name, gender) == gender]
        return max(fitting, key=lambda found: found[0])[1] if fitting else Speaker(None, "person")

    def _printed_genders(self) -> dict[str, str]:
        """The gender of people where the text gives it, by a title ("Mrs Varro"); None is inferred from first names."""
        genders: dict[str, str] = {}
        for ent in self.doc.ents:
            if ent.label_ != "PERSON":
                continue
            before = self.doc[max(0, ent.start - 1) : ent.end]
            for token in before:
                gender = _title_genders().get(token.text.rstrip(".").casefold())
                if gender:
                    genders[self._names.full(bare_name(ent.text))] = gender
        return genders

    def _printed_roles(self) -> dict[str, set[str]]:
        """Who can be taken up again by a role: "minister" for "Defence Minister Estrin", "general" for "Gen. Lenk"."""
        roles: dict[str, set[str]] = {}
        for ent in self.doc.ents:
            if ent.label_ != "PERSON":
                continue
            name = self._names.full(bare_name(ent.text))
            around = [
                *self.doc[max(0, ent.root.left_edge.i) : ent.end],
                *(c for c in ent.root.children if c.dep_ == "appos"),
            ]
            if ent.root.dep_ in ("appos", "flat"):  # "the governor, Matteo Lorne," hangs the other way round
                around.append(ent.root.head)
            for token in around:
                noun = _title_nouns().get(token.text.rstrip(".").casefold()) or (
                    token.lower_ if token.pos_ == "NOUN" else None
                )
                if noun:
                    roles.setdefault(noun, set()).add(name)
        return roles
