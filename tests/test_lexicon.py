"""The tables that researchers edit: what a spreadsheet makes of them is read, what cannot be used is named by its line."""

import pytest

from analysis import ROOT, cues, descriptions, vocabulary
from analysis.actors import read_actors
from analysis.figures import nouns, severity, triggers
from analysis.lexicon import LexiconError, choose, read_lexicon
from analysis.numbers import words
from analysis.speakers import naming

HEAD = "# Who says what, and how.\nverb,stance\n"
READ = {
    "as it comes": (HEAD + "say,report\n", [("say", "report", "3")]),
    "comments and blank lines": (HEAD + "\n# verbs\nsay, report \n", [("say", "report", "5")]),
    "from a spreadsheet": (
        '\ufeff"# Who says what, and how.",\r\nverb,stance\r\n,\r\nsay,report\r\n', [("say", "report", "4")]
    ),
    "a comma and a mark": (HEAD + '"say, ""so""",report\n', [('say, "so"', "report", "3")]),
    "a cell of two lines": (HEAD + '"say\nso",report\nadd,report\n', [("say\nso", "report", "3"), ("add", "report", "5")]),
    "no rows": (HEAD, []),
}  # fmt: skip
REFUSED = {
    "not there": (None, "no such table; restore it"),
    "empty": ("# nothing\n", "empty; the first line must be verb,stance"),
    "other columns": ("verb;stance\nsay;report\n", "line 1: no column 'verb'; there are verb;stance"),
    "a cell too many": (HEAD + "say,report,so\n", "line 3: 3 cells where the header has 2; put a cell that contains a"),
    "nothing to look for": (HEAD + ",report\n", "line 3: verb is empty; give it a value or delete the line"),
    "a mark not closed": (HEAD + 'say,report\n"add,report\n', "line 4: not a row .*; close quotation marks"),
    "another encoding": ((HEAD + "say,caf\xe9\n").encode("latin-1"), "line 3: not UTF-8; save the table as UTF-8"),
}


def written(folder, content):
    if content is not None:
        (folder / "t.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_lexicon("t", ("verb", "stance"), folder=folder)


@pytest.mark.parametrize(("content", "rows"), READ.values(), ids=READ)
def test_tables_are_read(tmp_path, content, rows):
    assert [(row["verb"], row["stance"], row["line"]) for row in written(tmp_path, content)] == rows


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_used_is_named(tmp_path, content, message):
    with pytest.raises(LexiconError, match=f"t.csv: {message}"):
        written(tmp_path, content)


def test_a_value_that_is_none_of_the_choices_is_named_with_them():
    with pytest.raises(LexiconError, match=r"verbs\.csv: line 3: stance is 'rant'; use one of report, deny"):
        choose({"stance": "rant", "line": "3"}, "stance", ("report", "deny"), name="verbs")


def test_a_cell_that_may_be_empty_is_said_to():
    with pytest.raises(LexiconError, match=r"verbs\.csv: line 3: mode is 'rant'; use one of speech, or leave it empty"):
        choose({"mode": "rant", "line": "3"}, "mode", ("speech", ""), name="verbs")


# a table, a field of it that the code reads only in certain values, and the module with the function that reads it
CHOSEN = [
    ("cues", "stance", cues, "read_cues"), ("cues", "mode", cues, "read_cues"), ("cues", "frames", cues, "read_cues"),
    ("negation", "kind", cues, "read_negations"), ("cue_nouns", "stance", cues, "read_nouns_of_saying"),
    ("hearsay", "stance", cues, "read_hearsay"),
    ("parties", "kind", descriptions, "read_parties"), ("parties", "only", descriptions, "read_parties"),
    ("roles", "kind", descriptions, "read_roles"), ("titles", "kind", descriptions, "read_titles"),
    ("titles", "gender", descriptions, "read_titles"), ("sources", "kind", naming, "noun_rows"),
    ("sources", "again", naming, "noun_rows"), ("measures", "role", triggers, "triggers"),
    ("measures", "needs", triggers, "triggers"), ("people", "kind", nouns, "people"),
    ("severity", "severity", severity, "read_severities"), ("quantities", "kind", words, "read_words"),
    ("quantities", "qualifier", words, "read_words"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "field", "module", "reader"), CHOSEN, ids=[f"{c[0]}-{c[1]}" for c in CHOSEN])
def test_a_value_that_no_rule_reads_is_refused(monkeypatch, table, field, module, reader):
    first, *rest = read_lexicon(table, ())

    def mistaken(name, fields, **options):
        return ({**first, field: "rant"}, *rest) if name == table else read_lexicon(name, fields, **options)

    monkeypatch.setattr(module, "read_lexicon", mistaken)
    with pytest.raises(LexiconError, match=rf"{table}\.csv: line {first['line']}: {field} is 'rant'; use one of \w+"):
        getattr(module, reader).__wrapped__()


def test_all_tables_are_read_before_the_first_article():
    readers = {getattr(module, reader) for *_, module, reader in CHOSEN} | {read_actors}
    assert readers == set(vocabulary.READERS)
    tables = set(vocabulary.PLAIN) | {"actors"} | {table for table, *_ in CHOSEN}
    assert tables == {path.stem for path in (ROOT / "data" / "lexicon").glob("*.csv")}
    vocabulary.check_vocabulary()


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "lexicon").glob("*.csv")), ids=lambda path: path.stem)
def test_no_row_of_ours_stands_twice(path):
    header = next(line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")).split(",")
    rows = [tuple(row[field] for field in header) for row in read_lexicon(path.stem, (header[0],))]
    assert len(set(rows)) == len(rows)
