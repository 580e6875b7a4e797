"""Charts of who is quoted: small multiples over time, a heat map, shares with their confidence intervals."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from analysis.charts.axes import (
    COLOURS,
    GREY,
    MARKERS,
    MOST_ROWS,
    finish,
    lay_days,
    name_columns,
    name_rows,
    note_rest,
    say_no_data,
    write_label,
)
from analysis.charts.cells import format_share

_DARK = 0.55  # of the largest value, from which a number in its place is white


def plot_multiples(table: pd.DataFrame, ax: Axes, *, name: str, date: str, value: str, unit: str) -> Axes:
    """One small column chart per name, under each other, over one axis of weeks and with one scale.

    The tallest column of each row has its number; where a row has nothing, nothing is drawn. A column `url` makes each
    bar a link.
    """
    shown = table[table[date].notna() & table[value].notna()]
    if shown.empty:
        return say_no_data(ax)
    names = list(dict.fromkeys(shown[name]))
    rows = names[:MOST_ROWS]
    places = lay_days(ax, shown[date], step=7)
    scale = 0.8 / float(shown[value].max())
    width = max(0.6 * 7, (max(places.values()) - min(places.values())) / 120)
    for number, key in enumerate(rows):
        line = shown[shown[name] == key]
        heights = line[value].astype(float) * scale
        x = line[date].map(places)
        bars = ax.bar(x, -heights, width=width, bottom=number + 0.4, color=COLOURS[0])
        for bar, url in zip(bars, line.get("url", []), strict=False):
            bar.set_url(url)
        ax.axhline(number + 0.4, color="#CCCCCC", linewidth=0.6)
        top = heights.to_numpy().argmax()
        label = {"ha": "center", "va": "bottom", "fontsize": 7, "color": GREY}
        ax.text(x.iloc[top], number + 0.4 - heights.iloc[top] - 0.02, f"{line[value].iloc[top]:,}", **label)
    name_rows(ax, [write_label(label) for label in rows])
    ax.set_xlim(
        min(ax.get_xlim()[0], min(places.values()) - width), max(ax.get_xlim()[1], max(places.values()) + width)
    )
    ax.set_ylim(len(rows) - 0.4, -0.75)
    return finish(ax, x=unit, note=note_rest(len(names) - len(rows), "row"))


def plot_heat(table: pd.DataFrame, ax: Axes, *, row: str, column: str, value: str) -> Axes:
    """A tile with its number for every row and column of the table, darker for more; none where it has nothing.

    A column `url` makes each tile a link.
    """
    rows = list(dict.fromkeys(table[row]))[:MOST_ROWS]
    shown = table[table[row].isin(rows) & table[value].notna()]
    if shown.empty:
        return say_no_data(ax)
    columns = sorted(shown[column].unique())
    most = float(shown[value].max())
    for cell in shown.to_dict("records"):
        x, y, part = columns.index(cell[column]), rows.index(cell[row]), float(cell[value]) / most
        ax.add_patch(_tile(x, y, part)).set_url(cell.get("url"))
        ink = "white" if part > _DARK else "black"
        ax.text(x, y, f"{cell[value]:,}", ha="center", va="center", fontsize=8, color=ink)
    name_rows(ax, [write_label(label) for label in rows])
    name_columns(ax, range(len(columns)), [write_label(label, 24) for label in columns])
    ax.set_xlim(-0.5, len(columns) - 0.5)
    finish(ax, note=note_rest(table[row].nunique() - len(rows), "row"))
    ax.grid(visible=False)
    return ax


def _tile(x: int, y: int, part: float):
    shade = tuple(1 - (0.15 + 0.85 * part) * (1 - channel) for channel in to_rgb(COLOURS[0]))
    return Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=shade, linewidth=0)


def plot_intervals(table: pd.DataFrame, ax: Axes, *, row: str, unit: str, part: str | None = None) -> Axes:
    """The `share` of each row as a mark on the line from `low` to `high`, with its number and what it is counted of.

    `part`: a column whose values share a row, each with a mark of its own, named beside it. A column `url` makes each
    mark a link.
    """
    if table.empty:
        return say_no_data(ax)
    names = list(dict.fromkeys(table[row]))
    parts = list(dict.fromkeys(table[part])) if part else [""]
    shift = {key: (n - (len(parts) - 1) / 2) * 0.42 for n, key in enumerate(parts)}
    shown = table[table[row].isin(names[:MOST_ROWS]) & table["share"].notna()]
    for cell in shown.to_dict("records"):
        key = cell[part] if part else ""
        y, style = names.index(cell[row]) + shift[key], parts.index(key)
        colour = COLOURS[style % len(COLOURS)]
        ax.plot([cell["low"], cell["high"]], [y, y], color=colour, linewidth=2.2, alpha=0.45, solid_capstyle="butt")
        marker = MARKERS[style % len(MARKERS)]
        ax.plot(cell["share"], y, marker, color=colour, markersize=5.5, url=cell.get("url"))
        label = f"{key} {format_share(cell['share'])} ({cell['n_quotes']:,} of {cell['n_all']:,})".strip()
        ax.text(cell["high"] + 0.012, y, label, va="center", fontsize=7.5)
    name_rows(ax, [write_label(label) for label in names[:MOST_ROWS]])
    ax.set_xlim(-0.02, max(float(shown["high"].max()) + 0.42, 0.6))
    ax.set_xticks([tick for tick in (0, 0.25, 0.5, 0.75, 1.0) if tick <= ax.get_xlim()[1]])
    ax.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    return finish(ax, x=f"{unit}; line: 95 % interval", note=note_rest(len(names) - MOST_ROWS, "row"))


def describe_intervals(table: pd.DataFrame, *, what: str, row: str, part: str | None = None) -> str:
    """The lowest and the highest share, each with its interval.

    >>> table = pd.DataFrame({"side": ["Avia", "Bor"], "share": [0.1, 0.4], "low": [0.0, 0.2], "high": [0.3, 0.6]})
    >>> describe_intervals(table, what="Claimed", row="side")
    'Claimed: from 10% (0% to 30%) for Avia to 40% (20% to 60%) for Bor.'
    """
    shown = table[table["share"].notna()].sort_values("share", kind="stable")
    if shown.empty:
        return f"{what}: no data."
    words = []
    for cell in (shown.iloc[0], shown.iloc[-1]):
        key = f"{write_label(cell[row])}, {write_label(cell[part])}" if part else write_label(cell[row])
        share, low, high = (format_share(cell[name]) for name in ("share", "low", "high"))
        words.append(f"{share} ({low} to {high}) for {key}")
    return f"{what}: " + (f"from {words[0]} to {words[1]}." if len(shown) > 1 else f"{words[0]}.")
