"""What a page may contain: the elements of text, tables and charts, no address but ours and the web's, no script.

Text from articles is escaped where it enters; this is the second guard, the page's own policy the third.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.etree import ElementTree

from analysis import ROOT

# What HTML from a notebook may hold: no element that loads or runs anything, no attribute that styles.
ELEMENTS = re.compile(
    "a|abbr|b|blockquote|br|caption|cite|code|col|colgroup|dd|del|details|div|dl|dt|em|h[1-6]|hr|i|li|mark|ol|p|pre|q|s|"
    "section|small|span|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|time|tr|ul"
)
ATTRIBUTES = re.compile(
    "aria-label|class|colspan|datetime|dir|headers|href|id|lang|open|role|rowspan|scope|start|tabindex|title"
)
SHAPES = re.compile("svg|a|circle|clipPath|defs|ellipse|g|line|path|polygon|polyline|rect|text|tspan|use")
SHAPE_ATTRIBUTES = re.compile(
    "[xyrd]|[cr][xy]|[xy][12]|width|height|id|viewBox|points|opacity|transform|text-anchor|font-(?:family|size|weight)|"
    "fill(?:-opacity|-rule)?|stroke(?:-(?:dasharray|dashoffset|linecap|linejoin|miterlimit|opacity|width))?"
)
SHAPE = re.compile(r"#[\w-]{1,80}")
PLACE = re.compile(r"(?:(?:articles/)?[\w-]{1,80}\.html)?(?:#[\w-]{1,80})?")
_FIX = "make tables with show_table, text with show_text"
LINK = re.compile(r"https?://|#|(?:articles/)?[\w-]{1,80}(?:\.sentences)?\.html(?:#|$)")


class MarkupError(ValueError):
    """HTML that a report may not contain."""


def read_markdown(markdown: str, *, escape: bool) -> str:
    """Markdown without mathematics: `$5 and $6` are sums of money here."""
    import mistune

    made = str(mistune.create_markdown(escape=escape, plugins=["strikethrough", "table"])(markdown))
    for side, name in (("right", ' class="number"'), ("left", ""), ("center", "")):
        made = made.replace(f' style="text-align:{side}"', name)
    return made


def check_markup(source: str) -> str:
    """The HTML, written anew and with each table in a box that scrolls; `MarkupError` for what a report may not hold.

    Allowed are the elements of running text and tables. A link that leads elsewhere than to a web page, this page or
    another report loses its target: its address may come from an article, which must not stop the build.
    Writing it anew leaves a browser nothing to read differently than this check did.

    >>> check_markup('<p title="a">5 &lt; 6 <a href="javascript:x()">b</a></p>')
    '<p title="a">5 &lt; 6 <a>b</a></p>'
    >>> check_markup('<p onclick="x()">a</p>')
    Traceback (most recent call last):
    analysis.report.markup.MarkupError: a report may not contain <p onclick>; \
