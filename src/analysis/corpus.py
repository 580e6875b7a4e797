"""Reads articles: text files, JSON Lines, JSON, CSV, TSV, Parquet, HTML; the only module that opens input.

Articles are untrusted: whatever stands in a file becomes an `Article` or a row of problems, never an exception. What
raises is configuration: a corpus that does not exist, a column that no table has. Every item ends in exactly one fate
(read, duplicate, rejected), the same for the same input: files in sorted order, no clock, no guessed types.
"""

import csv
import datetime
import hashlib
import io
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO

import yaml

if TYPE_CHECKING:
    import pyarrow

FIELDS = ("id", "date", "title", "outlet", "url", "text")
MAX_BYTES = 20_000_000  # of a text or HTML file, of a line in a table; the limit of trafilatura
MAX_JSON = 200_000_000  # bytes of a .json file, which has to be held in memory as a whole
MAX_TEXT = 1_000_000  # characters of an article; spaCy refuses longer ones
MAX_HEADER = 20_000  # characters of YAML front matter
MAX_SECONDS = 30  # for one HTML page: hostile mark-up makes any parser quadratic
YEARS = range(1800, 2101)  # a date outside is a mistake


@dataclass(frozen=True, slots=True)
class Article:
    """One article; `text` is exactly as given after the header, and every offset in every table points into it."""

    article_id: str
    text: str
    date: datetime.date | None
    outlet: str | None
    title: str | None
    url: str | None
    sha256: str  # of the text in UTF-8
    path: str  # below the corpus folder; "file.jsonl#12" for a line or row


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the input that a person should look at; the run went on."""

    path: str
    line: int | None  # of the file; the number of the row in JSON and Parquet
    field: str | None
    value: str | None  # shortened to 200 characters
    problem: str
    action: str  # "rejected", "duplicate", "read", "date left missing" …


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: `counts` has found, read, duplicate, rejected, and found is the sum of the other three."""

    articles: list[Article]
    problems: list[Problem]
    counts: dict[str, int]


@dataclass(slots=True)
class _Run:
    """What one call of `read_articles` keeps: names of columns, problems, the process that reads HTML."""

    columns: Mapping[str, str]
    seen: dict[str, None] = field(default_factory=dict)  # the columns that the tables turned out to have
    problems: list[Problem] = field(default_factory=list)
    worker: "subprocess.Popen[str] | None" = None

    def theirs(self, ours: str) -> str:
        return self.columns.get(ours, ours)

    def see(self, header: Iterable[str]) -> None:
        # Hostile JSON may invent keys without end: beyond a screenful only the names asked for matter.
        self.seen.update((name, None) for name in header if len(self.seen) < 50 or name in self.columns.values())

    def count(self, action: str) -> int:
        return sum(problem.action == action for problem in self.problems)

    def stop_worker(self) -> None:
        if self.worker:
            self.worker.kill()
            self.worker.communicate()
            self.worker = None


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    name: str  # below the corpus folder, always valid Unicode
    run: _Run

    def report(self, problem: str, action: str = "rejected", *, line: int | None = None, **about: str) -> None:
        value = _SURROGATE.sub("\ufffd", about.get("value", "")[:201])
        shown = value if len(value) <= 200 else value[:199] + "…"
        self.run.problems.append(Problem(self.name, line, about.get("field"), shown or None, problem, action))


# Hidden files, and what is written about a corpus and is no part of it.
_ABOUT = re.compile(r"\..{0,300}|(?:readme|licen[cs]e|copying|changelog)(?:\.(?:md|txt|html))?", re.IGNORECASE | re.DOTALL)
_Row = tuple[int | None, Mapping[str, object]]  # the line and the fields, unchecked, of what may become an article
_Draft = tuple[_File, int | None, Article]  # an article whose id is still empty when it names none
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_articles(paths: Sequence[Path], *, columns: Mapping[str, str] = MappingProxyType({})) -> Reading:
    """Read the articles of files and folders, in sorted order, with a row for every problem and counts that add up.

    Args: `columns` maps a field (id, date, title, outlet, url, text) to its name in the user's tables. Hidden files,
    and in a folder those named README or LICENSE, are passed over. Missing date, outlet, title, url: None. `article_id` is the id, else the path without its ending (with
    the number of the line in tables). Of articles with one id the newest is kept, of articles with one text the first.
    Raises `FileNotFoundError` for a path that does not exist, `ValueError` for a column that no table has.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "ferry.txt").write_text(" date 2031-05-02 The ferry sank, the navy said.")
    ...     reading = read_articles([Path(folder)])
    >>> reading.articles[0].article_id, str(reading.articles[0].date), reading.articles[0].text
    ('ferry', '2031-05-02', 'The ferry sank, the navy said.')
    >>> reading.counts
    {'found': 1, 'read': 1, 'duplicate': 0, 'rejected': 0}
    """
    for ours in columns:
        if ours not in FIELDS:
            raise ValueError(f"columns: there is no field {ours!r} to fill; use one of {', '.join(FIELDS)}")
    run = _Run(columns)
    try:
        files = _find_files([paths] if isinstance(paths, str | Path) else paths, run)
        drafts = [draft for file in files for row in _read_file(file) if (draft := _build_article(file, *row))]
    finally:
        run.stop_worker()
    for ours, theirs in columns.items():
        if run.seen and theirs not in run.seen:
            raise ValueError(f"columns: {ours}={theirs}, but no table has that column; there are: {_listed(run.seen)}")
    found = len(drafts) + run.count("rejected")
    articles = _settle(drafts)
    counts = {"found": found, "read": len(articles)} | {fate: run.count(fate) for fate in ("duplicate", "rejected")}
    return Reading(articles, run.problems, counts)


