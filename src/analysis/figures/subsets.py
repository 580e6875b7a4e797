"""Finds the whole that a figure is a part of: "35, including 12 children", "14 were injured, two of them seriously".

A part must not be added to its whole, and no reporter disputes the whole by giving a part. Only what the words say is
linked: "along with two guards" is no part, and a number larger than its whole is none either.
"""

from collections.abc import Callable, Sequence

from analysis.figures.count import Count
from analysis.figures.events import Measured
from analysis.figures.givers import OWNER
from analysis.figures.leaning import INCLUDING

AMONG = frozenset({"among", "amongst"})
THEM = frozenset({"them", "whom", "these", "those", "which"})
DETERMINERS = frozenset({"the", "its", "their", "our", "those", "these", "all", "his", "her"})
OTHERS = frozenset({"other", "remaining", "last", "first"})
_REACH = 20  # counts between a part and its whole

Told = tuple[Sequence[Count], Sequence[Measured], list[int | None]]


def find_wholes(counts: Sequence[Count], measured: Sequence[Measured]) -> list[int | None]:
    """For each count the index of its whole in `counts`; None when it is a part of nothing."""
    wholes: list[int | None] = [None] * len(counts)
    for i in range(len(counts)):
        hits = (hit for rule in RULES if (hit := rule(i, (counts, measured, wholes))) is not None)
        whole = next(hits, None)
        if whole is not None and _fits(counts[i], counts[whole]):
            wholes[i] = whole
    return wholes


def _fits(part: Count, whole: Count) -> bool:
    """Whether a number can be a part of another, both of the same sort: people of people, houses of houses."""
    if part.of_time or whole.of_time or part.number.unit or whole.number.unit or part.implicit and part.named:
        return False
    least = part.number.low if part.number.low is not None else part.number.high
    most = whole.number.high
    return most is None or least is None or least <= most


def of_next(i: int, told: Told) -> int | None:
    """12 *of the 35* dead; four children *among the 12* victims; one of *about 40*."""
    counts = told[0]
    if i + 1 >= len(counts) or counts[i].implicit:
        return None
    part, whole = counts[i], counts[i + 1]
    between = [t.lower_ for t in part.span.doc[part.span.end : whole.span.start]]
    while between and between[-1] in DETERMINERS:
        between.pop()
    led = bool(between) and (between[-1] in AMONG or between == ["of"] or between == ["out", "of"])
    return i + 1 if led and len(between) <= 4 else None


def included(i: int, told: Told) -> int | None:
    """35 people, *including* 12 children *and* three women; 12 dead, *among them* four children."""
    counts, _, wholes = told
    count = counts[i]
    doc, start = count.span.doc, count.span.start
    start -= 2 * (doc[max(0, start - 2) : start].text.lower() == "those of")
    ahead = [t.lower_ for t in doc[max(0, start - 3) : start]]
    among = ahead[-2:] in (["among", "them"], ["among", "whom"], ["amongst", "them"])
    if ahead and ahead[-1] in INCLUDING or among:
        return _before(i, counts)
    behind = [t.lower_ for t in doc[count.end : count.end + 2]]
    if behind in (["among", "them"], ["amongst", "them"]):
        return _before(i, counts)
    joined = i > 0 and ahead[-1:] in (["and"], [","]) and wholes[i - 1] is not None
    near = joined and start - counts[i - 1].end <= 3 and count.anchor.sent == counts[i - 1].anchor.sent
    return wholes[i - 1] if near and counts[i - 1].end < start else None


def of_them(i: int, told: Told) -> int | None:
    """Fourteen were injured, two *of them* seriously and one critically."""
    counts, _, wholes = told
    count = counts[i]
    behind = [t.lower_ for t in count.span.doc[count.span.end : count.span.end + 2]]
    ahead = [t.lower_ for t in count.span.doc[max(0, count.span.start - 2) : count.span.start]]
    if not (behind[:1] == ["of"] and behind[-1] in THEM) and ahead not in (["of", "whom"], ["of", "them"]):
        return None
    last = _before(i, counts)
    parallel = last is not None and wholes[last] is not None and counts[last].anchor.sent == count.anchor.sent
    return wholes[last] if parallel and last is not None else last


