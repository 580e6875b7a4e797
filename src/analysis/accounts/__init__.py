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

    Adds `voice` (on whose word), `voice_id`, `whose` (the voice with its side), `counted` (who or what is counted),
    `window` (the period, missing when the text gives none), `what` (all that `COMPARABLE` holds, in words), `bounds`
    (the number in words) and `is_part`: part of a figure of the same people ("two of them badly"), or one person
    without a number ("a nurse"), neither of which says how many in all. A missing `group_side` or `reporter_side`
    becomes "side not known", a missing scope "scope not known". Nobody is guessed: an unnamed reporter is a voice of
    that one article.

    >>> columns = "figure_id article_id outlet reporter reporter_kind reporter_side quote_id measure group group_side"
    >>> columns = (columns + " unit scope period period_start period_end").split()
    >>> frame = pd.DataFrame([["f1", "a1", "Coast Wire"] + [None] * 12], columns=columns, dtype="string")
    >>> frame = frame.assign(measure="killed", low=31, high=pd.NA, qualifier="at_least")
    >>> name_figures(frame)[["whose", "what", "bounds"]].iloc[0].tolist()
    ['Coast Wire, own voice', 'killed: people, scope not known', '31 or more']
    """
    named = figures.assign(
        voice=_voice(figures),
        voice_id=_voice(figures, place=" in " + figures["article_id"].astype("string")),
        counted=_counted(figures),
        window=_window(figures),
        group_side=figures["group_side"].fillna(SIDE_UNKNOWN),
        reporter_side=figures["reporter_side"].fillna(SIDE_UNKNOWN),
        scope=figures["scope"].fillna("scope not known"),
        figure_id=figures["figure_id"].astype(object),  # so that lists of them stay plain lists
    )
    rows = zip(figures["low"], figures["high"], figures["qualifier"], strict=True)
    return named.assign(
        is_part=_is_part(named),
        whose=[with_side(voice, side) for voice, side in zip(named["voice"], named["reporter_side"], strict=True)],
        what=name_counts(named),
        bounds=[format_bounds(low, high, about=said == "about", vague=said == "vague") for low, high, said in rows],
    )


def name_counts(table: pd.DataFrame) -> pd.Series:
    """What each row counts, in words, read from the columns of `COMPARABLE`.

    >>> row = ["killed", "soldiers", "Ulvania", "cumulative", "since 2031-05-07"]
    >>> name_counts(pd.DataFrame([row], columns=COMPARABLE)).item()
    'killed: soldiers (Ulvania), cumulative, since 2031-05-07'
    """
    rows = table[list(COMPARABLE)].itertuples(index=False)
    words = [f"{row.measure}: {with_side(row.counted, row.group_side)}, {row.scope}" for row in rows]
    windows = [f", {window}" if pd.notna(window) else "" for window in table["window"]]
    return pd.Series(words, index=table.index, dtype="string") + pd.Series(windows, index=table.index, dtype="string")


def with_side(name: str, side: str) -> str:
    """The name with its side, unless the side is unknown or the name itself.

    >>> with_side("Idris Vane", "Saltmarsh Front"), with_side("Ulvania", "Ulvania")
    ('Idris Vane (Saltmarsh Front)', 'Ulvania')
    """
    return name if side in (SIDE_UNKNOWN, name) else f"{name} ({side})"


def build_series(figures: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """What each voice says of each thing on each day: one row per claim, however often it is repeated that day.

    Columns: `by`, those of `COMPARABLE`, `asserted`, `voice`, `reporter_side`, `whose`, `date`, `low`, `high` (missing
    where open), `vague`, `bounds` (in words), `qualifier`, `period_start`, `period_end`, `n_figures` (how often),
    `figure_ids`. Two numbers of one day are two
    rows, never a range that nobody gave; a day without a figure has no row: a gap, not a zero. Parts of a figure of the
    same people have none either. Sorted by the columns.
    """
    named = name_figures(figures)
    marked = named[~named["is_part"]].assign(vague=named["qualifier"].eq("vague").fillna(False))
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
    dated stay out, and parts of a figure of the same people.
    """
    named = name_figures(figures[figures["asserted"].fillna(False) & figures["date"].notna()])
    bounded = (
        named[~named["is_part"]]
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


def format_bounds(low: float | None, high: float | None, *, about: bool = False, vague: bool = False) -> str:
    """The two bounds in words; `about` and `vague` say how the text put it.

    >>> [format_bounds(*b) for b in ((12, 12), (20, 30), (31, None), (0, 120), (None, 9), (None, None))]
    ['12', '20–30', '31 or more', 'up to 120', 'up to 9', 'no number']
    >>> format_bounds(200, 200, about=True), format_bounds(24, 99, vague=True)
    ('about 200', '24–99 (vague)')
    """
    if about or vague:
        return f"{'about ' if about else ''}{format_bounds(low, high)}{' (vague)' if vague else ''}"
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


def _voice(figures: pd.DataFrame, *, place: str | pd.Series = "") -> pd.Series:
    # Reported speech without a name is somebody's word, though nobody's name; only the rest is the outlet's own.
    reported = figures["quote_id"].notna() | figures["reporter_kind"].fillna("none").ne("none")
    outlet = figures["outlet"].astype("string")
    own = (outlet + ", own voice").fillna("outlet not known, own voice" + pd.Series(place, index=figures.index))
    return (
        figures["reporter"]
        .astype("string")
        .fillna(own.mask(reported, "not named" + pd.Series(place, index=figures.index)))
    )


def _counted(figures: pd.DataFrame) -> pd.Series:
    # Of people the noun is enough; money and rockets are told apart by their unit.
    things = figures["unit"].where(figures["measure"].eq("other").fillna(False))
    return figures["group"].fillna(things).astype("string").str.casefold().fillna("people")


def _is_part(named: pd.DataFrame) -> pd.Series:
    """Whether a figure is a part of another that counts the same: it must neither be added to it nor dispute it."""
    if "subset_of" not in named:
        return pd.Series(False, index=named.index)
    of_one = _is_single(named)
    of_whole = named.drop_duplicates("figure_id").set_index("figure_id")["counted"]
    wholes = named["subset_of"].map(of_whole)
    vague = wholes.notna() & named["counted"].eq("people").fillna(False)  # "one of them" of two engineers
    return of_one | vague | wholes.eq(named["counted"]).fillna(False).astype(bool)


def _is_single(named: pd.DataFrame) -> pd.Series:
    """Whether a figure is one person without a number, "a soldier": what befell them says nothing of how many."""
    one = named["low"].eq(1) & named["high"].eq(1)
    return (one & ~named["text"].str.contains(r"\d|\bone\b", case=False, regex=True)).fillna(False).astype(bool)


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
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.3g}"
