"""Runs the pipeline over a corpus into the rows of the five tables, in processes, with what was done before kept.

An article's rows are kept by its content and the version of rules and pipeline, its parse by content and pipeline: a
second run reads only what is new, and parses nothing because a rule has changed.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import pyarrow as pa
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from analysis.actors import read_actors
from analysis.cache import Cache, pack, unpack
from analysis.corpus import Article, Problem, Reading
from analysis.figures import Figure, find_figures
from analysis.lexicon import LEXICON, LexiconError
from analysis.mentions import Mention, find_mentions
from analysis.pipeline import BUNDLED, load_pipeline, parseable
from analysis.quotes import Quote, find_quotes
from analysis.speakers import Speakers
from analysis.speakers.sides import carry_sides
from analysis.tables import SCHEMAS, as_table
from analysis.vocabulary import check_vocabulary
from analysis.workers import ExtractionError, Lost, run_batches

HERE = Path(__file__).parent
_BATCH_ARTICLES, _BATCH_CHARS = 8, 60_000  # memory grows with the words in flight, about 15 kB each

Rows = dict[str, list[dict]]


@dataclass(frozen=True)
class Extraction:
    """What a run did: the rows of all tables but articles; how many articles were parsed, and how many were known."""

    rows: Rows
    new: int
    cached: int
    quarantined: int = 0


# ------------------------------------------------------------------ one article
def article_rows(article: Article, doc: Doc) -> Rows:
    """The rows of one parsed article in mentions, quotes and figures; ids count within the article."""
    mentions = find_mentions(doc)
    speakers = Speakers(doc, mentions, read_actors(), headline=f"{article.title or ''}\n{article.outlet or ''}")
    quotes = find_quotes(doc, mentions, speakers=speakers)
    figures = find_figures(doc, quotes, mentions, date=article.date, speakers=speakers)
    about = {"article_id": article.article_id, "date": article.date, "outlet": article.outlet}
    key = article.article_id
    return {
        "mentions": [{"mention_id": f"{key}#m{n}", **about, **_cells(m, article.text)} for n, m in enumerate(mentions)],
        "quotes": [{"quote_id": f"{key}#q{n}", **about, **_quote_cells(q, article)} for n, q in enumerate(quotes)],
        "figures": [{"figure_id": f"{key}#f{n}", **about, **_figure_cells(f, article)} for n, f in enumerate(figures)],
    }


def _cells(record: Mention | Quote | Figure, text: str) -> dict:
    # the words come from the article, not from the Doc, in which stretches may be blanked out
    return {**asdict(record), "text": text[record.start_char : record.end_char]}


def _quote_cells(quote: Quote, article: Article) -> dict:
    parent = None if quote.parent is None else f"{article.article_id}#q{quote.parent}"
    return {**_cells(quote, article.text), "parts": [list(part) for part in quote.parts], "parent_id": parent}


def _figure_cells(figure: Figure, article: Article) -> dict:
    quote = None if figure.quote is None else f"{article.article_id}#q{figure.quote}"
    whole = None if figure.subset_of is None else f"{article.article_id}#f{figure.subset_of}"
    return {**_cells(figure, article.text), "quote_id": quote, "subset_of": whole}


@dataclass(frozen=True, slots=True)
class Task:
    """An article to extract, with its parsed text when that was kept."""

    article: Article
    parsed: bytes | None = None

    @property
    def text(self) -> str:
        """The text to be extracted."""
        return self.article.text


Item = TypeVar("Item", Article, Task)


class Done(NamedTuple):
    """What came of an article, in what travels cheaply between processes."""

    key: str
    rows: str  # as JSON; its problem where it failed
    parsed: bytes | None  # its text, when it was parsed anew
    failed: bool


def _parse(nlp: Language, tasks: Sequence[Task]) -> Iterator[tuple[Article, Rows | Problem, bytes | None]]:
    """Each article's rows; one that breaks a component becomes a problem and costs no other article.

    A vocabulary that cannot be used would break them all: `LexiconError`.
    """
    new = [task for task in tasks if task.parsed is None]
    try:
        docs = iter(list(nlp.pipe(parseable(task.article.text) for task in new)))
    except LexiconError:
        raise
    except Exception as error:  # any component may fail on wild text
        if len(tasks) == 1:
            yield tasks[0].article, _failure(tasks[0].article, error), None
            return
        for task in tasks:
            yield from _parse(nlp, [task])
        return
    for task in tasks:
        doc = next(docs) if task.parsed is None else unpack(task.parsed, nlp)
        packed = pack(doc) if task.parsed is None else None  # as it was parsed, before any rule has seen it
        try:
            yield task.article, article_rows(task.article, doc), packed
        except LexiconError:
            raise
        except Exception as error:
            yield task.article, _failure(task.article, error), packed


def _failure(article: Article, error: Exception) -> Problem:
    what = f"extraction failed: {type(error).__name__}: {error}"[:200]
    return Problem(article.path, None, "text", None, what, "article kept, nothing extracted")


def _quarantined(article: Article, reason: str) -> Problem:
    what = f"its extraction {reason}; shorten it or take it out"
    return Problem(article.path, None, "text", None, what, "quarantined, nothing extracted")


# ------------------------------------------------------------------ many articles
def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Groups of at most eight articles and 60,000 characters, so that no process reads much at once."""
    batch: list[Item] = []
    length = 0
    for item in items:
        if batch and (len(batch) == _BATCH_ARTICLES or length + len(item.text) > _BATCH_CHARS):
            yield batch
            batch, length = [], 0
        batch.append(item)
        length += len(item.text)
    if batch:
        yield batch