make tables with show_table, text with show_text
    """
    if (quick := _check_quickly(source)) is not None:
        return quick
    from bs4 import BeautifulSoup
    from bs4.element import PreformattedString

    soup = BeautifulSoup(source, "html.parser")
    elements = soup.find_all(True)
    _refuse((tag.name, tag.attrs) for tag in elements)
    if any(isinstance(text, PreformattedString) for text in soup.find_all(string=True)):
        raise MarkupError(f"a report may not contain <!-- -->; {_FIX}")
    for link in soup.find_all(href=lambda target: target is not None and not LINK.match(target)):
        del link["href"]
    for table in soup.find_all("table"):
        if not table.find_parent(role="region"):
            label = " ".join(table.caption.get_text().split()) if table.caption else "Table"
            box = {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": label}
            table.wrap(soup.new_tag("div", attrs=box))
    return str(soup)


def _check_quickly(source: str) -> str | None:
    """The same for what XML and HTML read alike, a tenth as slow: our own tables; None for all else."""
    if re.search(r"<[!?]|/>|role=|xmlns", source):
        return None
    try:
        root = ElementTree.fromstring(f"<div>{source}</div>")
    except ElementTree.ParseError:
        return None
    _refuse((element.tag, element.attrib) for element in root.iter())
    if not all(LINK.match(element.get("href", "#")) for element in root.iter()):
        return None
    labels = [_label(table) for table in root.iter("table")]
    parts = source.replace("</table>", "</table></div>").split("<table")
    boxes = [f'<div class="scroll" role="region" tabindex="0" aria-label="{label}"><table' for label in labels]
    return parts[0] + "".join(box + part for box, part in zip(boxes, parts[1:], strict=True))


def _label(table: ElementTree.Element) -> str:
    caption = table.find("caption")
    return "Table" if caption is None else html.escape(" ".join("".join(caption.itertext()).split()))


def _refuse(elements: Iterable[tuple[str, Mapping[str, str]]]) -> None:
    for tag, attributes in elements:
        refused = [name for name in attributes if not ATTRIBUTES.fullmatch(name)]
        if refused or not ELEMENTS.fullmatch(tag):
            raise MarkupError(f"a report may not contain <{' '.join([tag, *refused[:1]])}>; {_FIX}")


def check_chart(svg: str, *, prefix: str, label: str) -> str | None:
    """The chart as an element of the page, its ids beginning with `prefix`; None if it is not only shapes and words.

    Links may lead to a place in the same page, or to a page in the same folder, and nowhere else.

    >>> check_chart('<svg viewBox="0 0 1 1"><a href="#f1"><path d="M0 0"/></a></svg>', prefix="a", label="One.")
    '<svg viewBox="0 0 1 1" role="group" aria-label="One."><a href="#f1" class="datum"><path d="M0 0"></path></a></svg>'
    >>> check_chart('<svg><a href="https://evil.example"><path d="M0 0"/></a></svg>', prefix="a", label="One.")
    """
    try:
        root = ElementTree.fromstring(svg) if not re.search(r"<[!?]", svg) else None
    except ElementTree.ParseError:
        return None
    if root is None:
        return None
    for element in root.iter():
        element.tag = element.tag.removeprefix("{http://www.w3.org/2000/svg}")
        if not SHAPES.fullmatch(element.tag) or not all(_sound(element.tag, *pair) for pair in element.attrib.items()):
            return None
        for name in {"id", "clip-path", "href"} & element.attrib.keys():
            if name == "id":
                element.set("id", prefix + element.attrib["id"])
            elif element.tag != "a" or name == "clip-path":
                element.set(name, element.attrib[name].replace("#", f"#{prefix}"))
    if root.tag != "svg":
        return None
    links = [*root.iter("a")]
    for link in links:
        link.set("class", "datum")
    root.attrib.update({"role": "group" if links else "img", "aria-label": label})
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _sound(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return bool((PLACE if tag == "a" else SHAPE).fullmatch(value)) and tag in ("a", "use")
    if name == "clip-path":
        return bool(re.fullmatch(r"url\(#[\w-]{1,80}\)", value))
    return bool(SHAPE_ATTRIBUTES.fullmatch(name)) and not re.search(
        r"[:(]", re.sub(r"rotate\(|translate\(|scale\(|matrix\(", "", value)
    )


def one_line(text: str) -> str:
    """The first line with anything in it, cut to 300 characters."""
    return next((line.strip()[:300] for line in printable(text).splitlines() if line.strip()), "")


def printable(text: str) -> str:
    """The text without terminal colours, and without the characters that no page may contain."""
    text = re.sub(r"\x1b\[[0-9;]{0,40}[A-Za-z]", "", text).encode("utf-8", "replace").decode()
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]", "", text)


def without_paths(text: str) -> str:
    """An error's text for a page that strangers may read: of each path only the last part."""
    for folder in (str(ROOT), str(Path.cwd()), str(Path.home())):
        text = text.replace(folder, "") if len(folder) > 1 else text
    return re.sub(r"(?:[/\\][^\s/\\:'\"<>|]{1,200}){2,40}", lambda path: "…/" + last_component(path[0]), text)


def last_component(value: object) -> str:
    """The value as words; of a path in it only the last part, since folders are named after people."""
    words = value if isinstance(value, str) else repr(value)
    return re.sub(r"[^'\"]{0,200}[/\\](?=[^'\"/\\])", "", words)
