"""An article that hangs or ends its process costs only itself; what was parsed is not parsed again."""

import os
import signal
import tempfile
import time
from contextlib import closing
from functools import partial

import pytest
import spacy
from samples import article

from analysis import ROOT, extraction
from analysis.cache import Cache, pack, unpack
from analysis.lexicon import LexiconError
from analysis.pipeline import parseable
from analysis.workers import Lost, WorkerError, run_batches

CORPUS_TEXTS = [path.read_text("utf-8") for path in sorted((ROOT / "data/corpus").rglob("*.txt"))[:6]]


def shout(batch: list[str]) -> list[str]:
    """Upper case; two words are poison."""
    if "hang" in batch:
        time.sleep(600)
    if "wrong" in batch:
        raise LexiconError("measures.csv: line 7: role is 'victim'")
    if "kill" in batch:
        os.kill(os.getpid(), signal.SIGKILL)
    return [word.upper() for word in batch]


def run(batches: list[list[str]], processes: int = 2) -> tuple[set[str], dict[str, str]]:
    results = list(run_batches(shout, batches, processes=processes, seconds=lambda batch: 1.0))
    lost = {result.item: result.reason for result in results if isinstance(result, Lost)}
    return {word for result in results if not isinstance(result, Lost) for word in result}, lost


def test_poison_is_named_and_everything_else_is_done():
    batches = [["a", "b"], ["c", "hang", "d"], ["kill", "e"], ["f"], ["g", "h"]]
    assert run(batches) == (
        {"A", "B", "C", "D", "E", "F", "G", "H"},
        {"hang": "came to no end", "kill": "ended the process"},
    )


def test_nothing_to_do_starts_nothing():
    assert run([]) == (set(), {})


def test_batches_are_made_when_a_process_is_free_for_them():
    made, ahead = [], []
    batches = ([made.append(n) or "a"] for n in range(9))
    for done, _ in enumerate(run_batches(shout, batches, processes=2, seconds=lambda batch: 1.0)):
        ahead.append(len(made) - done)
    assert len(ahead) == 9
    assert max(ahead) <= 6


def test_no_process_is_started_without_a_batch_for_it(tmp_path):
    started = partial(tempfile.mkstemp, dir=tmp_path)
    assert list(run_batches(shout, [["a"]], processes=3, seconds=lambda batch: 1.0, prepare=started)) == [["A"]]
    assert len(list(tmp_path.iterdir())) == 1


def test_an_article_that_failed_is_tried_again(tmp_path, monkeypatch):
    rain, snow = article("a", "It rained."), article("b", "It snowed.")
    with monkeypatch.context() as broken:
        rows = extraction.article_rows
        broken.setattr(extraction, "article_rows", lambda one, doc: rows(one, doc) if one == snow else 1 / 0)
        [problem] = extraction.extract_rows([rain, snow], tmp_path).rows["problems"]
    assert "ZeroDivisionError" in problem["problem"]
    again = extraction.extract_rows([rain, snow], tmp_path)
    assert (again.rows["problems"], again.new) == ([], 0)  # its parse was kept


def test_a_process_that_cannot_start_is_no_fault_of_the_articles():
    with pytest.raises(WorkerError, match="before it was ready"):
        list(run_batches(shout, [["a"]], processes=1, seconds=lambda batch: 1.0, prepare=partial(os._exit, 3)))


def test_what_is_wrong_with_the_configuration_is_told_as_it_is():
    with pytest.raises(LexiconError, match="line 7"):
        run([["a"], ["wrong"]])


def test_a_table_that_cannot_be_used_stops_the_run_and_empties_no_article(tmp_path, monkeypatch):
    def misread(*_):
        raise LexiconError("measures.csv: line 7: role is 'victim'")

    monkeypatch.setattr(extraction, "article_rows", misread)
    with pytest.raises(LexiconError, match="line 7"):
        extraction.extract_rows([article("a", "It rained.")], tmp_path)


