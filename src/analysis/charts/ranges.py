"""Charts of reported figures, one table of `analysis.accounts.build_series` on one `Axes`.

Marks: the shape of a mark tells the qualifier (`SHAPES`), a band the range between two bounds, an arrow an open end; a
hollow mark on a dotted line is a vague word ("dozens"), a grey cross a figure that the sentence denies or questions, a
thin bar across the window of time that the figure covers. One colour is one side; numbers tell the reporters apart.
Running totals and the tolls of single incidents are different things: give them to different charts or blocks.
"""

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from analysis.accounts import COMPARABLE, name_counts
from analysis.charts.axes import (
    GREY,
    break_gaps,
    finish,
    lay_days,
    link_to,
    name_ends,
    name_rows,
    note_rest,
    say_count,
    say_no_data,
    style_sides,
    write_label,
)

MOST_NAMES = 9
MOST_CLAIMS = 24  # in the chart of accounts, from the things with most claims
LOGARITHMIC = 50  # times as large as the smallest: then the axis grows by factors

SHAPES = {"exact": "o", "about": "D", "at_least": "^", "more_than": "^", "at_most": "v", "less_than": "v"}
RANGE, VAGUE = "s", "o"  # the marks at both ends of a band

Row = dict[Hashable, Any]


def plot_series(series: pd.DataFrame, ax: Axes, *, unit: str = "people", sides: Iterable[str] = ()) -> Axes:
    """What each reporter gave, day by day: the reporters with most figures are named at the right.

    Points of one reporter and one thing counted are joined when they are running totals at most a week apart; all else
    is left open. Figures without a date or a bound are not drawn; the note counts them.
    `sides` are all that share the colours.
    """
    drawn = series[series["date"].notna() & _stated(series).notna()].sort_values("date", kind="stable")
    if drawn.empty:
        return say_no_data(ax)
    told = drawn["n_figures"].where(drawn["asserted"], 0).groupby(drawn["whose"]).sum()
    names = told.sort_values(ascending=False, kind="stable").index
    numbers = {name: n for n, name in enumerate((name for name in names[:MOST_NAMES] if told[name]), 1)}
    styles = style_sides(drawn["reporter_side"], sides)
    places, shifts = lay_days(ax, drawn["date"]), _shifts(names)
    _set_scale(ax, drawn, upright=True)
    numbered: list[tuple[float, float]] = []
    for (name, *_), line in drawn.groupby(["whose", *COMPARABLE, "asserted"], dropna=False, sort=True):
        style = styles[line["reporter_side"].iloc[0]]
        for row in line.to_dict("records"):
            place = places[row["date"]] + shifts[name]
            _draw_window(ax, row, places, style["color"])
            _mark(ax, row, place=place, style=style, upright=True)
            _number(ax, row, place, str(numbers.get(name, "")), numbered)
        if line["scope"].iloc[0] == "cumulative" and line["asserted"].all():
            alone = line[~line["date"].duplicated(keep=False)]
            points = break_gaps(alone["date"], _stated(alone), 7)
            ax.plot(points["date"].map(places) + shifts[name], points["value"], color=style["color"], linewidth=0.7)
    lasts = _stated(drawn).groupby(drawn["whose"]).last()
    party = drawn.groupby("whose")["reporter_side"].last()
    plain = {name: {"color": styles[party[name]]["color"], "marker": "s"} for name in numbers}
    name_ends(ax, [(float(lasts[name]), f"{n} {name}", plain[name]) for name, n in numbers.items()])
    return finish(ax, y=unit, note=_note(len(series) - len(drawn), len(names) - len(numbers)))


def _number(ax: Axes, row: Row, place: float, number: str, taken: list[tuple[float, float]]) -> None:
    """The number of the reporter beside the highest mark, where no other number is; none where there is no room."""
    ends = _ends(row)[0]
    if not number or not ends:
        return
    point = ax.transData.transform((place, ends[-1])) * 72 / ax.figure.dpi
    for beside in ((4, 3), (4, -9), (-8, 3), (-8, -9)):
        x, y = point + beside
        if all(abs(x - a) > 5 or abs(y - b) > 7 for a, b in taken):
            ax.annotate(number, (place, ends[-1]), beside, textcoords="offset points", fontsize=7, color="#404040")
            taken.append((x, y))
            return


