"""Names, days and colours on a matplotlib `Axes`, the same for every chart.

Names stand beside what they name, there is no legend to decode. Colours are those of Okabe and Ito
(jfly.uni-koeln.de/color), told apart by every common kind of colour vision, and never alone: each name has a marker and
a line style too. Labels are data from articles: cleaned, shortened, never mathematics.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, date2num, num2date
from matplotlib.text import Text

from analysis.accounts import SIDE_UNKNOWN
from analysis.anchors import anchor
from analysis.charts.cells import shorten

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LINES = ("-", "--", "-.", ":")
GREY = "#6E6E6E"
MOST_ROWS = 40  # of a chart with one row per name; the table under it has the rest


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
    return {SIDE_UNKNOWN: {"color": GREY, "marker": "p", "linestyle": ":"}} | {
        name: {"color": COLOURS[i % 7], "marker": MARKERS[(i + i // 7) % 7], "linestyle": LINES[i % 4]}
        for i, name in enumerate(known)
    }


def style_sides(shown: pd.Series, sides: Iterable[str] = ()) -> dict[Any, dict[str, Any]]:
    """The style of each side; `sides` are all of the corpus, so that one keeps its colour from chart to chart.

    >>> style_sides(pd.Series(["Ulvania"]), ["Saltmarsh Front", "Ulvania"])["Ulvania"]["color"]
    '#D55E00'
    """
    return choose_styles(sorted({*shown, *sides}))


def say_count(count: int, one: str, many: str = "") -> str:
    """The number and the word that goes with it.

    >>> say_count(1, "row"), say_count(1200, "row"), say_count(2, "is", "are")
    ('1 row', '1,200 rows', '2 are')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def write_label(value: Any, longest: int = 40) -> str:
    """A name, a day or a number as a short label.

    >>> [write_label(value) for value in (pd.Timestamp("2031-05-11"), "Coast Wire", 3)]
    ['11 May 2031', 'Coast Wire', '3']
    """
    if isinstance(value, pd.Timestamp):
        return f"{value.day} {value:%b %Y}"
    return shorten(str(value), longest)


def link_to(row: Mapping[Any, Any]) -> str | None:
    """The row of the first of `figure_ids` in the table under the chart: for `Artist.set_url`."""
    ids = row.get("figure_ids")
    return f"#{anchor(ids[0])}" if isinstance(ids, list) and ids else None


def name_rows(ax: Axes, labels: Sequence[str]) -> None:
    """One label per row, the first on top."""
    ax.set_yticks(range(len(labels)), labels=list(labels), fontsize=8.5)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)