def test_a_quarantined_article_is_a_problem_that_names_it_and_is_tried_again(tmp_path, monkeypatch):
    given = [article("good", "At least 12 people were killed, police said."), article("bad", "It hangs.")]

    def run_here(function, batches, **options):
        for task in [task for batch in batches for task in batch]:
            yield Lost(task, "came to no end") if task.article.article_id == "bad" else function([task])

    monkeypatch.setattr(extraction, "run_batches", run_here)
    found = extraction.extract_rows(given, tmp_path, jobs=1)
    assert [(row["path"], row["problem"], row["action"]) for row in found.rows["problems"]] == [
        ("bad.txt", "its extraction came to no end; shorten it or take it out", "quarantined, nothing extracted")
    ]
    assert {row["article_id"] for row in found.rows["figures"]} == {"good"}
    assert found.quarantined == 1
    again = extraction.extract_rows(given, tmp_path, jobs=0)  # after a mend of the rules, say
    assert (again.new, again.cached, again.quarantined) == (1, 1, 0)


def test_rows_are_the_same_in_processes_of_their_own(tmp_path):
    given = [article(f"a{n}", text) for n, text in enumerate(CORPUS_TEXTS)]
    assert (
        extraction.extract_rows(given, tmp_path / "1", jobs=1).rows
        == extraction.extract_rows(given, tmp_path / "0").rows
    )


# The cache of parses


@pytest.mark.parametrize("text", CORPUS_TEXTS, ids=range(len(CORPUS_TEXTS)))
def test_a_parse_that_was_kept_gives_the_same_rows(text, nlp):
    doc = nlp(parseable(text))
    kept = unpack(pack(doc), nlp)
    fields = ("text", "whitespace_", "lemma_", "pos_", "tag_", "dep_", "ent_type_", "is_sent_start", "morph")
    for token, other in zip(doc, kept, strict=True):
        assert [str(getattr(token, name)) for name in fields] == [str(getattr(other, name)) for name in fields]
        assert token.head.i == other.head.i
    spans = [
        [(span.start, span.end, span.label_, span.id_) for span in one.spans["attributions"]] for one in (doc, kept)
    ]
    assert spans[0] == spans[1]
    about = article("a", text)
    assert extraction.article_rows(about, doc) == extraction.article_rows(about, kept)


def test_a_changed_rule_parses_nothing(tmp_path, monkeypatch):
    given = [article(f"a{n}", text) for n, text in enumerate(CORPUS_TEXTS)]
    first = extraction.extract_rows(given, tmp_path)
    monkeypatch.setattr(extraction, "fingerprint", lambda model: "another version of the rules")
    monkeypatch.setattr(extraction, "pack", lambda doc: pytest.fail("parsed again"))
    second = extraction.extract_rows(given, tmp_path)
    assert (first.new, second.new) == (len(given), 0)
    assert first.rows == second.rows


def test_the_parsers_version_is_another_when_its_weights_are(tmp_path, monkeypatch):
    before = extraction.parser_version()
    monkeypatch.setattr(extraction, "BUNDLED", tmp_path)
    assert extraction.parser_version() != before
    rules = extraction.fingerprint()
    monkeypatch.setattr(extraction, "LEXICON", tmp_path)
    assert extraction.fingerprint() != rules


def test_a_pipeline_trained_anew_under_the_same_name_is_another(tmp_path):
    """What `spacy train` writes is always called pipeline 0.0.0."""
    versions = set()
    for n in range(2):
        other = spacy.blank("en")
        for pipe in ("tagger", "parser", "ner"):
            other.add_pipe(pipe).add_label("dep" if pipe == "parser" else f"X{n}")
        other.initialize()
        other.to_disk(tmp_path / "other")
        versions.add(extraction.parser_version(str(tmp_path / "other")))
        extraction._worker_pipeline.cache_clear()
    assert len(versions) == 2


def test_a_cache_that_cannot_be_read_is_made_anew(tmp_path):
    (tmp_path / "cache.sqlite").write_bytes(b"torn" * 2000)
    given = [article("a", CORPUS_TEXTS[0])]
    assert [extraction.extract_rows(given, tmp_path).new for _ in range(2)] == [1, 0]


def test_what_belongs_to_an_article_that_is_gone_leaves_the_cache(tmp_path):
    given = [article(f"a{n}", text) for n, text in enumerate(CORPUS_TEXTS[:2])]
    extraction.extract_rows(given, tmp_path)
    extraction.extract_rows(given[:1], tmp_path)
    with closing(Cache(tmp_path, rules=extraction.fingerprint(), parser=extraction.parser_version())) as kept:
        assert kept.rows().keys() == {extraction._key(given[0])}
        assert kept.parse(given[1].sha256) is None
        assert kept.parse(given[0].sha256)
