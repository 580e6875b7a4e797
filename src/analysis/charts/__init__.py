"""One table on one matplotlib `Axes`: counts, shares and scores. Reported figures have charts of their own: `ranges`.

An empty table says so; where a table has nothing, nothing is drawn. Each chart has a function that says its main values
in words, from the same table: for readers who do not see it, and printed under it for all.
"""

from collections.abc import Hashable, Iterable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.ticker import MaxNLocator

from analysis.charts.axes import (
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
    say_count,
    say_no_data,
    style_sides,
    write_label,
)
from analysis.charts.cells import format_share

MOST_LINES = 6


def say_days(dates: pd.Series) -> str:
    """The first and the last day; "no day" where none is known.

    >>> say_days(pd.to_datetime(pd.Series(["2031-05-11", None, "2031-04-30"])))
    '2031-04-30 to 2031-05-11'
    """
    known = dates.dropna()
    return f"{known.min():%Y-%m-%d} to {known.max():%Y-%m-%d}" if len(known) else "no day"


def plot_ranking(
    table: pd.DataFrame,
    ax: Axes,
    *,
    name: str,
    value: str,
    unit: str,
    side: str | None = None,
    sides: Iterable[str] = (),
) -> Axes:
    """One bar per row, in the order given, the number at its end, and the side when a column of sides is named;
    `sides` are all that share the colours.

    A column `url` makes each bar a link (see `analysis.accounts.evidence.link`).
    """
    if table.empty:
        return say_no_data(ax)
    rows = table.head(MOST_ROWS)
    styles = style_sides(rows[side], sides) if side else {}
    for place, row in enumerate(rows.to_dict("records")):
        colour = styles[row[side]]["color"] if side else COLOURS[0]
        ax.barh(place, row[value], color=colour, height=0.7, url=row.get("url"))
        label = f"{row[value]:,}" + (f" {write_label(row[side], 24)}" if side else "")
        ax.annotate(label, (row[value], place), (4, 0), textcoords="offset points", va="center", fontsize=8)
    name_rows(ax, [write_label(label) for label in rows[name]])
    ax.set_xlim(0, float(rows[value].max()) * (1.35 if side else 1.12) or 1)
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    return finish(ax, x=unit, note=note_rest(len(table) - len(rows), "row"))


def describe_ranking(table: pd.DataFrame, *, what: str, name: str, value: str, unit: str) -> str:
    """The number of rows, the first three, the last; `table` in the order of the chart.

    >>> table = pd.DataFrame({"speaker": ["Rana Ost", "Ilko Stane"], "n_quotes": [9, 4]})
    >>> describe_ranking(table, what="Speakers", name="speaker", value="n_quotes", unit="quotes")
    'Speakers by quotes: Rana Ost 9, Ilko Stane 4.'
    """
    if table.empty:
        return f"{what} by {unit}: no data."
    pairs = [f"{write_label(label)} {number:,}" for label, number in zip(table[name], table[value], strict=True)]
    rest = f"; {len(pairs) - 3:,} more follow, down to {pairs[-1]}" if len(pairs) > 3 else ""
    return f"{what} by {unit}: {', '.join(pairs[:3])}{rest}."


