"""Whether the figures given for one thing in one story agree: tables in, a new table out.

The rules are few, written in `build_verdicts`, and lean to the side of silence: what may be a subset, another window
or a toll that has risen since is not called a dispute.
"""

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import pandas as pd

from analysis.accounts import COMPARABLE, SIDE_UNKNOWN, name_counts, name_figures

VERDICTS = ("disputed", "compatible", "agree", "revised", "not compared", "single source")

TIMES = 20  # numbers further apart than so many times are not taken for one count: an incident's dead, a war's dead

_KEYS = ("story_id", "story", *COMPARABLE)
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


@dataclass(frozen=True, slots=True)
class Claim:
    """What one voice says of one thing on one day, as the interval that contains every number it gave."""

    voice: str  # readable: the reporter, or "Coast Wire, own voice"
    voice_id: str  # unnamed people of two articles are two voices
    side: str
    places: frozenset[str]  # lower case; empty when the text names none
    date: pd.Timestamp  # NaT when the article has none
    articles: frozenset[str]
    told: tuple[str, ...]  # its numbers in words, as reported
    low: float  # the lowest and the highest number it gave
    high: float
    floor: float  # for comparing: -inf and inf where open, "about" widened
    ceiling: float


def build_verdicts(figures: pd.DataFrame, *, days: int = 1, margin: float = 0.1) -> pd.DataFrame:
    """One verdict per story and thing counted, by these rules, in this order.

    `figures` also carry `story_id` and `story` (see `analysis.accounts.stories.join_stories`). Only asserted figures
    with a bound are compared, and no part of a figure of the same people. Several figures of a voice on one day make
    one interval; "about N" is read as N ± `margin` when comparing, an open end as endless.
    - The claim of a voice's last day stands. A later number is a revision, never a dispute; but a later *lower* number
      of one incident may be a part of it ("two more died"), so there the interval of both stands.
    - No claim: **not compared**. One voice: **revised** when a later claim replaced another, else **single source**.
    - Two voices are compared when they share an article; else, because a toll rises, when they spoke at most `days`
      apart, or for one and the same known side on the same day. They are not compared when they name different places,
      when their numbers differ more than `TIMES`, or for measure "other": two numbers of villages need not be of the
      same villages. No pair left: **not compared**.
    - A pair without a common number: **disputed**; all pairs equal: **agree**; else **compatible**.

    Columns: `story_id`, `story`, those of `COMPARABLE`, `what` (these in words), `verdict`, `between` ("two sides" or
    "two reporters", when disputed), `reason` (the two claims furthest apart, those of two sides first), `lowest`,
    `highest`, `lowest_by`, `highest_by` (of the standing claims), `n_revised` (voices that changed their number),
    `sides`, `n_reporters`, `n_figures`, `first_date`, `last_date`, `figure_ids`. Order: as `VERDICTS`, between two
    sides first, then by reporters and figures. After Airwars and UCDP, who keep the range and its sources instead of
    one number.
    """
    named = name_figures(figures)
    claims = _read_claims(named, margin)
    table = (
        named.assign(party=named["reporter_side"].astype(object))
        .groupby(list(_KEYS), dropna=False, sort=True)
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
    keys = [_hashable(key) for key in table[list(_KEYS)].itertuples(index=False, name=None)]
    judged = pd.DataFrame([_judge(key, claims.get(key, []), days=days) for key in keys], columns=list(_TYPES))
    verdicts = pd.concat([table, judged.astype(_TYPES)], axis=1)
    described = verdicts.assign(what=name_counts(verdicts))
    return _sort(described)[[*_KEYS, "what", *_TYPES, *table.columns[len(_KEYS) :]]]


def _sort(verdicts: pd.DataFrame) -> pd.DataFrame:
    ranked = verdicts.assign(rank=[VERDICTS.index(verdict) for verdict in verdicts["verdict"]])
    columns = {"rank": True, "between": False, "n_reporters": False, "n_figures": False}
    order = ranked.sort_values(list(columns), ascending=list(columns.values()), kind="stable")
    return order.drop(columns="rank").reset_index(drop=True)


def _read_claims(named: pd.DataFrame, margin: float) -> dict[tuple[Hashable, ...], list[Claim]]:
    """The claims of each thing counted, in the order of the days, the undated first."""
    low, high = named["low"].astype("Float64"), named["high"].astype("Float64")
    slack = low.where(named["qualifier"].eq("about").fillna(False), 0) * margin
    stated = named.assign(
        floor=(low - slack).fillna(-math.inf),
        ceiling=(high + slack).fillna(math.inf),
        stated_low=low.fillna(high),
        stated_high=high.fillna(low),
        spot=named["place"].str.casefold().str.strip(" ,.;"),
    )[named["asserted"].fillna(False) & ~named["is_part"] & (low.notna() | high.notna())]
    days = stated.groupby([*_KEYS, "date", "voice", "voice_id"], dropna=False, sort=True).agg(
        told=("bounds", lambda bounds: tuple(dict.fromkeys(bounds))),
        low=("stated_low", "min"),
        high=("stated_high", "max"),
        floor=("floor", "min"),
        ceiling=("ceiling", "max"),
        articles=("article_id", frozenset),
        side=("reporter_side", "first"),
        places=("spot", lambda spots: frozenset(spots.dropna())),
    )
    claims: dict[tuple[Hashable, ...], list[Claim]] = {}
    for row in days.reset_index().sort_values("date", na_position="first", kind="stable").to_dict("records"):
        claims.setdefault(_hashable(row[key] for key in _KEYS), []).append(_claim(row))
    return claims


def _claim(row: dict[Hashable, Any]) -> Claim:
    return Claim(
        voice=row["voice"],
        voice_id=row["voice_id"],
        side=row["side"],
        places=row["places"],
        date=row["date"],
        articles=row["articles"],
        told=row["told"],
        low=float(row["low"]),
        high=float(row["high"]),
        floor=float(row["floor"]),
        ceiling=float(row["ceiling"]),
    )


def _judge(key: tuple[Hashable, ...], claims: list[Claim], *, days: int) -> dict[str, object]:
    thing = dict(zip(_KEYS, key, strict=True))
    by_voice: dict[str, list[Claim]] = {}
    for claim in claims:
        by_voice.setdefault(claim.voice_id, []).append(claim)
    total = thing["scope"] == "cumulative"
    standing = [_stand(said, total=total) for said in by_voice.values()]
    revised = [_revised(said, total=total) for said in by_voice.values()]
    pairs = [
        pair for pair in combinations(standing, 2) if thing["measure"] != "other" and _comparable(*pair, days=days)
    ]
    verdict, reason, between = _decide(standing, pairs, revised=any(revised))
    if len(by_voice) == 1:
        reason = f"{claims[0].voice}: " + ", then ".join(dict.fromkeys(_list(claim.told) for claim in claims))
    about = {"verdict": verdict, "between": between, "reason": reason}
    return {**about, **_extremes(standing), "n_revised": sum(revised)}


def _stand(said: list[Claim], *, total: bool) -> Claim:
    last, most = said[-1], max(said, key=lambda claim: claim.high)
    if total or most.high <= last.high:
        return last
    return replace(last, high=most.high, ceiling=most.ceiling, told=(*most.told, *last.told))


def _revised(said: list[Claim], *, total: bool) -> bool:
    numbers = [(claim.high, claim.low) for claim in said]
    return any(new != old if total else new > old for old, new in zip(numbers, numbers[1:], strict=False))


def _decide(standing: list[Claim], pairs: list[tuple[Claim, Claim]], *, revised: bool) -> tuple[str, str, str | None]:
    """The verdict, the reason, and between whom a dispute is."""
    if not standing:
        return "not compared", "every figure is denied, questioned or without a bound", None
    if len(standing) == 1:
        return ("revised" if revised else "single source"), _tell(standing[0]), None
    if not pairs:
        return "not compared", "not known to count the same thing at the same time", None
    widest = max(pairs, key=lambda pair: (_gap(*pair) > 0, _two_sides(*pair), _gap(*pair)))
    one, other = sorted(widest, key=lambda claim: claim.low)
    reason = f"{_tell(one)} · {_tell(other)}"
    if _gap(one, other) > 0:
        return "disputed", reason, "two sides" if _two_sides(one, other) else "two reporters"
    equal = all((a.floor, a.ceiling) == (b.floor, b.ceiling) for a, b in pairs)
    return ("agree" if equal else "compatible"), reason, None


def _comparable(a: Claim, b: Claim, *, days: int) -> bool:
    if (a.places and b.places and a.places.isdisjoint(b.places)) or _times(a, b) > TIMES:
        return False
    if a.articles & b.articles:
        return True
    if pd.isna(a.date) or pd.isna(b.date):
        return False
    same_side = a.side == b.side != SIDE_UNKNOWN
    return abs((a.date - b.date).days) <= (0 if same_side else days)


def _two_sides(a: Claim, b: Claim) -> bool:
    return a.side != b.side and SIDE_UNKNOWN not in (a.side, b.side)


def _times(a: Claim, b: Claim) -> float:
    """How many times the larger number is the smaller; an interval of both counts with its nearer end."""
    near, far = sorted((a, b), key=lambda claim: claim.high)
    return far.low / max(near.high, 1.0)


def _gap(a: Claim, b: Claim) -> float:
    """How far two intervals miss each other; not above 0 when they share a number."""
    return max(a.floor - b.ceiling, b.floor - a.ceiling)


def _tell(claim: Claim) -> str:
    return f"{claim.voice}: {_list(claim.told)}"


def _list(told: tuple[str, ...]) -> str:
    return " and ".join(dict.fromkeys(told))


def _extremes(standing: list[Claim]) -> dict[str, object]:
    if not standing:
        return dict.fromkeys(("lowest", "highest", "lowest_by", "highest_by"), pd.NA)
    least = min(standing, key=lambda claim: (claim.low, claim.voice))
    most = max(standing, key=lambda claim: (claim.high, claim.voice))
    return {"lowest": least.low, "highest": most.high, "lowest_by": least.voice, "highest_by": most.voice}


def _hashable(key: Iterable[object]) -> tuple[Hashable, ...]:
    # Missing values of different kinds are not equal to each other, nor to themselves.
    return tuple(None if pd.isna(part) else part for part in key)
