"""Whether the figures given for one thing in one story agree: tables in, a new table out.

The rules are few, written in `build_verdicts`, and lean to the side of silence: what may be a subset, another window
or a toll that has risen since is not called a dispute.
"""

from itertools import combinations
from typing import NamedTuple

import pandas as pd

from analysis.accounts import align_counts, name_counts, with_side
from analysis.accounts.claims import KEYS, Claim, Key, hashable, read_claims, widen
from analysis.accounts.naming import NOT_NAMED

VERDICTS = ("disputed", "compatible", "agree", "revised", "not compared", "single source")

FALLING = ("missing", "captive")  # a later number may be lower, and both be true

_TYPES = {
    "verdict": "string",
    "between": "string",
    "reason": "string",
    "lowest": "Float64",
    "highest": "Float64",
    "lowest_by": "string",
    "highest_by": "string",
    "n_revised": "Int64",
}


class Pair(NamedTuple):
    """Two voices' claims of one thing, as close in time as they come."""

    one: Claim
    other: Claim
    disputed: bool


def build_verdicts(figures: pd.DataFrame, *, days: int = 1, margin: float = 0.1) -> pd.DataFrame:
    """One verdict per story and thing counted, by these rules, in this order.

    `figures` also carry `story_id` and `story` (see `analysis.accounts.stories.join_stories`). Only asserted figures
    with a bound are compared, none whose measure the engine read where no rule tells it (`rule` learned), and none
    that says less than how many in all (see `name_figures`; `align_counts` tells what counts as one thing). Several
    figures of a voice on one day make one interval; "about N" is read as N ± `margin`, an open end as endless, a vague
    word ("dozens") and bodies as the least number, but bodies as they are beside bodies.
    - A later number of a voice is a revision, never a dispute, and so is one told as replaced ("up from 38"). But a
      later *lower* number, unless a running total, may be a part, so there the interval of both stands.
    - No claim: **not compared**. One voice: **revised** when a later claim replaced another, else **single source**.
    - Two voices are compared when they share an article or spoke at most `days` apart; those of one known side,
      in one article only. They are not compared when they name different places, or one names several for several
      numbers; when their numbers differ more than `TIMES`; when the lower is of somebody without name and side, who
      may know a part only; when they differ and one is an outlet's own; when one name contains the other; or for
      measure "other": two numbers of villages need not be of the same villages. No pair left: **not compared**.
    - **disputed**: two claims of one article or one day have no number in common; or those of two sides on different
      days, when the later one is lower, because a toll does not fall (but `FALLING` does). It ends when the two voices
      have met since. A later higher number of somebody else disputes nothing: the toll may have risen.
    - Else, all pairs the same: **agree**; the rest: **compatible**.

    Columns: `story_id`, `story`, those of `COMPARABLE`, `what` (these in words), `verdict`, `between` ("two sides" or
    "two reporters", when disputed), `reason` (the two claims furthest apart, those of two sides first), `lowest`,
    `highest`, `lowest_by`, `highest_by` (of the standing claims), `n_revised` (voices that changed their number),
    `sides`, `n_reporters`, `n_figures`, `first_date`, `last_date`, `figure_ids`. Order: as `VERDICTS`, between two
    sides first, then by reporters and figures. After Airwars and UCDP, who keep the range and its sources instead of
    one number.
    """
    named = align_counts(figures)
    claims = read_claims(named, margin)
    table = (
        named.assign(party=named["reporter_side"].astype(object))
        .groupby(list(KEYS), dropna=False, sort=True)
        .agg(
            sides=("party", lambda sides: sorted(set(sides))),
            n_reporters=("voice_id", "nunique"),
            n_figures=("figure_id", "size"),
            first_date=("date", "min"),
            last_date=("date", "max"),
            figure_ids=("figure_id", list),
        )
        .reset_index()
        .astype({"n_reporters": "Int64", "n_figures": "Int64"})
    )
    keys = [hashable(key) for key in table[list(KEYS)].itertuples(index=False, name=None)]
    judged = pd.DataFrame([_judge(key, claims.get(key, []), days=days) for key in keys], columns=list(_TYPES))
    verdicts = pd.concat([table, judged.astype(_TYPES)], axis=1)
    described = verdicts.assign(what=name_counts(verdicts))
    return _sort(described)[[*KEYS, "what", *_TYPES, *table.columns[len(KEYS) :]]]


def _sort(verdicts: pd.DataFrame) -> pd.DataFrame:
    ranked = verdicts.assign(rank=[VERDICTS.index(verdict) for verdict in verdicts["verdict"]])
    columns = {"rank": True, "between": False, "n_reporters": False, "n_figures": False}
    order = ranked.sort_values(list(columns), ascending=list(columns.values()), kind="stable")
    return order.drop(columns="rank").reset_index(drop=True)


