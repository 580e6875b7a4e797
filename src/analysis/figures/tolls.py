"""Tolls: "a death toll of 12", "it rose to 54", "put the number of dead at 12"; some lean on the figure before."""

from collections.abc import Sequence
from typing import NamedTuple

from spacy.tokens import Token

from analysis.figures import events
from analysis.figures.count import Count
from analysis.figures.events import BE, Measured
from analysis.figures.nouns import is_person
from analysis.figures.triggers import AS_BEFORE, OTHER, QUOTES, match, triggers

_INTO_TOLL = BE | {"of", "at", "to", ":", "from", "by", "than", "as", "not", "only", ",", "reach", "reached", "stand",
                   "stands", "stood", "exceeds", "exceeded", "passed", "topped", "tops", "surpassed"}  # fmt: skip


class Earlier(NamedTuple):
    """A count that stands before, and what it measures."""

    index: int
    count: Count
    told: Measured

    @property
    def noun(self) -> Token | None:
        """What it counts, as far as its words or those before tell."""
        noun = self.told.noun if self.told.noun is not None else self.count.noun
        return noun if noun is None or noun.pos_ != "PROPN" or is_person(noun) else None

    @property
    def root(self) -> int:
        """The count at the beginning of the chain, so that chains never grow."""
        return self.index if self.told.like is None else self.told.like


Before = Sequence[Earlier]


def by_toll(count: Count, before: Before) -> Measured | None:
    """A death toll of 12; the toll rose to 54; put the number of dead at 12; to 107 the number of people freed."""
    plain = count.noun is None or count.partitive or count.noun.lemma_.lower() in ("dead", "people")
    if count.implicit or not plain:
        return None
    noun = _toll_noun(count)
    if noun is None or count.number.unit is not None:
        return None
    own = match("toll", noun, count)
    inner, measure = _below_toll(noun, count)
    measure = None if measure == AS_BEFORE else measure
    if measure is None and own == AS_BEFORE:  # "the *body* count has reached 61"
        made = (match("self", child, count) for child in noun.lefts if child.dep_ == "compound")
        measure = next((m for m in made if m not in (None, AS_BEFORE)), None)
    if measure is None and own in (None, AS_BEFORE) and events.by_state_behind(count):
        return None  # "raised its count to six dead"
    if measure is None and own == AS_BEFORE and inner is None and before and not _has_complement(noun, count):
        told = [
            e for e in before[-12:] if e.told.measure != OTHER or (e.told.rule == "toll" and _is_close(e.count, count))
        ]
        wholes = [e for e in told if e.told.rule != "part"]  # "140, including 11 doctors; the true figure may be 200"
        last = before[-1] if _is_beside(before[-1], count) else (wholes or told or before)[-1]
        return Measured(last.told.measure, "toll", noun, last.noun, last.root)
    people = inner is None or is_person(inner)
    return Measured(measure or (own if own and own != AS_BEFORE and people else OTHER), "toll", noun, inner)


def _is_close(last: Count, count: Count) -> bool:
    return sum(token.is_sent_start is True for token in count.span.doc[last.end : count.span.start]) < 3


def _is_beside(last: Earlier, count: Count) -> bool:
    """“There were *25* of each.” The government's figure is three: of whatever the sentence before counts."""
    gap = count.span.doc[last.count.end : count.span.start]
    bare = last.told.rule == "none" and last.count.noun is None and last.count.number.unit is None
    return bare and sum(token.is_sent_start is True for token in gap) == 1 and "\n\n" not in gap.text


def _toll_noun(count: Count) -> Token | None:
    doc, sent = count.span.doc, count.anchor.sent
    start = count.span.start + (count.span[0].pos_ == "VERB")  # "exceeds 200"
    i = start - 1
    while i > sent.start and (doc[i].text in QUOTES or doc[i].pos_ == "ADV"):
        i -= 1
    if i < sent.start or doc[i].lower_ not in _INTO_TOLL or (doc[i].text == "," and count.anchor.dep_ != "appos"):
        return None
    behind = doc[count.end : count.end + 4]
    ahead = next((t for t in behind if ("toll", t.lemma_.lower()) in triggers()), None)
    if ahead is not None and behind[0].pos_ in ("DET", "PRON") and doc[i].lower_ == "to":
        return ahead
    for token in reversed(list(doc[max(sent.start, i - 25) : i + 1])):
        if ("toll", token.lemma_.lower()) in triggers() or ("toll", token.lower_) in triggers():
            above = [t for t in token.ancestors if ("toll", t.lemma_.lower()) in triggers() and t.pos_ == "NOUN"]
            token = above[-1] if above else token  # "the *number* of children among the dead"
            return token if token.pos_ in ("NOUN", "ADJ", "PROPN") and not token.ent_type_ else None
        if token.text in (";", "”") or _is_argument(token):
            return None
    return None


def _is_argument(noun: Token) -> bool:
    """Whether a noun is subject or object itself; one behind a preposition is neither, whatever the parse says."""
    nominal = noun.pos_ in ("NOUN", "PROPN") and noun.dep_ in ("obj", "nsubj")
    return nominal and not any(child.dep_ == "case" and child.tag_ != "POS" for child in noun.children)


def _has_complement(noun: Token, count: Count) -> bool:
    """Whether words behind the toll noun tell what is counted: "the number on board"; not "the count of nine"."""
    behind = noun.nbor() if noun.i + 1 < len(noun.doc) else noun
    return behind.pos_ == "ADP" and behind.lower_ not in ("at", "to") and behind.i + 1 != count.span.start


def _below_toll(noun: Token, count: Count) -> tuple[Token | None, str | None]:
    """What a toll is of, and the measure that its words tell: "the number of people brought out alive"."""
    doc, counted, measure = noun.doc, None, None
    for token in doc[noun.i + 1 : min(noun.i + 9, len(doc))]:
        if token.i >= count.span.start > noun.i or token.text in ",;:." or token.lower_ in ("at", "to"):
            break
        if token.pos_ == "NOUN" and counted is None and doc[noun.i + 1].lower_ == "of":
            counted = token
        for role in ("state", "self", "object", "subject", "kind"):
            if measure in (None, AS_BEFORE) and (counted is None or is_person(counted) or counted == token):
                measure = match(role, token, count)
    if counted is not None and ("self", counted.lemma_.lower()) in triggers():
        return None, match("self", counted, count)
    return counted, measure
