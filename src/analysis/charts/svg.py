"""Writes matplotlib's SVG again, small enough to stand in a page: no style, no numbers finer than an eye, text as text.

A page's policy forbids `style`, so it becomes attributes. Letters are text in the reader's own font: a search finds
them, and a chart is a tenth as long as with drawn letters.
"""

import re
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?[0-9]{1,12}\.[0-9]{1,12}")
_REFERENCE = re.compile(r"#([\w.-]{1,80})")
_NOTHING = re.compile(r"M-?[0-9.]{1,12} -?[0-9.]{1,12}")  # a path of one point
# What an element takes from those around it, and what it has when nobody says anything.
_INHERITED = ("clip-path", "fill", "fill-opacity", "font-size", "stroke", "stroke-dasharray", "stroke-dashoffset",
              "stroke-linecap", "stroke-linejoin", "stroke-opacity", "stroke-width", "text-anchor")  # fmt: skip
_PLAIN = {"text-anchor": "start", "stroke-dashoffset": "0", "opacity": "1", "fill-opacity": "1", "stroke-opacity": "1"}
_DROPPED = {"font-family", "font", "font-style", "font-variant", "font-stretch"}


def compact(source: str) -> str:
    """The chart of matplotlib's `source` as one `<svg>` element, without declaration, metadata and style sheet.

    Links (`Artist.set_url`) stay, and open in the same window.
    """
    root = ElementTree.fromstring(re.sub(r"<!DOCTYPE[^>]{0,400}>", "", source, count=1))
    for parent in [*root.iter()]:
        for child in [*parent]:
            if child.tag not in (SVG + name for name in _KEPT):
                parent.remove(child)
    for element in root.iter():
        _plain(element)
    _rename(root)
    children = [simple for child in root for simple in _simpler(child)]
    small = ElementTree.Element("svg", {
        "xmlns": SVG.strip("{}"), "viewBox": root.get("viewBox", ""), "width": _short(root.get("width", "")),
        "height": _short(root.get("height", "")), "font-family": "sans-serif", "stroke-linejoin": "round",
    })  # fmt: skip
    small.extend(children)
    return ElementTree.tostring(small, encoding="unicode")


_KEPT = ("a", "circle", "clipPath", "defs", "ellipse", "g", "line", "path", "polygon", "polyline", "rect", "text",
         "tspan", "use")  # fmt: skip


def _plain(element: ElementTree.Element) -> None:
    """The element without its name space, its style as attributes, its numbers short, and no white space around it."""
    element.tag = element.tag.removeprefix(SVG)
    pairs = [part.partition(":") for part in element.attrib.pop("style", "").split(";") if part.strip()]
    style = {name.strip(): value.strip() for name, _, value in pairs}
    attributes = {**element.attrib, **{name: value for name, value in style.items() if name not in _DROPPED}}
    attributes.pop("target", None)
    if LINK in attributes:
        attributes["href"] = attributes.pop(LINK)
    if attributes.get("transform", "").startswith("rotate(-0 "):
        del attributes["transform"]
    element.attrib.clear()
    drawn = {name: _short(value) if name != "href" else value for name, value in attributes.items()}
    element.attrib.update({name: value for name, value in drawn.items() if _PLAIN.get(name) != value})
    element.tail = None
    if element.tag not in ("text", "tspan"):
        element.text = None


def _short(value: str) -> str:
    """Numbers to a tenth of a point, white space single.

    >>> _short("M 47.334849 -0.04 \\nL 430.0 4.15 \\nz\\n")
    'M47.3 0L430 4.2z'
    """
    rounded = _NUMBER.sub(lambda number: f"{float(number[0]):.1f}".replace("-0.0", "0").removesuffix(".0"), value)
    plain = " ".join(rounded.split()).removesuffix("pt")
    return re.sub(r" ?([MLCQz]) ?", r"\1", plain) if plain.startswith("M") else plain


def _rename(root: ElementTree.Element) -> None:
    """Ids that something refers to become short, the others go."""
    used = [name for element in root.iter() for value in element.attrib.values() for name in _REFERENCE.findall(value)]
    named = {element.get("id") for element in root.iter()}
    short = {name: f"s{place}" for place, name in enumerate(dict.fromkeys(name for name in used if name in named))}
    for element in root.iter():
        if "id" in element.attrib:
            element.attrib.update({"id": short.get(element.attrib.pop("id"), "")})
        if not element.get("id", "x"):
            del element.attrib["id"]
        for name in ("href", "clip-path") if element.tag != "a" else ():
            if name in element.attrib:
                element.set(name, _REFERENCE.sub(lambda found: "#" + short.get(found[1], ""), element.attrib[name]))


def _simpler(element: ElementTree.Element) -> list[ElementTree.Element]:
    """What stands for the element: without groups that say nothing, with what all its children share said once."""
    children = [simple for child in element for simple in _simpler(child)]
    element[:] = children
    if element.tag in ("g", "defs") and not children or _NOTHING.fullmatch(element.get("d", "x")):
        return []
    if element.tag == "g":
        for name in _INHERITED if len(children) > 1 else ():
            values = {child.get(name) for child in children if child.tag != "defs"}
            if len(values) == 1 and None not in values and element.get(name) is None:
                element.set(name, values.pop())
                for child in children:
                    child.attrib.pop(name, None)
        if not element.attrib:
            return children
        # The place of a `use` would move the clip with it.
        moved = children[0].tag == "use" or "transform" in children[0].attrib
        if len(children) == 1 and not moved and not set(element.attrib) & set(children[0].attrib):
            children[0].attrib.update(element.attrib)
            return children
    return [element]
