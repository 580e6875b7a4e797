"""Values and tables written for people, as HTML and as text: cleaned, escaped, never taken as markup."""

import re
import unicodedata
from html import escape
from typing import Any

import pandas as pd

MISSING = "–"
MARKED = re.compile(r"⟦([^⟦⟧]{0,5000})⟧")  # see `analysis.accounts.evidence.build_evidence`


def format_share(value: float | None) -> str:
    """A share as a percentage; a dash when it is missing; what is neither nothing nor all never reads so.

    >>> format_share(0.773), format_share(0.001), format_share(0.999), format_share(None)
    ('77%', '<1%', '>99%', '–')
    """
    if pd.isna(value):
        return MISSING
    return "<1%" if 0 < value < 0.005 else ">99%" if 0.995 < value < 1 else f"{value:.0%}"


def clean_text(text: str) -> str:
    """One line without control characters, invisible marks or lone surrogates.

    >>> clean_text("Coast\\u202e Wire\\n\\x07daily")
    'Coast Wire daily'
    """
    kinds = ((letter, unicodedata.category(letter)) for letter in text)
    kept = (" " if kind in ("Cc", "Zl", "Zp") else letter for letter, kind in kinds if kind not in ("Cf", "Cs", "Cn"))
    return " ".join("".join(kept).split())


def shorten(text: str, longest: int = 40) -> str:
    """Cleaned and cut to `longest` characters, with … for what is left out.

    >>> shorten("Transcontinental Broadcasting", 12)
    'Transcontin…'
    """
    plain = clean_text(text[: 20 * longest])
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def format_cell(value: Any) -> str:
    """A value as people read it: a dash for missing, yes and no, days, thousands separated.

    >>> [format_cell(value) for value in (None, True, 1450.0, 1012.5, 0.12345, pd.Timestamp("2031-05-11"), ["a", "b"])]
    ['–', 'yes', '1,450', '1,012.5', '0.123', '2031-05-11', 'a, b']
    >>> [format_cell(value) for value in pd.array([True, None], dtype="boolean")]
    ['yes', '–']
    """
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(format_cell(item) for item in value)
    if pd.isna(value):
        return MISSING
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    if hasattr(value, "strftime"):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, int | float) or hasattr(value, "dtype"):
        number = float(value)
        return f"{number:,.0f}" if number.is_integer() else f"{number:,.3g}" if abs(number) < 100 else f"{number:,.1f}"
    return shorten(str(value), 1000)


def column_kind(dtype: Any) -> str:
    """What a column holds: "day", "number" or "text"."""
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return "day"
    return "number" if pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype) else "text"


def key_column(heads: list[str], kinds: list[str]) -> int:
    """The column whose cells lead on: the source of a sentence, a title, else the first number, else the first."""
    for name in ("source", "title", "article"):
        if name in heads:
            return heads.index(name)
    return kinds.index("number") if "number" in kinds else 0


def to_html(
    caption: str,
    heads: list[str],
    rows: list[list[str]],
    kinds: list[str],
    more: str,
    *,
    places: list[tuple[str, str]],
    key: int,
) -> str:
    """The table as HTML; `more` stands under it, `places` are id and link of each row, `key` is the cell that links."""
    classes = [' class="number"' if kind == "number" else "" for kind in kinds]
    head = "".join(f'<th scope="col"{name}>{escape(text)}</th>' for text, name in zip(heads, classes, strict=True))
    lines = []
    for row, (name, link) in zip(rows, places, strict=True):
        links = [link if place == key else "" for place in range(len(row))]
        opened = f'<tr id="{escape(name)}">' if name else "<tr>"
        lines.append(f"{opened}{''.join(map(_cell, row, kinds, links))}</tr>\n")
    note = f"<p>{escape(more)}</p>" if more else ""
    top = f"<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>"
    return f"<table>\n{top}\n<tbody>\n{''.join(lines)}</tbody>\n</table>{note}"


def _cell(text: str, kind: str, link: str) -> str:
    shown = f"<time>{text}</time>" if kind == "day" and text != MISSING else _mark(text)
    inside = f'<a href="{escape(link)}">{shown}</a>' if link else shown
    return f'<td class="number">{inside}</td>' if kind == "number" else f"<td>{inside}</td>"


def _mark(cell: str) -> str:
    return MARKED.sub(r"<mark>\1</mark>", escape(cell))


def to_text(caption: str, heads: list[str], rows: list[list[str]], more: str) -> str:
    """The table as lines of text."""
    lines = [clean_text(caption), " | ".join(heads), *(" | ".join(row) for row in rows), more]
    return "\n".join(line for line in lines if line)
