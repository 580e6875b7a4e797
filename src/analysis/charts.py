"""One table on one matplotlib `Axes`: counts, shares and scores. Reported figures have charts of their own: `ranges`.

An empty table says so; where a table has nothing, nothing is drawn.
"""

from collections.abc import Hashable

import pandas as pd
from matplotlib.axes import Axes

from analysis.axes import (
    COLOURS,
    MOST_ROWS,
    break_gaps,
    choose_styles,
    finish,
    lay_days,
    name_columns,
    name_ends,
    name_rows,
    note_rest,
    say_no_data,
    write_label,
)

MOST_LINES = 8


def plot_ranking(table: pd.DataFrame, ax: Axes, *, name: str, value: str, unit: str, side: str | None = None) -> Axes:
    """One bar per row, in the order given, the number at its end, and the side when a column of sides is named."""
    if table.empty:
        return say_no_data(ax)
    rows = table.head(MOST_ROWS)
    styles = choose_styles(sorted(rows[side].unique())) if side else {}
    for place, row in enumerate(rows.to_dict("records")):
        ax.barh(place, row[value], color=styles[row[side]]["color"] if side else COLOURS[0], height=0.7)
        label = f" {row[value]:,}" + (f"  {write_label(row[side], 24)}" if side else "")
        ax.text(row[value], place, label, va="center", fontsize=8)
    name_rows(ax, [write_label(label) for label in rows[name]])
    ax.set_xlim(0, float(rows[value].max()) * (1.35 if side else 1.12) or 1)
    return finish(ax, x=unit, note=note_rest(len(table) - len(rows), "rows"))


def plot_lines(
    table: pd.DataFrame, ax: Axes, *, date: str, value: str, name: str, unit: str, days: int = 7, percent: bool = False
) -> Axes:
    """One line per name over time, named at its end; broken where more than `days` lie between two of its points.

    The eight names with the largest total are drawn, the others are counted below the chart. `percent`: shares.
    """
    rows = table[table[date].notna() & table[value].notna()]
    if rows.empty:
        return say_no_data(ax)
    order = rows.groupby(name)[value].sum().sort_values(ascending=False, kind="stable").index
    drawn = list(order[:MOST_LINES])
    styles = choose_styles(sorted(drawn))
    places = lay_days(ax, rows[date], step=days)
    ax.set_ylim(0, float(rows[value].max()) * 1.08 or 1)
    ends = []
    for key in drawn:
        line = rows[rows[name] == key].sort_values(date)
        points = break_gaps(line[date], line[value], days)
        ax.plot(points["date"].map(places), points["value"], **styles[key], markersize=6)
        ends.append((float(line[value].iloc[-1]), str(key), styles[key]))
    name_ends(ax, ends)
    if percent:
        ax.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    return finish(ax, y=unit, note=note_rest(len(order) - len(drawn), "lines"))


def plot_matrix(table: pd.DataFrame, ax: Axes, *, row: str, column: str, value: str, percent: bool = False) -> Axes:
    """A dot with its number for every row and column that the table has; where it has nothing, nothing is drawn.

    Rows come in the order of the table, columns sorted; days stand on an axis of weeks, so that a gap is seen.
    `percent`: the values are shares.
    """
    rows = list(dict.fromkeys(table[row]))[:MOST_ROWS]
    shown = table[table[row].isin(rows) & table[column].notna() & table[value].notna()]
    if shown.empty:
        return say_no_data(ax)
    places = _lay_columns(ax, shown[column])
    x, y, size = shown[column].map(places), shown[row].map(rows.index), shown[value].astype(float)
    numbered = len(places) <= 16
    widest = min((5.0 / (max(places.values()) - min(places.values()) + 1) * _step(shown[column]) * 72 * 0.9) ** 2, 220)
    ax.scatter(x, y, s=3 + widest * size / (size.max() or 1), color="#A6CEE3" if numbered else COLOURS[0], linewidths=0)
    for a, b, number in zip(x, y, size, strict=True) if numbered else ():
        ax.text(a, b, f"{number:.0%}" if percent else f"{number:,.0f}", ha="center", va="center", fontsize=8)
    name_rows(ax, [write_label(label) for label in rows])
    return finish(ax, note=note_rest(table[row].nunique() - len(rows), "rows"))


def plot_spread(table: pd.DataFrame, ax: Axes, *, name: str, value: str, unit: str) -> Axes:
    """Every value as a dot in the row of its name, with a bar at the median: what is usual, what stands out."""
    shown = table[table[value].notna()]
    if shown.empty:
        return say_no_data(ax)
    names = list(dict.fromkeys(shown[name]))
    for place, key in enumerate(names[:MOST_ROWS]):
        values = shown.loc[shown[name] == key, value].astype(float)
        ax.plot(values, [place] * len(values), "o", color=COLOURS[0], alpha=0.4, markersize=6, markeredgewidth=0)
        ax.plot(values.median(), place, "|", color="black", markersize=13, markeredgewidth=1.5)
    name_rows(ax, [write_label(label) for label in names[:MOST_ROWS]])
    ax.set_xlim(0, float(shown[value].max()) * 1.05 or 1)
    return finish(ax, x=f"{unit} (bar: median)", note=note_rest(len(names) - MOST_ROWS, "rows"))


def plot_scores(scores: pd.DataFrame, ax: Axes, *, name: str) -> Axes:
    """Precision (square) and recall (circle) of each row between 0 and 1; a score that is not defined has no mark."""
    if scores.empty:
        return say_no_data(ax)
    rows = scores.head(MOST_ROWS)
    for column, marker, colour, shift in (("precision", "s", COLOURS[0], -0.2), ("recall", "o", COLOURS[1], 0.2)):
        for place, score in enumerate(rows[column]):
            if pd.notna(score):
                ax.plot(float(score), place + shift, marker, color=colour, markersize=5)
                label = f"{column} {float(score):.2f}"
                ax.text(float(score) + 0.015, place + shift, label, va="center", fontsize=7)
    name_rows(ax, [write_label(label) for label in rows[name]])
    ax.set_xlim(-0.03, 1.2)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
    return finish(ax, note=note_rest(len(scores) - len(rows), "rows"))


def _lay_columns(ax: Axes, columns: pd.Series) -> dict[Hashable, float]:
    if pd.api.types.is_datetime64_any_dtype(columns):
        return lay_days(ax, columns, step=_step(columns))
    names = sorted(columns.unique())
    name_columns(ax, range(len(names)), [write_label(name, 24) for name in names])
    ax.set_xlim(-0.6, len(names) - 0.4)
    return {name: float(place) for place, name in enumerate(names)}


def _step(columns: pd.Series) -> int:
    return 7 if pd.api.types.is_datetime64_any_dtype(columns) else 1
