"""Shared fixtures: hand-built documents for rules, the bundled pipeline for the few tests of the model."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import spacy
from browser import browse, chromium, serve  # noqa: F401 - fixtures
from spacy.tokens import Doc, Span

VOCAB = spacy.blank("en").vocab


@pytest.fixture(scope="session")
def nlp() -> spacy.Language:
    """The bundled pipeline, loaded once."""
    from analysis.pipeline import load_pipeline

    return load_pipeline()


def parsed(rows: str, *, ents: Sequence[tuple[int, int, str]] = ()) -> Doc:
    """A `Doc` from lines of `word lemma pos tag head dep`, heads counted from 0; `_` before a word: no blank before it.

    `ents` are (first token, end token, label).
    """
    cells = [line.split() for line in rows.strip().splitlines()]
    words = [c[0].removeprefix("_") if len(c[0]) > 1 else c[0] for c in cells]
    glued = [len(c[0]) > 1 and c[0].startswith("_") for c in cells]
    doc = Doc(
        VOCAB,
        words=words,
        spaces=[not after for after in [*glued[1:], True]],
        lemmas=[c[1] for c in cells],
        pos=[c[2] for c in cells],
        tags=[c[3] for c in cells],
        heads=[int(c[4]) for c in cells],
        deps=[c[5] for c in cells],
    )
    doc.ents = [Span(doc, start, end, label=label) for start, end, label in ents]
    return doc


def parses() -> dict[str, str]:
    """The sentences of examples/parses.txt, each with its rows for `parsed`."""
    text = (Path(__file__).parent / "examples" / "parses.txt").read_text(encoding="utf8")
    return dict(block.split("\n", 1) for block in text.split("### ")[1:])
