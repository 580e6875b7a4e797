"""What the corpus holds, counted: outlets and weeks, copies, names. Tables in, new tables out.

A week without a row is a gap in the corpus, which is not the same as silence of the outlet.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations

import pandas as pd

from analysis.accounts import SIDE_UNKNOWN, start_of_week

OUTLET_UNKNOWN = "outlet not known"
NAME_KINDS = {"PERSON": "person", "ORG": "organisation", "LOC": "place", "FAC": "place", "NORP": "group"}

WORD = re.compile(r"\w+")
_SHINGLE = 8  # words in a row that two articles share by copying, hardly by chance


def count_by(table: pd.DataFrame, *columns: str, count: str) -> pd.DataFrame:
    """Rows per value of the columns, most first, the number in the column `count`; missing values count too.

    >>> count_by(pd.DataFrame({"kind": ["direct", "mixed", "direct"]}), "kind", count="n_quotes")["n_quotes"].tolist()
    [2, 1]
    """
    sizes = table.groupby(list(columns), dropna=False).size()
    return rank(sizes.rename(count).reset_index(), count, *columns)


def build_coverage(articles: pd.DataFrame) -> pd.DataFrame:
    """Articles per outlet and week: `outlet`, `week` (its Monday), `n_articles`, `n_words`. Dated ones only."""
    dated = name_outlets(articles[articles["date"].notna()])
    counted = dated.assign(week=start_of_week(dated["date"]), n_words=count_words(dated["text"]))
    groups = counted.groupby(["outlet", "week"])
    return rank(
        groups.agg(n_articles=("article_id", "size"), n_words=("n_words", "sum")).reset_index(), "outlet", "week"
    )


def build_outlets(articles: pd.DataFrame) -> pd.DataFrame:
    """One row per outlet, the largest first.

    Columns: `outlet`, `n_articles`, `n_undated`, `first_date`, `last_date`, `n_weeks` (from the first article to the
    last), `n_empty_weeks` (those of them without an article), `median_words`.
    """
    dates = articles["date"]
    named = name_outlets(articles).assign(
        n_words=count_words(articles["text"]), week=start_of_week(dates), undated=dates.isna().astype("Int64")
    )
    outlets = (
        named.groupby("outlet")
        .agg(
            n_articles=("article_id", "size"),
            n_undated=("undated", "sum"),
            first_date=("date", "min"),
            last_date=("date", "max"),
            first_week=("week", "min"),
            last_week=("week", "max"),
            n_covered=("week", "nunique"),
            median_words=("n_words", "median"),
        )
        .reset_index()
    )
    weeks = ((outlets["last_week"] - outlets["first_week"]).dt.days // 7 + 1).astype("Int64")
    counted = outlets.assign(n_weeks=weeks, n_empty_weeks=weeks - outlets["n_covered"])
    columns = ["outlet", "n_articles", "n_undated", "first_date", "last_date", "n_weeks", "n_empty_weeks"]
    return rank(counted[[*columns, "median_words"]], "n_articles", "outlet")


def build_lengths(articles: pd.DataFrame) -> pd.DataFrame:
    """The articles, the longest first, with `n_words`, and "outlet not known" where the outlet is missing."""
    return rank(name_outlets(articles).assign(n_words=count_words(articles["text"])), "n_words", "article_id")


def build_copies(articles: pd.DataFrame, *, threshold: float = 0.5) -> pd.DataFrame:
    """Pairs of articles that share at least `threshold` of the shorter one's runs of eight words: agency copy, mostly.

    Columns: `article_id`, `outlet`, `date`, `other_id`, `other_outlet`, `other_date`, `shared` (0 to 1). Articles of
    fewer than eight words have no run and are in no pair; nor does a run count that stands in more than twenty.
    """
    shingles = dict(zip(articles["article_id"], map(_shingles, articles["text"]), strict=True))
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for article_id, runs in shingles.items():
        for run in runs:
            holders[run].append(article_id)
    shared = Counter(pair for ids in holders.values() if 1 < len(ids) <= 20 for pair in combinations(sorted(ids), 2))
    shares = ((a, b, n / min(len(shingles[a]), len(shingles[b]))) for (a, b), n in shared.items())
    rows = sorted((a, b, share) for a, b, share in shares if share >= threshold)
    types = {"article_id": "string", "other_id": "string", "shared": "Float64"}
    pairs = pd.DataFrame(rows, columns=list(types)).astype(types)
    about = articles.set_index("article_id")[["outlet", "date"]]
    copies = pairs.join(about, on="article_id").join(about.add_prefix("other_"), on="other_id")
    return copies[["article_id", "outlet", "date", "other_id", "other_outlet", "other_date", "shared"]]


def build_actors(mentions: pd.DataFrame, articles: pd.DataFrame, *, by: Sequence[str] = ("week",)) -> pd.DataFrame:
    """Mentions that stand for an actor of `actors.csv`, counted per actor and `by` ("week", "outlet" or both).

    Columns: `actor`, `side`, `by`, `n_mentions`, `n_articles`. With "week", undated articles stay out.
    """
    groups = locate_actors(mentions, articles).dropna(subset=list(by)).groupby(["actor", "side", *by])
    actors = groups.agg(n_mentions=("mention_id", "size"), n_articles=("article_id", "nunique")).reset_index()
    return rank(actors, "actor", "side", *by)


def locate_actors(mentions: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The mentions that stand for an actor, with `outlet` and `week` of their article."""
    about = name_outlets(articles).assign(week=start_of_week(articles["date"]))[["article_id", "outlet", "week"]]
    named = mentions[mentions["actor"].notna()].merge(about, on="article_id", how="inner", validate="m:1")
    return named.assign(side=named["side"].fillna(SIDE_UNKNOWN))


