"""What is common to all sources of an article: its names, cast and parties, and the speaker behind a name."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from spacy.tokens import Doc, Span, Token

from analysis.actors import POSSESSIVE, Actor, Actors
from analysis.cues import SUBJECTS, noun_phrase
from analysis.descriptions import is_title, office_nouns, party_words, role_words
from analysis.lexicon import choose, read_lexicon
from analysis.mentions import Mention
from analysis.names import Names
from analysis.speakers.cast import GENDERS, Cast, Member
from analysis.speakers.discourse import Discourse, Speaker
from analysis.speakers.parties import Parties, core
from analysis.speakers.states import HOME, serves_state

KINDS = ("person", "organisation", "group", "anonymous", "document", "none")
AGAIN = ("name", "")  # whether a noun of sources.csv takes up an organisation by its name
COLLECTIVE = frozenset({"it", "its"})
THEIRS = frozenset({"its", "their"})
ENTITY_KINDS = {
    "PERSON": "person",
    "ORG": "organisation",
    "LOC": "organisation",
    "FAC": "organisation",
    "NORP": "group",
}
_ACTOR_KINDS = {"person": "person", "organisation": "organisation", "group": "organisation", "place": "organisation",
                "document": "document"}  # fmt: skip


@cache
def noun_rows() -> dict[str, dict[str, str]]:
    """The rows of sources.csv by noun."""
    rows = read_lexicon("sources", ("noun", "kind", "again"))
    for row in rows:
        choose(row, "kind", KINDS, name="sources")
        choose(row, "again", AGAIN, name="sources")
    return {row["noun"]: row for row in rows}


def source_kind(noun: str) -> str | None:
    """What kind of source a noun is by sources.csv; None for a noun without a row."""
    return noun_rows()[noun]["kind"] if noun in noun_rows() else None


@cache
def _speaking() -> frozenset[str]:
    """Nouns for who speaks for a body: its minister, its spokesman, its leader."""
    return office_nouns() | party_words("voice") | {n for nouns in role_words("verb").values() for n in nouns}


def head_kind(head: Token) -> str | None:
    """What kind of source a phrase is by its head, with the word before it ("the coast guard") or alone."""
    pair = f"{head.doc[head.i - 1].lower_} {head.lower_}" if head.i else ""
    return source_kind(pair) or source_kind(head.lower_) or source_kind(head.lemma_.lower())


@dataclass
class Naming:
    """Names, cast and parties of one article."""

    doc: Doc
    mentions: Sequence[Mention]
    actors: Actors
    headline: str = ""
    _names: Names = field(init=False)
    _cast: Cast = field(init=False)
    _entities: list[Span] = field(init=False)
    _discourse: Discourse = field(init=False)
    _parties: Parties = field(init=False)

    def __post_init__(self) -> None:
        self._names = Names(self.doc, self.actors)
        self._parties = Parties(self.doc, self._names, self.headline)
        self._entities = self._parties.entities()
        self._cast = Cast(
            self.doc,
            self.mentions,
            self._names,
            entities=self._entities,
            states=self._parties.states.by_name,
        )
        self._discourse = Discourse(self.doc, self._cast, self._of_name)

    # ------------------------------------------------------------------ names
    def _of_actor(self, actor: Actor) -> Speaker:
        member = self._cast.member(actor.name)
        return Speaker(actor.name, _ACTOR_KINDS[actor.kind], actor.side, self._affiliation(member))

    def _of_name(self, name: str, kind: str, side: str | None = None) -> Speaker:
        actor = self._names.actor(name)
        if actor:
            return self._of_actor(actor)
        member = self._cast.member(name)
        affiliation = self._affiliation(member)
        if side is None and member and len(member.sides) == 1:
            side = next(iter(member.sides))
        if side is None and kind == "organisation":
            side = self._side_of(name)
        return Speaker(name, kind, side or self._side_of(affiliation), affiliation)

    def _affiliation(self, member: Member | None) -> str | None:
        """The one organisation, or country, for which a person speaks."""
        return next(iter(member.serves)) if member and member.kind == "person" and len(member.serves) == 1 else None

    def _side_of(self, name: str | None) -> str | None:
        actor = self._names.actor(name) or self._names.owner(name)[0] if name else None
        return actor.side if actor else None

    def _of_entity(self, ent: Span) -> Speaker:
        state = self._parties.states.by_name.get(POSSESSIVE.sub("", ent.text))
        if state and ent.label_ in ("LOC", "ORG"):
            return Speaker(POSSESSIVE.sub("", ent.text), "organisation", state)
        mention = next((m for m in self.mentions if m.start_char == ent.start_char), None)
        kind = ENTITY_KINDS[ent.label_]
        actor = self._actor(mention.actor) if mention else None
        if actor and kind != "group":
            return self._of_actor(actor)
        side = mention.side if mention else None
        if kind == "group":
            return Speaker(None, kind, side, mention.actor if mention else None)
        name = (
            mention.name if mention and ent.label_ != "ORG" else self._names.spelled_out(POSSESSIVE.sub("", ent.text))
        )
        return Speaker(name, kind, side or self._side_of(name))

    def _one_side(self, span: Span) -> str | None:
        words = list(core(span))  # not "his mother, one of many behind a police rope"
        sides = {actor.side for actor in self._cast.actors_in(self.doc[span.start : words[-1].i + 1]) if actor.side}
        return sides.pop() if len(sides) == 1 else None

    def _actor(self, name: str | None) -> Actor | None:
        return next((actor for actor in self.actors.rows if actor.name == name), None) if name else None

    # ------------------------------------------------------------------ sides
    def _placed(self, speaker: Speaker, span: Span | None = None) -> Speaker:
        """The speaker with the party that the words of the article give them, where the table of actors is silent."""
        group = self._parties.group(speaker.name) if speaker.kind == "organisation" else None
        speaker = replace(speaker, name=group) if group else speaker
        known = any(self._names.actor(name) for name in (speaker.name, speaker.affiliation) if name)
        if speaker.side or known or speaker.kind == "none":
            return speaker
        again = self._taken_up_again(span) if span is not None and speaker.kind == "anonymous" else None
        if again is not None:
            return replace(speaker, side=again.side, domestic=again.domestic)
        told = self._cast.told(speaker.name) if speaker.name and speaker.kind == "person" else []
        phrases = [*told, span] if span is not None else told
        phrases = [phrase for phrase in phrases if phrase[0].lower_ in THEIRS] or phrases
        states = self._parties.states.by_name
        phrases = [phrase for phrase in phrases if any(token.text in states for token in phrase)] or phrases
        named = None
        if speaker.name and speaker.kind != "person":
            named = None if phrases and phrases[0][0].lower_ in THEIRS else self._parties.of_name(speaker.name)
            own = [phrase for phrase in phrases if phrase[0].lower_ in GENDERS]  # "his office"
            phrases = own or [phrase for phrase in phrases if any(map(serves_state, phrase))]
        if speaker.affiliation and not is_title(speaker.affiliation):
            named = self._parties.of_name(speaker.affiliation)
            phrases = [p for p in phrases if any(t.text in states for t in p)]  # "Velmari Energy Minister Jo Moor"
        sides = {named} if named is not None else {self._of_phrase(phrase) for phrase in phrases} - {None}
        if not sides and span is not None and any(t.lower_ in party_words("voice") for t in span):
            sides = {self._discourse.side_before(span.root)} - {None}
        sides = sides & set(self._parties.groups.values()) or sides  # a sergeant who speaks for mutineers
        if len(sides) != 1:
            return speaker
        side = sides.pop()
        return replace(speaker, side=side or None, domestic=side in (HOME, self._parties.states.home))

    def _taken_up_again(self, span: Span) -> Speaker | None:
        """Who "the official" is where an unnamed official was heard before."""
        bare = span[0].lower_ == "the" and span.root.i == span.start + 1
        before = sorted((at, s) for at, s in self._discourse.heard.items() if at < span.start) if bare else []
        heard = [s for at, s in before if self.doc[at].lower_ == span.root.lower_]
        return heard[-1] if bare and heard and heard[-1].kind == "anonymous" else None

    def _of_phrase(self, phrase: Span) -> str | None:
        owner = phrase[0]
        if owner.lower_ in THEIRS:
            if not any(t.lower_ in _speaking() or serves_state(t) for t in phrase):
                return None
            if owner.lower_ == "their":
                return self._theirs(owner)
            name = self._discourse.collective(owner).name
            return self._parties.of_name(name) if name and not self._another_between(name, owner) else None
        full = self._names.spelled_out(phrase[0].text) if len(phrase) > 1 else phrase[0].text
        short = full != phrase[0].text and phrase[0].text not in self._parties.states.by_name
        if short and phrase[0].text[0].isupper():  # "Committee chairman Jo Moor"
            return self._parties.of_name(full)
        if phrase[0].lower_ in GENDERS and any(t.lower_ in party_words("aide") for t in phrase):
            return self._placed(self._discourse.person_before(phrase[0], GENDERS[phrase[0].lower_])).side
        return self._parties.of_phrase(phrase)

    def _theirs(self, owner: Token) -> str | None:
        """The party of those several whom "their" stands for: of this sentence and the last, subjects before others."""
        start = self.doc[owner.sent.start - 1].sent.start if owner.sent.start else 0
        named = [t for t in self.doc[start : owner.i] if t.pos_ in ("NOUN", "PROPN")]
        plural = [
            token
            for token in named
            if token.tag_ in ("NNS", "NNPS")
            or source_kind(token.lower_) == "organisation"
            or token.text[0].isupper()
            and self._parties.group(token.text)
        ]
        plural = [t for t in plural if t.dep_ in SUBJECTS] or plural
        sides = {self._parties.of_phrase(noun_phrase(token)) for token in plural}
        return sides.pop() if len(sides) == 1 else None

    def _another_between(self, name: str, owner: Token) -> bool:
        """Whether a body without a name is the nearer one that "its" may stand for: "a hospital … its director"."""
        words = {word.lower() for word in name.split()}
        for token in reversed(self.doc[: owner.i]):
            if token.lower_ in words or self._discourse.distance(token.i, owner) > 1:
                return False
            subject = token.dep_ in SUBJECTS or token.sent == owner.sent
            if any(t.lower_ in words for t in token.sent if t.i < token.i and t.dep_ in SUBJECTS):
                return False  # "the Hand, an armed group, …"
            if source_kind(token.lower_) == "organisation" and subject:
                return True
        return False


def before(ent: Span) -> str:
    """The word right before a name."""
    return ent.doc[ent.start - 1].text