# Dates: explicit formats only. Nothing here knows today, and 10/11/12 is not a date.
_MONTHS = re.findall("[a-z]+", "january february march april may june july august september october november december")
_MONTH_NUMBERS = {month: i for i, name in enumerate(_MONTHS, 1) for month in (name, name[:3])} | {"sept": 9}
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?,? )?"
_DAY, _MONTH, _YEAR = r"(?P<day>[0-9]{1,2})", r"(?P<month>[a-z]{3,9})\.?", r"(?P<year>[0-9]{4})"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?: ?[ap]m)?(?: ?(?:[a-z]{1,5}|[+-][0-9]{2}:?[0-9]{2}))?"
_DATES = [
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"{_YEAR}-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?:[t ]{_CLOCK})?",
        rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
        rf"{_WEEKDAY}{_DAY} {_MONTH} {_YEAR}(?:,? {_CLOCK})?",
        rf"{_WEEKDAY}{_MONTH} {_DAY},? {_YEAR}(?:,? {_CLOCK})?",
    )
]
_NAME_DATE = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])|(?<![0-9A-Za-z])[0-9]{8}(?![0-9A-SU-Za-z])")
_DATE_LINE = re.compile(
    r"[\ufeff\s]{0,200}date:?[ \t]{1,20}([0-9]{1,6}-[0-9]{1,2}-[0-9]{1,2})(?![\w-])[ \t]{0,200}(?:\r?\n)?",
    re.IGNORECASE,
)
_FRONT = re.compile(r"[\ufeff\s]{0,200}---[ \t]{0,20}\r?\n")
_FRONT_END = re.compile(r"^(?:---|\.\.\.)[ \t]{0,20}(?:\r?\n|\Z)", re.MULTILINE)


def parse_date(value: str) -> datetime.date | None:
    """The day that `value` names, None when it names none: ISO 8601, RFC 2822, "8 December 2023", "December 8, 2023", …

    The day is the one printed: no time zone is applied. Years outside 1800–2100 are taken for mistakes.

    >>> str(parse_date("Fri, 08 Dec 2023 23:10:00 -0500")), str(parse_date("20231208"))
    ('2023-12-08', '2023-12-08')
    >>> parse_date("12/08/2023"), parse_date("today"), parse_date("0001-05-01")
    (None, None, None)
    """
    matches = (pattern.fullmatch(" ".join(value.split())) for pattern in _DATES)
    found = next((match.groupdict() for match in matches if match), None)
    if not found or int(found["year"]) not in YEARS:
        return None
    month = found["month"].lower()
    number = int(month) if month.isdigit() else _MONTH_NUMBERS.get(month, 0)
    try:
        return datetime.date(int(found["year"]), number, int(found["day"]))
    except ValueError:
        return None


def _name_date(file: _File) -> str | None:
    """The date in the name of the file; None when there are two, or none."""
    days = {day for value in _NAME_DATE.findall(file.path.name) if (day := parse_date(value))}
    return str(days.pop()) if len(days) == 1 else None


def _find_files(paths: Iterable[Path], run: _Run) -> list[_File]:
    """Every file once, also when a folder and something in it were both given; in sorted order."""
    found: dict[Path, _File] = {}
    roots = [Path(path) for path in paths]
    for root in roots:
        if not root.exists():
            raise FileNotFoundError(f"{root}: no such file or folder; give the one that holds the articles")
    for root in sorted(root.resolve() for root in roots):
        folder, files = (root, sorted(_walk(root))) if root.is_dir() else (root.parent, [root])
        for path in files:
            name = path.relative_to(folder).as_posix().encode("utf-8", "backslashreplace").decode()
            found.setdefault(path, _File(path, name, run))
    return list(found.values())


