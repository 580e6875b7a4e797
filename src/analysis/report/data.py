"""The rows of a chart as files: CSV that no spreadsheet takes for formulas, and JSON."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Mapping, Sequence


def as_csv(rows: Mapping[str, Sequence]) -> bytes:
    """`columns` and `rows` as CSV in UTF-8; text that begins like a formula gets an apostrophe before it.

    >>> as_csv({"columns": ["speaker", "n"], "rows": [["=1+1", -2], [None, 3.5]]})
    b"speaker,n\\r\\n'=1+1,-2\\r\\n,3.5\\r\\n"
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerows([_cell(value) for value in row] for row in (rows["columns"], *rows["rows"]))
    return buffer.getvalue().encode()


def as_json(rows: Mapping[str, Sequence]) -> bytes:
    """A list of objects, one for each row."""
    records = [dict(zip(rows["columns"], row, strict=True)) for row in rows["rows"]]
    return (json.dumps(records, ensure_ascii=False, indent=1) + "\n").encode()


def _cell(value: object) -> object:
    text = " ".join(map(str, value)) if isinstance(value, list) else value
    return neutralise(text) if isinstance(text, str) else text


def neutralise(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet might take it for a formula.

    The signs = + - @ count in every width, also behind blanks, tabs and other characters that are not seen.

    >>> neutralise("@sum(a1)"), neutralise("\\t=1"), neutralise("＝1"), neutralise("a=1")
    ("'@sum(a1)", "'\\t=1", "'＝1", 'a=1')
    """
    seen = next((sign for sign in text if unicodedata.category(sign)[0] not in "CZ"), "")
    risky = unicodedata.normalize("NFKC", seen)[:1] in tuple("=+-@") or text[:1] in tuple("\t\r\n\0")
    return f"'{text}" if risky and text else text
