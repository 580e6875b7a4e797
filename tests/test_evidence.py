"""The sentence behind a record: examples with the record between ⟦ and ⟧."""

import pandas as pd
import pytest
from samples import empty, ferry, table

from analysis.accounts.coverage import count_by
from analysis.accounts.evidence import build_evidence, cite, find_sentence, link, link_scores
from analysis.anchors import anchor
from analysis.charts.display import show_table

SENTENCES = {
    "between two others": ("It rained. ⟦Twelve⟧ died. Nobody slept.", "⟦Twelve⟧ died."),
    "the whole text": ("⟦Twelve⟧ died", "⟦Twelve⟧ died"),
    "a title is no end": ("It rained. Gen. Orlo said ⟦12⟧ had died.", "Gen. Orlo said ⟦12⟧ had died."),
    "initials are no end": ("The U.S. Navy said ⟦12⟧ had died. He left.", "The U.S. Navy said ⟦12⟧ had died."),
    "a decimal is no end": ("It cost $4.5 million and ⟦12⟧ lives. Then rain.", "It cost $4.5 million and ⟦12⟧ lives."),
    "a closing mark belongs to it": ("“⟦Twelve⟧ died.” He left.", "“⟦Twelve⟧ died.”"),
    "a short name before the full stop joins": ("They left Tolm. ⟦Twelve⟧ died.", "They left Tolm. ⟦Twelve⟧ died."),
    "a paragraph ends it": ("The toll\n\n⟦Twelve⟧ died\n\nMore", "⟦Twelve⟧ died"),
    "a question": ("Who? ⟦Twelve⟧ men! Really.", "⟦Twelve⟧ men!"),
    "several sentences": ("Nothing. ⟦It rained. Twelve died.⟧ Done.", "⟦It rained. Twelve died.⟧"),
    "quotation over paragraphs": ("He said: ⟦“One.\n\n“Two.”⟧ Done.", "He said: ⟦“One.\n\n“Two.”⟧"),
}


@pytest.mark.parametrize(("text", "expected"), SENTENCES.values(), ids=SENTENCES)
def test_sentence(text, expected):
    start, end = text.index("⟦"), text.index("⟧") - 1
    plain = text.replace("⟦", "").replace("⟧", "")
    records = table("figures", [{"start_char": start, "end_char": end, "text": plain[start:end]}])
    proof = build_evidence(records, table("articles", [{"article_id": "a", "text": plain}])).iloc[0]
    assert proof["evidence"] == expected
    assert plain[proof["sentence_start"] : proof["sentence_end"]] == proof["sentence"]


def test_text_without_an_end_is_cut():
    start, end = find_sentence("word " * 1000, 2500, 2504)
    assert 0 < end - start <= 804


def test_an_article_marks_nothing_itself():
    text = "⟦Forty⟧ died, then twelve."
    records = table("figures", [{"start_char": 19, "end_char": 25, "text": "twelve"}])
    proof = build_evidence(records, table("articles", [{"article_id": "a", "text": text}])).iloc[0]
    assert (proof["evidence"], proof["sentence"]) == ("[Forty] died, then ⟦twelve⟧.", text)


def test_every_row_gets_its_article_and_keeps_its_place():
    tables = ferry()
    proof = build_evidence(tables.figures, tables.articles)
    assert proof["figure_id"].tolist() == tables.figures["figure_id"].tolist()
    assert proof["title"].tolist() == ["Ferry sinks"] * 4
    assert all(text in sentence for text, sentence in zip(proof["text"], proof["sentence"], strict=True))


def test_a_citation_names_outlet_day_and_title_and_is_in_order_of_time():
    tables = ferry()
    cited = cite(tables.figures.iloc[::-1], tables.articles, "measure", "text")
    assert list(cited.columns) == ["measure", "text", "source", "evidence", "record"]
    assert cited["source"].tolist()[0] == "Coast Wire, 2031-05-11: Ferry sinks"
    assert cited["source"].tolist()[-1].startswith("Marsh Lantern, 2031-05-12")


def test_a_count_leads_to_the_first_record_that_it_counts():
    table = count_by(ferry().figures, "group", count="n_figures")
    assert link(table, ferry().figures, "group")["url"].tolist() == [f"#{anchor('1')}", f"#{anchor('4')}"]
    assert link(table, ferry().figures.head(0), "group")["url"].isna().all()


def test_a_score_leads_to_its_first_failure_else_to_its_own_row():
    scores = pd.DataFrame({"kind": ["direct", "mixed"], "precision": [0.5, 1.0], "recall": [1.0, 0.5]})
    failed = pd.DataFrame({
        "outcome": ["missed", "spurious", "spurious"],
        "kind": [None, "direct", "direct"],
        "gold_kind": ["mixed", None, None],
    })  # fmt: skip
    linked = link_scores(scores, failed, "kind", places="quotes")
    assert linked["precision_url"].tolist() == ["#quotes-1", "#kind-1"]
    assert linked["recall_url"].tolist() == ["#kind-0", "#quotes-0"]
    html = show_table(linked, caption="Scores", places="kind").html
    assert '<tr id="kind-1"><td>mixed</td><td class="number">100%</td>' in html
    assert "quotes-" not in html


def test_a_source_says_what_is_not_known():
    article = table("articles", [{"article_id": "a", "date": None, "outlet": None, "title": None}])
    assert cite(table("figures", [{}]), article, "text")["source"].item() == "outlet not known, no date"


def test_a_record_of_another_corpus_is_refused_by_name():
    with pytest.raises(KeyError, match="article 'b' is not in the articles table"):
        build_evidence(table("figures", [{"article_id": "b"}]), table("articles", [{"article_id": "a"}]))


def test_inputs_stay_and_no_rows_give_the_same_columns():
    tables, none = ferry(), empty()
    before = tables.figures.copy(deep=True)
    columns = list(build_evidence(tables.figures, tables.articles).columns)
    pd.testing.assert_frame_equal(tables.figures, before)
    assert list(build_evidence(none.figures, none.articles).columns) == columns
