"""A page for each article: its text with every quote, figure and mention marked, and below the text their rows.

The name of the page is made of the article's id, by hashing: no word of an article gets into a path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.anchors import page_name
from analysis.charts.cells import clean_text, format_cell
from analysis.charts.display import show_table
from analysis.report.markup import check_markup
from analysis.report.notebooks import Report
from analysis.report.pages import check_page, finish, whole_page

if TYPE_CHECKING:
    from analysis.tables import Tables

COLUMNS = {
    "quotes": ["text", "speaker", "speaker_kind", "side", "cue", "stance", "kind", "confidence", "rule"],
    "figures": ["text", "low", "high", "qualifier", "measure", "group", "reporter", "reporter_side", "period", "scope",
                "place", "asserted", "confidence", "rule"],
    "mentions": ["text", "label", "actor", "side"],
}  # fmt: skip
IDS = {"quotes": "quote_id", "figures": "figure_id", "mentions": "mention_id"}
LEGEND = (
    'Marked in the text: <span class="quotes">quotes</span>, <mark class="figures">figures</mark>, '
    '<span class="mentions">names</span>. A number after a mark leads to its row below, a row back to its mark.'
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text that is marked; `place` is the id of its record (q3), `first` and `last` of its parts."""

    start: int
    end: int
    kind: str
    place: str
    first: bool = True
    last: bool = True


def article_pages(tables: Tables, reports: Sequence[Report]) -> Iterator[tuple[str, bytes]]:
    """File name and page of each article."""
    records = {name: dict(list(getattr(tables, name).groupby("article_id", sort=False))) for name in COLUMNS}
    for article in tables.articles.to_dict("records"):
        rows = {name: groups.get(article["article_id"]) for name, groups in records.items()}
        yield page_name(article["article_id"]), _article_page(article, rows, reports)


def _article_page(article: dict[Any, Any], rows: dict[str, pd.DataFrame | None], reports: Sequence[Report]) -> bytes:
    marks = [mark for name, found in rows.items() if found is not None for mark in _marks(name, found)]
    tables = "".join(_table(name, found) for name, found in rows.items() if found is not None)
    title = clean_text(article["title"]) if pd.notna(article["title"]) else "Article without a title"
    body = (
        f"{_about(article)}<p>{LEGEND}</p>\n"
        f'<div class="text" id="text">{mark_text(article["text"], marks)}</div>\n{tables}'
    )
    page = finish(whole_page(title[:200] or "Article", reports, body, current="", up="../"))
    check_page(page_name(article["article_id"]), page, 0)
    return page.encode()


def _about(article: dict[Any, Any]) -> str:
    facts = [(name, article[name]) for name in ("outlet", "date", "url", "path", "sha256")]
    lines = [f"<dt>{name}</dt><dd>{_fact(name, value)}</dd>" for name, value in facts if pd.notna(value)]
    return f'<dl class="about">{"".join(lines)}</dl>\n'


def _fact(name: str, value: Any) -> str:
    words = escape(format_cell(value))
    web = name == "url" and value.startswith(("http://", "https://"))
    return f'<a href="{escape(value)}">{words}</a>' if web else words


def _marks(name: str, rows: pd.DataFrame) -> Iterator[Mark]:
    for row in rows.to_dict("records"):
        place = row[IDS[name]].rpartition("#")[2]
        parts = row["parts"] if name == "quotes" and row["parts"] else [(row["start_char"], row["end_char"])]
        for number, (start, end) in enumerate(parts):
            yield Mark(int(start), int(end), name, place, first=number == 0, last=number == len(parts) - 1)


def mark_text(text: str, marks: Sequence[Mark]) -> str:
    """The text as HTML, each stretch in an element of its own; those that cross are cut.

    >>> marks = [Mark(0, 5, "quotes", "q0"), Mark(2, 7, "mentions", "m0")]
    >>> mark_text("a <b> c", marks)  # doctest: +NORMALIZE_WHITESPACE
    '<span class="quotes" id="q0">a <span class="mentions" id="m0">&lt;b&gt;</span></span><a class="ref"
    href="#row-q0" title="quote 1">q1</a><span class="mentions"> c</span>'
    """
    starts: dict[int, list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        starts.setdefault(mark.start, []).append(mark)
    made: list[str] = []
    opened: list[Mark] = []
    bounds = sorted({0, len(text), *(bound for mark in marks for bound in (mark.start, mark.end))})
    for bound, following in zip(bounds, [*bounds[1:], len(text)], strict=True):
        lowest = next((place for place, mark in enumerate(opened) if mark.end <= bound), len(opened))
        again = [mark for mark in opened[lowest:] if mark.end > bound]
        ended = [mark for mark in opened[lowest:] if mark.end <= bound]
        made += [_tag(mark)[1] for mark in reversed(opened[lowest:])]
        made += [_reference(mark) for mark in reversed(ended) if mark.last and mark.kind != "mentions"]
        made += [_tag(mark, named=False)[0] for mark in again]
        begun = [mark for mark in starts.get(bound, []) if mark.end > bound]
        made += [_tag(mark, named=mark.first)[0] for mark in begun]
        opened[lowest:] = [*again, *begun]
        made.append(_escaped(text[bound:following]))
    return "".join(made)


def _tag(mark: Mark, *, named: bool = False) -> tuple[str, str]:
    element = "mark" if mark.kind == "figures" else "span"
    name = f' id="{mark.place}"' if named else ""
    return f'<{element} class="{mark.kind}"{name}>', f"</{element}>"


def _reference(mark: Mark) -> str:
    number, kind = int(mark.place[1:]) + 1, mark.kind.removesuffix("s")
    return f'<a class="ref" href="#row-{mark.place}" title="{kind} {number}">{kind[0]}{number}</a>'


def _escaped(text: str) -> str:
    """The text with its line breaks; what no page may contain, or would turn the writing round, becomes U+FFFD."""
    return "".join("\ufffd" if letter in _UNSEEN else letter for letter in escape(text))


_RANGES = ((0, 9), (11, 13), (14, 32), (127, 160), (0x200E, 0x2010), (0x202A, 0x202F), (0x2066, 0x206A),
           (0xD800, 0xE000), (0xFFFE, 0x10000))  # fmt: skip
_UNSEEN = frozenset(chr(code) for first, end in _RANGES for code in range(first, end))


def _table(name: str, rows: pd.DataFrame) -> str:
    places = [row_id.rpartition("#")[2] for row_id in rows[IDS[name]]]
    shown = rows[COLUMNS[name]].assign(number=range(1, len(rows) + 1))
    shown = shown[["number", *COLUMNS[name]]].dropna(axis="columns", how="all")
    links = [(f"row-{place}", f"#{place}") for place in places]
    table = show_table(shown, caption=name.capitalize(), folded=True, places=links)
    return f"{check_markup(table.html)}\n"
