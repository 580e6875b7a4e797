"""Corpora of your own in their published formats: tasks in which their convention decides what is right, not ours."""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from accuracy import KEYS, Row, Rows, Scores, Span, Task, close, f1, if_told, value

from analysis.scoring import best_pairs, same_name

WORD = re.compile(r"\w+")
FOUND = 0.5  # of the words of a claim and a quote (F1), from which they are one


def _by_article(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[str(row["article_id"])].append(row)
    return found


def _lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]


def _covered(spans: Iterable[Iterable[int]], words: list[Span]) -> set[int]:
    return {i for start, end in spans for i, (a, b) in enumerate(words) if a < end and start < b}


# ------------------------------------------------------------------ PolNeAR: brat standoff
def polnear_articles(folder: Path) -> Iterator[Row]:
    """Texts that have an annotation; outlet and day are in the file's name."""
    for path, _ in _polnear_files(folder):
        day = re.search(r"_(\d{4}-\d\d-\d\d)_", path.stem)
        text = path.read_bytes().decode("utf8")
        yield {"id": path.stem, "text": text, "date": day[1] if day else None, "outlet": path.stem.split("_")[0]}


def _polnear_files(folder: Path) -> Iterator[tuple[Path, Path]]:
    notes = sorted((folder / "attributions").iterdir())
    for path in sorted((folder / "text").glob("*.txt")):
        own = [note for note in notes if note.name.startswith(f"{path.stem}_")]
        if own:  # the first annotator of several
            yield path, own[0]


def _polnear_attributions(path: Path) -> Iterator[dict[str, list[Span]]]:
    cells = [line.split("\t") for line in path.read_text(encoding="utf8").split("\n")]
    spans = {
        key: [tuple(map(int, part.split())) for part in rest[0].split(" ", 1)[1].split(";")]
        for key, *rest in cells
        if key[:1] == "T"
    }
    for key, *rest in cells:
        if key[:1] == "E":
            roles = [item.split(":") for item in rest[0].split()]
            yield {role: [span for name, key in roles if name.rstrip("0123456789") == role for span in spans[key]]
                   for role in ("Source", "Content")}  # fmt: skip


def polnear(folder: Path, rows: Rows) -> Scores:
    """Attributions whose content touches, and those of them whose source touches too or is absent from both."""
    quotes = _by_article(rows["quotes"])
    found = sourced = predicted = gold = 0
    for path, notes in _polnear_files(folder):
        words = [word.span() for word in WORD.finditer(path.read_bytes().decode("utf8"))]
        ours = [[_covered(a[role], words) for role in ("Content", "Source")] for a in _polnear_attributions(notes)]
        ours = [pair for pair in ours if pair[0]]
        theirs = [(_covered(q["parts"], words), _covered(_source(q), words)) for q in quotes[path.stem]]
        pairs = best_pairs({(i, j): len(a & b) / len(a | b) for i, (a, _) in enumerate(ours)
                            for j, (b, _) in enumerate(theirs) if a & b})  # fmt: skip
        found += len(pairs)
        sourced += sum(_same_source(ours[i][1], theirs[j][1]) for i, j in pairs)
        predicted, gold = predicted + len(theirs), gold + len(ours)
    return {"attributions found, F1": f1(found, predicted, gold), "with their source, F1": f1(sourced, predicted, gold)}


def _source(quote: Row) -> list[Span]:
    start = quote.get("source_start")
    return [] if start is None else [(start, quote["source_end"])]


def _same_source(one: set[int], other: set[int]) -> bool:
    return bool(one & other) or not (one or other)


# ------------------------------------------------------------------ CED-1K: claims with the words and the speaker
def ced1k_articles(folder: Path) -> Iterator[Row]:
    """Articles with the day and the outlet of their metadata."""
    for article in _lines(folder / "articles.jsonl"):
        yield {**article, "date": article["date"][:10], "outlet": article["outlet"].split("'")[3]}


