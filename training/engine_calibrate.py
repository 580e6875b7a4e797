"""Turns the engine's scores of attributions into shares that are right, measured on the development part of PolNeAR.

    python training/engine_calibrate.py CORPORA MODEL

MODEL as of engine_export.py: its `labels.json` receives, for ten groups of attributions by their score, the share whose
content (half of the words or more) and source (any word) an annotator has too, made monotone by pooling neighbours.
Prints the expected calibration error of knots from every other article on the rest.
"""

import argparse
import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import spacy
from engine_data import covered, read_attributions

from analysis.engine import Engine

Pairs = list[tuple[float, bool]]  # an attribution's score and whether it is right
GROUPS = 10


def judged(corpora: Path, model: Path) -> Iterator[Pairs]:
    """Score and verdict of every attribution with a content, article by article."""
    nlp, engine = spacy.blank("en"), Engine(["attributions"], model)
    engine.labels = {**engine.labels, "confidence": {"score": [0, 1], "right": [0, 1]}}
    folder = corpora / "polnear" / "dev"
    for path in sorted((folder / "text").glob("*.txt")):
        notes = sorted((folder / "attributions").glob(f"{path.stem}_*"))
        if notes:
            doc = engine(nlp.make_doc(path.read_bytes().decode("utf8")))
            ends = [(t.idx, t.idx + len(t)) for t in doc]
            gold = [{role: set(covered(spans, ends)) for role, spans in a.items()} for a in read_attributions(notes[0])]
            yield list(_judge(doc, gold))


def _judge(doc: spacy.tokens.Doc, gold: list[dict[str, set[int]]]) -> Iterator[tuple[float, bool]]:
    group = doc.spans["attributions"]
    found: dict[str, dict[str, set[int]]] = {}
    for span in group:
        found.setdefault(span.id_, {}).setdefault(span.label_, set()).update(range(span.start, span.end))
    for key, roles in found.items():
        if "content" in roles:
            yield group.attrs["confidence"][key], any(_agrees(roles, other) for other in gold)


def _agrees(ours: dict[str, set[int]], theirs: dict[str, set[int]]) -> bool:
    both, either = ours["content"] & theirs.get("content", set()), ours["content"] | theirs.get("content", set())
    sources = ours.get("source", set()), theirs.get("source", set())
    return len(both) >= len(either) / 2 and (bool(sources[0] & sources[1]) or not any(sources))


def knots(pairs: Pairs) -> dict[str, list[float]]:
    """Mean score and share of right ones of groups of equal size, pooled until no share falls (isotonic)."""
    pooled: list[list[float]] = []  # size, sum of scores, number right
    for part in np.array_split(sorted(pairs), GROUPS):
        pooled.append([len(part), *part.sum(0)])
        while len(pooled) > 1 and pooled[-2][2] / pooled[-2][0] >= pooled[-1][2] / pooled[-1][0]:
            last = pooled.pop()
            pooled[-1] = [a + b for a, b in zip(pooled[-1], last, strict=True)]
    return {
        "score": [round(float(s / n), 4) for n, s, _ in pooled],
        "right": [round(float(r / n), 3) for n, _, r in pooled],
    }


def expected_error(pairs: Pairs, known: dict[str, list[float]]) -> float:
    """Expected calibration error (Naeini et al. 2015) in ten groups of equal size."""
    rows = sorted((np.interp(score, known["score"], known["right"]), right) for score, right in pairs)
    return sum(abs(p.sum(0)[0] - p.sum(0)[1]) for p in np.array_split(rows, GROUPS)) / len(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("model", type=Path)
    args = parser.parse_args()
    articles = list(judged(args.corpora, args.model))
    odd, even = list(chain(*articles[1::2])), list(chain(*articles[::2]))
    error = expected_error(even, knots(odd)), expected_error(odd, knots(even))
    pairs = list(chain(*articles))
    path = args.model / "labels.json"
    labels = {**json.loads(path.read_text(encoding="utf8")), "confidence": knots(pairs)}
    path.write_text(json.dumps(labels), encoding="utf8")
    print(f"{len(pairs)} attributions, {sum(right for _, right in pairs) / len(pairs):.3f} right")
    print(f"expected calibration error {sum(error) / 2:.3f}; {labels['confidence']}")


if __name__ == "__main__":
    main()
