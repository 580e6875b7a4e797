"""The frame of every page: head and navigation, what is mended in the whole, what is checked before it is written."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from analysis.anchors import PAGES
from analysis.report.markup import printable
from analysis.report.notebooks import Report, ReportError

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = Path(__file__).parents[1] / "template"
SITE = "Versions of Events"


def page_head(title: str, reports: Sequence[Report], *, current: str) -> dict[str, object]:
    """What the head and the navigation of every page need; the policy knows style sheet and script by their hashes."""
    style, script = ((TEMPLATE / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    known = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{known[0]}'; script-src 'sha256-{known[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
    links = [(report.page(), report.title) for report in reports]
    return {"title": title, "site": SITE, "style": style, "script": script, "policy": policy, "links": links,
            "current": current, "up": ""}  # fmt: skip


@cache
def read_template(name: str) -> Template:
    """A template of ours that escapes what it is given."""
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True).get_template(name)


def whole_page(title: str, reports: Sequence[Report], body: str, *, current: str, up: str = "") -> str:
    """A page with this safe body, in the same frame as every other; `up` leads from its folder to the reports."""
    template = read_template("plain.html.j2")
    page = page_head(title, reports, current=current)
    page["links"] = [(up + target, name) for target, name in page["links"]]
    return printable(template.render(page={**page, "up": up}, body=body))


def finish(page: str, *, articles: Mapping[str, str] = MappingProxyType({})) -> str:
    """Each id once, each region by a name of its own, links only to what is there, those in charts with a name.

    A record that the page does not show is linked in the page of its article; `articles` are these by the digest in an
    anchor, see `analysis.anchors`.
    """
    seen: Counter[str] = Counter()

    def once(found: re.Match[str]) -> str:
        seen[found[1]] += 1
        return found[0] if seen[found[1]] == 1 else ""

    def told_apart(found: re.Match[str]) -> str:
        seen[found[0]] += 1
        return f'{found[0][:-1]} ({seen[found[0]]})"' if seen[found[0]] > 1 else found[0]

    def led(found: re.Match[str]) -> str:
        place, _, digest = found[1].partition("-")
        if not found[1] or seen[found[1]]:
            return found[0]
        return f'<a href="{PAGES}/{articles[digest]}#{place}"' if digest in articles else "<a"

    page = re.sub(r' id="([^"]*)"', once, page)
    page = re.sub(r' role="region" tabindex="0" aria-label="[^"]*"', told_apart, page)
    page = re.sub(r'<a href="#([^"]*)"', led, page)
    rows = dict(re.findall(r'<tr id="([\w-]+)">(.*?)</tr>', page, re.DOTALL))

    def named(found: re.Match[str]) -> str:
        cells = rows.get(found[1].rpartition("#")[2], "").split("</td>")[:4]
        words = " · ".join(filter(None, (html.unescape(re.sub(r"<[^>]*>", "", cell)) for cell in cells)))[:200]
        return f'<a href="{found[1]}"{found[2]} class="datum" aria-label="{html.escape(words) or "In the article"}"'

    return re.sub(r'<a href="([^"]*)"([^>]*) class="datum"', named, page)


def check_page(name: str, page: str, charts: int) -> None:
    """Read the page once more, as strict XML: well formed, nothing that runs but our script, every chart there."""
    try:
        tree = ElementTree.fromstring(page.encode())
    except ElementTree.ParseError as error:
        raise ReportError(f"{name}: the page is not well formed ({error})") from None
    drawn = [image for figure in tree.iter("figure") for image in figure.iter() if image.tag in ("img", "svg")]
    foreign = [image for image in tree.iter("img") if not image.get("src", "").startswith("data:image/")]
    script = (TEMPLATE / "report.js").read_text(encoding="utf-8")
    if len(drawn) != charts or foreign or [element.text for element in tree.iter("script")] != [script]:
        raise ReportError(f"{name}: {charts} charts were made, the page shows {len(drawn)}")
