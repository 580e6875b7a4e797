"""What a notebook cell shows: a chart with its alternative text, a plain table, a list of findings.

Every text may come from an article: it is cleaned of invisible characters, escaped, and never taken as markup.
"""

import io
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import matplotlib as mpl
import pandas as pd
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.anchors import ROWS, anchor, linked, target
from analysis.charts.cells import (
    clean_text,
    column_kind,
    format_cell,
    format_share,
    key_column,
    shorten,
    to_html,
    to_text,
)
from analysis.charts.svg import compact

WIDTH, HEIGHT, ROW_HEIGHT = 8.0, 3.6, 0.27  # inches; the last for charts with one row per name
MOST_ROWS, MOST_SENTENCES = 200, 1_000  # printed of a table; of a folded one, which costs a reader nothing

# Columns that are not printed: the record that a row shows, the records it counts, the place where its number leads.
RECORD, RECORDS, URL = "record", "figure_ids", "url"
UNPRINTED = [RECORD, RECORDS, URL, "precision_url", "recall_url"]
SHARES = {"share", "shared", "precision", "recall", "f1"}

# The same figure gives the same bytes.
_SVG_RULES: dict[Any, Any] = {"svg.hashsalt": "versions-of-events", "svg.fonttype": "none", "text.parse_math": False}


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn figure and what it says in words; shown by Jupyter as SVG, the words in the output's metadata."""

    svg: str
    alt: str
    rows: dict[str, list] | None = None  # "columns" and "rows" of the table that was drawn

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        words = {"alt": self.alt}
        rows = {} if self.rows is None else {ROWS: self.rows}
        return {"image/svg+xml": self.svg, "text/plain": self.alt} | rows, {"image/svg+xml": words, "image/png": words}