@cache
def _worker_pipeline(model: str | None) -> Language:
    return load_pipeline(model)


def _extract_batch(model: str | None, tasks: list[Task]) -> list[Done]:
    nlp = _worker_pipeline(model)
    with nlp.memory_zone():
        found = _parse(nlp, tasks)
        return [
            Done(_key(article), _dump(result), packed, isinstance(result, Problem)) for article, result, packed in found
        ]


def _dump(result: Rows | Problem) -> str:
    return json.dumps({"problem": asdict(result)} if isinstance(result, Problem) else result, default=str)


def _key(article: Article) -> str:
    about = json.dumps([article.article_id, str(article.date), article.outlet, article.title, article.sha256])
    return hashlib.sha256(about.encode()).hexdigest()


# What no row depends on.
_NOT_RULES = {"__main__", "accounts", "anchors", "cache", "charts", "doctor", "publish", "report", "scoring",
              "tables", "workers"}  # fmt: skip


def fingerprint(model: str | None = None) -> str:
    """The version of everything that rows depend on besides the article: parser, rules, vocabulary."""
    modules = sorted(HERE.rglob("*.py"))
    rules = [path for path in modules if path.relative_to(HERE).parts[0].removesuffix(".py") not in _NOT_RULES]
    return _hash(parser_version(model), [*rules, *sorted(LEXICON.glob("*.csv"))])


def parser_version(model: str | None = None) -> str:
    """The version of everything that a parse depends on besides the text: pipeline, weights, spaCy; but no rules."""
    # A pipeline is known by its files: one trained anew keeps its name. The bundled one is loaded only by who parses.
    folders = [BUNDLED, _worker_pipeline(model).path] if model else [BUNDLED]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    code = [HERE / "pipeline.py", *sorted((HERE / "engine").glob("*.py")), LEXICON / "titles.csv"]
    return _hash(spacy.__version__, [*code, *files])


def _hash(about: str, files: Iterable[Path]) -> str:
    whole = hashlib.sha256(about.encode())
    for path in files:
        whole.update(path.read_bytes() if path.is_file() else b"")
    return whole.hexdigest()


def extract_rows(
    articles: Sequence[Article],
    out: Path,
    *,
    model: str | None = None,
    jobs: int = 0,
    deadline: float = 60.0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Extraction:
    """Rows of all articles, parsed or from the cache in `out`; `progress` is told how many of the new ones are done.

    `jobs` processes do it (0: this one). There an article that is not done `deadline` seconds (and one for each
    2,000 characters) after it was begun, or that ends its process, is quarantined: its rows are missing and a
    problem names it. Rows and parses of articles that are gone, and those of other versions, leave the cache.
    """
    with closing(Cache(out, rules=fingerprint(model), parser=parser_version(model))) as kept:
        known = set(kept.rows())
        new = [article for article in articles if _key(article) not in known]
        by_key = {_key(article): article.sha256 for article in new}
        parses = kept.parsed()
        parsed = sum(article.sha256 not in parses for article in new)
        if new:
            check_vocabulary()
        # one after the other: the parses of a whole archive do not fit into memory
        tasks = (Task(article, kept.parse(article.sha256)) for article in new)
        done, quarantined, failed = 0, {}, {}  # what failed is tried again the next time
        for result in _run(tasks, model, jobs, deadline):
            if isinstance(result, Lost):
                lost = result.item.article
                quarantined[_key(lost)] = _dump(_quarantined(lost, result.reason))
            else:
                failed |= {one.key: one.rows for one in result if one.failed}
                rows = [(one.key, one.rows) for one in result if not one.failed]
                kept.add(rows, [(by_key[one.key], one.parsed) for one in result if one.parsed])
            done += 1 if isinstance(result, Lost) else len(result)
            progress(done, len(new))
        wanted = [_key(article) for article in articles]
        kept.keep(wanted, [article.sha256 for article in articles])
        stored = kept.rows() | quarantined | failed
    found = _gather(json.loads(stored[key]) for key in wanted)
    if articles and not quarantined and len(found["problems"]) == len(articles):
        raise ExtractionError(
            f"{found['problems'][0]['problem']}; so with all {len(articles)} articles, and the tables stay as they were"
        )
    carry_sides(found)
    return Extraction(found, parsed, len(articles) - parsed, len(quarantined))


def _run(tasks: Iterable[Task], model: str | None, jobs: int, deadline: float) -> Iterator[list[Done] | Lost[Task]]:
    if not jobs:
        for batch in batches(tasks):
            yield _extract_batch(model, batch)
        return
    yield from run_batches(
        partial(_extract_batch, model),
        batches(tasks),
        processes=jobs,
        seconds=lambda batch: deadline + sum(len(task.text) for task in batch) / 2_000,
        prepare=partial(_worker_pipeline, model),
    )


def _gather(stored: Iterable[dict]) -> Rows:
    rows: Rows = {"mentions": [], "quotes": [], "figures": [], "problems": []}
    for result in stored:
        if "problem" in result:
            rows["problems"].append(result["problem"])
        else:
            for name, found in result.items():
                rows[name] += found
    return rows


def build_tables(reading: Reading, out: Path, **options) -> tuple[dict[str, pa.Table], Extraction]:
    """The five tables of what `corpus.read_articles` read; options are those of `extract_rows`."""
    extraction = extract_rows(reading.articles, out, **options)
    rows = {**extraction.rows, "articles": [asdict(article) for article in reading.articles]}
    rows["problems"] = [asdict(problem) for problem in reading.problems] + rows["problems"]
    return {name: as_table(name, rows[name]) for name in SCHEMAS}, extraction