def name_columns(ax: Axes, places: Sequence[float], labels: Sequence[str]) -> None:
    """One label per place, level when there are few and they are short; of many places only some are named."""
    step = max(-(-len(labels) // 20), 1)
    x, words = list(places)[::step], list(labels)[::step]
    closest = min((b - a for a, b in zip(x, x[1:], strict=False)), default=1.0) / max(x[-1] - x[0], 1.0)
    crowded = len(x) > 1 and closest * 5.0 < 0.08 * max(map(len, words))  # inches
    style: dict[str, Any] = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"} if crowded else {}
    ax.set_xticks(x, labels=words, fontsize=8.5, **style)


def name_ends(ax: Axes, ends: Sequence[tuple[float, str, dict[str, Any]]]) -> None:
    """Write each name with its mark right of the chart, near the height where its line ends: (y, name, style)."""
    to_axes = ax.transData + ax.transAxes.inverted()
    heights = [float(to_axes.transform((ax.get_xlim()[1], y))[1]) for y, _, _ in ends]
    step = min(0.16 / (ax.figure.get_figheight() * 0.75), 1 / max(len(ends), 1))
    for place, y in zip(np.argsort(heights, kind="stable"), _spread(sorted(heights), step), strict=True):
        _, name, style = ends[place]
        mark = {key: style[key] for key in ("color", "marker")}
        ax.plot(1.02, y, **mark, markersize=5, transform=ax.transAxes, clip_on=False)
        ax.text(1.04, y, shorten(name, 38), transform=ax.transAxes, va="center", fontsize=8)


def lay_days(ax: Axes, dates: pd.Series, *, step: int = 1) -> dict[pd.Timestamp, float]:
    """Set an axis of days and return the place of each day on it.

    Where the corpus is silent for long, a stretch of more than three `step`s (days) is cut to three of them and marked
    by a dotted line, if that leaves half of the chart or less; else the axis is a plain calendar. Nothing is drawn in
    a gap either way.
    """
    days = sorted(dates.dropna().unique())
    widths = [(later - day).days for day, later in zip(days, days[1:], strict=False)]
    cuts = [i for i, width in enumerate(widths, 1) if width > 3 * step]
    places = np.cumsum([0, *(min(width, 3 * step) for width in widths)]).astype(float)
    if not cuts or len(cuts) > 12 or sum(widths) < 2 * places[-1]:
        return _lay_calendar(ax, days)
    for i in cuts:
        ax.axvline((places[i - 1] + places[i]) / 2, color=GREY, linewidth=0.8, linestyle=":")
    named = range(len(days)) if len(days) <= 12 else sorted({0, *cuts})
    name_columns(ax, [places[i] for i in named], [write_label(days[i]) for i in named])
    ax.set_xlim(-step, places[-1] + step)
    return dict(zip(days, places, strict=True))


def _lay_calendar(ax: Axes, days: Sequence[pd.Timestamp]) -> dict[pd.Timestamp, float]:
    places = [float(date2num(day)) for day in days]
    air = max((places[-1] - places[0]) * 0.03, 1.0)
    ax.set_xlim(places[0] - air, places[-1] + air)
    if places[-1] - places[0] < 15 or len(places) <= 12:
        name_columns(ax, places, [write_label(day) for day in days])
        return dict(zip(days, places, strict=True))
    ax.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=7))
    ax.xaxis.set_major_formatter(lambda place, _: write_label(pd.Timestamp(num2date(place)).tz_localize(None)))
    return dict(zip(days, places, strict=True))


def break_gaps(dates: pd.Series, values: pd.Series, days: int) -> pd.DataFrame:
    """The points as `date` and `value`, with a hole wherever more than `days` lie between two: no line crosses it.

    >>> dates = pd.Series(pd.to_datetime(["2031-05-11", "2031-05-12", "2031-05-20"]))
    >>> break_gaps(dates, pd.Series([1.0, 2.0, 3.0]), 1)["value"].tolist()
    [1.0, 2.0, nan, 3.0]
    """
    points = pd.DataFrame({"date": list(dates), "value": [float(value) for value in values]})
    after = pd.to_datetime(points["date"]).diff().dt.days > days
    holes = points[after].assign(value=float("nan"))
    return pd.concat([holes, points]).sort_index(kind="stable").reset_index(drop=True)


def note_rest(count: int, what: str) -> str:
    """What a chart left out, in words; empty when it left out nothing.

    >>> note_rest(3, "row"), note_rest(1, "row")
    ('3 more rows are not drawn; the table has all', '1 more row is not drawn; the table has all')
    """
    return (
        f"{say_count(count, f'more {what} is', f'more {what}s are')} not drawn; the table has all" if count > 0 else ""
    )


def finish(ax: Axes, *, x: str = "", y: str = "", note: str = "") -> Axes:
    """Axis names with a note below, light grid, no box; and every text of the chart is text, whatever signs it has."""
    ax.set_xlabel("\n".join(line for line in (x, note) if line), fontsize=9, color="black" if x else GREY)
    ax.set_ylabel(y, fontsize=9)
    ax.grid(axis="y" if y else "x", color="#E5E5E5", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=8.5)
    for text in ax.findobj(Text):
        text.set_parse_math(False)
    return ax


def _spread(heights: list[float], step: float) -> list[float]:
    """The sorted heights, each at least `step` above the one before, kept within 0 and 1."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + step if placed else 0.0))
    for i in reversed(range(len(placed))):
        placed[i] = min(placed[i], placed[i + 1] - step if i + 1 < len(placed) else 1.0)
    return placed
