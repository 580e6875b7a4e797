"""Which counts are figures: all numbers but times of day, and one person when something befell them."""

from collections.abc import Sequence

from analysis.cues import SUBJECTS, cue_of
from analysis.figures.count import Count
from analysis.figures.events import Measured
from analysis.figures.leaning import HARM
from analysis.figures.triggers import OTHER

# rules that count "a teacher"
FOR_ONE = frozenset({"verb", "state", "fate", "nominal", "part", "coordinated", "neighbour", "condition", "breakdown",
                     "learned"})  # fmt: skip
FOR_NAMED = ("verb", "fate", "coordinated")  # and those that count "Ana Reyes"
HOURS = frozenset({"at", "by", "until", "till", "before", "after", "since"})


def counts_as_figure(i: int, counts: Sequence[Count], measured: Sequence[Measured]) -> bool:
    """Whether a count is a figure; one person is when something befell them."""
    count, told = counts[i], measured[i]
    if count.definite:
        first = all(told.measure not in HARM for told in measured[:i])
        return told.measure in HARM and told.rule in FOR_ONE and first
    one = count.span.text.lower() == "one"
    if (count.implicit or one) and _only_speaks(count, told):
        return False
    if count.implicit:
        again = told.rule != "breakdown" and i > 0 and _renames(count, counts[i - 1])
        return told.measure != OTHER and told.rule in (FOR_NAMED if count.named else FOR_ONE) and not again
    if one and count.partitive and told.measure == OTHER:
        return False  # "one of them, the dentist Ana Reyes, praised the soup"
    if one and _is_one_of(count):
        return told.measure != OTHER and told.rule == "verb"  # not "one of the most …"
    return told.measure != OTHER or not _is_clock(count)


def _only_speaks(count: Count, told: Measured) -> bool:
    """*A cook*, who was evacuated on Friday, says: of her the sentence reports what she says."""
    cue = cue_of(count.top.head) if count.top.dep_ in SUBJECTS else None
    behind = count.span.doc[count.end : count.end + 1]
    if count.partitive and behind and behind[0].pos_ == "ADV":  # "one of them critically, he adds"
        return False
    below = count.partitive or told.trigger is not None and count.top.is_ancestor(told.trigger)
    return cue is not None and cue.mode == "speech" and below


def _renames(count: Count, last: Count) -> bool:
    """Two others, *a father* and son, died: the two once more."""
    gap = count.span.doc[last.end : count.span.start].text.strip()
    return gap == "," and count.top.dep_ == "appos" and count.top.head in (last.top, last.anchor)


def _is_one_of(count: Count) -> bool:
    """One of the nurses; but "one of them critically"."""
    behind = count.span.doc[count.span.end : count.span.end + 2]
    return bool(behind) and behind[0].lower_ == "of" and behind[-1].tag_ not in ("PRP", "WP")


def _is_clock(count: Count) -> bool:
    """School starts at eight."""
    before = count.span.doc[max(0, count.span.start - 1) : count.span.start].text.lower()
    behind = count.span.doc[count.span.end : count.span.end + 1]
    free = not behind or behind[0].is_space or behind[0].pos_ in ("PUNCT", "CCONJ", "SCONJ", "ADP", "ADV")
    bare = free and count.noun is None and count.number.unit is None and count.span.text.isalnum()
    governed = any(child.dep_ == "obj" for child in count.anchor.head.children)  # "puts the total at eight"
    return bare and not governed and before in HOURS and (count.number.high or 0) <= 24
