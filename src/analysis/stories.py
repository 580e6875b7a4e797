"""Which articles tell of one event: grouped by shared names and rare words within a window of days.

Tables in, new tables out; no model, no chance: the same articles in any order give the same stories.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass, field

import pandas as pd

NAME_LABELS = ("PERSON", "ORG", "LOC", "FAC", "NORP", "MISC", "PRODUCT")
TITLE_LABELS = ("ORG", "LOC", "FAC", "PERSON")

# Letters only, four or more: numbers differ between the accounts of one event, that is the subject of this project.
_WORD = re.compile(r"[^\W\d_]{4,40}")
_NAME_WEIGHT = 2.0  # who and where tell events apart better than what: every shelling has shells
_TOP = 100  # an article is its weightiest words: a long one is then no likelier to resemble the rest


@dataclass(slots=True)
class _Story:
    articles: list[str] = field(default_factory=list)
    similarities: list[float | None] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)  # the sum of its articles' vectors …
    square: float = 0.0  # … and the square of its length
    last: pd.Timestamp = pd.NaT


def build_stories(
    articles: pd.DataFrame, mentions: pd.DataFrame, *, days: int = 7, threshold: float = 0.2
) -> pd.DataFrame:
    """One row per article with the story it belongs to.

    Columns: `article_id`, `story_id` ("story 1", …, by date of the first article), `story` (its weightiest words and
    its dates), `date`, `outlet`, `title`, `similarity` (cosine to the articles before it, missing for the first).

    The rules: an article is its hundred weightiest words (four letters or more) with tf-idf weights; a word that
    stands in a mention of a person, organisation or place counts twice, any other word only when at most half of the
    articles have it. In order of date, an article joins the story it is most similar to, if the cosine with the sum of
    that story's articles is at least `threshold` and the story's last article is at most `days` older; else it begins
    a story. An article without a date begins one: its time is not guessed.
    """
    names = mentions[mentions["label"].isin(NAME_LABELS) & mentions["article_id"].isin(articles["article_id"])]
    vectors = _weigh(_count_words(articles), _name_words(names))
    stories: list[_Story] = []
    for row in articles.sort_values(["date", "article_id"], na_position="last").itertuples():
        vector = vectors[row.article_id]
        story, similarity = _find_story(stories, vector, row.date, days=days, threshold=threshold)
        if story is None:
            stories.append(story := _Story())
        _add(story, row.article_id, vector, row.date, similarity)
    return _to_table(stories, articles, names)


def join_stories(table: pd.DataFrame, stories: pd.DataFrame) -> pd.DataFrame:
    """The rows of any table with an `article_id`, with `story_id` and `story`; no row is lost, the order is kept."""
    return table.merge(stories[["article_id", "story_id", "story"]], on="article_id", how="left", validate="m:1")


def _count_words(articles: pd.DataFrame) -> dict[str, Counter[str]]:
    texts = articles["title"].astype("string").fillna("") + "\n" + articles["text"].astype("string")
    ids = articles["article_id"]
    return {key: Counter(w.casefold() for w in _WORD.findall(text)) for key, text in zip(ids, texts, strict=True)}


def _name_words(names: pd.DataFrame) -> set[str]:
    return {word.casefold() for name in names["text"].dropna().unique() for word in _WORD.findall(name)}


def _weigh(counts: dict[str, Counter[str]], names: set[str]) -> dict[str, dict[str, float]]:
    """Unit vectors: (1 + log count) · log(1 + articles / articles with the word), doubled for names."""
    spread = Counter(word for count in counts.values() for word in count)
    total = len(counts)
    weights = {
        word: math.log(1 + total / n) * (_NAME_WEIGHT if word in names else 1.0)
        for word, n in spread.items()
        if word in names or n <= total / 2
    }
    return {
        key: _unit({word: (1 + math.log(n)) * weights[word] for word, n in count.items() if word in weights})
        for key, count in counts.items()
    }


def _unit(vector: dict[str, float]) -> dict[str, float]:
    top = dict(sorted(vector.items(), key=lambda item: (-item[1], item[0]))[:_TOP])
    length = math.sqrt(math.fsum(value * value for value in top.values()))
    return {word: value / length for word, value in top.items()}


def _find_story(
    stories: list[_Story], vector: dict[str, float], date: pd.Timestamp, *, days: int, threshold: float
) -> tuple[_Story | None, float | None]:
    if pd.isna(date):
        return None, None
    near = [story for story in stories if pd.notna(story.last) and (date - story.last).days <= days]
    scored = [(_cosine(vector, story), -place, story) for place, story in enumerate(near)]
    best = max(scored, key=lambda item: item[:2], default=(0.0, 0, None))
    return (best[2], best[0]) if best[0] >= threshold else (None, None)


def _cosine(vector: dict[str, float], story: _Story) -> float:
    return _dot(vector, story) / math.sqrt(story.square) if story.square else 0.0


def _dot(vector: dict[str, float], story: _Story) -> float:
    return math.fsum(value * story.words[word] for word, value in vector.items() if word in story.words)


def _add(
    story: _Story, article_id: str, vector: dict[str, float], date: pd.Timestamp, similarity: float | None
) -> None:
    story.articles.append(article_id)
    story.similarities.append(similarity)
    story.square += 2 * _dot(vector, story) + math.fsum(value * value for value in vector.values())
    story.words.update(vector)
    story.last = date


def _to_table(stories: list[_Story], articles: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    dates = dict(zip(articles["article_id"], articles["date"], strict=True))
    named = names[names["label"].isin(TITLE_LABELS)].groupby("article_id")["text"].agg(list).to_dict()
    rows = [
        (article_id, f"story {number}", title, similarity)
        for number, story in enumerate(stories, 1)
        for title in [_title(story, named, dates)]
        for article_id, similarity in zip(story.articles, story.similarities, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["article_id", "story_id", "story", "similarity"])
    typed = table.astype({"article_id": "string", "story_id": "string", "story": "string", "similarity": "Float64"})
    details = articles[["article_id", "date", "outlet", "title"]].astype({"article_id": "string"})
    columns = ["article_id", "story_id", "story", "date", "outlet", "title", "similarity"]
    return typed.merge(details, on="article_id", how="left", validate="1:1")[columns]


def _title(story: _Story, named: dict[str, list[str]], dates: dict[str, pd.Timestamp]) -> str:
    """The two weightiest names, the weightiest other word, and the days."""
    names = {" ".join(name.split())[:40] for article_id in story.articles for name in named.get(article_id, [])}
    chosen: list[str] = []
    for name in sorted(names, key=lambda name: (-_weight(name, story), name)):
        if len(chosen) < 2 and not _words(name) & _words(" ".join(chosen)):
            chosen.append(name)
    spoken = _words(" ".join(names))
    others = [word for word in story.words if word not in spoken]
    words = [*chosen, *sorted(others, key=lambda word: (-story.words[word], word))[: 3 - len(chosen)]]
    days = [dates[article_id] for article_id in story.articles]
    return f"{', '.join(words) or 'no words'} ({_span(min(days), max(days))})"


def _weight(name: str, story: _Story) -> float:
    words = _words(name)
    return sum(story.words.get(word, 0.0) for word in words) / max(len(words), 1)


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


def _span(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """The days as people write them.

    >>> _span(pd.Timestamp("2031-05-11"), pd.Timestamp("2031-05-13"))
    '11–13 May 2031'
    """
    if pd.isna(first):
        return "no date"
    end = f"{last.day} {last:%b %Y}"
    if first == last:
        return end
    start = f"{first.day}" if (first.year, first.month) == (last.year, last.month) else f"{first.day} {first:%b %Y}"
    return f"{start}–{end}" if " " not in start else f"{start} – {end}"