def ced1k(folder: Path, rows: Rows) -> Scores:
    """Claims that a quote shares its words with, and of those the ones with the right speaker."""
    quotes = _by_article(rows["quotes"])
    texts = {str(article["id"]): article["text"] for article in _lines(folder / "articles.jsonl")}
    claims = _lines(folder / "claims.jsonl")
    found = right = 0
    for claim in claims:
        key = str(claim["article_id"])
        said = [(_shared(claim["Utterance"], _words_of(quote, texts[key])), n) for n, quote in enumerate(quotes[key])]
        share, best = max(said, key=lambda item: (item[0], -item[1]), default=(0.0, 0))
        if share >= FOUND:
            found += 1
            right += same_name(quotes[key][best].get("speaker"), claim["Agent"])
    return {"claims found": found / len(claims), "speaker right, of those found": right / found if found else math.nan}


def _words_of(quote: Row, text: str) -> str:
    return " ".join(text[start:end] for start, end in quote["parts"])


def _shared(one: str, other: str) -> float:
    a, b = (set(WORD.findall(text.lower())) for text in (one, other))
    return f1(len(a & b), len(b), len(a))


# ------------------------------------------------------------------ NewsQuant: sentences with values and units
def newsquant_articles(path: Path) -> Iterator[Row]:
    """One article a sentence."""
    for n, sentence in enumerate(json.loads(path.read_text(encoding="utf8"))):
        yield {"id": f"s{n:03d}", "text": sentence["text"]}


def newsquant(path: Path, rows: Rows) -> Scores:
    """Quantities with the right value, and with the right unit too."""
    figures = _by_article(rows["figures"])
    values = units = predicted = gold = 0
    for n, sentence in enumerate(json.loads(path.read_text(encoding="utf8"))):
        ours = [(_printed(quantity["value"]), quantity) for quantity in sentence["quantities"]]
        theirs = [(value(*(f[key] for key in KEYS)), f["unit"]) for f in figures[f"s{n:03d}"]]
        theirs = [pair for pair in theirs if pair[0]]
        scores = {(i, j): 1 + _same_unit(quantity, unit) for i, (a, quantity) in enumerate(ours)
                  for j, (b, unit) in enumerate(theirs) if close(a, b)}  # fmt: skip
        pairs = best_pairs(scores)
        values, units = values + len(pairs), units + sum(scores[pair] == 2 for pair in pairs)
        predicted, gold = predicted + len(theirs), gold + len(ours)
    return {"values, F1": f1(values, predicted, gold), "value and unit, F1": f1(units, predicted, gold)}


def _printed(value: str | float) -> Span:
    text = str(value).replace(" ", "")
    both = re.fullmatch(r"(\d[\d.]*(?:e[+-]?\d+)?)-(\d[\d.]*(?:e[+-]?\d+)?)", text, re.IGNORECASE)
    return (float(both[1]), float(both[2])) if both else (float(text), float(text))


def _same_unit(quantity: Row, unit: str | None) -> bool:
    ours, theirs = _unit_words(quantity["unit"] + " " + quantity["normalized_unit"]), _unit_words(unit or "")
    return bool(ours & theirs) or (not theirs and quantity["normalized_unit"] in ("-", ""))


def _unit_words(text: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"[a-z$€£%]+", text.lower())}


# ------------------------------------------------------------------ English Worldwide Newswire: words and BIO
NAMES = {"Person": "PERSON", "Organization": "ORG", "Location": "LOC", "Facility": "FAC", "NORP": "NORP",
         "Date": "DATE", "Money": "MONEY", "Product": "PRODUCT", "Misc": "MISC"}  # fmt: skip


def ner_articles(folder: Path) -> Iterator[Row]:
    """Texts put together from the words, a blank between any two."""
    for path in sorted((folder / "annotated").glob("*.tsv")):
        yield {"id": path.stem, "text": _names_of(path)[0]}


def ner(folder: Path, rows: Rows) -> Scores:
    """Names with the right ends and one of nine labels."""
    mentions = _by_article(rows["mentions"])
    right = predicted = gold = 0
    for path in sorted((folder / "annotated").glob("*.tsv")):
        ours = {(start, end, NAMES[label]) for start, end, label in _names_of(path)[1] if label in NAMES}
        theirs = {(m["start_char"], m["end_char"], m["label"]) for m in mentions[path.stem]}
        theirs = {name for name in theirs if name[2] in NAMES.values()}
        right, predicted, gold = right + len(ours & theirs), predicted + len(theirs), gold + len(ours)
    return {"names, F1": f1(right, predicted, gold)}


