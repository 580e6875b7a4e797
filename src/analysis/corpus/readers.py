"""Reads articles out of files: text with a header, HTML, JSON Lines, JSON, CSV, TSV, Parquet; each by its ending."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

import yaml

from analysis.corpus.dates import name_date
from analysis.corpus.files import FIELDS, MAX_BYTES, MAX_JSON, SURROGATE, File, lines, read_whole

if TYPE_CHECKING:
    import pyarrow

MAX_HEADER = 20_000  # characters of YAML front matter
Row = tuple[int | None, Mapping[str, object]]  # the line and the fields, unchecked, of what may become an article
_DATE_LINE = re.compile(
    r"[\ufeff\s]{0,200}date:?[ \t]{1,20}([0-9]{1,6}-[0-9]{1,2}-[0-9]{1,2})(?![\w-])[ \t]{0,200}(?:\r?\n)?",
    re.IGNORECASE,
)
_FRONT = re.compile(r"[\ufeff\s]{0,200}---[ \t]{0,20}\r?\n")
_FRONT_END = re.compile(r"^(?:---|\.\.\.)[ \t]{0,20}(?:\r?\n|\Z)", re.MULTILINE)


def read_file(file: File) -> Iterator[Row]:
    """The items of one file; one without any is itself an item that is rejected."""
    before, found = len(file.run.problems), 0
    try:
        for item in _reader(file)(file):
            found += 1
            yield item
    except OSError as error:
        file.report(f"cannot be opened ({error.strerror}); check the file and its permissions")
    except (ValueError, RecursionError) as error:
        file.report(f"cannot be read: {error}")
    if not found and all(problem.action != "rejected" for problem in file.run.problems[before:]):
        file.report("empty, holds no article; remove it")


def _reader(file: File) -> Callable[[File], Iterator[Row]]:
    """The reader for the ending; `ValueError` for what must not be opened: opening a pipe would wait for ever."""
    try:
        real = file.path.resolve(strict=True)
    except (OSError, RuntimeError):
        raise ValueError("a link that leads nowhere; remove it") from None
    if not real.is_relative_to(file.path.parents[file.name.count("/")]):
        raise ValueError("a link that leaves the corpus folder; copy the file in, or give it as a corpus of its own")
    if not real.is_file():
        raise ValueError("no ordinary file (a link to a folder, a pipe, a device, a closed folder); remove it")
    if file.path.suffix.lower() not in _READERS:
        raise ValueError(f"ending not known; convert or rename it ({', '.join(_READERS)}) or move it out of the corpus")
    return _READERS[file.path.suffix.lower()]


def _read_text(file: File) -> Iterator[Row]:
    fields, body = _split_header(file, read_whole(file))
    yield None, {**fields, "date": fields.get("date") or name_date(file.path.name), "text": body}


def _split_header(file: File, text: str) -> tuple[dict[str, object], str]:
    """The fields of the header and the body exactly as given."""
    if match := _DATE_LINE.match(text):
        return {"date": match[1]}, text[match.end() :]
    start = _FRONT.match(text)
    end = start and _FRONT_END.search(text, start.end(), start.end() + MAX_HEADER)
    # Two rules between which stands none of the fields are a matter of the body.
    if end and (fields := _parse_header(file, text[start.end() : end.start()])):
        return fields, text[end.end() :]
    return {}, text


def _parse_header(file: File, header: str) -> dict[str, object]:
    """The known fields of YAML front matter, every value as text: the id 0071 stays 0071, the title No stays No."""
    trouble = False
    try:
        # The loader of strings, lists and mappings only: no types are guessed, no objects made.
        data = yaml.BaseLoader(header).get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError):
        # Most often a colon in a title; line by line it is still clear what is meant.
        trouble = True
        pairs = [line.partition(":") for line in header.splitlines()]
        data = {key: value.strip().strip("'\"") for key, colon, value in pairs if colon}
    named = {str(key).strip().lower(): value for key, value in data.items()} if isinstance(data, dict) else {}
    fields = {key: named[key] for key in FIELDS if key in named and key != "text"}
    if trouble and fields:
        fix = "put a value that contains a colon between quotation marks"
        file.report(f"the header is not YAML and was read line by line; {fix}", "read", line=1, field="header")
    return fields


def _read_html(file: File) -> Iterator[Row]:
    page = file.run.pages.extract(read_whole(file))
    if not page.get("text"):
        raise ValueError("no article found in the page; save the article as text")
    yield None, {**page, "date": page["date"] or name_date(file.path.name)}


def _read_jsonl(file: File) -> Iterator[Row]:
    for number, text in lines(file):
        if text is None:
            file.report(f"longer than {MAX_BYTES // 10**6} MB; split it into articles", line=number)
        elif text.strip():
            try:
                yield from _pick_record(file, number, _parse_json(text))
            except (ValueError, RecursionError) as error:
                where = f", at character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else ""
                file.report(f"not JSON: {getattr(error, 'msg', error)}{where}", line=number, value=text)


def _read_json(file: File) -> Iterator[Row]:
    try:
        values = _parse_json(read_whole(file, MAX_JSON))
    except json.JSONDecodeError as error:
        raise ValueError(f"{error}; if every line is an object, let the name end in .jsonl") from error
    for number, value in enumerate(values, 1) if isinstance(values, list) else [(None, values)]:
        yield from _pick_record(file, number, value)


def _parse_json(text: str) -> object:
    """The value of `text`, numbers as they are written; `ValueError` or `RecursionError` when it is not JSON."""
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=lambda _: None, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise ValueError("a key stands twice in one object; keep one of them")
    return record


def _pick_record(file: File, line: int | None, value: object) -> Iterator[Row]:
    if isinstance(value, dict):
        file.run.see(value)
        yield line, {ours: value.get(file.run.theirs(ours)) for ours in FIELDS}
    else:
        file.report('not an object; write {"date": "…", "text": "…"}', line=line)


def _read_csv(file: File) -> Iterator[Row]:
    before = csv.field_size_limit(MAX_BYTES)
    try:
        rows = _csv_rows(file)
        header = [name.strip() for name in next(rows, (1, []))[1]]
        places = _find_columns(file, header) if header else {}
        for line, cells in rows if places else ():
            if len(cells) == len(header):
                yield line, {ours: cells[place] for ours, place in places.items()}
            else:
                fix = "put a cell that contains a comma or a line break between double quotation marks"
                file.report(f"{len(cells)} cells where the header has {len(header)}; {fix}", line=line)
    finally:
        csv.field_size_limit(before)


def _csv_rows(file: File) -> Iterator[tuple[int, list[str]]]:
    """First line and cells of each row that is not blank; rows that are none are reported."""
    source = _whole_lines(file)
    first = next(source, "")
    # Spreadsheets part cells by semicolons where a comma stands in numbers; the name's ending says little.
    delimiter = max("\t,;" if file.path.suffix.lower() == ".tsv" else ",;\t", key=first.count)
    reader = csv.reader(chain([first], source), delimiter=delimiter, strict=True)
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            file.report(f"not a row: {error}; close quotation marks and double those inside a cell", line=start)
            continue
        if cells:
            yield start, cells


def _whole_lines(file: File) -> Iterator[str]:
    for number, text in lines(file):
        if text is None:  # the row it belongs to cannot be told from its neighbours
            raise ValueError(f"line {number} is longer than {MAX_BYTES // 10**6} MB; nothing after it was read")
        yield text


def _find_columns(file: File, header: Sequence[str]) -> dict[str, int]:
    """The place of the column of each field, of none without a text; one asked for or there twice is reported."""
    file.run.see(header)
    places = {}
    for ours in FIELDS:
        theirs = file.run.theirs(ours)
        if (count := header.count(theirs)) == 1:
            places[ours] = header.index(theirs)
        elif count or ours == "text" or ours in file.run.columns:
            action = "rejected" if ours == "text" else f"{ours} left missing"
            fix = f"the columns are: {listed(header)}; say which one to take with columns {ours}=NAME"
            file.report(f"no column {theirs!r}, or more than one; {fix}", action, line=1, field=ours)
    return places if "text" in places else {}


def listed(header: Iterable[str]) -> str:
    """Names of columns for a message, of which a hostile table may have any number."""
    return SURROGATE.sub("\ufffd", ", ".join(islice(header, 50)))[:1000]


def _read_parquet(file: File) -> Iterator[Row]:
    import pyarrow.parquet

    try:
        # From an open file: the messages for a path would tell where on this machine it lies.
        with file.path.open("rb") as opened, pyarrow.parquet.ParquetFile(opened) as table:
            header = table.schema_arrow.names
            places = _find_columns(file, header)
            wanted = sorted({header[place] for place in places.values()})
            number = 0
            for batch in table.iter_batches(batch_size=64, columns=wanted, use_threads=False) if places else ():
                for row in zip(*(_cells(batch.column(header[place])) for place in places.values()), strict=True):
                    number += 1
                    yield number, dict(zip(places, row, strict=True))
    except Exception as error:  # a damaged file makes the parser raise nearly anything
        raise ValueError(f"not Parquet, or damaged ({type(error).__name__}: {error})") from error


def _cells(column: "pyarrow.Array") -> list[object]:
    import pyarrow

    try:
        # As bytes: Parquet does not promise that its strings are valid Unicode.
        return column.cast(pyarrow.string()).cast(pyarrow.binary()).to_pylist()
    except pyarrow.ArrowException:
        return column.to_pylist()


_READERS: Mapping[str, Callable[[File], Iterator[Row]]] = {
    ".txt": _read_text,
    ".md": _read_text,
    ".html": _read_html,
    ".htm": _read_html,
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
    ".json": _read_json,
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".parquet": _read_parquet,
}
