"""Says who a source stands for: a person, an organisation, a group, somebody unnamed, a document; for whom they speak;
and their side.

Reads the words of the source, the cast of the article and what was said before. Never guesses: a pronoun with two
equally good people before it, or a surname that two people share, has no speaker.
"""

from collections.abc import Sequence
from itertools import takewhile

from spacy.tokens import Span, Token

from analysis.actors import bare_name, name_key
from analysis.cues import noun_phrase
from analysis.descriptions import head_noun, is_title, party_words, person_nouns, role_words
from analysis.speakers.cast import GENDERS
from analysis.speakers.discourse import NOBODY, Speaker
from analysis.speakers.naming import COLLECTIVE, ENTITY_KINDS, KINDS, before, source_kind
from analysis.speakers.nouns import DEFINITE, SEVERAL, CommonNouns

__all__ = ["KINDS", "NOBODY", "Speaker", "Speakers"]

_FEW = 3  # words before a name: "the aid group Clear Water"
EACH = frozenset({"each", "both", "either"})
RELATIVE = frozenset({"who", "which", "that", "whom"})


class Speakers(CommonNouns):
    """Resolves the sources of one article from left to right; remembers who was named and who spoke last."""

    def resolve(self, source: tuple[int, int] | None) -> Speaker:
        """The speaker of a source, given as a half-open token span; remembered for pronouns that follow."""
        if source is None:
            return NOBODY
        span = self.doc[source[0] : source[1]]
        speaker = self._placed(self._of(span), span)
        if speaker.name or self._is_somebody(span):
            self._discourse.heard[span.root.i] = speaker
        return speaker

    def _is_somebody(self, span: Span) -> bool:
        """Whether an unnamed source is somebody of their own, and not another word for a person named before."""
        head = span.root
        if head.lower_ == "i":
            return False
        known = head.lower_ in person_nouns() or any(t.lower_ == head.lower_ for t in self.doc[: span.start])
        return span[0].lower_ not in DEFINITE or known

    def named(self, text: str, at: int) -> Speaker:
        """The speaker that a line of its own names: the introduction of a block quote, the signature of a post."""
        people = [
            e for e in self._entities if e.label_ == "PERSON" and at <= e.start_char and e.end_char <= at + len(text)
        ]
        name = self._cast.name_of(people[0]) if len(people) == 1 else None
        actor = self._names.actor(text) or self._names.actor(bare_name(text))
        kind = "organisation" if not name and self._is_organisation(text, at) else "person"
        speaker = self._of_actor(actor) if actor else self._of_name(name or self._names.full(bare_name(text)), kind)
        token = next((token.i for token in self.doc if token.idx >= at), 0)
        speaker = self._placed(speaker)
        self._discourse.heard[token] = speaker
        return speaker

    def _is_organisation(self, text: str, at: int) -> bool:
        organisations = (ent for ent in self._entities if ent.label_ == "ORG")
        return text.startswith("The ") or any(at <= ent.start_char < at + len(text) for ent in organisations)

    def is_quoted(self, token: int) -> bool:
        """Whether a token stands within quotation marks."""
        return token in self._discourse.quoted

    # ------------------------------------------------------------------ words of the source
    def _of(self, span: Span) -> Speaker:
        while len(span) > 1 and (
            span[-1].text in (",", ";", ":", "–", "—") or span[-1].is_lower and span[-1].pos_ in ("CCONJ", "ADV")
        ):
            span = span[:-1]
        if len(span) == 1 and span[0].pos_ in ("PRON", "DET"):
            return self._pronoun(span[0])
        if span.root.dep_ == "appos" and span.root.head not in span and not self._cast.inside(span):
            span = noun_phrase(span.root.head)  # "Open Classroom, a rights group, says"
        comma = _comma(span)  # "[In the capital,] Kell, ministry spokesman Jo Moor"
        if (
            comma is not None
            and self.doc[comma - 1].ent_type_ in ("LOC", "FAC", "ORG")
            and span[-1].ent_type_ == "PERSON"
        ):
            span = self.doc[comma + 1 : span.end] if self.doc[comma + 1].ent_type_ != "PERSON" else span
        ending = self._ending(span)  # "the Mayor of Kell (KMA), Ana Lenk"
        if ending is not None and (name := self._cast.name_of(ending)):
            return self._of_name(name, "person", self._one_side(span))
        bracket = next((token.i for token in span if token.text == "(" and token.i > span.start), span.end)
        if any(ent.label_ == "PERSON" for ent in self._cast.inside(self.doc[span.start : bracket])):
            span = self.doc[span.start : bracket]  # "Paul Rhyn (R-Wis.)"
        if span[0].lower_ in EACH:
            return Speaker(None, "group")
        acronym = self.doc[bracket + 1 : bracket + 2].text
        if bracket < span.end and acronym.isupper() and len(acronym) > 1:  # "the Office for Food Security (OFS)"
            span = self.doc[span.start : bracket]
            if head_noun(span) is None and all(
                token.is_title or token.is_lower and token.pos_ in ("ADP", "DET", "CCONJ") for token in span
            ):
                name = span[1:].text if span[0].lower_ == "the" else span.text
                return self._of_name(name, "organisation")
        return self._of_words(self._without_apposition(span), span)

    def _of_words(self, short: Span, span: Span) -> Speaker:
        if handle := _handle(short):
            return self._of_name(handle, "person")
        actor = self._names.actor(short.text)
        people = short.root.tag_ == "NNPS" and actor is not None and name_key(short.text) != name_key(actor.name)
        if actor and people and actor.kind == "place":
            return Speaker(None, "group", actor.side, actor.name)  # "Americans"
        if actor:
            return self._of_actor(actor)
        said = [token.text for token in short if token.lower_ not in party_words("contested")]
        if short[-1].is_title and (group := self._parties.group(" ".join(said))):  # "the opposition Dawn List"
            return self._of_name(group, "organisation", group)
        if len(short) == 2 and short[0].lower_ == "the" and source_kind(short.root.lower_) == "organisation":
            return self._taken_up(short) or self._common_noun(short, span)
        bare = " ".join(token.text for token in short if token.pos_ != "DET")
        if bare.isupper() and (full := self._names.spelled_out(bare)) != bare:
            return self._of_name(full, "organisation")
        if called := _called(short):
            return self._of_name(self._names.spelled_out(called), "organisation")
        return self._named_head(short, span) or self._taken_up(short) or self._common_noun(short, span)

    def _without_apposition(self, span: Span) -> Span:
        """The words before the first comma when they end in a name: "Leys, a retired judge, who is 71"."""
        comma = _comma(span)
        if comma is None:
            return span
        named = self.doc[comma - 1].ent_type_ in ENTITY_KINDS
        return self.doc[span.start : comma] if named else span

    def _named_head(self, span: Span, whole: Span) -> Speaker | None:
        """The name that the phrase is about: its head, or the name in apposition to a role ("spokesman Lenk")."""
        head = span.root
        ents = [e for e in self._entities if e.label_ in ENTITY_KINDS and whole.start <= e.start and e.end <= whole.end]
        people = [ent for ent in ents if ent.label_ == "PERSON" and ent.end <= span.end and not _owned(ent, span)]
        said = [head.i] if head.i in self._cast.described else [t.i for t in whole if self._is_naming(t)]
        if not people and said and head.pos_ == "NOUN":
            member = self._cast.member(self._cast.described[said[0]])  # "a caretaker known as Uncle Rust"
            if member:
                return self._of_name(member.name, member.kind)
        if not people:  # "its spokesman, Idris Vane," where the source ends before the name
            people = self._apposed(head, "PERSON")
        if len(people) > 1 and not _joined(people):
            people = people[-1:]  # "Clinton spokesman Nick Merrill"
        if len({self._cast.name_of(ent) for ent in people}) > 1:
            return Speaker(None, "group")
        if people:
            name = self._cast.name_of(people[0])
            return self._of_name(name, "person", self._one_side(span)) if name else Speaker(None, "person")
        over = [ent for ent in ents if ent.start <= head.i < ent.end] or self._apposed(head, "ORG")
        if over and len(over[0]) == 1 and head.tag_ == "NNPS":  # "Democrats", whatever the engine took them for
            return Speaker(None, "group", self._one_side(span))
        if over:
            return self._of_entity(over[0])
        return self._unrecognised(span, head)

    def _is_naming(self, token: Token) -> bool:
        """Whether a noun of a description is named: "the commander, a former teacher known as Uncle Rust"."""
        return token.i in self._cast.described and any(
            t.lemma_ in role_words("naming") for t in self.doc[token.i + 1 : token.i + 2]
        )

    def _ending(self, span: Span) -> Span | None:
        """The person with whose name, after a comma, a source ends that begins with their office."""
        comma = _comma(span)
        if comma is None or head_noun(self.doc[span.start : comma]) is None:
            return None
        people = [ent for ent in self._cast.inside(span) if ent.label_ == "PERSON"]
        own = len(people) == 1 and people[0].end >= span.end - 1 and people[0].start > comma
        return people[0] if own and (before(people[0]) == "," or is_title(before(people[0]))) else None

    def _apposed(self, head: Token, label: str) -> list[Span]:
        """The entity in apposition to a noun, by the parse or right after it and a comma."""
        arcs = {c.i for c in head.children if c.dep_ in ("appos", "flat")}
        beside = head.i + 2 if self.doc[head.i + 1 : head.i + 2].text == "," else None
        if head.pos_ != "NOUN" or head.tag_ == "NNS":
            return []
        found = [
            ent
            for ent in self._entities
            if ent.label_ == label
            and (
                any(ent.start <= i < ent.end for i in arcs)
                or ent.start == beside
                and (head.lower_ in person_nouns() or self.doc[ent.end : ent.end + 1].text == ",")
            )
        ]
        return found[:1]

    def _unrecognised(self, span: Span, head: Token) -> Speaker | None:
        """A name that was not recognised as one: a surname known from elsewhere, or capitals throughout."""
        capitals = span[0].lower_ == "the" and head.i > span.start + 1 and head.nbor(-1).text[:1].isupper()
        if head.pos_ != "PROPN" and not capitals or not head.text[:1].isupper() or is_title(head.text):
            return None
        if head.tag_ == "NNPS" and span[0].pos_ in ("DET", "ADJ") and span[0].lower_ != "the":  # "some Democrats"
            return None
        if is_title(span[0].text) and len(span) > 1:  # "Dr Ana Lenk of Kell hospital", nothing of it recognised
            words = [t.text for t in takewhile(lambda t: t.pos_ == "PROPN", span)]
            return self._of_name(self._names.full(bare_name(" ".join(words))), "person")
        name = self._names.full(head.text)
        if name != head.text:
            return self._of_name(name, "person")
        words = [token.text for token in span if token.pos_ not in ("DET", "ADP", "PART", "PUNCT")]
        if head.lower_ in person_nouns() or not all(word[:1].isupper() for word in words):
            return None
        kept = span[0].lower_ != "the" or span[0].text == "The" and len(words) == 1
        text = span.text if kept else " ".join(span.text.split()[1:])
        return self._of_name(text, "organisation")

    # ------------------------------------------------------------------ pronouns
    def _pronoun(self, token: Token) -> Speaker:
        word = token.lower_
        if word in RELATIVE:
            return self._antecedent(token)
        if word in GENDERS:
            return self._discourse.person_before(token, GENDERS[word])
        if word in COLLECTIVE:
            return self._discourse.collective(token)
        if word == "i":
            return Speaker(None, "anonymous")
        return Speaker(None, "group" if word in SEVERAL else "none")

    def _antecedent(self, token: Token) -> Speaker:
        """Whom "who" stands for: the noun that its clause hangs on, else the one right before it."""
        clause = token.head
        before = [t for t in self.doc[max(0, token.i - 3) : token.i] if not t.is_punct]
        head = clause.head if clause.dep_ in ("acl:relcl", "acl") and clause.head.i < token.i else None
        if head is None and before and before[-1].pos_ in ("NOUN", "PROPN"):
            head = before[-1]
        if head is None or head.pos_ not in ("NOUN", "PROPN"):
            return Speaker(None, "group" if token.lower_ == "who" else "none")
        ent = next((ent for ent in self._cast.ents if ent.start <= head.i < ent.end), None)
        phrase = ent or noun_phrase(head)
        speaker = self._of(self.doc[phrase.start : min(phrase.end, token.i)])
        return NOBODY if speaker.kind == "anonymous" and token.lower_ not in ("who", "whom") else speaker