def _walk(root: Path) -> Iterator[Path]:
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            entries = {entry for entry in folder.iterdir() if not _ABOUT.fullmatch(entry.name)}
            inner = {entry for entry in entries if entry.is_dir() and not entry.is_symlink()}
        except OSError:
            yield folder  # not to be opened: rejected later, like everything that is no ordinary file
            continue
        folders += inner
        yield from entries - inner


def _read_file(file: _File) -> Iterator[_Row]:
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


def _reader(file: _File) -> Callable[[_File], Iterator[_Row]]:
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


def _read_whole(file: _File, limit: int = MAX_BYTES) -> str:
    with file.path.open("rb") as opened:
        raw = opened.read(limit + 1)
    if len(raw) > limit:
        raise ValueError(f"larger than {limit // 10**6} MB; split it into articles")
    text, trouble = _decode(raw)
    if trouble:
        file.report(trouble, "read")
    return text


def _wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32, by its mark or, without one, by where the NULs of its Latin letters stand."""
    marks = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    if marked := [encoding for mark, encoding in marks.items() if head.startswith(mark)]:
        return marked[0]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) <= len(head) / 5 or min(even, odd) > len(head) / 40:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode(raw: bytes, *, encoding: str | None = None) -> tuple[str, str | None]:
    """Text, always valid Unicode, and what was wrong with its bytes if anything was."""
    encoding = encoding or _wide(raw[:4096]) or "utf-8-sig"
    try:
        return raw.decode(encoding), None
    except UnicodeDecodeError:
        repaired = raw.decode(encoding, "replace")
    lost = repaired.count("\ufffd")
    kept = len(repaired) - len(repaired.encode("ascii", "ignore")) - lost
    # Damaged UTF-8 still has characters of several bytes; in an 8-bit encoding nearly none come out by chance.
    if encoding != "utf-8-sig" or kept > lost:
        return repaired, f"{lost} damaged characters, replaced by U+FFFD; save the file as UTF-8 again"
    return raw.decode("cp1252", "replace"), "not UTF-8, taken for Windows-1252; save the file as UTF-8"


def _lines(file: _File) -> Iterator[tuple[int, str | None]]:
    """Number and text of each line, in bounded memory: None for a line longer than `MAX_BYTES`."""
    with file.path.open("rb") as opened:
        wide = _wide(opened.read(4096))
        opened.seek(0)
        yield from enumerate(
            io.StringIO(_read_whole(file, MAX_JSON), newline="\n") if wide else _narrow(file, opened), 1
        )


def _narrow(file: _File, opened: BinaryIO) -> Iterator[str | None]:
    number, told = 0, False
    while line := opened.readline(MAX_BYTES + 1):
        number += 1
        if len(line) > MAX_BYTES:
            while line and not line.endswith(b"\n"):
                line = opened.readline(MAX_BYTES)
            yield None
            continue
        text, trouble = _decode(line, encoding="utf-8-sig")
        if trouble and not told:
            told = True
            file.report(f"{trouble} (the first line of this kind)", "read", line=number)
        yield text


def _read_text(file: _File) -> Iterator[_Row]:
    fields, body = _split_header(file, _read_whole(file))
    yield None, {**fields, "date": fields.get("date") or _name_date(file), "text": body}


def _split_header(file: _File, text: str) -> tuple[dict[str, object], str]:
    """The fields of the header and the body exactly as given."""
    if match := _DATE_LINE.match(text):
        return {"date": match[1]}, text[match.end() :]
    start = _FRONT.match(text)
    end = start and _FRONT_END.search(text, start.end(), start.end() + MAX_HEADER)
    # Two rules between which stands none of the fields are a matter of the body.
    if end and (fields := _parse_header(file, text[start.end() : end.start()])):
        return fields, text[end.end() :]
    return {}, text


def _parse_header(file: _File, header: str) -> dict[str, object]:
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


def _read_html(file: _File) -> Iterator[_Row]:
    page = _extract_page(file.run, _read_whole(file))
    if not page.get("text"):
        raise ValueError("no article found in the page; save the article as text")
    yield None, {**page, "date": page["date"] or _name_date(file)}


def _extract_page(run: _Run, html: str) -> dict[str, str | None]:
    """The fields of a page, from a process that is killed when it comes to no end; `ValueError` then."""
    if not run.worker:
        # -P: beside this file lies a module `numbers`, which must not hide the one of the standard library.
        command, pipe = [sys.executable, "-P", __file__], subprocess.PIPE
        run.worker = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
    timer = threading.Timer(MAX_SECONDS, run.worker.kill)
    timer.start()
    try:
        run.worker.stdin.write(json.dumps(html) + "\n")
        run.worker.stdin.flush()
        return json.loads(run.worker.stdout.readline())
    except (OSError, ValueError):
        run.stop_worker()
        raise ValueError(f"no end after {MAX_SECONDS} seconds, or too much for the parser; save it as text") from None
    finally:
        timer.cancel()


def _serve_pages() -> None:
    """Answer pages on standard input, one a line as JSON, with their fields: the process of `_extract_page`."""
    from trafilatura import bare_extraction

    # Without limits htmldate takes dates up to today: the same page would be read otherwise tomorrow.
    dates = {"original_date": True, "extensive_search": False, "min_date": "1800-01-01", "max_date": "2100-12-31"}
    wanted = {"title": "title", "date": "date", "outlet": "sitename", "url": "url", "text": "text"}
    for line in sys.stdin:
        try:
            page = bare_extraction(
                json.loads(line), with_metadata=True, include_comments=False, date_extraction_params=dates
            )
        except Exception:  # text never raises, whatever the parsers below make of it
            page = None
        sys.stdout.write(json.dumps({ours: getattr(page, theirs, None) for ours, theirs in wanted.items()}) + "\n")
        sys.stdout.flush()


def _read_jsonl(file: _File) -> Iterator[_Row]:
    for number, text in _lines(file):
        if text is None:
            file.report(f"longer than {MAX_BYTES // 10**6} MB; split it into articles", line=number)
        elif text.strip():
            try:
                yield from _pick_record(file, number, _parse_json(text))
            except (ValueError, RecursionError) as error:
                file.report(f"not JSON: {error}", line=number, value=text)


def _read_json(file: _File) -> Iterator[_Row]:
    try:
        values = _parse_json(_read_whole(file, MAX_JSON))
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


def _pick_record(file: _File, line: int | None, value: object) -> Iterator[_Row]:
    if isinstance(value, dict):
        file.run.see(value)
        yield line, {ours: value.get(file.run.theirs(ours)) for ours in FIELDS}
    else:
        file.report('not an object; write {"date": "…", "text": "…"}', line=line)


def _read_csv(file: _File) -> Iterator[_Row]:
    before = csv.field_size_limit(MAX_BYTES)
    try:
        rows = _csv_rows(file)
        header = [name.strip() for name in next(rows, (1, []))[1]]
        if not header or not _has_text(file, header):
            return
        for line, cells in rows:
            if len(cells) == len(header):
                yield from _pick_record(file, line, dict(zip(header, cells, strict=True)))
            else:
                fix = "put a cell that contains a comma or a line break between double quotation marks"
                file.report(f"{len(cells)} cells where the header has {len(header)}; {fix}", line=line)
    finally:
        csv.field_size_limit(before)


def _csv_rows(file: _File) -> Iterator[tuple[int, list[str]]]:
    """First line and cells of each row that is not blank; rows that are none are reported."""
    reader = csv.reader(_whole_lines(file), delimiter="\t" if file.path.suffix.lower() == ".tsv" else ",", strict=True)
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


def _whole_lines(file: _File) -> Iterator[str]:
    for number, text in _lines(file):
        if text is None:  # the row it belongs to cannot be told from its neighbours
            raise ValueError(f"line {number} is longer than {MAX_BYTES // 10**6} MB; nothing after it was read")
        yield text


def _has_text(file: _File, header: Sequence[str]) -> bool:
    """Whether the table has a column of texts; it and every column asked for is reported when it is not there."""
    file.run.see(header)
    for ours in [name for name in FIELDS if name == "text" or name in file.run.columns]:
        theirs = file.run.theirs(ours)
        if header.count(theirs) != 1:
            action = "rejected" if ours == "text" else f"{ours} left missing"
            fix = f"the columns are: {_listed(header)}; say which one to take with columns {ours}=NAME"
            file.report(f"no column {theirs!r}, or more than one; {fix}", action, line=1, field=ours)
    return header.count(file.run.theirs("text")) == 1


def _listed(header: Iterable[str]) -> str:
    return _SURROGATE.sub("\ufffd", ", ".join(islice(header, 50)))[:1000]


def _read_parquet(file: _File) -> Iterator[_Row]:
    import pyarrow.parquet

    try:
        # From an open file: the messages for a path would tell where on this machine it lies.
        with file.path.open("rb") as opened, pyarrow.parquet.ParquetFile(opened) as table:
            header = table.schema_arrow.names
            if not _has_text(file, header):
                return
            wanted = [name for name in map(file.run.theirs, FIELDS) if name in header]
            number = 0
            for batch in table.iter_batches(batch_size=64, columns=wanted, use_threads=False):
                for row in zip(*(_cells(batch.column(name)) for name in wanted), strict=True):
                    number += 1
                    yield from _pick_record(file, number, dict(zip(wanted, row, strict=True)))
    except Exception as error:  # a damaged file makes the parser raise nearly anything
        raise ValueError(f"not Parquet, or damaged ({type(error).__name__}: {error})") from error


def _cells(column: "pyarrow.Array") -> list[object]:
    import pyarrow

    try:
        # As bytes: Parquet does not promise that its strings are valid Unicode.
        return column.cast(pyarrow.string()).cast(pyarrow.binary()).to_pylist()
    except pyarrow.ArrowException:
        return column.to_pylist()


_READERS: Mapping[str, Callable[[_File], Iterator[_Row]]] = {
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


def _build_article(file: _File, line: int | None, fields: Mapping[str, object]) -> _Draft | None:
    """The article, its id empty when it names none; None when there is nothing to read."""
    cells = {name: _read_cell(file, line, name, fields.get(name)) for name in FIELDS}
    text, date = cells["text"] or "", parse_date(cells["date"] or "")
    if cells["date"] and not date:
        problem = f"not a date; write YYYY-MM-DD, from {YEARS[0]} to {YEARS[-1]}"
        file.report(problem, "date left missing", line=line, field="date", value=cells["date"])
    if len(text) > MAX_TEXT:
        file.report(f"longer than {MAX_TEXT} characters; split it into articles", line=line, field="text", value=text)
        return None
    if not any(map(str.isalpha, text)):
        problem = "no text with letters in it; remove it, or say which column to take with columns text=NAME"
        file.report(problem, line=line, field="text", value=text)
        return None
    path = file.name if line is None else f"{file.name}#{line}"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    article = Article(cells["id"] or "", text, date, cells["outlet"], cells["title"], cells["url"], sha256, path)
    return file, line, article


def _read_cell(file: _File, line: int | None, name: str, value: object) -> str | None:
    """The text of a field, valid Unicode; None when it is missing or blank."""
    value, trouble = _decode(value, encoding="utf-8-sig") if isinstance(value, bytes) else (value, None)
    if not isinstance(value, str | None):
        problem = f"{type(value).__name__} instead of text; put it between quotation marks"
        file.report(problem, f"{name} left missing", line=line, field=name)
        return None
    valid = _SURROGATE.sub("\ufffd", value or "")
    if trouble or valid != (value or ""):
        problem = trouble or "lone surrogates, replaced by U+FFFD; write valid Unicode"
        file.report(problem, "read", line=line, field=name, value=valid)
    return valid if valid.strip() else None


def _settle(drafts: Sequence[_Draft]) -> list[Article]:
    """One article per id and per text, ids complete; the others are reported as duplicates."""
    newest: dict[str, Article] = {}
    for _, _, article in drafts:
        known = newest.setdefault(article.article_id, article)
        if (article.date or datetime.date.min) > (known.date or datetime.date.min):
            newest[article.article_id] = article
    kept: dict[str, Article] = {}
    taken = set(newest)
    for file, line, article in drafts:
        named = article.article_id
        if named and newest[named] is not article:
            problem = f"same id as {newest[named].path}, which is newer or comes first; give each article its own"
            file.report(problem, "duplicate", line=line, field="id", value=named)
        elif article.sha256 in kept:
            problem = f"same text as {kept[article.sha256].path}; keep one of them"
            file.report(problem, "duplicate", line=line, field="text", value=article.text)
        else:
            kept[article.sha256] = replace(article, article_id=named or _free_id(file, line, article.sha256, taken))
    return list(kept.values())


def _free_id(file: _File, line: int | None, sha256: str, taken: set[str]) -> str:
    """The path without its ending, and a piece of the text's hash when that is taken: no name loses an article."""
    found = stem = str(PurePosixPath(file.name).with_suffix("")) + ("" if line is None else f"#{line}")
    while found in taken:
        found += f"~{sha256[:12]}"
    if found != stem:
        file.report(f"another article has this id; read as {found}", "read", line=line, field="id", value=stem)
    taken.add(found)
    return found


if __name__ == "__main__":
    _serve_pages()