def plot_lines(
    table: pd.DataFrame, ax: Axes, *, date: str, value: str, name: str, unit: str, days: int = 7, percent: bool = False
) -> Axes:
    """One line per name over time, named at its end; broken where more than `days` lie between two of its points.

    The six names with the largest total are drawn, the others are counted below the chart. `percent`: shares.
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
        ax.scatter(line[date].map(places), line[value].astype(float), s=90, alpha=0, urls=_urls(line))
        ends.append((float(line[value].iloc[-1]), str(key), styles[key]))
    name_ends(ax, ends)
    if percent:
        ax.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    return finish(ax, y=unit, note=note_rest(len(order) - len(drawn), "line"))


def describe_lines(table: pd.DataFrame, *, what: str, date: str, value: str, name: str, percent: bool = False) -> str:
    """The lines, the time they cover, and the highest point of each of the first three.

    >>> days = pd.to_datetime(["2031-05-11", "2031-05-18"])
    >>> table = pd.DataFrame({"week": days, "side": ["Ulvania"] * 2, "n": [3, 5]})
    >>> describe_lines(table, what="Mentions", date="week", value="n", name="side")
    'Mentions from 11 May 2031 to 18 May 2031; at their highest: Ulvania 5 (18 May 2031).'
    """
    shown = table[table[date].notna() & table[value].notna()]
    if shown.empty:
        return f"{what}: no data."
    tops = shown.loc[shown.groupby(name)[value].idxmax()].sort_values(value, ascending=False, kind="stable")
    write = format_share if percent else "{:,}".format
    peaks = [
        f"{write_label(row[name])} {write(row[value])} ({write_label(row[date])})"
        for row in tops.head(3).to_dict("records")
    ]
    rest = f", and {len(tops) - 3:,} more" if len(tops) > 3 else ""
    span = f"from {write_label(shown[date].min())} to {write_label(shown[date].max())}"
    return f"{what} {span}; at their highest: {', '.join(peaks)}{rest}."


def plot_matrix(table: pd.DataFrame, ax: Axes, *, row: str, column: str, value: str, percent: bool = False) -> Axes:
    """A dot with its number for every row and column that the table has; where it has nothing, nothing is drawn.

    Rows come in the order of the table, columns sorted; days stand on an axis of weeks, so that a gap is seen.
    `percent`: the values are shares, told by the shade.
    """
    rows = list(dict.fromkeys(table[row]))[:MOST_ROWS]
    shown = table[table[row].isin(rows) & table[column].notna() & table[value].notna()]
    if shown.empty:
        return say_no_data(ax)
    places = _lay_columns(ax, shown[column])
    x, y, size = shown[column].map(places), shown[row].map(rows.index), shown[value].astype(float)
    numbered = len(places) <= 16
    widest = min((5.0 / (max(places.values()) - min(places.values()) + 1) * _step(shown[column]) * 72 * 0.9) ** 2, 420)
    least = 90 if numbered else 3  # points²: room for a number
    area = 420 if percent else least + max(widest - least, 0) * size / (size.max() or 1)
    paint = [to_rgba("#56B4E9", 0.1 + 0.9 * share) for share in size] if percent else COLOURS[0]  # shares by shade
    ax.scatter(x, y, s=area, color="#A6CEE3" if numbered and not percent else paint, linewidths=0, urls=_urls(shown))
    for a, b, number in zip(x, y, size, strict=True) if numbered else ():
        ax.text(a, b, format_share(number) if percent else f"{number:,.0f}", ha="center", va="center", fontsize=8)
    name_rows(ax, [write_label(label) for label in rows])
    return finish(ax, note=note_rest(table[row].nunique() - len(rows), "row"))


def describe_matrix(table: pd.DataFrame, *, what: str, row: str, column: str, value: str, percent: bool = False) -> str:
    """The size of the grid, its largest value, and how many of its places are empty.

    >>> table = pd.DataFrame({"outlet": ["Coast Wire", "Oldra Watch"], "kind": ["direct", "mixed"], "n": [3, 1]})
    >>> describe_matrix(table, what="Quotes", row="outlet", column="kind", value="n")
    'Quotes, 2 rows by 2 columns: most for Coast Wire, direct (3); 2 of 4 places are empty.'
    """
    shown = table[table[value].notna()]
    if shown.empty:
        return f"{what}: no data."
    top = shown.loc[shown[value].astype(float).idxmax()]
    most = format_share(top[value]) if percent else f"{top[value]:,}"
    rows, columns = shown[row].nunique(), shown[column].nunique()
    empty = rows * columns - len(shown.drop_duplicates([row, column]))
    labels = f"{write_label(top[row])}, {write_label(top[column])}"
    return f"{what}, {say_count(rows, 'row')} by {say_count(columns, 'column')}: most for {labels} ({most}); " + (
        f"{empty:,} of {rows * columns:,} places are empty." if empty else "no place is empty."
    )


def plot_spread(table: pd.DataFrame, ax: Axes, *, name: str, value: str, unit: str) -> Axes:
    """Every value as a dot in the row of its name, with a bar at the median: what is usual, what stands out."""
    shown = table[table[value].notna()]
    if shown.empty:
        return say_no_data(ax)
    names = list(dict.fromkeys(shown[name]))
    for place, key in enumerate(names[:MOST_ROWS]):
        rows = shown[shown[name] == key]
        values = rows[value].astype(float)
        ax.scatter(values, [place] * len(values), s=36, color=COLOURS[0], alpha=0.4, linewidths=0, urls=_urls(rows))
        ax.plot(values.median(), place, "|", color="black", markersize=13, markeredgewidth=1.5)
    name_rows(ax, [write_label(label) for label in names[:MOST_ROWS]])
    ax.set_xlim(0, float(shown[value].max()) * 1.05 or 1)
    return finish(ax, x=f"{unit} (bar: median)", note=note_rest(len(names) - MOST_ROWS, "row"))


def describe_spread(table: pd.DataFrame, *, what: str, name: str, value: str, unit: str) -> str:
    """The median of each of the first six names, the largest first, and the smallest and the largest value of all.

    >>> table = pd.DataFrame({"outlet": ["Coast Wire", "Coast Wire", "Oldra Watch"], "n_words": [300, 420, 95]})
    >>> describe_spread(table, what="Articles", name="outlet", value="n_words", unit="words")
    'Articles by words, at the median: Coast Wire 360, Oldra Watch 95; single ones from 95 to 420.'
    """
    shown = table[table[value].notna()]
    if shown.empty:
        return f"{what} by {unit}: no data."
    values = shown[value].astype(float)
    medians = values.groupby(shown[name]).median().sort_values(ascending=False, kind="stable")
    pairs = [f"{write_label(label)} {median:,.10g}" for label, median in medians.head(MOST_LINES).items()]
    rest = f", and {len(medians) - len(pairs):,} more" if len(medians) > len(pairs) else ""
    span = f"single ones from {values.min():,.10g} to {values.max():,.10g}"
    return f"{what} by {unit}, at the median: {', '.join(pairs)}{rest}; {span}."


def plot_scores(scores: pd.DataFrame, ax: Axes, *, name: str) -> Axes:
    """Precision (square) and recall (circle) of each row between 0 and 1; a score that is not defined has no mark.

    Columns `precision_url` and `recall_url` make them links (see `analysis.accounts.evidence.link_scores`).
    """
    if scores.empty:
        return say_no_data(ax)
    rows = scores.head(MOST_ROWS)
    for column, marker, colour, shift in (("precision", "s", COLOURS[0], -0.2), ("recall", "o", COLOURS[1], 0.2)):
        for place, row in enumerate(rows.to_dict("records")):
            if pd.notna(score := row[column]):
                url = row.get(f"{column}_url")
                ax.plot(float(score), place + shift, marker, color=colour, markersize=5, url=url)
                label = f"{column} {format_share(score)}"
                ax.text(float(score) + 0.015, place + shift, label, va="center", fontsize=7)
    name_rows(ax, [write_label(label) for label in rows[name]])
    ax.set_xlim(-0.03, 1.2)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
    ax.xaxis.set_major_formatter(lambda score, _: format_share(score))
    return finish(ax, note=note_rest(len(scores) - len(rows), "row"))


def describe_scores(scores: pd.DataFrame, *, what: str, name: str) -> str:
    """The range of precision and of recall, and the row where each is lowest."""
    parts = [_score_range(scores, score, name) for score in ("precision", "recall")]
    return f"{what}: " + ("; ".join(part for part in parts if part) or "no data") + "."


def _urls(rows: pd.DataFrame) -> list[str] | None:
    return list(rows["url"]) if "url" in rows else None


def _lay_columns(ax: Axes, columns: pd.Series) -> dict[Hashable, float]:
    if pd.api.types.is_datetime64_any_dtype(columns):
        return lay_days(ax, columns, step=_step(columns))
    names = sorted(columns.unique())
    name_columns(ax, range(len(names)), [write_label(name, 24) for name in names])
    ax.set_xlim(-0.6, len(names) - 0.4)
    return {name: float(place) for place, name in enumerate(names)}


def _step(columns: pd.Series) -> int:
    return 7 if pd.api.types.is_datetime64_any_dtype(columns) else 1


def _score_range(scores: pd.DataFrame, score: str, name: str) -> str:
    known = scores[scores[score].notna()]
    if known.empty:
        return ""
    values = known[score].astype(float)
    worst = write_label(known.loc[values.idxmin(), name])
    return f"{score} from {format_share(values.min())} ({worst}) to {format_share(values.max())}"
