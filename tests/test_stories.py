"""Stories: which articles belong together, by examples of a few sentences."""

import pandas as pd
import pytest
from samples import empty, ferry, table

from analysis.accounts.stories import build_stories, join_stories

FERRY = "The passenger ferry sank in the strait near Tolm after an explosion; divers searched the wreck for passengers."
DAM = "Floodwater tore through villages below the Keth reservoir after engineers opened the sluice gates overnight."
NAMES = {"Tolm": "LOC", "Keth": "LOC"}


def corpus(*articles: tuple[str, str | None, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Articles (id, day, text) and the mentions of the names that stand in them."""
    rows = [{"article_id": key, "date": day, "title": None, "text": text} for key, day, text in articles]
    found = [
        {"article_id": key, "text": name, "label": label}
        for key, _, text in articles
        for name, label in NAMES.items()
        if name in text
    ]
    return table("articles", rows), table("mentions", found)


def groups(stories: pd.DataFrame) -> list[list[str]]:
    return [sorted(ids) for _, ids in stories.groupby("story_id")["article_id"]]


TWO_EVENTS = [
    ("ferry-1", "2031-05-11", FERRY),
    (
        "ferry-2",
        "2031-05-12",
        "Divers found more passengers in the ferry wreck off Tolm; the explosion is unexplained.",
    ),
    ("dam-1", "2031-05-11", DAM),
    (
        "dam-2",
        "2031-05-13",
        "The sluice gates above the villages at Keth were opened without warning, engineers admit.",
    ),
]


def test_articles_of_one_event_are_one_story():
    assert groups(build_stories(*corpus(*TWO_EVENTS))) == [["dam-1", "dam-2"], ["ferry-1", "ferry-2"]]


def test_the_order_of_the_articles_does_not_matter():
    forward, backward = build_stories(*corpus(*TWO_EVENTS)), build_stories(*corpus(*reversed(TWO_EVENTS)))
    pd.testing.assert_frame_equal(forward, backward)


def test_the_same_words_after_a_long_silence_are_a_new_story():
    late = ("ferry-3", "2032-05-11", FERRY)
    assert ["ferry-3"] in groups(build_stories(*corpus(*TWO_EVENTS, late)))


def test_an_article_without_a_date_stays_alone():
    stories = build_stories(*corpus(*TWO_EVENTS, ("ferry-3", None, FERRY)))
    assert ["ferry-3"] in groups(stories)
    assert "no date" in stories.set_index("article_id").loc["ferry-3", "story"]


def test_a_story_is_named_by_its_words_and_days():
    names = build_stories(*corpus(*TWO_EVENTS)).set_index("article_id")["story"]
    assert names["ferry-1"].startswith("Tolm, ")
    assert names["ferry-1"].endswith("(11–12 May 2031)")
    assert names["ferry-1"] == names["ferry-2"] != names["dam-1"]


def test_the_first_article_is_similar_to_none_before_it():
    stories = build_stories(*corpus(*TWO_EVENTS)).set_index("article_id")["similarity"]
    assert pd.isna(stories["ferry-1"])
    assert stories["ferry-2"] >= 0.25


@pytest.mark.parametrize("text", ["", "1 2 3", "ab cd"], ids=["empty", "digits", "short words"])
def test_text_without_words_makes_a_story_of_its_own(text):
    stories = build_stories(*corpus(("x", "2031-05-11", text), ("y", "2031-05-11", text)))
    assert groups(stories) == [["x"], ["y"]]


def test_joining_keeps_every_row_in_its_order():
    tables = ferry()
    joined = join_stories(tables.figures, build_stories(tables.articles, tables.mentions))
    assert joined["figure_id"].tolist() == tables.figures["figure_id"].tolist()
    assert joined["story"].notna().all()


def test_no_articles_make_no_stories():
    none = build_stories(empty().articles, empty().mentions)
    assert none.empty
    assert list(none.columns) == list(build_stories(*corpus(*TWO_EVENTS)).columns)
