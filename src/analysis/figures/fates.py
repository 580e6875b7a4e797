"""What became of one person: "A man was shot. He died in hospital", "a man was arrested after he shot himself"."""

from collections.abc import Iterator

from spacy.tokens import Token

from analysis.cues import SUBJECTS
from analysis.descriptions import gender_of
from analysis.figures.count import Count
from analysis.figures.events import Measured
from analysis.figures.triggers import match

PRONOUNS = {"f": {"she"}, "m": {"he"}}
SURVIVED = frozenset({"injured", "missing", "captive"})  # what may end in death


def with_fate(count: Count, told: Measured) -> Measured:
    """A man was shot in Lorne; *he died* in hospital: one killed. Of one person only, in the two sentences behind."""
    if told.measure not in SURVIVED or count.number.low != 1 or count.number.high != 1 or count.of_things:
        return told
    for token in _two_sentences(count):
        died = token.pos_ in ("VERB", "ADJ") and any(
            match(role, token, count) == "killed" for role in _roles(token, count, told.trigger)
        )
        if died and not _is_open(token):
            return Measured("killed", "fate", token)
    return told


def _is_open(verb: Token) -> bool:
    """Whether the verb is negated or conditional."""
    return any(child.lower_ in ("not", "n’t", "n't", "if") for child in verb.children)


def _two_sentences(count: Count) -> Iterator[Token]:
    ends = 0
    for token in count.span.doc[count.end : count.end + 70]:
        ends += token.is_sent_start is True
        if ends > 2 or token.text.count("\n") > 1 and ends > 1:
            return
        yield token


def _roles(verb: Token, count: Count, trigger: Token | None) -> list[str]:
    """The roles in which the person counted stands to a verb behind: "he died", "the victim was pronounced dead"."""
    own = count.noun.lemma_.lower() if count.noun is not None else count.span[-1].lower_
    pronouns = PRONOUNS.get(gender_of(own), {"he", "she"})
    for child in verb.children:
        if child.dep_ in SUBJECTS and child.i >= count.end and child.lower_ in {*pronouns, "victim", own}:
            return ["object", "state"] if verb.tag_ == "VBN" and child.dep_ == "nsubj:pass" else ["subject", "state"]
    if verb.tag_ == "JJ" and verb.dep_ in ("xcomp", "advcl", "obj") and verb.head.i > count.end:
        return ["state"] if _roles(verb.head, count, trigger) else []
    if verb.dep_ == "conj" and verb.head == trigger and not any(child.dep_ in SUBJECTS for child in verb.children):
        return ["subject"]  # "was shot and died"
    return []