def _called(span: Span) -> str | None:
    """The name after a noun for what it is: "aid group Clear Water"."""
    first = next((t.i for t in span[1:] if t.text[0].isupper()), span.end)  # of the name
    noun, name = span.doc[first - 1], span.doc[first : span.end]
    if not noun.is_lower or source_kind(noun.lower_) not in ("organisation", "group") or first - span.start > _FEW:
        return None
    fits = all(t.text[0].isupper() and t.ent_type_ != "PERSON" and not is_title(t.text) for t in name)
    return name.text if len(name) and fits else None


def _handle(span: Span) -> str | None:
    """The name that somebody goes by in a forum: "username oldbargee", "user @oldbargee"."""
    if not any(token.ent_type_ for token in span) and span[-1].text.startswith("@"):
        return span[-1].text[1:] or None
    noun = next((token.i for token in span[:-1] if token.lower_ in role_words("handle")), None)
    return span.doc[noun + 1 : span.end].text if noun is not None else None


def _comma(span: Span) -> int | None:
    """The place of the first comma inside a phrase."""
    return next((token.i for token in span if token.text == "," and token.i > span.start), None)


def _owned(ent: Span, span: Span) -> bool:
    """Whether the name only owns or modifies the head of the phrase: "Varro's daughter", "a spokesman for Lorne"."""
    root, head = ent.root, span.root
    if ent.end <= head.i and head.pos_ == "NOUN" and before(span.doc[head.i : head.i + 1]) != ",":
        return True  # "the Trump campaign"
    if ent.start <= head.i < ent.end or ent.end == span.end and ent.start > span.start and before(ent) == ",":
        return False
    return head in root.ancestors and root.dep_ in ("nmod:poss", "nmod", "obl", "acl", "acl:relcl")


def _joined(people: Sequence[Span]) -> bool:
    """Whether names stand in a row of their own, with a comma or "and" between them."""
    between = people[0].doc[people[0].end : people[-1].start]
    return any(token.text in (",", "&", "/") or token.pos_ == "CCONJ" for token in between)