def build_unmatched(mentions: pd.DataFrame, identities: pd.DataFrame | None = None) -> pd.DataFrame:
    """Names that stand for no actor yet, the most widely used first, each with a line ready for `actors.csv`.

    Columns: `name` (its fullest form in the article, white space made single), `label`, `n_mentions`, `n_articles`,
    `line`: actor, aliases, kind, side; the side is left empty for a person to fill in, the aliases are those variants
    that `identities` merges, see `build_identities`. Only names that begin with a letter.
    """
    named = mentions[mentions["actor"].isna() & mentions["label"].isin(list(NAME_KINDS))]
    plain = named.assign(name=named["name"].str.split().str.join(" "))
    counted = (
        plain[plain["name"].str.match(r"[^\W\d_]").fillna(False)]
        .groupby(["name", "label"])
        .agg(n_mentions=("mention_id", "size"), n_articles=("article_id", "nunique"))
        .reset_index()
    )
    variants: defaultdict[str, list[str]] = defaultdict(list)
    for row in () if identities is None else identities.itertuples(index=False):
        if row.decision == "merged":
            variants[row.name].append(row.variant)
    lines = [
        csv_line(row.name, "|".join(variants[row.name]), NAME_KINDS[row.label], "")
        for row in counted.itertuples(index=False)
    ]
    return rank(counted.assign(line=pd.array(lines, dtype="string")), "n_articles", "n_mentions", "name")


def count_words(texts: pd.Series) -> pd.Series:
    """Words per text: runs of letters, digits or underscores.

    >>> count_words(pd.Series(["At least 31 died.", ""])).tolist()
    [4, 0]
    """
    return texts.map(lambda text: len(WORD.findall(text))).astype("Int64")


def name_outlets(table: pd.DataFrame) -> pd.DataFrame:
    """The table with "outlet not known" where the outlet is missing."""
    return table.assign(outlet=table["outlet"].fillna(OUTLET_UNKNOWN))


def rank(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The rows ordered by these columns, counts (`n_…`) from the largest, the rest from a to z; counts as Int64."""
    typed = table.astype({name: "Int64" for name in table.columns if name.startswith("n_")})
    ascending = [not column.startswith("n_") for column in columns]
    return typed.sort_values(list(columns), ascending=ascending, kind="stable").reset_index(drop=True)


def _shingles(text: str) -> set[str]:
    words = [word.casefold() for word in WORD.findall(text)]
    return {" ".join(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)}


def csv_line(*cells: str) -> str:
    """Cells as a line of a comma-separated table, without its end.

    >>> csv_line("Red Cross", "", "organisation", "")
    'Red Cross,,organisation,'
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()