def _judge(key: Key, claims: list[Claim], *, days: int) -> dict[str, object]:
    thing = dict(zip(KEYS, key, strict=True))
    falling = thing["measure"] in FALLING
    by_voice: dict[str, list[Claim]] = {}
    for claim in claims:
        by_voice.setdefault(claim.voice_id, []).append(claim)
    current = [[claim for claim in said if not claim.former] for said in by_voice.values()]
    told = [widen(said) for said in current if said]
    revised = [_revised(said) for said in by_voice.values()]
    met = [_meet(*two, days=days, falling=falling) for two in combinations(told, 2) if thing["measure"] != "other"]
    standing = [said[-1] for said in told]
    verdict, reason, between = _decide(standing, [pair for pair in met if pair], revised=any(revised))
    if len(by_voice) == 1 and told:
        reason = f"{claims[0].voice}: " + ", then ".join(dict.fromkeys(_list(claim.told) for claim in claims))
    about = {"verdict": verdict, "between": between, "reason": reason}
    return {**about, **_extremes(standing), "n_revised": sum(revised)}


def _revised(said: list[Claim]) -> bool:
    steps = zip(said, said[1:], strict=False)
    return any((a.high, a.low) != (b.high, b.low) if b.is_total or a.former else b.high > a.high for a, b in steps)


def _meet(said: list[Claim], answered: list[Claim], *, days: int, falling: bool) -> Pair | None:
    """The claims that two voices' dispute is about, else their last that may be compared; None when there are none."""
    pairs = [(a, b) for a in said for b in answered if a.is_comparable(b, days=days)]
    rivals = [pair for pair in pairs if pair[0].beside(pair[1]) or not (falling or _may_both_hold(*pair))]
    if rivals and _is_open(last := max(rivals, key=_days), said[-1], answered[-1]):
        return Pair(*last, disputed=True)
    return Pair(*max(pairs, key=_days), disputed=False) if pairs else None


def _is_open(pair: tuple[Claim, Claim], *standing: Claim) -> bool:
    """Whether two claims conflict and their voices have not met since, as when the lower toll has risen that far."""
    one, other = pair
    lower, higher = (standing[0], other) if one.low < other.low else (standing[1], one)
    apart = one.gap(other) > 0 and standing[0].gap(standing[1]) > 0
    return apart and lower.gap(higher) > 0 and lower.low < higher.low


def _days(pair: tuple[Claim, Claim]) -> list[pd.Timestamp]:
    return sorted((claim.date for claim in pair), reverse=True)


def _may_both_hold(a: Claim, b: Claim) -> bool:
    """Whether two claims of different days may both have been true on theirs: the toll has risen since.

    A later lower number contradicts an earlier one only between two sides; else it may be a part.
    """
    first, last = sorted((a, b), key=lambda claim: claim.date)
    return last.floor > first.ceiling or not a.is_of_other_side(b)


def _decide(standing: list[Claim], pairs: list[Pair], *, revised: bool) -> tuple[str, str, str | None]:
    """The verdict, the reason, and between whom a dispute is."""
    if not standing:
        return "not compared", "every figure is denied, questioned, replaced, uncertain or without a bound", None
    if len(standing) == 1:
        return ("revised" if revised else "single source"), _tell(standing[0]), None
    if not pairs:
        return "not compared", "not known to count the same thing at the same time", None
    widest = max(
        pairs, key=lambda pair: (pair.disputed, pair.one.is_of_other_side(pair.other), pair.one.gap(pair.other))
    )
    one, other = sorted(widest[:2], key=lambda claim: claim.low)
    dated = one.date != other.date
    reason = f"{_tell(one, dated=dated)} · {_tell(other, dated=dated)}"
    if widest.disputed:
        return "disputed", reason, "two sides" if one.is_of_other_side(other) else "two reporters"
    equal = all(set(pair.one.told) == set(pair.other.told) for pair in pairs)
    return ("agree" if equal else "compatible"), reason, None


def _tell(claim: Claim, *, dated: bool = False) -> str:
    day = f" on {claim.date.day} {claim.date:%b}" if dated and pd.notna(claim.date) else ""
    voice = with_side(claim.voice, claim.side) if claim.voice == NOT_NAMED else claim.voice
    return f"{voice}{day}: {_list(claim.told)}"


def _list(told: tuple[str, ...]) -> str:
    return " and ".join(dict.fromkeys(told))


def _extremes(standing: list[Claim]) -> dict[str, object]:
    if not standing:
        return dict.fromkeys(("lowest", "highest", "lowest_by", "highest_by"), pd.NA)
    least = min(standing, key=lambda claim: (claim.low, claim.voice))
    most = max(standing, key=lambda claim: (claim.high, claim.voice))
    return {"lowest": least.low, "highest": most.high, "lowest_by": least.voice, "highest_by": most.voice}
