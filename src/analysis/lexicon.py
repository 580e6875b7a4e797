"""The vocabulary that researchers edit: comma-separated tables in `data/lexicon/`, read once, checked by line.

Code holds no word lists. A table has a header line; lines that begin with `#` tell where its rows come from.
"""

import csv
from collections.abc import Sequence
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
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not numbered:
        raise LexiconError(f"{path}: empty; the first line must be {','.join(fields)}")
    cells = list(csv.reader(line for _, line in numbered))
    header = [cell.strip() for cell in cells[0]]
    missing = [field for field in fields if field not in header]
    if missing:
        raise LexiconError(f"{path}: line {numbered[0][0]}: no column {missing[0]!r}; there are {', '.join(header)}")
    return tuple(_row(path, line, header, row) for (line, _), row in zip(numbered[1:], cells[1:], strict=True))


def _row(path: Path, line: int, header: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(header):
        raise LexiconError(
            f"{path}: line {line}: {len(cells)} cells where the header has {len(header)}; "
            "put a cell that contains a comma between double quotation marks"
        )
    row = {field: cell.strip() for field, cell in zip(header, cells, strict=True)}
    if not row[header[0]]:
        raise LexiconError(f"{path}: line {line}: {header[0]} is empty; give it a value or delete the line")
    return {**row, "line": str(line)}


def choose(row: dict[str, str], field: str, choices: Sequence[str], *, name: str) -> str:
    """The cell of `row` when it is one of `choices`; `LexiconError` names the line and the choices otherwise.

    >>> choose({"kind": "person", "line": "2"}, "kind", ("person", "group"), name="actors")
    'person'
    """
    if row[field] not in choices:
        raise LexiconError(
            f"{LEXICON / name}.csv: line {row['line']}: {field} is {row[field]!r}; use one of {', '.join(choices)}"
        )
    return row[field]