def _draw_window(ax: Axes, row: Row, places: dict[pd.Timestamp, float], colour: str) -> None:
    """A bar over the days that the figure covers, at its height; from the edge where it begins before the chart."""
    start, end, ends = row["period_start"], row["period_end"], _ends(row)[0]
    if pd.isna(start) or pd.isna(end) or not ends:
        return
    days = sorted(places)
    known, x = [day.toordinal() for day in days], [places[day] for day in days]
    left = x[0] - 0.5 if start < days[0] else float(np.interp(start.toordinal(), known, x))
    right = max(float(np.interp(min(end, days[-1]).toordinal(), known, x)), left)
    ax.plot([left, right], [ends[-1]] * 2, color=colour, linewidth=1, alpha=0.6, solid_capstyle="butt")
    ax.plot([left, right], [ends[-1]] * 2, "|", color=colour, markersize=5, alpha=0.6)


def describe_figures(series: pd.DataFrame, *, what: str) -> str:
    """The number of claims and reporters, the lowest and the highest asserted claim with who made it.

    `series` is a table of `analysis.accounts.build_series`.
    """
    asserted = series[series["asserted"].fillna(False)]
    numbers = asserted["high"].fillna(asserted["low"]).astype("Float64").dropna()
    if numbers.empty:
        return f"{what}: no asserted figure with a number."
    least, most = asserted.loc[numbers.idxmin()], asserted.loc[numbers.idxmax()]
    denied = len(series) - len(asserted)
    return (
        f"{what}: {say_count(len(asserted), 'claim')} by {say_count(asserted['voice'].nunique(), 'reporter')}; "
        f"lowest {_claim(least)}, "
        f"highest {_claim(most)}"
        + (f"; {say_count(denied, 'more is', 'more are')} denied or questioned." if denied else ".")
    )


def plot_accounts(series: pd.DataFrame, ax: Axes, *, sides: Iterable[str] = ()) -> Axes:
    """The claims side by side: a row per reporter and day under a line that says what is counted; the number beside it.

    Only rows of one block count the same thing and may be compared; the block with most claims stands first.
    `sides` are all that share the colours.
    """
    if series.empty:
        return say_no_data(ax)
    sizes = series.groupby(list(COMPARABLE), dropna=False)["voice"].transform("size")
    ordered = series.assign(rank=-sizes).sort_values(["rank", *COMPARABLE, "date", "voice"], kind="stable")
    rows = ordered.assign(what=name_counts(ordered)).head(MOST_CLAIMS)
    styles = style_sides(series["reporter_side"], sides)
    labels: list[str] = []
    block = None
    for row in rows.to_dict("records"):
        if row["what"] != block:
            block = row["what"]
            _write_head(ax, block, len(labels))
            labels.append("")
        _mark(ax, row, place=len(labels), style=styles[row["reporter_side"]], upright=False)
        labels.append(_row_label(row))
    name_rows(ax, labels)
    _set_scale(ax, rows, upright=False)
    return finish(ax, note=note_rest(len(series) - len(rows), "claim"))


def _write_head(ax: Axes, head: str, place: int) -> None:
    ax.axhline(place + 0.4, color="#C8C8C8", linewidth=0.6)
    across = ax.get_yaxis_transform()  # x as a part of the width, y as a row
    ax.text(0.005, place, write_label(head, 90), transform=across, fontsize=8.5, va="center", weight="bold")


def _row_label(row: Row) -> str:
    day = "no date" if pd.isna(row["date"]) else f"{row['date'].day} {row['date']:%b}"
    return f"{write_label(row['whose'], 48)} · {day}"