def of_fronted(i: int, told: Told) -> int | None:
    """Nineteen wounded. *Of the wounded*, 11 were civilians; *of the 40 men* whom it held, 12 were freed."""
    counts = told[0]
    sent, start = counts[i].anchor.sent, counts[i].span.start
    ahead = [t.lower_ for t in counts[i].span.doc[sent.start : start]]
    whole = counts[i - 1].span.start - sent.start if i else -1
    if ahead[:1] == ["of"] and ahead[-1] == "," and 0 < whole < 3:
        return i - 1
    if not 2 <= len(ahead) <= 8 or ahead[0] != "of" or ahead[-1] != "," or ahead[1] not in DETERMINERS | THEM:
        return None
    return _before(i, counts)


def definite(i: int, told: Told) -> int | None:
    """Fourteen were hurt … *The other two* are out of danger; *the three* found yesterday."""
    counts, measured, _ = told
    doc, start = counts[i].span.doc, counts[i].span.start
    ahead = [t.lower_ for t in doc[max(0, start - 2) : start]]
    if ahead[-1:] not in (["the"], ["these"], ["those"]) and not (ahead[:1] == ["the"] and ahead[1] in OTHERS):
        return None
    for j in range(i - 1, max(-1, i - 6), -1):
        gap = doc[counts[j].end : start]
        if sum(t.is_sent_start is True for t in gap) > 3:
            return None
        if (
            measured[j].measure == measured[i].measure != "other"
            and not counts[j].implicit
            and _fits(counts[i], counts[j])
        ):
            return j
    return None


def of_copula(i: int, told: Told) -> int | None:
    """We counted 31 bodies. *Nine are children.*"""
    count = told[0][i]
    return _before(i, told[0]) if count.is_subject_of_noun else None


def broken_down(i: int, told: Told) -> int | None:
    """Its losses are four: *two pilots*, a steward and a loader."""
    measured = told[1]
    j = i
    while j > 0 and measured[j].rule == "breakdown":
        j -= 1
    return j if j < i else None


def of_the_dead(i: int, told: Told) -> int | None:
    """The toll is 57 … Four *of the dead* had been counted twice."""
    counts, measured, _ = told
    count = counts[i]
    behind = [t.lower_ for t in count.span.doc[count.span.end : count.span.end + 2]]
    if behind[:1] != ["of"] or behind[-1] not in DETERMINERS or measured[i].rule == "nominal":
        return None
    for j in range(i - 1, max(-1, i - _REACH), -1):
        same = measured[j].measure == measured[i].measure != "other" and behind[-1] not in OWNER  # "17 of its members"
        noun = count.noun is not None and count.lemma == counts[j].lemma
        if (same or noun) and not counts[j].implicit and (counts[j].number.low or 0) > (count.number.high or 0):
            return j
    return None


def _before(i: int, counts: Sequence[Count]) -> int | None:
    """The nearest count before of several, in the same or the sentence before; one of people for people."""
    for j in range(i - 1, max(-1, i - 6), -1):
        gap = counts[i].span.doc[counts[j].end : counts[i].span.start]
        if sum(t.is_sent_start is True for t in gap) > 1:
            return None
        several = (counts[j].number.high is None or counts[j].number.high > 1) and not counts[j].implicit
        alike = not counts[j].of_things or not counts[i].of_people
        if several and alike and not counts[j].of_time:
            return j
    return None


RULES: tuple[Callable[[int, Told], int | None], ...] = (
    of_next,
    of_them,
    included,
    of_fronted,
    of_copula,
    broken_down,
    of_the_dead,
    definite,
)
