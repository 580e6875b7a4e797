"""The vocabulary that researchers edit: comma-separated tables in `data/lexicon/`, read once, checked by line.

Lists that grow with the texts are tables; small classes of words are named constants in the code. A table has a
header line; lines that begin with `#` tell where its rows come from.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from analysis import ROOT

LEXICON = ROOT / "data" / "lexicon"


class LexiconError(ValueError):
    """A lexicon table cannot be used as it stands; the message names file, line, field, value and the fix."""


@cache
def read_lexicon(name: str, fields: Sequence[str], *, folder: Path = LEXICON) -> tuple[dict[str, str], ...]:
    """Read the table `name`.csv as rows of stripped strings, each with its `line` for later messages.

    Args: `fields` are the columns that must exist (a tuple); more may follow. A row whose
    first field is empty is refused.
    Raises `LexiconError` when the file is missing, a column is missing or a row is ragged.

    >>> read_lexicon("measures", ("measure",))[0]["measure"]
    'killed'
    """
    path = folder / f"{name}.csv"
    if not path.is_file():
        raise LexiconError(f"{path}: no such table; restore it from the repository")
    rows = _numbered(path)
    first, header = next(rows, (0, []))
    if not header:
        raise LexiconError(f"{path}: empty; the first line must be {','.join(fields)}")
    missing = [field for field in fields if field not in header]
    if missing:
        raise LexiconError(f"{path}: line {first}: no column {missing[0]!r}; there are {', '.join(header)}")
    return tuple(_row(path, line, header, cells) for line, cells in rows)


def _numbered(path: Path) -> Iterator[tuple[int, list[str]]]:
    """First line and stripped cells of each row that is no comment, nor blank; a spreadsheet may quote and pad both."""
    raw = path.read_bytes()
    try:
        lines = io.StringIO(raw.decode("utf-8-sig"), newline=None)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise LexiconError(f"{path}: line {line}: not UTF-8; save the table as UTF-8") from None
    reader = csv.reader(("\n" if line.startswith("#") else line for line in lines), strict=True)
    while True:
        start = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise LexiconError(
                f"{path}: line {start}: not a row ({error}); close quotation marks and double those inside a cell"
            ) from None
        if any(cells) and not cells[0].startswith("#"):
            yield start, cells


def _row(path: Path, line: int, header: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(header):
        raise LexiconError(
            f"{path}: line {line}: {len(cells)} cells where the header has {len(header)}; "
            "put a cell that contains a comma between double quotation marks"
        )
    row = dict(zip(header, cells, strict=True))
    if not row[header[0]]:
        raise LexiconError(f"{path}: line {line}: {header[0]} is empty; give it a value or delete the line")
    return {**row, "line": str(line)}


def choose(row: dict[str, str], field: str, choices: Sequence[str], *, name: str) -> str:
    """The cell of `row` when it is one of `choices`; `LexiconError` names the line and the choices otherwise.

    >>> choose({"kind": "person", "line": "2"}, "kind", ("person", "group"), name="actors")
    'person'
    """
    if row[field] not in choices:
        named = f"{', '.join(filter(None, choices))}{', or leave it empty' if '' in choices else ''}"
        raise LexiconError(f"{LEXICON / name}.csv: line {row['line']}: {field} is {row[field]!r}; use one of {named}")
    return row[field]


def choose_several(row: dict[str, str], field: str, choices: Sequence[str], *, name: str) -> frozenset[str]:
    """The values between | in a cell of `row`, none when it is empty; refused as in `choose`.

    >>> sorted(choose_several({"frames": "clause|at", "line": "2"}, "frames", ("clause", "at"), name="cues"))
    ['at', 'clause']
    """
    values = filter(None, row[field].split("|"))
    return frozenset(choose({**row, field: value}, field, choices, name=name) for value in values)
