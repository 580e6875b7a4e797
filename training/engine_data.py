"""Reads the corpora into one form: words with whatever layers a corpus has; missing layers are masked in the losses.

`-100` stands for "this corpus does not say", as in PyTorch's cross entropy.
"""

import collections
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import spacy
from articles import MEASURES, read_articles
from convert import entity_docs, syntax_docs
from spacy.tokens import Doc

from analysis.engine import Engine as Reader

ARTICLES = Path(__file__).parent / "articles"
MISSING = -100
ROLES = ("source", "cue", "content")
ROLE_TAGS = ("O", *(f"{bio}-{role}" for role in ROLES for bio in "BI"))
ENTITIES = ("PERSON", "ORG", "LOC", "FAC", "NORP", "DATE", "MONEY", "PRODUCT", "MISC")
MEASURE_TAGS = ("O", *MEASURES)
ENTITY_TAGS = ("O", *(f"{bio}-{label}" for label in ENTITIES for bio in "BI"))
SMALL = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
         "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty")  # fmt: skip
NAME = re.compile(r"[A-Z][^\W\d_]{3,}")  # a word of a name that can be replaced


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
    measures: list[str] = field(default_factory=list)  # of the words of a figure what it measures, else O


def without_space(doc: Doc) -> tuple[list[int], list[bool]]:
    """Indices of the words of a Doc, and whether an empty line stands before each."""
    kept = [token.i for token in doc if not token.is_space]
    breaks = [i > 0 and doc[i - 1].is_space and doc[i - 1].text.count("\n") > 1 for i in kept]
    return kept, breaks


def add_syntax(example: Example, doc: Doc) -> None:
    """Write what a parsed Doc says of its words into the example."""
    words = [token for token in doc if not token.is_space]
    new = {token.i: n for n, token in enumerate(words)}
    example.tags = [t.tag_ for t in words]
    example.feats = [f"{t.pos_}|{t.morph}" for t in words]
    example.heads = [new[t.head.i] for t in words]
    example.deps = [t.dep_ for t in words]
    example.starts = [bool(t.is_sent_start) for t in words]


def add_entities(example: Example, doc: Doc) -> None:
    """Write the entities of a Doc into the example."""
    words = [token for token in doc if not token.is_space]
    example.entities = [f"{t.ent_iob_}-{t.ent_type_}" if t.ent_type_ else "O" for t in words]


def syntax_examples(corpora: Path, part: str, nlp: spacy.Language) -> Iterator[Example]:
    """Universal Dependencies of `ewt` and `gum`."""
    paths = [corpora / name / f"en_{name}-{part}.conllu" for name in ("ewt", "gum")]
    for doc in syntax_docs(nlp.vocab, paths, rng=random.Random(1) if part == "train" else None):
        kept, breaks = without_space(doc)
        example = Example([doc[i].text for i in kept], breaks)
        add_syntax(example, doc)
        yield example


def entity_examples(corpora: Path, part: str, nlp: spacy.Language) -> Iterator[Example]:
    """Entities of `worldwide-newswire`, tokens apart as annotated and, for training, also as published."""
    for doc in entity_docs(nlp, corpora / "worldwide-newswire" / part, published=part == "train"):
        kept, breaks = without_space(doc)
        example = Example([doc[i].text for i in kept], breaks)
        add_entities(example, doc)
        yield example


