"""Which articles tell of one event: grouped by the names and words that they share and that belong to those days.

Tables in, new tables out; no model, no chance: the same articles in any order give the same stories.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

NAME_LABELS = ("PERSON", "ORG", "LOC", "FAC", "NORP", "MISC", "PRODUCT")
TITLE_LABELS = ("LOC", "FAC", "ORG")  # places and bodies name an event better than the people who speak of it

# Letters only, four or more: numbers differ between the accounts of one event, that is the subject of this project.
_WORD = re.compile(r"[^\W\d_]{4,40}")
_TOP = 150  # an article is its weightiest words: a long one is then no likelier to resemble the rest
_ALONE = 0.25  # the part of its weight that a word keeps when no other article of those days has it
_NAMED = 1.5  # how many times a word of a name weighs what another does


@dataclass(slots=True)
class _Story:
    articles: list[str] = field(default_factory=list)
    similarities: list[float | None] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)  # the sum of its articles' vectors …
    square: float = 0.0  # … and the square of its length
    last: pd.Timestamp = pd.NaT


def build_stories(
    articles: pd.DataFrame, mentions: pd.DataFrame, *, days: int = 7, threshold: float = 0.28
) -> pd.DataFrame:
    """One row per article with the story it belongs to.

    Columns: `article_id`, `story_id` ("story 1", …, by date of the first article), `story` (its weightiest words and
    its dates), `date`, `outlet`, `title`, `similarity` (cosine to the articles before it, missing for the first).

    The rules: an article is a set of weighted words of four letters or more; words that more than half of the articles
    have count only when they stand in a mention of a person, organisation or place. A word weighs the more, the fewer
    articles have it, those of the `days` before and after counting half: what is common in these days and rare in
    others makes an event. It weighs more in a name, and less when no other article of these days has it. In order of
    date, an article joins the story it is most similar to, if the cosine with the sum of that story's articles is at
    least `threshold` and the story's last article is at most `days` older; else it begins a story. An article without a
    date begins one: its time is not guessed. A return to the event after a longer silence is a new story.
    """
    names = mentions[mentions["label"].isin(NAME_LABELS) & mentions["article_id"].isin(articles["article_id"])]
    vectors = _weigh(articles, _name_words(names), days)
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


def _name_words(names: pd.DataFrame) -> dict[str, set[str]]:
    texts = names.dropna(subset=["text"]).groupby("article_id")["text"].agg("\n".join)
    return {article_id: _words(text) for article_id, text in texts.items()}


def _weigh(articles: pd.DataFrame, named: dict[str, set[str]], days: int) -> dict[str, dict[str, float]]:
    """Unit vectors: (1 + log count) · log(articles / those with the word, where those of these days count half)."""
    counts = _count_words(articles)
    known = articles[articles["date"].notna()]
    dates = {key: date.toordinal() for key, date in zip(known["article_id"], known["date"], strict=True)}
    seen: defaultdict[str, list[int]] = defaultdict(list)
    for key in sorted(dates, key=lambda key: dates[key]):
        for word in counts[key]:
            seen[word].append(dates[key])
    names = set().union(*named.values())
    usual = {word for word, days_seen in seen.items() if len(days_seen) > len(dates) / 2 and word not in names}
    vectors: dict[str, dict[str, float]] = {key: {} for key in counts}
    for key, date in dates.items():
        vector, own = {}, named.get(key, set())
        for word, n in counts[key].items():
            near = _near(seen[word], date, days)
            if word not in usual:
                rarity = math.log((len(dates) + 1) / (len(seen[word]) - near / 2 + 0.5))
                vector[word] = (1 + math.log(n)) * rarity * (1 if near > 1 else _ALONE) * (_NAMED if word in own else 1)
        vectors[key] = _unit(vector)
    return vectors


def _near(dates: list[int], date: int, days: int) -> int:
    """How many of the sorted dates lie at most `days` from the date."""
    return bisect_right(dates, date + days) - bisect_left(dates, date - days)


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
    return math.fsum(vector[word] * story.words[word] for word in vector.keys() & story.words.keys())


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
    named = _places_and_bodies(names)
    persons = names.loc[names["label"].eq("PERSON").fillna(False), "text"]
    spellings = _spell(word for name in persons.dropna() for word in _WORD.findall(name))
    spellings |= _spell(name for found in named.values() for name in found)
    usual = _usual_names(named, len(articles))
    rows = [
        (article_id, f"story {number}", title, similarity)
        for number, story in enumerate(stories, 1)
        for title in [_title(story, named, spellings, usual, dates)]
        for article_id, similarity in zip(story.articles, story.similarities, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["article_id", "story_id", "story", "similarity"])
    typed = table.astype({"article_id": "string", "story_id": "string", "story": "string", "similarity": "Float64"})
    details = articles[["article_id", "date", "outlet", "title"]].astype({"article_id": "string"})
    columns = ["article_id", "story_id", "story", "date", "outlet", "title", "similarity"]
    return typed.merge(details, on="article_id", how="left", validate="1:1")[columns]


def _places_and_bodies(names: pd.DataFrame) -> dict[str, list[str]]:
    """The names of each article that the corpus as a whole takes for a place or a body: one odd label is outvoted."""
    keyed = names.assign(key=names["name"].str.casefold())
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, label in zip(keyed["key"], keyed["label"], strict=True):
        votes[key][label] += 1
    kept = {key for key, labels in votes.items() if labels.most_common(1)[0][0] in TITLE_LABELS}
    return keyed[keyed["key"].isin(list(kept))].groupby("article_id")["name"].agg(list).to_dict()


def _usual_names(named: dict[str, list[str]], n_articles: int) -> set[str]:
    """Names that stand in more than half of the articles: they tell no story from another."""
    spread = Counter(key for names in named.values() for key in {name.casefold() for name in names})
    return {key for key, n in spread.items() if n > n_articles / 2}


def _title(
    story: _Story,
    named: dict[str, list[str]],
    spellings: dict[str, str],
    usual: set[str],
    dates: dict[str, pd.Timestamp],
) -> str:
    """The two names that most of its articles share and that weigh most, the weightiest other word, and the days."""
    chosen: list[str] = []
    spread = Counter(key for article_id in story.articles for key in {n.casefold() for n in named.get(article_id, [])})
    for key in sorted(spread, key=lambda key: (key in usual, -spread[key] * _weight(key, story), key)):
        if len(chosen) < 2 and not _words(key) & _words(" ".join(chosen)):
            chosen.append(spellings[key])
    spoken = _words(" ".join(spread))
    others = [word for word in story.words if word not in spoken]
    rest = sorted(others, key=lambda word: (-story.words[word], word))[: 3 - len(chosen)]
    words = [*chosen, *(spellings.get(word, word) for word in rest)]
    days = [dates[article_id] for article_id in story.articles]
    return f"{', '.join(words) or 'no words'} ({_span(min(days), max(days))})"


def _spell(names: Iterable[str]) -> dict[str, str]:
    """Each name once, spelled as most often; capitals only, as in a dateline, when there is no other spelling."""
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        seen[name.casefold()][" ".join(name.split())[:40]] += 1
    return {key: min(forms, key=lambda form: (form.isupper(), -forms[form], form)) for key, forms in seen.items()}


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
