"""Decides what each count of people measures (killed, injured, missing …): by its own event, else by the words before.

Rules are tried in the order of `RULES`; the name of the one that fired is kept. `events` looks at the count's own
construction, `leaning` and `tolls` at the figure before; here are coordination and what no rule may count.

Source of the idea: the number and effect slots of MUC-4, whose systems had no ellipsis, subsets or tolls.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from analysis.figures import events
from analysis.figures.count import Count
from analysis.figures.events import Measured
from analysis.figures.fates import with_fate
from analysis.figures.leaning import (
    by_anaphor,
    by_bare,
    by_breakdown,
    by_copula,
    by_ellipsis,
    by_included,
    by_partitive,
)
from analysis.figures.learned import weighed
from analysis.figures.nouns import ANIMAL, people_kind
from analysis.figures.tolls import Before, Earlier, by_toll
from analysis.figures.triggers import OTHER, match_any

EVIDENCE = ("object", "kind", "self", "state", "in", "of")
OPEN = frozenset({"NOUN", "VERB", "ADJ"})


_UNTOLD = Measured(OTHER, "none")


def find_measures(counts: Sequence[Count]) -> list[Measured]:
    """What each count measures, in the same order; `other` when nothing ties it to an event."""
    found: list[Measured] = []
    before: list[Earlier] = []
    for i, count in enumerate(counts):
        hits = (hit for rule in RULES if (hit := rule(count, before)) is not None)
        found.append(weighed(count, _as_a_part(count, next(hits, _UNTOLD), before)))
        if not (found[i].measure == OTHER and (count.implicit or count.of_time)):
            before.append(Earlier(i, count, found[i]))
    _share_backwards(counts, found)
    _share_forwards(counts, found)
    found = [with_fate(count, told) for count, told in zip(counts, found, strict=True)]
    found = [_settled(told, count.span.doc) for count, told in zip(counts, found, strict=True)]
    return [
        _UNTOLD if any(rule(count) for rule in (_is_share, _is_of_parent, _is_of_others)) else told
        for count, told in zip(counts, found, strict=True)
    ]


def _as_a_part(count: Count, told: Measured, before: Before) -> Measured:
    """Three had died, *including a guard who was stabbed*: the guard is one of the dead, whatever the parse finds."""
    part = by_included(count, before) if told.rule not in ("part", "none") else None
    if part is None or part.measure == OTHER:
        return told
    below = told.trigger is not None and count.top.is_ancestor(told.trigger)
    return part if not below or (part.measure, told.measure) == ("killed", "injured") else told


def _settled(told: Measured, doc: Doc) -> Measured:
    """Whoever "was held" or "taken" is a captive or a detainee: as the other words of the article have it."""
    if "|" not in told.measure:
        return told
    options = told.measure.split("|")
    seen = [match_any(role, token) for token in doc for role in EVIDENCE if token.pos_ in OPEN]
    return replace(told, measure=max(options, key=seen.count))


def _is_share(count: Count) -> bool:
    """Whether the number is a part of a whole: "a third of the dead" counts no people."""
    return count.number.high is not None and 0 < count.number.high < 1


def _is_of_others(count: Count) -> bool:
    """Years, animals: nothing befell people."""
    return count.of_time or (count.noun is not None and people_kind(count.noun) == ANIMAL)


def _is_of_parent(count: Count) -> bool:
    """A father *of three* drowned."""
    before = count.span.doc[max(0, count.span.start - 2) : count.span.start]
    return len(before) == 2 and before[1].lower_ == "of" and people_kind(before[0]) == "parent"


def _share_backwards(counts: Sequence[Count], found: list[Measured]) -> None:
    """*Three pupils* and a teacher were executed; *a nurse*, *a cook* and two guards died."""
    runs_on = False
    for i in range(len(counts) - 2, -1, -1):
        gap = [token.lower_ for token in counts[i].span.doc[counts[i].end : counts[i + 1].span.start][:3]]
        runs_on = gap in (["and"], [",", "and"], ["plus"]) or (gap == [","] and runs_on)
        open_ = found[i].measure == OTHER and not counts[i].of_things
        if open_ and runs_on and found[i + 1].measure != OTHER:
            found[i] = Measured(found[i + 1].measure, "coordinated", found[i + 1].trigger)


def _share_forwards(counts: Sequence[Count], found: list[Measured]) -> None:
    """Killed were three nurses and *a driver*."""
    for i in range(1, len(counts)):
        joined = counts[i].top.dep_ == "conj" and counts[i].top.head == counts[i - 1].top
        shared = found[i - 1].rule in ("verb", "state", "part", "neighbour", "nominal", "coordinated")
        if joined and shared and found[i].measure == OTHER and counts[i].of_people:
            found[i] = Measured(found[i - 1].measure, "coordinated", found[i - 1].trigger)


def _alone(rule: Callable[[Count], Measured | None]) -> Callable[[Count, Before], Measured | None]:
    return lambda count, before: rule(count)


RULES: tuple[Callable[[Count, Before], Measured | None], ...] = (
    _alone(events.by_label), _alone(events.by_nominal), by_toll,
    _alone(events.by_noun), _alone(events.by_verb), _alone(events.by_state_behind),
    _alone(events.by_state), _alone(events.by_victims), _alone(events.by_trait), _alone(events.by_condition),
    _alone(events.by_neighbour), by_breakdown, by_anaphor, by_included, by_partitive, by_copula,
    by_ellipsis, _alone(events.by_kind), by_bare,
)  # fmt: skip