def crossed(word: str, other: str) -> str:
    """The beginning of one name and the end of another: a name that no list has.

    >>> crossed("Gavrilenko", "Mbeki")
    'Gavriki'
    """
    return word[: (len(word) + 1) // 2] + other[len(other) // 2 :] if len(other) > 3 else word


def renamed(example: Example, pools: dict[str, list[str]], common: set[str], rng: random.Random) -> Example:
    """The article with other names: each name of a person or place gives way to one name all through the article.

    Half of the new names come from the corpus, half are crossed of two of its names, so that the encoder learns a name
    by its surroundings (mention replacement, Dai and Adel, COLING 2020).
    """
    kinds = {word: tag[2:] for word, tag in zip(example.words, example.entities, strict=True)
             if tag[2:] in pools and NAME.fullmatch(word) and word.lower() not in common}  # fmt: skip
    news = {}
    for word, kind in sorted(kinds.items()):
        first, second = rng.choice(pools[kind]), rng.choice(pools[kind])
        new = first if rng.random() < 0.5 else crossed(first, second)
        news[word] = new.upper() if word.isupper() else new
    words = [news.get(word, word) if tag != "O" and tag[2:] != "NORP" else word
             for word, tag in zip(example.words, example.entities, strict=True)]  # fmt: skip
    return replace(example, words=words)


def with_other_names(examples: list[Example], rng: random.Random) -> list[Example]:
    """The same articles under other names."""
    common = {word for example in examples for word in example.words if word.islower()}  # "river", "north"
    pools: dict[str, set[str]] = {"PERSON": set(), "LOC": set()}
    for example in examples:
        for word, tag in zip(example.words, example.entities, strict=True):
            if tag[2:] in pools and NAME.fullmatch(word) and not word.isupper() and word.lower() not in common:
                pools[tag[2:]].add(word)
    sorted_pools = {kind: sorted(pool) for kind, pool in pools.items()}
    return [renamed(example, sorted_pools, common, rng) for example in examples]


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
    roles, links, firsts = ["O"] * len(kept), [MISSING] * len(kept), [False] * len(kept)
    for attribution in attributions:
        inside = {role: covered(attribution.get(role, []), ends) for role in ROLES}
        if not inside["cue"]:
            continue
        for role in ("content", "source", "cue"):  # where roles overlap the smaller one shows
            for n, i in enumerate(inside[role]):
                firsts[i] = n == 0 or inside[role][n - 1] != i - 1
                roles[i] = role
                links[i] = MISSING if role == "cue" else inside["cue"][0]
    # a content begins anew behind the source of another attribution that stands inside it
    begins = [first or before != role for first, before, role in zip(firsts, ["O", *roles], roles, strict=False)]
    tags = [role if role == "O" else f"{'B' if b else 'I'}-{role}" for b, role in zip(begins, roles, strict=True)]
    return Example([doc[i].text for i in kept], breaks, roles=tags, links=links)


def covered(spans: list[tuple[int, int]], ends: list[tuple[int, int]]) -> list[int]:
    return [i for i, (a, b) in enumerate(ends) if any(a < e and s < b for s, e in spans)]


# ------------------------------------------------------------------ marked articles
def article_examples(corpora: Path, part: str, nlp: spacy.Language) -> Iterator[Example]:
    """Attributions and measures of `training/articles`; files whose number ends in 7 are the development part.

    For training, syntax and entities are those that the bundled pipeline reads, so that it does not forget them on news
    of this kind (learning without forgetting, Li and Hoiem, ECCV 2016).
    """
    teacher = Reader(["syntax", "entities"]) if part == "train" else None
    for path in sorted(ARTICLES.glob("*.txt")):
        if path.stem.endswith("7") == (part == "dev"):
            for article in read_articles(path):
                doc = nlp.make_doc(article.text)
                example = attribution_example(doc, article.attributions)
                ends = [(t.idx, t.idx + len(t)) for t in doc if not t.is_space]
                example.measures = ["O"] * len(ends)
                for figure in article.figures:
                    for i in covered([figure.place], ends):
                        example.measures[i] = figure.measure
                if teacher is not None:
                    add_syntax(example, teacher(doc))
                    add_entities(example, doc)
                yield example


def with_other_numbers(example: Example, rng: random.Random) -> Example:
    """The article with other numbers in its figures; what was one number stays one."""
    news: dict[str, str] = {}
    for word, measure in zip(example.words, example.measures, strict=True):
        if measure != "O" and word not in news:
            if word.lower() in SMALL:
                news[word] = rng.choice(SMALL).title() if word.istitle() else rng.choice(SMALL)
            elif word[:1] in "123456789":
                digits = rng.choice("123456789") + "".join(rng.choice("0123456789") for _ in word[1:])
                news[word] = "".join(n if old.isdigit() else old for old, n in zip(word, digits, strict=True))
    return replace(example, words=[news.get(word, word) for word in example.words])


def from_word(example: Example, first: int) -> Example:
    """The article from this word on, so that its words stand elsewhere in the windows."""
    layers = {layer.name: getattr(example, layer.name)[first:] for layer in fields(example)}
    for name in ("heads", "links"):
        layers[name] = [at - first if at >= first else MISSING for at in layers[name]]
    return Example(**layers)


def varied(examples: list[Example]) -> list[Example]:
    """Every article three times: twice under other names, with other numbers, and from somewhere in its first third.

    Otherwise the model learns the articles by heart: it knew 92 % of their measures, and 68 % of those of others.
    """
    rng, copies = random.Random(2), list(examples)
    for _ in range(2):
        for example in with_other_names(examples, rng):
            copies.append(from_word(with_other_numbers(example, rng), rng.randrange(len(example.words) // 3)))
    return copies


READERS = {"syntax": syntax_examples, "entities": entity_examples, "attributions": attribution_examples,
           "articles": article_examples}  # fmt: skip


def read_examples(corpora: Path, part: str) -> dict[str, list[Example]]:
    """All examples of a part (`train` or `dev`), by task."""
    nlp = spacy.blank("en")
    found = {task: list(reader(corpora, part, nlp)) for task, reader in READERS.items()}
    if part == "train":
        found["entities"] += with_other_names(found["entities"][1::2], random.Random(1))  # those as published
        found["articles"] = varied(found["articles"])
    return found
