"""Who was named and who spoke up to here: what a pronoun may take up again.

Nearness in sentences decides, then whether somebody was a speaker, or a subject; of two equally good offers neither.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from analysis.descriptions import descriptions
from analysis.marks import find_quotations
from analysis.speakers.cast import GENDERS, Appearance, Cast

# sentences by which an offer counts as nearer
_SPEAKER, _SUBJECT, _KNOWN, _UNNAMED, _QUOTED, _REACH, _TIE = 1.2, 0.7, 0.26, -0.5, -1.5, 8, 0.23


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something. `name` is None when nobody is named; `side` is None when neutral or unknown."""

    name: str | None
    kind: str  # one of KINDS
    side: str | None = field(default=None, compare=False)
    affiliation: str | None = None  # for whom a person, an official or a group speaks
    domestic: bool = field(default=False, compare=False)  # of the state where the article is set, named or not


NOBODY = Speaker(None, "none")


@dataclass
class Discourse:
    """The people and organisations that a reader has in mind at a place of an article."""

    doc: Doc
    cast: Cast
    of_name: Callable[[str, str], Speaker]  # name, kind -> speaker
    heard: dict[int, Speaker] = field(default_factory=dict)  # by the token of the source
    sentences: dict[int, int] = field(init=False)
    quoted: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        self.sentences = _sentences_of(self.doc)
        inside = [part for quotation in find_quotations(self.doc.text) for part in quotation.parts]
        spans = [self.doc.char_span(*part, alignment_mode="contract") for part in inside]
        self.quoted = frozenset(token.i for span in spans if span is not None for token in span)

    def person_before(self, token: Token, gender: str) -> Speaker:
        """Who "he" or "she" is: the best offer of that gender before it; nobody when two are equally good."""
        offers = [a for a in self.cast.appearances if a.kind == "person" and self._fits(a.name, a.gender, gender)]
        # "her teacher, Tomas Pavel, had gone, she said": she is not Pavel
        own = {self.cast.name_of(ent) for ent in token.sent.ents if _is_anothers(ent, gender)}
        here = self.sentences.get(token.i)
        offers = [a for a in offers if a.name not in own or self.sentences.get(a.token) != here]
        offers = [a for a in offers if a.name or a.token not in self._said_before(token)]
        best = self._best(token, offers, "person", gender)
        member = self.cast.member(best.name) if best else None
        if member and not member.genders:  # from here on the text has told it
            member.genders.add(gender)
        return best or Speaker(None, "person")

    def _said_before(self, pronoun: Token) -> set[int]:
        """The words reported before "…, he said": somebody unnamed there is whom he speaks of."""
        return {t.i for c in pronoun.head.lefts if c.dep_ == "ccomp" for t in c.subtree}

    def collective(self, token: Token) -> Speaker:
        """What "it" or "its" stands for: an organisation, or a country that has just spoken."""
        offers = [a for a in self.cast.appearances if a.kind == "organisation"]
        return self._best(token, offers, "organisation", None) or Speaker(None, "organisation")

    def only_person_near(self, head: Token) -> Speaker | None:
        """The one person who spoke in the sentences before; where nobody did, the one named in the last sentence."""
        near = {
            at: s
            for at, s in self.heard.items()
            if at < head.i and at not in self.quoted and self.distance(at, head) < 3
        }
        offers = {s for s in near.values() if s.kind in ("person", "anonymous")}
        if not offers:
            offers = {self.of_name(a.name, a.kind) for a in self.near(head, 2) if a.kind == "person" and a.name}
        one = next(iter(offers)) if len(offers) == 1 else NOBODY
        return one if one.kind == "person" and one.name else None

    def last_of(self, names: Collection[str], head: Token) -> str | None:
        """Who of them spoke last in the sentences before."""
        before = [(at, s) for at, s in sorted(self.heard.items()) if at < head.i and self.distance(at, head) < 4]
        spoke = [s.name for _, s in before if s.name in names]
        return spoke[-1] if spoke else None

    def side_before(self, head: Token) -> str | None:
        """The side of the organisation that has just spoken in the paragraph of a bare "a spokesman"."""
        before = [at for at in self.heard if at < head.i]
        nearest = min((self.distance(at, head) for at in before), default=0)
        first = min((at for at in before if self.distance(at, head) == nearest), default=head.i)
        last, between = self.heard.get(first, NOBODY), self.doc[first : head.i]
        kinds = ("organisation", "person") if head.lower_ == "aide" else ("organisation",)
        parted = any(token.is_space and token.text.count("\n") > 1 for token in between)
        return last.side if last.kind in kinds and not parted else None

    def near(self, token: Token, sentences: int) -> list[Appearance]:
        """Who is mentioned in so many sentences up to a token, its own included."""
        return [a for a in self.cast.appearances if a.token < token.i and self.distance(a.token, token) < sentences]

    def distance(self, at: int, token: Token) -> int:
        """Sentences from a place to a token."""
        return self.sentences.get(token.i, 0) - self.sentences.get(at, 0)

    def _fits(self, name: str | None, told: str | None, gender: str) -> bool:
        """Whether nothing in the text gives somebody another gender."""
        member = self.cast.member(name)
        known = member.genders if member else {told} - {None}
        return not known or gender in known

    def _best(self, token: Token, offers: Sequence[Appearance], kind: str, gender: str | None) -> Speaker | None:
        here = self.sentences.get(token.i, 0)
        scored: dict[Speaker, float] = {}
        for at, speaker, bonus in self._offers(token, offers, kind, gender):
            distance = here - self.sentences.get(at, 0)
            if at in self.quoted and token.i not in self.quoted:  # a name in somebody's words
                bonus += _QUOTED
            if gender and (member := self.cast.member(speaker.name)) and gender in member.genders:
                bonus += _KNOWN  # "the spokesman" is rather "he" than who may be either
            if at < token.i and distance <= _REACH:
                scored[speaker] = max(scored.get(speaker, -2 * _REACH), bonus - distance)
        ranked = sorted(scored.items(), key=lambda found: -found[1])
        if not ranked or len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _TIE:
            return None
        best = ranked[0][0]
        same = [at for at, speaker in self.heard.items() if speaker == best and at < token.i]
        return self.heard[max(same)] if same else best

    def _offers(
        self, token: Token, offers: Sequence[Appearance], kind: str, gender: str | None
    ) -> Iterator[tuple[int, Speaker, float]]:
        """Mentions and earlier speakers as (token, speaker, bonus)."""
        for offer in offers:
            speaker = self.of_name(offer.name, kind) if offer.name else Speaker(None, "anonymous")
            if kind == "person" and speaker.kind == "organisation":  # of the table, whatever the engine took it for
                continue
            yield offer.token, speaker, _SUBJECT * offer.subject + (0 if offer.name else _UNNAMED)
        kinds = ("person", "anonymous") if kind == "person" else ("organisation",)
        for at, speaker in self.heard.items():
            fits = gender is None or self._fits(speaker.name, None, gender)
            fits = fits and (speaker.name is not None or at not in self._said_before(token))
            if speaker.kind in kinds and fits and (speaker.name or speaker.kind == "anonymous"):
                yield at, speaker, _SPEAKER + (0 if speaker.name else _UNNAMED)


def _sentences_of(doc: Doc) -> dict[int, int]:
    """The number of each token's sentence; none where nothing was parsed."""
    sentences = doc.sents if doc.has_annotation("SENT_START") else ()
    return {token.i: n for n, sent in enumerate(sentences) for token in sent}


def _is_anothers(ent: Span, gender: str) -> bool:
    """Whether the words beside a name make it somebody of his or hers."""
    return ent.label_ == "PERSON" and any(
        token.tag_ == "PRP$" and GENDERS.get(token.lower_) == gender for span in descriptions(ent) for token in span
    )
