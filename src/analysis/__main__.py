"""The command line: `python -m analysis extract | report | doctor`; the only module that prints.

Exit status: 0 done; 1 a notebook or an extraction failed, there is no article, or the disk is full; 2 bad arguments or
configuration; 3 data problems under --strict, an article that was quarantined among them; 4 another run holds the lock.
Whatever ends a run, the tables and reports of the last good one stay.
"""

import argparse
import fcntl
import json
import os
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import ROOT
from analysis.workers import ExtractionError, WorkerError

if TYPE_CHECKING:
    from analysis.report import Corpus

CORPUS = ROOT / "data" / "corpus"
GOLD = ROOT / "data" / "gold" / "articles"
NOTEBOOKS = ROOT / "notebooks"
BUILD = ROOT / "build"


class LockedError(Exception):
    """Another run works on the same folder."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    args = _parser().parse_args(argv)
    if not (ROOT / "data" / "lexicon").is_dir():
        fix = f"install it from its checkout, where both lie: {sys.executable} -m pip install --editable CHECKOUT"
        return _say(f"vocabulary and notebooks are not in {ROOT}; {fix}", 2)
    try:
        return args.run(args)
    except LockedError as error:
        return _say(str(error), 4)
    except (ValueError, FileNotFoundError, NotADirectoryError) as error:  # configuration names its own fix
        return _say(str(error), 2)
    except (OSError, sqlite3.Error, WorkerError, ExtractionError) as error:
        return _say(f"{_reason(error)}; what was there before is untouched", 1)
    except KeyboardInterrupt:
        return _say("stopped; what was there before is untouched", 1)


def _say(message: str, status: int) -> int:
    print(f"error: {message}", file=sys.stderr)
    return status


def _reason(error: Exception) -> str:
    """An error of the disk in words, and the file when it is known."""
    words = getattr(error, "strerror", None) or str(error)
    return f"{words}: {_shown(Path(error.filename))}" if getattr(error, "filename", None) else words


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analysis", description=__doc__.split("\n\n")[0])
    commands = parser.add_subparsers(required=True, metavar="extract | report | doctor")
    extract = commands.add_parser("extract", help="corpus to Parquet tables")
    extract.add_argument("corpus", nargs="+", type=Path, metavar="CORPUS", help="a file or folder of articles")
    extract.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the tables go")
    extract.set_defaults(run=run_extract)
    report = commands.add_parser("report", help="tables to notebooks to HTML, with an index")
    report.add_argument("corpus", nargs="*", type=Path, metavar="CORPUS", help="extracted first when given")
    report.add_argument("--out", type=Path, default=BUILD / "reports", metavar="DIR", help="where the pages go")
    report.add_argument("--tables", type=Path, default=BUILD / "tables", metavar="DIR", help="where the tables are")
    report.add_argument("-p", dest="parameters", action="append", default=[], metavar="NAME=VALUE",
                        help="a parameter of the notebooks")  # fmt: skip
    report.add_argument(
        "--keep", type=_positive, default=1, metavar="N", help="how many dated editions stay; default 1"
    )
    report.set_defaults(run=run_report)
    for command in (extract, report):
        command.add_argument("--model", metavar="NAME", help="an installed spaCy pipeline instead of the bundled one")
        command.add_argument("--jobs", type=_positive, default=1, metavar="N", help="processes that parse")
        command.add_argument("--deadline", type=_positive, default=60, metavar="SECONDS",
                             help="after which an article is quarantined; default 60")  # fmt: skip
        command.add_argument("--columns", nargs="+", default=[], metavar="OURS=THEIRS", help="other names of columns")
        command.add_argument("--strict", action="store_true", help="end with status 3 when articles had problems")
    doctor = commands.add_parser("doctor", help="what is installed, what is missing, the exact fix")
    doctor.add_argument("--model", metavar="NAME")
    doctor.set_defaults(run=run_doctor)
    return parser


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number; use 1 or more")
    return int(text)


def _pairs(texts: Sequence[str], option: str) -> dict[str, str]:
    for text in texts:
        if "=" not in text:
            raise ValueError(f"{option} {text!r} has no '='; write {option} NAME=VALUE")
    return dict(text.split("=", 1) for text in texts)


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system frees it when the run ends, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another run is writing to {folder}; wait for it to end, or use another folder"
            raise LockedError(message) from None
        yield


# ------------------------------------------------------------------ extract
def run_extract(args: argparse.Namespace) -> int:
    """Corpus to tables."""
    with _lock(args.out):
        return extract(args.corpus, args.out, args)


def extract(corpus: Sequence[Path], out: Path, args: argparse.Namespace) -> int:
    """Read, parse what is new, write the tables; prints what happened to every input."""
    from analysis.corpus import read_articles
    from analysis.extraction import build_tables
    from analysis.tables import write_tables

    reading = read_articles(corpus, columns=_pairs(args.columns, "--columns"))
    options = {"model": args.model, "jobs": args.jobs, "deadline": args.deadline}
    _compare_with_tables({article.article_id for article in reading.articles}, out)
    tables, extraction = build_tables(reading, out, **options, progress=_progress())
    write_tables(tables, out)
    counts = " · ".join(f"{n} {fate}" for fate, n in reading.counts.items() if n or fate in ("found", "read"))
    print(f"articles: {counts}")
    lost = f", {extraction.quarantined} quarantined" if extraction.quarantined else ""
    print(f"extraction: {extraction.new} new, {extraction.cached} cached{lost}")
    print("rows: " + " · ".join(f"{table.num_rows} {name}" for name, table in tables.items()))
    print(f"tables: {_shown(out)}")
    return 3 if args.strict and tables["problems"].num_rows else 0


def _compare_with_tables(ids: set[str], out: Path) -> None:
    """A folder holds the tables of one corpus: who meant to keep both should know before the first is replaced.

    A folder of articles that is empty tonight was not mounted: tables that hold something stay.
    """
    from analysis.tables import TablesError, read_tables

    try:
        old = set(read_tables(out).articles["article_id"])
    except TablesError:
        return
    if old and not ids:
        raise ExtractionError(f"there is no article, while the tables in {_shown(out)} hold {len(old):,}")
    if old and not old & ids:
        fix = "to keep both, give each corpus folders of its own (extract --out, report --tables --out)"
        print(f"note: the tables of {len(old):,} other articles in {_shown(out)} are replaced; {fix}", file=sys.stderr)


def _progress():
    """A bar on a terminal; elsewhere one plain line for every tenth of the work."""
    from tqdm import tqdm

    bars: list = []
    said = [0]

    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            if not bars:
                bars.append(tqdm(total=total, unit=" articles"))
            bars[0].update(done - bars[0].n)
            if done == total:
                bars[0].close()
        elif done == total or done - said[0] >= total / 10:
            said[0] = done
            print(f"parsed {done} of {total} articles", flush=True)

    return show


def _shown(path: Path) -> str:
    """A path as a user would type it from here."""
    return os.path.relpath(path) if path.resolve().is_relative_to(Path.cwd()) else str(path)


# ------------------------------------------------------------------ report
def run_report(args: argparse.Namespace) -> int:
    """Tables, made first when a corpus is given, to notebooks to pages."""
    from analysis.report import ReportError, build_reports, check_parameters
    from analysis.tables import read_tables

    notebooks = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    gold = args.tables / "gold"
    given = _pairs(args.parameters, "-p")
    if fixed := given.keys() & {"tables", "last"}:
        raise ValueError(f"-p {min(fixed)} is set by the command; choose folders with --tables and --out")
    if args.out.resolve() == args.tables.resolve():
        raise ValueError(f"--out and --tables are both {args.out}; give the pages and the tables a folder each")
    parameters = {"tables": str(args.tables.resolve()), "gold_tables": str(gold.resolve()), **given}
    try:
        check_parameters(notebooks, parameters)  # a wrong one is told before anything slow begins
    except ReportError as error:
        return _say(str(error), 1)
    status = 0
    with _lock(args.out), _lock(args.tables):
        if args.corpus:
            status = extract(args.corpus, args.tables, args)
        else:
            read_tables(args.tables)  # says how to make them when they are not there
        try:
            _check_selection(args.tables, parameters)
            _extract_gold(gold, args)
            corpus, last = _describe(args.tables, gold, args.out)
            build_reports(
                notebooks,
                args.out,
                parameters={**parameters, "last": last},
                corpus=corpus,
                progress=lambda line: print(line, flush=True),
                keep=args.keep,
            )
        except ReportError as error:
            return _say(str(error), 1)
    print(f"report: {_shown(args.out / 'index.html')}")
    return status


def _check_selection(tables: Path, parameters: Mapping[str, str]) -> None:
    """A report on nothing would take the place of one on something: `ReportError` before any kernel starts."""
    from analysis.accounts.selection import select_days
    from analysis.report import ReportError
    from analysis.tables import read_tables

    since, until = (parameters.get(name, "") for name in ("since", "until"))
    everything = read_tables(tables)
    if select_days(everything, since=since, until=until).articles.empty:
        dates = everything.articles["date"].dropna()
        there = f"{len(everything.articles):,} articles" + (
            f", {dates.min():%F} to {dates.max():%F}" if len(dates) else ""
        )
        asked = f" from {since or 'the beginning'} to {until or 'the end'}" if since or until else ""
        raise ReportError(f"no article to report on{asked} (there are {there}); the last report stays as it is")


def _describe(tables: Path, gold: Path, out: Path) -> tuple["Corpus", str]:
    """What the reports are about, and where the state of the last report lies."""
    from analysis.accounts.changes import build_state, write_state
    from analysis.report import STATE, Corpus, describe_corpus
    from analysis.tables import read_tables

    chosen, last = read_tables(tables), out / STATE
    state = write_state(last, build_state(chosen))
    return Corpus([chosen, read_tables(gold)], describe_corpus(chosen), state), str(last.resolve())


def _extract_gold(out: Path, args: argparse.Namespace) -> None:
    """The tables of the hand-annotated articles, with which 06-errors measures the extraction."""
    from analysis.corpus import read_articles
    from analysis.extraction import build_tables
    from analysis.tables import write_tables

    out.mkdir(parents=True, exist_ok=True)
    articles = out / "articles.jsonl"
    gold = [json.loads(path.read_text(encoding="utf8")) for path in sorted(GOLD.glob("*.json"))]
    keys = ("article_id", "date", "outlet", "title", "text")
    rows = [{key.replace("article_id", "id"): article[key] for key in keys} for article in gold]
    articles.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf8")
    tables, _ = build_tables(read_articles([articles]), out, model=args.model, jobs=1, deadline=args.deadline)
    write_tables(tables, out)


# ------------------------------------------------------------------ doctor
def run_doctor(args: argparse.Namespace) -> int:
    """Print one line a thing needed; status 1 when something is missing."""
    from analysis.doctor import examine

    lines = examine(args.model, BUILD)
    for mark, line in lines:
        print(f"[{mark}] {line}")
    return int(any(mark == "!!" for mark, _ in lines))


if __name__ == "__main__":
    sys.exit(main())