def _mark(ax: Axes, row: Row, *, place: float, style: dict[str, Any], upright: bool) -> None:
    """One claim across or along the number axis at `place`; with its words when it lies."""
    denied = not row["asserted"]
    colour = GREY if denied else style["color"]
    ends, open_low, open_high = _ends(row)
    shape = VAGUE if row["vague"] else RANGE if len(ends) == 2 else SHAPES.get(row["qualifier"], "o")
    if len(ends) == 2 and not denied:
        band = ([place] * 2, ends) if upright else (ends, [place] * 2)
        ax.plot(*band, color=colour, linewidth=9, alpha=0.25, solid_capstyle="butt")
    marker = "x" if denied else shape
    face = "white" if row["vague"] else colour
    points = ([place] * len(ends), ends) if upright else (ends, [place] * len(ends))
    ax.plot(*points, color=colour, linewidth=1.6, linestyle=":" if row["vague"] else "-")
    ax.plot(*points, marker, color=colour, markerfacecolor=face, markersize=6, linestyle="none", url=link_to(row))
    if ends and (open_high or open_low):
        _point(ax, ends[-1] if open_high else ends[0], place, colour, up=open_high, upright=upright)
    if not upright:
        words = row["bounds"] + (" (denied or questioned)" if denied else "")
        beside = (max(ends, default=0), place)
        ax.annotate(words, beside, (17 if open_high else 7, 0), textcoords="offset points", va="center", fontsize=8)


def _point(ax: Axes, end: float, place: float, colour: str, *, up: bool, upright: bool) -> None:
    length = 14 if up else -14
    ax.annotate(
        "",
        xy=(place, end) if upright else (end, place),
        xytext=(0, length) if upright else (length, 0),
        textcoords="offset points",
        arrowprops={"arrowstyle": "<-", "color": colour, "shrinkA": 0, "shrinkB": 0},
    )


def _ends(row: Row) -> tuple[list[float], bool, bool]:
    """The numbers of a claim, lowest first, and whether it is open below or above."""
    ends = [float(bound) for bound in dict.fromkeys((row["low"], row["high"])) if pd.notna(bound)]
    if len(ends) == 2 and ends[0] == 0:  # "up to 20" is no claim that nobody was
        return ends[1:], True, False
    return ends, pd.isna(row["low"]), pd.isna(row["high"])


def _stated(series: pd.DataFrame) -> pd.Series:
    """The one number that stands for a row where a line or a label needs one: the upper bound the text gives."""
    return series["high"].fillna(series["low"]).astype("Float64")


def _shifts(names: Iterable[str]) -> dict[str, float]:
    # Reporters of one day stand beside each other within that day, so that no mark hides another.
    ordered = sorted(names)
    return {name: 0.6 * ((i + 0.5) / len(ordered) - 0.5) for i, name in enumerate(ordered)}


def _set_scale(ax: Axes, rows: pd.DataFrame, *, upright: bool) -> None:
    bounds = pd.Series([end for row in rows.to_dict("records") for end in _ends(row)[0]], dtype=float)
    low, high = (float(bounds.min()), float(bounds.max())) if len(bounds) else (0.0, 1.0)
    axis = ax.yaxis if upright else ax.xaxis
    scale, limits = (ax.set_yscale, ax.set_ylim) if upright else (ax.set_xscale, ax.set_xlim)
    # Room beyond the largest number: for the words beside a lying mark, for the arrow of a standing one.
    limits(0, (high or 1.0) * (1.15 if upright else 1.5))
    axis.set_major_locator(MaxNLocator(7, integer=True, steps=[1, 2, 5, 10]))
    if high > LOGARITHMIC * max(low, 1.0):
        scale("symlog", linthresh=1) if low < 1 else scale("log")
        limits(0 if low < 1 else low / 1.5, high * (2 if upright else (high / max(low, 1.0)) ** 0.35))
    if low >= 1 and high > LOGARITHMIC * low:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 1000 * low else (1,)))
        axis.set_minor_locator(NullLocator())
    # The room for words is no part of the scale: no mark of the axis stands there.
    least, most = axis.get_view_interval()
    axis.set_ticks([tick for tick in axis.get_majorticklocs() if least <= tick <= min(most, 1.2 * (high or 1.0))])
    axis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def _note(rows: int, names: int) -> str:
    parts = [f"{rows:,} without a date or a bound not drawn" if rows else ""]
    parts.append(f"{say_count(names, 'more reporter')} without a number: see the table" if names > 0 else "")
    return "; ".join(part for part in parts if part)


def _claim(row: pd.Series) -> str:
    day = "" if pd.isna(row["date"]) else f", {write_label(row['date'])}"
    return f"{row['bounds']} ({write_label(row['voice'])}{day})"
