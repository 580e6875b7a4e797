"""One contestant, one pass over one corpus: prints what it took as a line of JSON, and writes what it found.

    python benchmarks/contestants.py NAME CORPUS [--cnn DIR] [--rows FILE]

Each runs in a process of its own, so that memory is its own. Loading and a first sentence come before the clock starts.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Token

from analysis.actors import read_actors
from analysis.corpus import Article, read_articles
from analysis.extraction import batches, build_tables
from analysis.figures import find_figures
from analysis.mentions import find_mentions
from analysis.numbers import find_numbers
from analysis.pipeline import load_pipeline, parseable
from analysis.quotes import find_quotes
from analysis.speakers import Speakers
from analysis.tables import write_tables

Rows = dict[str, list[dict]]  # table: its rows, named like the columns of data/README.md as far as the contestant goes
Pass = Callable[[], Rows]
WARM_UP = "At least 12 people died on Friday, the army said. “We know nothing of it,” said a spokesman, John Smith."


@dataclass(frozen=True)
class Contestant:
    """What is measured, `ready(corpus, cnn)` giving the pass that is timed, and beside whom its speed is told."""

    title: str
    ready: Callable[[Path, str | None], Pass]
    peers: tuple[str, ...] = ()
    finds: frozenset[str] = frozenset()  # tables in which its rows can be scored


# ------------------------------------------------------------------ pipelines
@cache
def _bundled() -> Language:
    return load_pipeline()


@cache
def _plain(path: str) -> Language:
    return spacy.load(path)


def _parsed(nlp: Language, articles: Iterable[Article]) -> Iterator[tuple[Article, Doc]]:
    """In the batches of `extract`, so that all pipelines hold as much text in memory."""
    for batch in batches(articles):
        with nlp.memory_zone():
            yield from zip(batch, nlp.pipe(parseable(article.text) for article in batch), strict=True)


def _pass(nlp: Language, articles: list[Article]) -> Rows:
    rows: Rows = {"mentions": [], "sentences": []}
    for article, doc in _parsed(nlp, articles):
        rows["mentions"] += [_at(article, ent.start_char, ent.end_char, label=ent.label_) for ent in doc.ents]
        rows["sentences"] += [_at(article, sent.start_char, sent.end_char) for sent in doc.sents]
    return rows


def _at(article: Article, start: int, end: int, **fields: object) -> dict:
    return {"article_id": article.article_id, "start_char": start, "end_char": end, **fields}


def ready_pipeline(corpus: Path, cnn: str | None) -> Pass:
    """The bundled pipeline: tags, syntax, entities and attributions."""
    nlp, articles = _bundled(), read_articles([corpus]).articles
    return lambda: _pass(nlp, articles)


def ready_cnn(corpus: Path, cnn: str | None) -> Pass:
    """The pipeline that training/ makes of spaCy's CNN: tags, syntax, entities."""
    nlp, articles = _plain(str(cnn)), read_articles([corpus]).articles
    return lambda: _pass(nlp, articles)


def ready_extract(corpus: Path, cnn: str | None) -> Pass:
    """All of `extract`: from the files to the five tables, nothing cached."""

    def work() -> Rows:
        with tempfile.TemporaryDirectory() as out:
            tables, extraction = build_tables(read_articles([corpus]), Path(out))
            write_tables(tables, Path(out))
        return extraction.rows

    return work


# ------------------------------------------------------------------ numbers
def ready_figures(corpus: Path, cnn: str | None) -> Pass:
    """Numbers and figures alone, on articles whose parse, names and quotes are there already."""
    scenes = []
    for article in read_articles([corpus]).articles:
        doc = _bundled()(parseable(article.text))
        mentions = find_mentions(doc)
        speakers = Speakers(doc, mentions, read_actors())
        scenes.append((article, doc, find_quotes(doc, mentions, speakers=speakers), mentions, speakers))

    def work() -> Rows:
        found = (
            (a, find_figures(doc, quotes, mentions, date=a.date, speakers=speakers))
            for a, doc, quotes, mentions, speakers in scenes
        )
        return {"figures": [{"article_id": a.article_id, **asdict(one)} for a, figures in found for one in figures]}

    return work


def ready_numbers(corpus: Path, cnn: str | None) -> Pass:
    """The grammar of numbers alone, on bare text."""
    articles = read_articles([corpus]).articles

    def work() -> Rows:
        found = [(a, number) for a in articles for number in find_numbers(a.text)]
        return {"figures": [_quantity(a, n.start, n.end, n.low, n.high, n.unit, n.qualifier) for a, n in found]}

    return work


def ready_quantulum3(corpus: Path, cnn: str | None) -> Pass:
    """quantulum3 on bare text as plainly installed: the classifier of units it ships needs an old scikit-learn."""
    from quantulum3 import classifier, parser

    classifier.USE_CLF = False  # its switch for an installation without scikit-learn, which textacy brings
    articles = read_articles([corpus]).articles

    def work() -> Rows:
        rows = []
        for article in articles:
            for found in parser.parse(article.text):
                about = found.uncertainty or 0.0
                names = {found.unit.name, *found.unit.symbols, *found.unit.surfaces} - {"dimensionless"}
                bounds = (found.value - about, found.value + about)
                rows.append(_quantity(article, *found.span, *bounds, " ".join(sorted(names)) or None, "exact"))
        return {"figures": rows}

    return work


