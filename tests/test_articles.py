"""The page of an article: its text letter by letter, every record marked in it, each with a row and a link both ways."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from samples import Tables, ferry, table

from analysis.anchors import anchor, page_name, target
from analysis.report.evidence import Mark, article_pages, mark_text

UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def words(markup: str) -> str:
    """What a reader reads, without the numbers after the marks."""
    root = ElementTree.fromstring(f"<div>{markup}</div>")
    for parent in root.iter():
        for child in [child for child in parent if child.get("class") == "ref"]:
            child.text = ""
    return "".join(root.itertext())


@settings(max_examples=200)
@example("one\rtwo\r\n", [])
@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.sampled_from(["quotes", "figures", "mentions"]))),
)
def test_any_text_with_any_marks_is_the_same_text(text, spans):
    spans = [(a, b, kind) for a, b, kind in spans if a < b <= len(text)]
    marks = [Mark(a, b, kind, f"{kind[0]}{n}") for n, (a, b, kind) in enumerate(spans)]
    made = mark_text(text, marks)
    plain = UNSEEN.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
    assert words(made).replace("\r", "\n") == plain
    assert sorted(re.findall(r' id="(\w+)"', made)) == sorted(mark.place for mark in marks)


KEYS = {"quotes": "quote_id", "figures": "figure_id", "mentions": "mention_id"}


def sample() -> Tables:
    """The articles of the ferry, with ids as an extraction makes them."""
    tables = ferry()
    named = {}
    for name, key in KEYS.items():
        frame = getattr(tables, name)
        named[name] = frame.assign(
            **{key: [f"{article}#{name[0]}{n}" for n, article in enumerate(frame["article_id"])]}
        )
    return replace(tables, **named)


@pytest.fixture(scope="module")
def pages() -> dict[str, ElementTree.Element]:
    tables = sample()
    return {name: ElementTree.fromstring(page) for name, page in article_pages(tables, [])}


def test_there_is_a_page_for_every_article(pages):
    assert pages.keys() == {page_name(article) for article in ferry().articles["article_id"]}


def test_every_record_has_a_mark_and_a_row_that_lead_to_each_other(pages):
    tables, seen = sample(), 0
    for name, key in KEYS.items():
        for row in getattr(tables, name).itertuples():
            place = getattr(row, key).rpartition("#")[2]
            page = pages[page_name(row.article_id)]
            assert page.find(f".//*[@id='{place}']") is not None
            line = page.find(f".//tr[@id='row-{place}']")
            assert line.find(".//a").get("href") == f"#{place}"
            seen += 1
    assert seen


def test_links_of_reports_lead_to_these_pages():
    record = "front/raid#f12"
    assert target(record) == f"articles/{page_name('front/raid')}#f12"
    assert anchor(record) != anchor("other#f12")
    assert target('x"><script>#f1"><script>').endswith("#x"), "a place that is none leads to none"


def test_an_article_without_anything_has_a_page():
    bare = Tables(
        table("articles", [{"article_id": "a", "outlet": pd.NA, "title": pd.NA, "date": None}]),
        *(table(name) for name in ("mentions", "quotes", "figures", "problems")),
    )
    [(_, page)] = article_pages(bare, [])
    assert "Twelve died, she said." in page.decode()
