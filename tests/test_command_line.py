"""The command line: exit statuses, one line an error, what a second run says."""

import re
import subprocess
import sys
from importlib import metadata

import pytest

from analysis import doctor
from analysis.__main__ import main
from analysis.lexicon import LexiconError
from analysis.tables import TablesError, read_tables

ARTICLE = "date 2031-03-05 The army said at least 12 people were killed."


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "one.txt").write_text(ARTICLE, encoding="utf8")
    return folder


def _run(capsys, *arguments):
    status = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_extract_says_what_is_new_and_what_is_cached(capsys, corpus, tmp_path):
    status, out, _ = _run(capsys, "extract", corpus, "--out", tmp_path / "tables")
    assert status == 0
    assert "1 new, 0 cached" in out
    assert {path.stem for path in (tmp_path / "tables").glob("*.parquet")} == {
        "articles", "mentions", "quotes", "figures", "problems"
    }  # fmt: skip
    _, out, _ = _run(capsys, "extract", corpus, "--out", tmp_path / "tables")
    assert "0 new, 1 cached" in out


def test_strict_ends_with_3_when_an_article_had_a_problem(capsys, corpus, tmp_path):
    (corpus / "empty.txt").write_text("", encoding="utf8")
    assert _run(capsys, "extract", corpus, "--out", tmp_path / "t", "--strict")[0] == 3
    assert _run(capsys, "extract", corpus, "--out", tmp_path / "t")[0] == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--model", "no_such_pipeline"], "no spaCy pipeline 'no_such_pipeline'; install it with"),
        (["--columns", "published"], "--columns 'published' has no '='"),
        (["--columns", "day=published"], "day"),
    ],
    ids=["unknown pipeline", "columns without =", "unknown column"],
)
def test_wrong_configuration_ends_with_2_and_one_line(capsys, corpus, tmp_path, options, message):
    status, _, err = _run(capsys, "extract", corpus, "--out", tmp_path / "t", *options)
    assert status == 2
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert message in err


def test_a_corpus_that_is_not_there(capsys, tmp_path):
    status, _, err = _run(capsys, "extract", tmp_path / "nowhere", "--out", tmp_path / "t")
    assert (status, "nowhere" in err) == (2, True)


@pytest.mark.parametrize(
    "command", [["doctor"], ["extract", "a.txt", "--out", "t"], ["report", "a.txt"]], ids=lambda c: c[0]
)
def test_away_from_its_checkout_it_says_how_to_install_it(capsys, tmp_path, monkeypatch, command):
    """A wheel has neither vocabulary nor notebooks: both are for editing."""
    monkeypatch.setattr("analysis.__main__.ROOT", tmp_path)
    status, _, err = _run(capsys, *command)
    assert status == 2
    assert "python -m pip install --editable" in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--out", "OUT", "-p", "tables=elsewhere"],
            "-p tables is set by the command; choose folders with --tables and --out",
        ),
        (["--out", "TABLES"], "give the pages and the tables a folder each"),
    ],
    ids=["tables as a parameter", "one folder for both"],
)
def test_folders_of_a_report_are_options(capsys, tmp_path, options, message):
    places = {"OUT": str(tmp_path / "pages"), "TABLES": str(tmp_path / "t")}
    status, _, err = _run(capsys, "report", "--tables", tmp_path / "t", *(places.get(word, word) for word in options))
    assert status == 2
    assert message in err


def test_a_damaged_table_is_named_and_made_anew(capsys, corpus, tmp_path):
    _run(capsys, "extract", corpus, "--out", tmp_path / "t")
    (tmp_path / "t" / "current" / "articles.parquet").write_bytes(b"")
    with pytest.raises(TablesError, match=r"articles\.parquet in .* is damaged; make it anew with"):
        read_tables(tmp_path / "t")
    assert _run(capsys, "extract", corpus, "--out", tmp_path / "t")[0] == 0
    assert len(read_tables(tmp_path / "t").articles)


def test_a_notebook_that_cannot_be_read_ends_with_1_and_one_line(capsys, tmp_path, monkeypatch):
    (tmp_path / "00.ipynb").write_text("<<<<<<< HEAD")
    monkeypatch.setattr("analysis.__main__.NOTEBOOKS", tmp_path)
    status, _, err = _run(capsys, "report", "--tables", tmp_path / "t", "--out", tmp_path / "pages")
    assert (status, err.count("\n")) == (1, 1)
    assert "not a notebook that can be read" in err


def test_report_without_tables_says_how_to_make_them(capsys, tmp_path):
    status, _, err = _run(capsys, "report", "--tables", tmp_path / "none", "--out", tmp_path / "pages")
    assert status == 2
    assert "python -m analysis extract" in err


def test_a_second_run_on_the_same_folder_ends_with_4(corpus, tmp_path, capsys):
    out = tmp_path / "t"
    out.mkdir()
    code = (
        "import fcntl, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX);"
        "print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(out / ".lock")], stdout=subprocess.PIPE, text=True
    ) as holder:
        holder.stdout.readline()
        status, _, err = _run(capsys, "extract", corpus, "--out", out)
        holder.kill()
    assert status == 4
    assert "another run" in err
    assert _run(capsys, "extract", corpus, "--out", out)[0] == 0  # the killed run's lock is free


