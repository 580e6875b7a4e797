"""Counts how often each rule for measures is right in the training part of `articles/`: `TRUSTED` in `learned`.

    python training/count_rules.py [EVERY]     # of the files every third, unless EVERY says otherwise; two minutes

The rules stand alone here, without the engine's reading. Prints rule, right, wrong and the share that is right; what no
rule tells is counted by what the number counts: things, people, or nothing that is printed (`UNTOLD`).
"""

import sys
from collections import Counter
from pathlib import Path

from articles import Article, read_articles

from analysis.figures.counts import find_counts
from analysis.figures.kept import counts_as_figure
from analysis.figures.measures import find_measures
from analysis.pipeline import load_pipeline, parseable

ARTICLES = Path(__file__).parent / "articles"


def count_rules(article: Article, nlp) -> Counter:
    """For each rule that fired on a marked figure how often its measure is right, and how often not."""
    doc = nlp(parseable(article.text))
    del doc.spans["figures"]  # what the engine read
    counts = [count for count in find_counts(doc) if not count.definite]
    measured, found = find_measures(counts), Counter()
    open_figures = list(article.figures)
    for i, (count, told) in enumerate(zip(counts, measured, strict=True)):
        number = count.number
        marked = (f for f in open_figures if f.place[0] < number.end and number.start < f.place[1])
        figure = next(marked, None) if counts_as_figure(i, counts, measured) else None
        if figure is not None:
            open_figures.remove(figure)
            sort = "things" if count.of_things else "people" if count.of_people else "bare"
            rule = f"none, {sort}" if told.rule == "none" else told.rule
            found[rule, figure.measure in told.measure.split("|")] += 1
    return found


def main() -> None:
    nlp, total = load_pipeline(), Counter()
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    for path in sorted(ARTICLES.glob("*.txt"))[::every]:
        if not path.stem.endswith("7"):  # those are the development part
            for article in read_articles(path):
                total += count_rules(article, nlp)
    for rule in sorted({rule for rule, _ in total}):
        right, wrong = total[rule, True], total[rule, False]
        print(f"{rule:14s} {right:4d} {wrong:4d} {right / (right + wrong):.2f}")


if __name__ == "__main__":
    main()