@dataclass(frozen=True, slots=True)
class Html:
    """Escaped markup, and the same as plain text for where no markup is shown."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def draw(
    plot: Callable[..., Axes],
    table: pd.DataFrame,
    *,
    alt: str,
    title: str = "",
    height: float | None = None,
    **options: Any,
) -> Chart | Html:
    """One table on one new chart: `plot(table, ax, **options)`, with an optional title; see `show_figure` for `alt`.

    `height` is in inches; without it a chart with one row per name grows with its rows. Where there is nothing to draw
    `alt` stands alone.
    """
    with mpl.rc_context(_SVG_RULES):
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        ax = plot(table, figure.add_subplot(), **options)
        if not ax.axison:
            return show_text(alt)
        rows = len(ax.get_yticks()) if ax.yaxis_inverted() else None
        figure.set_size_inches(WIDTH, height or (HEIGHT if rows is None else 1.0 + ROW_HEIGHT * max(rows, 4)))
        if title:
            ax.set_title(shorten(title, 90), loc="left")
        return replace(show_figure(figure, alt=alt), rows=_plain_rows(table))


def show_figure(figure: Figure, *, alt: str) -> Chart:
    """The figure as something Jupyter shows, with its alternative text in `output.metadata["image/svg+xml"]["alt"]`.

    `alt` states what the chart says, with its main values, for readers who do not see it. Raises ValueError when it is
    empty or only repeats a title. Make the cell's last line of it; a figure of pyplot is not shown twice.
    """
    words = clean_text(alt)
    titles = {clean_text(text) for text in (figure.get_suptitle(), *(ax.get_title(loc="left") for ax in figure.axes))}
    titles |= {clean_text(ax.get_title()) for ax in figure.axes}
    if not words or words.casefold() in {title.casefold() for title in titles}:
        raise ValueError(f"alt is {alt!r}; say in a sentence what the chart shows, with its main values, not its title")
    buffer = io.StringIO()
    with mpl.rc_context(_SVG_RULES), warnings.catch_warnings():
        # A script without a font shows boxes; the table under the chart has the words.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Title": words})
    if figure.canvas.manager is not None:
        import matplotlib.pyplot as plt

        plt.close(figure)
    return Chart(svg=compact(buffer.getvalue()), alt=words)


def show_table(
    frame: pd.DataFrame,
    *,
    caption: str,
    folded: bool = False,
    places: str | Sequence[tuple[str, str]] = "",
    empty: str = "",
) -> Html:
    """The rows as a plain table: caption, column headings, numbers marked by `class="number"`, no style.

    The first 200 rows are printed (1,000 when folded), the rest counted. Missing values are a dash, whole numbers
    have no decimals, others three significant ones at most, shares are percentages; days are `<time>`. ⟦…⟧ in a cell
    becomes `<mark>`. The index is left out. Some columns are not printed: `record` (an id: the row can be linked to,
    and leads to its article), `figure_ids` and `url` (the row's number leads to its sentences in the same report, see
    `link`). `places` gives the rows other ids: a word that is counted on, or the id and the link of each. `folded`
    shows the caption and the number of rows only, until a reader opens it; `empty` is said instead where there is no
    row. Raises ValueError for no caption.
    """
    if not caption.strip():
        raise ValueError("caption is empty; say what the rows are")
    shown = frame.head(MOST_SENTENCES if folded else MOST_ROWS)
    places = _places(shown, places) if isinstance(places, str) else list(places[: len(shown)])
    rest = len(frame) - len(shown)
    shown = shown.drop(columns=UNPRINTED, errors="ignore")
    kinds = [column_kind(dtype) for dtype in shown.dtypes]
    write = [format_share if _is_share(column, shown) else format_cell for column in shown.columns]
    texts = [
        [format_value(value) for format_value, value in zip(write, row, strict=True)]
        for row in shown.itertuples(index=False, name=None)
    ]
    heads = [clean_text(str(column)).removeprefix("n_").replace("_", " ") for column in shown.columns]
    if frame.empty:  # headings over nothing tell nothing
        return show_text(empty or f"{caption}: none.")
    more = f"{rest:,} more rows are in the table, not printed here." if rest else ""
    html = to_html(clean_text(caption), heads, texts, kinds, more, places=places, key=key_column(heads, kinds))
    if folded:
        html = f"<details><summary>{escape(clean_text(caption))} ({len(frame):,})</summary>\n{html}</details>"
    return Html(html=html, text=to_text(caption, heads, texts, more))


def show_text(*sentences: str) -> Html:
    """Sentences as a list, or as one paragraph when there is one; whatever they hold is text."""
    plain = [clean_text(sentence) for sentence in sentences]
    if len(plain) == 1:
        return Html(html=f"<p>{escape(plain[0])}</p>", text=plain[0])
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in plain)
    return Html(html=f"<ul>{items}</ul>", text="\n".join(f"- {sentence}" for sentence in plain))


def show_heading(title: str) -> Html:
    """A heading whose words come from the data, below those of the notebook."""
    plain = clean_text(title)
    return Html(html=f"<h3>{escape(plain)}</h3>", text=plain)


def show(*parts: Chart | Html) -> None:
    """Display several of them, one after the other: for a loop, of which a cell would show nothing."""
    for part in parts:
        display(part)


def _plain_rows(table: pd.DataFrame) -> dict[str, list]:
    """The table as JSON has it: days as text, missing as null; without the texts of whole articles."""
    plain = table.drop(columns=[*UNPRINTED[2:], "text"], errors="ignore")
    return {
        "columns": [str(column) for column in plain.columns],
        "rows": [[_plain_value(value) for value in row] for row in plain.itertuples(index=False, name=None)],
    }


def _plain_value(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain_value(item) for item in value]
    if pd.isna(value):
        return None
    if hasattr(value, "strftime"):
        return f"{value:%Y-%m-%d}"
    plain = value.item() if hasattr(value, "item") else value
    return plain if isinstance(plain, bool | int | float) else str(plain).encode("utf-8", "replace").decode()


def _is_share(column: str, shown: pd.DataFrame) -> bool:
    """Whether its numbers are parts of a whole; `low` and `high` are the bounds of a share where there is one."""
    return column in SHARES or (column in ("low", "high") and "share" in shown)


def _places(shown: pd.DataFrame, word: str) -> list[tuple[str, str]]:
    """For each row its id in the page and where its key cell leads; empty where there is none."""
    if RECORD in shown:
        known = [None if pd.isna(record) else str(record) for record in shown[RECORD]]
        found = [(anchor(record), target(record) if linked() else "") if record else ("", "") for record in known]
        return [(f"{word}-{place}", link) for place, (_, link) in enumerate(found)] if word else found
    if word:
        return [(f"{word}-{place}", "") for place in range(len(shown))]
    if RECORDS in shown:
        return [("", f"#{anchor(ids[0])}" if len(ids) else "") for ids in shown[RECORDS]]
    if URL in shown:
        return [("", url or "") for url in shown[URL]]
    return [("", "")] * len(shown)
