"""Whether a figure is asserted, or denied, questioned, imagined by the sentence or by whoever gives it."""

from collections.abc import Sequence

from spacy.tokens import Token

from analysis.cues import SUBJECTS, cue_of
from analysis.figures.count import Count
from analysis.figures.events import Measured
from analysis.figures.triggers import NOT, OTHER, is_exception, is_unreal, needs_negation, triggers
from analysis.quotes import Quote

IMAGINED = frozenset({"would", "should", "might", "may", "could"})


def is_asserted(count: Count, told: Measured, quote: Quote | None, quotes: Sequence[Quote]) -> bool:
    """False when the sentence, the quote it stands in, or a quote around that denies, questions or imagines it."""
    denied = _denied(count, quote, quotes)
    return not denied and not any(rule(count, told) for rule in (_negated, _questioned, _imagined))


def _denied(count: Count, quote: Quote | None, quotes: Sequence[Quote]) -> bool:
    nearest = next((t for t in count.top.ancestors if (cue := cue_of(t)) is not None and cue.mode == "speech"), None)
    own = cue_of(nearest) if nearest is not None and nearest.dep_ == "conj" else None
    if own is not None and own.stance != "deny":
        return False  # "denied that anybody had died but *confirmed* 14 injuries"
    seen = 0
    while quote is not None and seen < len(quotes):
        if quote.stance == "deny" and quote.kind != "direct":  # a direct quote says what the denier holds true
            return True
        quote, seen = (quotes[quote.parent] if quote.parent is not None else None), seen + 1
    return False


def _negated(count: Count, told: Measured) -> bool:
    """Not two; 12 people were not killed."""
    before = count.span.doc[max(0, count.span.start - 2) : count.span.start]
    if before and (before[-1].lower_ in NOT or before[0].lower_ in ("neither", "nor")):
        return True
    if is_exception(count) and told.measure != OTHER and told.trigger is not None:
        return not needs_negation(told.trigger)  # "all but two were freed": two were not
    verbs = _verbs(count, told) if told.measure != OTHER else []  # "21 never came" is asserted of the 21
    verbs = [verb for verb in verbs if not needs_negation(verb)]  # "two did not survive"
    return any(child.lower_ in NOT for verb in verbs for child in verb.children if child.dep_ == "advmod")


def _questioned(count: Count, told: Measured) -> bool:
    """Whether 12 died; if 12 died; did 12 die?"""
    for verb in _verbs(count, told):
        if any(child.dep_ == "mark" and child.lower_ in ("if", "whether", "unless") for child in verb.children):
            return True
    sent = count.anchor.sent
    left = count.span.doc[max(sent.start, count.span.start - 4) : count.span.start]
    return any(t.lower_ in ("if", "whether") for t in left) or any(t.text.endswith("?") for t in sent[-3:])


def _imagined(count: Count, told: Measured) -> bool:
    """12 people should be moved; an operation to free 12; but not "may have killed 12", "managed to free 12"."""
    if told.measure == OTHER:
        return False
    if told.rule == "nominal" and told.trigger is not None:  # "the attempted murder of two"
        words = {word for c in told.trigger.children for word in (c.lower_.removesuffix("ed"), c.lemma_.lower())}
        return any(("unreal", word) in triggers() for word in words)
    for verb in _verbs(count, told)[:1]:
        helpers = {child.lower_ for child in verb.children if child.dep_ in ("aux", "aux:pass")}
        if helpers & IMAGINED and not helpers & {"have", "’ve", "'ve"}:
            return True
        marked = any(child.dep_ == "mark" and child.tag_ == "TO" for child in verb.children)
        if marked and verb.tag_ != "VBG" and "have" not in helpers:  # not "is said to have freed 12"
            return verb.dep_ in ("acl", "advcl") or is_unreal(verb.head)
    return False


def _verbs(count: Count, told: Measured) -> list[Token]:
    """The verb that tells the measure, or else the one that the count hangs on."""
    if told.trigger is not None and told.rule in ("verb", "state", "neighbour"):
        return [told.trigger]
    return [count.top.head] if count.top.dep_ in SUBJECTS | {"obj"} else []
