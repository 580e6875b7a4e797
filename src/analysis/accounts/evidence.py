"""The sentence behind a record: every point of a chart leads back to words, outlet and day."""

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis.accounts import start_of_week
from analysis.anchors import TEXT, anchor

_OWN_MARKS = str.maketrans("⟦⟧", "[]")  # an article that has such brackets marks nothing with them
LONGEST = 400  # characters kept on either side of a span, for text without any full stop

# A sentence ends with . ! ? … and what closes it, when a capital, a digit or an opening quotation mark follows, or with
# a line break. A capitalised word of up to four letters before a bare full stop is taken for a title or an initial:
# "Gen. Orlo said" is one sentence; so is, wrongly, "They came from Tolm. Nobody spoke." The rule joins, never cuts.
_TITLE = r"(?<!\b[A-Z])(?<!\b[A-Z]\w)(?<!\b[A-Z]\w\w)(?<!\b[A-Z]\w\w\w)"
_CLOSE = r"[\"'”’»)\]]"
_NEXT = r"\s{1,3}(?=[\"'“‘«(\[]?[A-Z0-9])"
_END = re.compile(rf"(?:[.!?…]{_CLOSE}{{1,3}}|[!?…]|{_TITLE}\.){_NEXT}|\n")


def build_evidence(records: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The records (rows with `article_id`, `start_char`, `end_char`: quotes, figures …) with their sentence.

    Adds `sentence_start`, `sentence_end` (offsets into `articles.text`), `sentence` (exactly that text), `evidence`
    (the same with the record between ⟦ and ⟧), and `outlet`, `date`, `title` of the article, in place of any that the
    records carry. A record over several sentences gets all of them. Same rows, same order; the article must be there.
    Raises KeyError naming the first article that is not.
    """
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    spans = list(zip(records["article_id"], records["start_char"], records["end_char"], strict=True))
    missing = [article_id for article_id, _, _ in spans if article_id not in texts]
    if missing:
        raise KeyError(f"article {missing[0]!r} is not in the articles table; read both from the same folder")
    bounds = [find_sentence(texts[article_id], int(start), int(end)) for article_id, start, end in spans]
    cut = [texts[article_id][a:b] for (article_id, _, _), (a, b) in zip(spans, bounds, strict=True)]
    marked = [
        _mark(texts[article_id], int(start), int(end), a, b)
        for (article_id, start, end), (a, b) in zip(spans, bounds, strict=True)
    ]
    added = pd.DataFrame(
        {
            "sentence_start": pd.array([a for a, _ in bounds], dtype="Int64"),
            "sentence_end": pd.array([b for _, b in bounds], dtype="Int64"),
            "sentence": pd.array(cut, dtype="string"),
            "evidence": pd.array(marked, dtype="string"),
        },
        index=records.index,
    )
    about = articles.set_index("article_id")[["outlet", "date", "title"]]
    plain = records.drop(columns=[*about.columns, *added.columns], errors="ignore")
    return plain.join(about, on="article_id").join(added)


def cite(records: pd.DataFrame, articles: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The records as a table to print: these columns, then `source` (outlet, day, title) and `evidence`.

    Sorted by the first of the columns and by date, so that a reader can follow one name through the days. The last
    column, `record`, is the id of the quote, figure or mention, else of the article: a report links to its page.
    """
    proof = build_evidence(records, articles).sort_values([*columns[:1], "date"], kind="stable")
    sources = zip(proof["outlet"], proof["date"], proof["title"], strict=True)
    known = proof.assign(source=[_source(*about) for about in sources])
    return known.assign(record=_records(known))[[*columns, "source", "evidence", "record"]]


def list_articles(articles: pd.DataFrame) -> pd.DataFrame:
    """The articles with `article` (title, else file name), `week` (its Monday) and `record`, for their pages."""
    names = articles["title"].fillna(articles["path"].str.split("/").str[-1])
    return articles.assign(article=names, week=start_of_week(articles["date"]), record=_records(articles))


def link(table: pd.DataFrame, proof: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The table with `url`: where in the same report the sentences begin that a row counts; missing where none is.

    `proof` is a table of `cite`, or of quotes, figures, mentions; a record that the report does not show is linked in
    its article's page. Rows belong together when they share the values of the columns; charts
    make each of their marks a link, tables the number of each row.
    """
    known = proof.assign(record=_records(proof))
    first = known[known["record"].notna()].drop_duplicates(list(columns))
    keys = first[list(columns)].itertuples(index=False, name=None)
    places = {_key(key): f"#{anchor(record)}" for key, record in zip(keys, first["record"], strict=True)}
    rows = table[list(columns)].itertuples(index=False, name=None)
    return table.assign(url=pd.Series([places.get(_key(row)) for row in rows], index=table.index, dtype=object))


def link_scores(scores: pd.DataFrame, failed: pd.DataFrame, by: str, *, places: str) -> pd.DataFrame:
    """The scores with `precision_url`, the first record that is spurious, and `recall_url`, the first that was missed.

    `failed` are the records with `outcome`, `by` and `gold_by`, shown as a table with these `places`; a score without a
    failure leads to its own row in the table of the scores, whose places are called as the column `by`.
    """
    rows = failed.reset_index(drop=True)
    own = pd.Series([f"#{by}-{place}" for place in range(len(scores))], index=scores.index, dtype=object)
    urls = {}
    for score, outcome, column in (("precision", "spurious", by), ("recall", "missed", f"gold_{by}")):
        first = rows[rows["outcome"] == outcome].drop_duplicates(column)
        known = {value: f"#{places}-{place}" for value, place in zip(first[column], first.index, strict=True)}
        urls[f"{score}_url"] = scores[by].map(known).astype(object).where(scores[by].isin(list(known)), own)
    return scores.assign(**urls)


def _records(table: pd.DataFrame) -> pd.Series:
    """The ids of the records in the table; of articles, where there are no others."""
    # A figure also names the quote in which it stands.
    name = next((name for name in ("record", "figure_id", "mention_id", "quote_id") if name in table), None)
    return table[name] if name else table["article_id"] + f"#{TEXT}"


def _key(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(None if pd.isna(value) else value for value in values)


def _source(outlet: str, date: pd.Timestamp, title: str) -> str:
    day = "no date" if pd.isna(date) else f"{date:%Y-%m-%d}"
    return f"{'outlet not known' if pd.isna(outlet) else outlet}, {day}" + (f": {title}" if pd.notna(title) else "")


def find_sentence(text: str, start_char: int, end_char: int) -> tuple[int, int]:
    """The bounds of the sentence or sentences in which a span stands, without the white space around them.

    >>> text = "It rained. Gen. Orlo said 12 had died. Nobody slept."
    >>> text[slice(*find_sentence(text, 26, 28))]
    'Gen. Orlo said 12 had died.'
    """
    left, right = max(start_char - LONGEST, 0), min(end_char + LONGEST, len(text))
    begin = max((end.end() for end in _END.finditer(text, left, right) if end.end() <= start_char), default=left)
    # The last character may itself be the full stop, within a quotation: the search begins there.
    stop = next(
        (end.end() for end in _END.finditer(text, max(end_char - 3, begin), right) if end.end() >= end_char), right
    )
    begin += len(text[begin:start_char]) - len(text[begin:start_char].lstrip())
    stop -= len(text[end_char:stop]) - len(text[end_char:stop].rstrip())
    return begin, stop


def _mark(text: str, start: int, end: int, begin: int, stop: int) -> str:
    before, inside, after = (text[a:b].translate(_OWN_MARKS) for a, b in ((begin, start), (start, end), (end, stop)))
    return f"{before}⟦{inside}⟧{after}"