def _quantity(
    article: Article, start: int, end: int, low: float | None, high: float | None, unit: str | None, qualifier: str
) -> dict:
    return _at(article, start, end, low=low, high=high, unit=unit, qualifier=qualifier)


# ------------------------------------------------------------------ quotes
def ready_textacy(corpus: Path, cnn: str | None) -> Pass:
    """textacy's direct quotations, the parse included: the CNN's if there is one, else the bundled pipeline's."""
    nlp, articles = _plain(cnn) if cnn else _bundled(), read_articles([corpus]).articles

    def work() -> Rows:
        found = ((a, quote) for a, doc in _parsed(nlp, articles) for quote in _direct_quotations(doc))
        return {"quotes": [{"article_id": a.article_id, **quote} for a, quote in found]}

    return work


def _direct_quotations(doc: Doc) -> Iterator[dict]:
    """It refuses a text with an odd number of marks; it then gets the paragraphs one by one."""
    from textacy.extract.triples import direct_quotations

    try:
        yield from [_quote(*found) for found in direct_quotations(doc)]
    except ValueError:
        for start, end in _paragraphs(doc):
            part, shift = doc[start:end].as_doc(), doc[start].idx
            try:
                yield from [_quote(*found, shift=shift) for found in direct_quotations(part)]
            except ValueError:
                continue


def _paragraphs(doc: Doc) -> Iterator[tuple[int, int]]:
    ends = [token.i + 1 for token in doc if token.text.count("\n") > 1] + [len(doc)]
    return ((start, end) for start, end in zip([0, *ends], ends, strict=False) if start < end)


def _quote(speaker: list[Token], cue: list[Token], content: Iterable[Token], *, shift: int = 0) -> dict:
    # it asks for compounds, as surnames hang in other treebanks; in ours they are flat
    flat = [child for token in speaker for child in token.children if child.dep_.startswith("flat")]
    speaker = sorted({*speaker, *flat}, key=lambda token: token.i)
    (source, source_end), (start, end) = _hull(speaker, shift), _hull(list(content), shift)
    cue_start, cue_end = _hull(cue, shift)
    return {"start_char": start, "end_char": end, "parts": [[start, end]], "kind": "direct", "mode": "speech",
            "source_start": source, "source_end": source_end, "cue_start": cue_start, "cue_end": cue_end,
            "speaker": " ".join(token.text for token in speaker)}  # fmt: skip


def _hull(tokens: list[Token], shift: int) -> tuple[int, int]:
    return tokens[0].idx + shift, tokens[-1].idx + len(tokens[-1]) + shift


CONTESTANTS = {
    "extract": Contestant(
        "`extract`, files to tables", ready_extract, ("cnn", "textacy"), frozenset({"quotes", "figures", "mentions"})
    ),
    "pipeline": Contestant("the bundled pipeline", ready_pipeline, ("cnn",), frozenset({"mentions"})),
    "cnn": Contestant("spaCy's CNN, trained on the same corpora", ready_cnn, (), frozenset({"mentions"})),
    "textacy": Contestant("textacy's direct quotations, with a parse", ready_textacy, (), frozenset({"quotes"})),
    "figures": Contestant("figures, on a parse", ready_figures, ("quantulum3",)),
    "numbers": Contestant("numbers, on bare text", ready_numbers, ("quantulum3",), frozenset({"figures"})),
    "quantulum3": Contestant("quantulum3, on bare text", ready_quantulum3, (), frozenset({"figures"})),
}


# ------------------------------------------------------------------ one pass
def peak_memory() -> int:
    """Bytes at the peak of this process; Linux counts the parent's into `ru_maxrss`, so its own file comes first."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text(encoding="utf8").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measure(name: str, corpus: Path, cnn: str | None) -> tuple[dict[str, float], Rows]:
    """Seconds by the wall and of the processor, peak bytes, and the number of rows; then the rows."""
    ready = CONTESTANTS[name].ready
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "warm-up.txt").write_text(WARM_UP, encoding="utf8")
        ready(Path(folder), cnn)()
    work = ready(corpus, cnn)
    wall, cpu = time.perf_counter(), time.process_time()
    rows = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    counts = {table: len(found) for table, found in rows.items()}
    return {"wall": wall, "cpu": cpu, "peak": peak_memory(), **counts}, rows


def main() -> None:
    """Measure one contestant."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("name", choices=CONTESTANTS)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--cnn")
    parser.add_argument("--rows", type=Path)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    taken, rows = measure(args.name, args.corpus, args.cnn)
    if args.rows:
        args.rows.write_text(json.dumps(rows, default=str), encoding="utf8")
    print(json.dumps(taken))


if __name__ == "__main__":
    main()
