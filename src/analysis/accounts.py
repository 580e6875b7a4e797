"""What each reporter and each side claims, and how far their claims lie apart.

Tables in, new tables out. Nothing is averaged, summed or filled in: a bound that the text does not give stays missing.
Figures stand side by side only when they count the same thing, in the sense of `COMPARABLE`.
"""

from collections.abc import Sequence
from itertools import permutations

import pandas as pd

COMPARABLE = ("measure", "counted", "group_side", "scope", "window")
"""What two figures must share before they may be compared: so a running total never meets the toll of one incident,
children never meet people, and a window ("since Monday") never meets another or none."""

SIDE_UNKNOWN = "side not known"


def name_figures(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures with what makes them readable and comparable.

    Adds `voice` (on whose word), `voice_id`, `counted` (what is counted), `window` (the period, missing when the
    text gives none); a missing `group_side` or `reporter_side` becomes "side not known", a missing scope
    "scope not known". Nobody is guessed: an unnamed reporter is a voice of that one article.

    >>> from analysis.accounts import name_figures
    >>> columns = "figure_id article_id outlet reporter reporter_kind reporter_side quote_id measure group group_side"
    >>> columns = (columns + " unit scope period period_start period_end").split()
    >>> frame = pd.DataFrame([["f1", "a1", "Coast Wire"] + [None] * 12], columns=columns, dtype="string")
    >>> name_figures(frame)[["voice", "counted", "group_side"]].iloc[0].tolist()
    ['Coast Wire, own voice', 'people', 'side not known']
    """
    return figures.assign(
        voice=_voice(figures, unnamed="not named"),
        voice_id=_voice(figures, unnamed="not named in " + figures["article_id"].astype("string")),
        counted=_counted(figures),
        window=_window(figures),
        group_side=figures["group_side"].fillna(SIDE_UNKNOWN),
        reporter_side=figures["reporter_side"].fillna(SIDE_UNKNOWN),
        scope=figures["scope"].fillna("scope not known"),
        figure_id=figures["figure_id"].astype(object),  # so that lists of them stay plain lists
    )


def build_series(figures: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """One row per thing counted, voice and day: the lowest and the highest bound it gave that day.

    Columns: `by`, those of `COMPARABLE`, `asserted`, `voice`, `reporter_side`, `date`, `low`, `high` (missing when no
    figure of the day has that bound), `open_low`, `open_high` (one of them leaves it open), `vague`, `n_figures`,
    `figure_ids`. A day without a figure has no row: a gap, not a zero. Sorted by the columns up to `date`.
    """
    named = name_figures(figures)
    marked = named.assign(
        open_low=named["low"].isna(), open_high=named["high"].isna(), vague=named["qualifier"].eq("vague").fillna(False)
    )
    keys = [*by, *COMPARABLE, "asserted", "voice", "reporter_side", "date"]
    return (
        marked.groupby(keys, dropna=False, sort=True)
        .agg(
            low=("low", "min"),
            high=("high", "max"),
            open_low=("open_low", "any"),
            open_high=("open_high", "any"),
            vague=("vague", "any"),
            n_figures=("figure_id", "size"),
            figure_ids=("figure_id", list),
        )
        .reset_index()
    )


def build_claims(figures: pd.DataFrame) -> pd.DataFrame:
    """The lowest and the highest claim of each side per thing counted and week, and the spread between the sides.

    Columns: those of `COMPARABLE`, `week` (its Monday), `reporter_side`, `lowest`, `highest`, `n_reporters`,
    `n_figures`, `figure_ids`, `spread`: the widest distance between claims of two different known sides in that week,
    missing when fewer than two known sides spoke. "side not known" is a row of its own and takes no part in the spread.
    An open figure ("at least 31") counts with the bound it has; figures that are not asserted or not dated stay out.
    """
    named = name_figures(figures[figures["asserted"].fillna(False) & figures["date"].notna()])
    bounded = named.assign(
        week=start_of_week(named["date"]),
        lowest=named["low"].fillna(named["high"]),
        highest=named["high"].fillna(named["low"]),
    ).dropna(subset=["lowest"])
    keys = [*COMPARABLE, "week"]
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


def format_bounds(low: float | None, high: float | None) -> str:
    """The two bounds in words.

    >>> [format_bounds(*b) for b in ((12, 12), (20, 30), (31, None), (0, 120), (None, 9), (None, None))]
    ['12', '20–30', '31 or more', 'up to 120', 'up to 9', 'no number']
    """
    low, high = (None if pd.isna(x) else x for x in (low, high))
    if low is None and high is None:
        return "no number"
    if high is None:
        return f"{_plain(low)} or more"
    if low is None or (low == 0 and high > 0):
        return f"up to {_plain(high)}"
    return _plain(low) if low == high else f"{_plain(low)}–{_plain(high)}"


def start_of_week(dates: pd.Series) -> pd.Series:
    """The Monday of each date; a missing date stays missing."""
    return dates.dt.normalize() - pd.to_timedelta(dates.dt.dayofweek, unit="D")


def _voice(figures: pd.DataFrame, *, unnamed: str | pd.Series) -> pd.Series:
    # Reported speech without a name is somebody's word, though nobody's name; only the rest is the outlet's own.
    reported = figures["quote_id"].notna() | figures["reporter_kind"].fillna("none").ne("none")
    own = (figures["outlet"].astype("string") + ", own voice").fillna("article " + figures["article_id"] + ", own voice")
    return figures["reporter"].astype("string").fillna(own.mask(reported, unnamed))


def _counted(figures: pd.DataFrame) -> pd.Series:
    # Of people the noun is enough; money and rockets are told apart by their unit.
    things = figures["unit"].where(figures["measure"].eq("other").fillna(False))
    return figures["group"].fillna(things).astype("string").str.casefold().fillna("people")


def _window(figures: pd.DataFrame) -> pd.Series:
    start, end = (pd.to_datetime(figures[name]).dt.strftime("%Y-%m-%d") for name in ("period_start", "period_end"))
    # A running total moves its end every day; what makes it the same total is where it began.
    running = figures["scope"].eq("cumulative").fillna(False) & start.notna()
    dated = ("since " + start).where(running, start + " to " + end)
    return dated.astype("string").fillna(figures["period"].astype("string").str.casefold())


def _spread(week: pd.DataFrame) -> float | None:
    known = week[week["reporter_side"] != SIDE_UNKNOWN]
    return max((a.highest - b.lowest for a, b in permutations(known.itertuples(), 2)), default=pd.NA)


def _plain(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,g}"
