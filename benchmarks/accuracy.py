"""How right the rows of a contestant are: on data/gold, and on corpora of your own in their published formats.

A task gives its articles as JSON Lines for `extract`, names the table that it scores, and turns rows into shares from
0 to 1. Matches are one to one, the best first; a corpus' own convention decides what is right, not ours.
"""

import json
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.scoring import match_figures, match_quotes, read_gold, same_name, score_matches
from analysis.tables import SCHEMAS

WORD = re.compile(r"\w+")
FOUND = 0.5  # of the words of a claim and a quote (F1), from which they are one

Row = dict[str, Any]
Rows = Mapping[str, list[Row]]
Span = tuple[int, int]
Scores = dict[str, float]


@dataclass(frozen=True)
class Task:
    """Something to be right about: where it lies below the folder of corpora, its articles, its tables, its scores."""

    folder: str
    articles: Callable[[Path], Iterable[Row]]
    scores: Mapping[str, Callable[[Path, Rows], Scores]]  # by the table that a contestant must have rows of


# ------------------------------------------------------------------ counting
def f1(right: int, predicted: int, gold: int) -> float:
    """Harmonic mean of precision and recall, 0 without anything right.

    >>> f1(1, 2, 2)
    0.5
    """
    return 2 * right / (predicted + gold) if right else 0.0


def best_pairs(scores: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
    """One-to-one pairs, the best first; those without a score above 0 stay alone.

    >>> best_pairs({(0, 0): 0.5, (0, 1): 0.9, (1, 1): 0.8})
    [(0, 1)]
    """
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for (i, j), score in sorted(scores.items(), key=lambda item: -item[1]):
        if score > 0 and i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return list(pairs.items())


def _by_article(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[str(row["article_id"])].append(row)
    return found


def _lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]


def _covered(spans: Iterable[Iterable[int]], words: list[Span]) -> set[int]:
    return {i for start, end in spans for i, (a, b) in enumerate(words) if a < end and start < b}


# ------------------------------------------------------------------ data/gold
def gold_articles(folder: Path) -> Iterator[Row]:
    """The annotated articles of this project."""
    for path in sorted(folder.glob("*.json")):
        article = json.loads(path.read_text(encoding="utf8"))
        yield {"id": article["article_id"], **{key: article[key] for key in ("date", "outlet", "title", "text")}}


def gold_quotes(folder: Path, rows: Rows) -> Scores:
    """Quotes found, among them the direct ones, which is all that some look for; whole, and with the right speaker."""
    matches = match_quotes(read_gold(folder), _table("quotes", rows))
    direct = score_matches(matches, by="kind").set_index("kind").reindex(["direct"])["f1"].fillna(0.0)
    of_side = matches.loc[matches["gold_side"].notna(), "side_right"].dropna()
    return {
        "quotes found, F1": _f1_of(matches),
        "direct ones, F1": float(direct.iloc[0]),
        "exactly, F1": _f1_of(matches, matches["overlap"] == 1),
        "with their speaker, F1": _f1_of(matches, matches["speaker_right"]),
        "speaker right, of quotes found": _mean(matches["speaker_right"]),
        **_if_told("side", rows["quotes"], {"side right, where there is one": _mean(of_side)}),
    }


def gold_figures(folder: Path, rows: Rows) -> Scores:
    """Figures with the right value, the number itself whatever "at least" makes of it; whole, and by what of them."""
    matches = match_figures(read_gold(folder), _table("figures", rows))
    values = [
        _close(_value(row["low"], row["high"], row["qualifier"]), _value(*(row[f"gold_{key}"] for key in KEYS)))
        for row in matches.to_dict("records")
    ]
    bounds = matches["low_right"] & matches["high_right"]
    whole = {
        "figures found, F1": _f1_of(matches),
        "measure right, of figures found": _mean(matches["measure_right"]),
        "reporter right, of figures found": _mean(matches["reporter_right"]),
        "bounds, measure and reporter, F1": _f1_of(
            matches, bounds & matches["measure_right"] & matches["reporter_right"]
        ),
    }
    return {
        "figures' values, F1": _f1_of(matches, pd.Series(values, dtype="boolean")),
        **_if_told("reporter", rows["figures"], whole),
    }


def _f1_of(matches: pd.DataFrame, right: pd.Series | bool = True) -> float:
    """F1 of the pairs that are found and `right`."""
    sizes = (int((matches["outcome"] != outcome).sum()) for outcome in ("missed", "spurious"))
    return f1(int(((matches["outcome"] == "found") & right).sum()), *sizes)


def _mean(right: pd.Series) -> float:
    return float(right.mean()) if right.notna().any() else 0.0


def _if_told(field: str, rows: list[Row], scores: Scores) -> Scores:
    """The scores for a contestant that tells this field, none for one that does not look for it."""
    return scores if any(field in row for row in rows) else {}


KEYS = ("low", "high", "qualifier")


def _table(name: str, rows: Rows) -> pd.DataFrame:
    return pd.DataFrame(rows[name], columns=SCHEMAS[name].names)


def _value(low: Any, high: Any, qualifier: Any) -> Span | None:
    """The number that a text prints, twice, or both ends of a range: open bounds are closed, "up to 12" is 12."""
    low, high = (None if pd.isna(bound) else float(bound) for bound in (low, high))
    if qualifier in ("at_most", "less_than"):
        low = high
    low, high = (high if low is None else low), (low if high is None else high)
    return None if low is None else (low, high)


def _close(one: Span | None, other: Span | None) -> bool:
    if one is None or other is None:
        return False
    return all(math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-8) for a, b in zip(one, other, strict=True))


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
        theirs = [(_value(*(f[key] for key in KEYS)), f["unit"]) for f in figures[f"s{n:03d}"]]
        theirs = [pair for pair in theirs if pair[0]]
        scores = {(i, j): 1 + _same_unit(quantity, unit) for i, (a, quantity) in enumerate(ours)
                  for j, (b, unit) in enumerate(theirs) if _close(a, b)}  # fmt: skip
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
OTHERS = {"GPE": "LOC", "PER": "PERSON", "ORGANIZATION": "ORG", "LOCATION": "LOC", "TIME": "DATE", "EVENT": "MISC",
          "WORK_OF_ART": "MISC", "LAW": "MISC", "LANGUAGE": "MISC"}  # fmt: skip


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
        theirs = {(m["start_char"], m["end_char"], OTHERS.get(m["label"], m["label"])) for m in mentions[path.stem]}
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


GOLD = Task("", gold_articles, {"quotes": gold_quotes, "figures": gold_figures})
TASKS = {
    "PolNeAR": Task("polnear/dev", polnear_articles, {"quotes": polnear}),
    "CED-1K": Task("ced1k", ced1k_articles, {"quotes": ced1k}),
    "NewsQuant": Task("newsquant/dev.json", newsquant_articles, {"figures": newsquant}),
    "Worldwide Newswire": Task("worldwide-newswire/dev", ner_articles, {"mentions": ner}),
}
