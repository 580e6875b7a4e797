"""How far the extraction agrees with the annotation of people: tables and gold in, tables out.

Every match is one to one and found greedily, the best first. Quotes match when the words of their parts overlap by half
(Jaccard), figures when their spans touch. What the gold does not mention counts against precision, what the extraction
did not find against recall. A score without anything to divide by is missing, not 0.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

WORD = re.compile(r"\w+")
OVERLAP = 0.5  # of the words of two quotes, from which they are one
QUOTE_FIELDS = ("kind", "speaker", "side", "stance")
FIGURE_FIELDS = ("low", "high", "qualifier", "measure", "scope", "reporter", "reporter_side", "group_side", "asserted")
NAMES = ("speaker", "reporter")  # compared as names: "Defence Minister Raul Estrin" is "Raul Estrin"

Row = dict[str, Any]


@dataclass(frozen=True)
class Gold:
    """The annotated articles: `articles`, `quotes` and `figures` with `start_char`, `end_char`, like the tables."""

    articles: pd.DataFrame
    quotes: pd.DataFrame
    figures: pd.DataFrame


def read_gold(folder: Path | str) -> Gold:
    """Read the annotation, one JSON file per article, in the format of data/gold/GUIDELINES.md.

    Raises FileNotFoundError when the folder holds none, ValueError naming file and words when an annotated stretch is
    not in its text.
    """
    paths = sorted(Path(folder).glob("*.json"))
    if not paths:
        raise FileNotFoundError(
            f"{Path(folder).name}: no annotated article (*.json); restore data/gold from the repository"
        )
    annotated = [(path, json.loads(path.read_text(encoding="utf-8"))) for path in paths]
    about = ("article_id", "date", "outlet", "title", "text")
    articles = pd.DataFrame([{key: article[key] for key in about} for _, article in annotated])
    return Gold(
        articles=articles.assign(date=pd.to_datetime(articles["date"])).astype({"article_id": "string"}),
        quotes=pd.DataFrame([_locate_quote(quote, *pair) for pair in annotated for quote in pair[1]["quotes"]]),
        figures=pd.DataFrame([_locate_figure(figure, *pair) for pair in annotated for figure in pair[1]["figures"]]),
    )


def match_quotes(gold: Gold, quotes: pd.DataFrame) -> pd.DataFrame:
    """One row per gold quote, found quote, or pair of both, with `outcome` found, missed or spurious.

    Columns: `what`, `article_id`, `outcome`, `start_char`, `end_char`, `text`, `rule`, `overlap`, and for each of
    `QUOTE_FIELDS` the value (`kind`), the gold value (`gold_kind`) and `kind_right` (missing unless found). Thoughts
    are left out: the gold has none.
    """
    speech = quotes[quotes["mode"].ne("thought").fillna(True)]
    return _match(gold.articles, gold.quotes, speech, _quote_overlap, QUOTE_FIELDS).assign(what="quotes")


def match_figures(gold: Gold, figures: pd.DataFrame) -> pd.DataFrame:
    """The same for figures and `FIGURE_FIELDS`; of several that touch, the longest overlap of the same measure wins."""
    return _match(gold.articles, gold.figures, figures, _figure_overlap, FIGURE_FIELDS).assign(what="figures")


def score_matches(matches: pd.DataFrame, *, by: str = "what") -> pd.DataFrame:
    """Precision, recall and F1, over all (`what`) or per value of `by` ("kind", "measure", "rule", "article_id" …).

    Columns: `by`, `n_gold`, `n_recalled` (of the gold rows, those found), `n_predicted`, `n_found` (of the
    predicted rows, those in the gold), `precision`, `recall`, `f1`. Precision goes by the predicted value of `by`,
    recall by that of the gold, whether or not the two agree; the gold knows no rules, so recall per rule is missing.
    Sorted by size.
    """
    golden = f"gold_{by}" if f"gold_{by}" in matches else by
    found = matches["outcome"] == "found"
    predicted = _sizes(matches[matches["outcome"] != "missed"], by)
    right = _sizes(matches[found], by)
    wanted = _sizes(matches[matches["outcome"] != "spurious"], golden)
    recalled = _sizes(matches[found], golden)
    table = pd.DataFrame(
        {"n_gold": wanted, "n_recalled": recalled, "n_predicted": predicted, "n_found": right}, dtype="Int64"
    ).fillna(0)
    if by == "rule":
        unknown = pd.array([pd.NA] * len(table), dtype="Int64")
        table = table.assign(n_gold=unknown, n_recalled=unknown)
    precision = _divide(table["n_found"], table["n_predicted"])
    recall = _divide(table["n_recalled"], table["n_gold"])
    scored = table.assign(precision=precision, recall=recall, f1=_divide(2 * precision * recall, precision + recall))
    ordered = (
        scored.rename_axis(by).reset_index().sort_values(["n_gold", "n_predicted"], ascending=False, kind="stable")
    )
    return ordered.reset_index(drop=True)


def score_fields(matches: pd.DataFrame) -> pd.DataFrame:
    """Of what was found, the share with each field right: `field`, `n_right`, `n_found`, `share`.

    Where neither the gold nor the extraction has a value, they agree.
    """
    fields = [name.removesuffix("_right") for name in matches.columns if name.endswith("_right")]
    found = matches[matches["outcome"] == "found"]
    right = [int(found[f"{field}_right"].sum()) for field in fields]
    table = pd.DataFrame({"field": fields, "n_right": right, "n_found": len(found)})
    typed = table.astype({"field": "string", "n_right": "Int64", "n_found": "Int64"})
    return typed.assign(share=_divide(typed["n_right"], typed["n_found"]))


def same_name(one: Any, other: Any) -> bool:
    """Whether two names may be one: equal words, or all words of one in the other and the last word shared.

    Case, accents and punctuation do not count; two missing names are the same.

    >>> same_name("Defence Minister Raul Estrin", "Raul Estrin"), same_name("Raul Estrin", "Raul Vad")
    (True, False)
    """
    a, b = _name_words(one), _name_words(other)
    if not a or not b or a == b:
        return a == b
    return a[-1] == b[-1] and (set(a) <= set(b) or set(b) <= set(a))


def _locate_quote(quote: Row, path: Path, article: Row) -> Row:
    spans: list[tuple[int, int]] = []
    for part in quote["parts"]:
        spans.append(_find(part, path, article["text"], after=spans[-1][1] if spans else 0))
    return {**quote, **_place(article, spans[0][0], spans[-1][1]), "parts": spans}


def _locate_figure(figure: Row, path: Path, article: Row) -> Row:
    context, _ = _find(figure["context"], path, article["text"])
    start = context + _find(figure["span"], path, figure["context"])[0]
    return {**figure, **_place(article, start, start + len(figure["span"]))}


def _place(article: Row, start: int, end: int) -> Row:
    text = article["text"][start:end]
    return {"article_id": article["article_id"], "start_char": start, "end_char": end, "text": text}


def _find(part: str, path: Path, text: str, *, after: int = 0) -> tuple[int, int]:
    start = text.find(part, after)
    start = text.find(part) if start < 0 else start
    if start < 0:
        raise ValueError(f"{path.name}: {part[:80]!r} is not in the text; copy the annotated words from it exactly")
    return start, start + len(part)


def _match(
    articles: pd.DataFrame,
    gold: pd.DataFrame,
    predicted: pd.DataFrame,
    overlap: Callable[[Row, Row, str], float],
    fields: Sequence[str],
) -> pd.DataFrame:
    rows: list[Row] = []
    wanted, given = _by_article(gold), _by_article(predicted)
    for article_id, text in zip(articles["article_id"], articles["text"], strict=True):
        ours, theirs = wanted.get(article_id, []), given.get(article_id, [])
        scores = {(i, j): overlap(a, b, text) for i, a in enumerate(ours) for j, b in enumerate(theirs)}
        pairs = best_pairs(scores)
        rows += [_row(ours[i], theirs[j], scores[i, j], fields) for i, j in pairs]
        rows += [_row(a, None, None, fields) for i, a in enumerate(ours) if i not in {i for i, _ in pairs}]
        rows += [_row(None, b, None, fields) for j, b in enumerate(theirs) if j not in {j for _, j in pairs}]
    columns = ["article_id", "outcome", "start_char", "end_char", "text", "rule", "overlap"]
    columns += [name for field in fields for name in (field, f"gold_{field}", f"{field}_right")]
    types = {"start_char": "Int64", "end_char": "Int64", "overlap": "Float64", "article_id": "string", "text": "string"}
    types |= {f"{field}_right": "boolean" for field in fields}
    order = ["article_id", "start_char", "end_char"]
    return pd.DataFrame(rows, columns=columns).astype(types).sort_values(order, kind="stable").reset_index(drop=True)


def _by_article(table: pd.DataFrame) -> dict[str, list[Row]]:
    if table.empty:
        return {}
    return {key: rows.to_dict("records") for key, rows in table.groupby("article_id")}


def best_pairs(scores: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
    """One-to-one pairs, the best first; those without a score above 0 stay alone.

    >>> best_pairs({(0, 0): 0.5, (0, 1): 0.9, (1, 1): 0.8})
    [(0, 1)]
    """
    pairs: list[tuple[int, int]] = []
    for (i, j), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if score > 0 and not any(i == a or j == b for a, b in pairs):
            pairs.append((i, j))
    return pairs


def _row(ours: Row | None, theirs: Row | None, overlap: float | None, fields: Sequence[str]) -> Row:
    outcome = "found" if ours and theirs else "missed" if ours else "spurious"
    shown = theirs or ours or {}
    row: Row = {key: shown.get(key) for key in ("article_id", "start_char", "end_char", "text")}
    row |= {"outcome": outcome, "rule": theirs["rule"] if theirs else None, "overlap": overlap}
    for field in fields:
        value, golden = (record.get(field) if record else None for record in (theirs, ours))
        right = _agree(value, golden, name=field in NAMES) if ours and theirs else None
        row |= {field: value, f"gold_{field}": golden, f"{field}_right": right}
    return row


def _agree(value: Any, golden: Any, *, name: bool) -> bool:
    if _missing(value) or _missing(golden):
        return _missing(value) and _missing(golden)
    return same_name(value, golden) if name else bool(value == golden)


def _quote_overlap(ours: Row, theirs: Row, text: str) -> float:
    a, b = (_covered(record["parts"], text) for record in (ours, theirs))
    share = len(a & b) / len(a | b) if a | b else 0.0
    return share if share >= OVERLAP else 0.0


def _figure_overlap(ours: Row, theirs: Row, text: str) -> float:
    shared = min(ours["end_char"], theirs["end_char"]) - max(ours["start_char"], theirs["start_char"])
    return shared + 100 * (ours["measure"] == theirs["measure"]) if shared > 0 else 0.0


def _covered(parts: Iterable[Sequence[int]], text: str) -> set[int]:
    """Where the words begin that the parts touch, even by a letter."""
    touched: set[int] = set()
    for start, end in parts:
        touched |= {word.start() for word in WORD.finditer(text, max(start - 40, 0), min(end + 40, len(text)))
                    if word.start() < end and start < word.end()}  # fmt: skip
    return touched


def _name_words(name: Any) -> list[str]:
    if _missing(name):
        return []
    plain = unicodedata.normalize("NFKD", str(name)).casefold()
    words = WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
    return words[1:] if words[:1] == ["the"] else words


def _missing(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def _sizes(matches: pd.DataFrame, column: str) -> pd.Series:
    return matches[column].dropna().astype(str).value_counts().astype("Int64")


def _divide(part: pd.Series, whole: pd.Series) -> pd.Series:
    return (part.astype("Float64") / whole.astype("Float64").where(whole > 0)).astype("Float64")
