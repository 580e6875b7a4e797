"""One table on one matplotlib `Axes`.

Names stand beside what they name, there is no legend to decode. Colours are those of Okabe and Ito (jfly.uni-koeln.de/color),
told apart by every common kind of colour vision, and never alone: each name has a marker and a line style too. A day
without a figure is a gap. An empty table says so. Labels are data from articles: cleaned, shortened, never mathematics.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.text import Text

from analysis.accounts import SIDE_UNKNOWN, format_bounds
from analysis.display import shorten

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LINES = ("-", "--", "-.", ":")
HATCHES = ("", "//", "..", "\\\\", "xx", "--", "oo")
GREY = "#6E6E6E"
MOST_ROWS = 40  # of a chart with one row per name; the table under it has the rest
MOST_LINES = 8


def plot_ranking(table: pd.DataFrame, ax: Axes, *, name: str, value: str, unit: str, side: str | None = None) -> Axes:
    """One bar per row, in the order given, the number at its end; coloured by the column `side` if there is one."""
    if table.empty:
        return say_no_data(ax)
    rows = table.head(MOST_ROWS)
    styles = choose_styles(rows[side] if side else [])
    for place, row in enumerate(rows.to_dict("records")):
        style = styles[row[side]] if side else {"color": COLOURS[0]}
        ax.barh(place, row[value], color=style["color"], height=0.7)
        label = f" {row[value]:,}" + (f"  {shorten(row[side], 24)}" if side else "")
        ax.text(row[value], place, label, va="center", fontsize=8)
    _name_rows(ax, [_plain(label) for label in rows[name]], hidden=len(table) - len(rows))
    ax.set_xlim(0, float(rows[value].max()) * (1.35 if side else 1.12) or 1)
    return _finish(ax, x=unit)


def plot_lines(table: pd.DataFrame, ax: Axes, *, date: str, value: str, name: str, unit: str, days: int = 7) -> Axes:
    """One line per name over time, named at its end; broken where more than `days` lie between two of its points.

    The eight names with the largest total are drawn, the others are counted below.
    """
    rows = table[table[date].notna() & table[value].notna()]
    if rows.empty:
        return say_no_data(ax)
    order = rows.groupby(name)[value].sum().sort_values(ascending=False, kind="stable").index
    styles = choose_styles(order[:MOST_LINES])
    ends = []
    for key in order[:MOST_LINES]:
        line = rows[rows[name] == key].sort_values(date)
        x, y = _break_gaps(line[date], line[value].astype(float), days)
        ax.plot(x, y, **styles[key], markersize=5)
        ends.append((line[date].iloc[-1], float(line[value].iloc[-1]), key, styles[key]["color"]))
    ax.set_ylim(0, float(rows[value].max()) * 1.08 or 1)
    _set_days(ax, rows[date])
    _name_ends(ax, ends)
    return _finish(ax, y=unit, note=_count_hidden(len(order) - MOST_LINES, "name"))


def plot_matrix(table: pd.DataFrame, ax: Axes, *, row: str, column: str, value: str) -> Axes:
    """A dot with its number for every row and column that the table has; where it has nothing, nothing is drawn.

    Rows and columns come in the order in which the table first names them; dates are sorted and written as days.
    """
    if table.empty:
        return say_no_data(ax)
    rows, columns = _order(table[row])[:MOST_ROWS], _order(table[column])[-30:]
    shown = table[table[row].isin(rows) & table[column].isin(columns)]
    size = shown[value].astype(float)
    x, y = shown[column].map(columns.index), shown[row].map(rows.index)
    numbered = len(columns) <= 15
    ax.scatter(x, y, s=12 + 110 * size / max(size.max(), 1), color=COLOURS[5] if numbered else COLOURS[0], linewidths=0)
    if numbered:
        for a, b, number in zip(x, y, size, strict=True):
            ax.text(a, b, f"{number:,.0f}", ha="center", va="center", fontsize=7.5)
    _name_rows(ax, [_plain(label) for label in rows], hidden=table[row].nunique() - len(rows))
    _name_columns(ax, [_plain(label) for label in columns])
    ax.margins(x=0.5 / max(len(columns), 1) + 0.02)
    return _finish(ax, note=_count_hidden(table[column].nunique() - len(columns), "earlier column"))


def plot_shares(table: pd.DataFrame, ax: Axes, *, row: str, part: str, share: str = "share") -> Axes:
    """One full bar per row, divided into the shares of its parts; each part is named in the longest bar that has it."""
    shown = table[table[share].notna()]
    if shown.empty:
        return say_no_data(ax)
    rows, parts = _order(shown[row])[:MOST_ROWS], _order(shown[part])
    styles = choose_styles(parts)
    ends = dict.fromkeys(rows, 0.0)
    for kind, hatch in zip(parts, HATCHES * len(parts), strict=False):
        for record in shown[(shown[part] == kind) & shown[row].isin(rows)].to_dict("records"):
            width, place = float(record[share]), rows.index(record[row])
            ax.barh(place, width, left=ends[rows[place]], color=_pale(styles[kind]["color"]), hatch=hatch,
                    edgecolor="white", height=0.78)  # fmt: skip
            if width >= 0.09:
                label = f"{shorten(_plain(kind), max(int(width * 75) - 5, 3))} {width:.0%}"
                ax.text(ends[rows[place]] + width / 2, place, label, ha="center", va="center", fontsize=7.5,
                        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85})  # fmt: skip
            ends[rows[place]] += width
    _name_rows(ax, [_plain(label) for label in rows], hidden=shown[row].nunique() - len(rows))
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    return _finish(ax)


def plot_spread(table: pd.DataFrame, ax: Axes, *, name: str, value: str, unit: str) -> Axes:
    """Every value as a dot in the row of its name, with a bar at the median: how alike they are, and what stands out."""
    shown = table[table[value].notna()]
    if shown.empty:
        return say_no_data(ax)
    names = _order(shown[name])[:MOST_ROWS]
    for place, key in enumerate(names):
        values = shown.loc[shown[name] == key, value].astype(float)
        ax.plot(values, [place] * len(values), "o", color=COLOURS[0], alpha=0.4, markersize=5, markeredgewidth=0)
        ax.plot(values.median(), place, "|", color="black", markersize=14, markeredgewidth=2)
    _name_rows(ax, [_plain(label) for label in names], hidden=shown[name].nunique() - len(names))
    ax.set_xlim(left=0)
    return _finish(ax, x=f"{unit} (bar: median)")


def plot_scores(scores: pd.DataFrame, ax: Axes, *, name: str) -> Axes:
    """Precision (square) and recall (circle) of each row between 0 and 1; a score that is not defined has no mark."""
    if scores.empty:
        return say_no_data(ax)
    rows = scores.head(MOST_ROWS)
    for column, marker, colour, shift in (("precision", "s", COLOURS[0], 0.13), ("recall", "o", COLOURS[1], -0.13)):
        for place, value in enumerate(rows[column]):
            if pd.notna(value):
                ax.plot(float(value), place + shift, marker, color=colour, markersize=6)
                ax.text(float(value) + 0.02, place + shift, f"{column} {value:.2f}", va="center", fontsize=7, color=colour)
    _name_rows(ax, [_plain(label) for label in rows[name]], hidden=len(scores) - len(rows))
    ax.set_xlim(-0.03, 1.22)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
    return _finish(ax)


def say_no_data(ax: Axes) -> Axes:
    """An empty Axes that says so, instead of an error or of a chart that looks like zero."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, "no data", ha="center", va="center", transform=ax.transAxes, color=GREY)
    return ax


def choose_styles(names: Iterable[Any]) -> dict[Any, dict[str, Any]]:
    """Colour, marker and line style per name, in the order given; no two share all three, the unknown side is grey.

    >>> choose_styles(["Ulvania", "side not known"])["side not known"]["color"]
    '#6E6E6E'
    """
    known = [name for name in dict.fromkeys(names) if name != SIDE_UNKNOWN]
    styles = {
        name: {
            "color": COLOURS[i % 7],
            "marker": MARKERS[(i + i // 7) % 7],
            "linestyle": LINES[(i // 2) % 4],
        }
        for i, name in enumerate(known)
    }
    return {**styles, SIDE_UNKNOWN: {"color": GREY, "marker": ".", "linestyle": ":"}}