def test_doctor_names_what_is_installed(capsys):
    status, out, _ = _run(capsys, "doctor")
    assert status == 0
    assert "[ok] spacy" in out
    assert "[ok] onnxruntime" in out
    assert "[ok] vocabulary" in out
    assert "[ok] pipeline" in out


DOCTORED = {  # what pyproject.toml asks for, what is installed, what doctor says
    "as it should be": (["onnxruntime>=1.20"], {"onnxruntime": "1.20.0"}, ("ok", "onnxruntime 1.20.0")),
    "missing": (["tokenizers>=0.21"], {}, ("!!", "tokenizers is missing; install it with: .* 'tokenizers>=0.21'")),
    "too old": (["pyarrow>=14.0.1"], {"pyarrow": "9.0"}, ("!!", "pyarrow 9.0 is not >=14.0.1; change it with: .*")),
    "too new": (["spacy<3.9,>=3.8"], {"spacy": "3.9"}, ("!!", "spacy 3.9 is not <3.9,>=3.8; change it with: .*")),
}  # fmt: skip


@pytest.mark.parametrize(("required", "installed", "said"), DOCTORED.values(), ids=DOCTORED)
def test_doctor_looks_for_what_the_project_requires(monkeypatch, tmp_path, required, installed, said):
    def version(name):
        if name not in installed:
            raise metadata.PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(metadata, "requires", lambda name: [*required, 'pytest>=8; extra == "dev"'])
    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setattr("analysis.doctor._pipeline", lambda model: ("ok", "pipeline"))
    mark, line = doctor.examine(None, tmp_path)[1]
    assert mark == said[0]
    assert re.fullmatch(said[1], line)


def test_doctor_parses_a_sentence_since_the_engine_is_loaded_only_then(monkeypatch):
    def broken(text):
        raise ImportError("libonnxruntime.so: cannot open shared object file")

    monkeypatch.setattr("analysis.pipeline.load_pipeline", lambda model: broken)
    mark, line = doctor._pipeline(None)
    assert mark == "!!"
    assert "libonnxruntime.so" in line


def test_doctor_says_what_is_wrong_with_the_vocabulary(monkeypatch):
    def mistaken():
        raise LexiconError("cues.csv: line 9: mode is 'rant'; use one of speech, thought")

    monkeypatch.setattr("analysis.vocabulary.check_vocabulary", mistaken)
    assert doctor._vocabulary() == ("!!", "cues.csv: line 9: mode is 'rant'; use one of speech, thought")


def test_doctor_says_the_fix(capsys):
    status, out, _ = _run(capsys, "doctor", "--model", "no_such_pipeline")
    assert status == 1
    assert "[!!] no spaCy pipeline 'no_such_pipeline'; install it with" in out


def test_a_full_disk_ends_with_1_and_one_line_and_the_old_tables_stay(capsys, corpus, tmp_path, monkeypatch):
    out = tmp_path / "t"
    assert _run(capsys, "extract", corpus, "--out", out)[0] == 0
    before = (out / "quotes.parquet").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device", str(out / "quotes.parquet"))

    monkeypatch.setattr("analysis.tables.pq.write_table", full)
    status, _, err = _run(capsys, "extract", corpus, "--out", out)
    assert status == 1
    assert err.count("\n") == 1
    assert err.startswith("error: No space left on device")
    assert "what was there before is untouched" in err
    assert (out / "quotes.parquet").read_bytes() == before


def test_whoever_gives_another_corpus_the_same_folder_is_told(capsys, corpus, tmp_path):
    _run(capsys, "extract", corpus, "--out", tmp_path / "t")
    (corpus / "one.txt").rename(corpus / "other.txt")
    status, _, err = _run(capsys, "extract", corpus, "--out", tmp_path / "t")
    assert status == 0
    assert "the tables of 1 other articles in" in err


def test_tables_stay_when_the_folder_of_articles_is_empty(capsys, corpus, tmp_path):
    _run(capsys, "extract", corpus, "--out", tmp_path / "t")
    before = (tmp_path / "t" / "quotes.parquet").read_bytes()
    (corpus / "one.txt").unlink()
    status, _, err = _run(capsys, "extract", corpus, "--out", tmp_path / "t")
    assert status == 1
    assert "there is no article, while the tables in" in err
    assert (tmp_path / "t" / "quotes.parquet").read_bytes() == before


@pytest.mark.parametrize(
    ("articles", "options", "message"),
    [
        (0, [], "no article to report on (there are 0 articles)"),
        (1, ["-p", "since=2099-01-01"], "from 2099-01-01 to the end (there are 1 articles, 2031-03-05 to 2031-03-05)"),
    ],
    ids=["empty corpus", "empty selection"],
)
def test_a_report_on_nothing_does_not_take_the_place_of_one(capsys, corpus, tmp_path, articles, options, message):
    if not articles:
        (corpus / "one.txt").unlink()
    folders = ["--tables", tmp_path / "t", "--out", tmp_path / "pages"]
    status, _, err = _run(capsys, "report", corpus, *folders, *options)
    assert status == 1
    assert message in err
    assert not list((tmp_path / "pages").glob("*.html"))


def test_a_limit_that_is_no_day_is_told_before_any_kernel_starts(capsys, corpus, tmp_path):
    folders = ["--tables", tmp_path / "t", "--out", tmp_path / "pages"]
    status, _, err = _run(capsys, "report", corpus, *folders, "-p", "since=yesterday")
    assert status == 2
    assert "parameter since is 'yesterday'; write a day as YYYY-MM-DD" in err
