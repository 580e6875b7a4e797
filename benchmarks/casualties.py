"""How right the figures are on two corpora of your own: victims of shootings, and quantities in reporting on a war.

    python benchmarks/casualties.py CORPORA

reads, below the folder CORPORA, what is there of

- `gva/X_val.json`, `gva/y_val.json`: news articles with the number of people killed and injured (links of the Gun
  Violence Archive, CIS 530): an article is right when its largest asserted count of the measure, running totals left
  out, is the label, or 0 when it has none;
- `re3d/*/{documents,entities}.json`: reporting on Syria and Iraq with marked quantities (Dstl): a quantity is covered
  when a figure touches it.

The label of `gva` is of the incident, not of the text: an article that tells of two shootings is wrong either way.
"""

import argparse
import datetime
import json
from collections.abc import Iterator
from pathlib import Path

from accuracy import Scores
from spacy.language import Language

from analysis.figures import Figure, find_figures
from analysis.mentions import find_mentions
from analysis.pipeline import load_pipeline, parseable
from analysis.quotes import find_quotes

MEASURES = ("killed", "injured")


def score_victims(folder: Path, nlp: Language, part: str = "val") -> Scores:
    """The share of articles of `gva` whose largest count is the label, per measure."""
    articles, labels = (json.loads((folder / f"{name}_{part}.json").read_text("utf8")) for name in "Xy")
    right = dict.fromkeys(MEASURES, 0)
    for article, label in zip(articles, labels, strict=True):
        figures = _figures(nlp, article["text"], article.get("publish_date"))
        for measure in MEASURES:
            right[measure] += largest_count(figures, measure) == label[f"n_{measure}"]
    return {f"{measure}, right": right[measure] / len(articles) for measure in MEASURES}


def largest_count(figures: list[Figure], measure: str) -> float:
    """The largest asserted count of one incident, at its lower bound; 0 without any."""
    told = (f for f in figures if f.measure == measure and f.asserted and f.scope != "cumulative")
    return max((f.low or 0 for f in told), default=0)


def score_quantities(folder: Path, nlp: Language) -> Scores:
    """The share of the quantities of `re3d` that a figure touches."""
    covered = total = 0
    for document, spans in _quantities(folder):
        figures = _figures(nlp, document["text"], None)
        total += len(spans)
        covered += sum(any(f.start_char < end and start < f.end_char for f in figures) for start, end in spans)
    return {"quantities covered": covered / total}


def _quantities(folder: Path) -> Iterator[tuple[dict, list[tuple[int, int]]]]:
    for path in sorted(folder.glob("*/documents.json")):
        marked = [json.loads(line) for line in (path.parent / "entities.json").read_text("utf8").splitlines()]
        for document in map(json.loads, path.read_text("utf8").splitlines()):
            own = [e for e in marked if e["documentId"] == document["_id"] and e["type"] == "Quantity"]
            yield document, [(e["begin"], e["end"]) for e in own]


def _figures(nlp: Language, text: str, day: str | None) -> list[Figure]:
    doc = nlp(parseable(text))
    mentions = find_mentions(doc)
    return find_figures(doc, find_quotes(doc, mentions), mentions, date=_day(day))


def _day(day: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat((day or "")[:10])
    except ValueError:
        return None


def main() -> None:
    """Print the scores of the corpora that are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    corpora = parser.parse_args().corpora
    nlp = load_pipeline()
    for name, score in (("gva", score_victims), ("re3d", score_quantities)):
        for what, share in score(corpora / name, nlp).items() if (corpora / name).is_dir() else ():
            print(f"{name:6} {what:24} {share:6.1%}")


if __name__ == "__main__":
    main()