def _names_of(path: Path) -> tuple[str, list[tuple[int, int, str]]]:
    text, names, label_inside = "", [], None
    for word, label in _annotated_words(path):
        if not word or word.startswith("http"):
            text, label_inside = text if word else text.rstrip(" ") + "\n", None
            continue
        start, end, prefix, label = len(text), len(text) + len(word), label[:2], label[2:]
        text += f"{word} "
        if prefix in ("B-", "S-"):
            names.append((start, end, label))
        elif prefix in ("I-", "E-") and label_inside == label:
            names[-1] = (names[-1][0], end, label)
        else:
            label = None
        label_inside = label
    return text, names


def _annotated_words(path: Path) -> Iterator[tuple[str, str]]:
    """Each word with its label, an empty word between sentences; an address is no word, but ends a name."""
    with path.open(encoding="utf8") as lines:
        for line in lines:
            cells = [cell.strip() for cell in line.rstrip("\n").split("\t")]
            if len(cells) == 3 and cells[0].isdigit() and re.fullmatch(r"O|[BIES]-\w+", cells[2]):
                cells = cells[1:]  # a few files number their words
            yield cells[0], cells[1] if len(cells) > 1 else "O"


# ------------------------------------------------------------------ Gun Violence Archive: victims of an article
def gva_articles(folder: Path) -> Iterator[Row]:
    """Articles with the day of their publication, if it is known."""
    for n, article in enumerate(json.loads((folder / "X_val.json").read_text(encoding="utf8"))):
        yield {"id": str(n), "text": article["text"], "date": (article.get("publish_date") or "")[:10]}


def gva(folder: Path, rows: Rows) -> Scores:
    """Articles whose largest asserted count, running totals left out, is the label; 0 when they have none.

    The label is of the incident, not of the text: an article that tells of two shootings is wrong either way.
    """
    labels = json.loads((folder / "y_val.json").read_text(encoding="utf8"))
    largest: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows["figures"]:
        if row.get("asserted") and row["scope"] != "cumulative":
            key = (row["article_id"], row["measure"])
            largest[key] = max(largest[key], row["low"] or 0)
    right = {
        measure: sum(largest[str(n), measure] == label[f"n_{measure}"] for n, label in enumerate(labels))
        for measure in ("killed", "injured")
    }
    shares = {f"articles with the right number {measure}": n / len(labels) for measure, n in right.items()}
    return if_told("measure", rows["figures"], shares)


# ------------------------------------------------------------------ re3d: marked quantities
def re3d_articles(folder: Path) -> Iterator[Row]:
    """The documents of all sources."""
    for path in sorted(folder.glob("*/documents.json")):
        yield from ({"id": document["_id"], "text": document["text"]} for document in _lines(path))


def re3d(folder: Path, rows: Rows) -> Scores:
    """Quantities that a figure touches."""
    figures = _by_article(rows["figures"])
    marked = [row for path in sorted(folder.glob("*/entities.json")) for row in _lines(path)]
    marked = [row for row in marked if row["type"] == "Quantity"]
    covered = sum(
        any(f["start_char"] < row["end"] and row["begin"] < f["end_char"] for f in figures[row["documentId"]])
        for row in marked
    )
    return {"quantities covered": covered / len(marked)}


TASKS = {
    "PolNeAR": Task("polnear/dev", polnear_articles, {"quotes": polnear}),
    "CED-1K": Task("ced1k", ced1k_articles, {"quotes": ced1k}),
    "NewsQuant": Task("newsquant/dev.json", newsquant_articles, {"figures": newsquant}),
    "Gun Violence Archive": Task("gva", gva_articles, {"figures": gva}),
    "re3d": Task("re3d", re3d_articles, {"figures": re3d}),
    "Worldwide Newswire": Task("worldwide-newswire/dev", ner_articles, {"mentions": ner}),
}
