"""The tables: columns, types, offsets, cache; an empty corpus gives empty tables with the right columns."""

from dataclasses import replace

import pandas as pd
import pytest
from samples import article

from analysis import extraction
from analysis.corpus import read_articles
from analysis.extraction import Task, batches, build_tables
from analysis.tables import SCHEMAS, TablesError, as_table, read_tables, write_tables
from analysis.workers import ExtractionError

TEXT = "“We lost nine men,” said Col. Ana Reyes on Monday. At least 12 people were killed, police said."


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"date 2031-03-05 In {name}. {TEXT}", encoding="utf8")
    return folder


def _extracted(corpus, out):
    built, extraction = build_tables(read_articles([corpus]), out)
    write_tables(built, out)
    return read_tables(out), extraction


def test_an_empty_corpus_has_all_columns_and_types(tmp_path):
    write_tables({name: as_table(name, []) for name in SCHEMAS}, tmp_path)
    empty = read_tables(tmp_path)
    for name, schema in SCHEMAS.items():
        frame = getattr(empty, name)
        assert list(frame.columns) == schema.names
        assert frame.empty
    assert empty.quotes["start_char"].dtype == "Int64"
    assert empty.figures["low"].dtype == "Float64"
    assert empty.figures["asserted"].dtype == "boolean"
    assert empty.articles["date"].dtype == "datetime64[us]"
    assert empty.mentions["actor"].dtype == "string"


def test_every_offset_points_at_its_text(corpus, tmp_path):
    found, _ = _extracted(corpus, tmp_path / "out")
    texts = found.articles.set_index("article_id")["text"]
    rows = 0
    for name in ("mentions", "quotes", "figures"):
        for row in getattr(found, name).itertuples():
            assert texts[row.article_id][row.start_char : row.end_char] == row.text
            rows += 1
    assert rows > 9


def test_missing_is_missing(corpus, tmp_path):
    found, _ = _extracted(corpus, tmp_path / "out")
    assert found.articles["outlet"].isna().all()
    at_least = found.figures[found.figures["text"] == "At least 12"]
    assert len(at_least) == 3
    assert at_least["high"].isna().all()
    assert (at_least["low"] == 12).all()


def test_a_second_run_parses_nothing_and_a_changed_article_is_parsed_alone(corpus, tmp_path, monkeypatch):
    first, run = _extracted(corpus, tmp_path / "out")
    assert (run.new, run.cached) == (3, 0)
    with monkeypatch.context() as context:
        context.setattr(extraction, "_parse", lambda *_: pytest.fail("parsed again"))
        second, run = _extracted(corpus, tmp_path / "out")
    assert (run.new, run.cached) == (0, 3)
    pd.testing.assert_frame_equal(first.quotes, second.quotes)
    (corpus / "a.txt").write_text("date 2031-03-05 Nothing happened.", encoding="utf8")
    (corpus / "b.txt").unlink()
    third, run = _extracted(corpus, tmp_path / "out")
    assert (run.new, run.cached) == (1, 1)
    assert set(third.quotes["article_id"]) == {"c"}


def test_an_article_that_breaks_a_component_costs_no_other(tmp_path, monkeypatch):
    honest = extraction.article_rows

    def breaks(one, doc):
        if one.article_id == "bad":
            raise RuntimeError("boom")
        return honest(one, doc)

    monkeypatch.setattr(extraction, "article_rows", breaks)
    found = extraction.extract_rows([article("bad", TEXT), article("good", TEXT)], tmp_path)
    assert {row["article_id"] for row in found.rows["quotes"]} == {"good"}
    assert [(row["path"], row["action"]) for row in found.rows["problems"]] == [
        ("bad.txt", "article kept, nothing extracted")
    ]


def test_what_breaks_every_article_is_no_articles_fault(tmp_path, monkeypatch):
    def breaks(one, doc):
        raise RuntimeError("boom")

    monkeypatch.setattr(extraction, "article_rows", breaks)
    with pytest.raises(ExtractionError, match="boom; so with all 2 articles"):
        extraction.extract_rows([article("one", TEXT), article("two", TEXT)], tmp_path)


def test_rows_do_not_depend_on_the_articles_beside_them(tmp_path):
    alone = extraction.extract_rows([article("x", TEXT)], tmp_path / "1").rows
    others = [article(f"o{n}", TEXT * n) for n in range(1, 5)]
    together = extraction.extract_rows([*others, article("x", TEXT)], tmp_path / "2").rows
    for name in ("mentions", "quotes", "figures"):
        assert [row for row in together[name] if row["article_id"] == "x"] == alone[name]


@pytest.mark.parametrize(
    ("lengths", "sizes"),
    [([10] * 20, [8, 8, 4]), ([50_000, 50_000, 10], [1, 2]), ([200_000], [1]), ([], [])],
    ids=["eight articles", "by length", "one long article", "none"],
)
def test_batches_are_sized_by_articles_and_length(lengths, sizes):
    articles = [Task(article(str(n), "x" * length)) for n, length in enumerate(lengths)]
    assert [len(batch) for batch in batches(articles)] == sizes


def test_tables_that_are_not_there_say_how_to_make_them(tmp_path):
    with pytest.raises(TablesError, match=r"articles.parquet is not in .*python -m analysis extract"):
        read_tables(tmp_path)


def test_tables_of_another_version_say_how_to_make_them_anew(tmp_path):
    made = {name: as_table(name, []) for name in SCHEMAS}
    write_tables({**made, "figures": made["figures"].drop_columns(["standing"])}, tmp_path)
    with pytest.raises(TablesError, match=r"figures.parquet in .* has no column 'standing'.*analysis extract"):
        read_tables(tmp_path)


def test_the_key_of_an_article_holds_what_its_rows_hold():
    one = article("a", TEXT)
    assert extraction._key(one) != extraction._key(replace(one, outlet="Other"))
    assert extraction._key(one) != extraction._key(replace(one, date=None))


def test_a_part_points_to_its_whole_by_id(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("Twelve people died, among them four children.", encoding="utf8")
    whole, part = _extracted(folder, tmp_path / "out")[0].figures.to_dict("records")
    assert part["subset_of"] == whole["figure_id"]
    assert pd.isna(whole["subset_of"])
