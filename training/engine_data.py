"""Reads the corpora into one form: words with whatever layers a corpus has; missing layers are masked in the losses.

`-100` stands for "this corpus does not say", as in PyTorch's cross entropy.
"""

import collections
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import spacy
from convert import entity_docs, syntax_docs
from spacy.tokens import Doc

MISSING = -100
ROLES = ("source", "cue", "content")
ROLE_TAGS = ("O", *(f"{bio}-{role}" for role in ROLES for bio in "BI"))
ENTITIES = ("PERSON", "ORG", "LOC", "FAC", "NORP", "DATE", "MONEY", "PRODUCT", "MISC")
ENTITY_TAGS = ("O", *(f"{bio}-{label}" for label in ENTITIES for bio in "BI"))


@dataclass
class Example:
    """An article or paragraph as words; layers are lists as long as `words`, or empty where the corpus lacks them."""

    words: list[str]
    breaks: list[bool]  # whether an empty line stands before the word
    tags: list[str] = field(default_factory=list)
    feats: list[str] = field(default_factory=list)  # UPOS|features
    heads: list[int] = field(default_factory=list)
    deps: list[str] = field(default_factory=list)
    starts: list[bool] = field(default_factory=list)
    entities: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    links: list[int] = field(default_factory=list)  # first word of the cue; MISSING outside sources and contents


def without_space(doc: Doc) -> tuple[list[int], list[bool]]:
    """Indices of the words of a Doc, and whether an empty line stands before each."""
    kept = [token.i for token in doc if not token.is_space]
    breaks = [i > 0 and doc[i - 1].is_space and doc[i - 1].text.count("\n") > 1 for i in kept]
    return kept, breaks


def syntax_examples(corpora: Path, part: str, nlp: spacy.Language) -> Iterator[Example]:
    """Universal Dependencies of `ewt` and `gum`."""
    paths = [corpora / name / f"en_{name}-{part}.conllu" for name in ("ewt", "gum")]
    for doc in syntax_docs(nlp.vocab, paths, rng=random.Random(1) if part == "train" else None):
        kept, breaks = without_space(doc)
        new = {old: n for n, old in enumerate(kept)}
        words = [doc[i] for i in kept]
        yield Example(
            [t.text for t in words], breaks, [t.tag_ for t in words], [f"{t.pos_}|{t.morph}" for t in words],
            [new[t.head.i] for t in words], [t.dep_ for t in words], [bool(t.is_sent_start) for t in words],
        )  # fmt: skip


def entity_examples(corpora: Path, part: str, nlp: spacy.Language) -> Iterator[Example]:
    """Entities of `worldwide-newswire`, tokens apart as annotated and, for training, also as published."""
    for doc in entity_docs(nlp, corpora / "worldwide-newswire" / part, published=part == "train"):
        kept, breaks = without_space(doc)
        tags = [f"{doc[i].ent_iob_}-{doc[i].ent_type_}" if doc[i].ent_type_ else "O" for i in kept]
        yield Example([doc[i].text for i in kept], breaks, entities=tags)


# ------------------------------------------------------------------ PolNeAR
def read_attributions(path: Path) -> list[dict[str, list[tuple[int, int]]]]:
    """Attributions of a brat file: for each role its character spans."""
    spans: dict[str, list[tuple[int, int]]] = {}
    found = []
    for line in path.read_text(encoding="utf8").split("\n"):
        cells = line.split("\t")
        if line[:1] == "T" and len(cells) > 1:
            spans[cells[0]] = [tuple(map(int, p.split())) for p in cells[1].split(" ", 1)[1].split(";")]
        elif line[:1] == "E" and len(cells) > 1:
            roles = collections.defaultdict(list)
            for item in cells[1].split():
                role, key = item.split(":")
                roles[re.sub(r"\d+$", "", role).lower()] += spans.get(key, [])
            found.append(dict(roles))
    return found


def attribution_examples(corpora: Path, part: str, nlp: spacy.Language) -> Iterator[Example]:
    """Sources, cues and contents of `polnear`, each word with one role and a link to its cue; the first annotator."""
    folder = corpora / "polnear" / part
    for path in sorted((folder / "text").glob("*.txt")):
        notes = sorted((folder / "attributions").glob(f"{path.stem}_*"))
        if notes:
            text = path.read_bytes().decode("utf8")
            yield attribution_example(nlp.make_doc(text), read_attributions(notes[0]))


def attribution_example(doc: Doc, attributions: list[dict[str, list[tuple[int, int]]]]) -> Example:
    kept, breaks = without_space(doc)
    ends = [(doc[i].idx, doc[i].idx + len(doc[i])) for i in kept]
    roles, links = ["O"] * len(kept), [MISSING] * len(kept)
    for attribution in attributions:
        inside = {role: covered(attribution.get(role, []), ends) for role in ROLES}
        if not inside["cue"]:
            continue
        for role in ("content", "source", "cue"):  # where roles overlap the smaller one shows
            for n, i in enumerate(inside[role]):
                begins = n == 0 or inside[role][n - 1] != i - 1
                roles[i] = f"{'B' if begins else 'I'}-{role}"
                links[i] = MISSING if role == "cue" else inside["cue"][0]
    return Example([doc[i].text for i in kept], breaks, roles=roles, links=links)


def covered(spans: list[tuple[int, int]], ends: list[tuple[int, int]]) -> list[int]:
    return [i for i, (a, b) in enumerate(ends) if any(a < e and s < b for s, e in spans)]


READERS = {"syntax": syntax_examples, "entities": entity_examples, "attributions": attribution_examples}


def read_examples(corpora: Path, part: str) -> dict[str, list[Example]]:
    """All examples of a part (`train` or `dev`), by task."""
    nlp = spacy.blank("en")
    return {task: list(reader(corpora, part, nlp)) for task, reader in READERS.items()}
