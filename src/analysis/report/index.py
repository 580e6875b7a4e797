"""The index: what each report found in its own words, what changed, and the editions that were kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from analysis.report.markup import printable
from analysis.report.notebooks import Report
from analysis.report.pages import check_page, finish, page_head, read_template

_EARLIER = '<p class="alert">This is an earlier edition. <a href="../../index.html">The newest one</a></p>'


@dataclass(frozen=True, slots=True)
class Edition:
    """A set of reports that was kept: the folder it lies in, and whether the articles have changed since."""

    folder: str
    day: str
    stale: bool


def write_index(
    reports: Sequence[Report],
    pages: Path,
    *,
    editions: Sequence[Edition] = (),
    failed: Report | None = None,
    message: str = "",
) -> bytes:
    """The index, read from the pages in the folder: what it says of a report is what that report says."""
    template = read_template("reports.html.j2")
    entries = [
        {"report": report, "failed": report is failed, **_summary(pages / report.page(), place)}
        for place, report in enumerate(reports)
    ]
    head = page_head("All reports", reports, current="index.html")
    page = finish(printable(template.render(page=head, entries=entries, message=message, editions=editions)))
    check_page("index.html", page, page.count("<figure>"))
    return page.encode()


def mark_earlier(page: str) -> str:
    """The index of an edition that is no longer the newest: it says so, leads there, and lists no others.

    >>> mark_earlier("<h1>All</h1>\\n<h2>Earlier editions</h2>\\n<ul></ul>")
    '<h1>All</h1><p class="alert">This is an earlier edition. <a href="../../index.html">The newest one</a></p>\\n'
    """
    if _EARLIER in page:
        return page
    return re.sub(r"<h2>Earlier editions</h2>.*?</ul>", "", page, flags=re.DOTALL).replace(
        "</h1>", f"</h1>{_EARLIER}", 1
    )


def _summary(page: Path, place: int) -> dict[str, object]:
    """The bottom line and the first chart of a page: what is tagged `bottom-line`, else the first paragraph."""
    try:
        tree = ElementTree.fromstring(page.read_bytes())
    except (OSError, ElementTree.ParseError):
        return {"built": False, "bottom_line": "", "chart": None}
    tagged = tree.find(".//main//*[@class='bottom-line']")
    line = tree.find(".//main//p") if tagged is None else tagged
    text = "" if line is None else " ".join("".join(line.itertext()).split())
    return {"built": True, "bottom_line": text, "chart": _chart(tree, place)}


def _chart(tree: ElementTree.Element, place: int) -> str | None:
    """The first chart of the page as a picture: its links would lead into another page, its ids get a prefix."""
    figure = tree.find(".//main//figure")
    chart = next((part for part in figure.iter() if part.tag in ("svg", "img")), None) if figure is not None else None
    if chart is None:
        return None
    for element in chart.iter():
        if element.tag == "a":
            element.tag = "g"
            element.attrib.pop("href", None)
            element.attrib.pop("class", None)
            element.attrib.pop("aria-label", None)
        for name in {"id", "href", "clip-path"} & element.attrib.keys():
            element.set(
                name,
                element.attrib[name].replace("#", f"#i{place}") if name != "id" else f"i{place}{element.attrib[name]}",
            )
    if chart.tag == "svg":
        chart.set("role", "img")
    chart.tail = None
    return ElementTree.tostring(chart, encoding="unicode", short_empty_elements=chart.tag == "img")
