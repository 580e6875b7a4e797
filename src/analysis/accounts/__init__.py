"""What each reporter and each side claims, and how far their claims lie apart.

Tables in, new tables out. Nothing is averaged, summed or filled in: a bound that the text does not give stays missing.
Figures stand side by side only when they count the same thing, in the sense of `COMPARABLE`.
"""

from collections.abc import Sequence
from itertools import permutations

import pandas as pd

from analysis.accounts.alignment import align_counts
from analysis.accounts.naming import (
    COMPARABLE,
    SIDE_UNKNOWN,
    format_bounds,
    name_counts,
    name_figures,
    with_side,
)

__all__ = ["COMPARABLE", "SIDE_UNKNOWN", "align_counts", "build_claims", "build_series", "format_bounds", "name_counts",
           "name_figures", "start_of_week", "with_side"]  # fmt: skip


def build_series(figures: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """What each voice says of each thing on each day: one row per claim, however often it is repeated that day.

    Columns: `by`, those of `COMPARABLE`, `asserted`, `voice`, `reporter_side`, `whose`, `date`, `low`, `high` (missing
    where open), `vague`, `bounds` (in words), `qualifier`, `period_start`, `period_end`, `n_figures` (how often),
    `figure_ids`. Two numbers of one day are two rows, never a range that nobody gave; a day without a figure has no
    row: a gap, not a zero. What says less than how many in all has none either, nor what is told as replaced. Sorted by
    the columns.
    """
    named = name_figures(figures)
    marked = named[~named["is_part"] & ~named["is_former"]].assign(vague=named["qualifier"].eq("vague").fillna(False))
    keys = [*by, *COMPARABLE, "asserted", "voice", "reporter_side", "whose", "date", "low", "high", "vague", "bounds"]
    return (
        marked.groupby(keys, dropna=False, sort=True)
        .agg(
            qualifier=("qualifier", "first"),
            period_start=("period_start", "min"),
            period_end=("period_end", "max"),
            n_figures=("figure_id", "size"),
            figure_ids=("figure_id", list),
        )
        .reset_index()
        .astype({"n_figures": "Int64"})
    )


def build_claims(figures: pd.DataFrame) -> pd.DataFrame:
    """The lowest and the highest claim of each side per thing counted and week, and the spread between the sides.

    Columns: those of `COMPARABLE`, `what` (these in words), `week` (its Monday), `reporter_side`, `lowest`, `highest`,
    `n_reporters`, `n_figures`, `figure_ids`, `spread`: the widest distance between claims of two different known sides
    in that week, missing when fewer than two known sides spoke. "side not known" is a row of its own and takes no part
    in the spread. An open figure ("at least 31") counts with the bound it has; figures that are not asserted or not
    dated stay out, and those that say less than how many in all or are told as replaced.
    """
    named = name_figures(figures[figures["asserted"].fillna(False) & figures["date"].notna()])
    bounded = (
        named[~named["is_part"] & ~named["is_former"]]
        .assign(
            week=start_of_week(named["date"]),
            lowest=named["low"].fillna(named["high"]),
            highest=named["high"].fillna(named["low"]),
        )
        .dropna(subset=["lowest"])
    )
    keys = [*COMPARABLE, "what", "week"]
    claims = (
        bounded.groupby([*keys, "reporter_side"], dropna=False, sort=True)
        .agg(
            lowest=("lowest", "min"),
            highest=("highest", "max"),
            n_reporters=("voice_id", "nunique"),
            n_figures=("figure_id", "size"),
            figure_ids=("figure_id", list),
        )
        .reset_index()
    )
    spread = pd.Series(pd.NA, index=claims.index, dtype="Float64")
    for _, week in claims.groupby(keys, dropna=False):
        spread.loc[week.index] = _spread(week)
    return claims.assign(spread=spread)


def start_of_week(dates: pd.Series) -> pd.Series:
    """The Monday of each date; a missing date stays missing."""
    return dates.dt.normalize() - pd.to_timedelta(dates.dt.dayofweek, unit="D")


def _spread(week: pd.DataFrame) -> float | None:
    known = week[week["reporter_side"] != SIDE_UNKNOWN]
    return max((a.highest - b.lowest for a, b in permutations(known.itertuples(), 2)), default=pd.NA)
