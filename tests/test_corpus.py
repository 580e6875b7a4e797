"""What the reader of articles promises: every item ends in one fate, text stays as it is, nothing is guessed."""

import csv
import datetime
import hashlib
import io
import json
import os
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import corpus
from analysis.corpus import Problem, Reading, parse_date, read_articles

Files = Mapping[str, str | bytes]
HARBOUR = "The ferry sank off Port Elin, the harbour master said."
QUARRY = "Two miners were hurt in the quarry, a nurse said."


def read(folder: Path, files: Files, **options: Mapping[str, str]) -> Reading:
    """Write the files, read the folder, and check what holds for every reading whatsoever."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    reading = read_articles([folder], **options)
    check(reading)
    return reading


def check(reading: Reading) -> None:
    counts, actions = reading.counts, [problem.action for problem in reading.problems]
    assert counts["found"] == counts["read"] + counts["duplicate"] + counts["rejected"]
    assert counts["read"] == len(reading.articles)
    assert (counts["duplicate"], counts["rejected"]) == (actions.count("duplicate"), actions.count("rejected"))
    assert len({article.article_id for article in reading.articles}) == counts["read"]
    for article in reading.articles:
        assert article.sha256 == hashlib.sha256(article.text.encode()).hexdigest()
        assert article.article_id
        assert "" not in (article.title, article.outlet, article.url)
    for problem in reading.problems:
        " ".join(filter(None, [problem.path, problem.field, problem.value, problem.problem])).encode()
        assert len(problem.value or "") <= 200


def the(reading: Reading) -> corpus.Article:
    (article,) = reading.articles
    return article


def rejected(reading: Reading) -> Problem:
    assert reading.counts == {"found": 1, "read": 0, "duplicate": 0, "rejected": 1}
    return reading.problems[-1]


# --- Text files: where the header ends, the body is exactly what is left.

HEADERS = {
    "date-runs-on": (" date 2031-05-02 The ferry sank.", "2031-05-02", "The ferry sank."),
    "date-alone": ("date 2031-05-02\nThe ferry sank.\n", "2031-05-02", "The ferry sank.\n"),
    "date-alone-crlf": ("date 2031-05-02\r\nThe ferry\r\nsank.", "2031-05-02", "The ferry\r\nsank."),
    "byte-order-mark": ("\ufeff date 2031-05-02 The ferry sank.", "2031-05-02", "The ferry sank."),
    "blank-lines-before": ("\n \t\n date 2031-05-02 The ferry sank.", "2031-05-02", "The ferry sank."),
    "blank-lines-after": ("date 2031-05-02\n\nThe ferry sank.\n\n\n", "2031-05-02", "\nThe ferry sank.\n\n\n"),
    "no-header": ("The ferry sank.", None, "The ferry sank."),
    "date-in-the-body": ("The date 2031-05-02 is set.", None, "The date 2031-05-02 is set."),
    "no-date-after-the-word": ("Date with a ferry.", None, "Date with a ferry."),
    "a-longer-token": ("date 2031-05-02-b The ferry.", None, "date 2031-05-02-b The ferry."),
    "front-matter": ("---\ndate: 2031-05-02\n---\n\nThe ferry sank.", "2031-05-02", "\nThe ferry sank."),
    "front-matter-crlf": ("---\r\nDate: 2031-05-02\r\n---\r\nA\r\nB", "2031-05-02", "A\r\nB"),
    "front-matter-mark": ("\ufeff---\ndate: 2 May 2031\n...\nThe ferry sank.", "2031-05-02", "The ferry sank."),
    "front-matter-open": ("---\ndate: 2031-05-02\nThe ferry.", None, "---\ndate: 2031-05-02\nThe ferry."),
    "rules-in-the-body": ("---\nThe ferry sank.\n---\nMore.", None, "---\nThe ferry sank.\n---\nMore."),
    "speech-between-rules": ("---\nShe: the ferry: sank.\n---\n", None, "---\nShe: the ferry: sank.\n---\n"),
}


@pytest.mark.parametrize(("content", "date", "text"), HEADERS.values(), ids=HEADERS)
def test_header_ends_where_the_body_begins(tmp_path, content, date, text):
    article = the(read(tmp_path, {"a.txt": content}))
    assert (article.date and str(article.date), article.text) == (date, text)


def test_front_matter_values_stay_text(tmp_path):
    header = "---\nid: 0071\ntitle: No\noutlet: NA\nurl: 1e5\ndate: 2031-05-02\n---\n"
    article = the(read(tmp_path, {"a.md": header + HARBOUR}))
    assert (article.article_id, article.title, article.outlet, article.url) == ("0071", "No", "NA", "1e5")


def test_colon_in_a_title_is_read_and_reported(tmp_path):
    reading = read(tmp_path, {"a.md": f'---\ntitle: Elin: "ferry" sank\ndate: "2031-05-02"\n---\n{HARBOUR}'})
    assert (the(reading).title, str(the(reading).date)) == ('Elin: "ferry" sank', "2031-05-02")
    assert [(problem.field, problem.action) for problem in reading.problems] == [("header", "read")]


HOSTILE_YAML = {
    "object": "title: !!python/object/apply:os.system ['false']\ndate: 2031-05-02",
    "laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntitle: *c\ndate: 2031-05-02",
    "deep": "title: " + "[" * 5000 + "\ndate: 2031-05-02",
    "recursive": "title: &a [*a]\ndate: 2031-05-02",
    "control": "title: \x01\ndate: 2031-05-02",
    "unhashable": "? [a]\n: b\ndate: 2031-05-02",
}


@pytest.mark.parametrize("header", HOSTILE_YAML.values(), ids=HOSTILE_YAML)
def test_hostile_front_matter_is_only_text(tmp_path, header):
    article = the(read(tmp_path, {"a.md": f"---\n{header}\n---\n{HARBOUR}"}))
    assert (str(article.date), article.text) == ("2031-05-02", HARBOUR)


NAMES = {
    "2031-05-02.txt": "2031-05-02",
    "post-2031-05-02-ferry.txt": "2031-05-02",
    "post_20310502.txt": "2031-05-02",
    "20310502T1200.txt": "2031-05-02",
    "b20310502f.txt": None,
    "2031-05-02_2031-05-03.txt": None,
    "2031-13-02.txt": None,
    "00010501.txt": None,
    "120310502.txt": None,
    "2031-05-02/ferry.txt": None,
}


@pytest.mark.parametrize(("name", "date"), NAMES.items(), ids=NAMES)
def test_date_in_the_name_of_the_file(tmp_path, name, date):
    article = the(read(tmp_path, {name: HARBOUR}))
    assert (article.date and str(article.date)) == date


def test_date_in_the_text_goes_before_the_name(tmp_path):
    assert str(the(read(tmp_path, {"2031-05-09.txt": "date 2031-05-02 " + HARBOUR})).date) == "2031-05-02"


def test_bad_date_in_the_text_is_missing_not_taken_from_the_name(tmp_path):
    reading = read(tmp_path, {"2031-05-09.txt": "date 2031-02-30 " + HARBOUR})
    assert (the(reading).date, the(reading).text) == (None, HARBOUR)
    (problem,) = reading.problems
    assert (problem.field, problem.value, problem.action) == ("date", "2031-02-30", "date left missing")


# --- Dates: explicit formats only.

GOOD_DATES = [
    "2031-05-02",
    " 2031-05-02 ",
    "20310502",
    "2031-05-02T23:30:00Z",
    "2031-05-02 23:30",
    "2031-05-02T23:30:00.123456-05:00",
    "2 May 2031",
    "02 May 2031",
    "May 2, 2031",
    "may 2 2031",
    "Friday, 2 May 2031",
    "Friday, May 2, 2031 11:30 PM EST",
    "Fri, 02 May 2031 23:30:00 +0200",
    "Fri, 02 May 2031 23:30:00 GMT",
    "2  May\t2031",
    "2nd May 2031",
    "May 2nd, 2031",
    "2 May, 2031",
    "2031/05/02",
    "20310502T233000Z",
    "20310502233000",
    "2031-05-02T23:30+02",
    "2031-05-02 23:30:00 (UTC)",
    "May 2, 2031 at 11:30 p.m.",
    "2 May 2031 - 23:30",
    "Fri May 02 23:30:00 +0000 2031",
    "Fri May  2 23:30:00 2031",
]
BAD_DATES = [
    "now",
    "today",
    "may",
    "May 2031",
    "2031",
    "2031-05",
    "10/11/12",
    "02/05/2031",
    "2.5.2031",
    "2031-5-2",
    "2031-02-29",
    "2031-00-10",
    "20311301",
    "1799-12-31",
    "2101-01-01",
    "0001-05-01",
    "9999-12-31",
    "31 April 2031",
    "2 Mayhem 2031",
    "before 2 May 2031",
    "2031-05-02 and later",
    "2031-05-02 5 dead",
    "2031-05/02",
    "1935452700",
    "1912011200",
    "1935452700000",
    "22th Mayth 2031",
    "٢٠٣١-٠٥-٠٢",
    "",
    "\0",
]


@pytest.mark.parametrize("value", GOOD_DATES)
def test_date_is_read(value):
    assert parse_date(value) == datetime.date(2031, 5, 2)


@pytest.mark.parametrize("value", BAD_DATES, ids=repr)
def test_date_is_not_guessed(value):
    assert parse_date(value) is None


@given(st.dates(datetime.date(1800, 1, 1), datetime.date(2100, 12, 31)))
def test_dates_survive_being_written(day):
    month = day.strftime("%B")
    written = [f"{day}", f"{day:%Y%m%d}", f"{day.day} {month} {day.year}", f"{month[:3]}. {day.day}, {day.year}"]
    assert {parse_date(value) for value in written} == {day}


# --- Encodings: the text is always valid Unicode, and what had to be replaced is told.

CAFE = "The café “Nordhavn” burned, a fireman said — twice."
ENCODINGS = {
    "utf-8": (CAFE.encode(), CAFE, 0),
    "utf-8-mark": (CAFE.encode("utf-8-sig"), CAFE, 0),
    "utf-16-mark": (CAFE.encode("utf-16"), CAFE, 0),
    "utf-16-le": (CAFE.encode("utf-16-le"), CAFE, 0),
    "utf-16-be": (CAFE.encode("utf-16-be"), CAFE, 0),
    "utf-32-mark": (CAFE.encode("utf-32"), CAFE, 0),
    "windows-1252": (CAFE.encode("cp1252"), CAFE, 1),
    "undefined-in-windows-1252": (b"The ferry \x81 sank", "The ferry \ufffd sank", 1),
    "cut-inside-a-character": ("The cafés “Nordhavn”".encode()[:-1], "The cafés “Nordhavn\ufffd", 1),
    "utf-16-cut": ("The ferry sank".encode("utf-16")[:-1], "The ferry san\ufffd", 1),
    "lone-surrogate-in-utf-8": (b"The caf\xc3\xa9s of Elin \xed\xa0\x80", None, 1),
    "nul-and-escape": (b"The \0 ferry \x1b[31m sank", "The \0 ferry \x1b[31m sank", 0),
    "bidi-and-zero-width": ("fer\u200bry \u202e000,1".encode(), "fer\u200bry \u202e000,1", 0),
}


@pytest.mark.parametrize(("content", "text", "problems"), ENCODINGS.values(), ids=ENCODINGS)
def test_encoding(tmp_path, content, text, problems):
    reading = read(tmp_path, {"a.txt": content})
    assert text is None or the(reading).text == text
    assert [problem.action for problem in reading.problems] == ["read"] * problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv"])
def test_encoding_of_tables(tmp_path, name, encoding):
    rows = [{"id": "1", "text": CAFE}, {"id": "2", "text": HARBOUR}]
    reading = read(tmp_path, {name: TABLES[Path(name).suffix](rows).decode().encode(encoding)})
    assert [article.text for article in reading.articles] == [CAFE, HARBOUR]


def test_one_damaged_line_spoils_no_other(tmp_path):
    lines = [json.dumps({"text": CAFE}, ensure_ascii=False).encode(), b'{"text": "Caf\xe9 closed"}']
    reading = read(tmp_path, {"a.jsonl": b"\n".join(lines)})
    assert [article.text for article in reading.articles] == [CAFE, "Café closed"]
    assert [(problem.line, problem.action) for problem in reading.problems] == [(2, "read")]


def test_lone_surrogates_of_json_are_replaced(tmp_path):
    reading = read(tmp_path, {"a.jsonl": '{"id": "\\udc80", "text": "ferry \\ud800 \\ud83d\\udea2"}'})
    assert (the(reading).article_id, the(reading).text) == ("\ufffd", "ferry \ufffd 🚢")
    assert {problem.field for problem in reading.problems} == {"id", "text"}


# --- Tables: the same rows give the same articles, whatever the format; nothing is taken for a number or for missing.


def as_csv(rows: list[dict[str, str]], delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_parquet(rows: list[dict[str, str]]) -> bytes:
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), out)
    return out.getvalue()


TABLES: dict[str, Callable[[list[dict[str, str]]], bytes]] = {
    ".jsonl": lambda rows: "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode(),
    ".json": lambda rows: json.dumps(rows, ensure_ascii=False).encode(),
    ".csv": as_csv,
    ".tsv": lambda rows: as_csv(rows, "\t"),
    ".parquet": as_parquet,
}
ODD = {"id": "0071", "date": "2031-05-02", "title": "NA", "outlet": "null", "url": "1e5", "text": 'A "b",\r\n\tc\n'}
PLAIN = {"id": "no", "date": "", "title": "", "outlet": " ", "url": "", "text": HARBOUR}


@pytest.mark.parametrize("ending", TABLES)
def test_table_cells_stay_as_they_are(tmp_path, ending):
    odd, plain = read(tmp_path, {f"t{ending}": TABLES[ending]([ODD, PLAIN])}).articles
    assert [odd.article_id, str(odd.date), odd.title, odd.outlet, odd.url, odd.text] == list(ODD.values())
    assert [plain.article_id, plain.date, plain.title, plain.outlet, plain.url, plain.text] == [
        "no", None, None, None, None, HARBOUR
    ]  # fmt: skip


@pytest.mark.parametrize("ending", TABLES)
def test_rows_without_id_are_named_by_file_and_line(tmp_path, ending):
    reading = read(tmp_path, {f"in/t{ending}": TABLES[ending]([{"text": HARBOUR}, {"text": QUARRY}])})
    first = 2 if ending in (".csv", ".tsv") else 1  # line 1 is the header
    assert [a.article_id for a in reading.articles] == [f"in/t#{first}", f"in/t#{first + 1}"]
    assert [a.path for a in reading.articles] == [f"in/t{ending}#{first}", f"in/t{ending}#{first + 1}"]


@pytest.mark.parametrize("ending", TABLES)
def test_columns_of_other_names(tmp_path, ending):
    rows = [{"key": "k1", "published": "2 May 2031", "body": HARBOUR}]
    columns = {"id": "key", "date": "published", "text": "body"}
    article = the(read(tmp_path, {f"t{ending}": TABLES[ending](rows)}, columns=columns))
    assert (article.article_id, str(article.date), article.text) == ("k1", "2031-05-02", HARBOUR)


@pytest.mark.parametrize("ending", TABLES)
def test_column_that_no_table_has_is_an_error_of_configuration(tmp_path, ending):
    with pytest.raises(ValueError, match="date=published, but no table has that column; there are: when, text"):
        read(tmp_path, {f"t{ending}": TABLES[ending]([{"when": "", "text": HARBOUR}])}, columns={"date": "published"})


DELIMITED = {"semicolons": ("a.csv", ";"), "tabs-in-csv": ("a.csv", "\t"), "commas-in-tsv": ("a.tsv", ",")}


@pytest.mark.parametrize(("name", "delimiter"), DELIMITED.values(), ids=DELIMITED)
def test_cells_are_parted_by_what_parts_those_of_the_header(tmp_path, name, delimiter):
    odd, plain = read(tmp_path, {name: as_csv([ODD, PLAIN], delimiter)}).articles
    assert (odd.article_id, odd.text, plain.text) == (ODD["id"], ODD["text"], HARBOUR)


def test_column_that_stands_twice_is_left_missing(tmp_path):
    cells = {"date": "2031-05-01", "Date": "2031-05-02", "text": HARBOUR}
    tables = {f"a{ending}": TABLES[ending]([cells]).replace(b"Date", b"date") for ending in (".csv", ".parquet")}
    reading = read(tmp_path, tables)
    assert the(reading).date is None
    assert [(p.path, p.field, p.action) for p in reading.problems] == [
        ("a.csv", "date", "date left missing"),
        ("a.parquet", "date", "date left missing"),
        ("a.parquet", "text", "duplicate"),
    ]


def test_column_that_one_table_has_is_missing_in_the_other(tmp_path):
    tables = {"a.csv": f"published,text\n2031-05-02,{HARBOUR.replace(',', ' ')}", "b.csv": f'text\n"{QUARRY}"'}
    reading = read(tmp_path, tables, columns={"date": "published"})
    assert [article.date and str(article.date) for article in reading.articles] == ["2031-05-02", None]
    assert [(p.path, p.field, p.action) for p in reading.problems] == [("b.csv", "date", "date left missing")]


def test_field_that_does_not_exist_is_an_error_of_configuration(tmp_path):
    with pytest.raises(ValueError, match="no field 'body' to fill; use one of id, date, title, outlet, url, text"):
        read(tmp_path, {}, columns={"body": "text"})


def test_parquet_types_become_text(tmp_path):
    when = datetime.datetime(2031, 5, 2, 23, 30)
    row = {"id": 71, "date": when, "title": ["a"], "outlet": b"Caf\xe9", "url": None, "text": HARBOUR}
    reading = read(tmp_path, {"t.parquet": as_parquet([row])})
    assert (the(reading).article_id, str(the(reading).date), the(reading).title) == ("71", "2031-05-02", None)
    assert (the(reading).outlet, the(reading).url) == ("Café", None)
    assert [(p.field, p.action) for p in reading.problems] == [("title", "title left missing"), ("outlet", "read")]


def test_json_numbers_are_ids_as_written(tmp_path):
    lines = ['{"id": 1e5, "title": NaN, "text": "Ferry one"}', '{"id": %s, "text": "Ferry two"}' % ("9" * 5000)]
    first, second = read(tmp_path, {"a.jsonl": "\n".join(lines)}).articles
    assert (first.article_id, first.title, second.article_id) == ("1e5", None, "9" * 5000)


def test_a_field_without_end_is_left_missing(tmp_path):
    """It would stand in every row of three tables."""
    reading = read(tmp_path, {"a.json": json.dumps({"id": "x" * 5001, "outlet": "y" * 5000, "text": HARBOUR})})
    assert (the(reading).article_id, len(the(reading).outlet)) == ("a", 5000)
    assert [(problem.field, problem.action) for problem in reading.problems] == [("id", "id left missing")]


def test_blanks_around_a_field_are_no_part_of_it(tmp_path):
    files = {"a.csv": f'id, outlet, text\n7 ,\tWire,"{HARBOUR} "\n', "b.md": f"---\ntitle: >\n  Ferry\n---\n{QUARRY}"}
    named, titled = read(tmp_path, files).articles
    assert (named.article_id, named.outlet, named.text, titled.title) == ("7", "Wire", f"{HARBOUR} ", "Ferry")


def test_value_that_is_no_text_is_left_missing(tmp_path):
    reading = read(tmp_path, {"a.json": json.dumps({"title": ["a"], "url": {}, "outlet": True, "text": HARBOUR})})
    assert (the(reading).title, the(reading).article_id) == (None, "a")
    assert {problem.action for problem in reading.problems} == {
        "title left missing", "url left missing", "outlet left missing"
    }  # fmt: skip


def test_json_file_with_one_object_is_one_article(tmp_path):
    assert the(read(tmp_path, {"a.json": json.dumps({"text": HARBOUR})})).path == "a.json"


BAD_LINES = {
    "not-json": "{",
    "not-an-object": '["text"]',
    "deep": "[" * 100_000,
    "deep-value": '{"text": "Ferry", "x": ' + "[" * 100_000 + "}",
    "key-twice": '{"text": "One ferry", "text": "Two ferries"}',
    "no-text": '{"title": "Ferry"}',
    "text-is-a-list": '{"text": ["Ferry"]}',
    "text-is-null": '{"text": null}',
    "text-is-a-number": '{"text": 5}',
    "nul": "\0",
}


@pytest.mark.parametrize("line", BAD_LINES.values(), ids=BAD_LINES)
def test_bad_line_of_json_is_rejected_and_the_run_goes_on(tmp_path, line):
    good = [json.dumps({"text": text}) for text in (HARBOUR, QUARRY)]
    reading = read(tmp_path, {"a.jsonl": "\n".join([good[0], line, "", good[1]])})
    assert reading.counts == {"found": 3, "read": 2, "duplicate": 0, "rejected": 1}
    assert reading.problems[-1].line == 2
    assert reading.articles[1].path == "a.jsonl#4"


BAD_ROWS = {
    "too-many-cells": "a,b,c",
    "too-few-cells": "a",
    "quotation-mark-inside": '"a" b,c',
    "no-letters": "1,2",
}


@pytest.mark.parametrize("row", BAD_ROWS.values(), ids=BAD_ROWS)
def test_bad_row_of_csv_is_rejected_and_the_run_goes_on(tmp_path, row):
    reading = read(tmp_path, {"a.csv": f'id,text\n1,"Ferry\nsank"\n{row}\n3,Quarry\n'})
    assert [article.text for article in reading.articles] == ["Ferry\nsank", "Quarry"]
    assert [(problem.line, problem.action) for problem in reading.problems] == [(4, "rejected")]


def test_quotation_mark_that_is_never_closed_is_rejected_with_its_line(tmp_path):
    reading = read(tmp_path, {"a.csv": 'id,text\n1,Ferry\n2,"Quarry\n3,Mine\n'})
    assert (the(reading).text, reading.problems[0].line) == ("Ferry", 3)


def test_csv_with_nul_and_a_cell_above_the_limit_of_the_csv_module(tmp_path):
    before = csv.field_size_limit()
    reading = read(tmp_path, {"a.csv": "id,text\n1,Fer\0ry\n2," + "x" * 200_000 + "\n"})
    assert [len(article.text) for article in reading.articles] == [6, 200_000]
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_table_without_text_names_the_columns_there_are(tmp_path, name):
    problem = rejected(read(tmp_path, {name: TABLES[Path(name).suffix]([{"id": "1", "body": HARBOUR}])}))
    assert (problem.path, problem.line, problem.field) == (name, 1, "text")
    assert "'text'" in problem.problem
    assert "id, body" in problem.problem
    assert "text=NAME" in problem.problem


@pytest.mark.parametrize("cut", [0, 3, 4, 40, 200, -20, -1])
def test_damaged_parquet_is_rejected(tmp_path, cut):
    rejected(read(tmp_path, {"t.parquet": as_parquet([ODD])[:cut]}))


# --- Duplicates: one article per text and per id, in whatever order they come.


def test_same_text_is_a_duplicate_of_the_first(tmp_path):
    reading = read(tmp_path, {"b.txt": HARBOUR, "a.txt": HARBOUR, "c.jsonl": json.dumps({"text": HARBOUR})})
    assert reading.counts == {"found": 3, "read": 1, "duplicate": 2, "rejected": 0}
    assert the(reading).path == "a.txt"
    assert all("a.txt" in problem.problem for problem in reading.problems)


VERSIONS = {
    "newest-date": ("2031-05-02", "2031-05-03", QUARRY),
    "newest-first": ("2031-05-03", "2031-05-02", HARBOUR),
    "same-date": ("2031-05-02", "2031-05-02", HARBOUR),
    "one-without-date": ("", "2031-05-02", QUARRY),
    "both-without-date": ("", "", HARBOUR),
}


@pytest.mark.parametrize(("one", "two", "kept"), VERSIONS.values(), ids=VERSIONS)
def test_same_id_keeps_the_newest(tmp_path, one, two, kept):
    rows = [{"id": "7", "date": one, "text": HARBOUR}, {"id": "7", "date": two, "text": QUARRY}]
    reading = read(tmp_path, {"a.json": json.dumps(rows)})
    assert (the(reading).text, reading.counts["duplicate"]) == (kept, 1)
    assert (reading.problems[0].field, reading.problems[0].value) == ("id", "7")


def test_articles_without_id_are_never_lost_by_their_name(tmp_path):
    files = {"a.txt": "Ferry", "a.md": "Quarry", "b.json": json.dumps({"id": "a", "text": "Mine"})}
    reading = read(tmp_path, files)
    assert reading.counts["read"] == 3
    assert [article.article_id for article in reading.articles if article.path == "b.json"] == ["a"]
    assert all(article.article_id.startswith("a") for article in reading.articles)


def test_two_folders_with_files_of_one_name(tmp_path):
    for name, text in (("one", HARBOUR), ("two", QUARRY)):
        read(tmp_path / name, {"a.txt": text})
    forth, back = (read_articles([tmp_path / name for name in names]) for names in (["one", "two"], ["two", "one"]))
    check(forth)
    assert forth == back
    assert forth.counts["read"] == 2


def test_a_file_given_twice_is_read_once(tmp_path):
    read(tmp_path, {"in/a.txt": HARBOUR})
    reading = read_articles([tmp_path / "in" / "a.txt", tmp_path, tmp_path / "in"])
    assert (reading.counts["found"], the(reading).article_id) == (1, "in/a")


def test_files_come_in_sorted_order(tmp_path):
    names = ["b/a.txt", "a.txt", "a/z.txt", "B.txt"]
    reading = read(tmp_path, {name: f"Ferry {name}" for name in names})
    assert [article.path for article in reading.articles] == ["B.txt", "a/z.txt", "a.txt", "b/a.txt"]
    assert read_articles([tmp_path]) == reading


# --- What is not read.

UNFIT: dict[str, tuple[str, str | bytes]] = {
    "empty-text": ("a.txt", ""),
    "only-a-mark": ("a.txt", "\ufeff"),
    "blank-text": ("a.txt", " \n\t\u00a0"),
    "no-letters": ("a.txt", "12 + 3 … 🚢"),
    "header-only": ("a.txt", "date 2031-05-02"),
    "empty-jsonl": ("a.jsonl", "\n \n"),
    "empty-json": ("a.json", ""),
    "empty-list": ("a.json", "[]"),
    "lines-in-json": ("a.json", '{"text": "Ferry"}\n{"text": "Quarry"}'),
    "deep-json": ("a.json", "[" * 100_000),
    "empty-csv": ("a.csv", ""),
    "header-of-csv": ("a.csv", "id,text\n"),
    "text-column-twice": ("a.csv", "text,text\nFerry,Quarry\n"),
    "unknown-ending": ("a.docx", "Ferry"),
    "no-ending": ("ferry", "Ferry"),
    "too-long": ("a.txt", "x" * 1_000_001),
    "too-long-in-a-table": ("a.jsonl", json.dumps({"text": "x" * 1_000_001})),
}


@pytest.mark.parametrize(("name", "content"), UNFIT.values(), ids=UNFIT)
def test_unfit_file_is_rejected_by_name(tmp_path, name, content):
    assert rejected(read(tmp_path, {name: content})).path == name


def test_longest_text_is_read(tmp_path):
    assert len(the(read(tmp_path, {"a.txt": "x" * 1_000_000})).text) == 1_000_000


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_file_above_the_limit_is_rejected(tmp_path, name):
    with (tmp_path / name).open("wb") as sparse:
        sparse.truncate(corpus.MAX_BYTES + 1)
    assert "20 MB" in rejected(read(tmp_path, {})).problem


def test_line_of_200_megabytes_is_rejected_in_bounded_memory(tmp_path):
    with (tmp_path / "a.jsonl").open("wb") as sparse:
        sparse.write(b'{"text": "')
        sparse.seek(200_000_000)
        sparse.write(b'"}\n' + json.dumps({"text": HARBOUR}).encode())
    tracemalloc.start()
    reading = read(tmp_path, {})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (the(reading).path, reading.problems[0].line) == ("a.jsonl#2", 1)
    assert peak < 5 * corpus.MAX_BYTES


def test_csv_ends_at_a_line_above_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus.files, "MAX_BYTES", 100)
    reading = read(tmp_path, {"a.csv": "id,text\n1,Ferry\n2," + "x" * 200 + "\n3,Quarry\n"})
    assert (the(reading).text, reading.counts["rejected"]) == ("Ferry", 1)
    assert "line 3" in reading.problems[0].problem


def test_hidden_files_and_folders_are_passed_over(tmp_path):
    hidden = {".a.txt": "Ferry", ".git/b.txt": "Ferry", "c/.d/e.txt": "Ferry"}
    about = dict.fromkeys(("README.md", "c/readme.txt", "LICENSE", "COPYING", "Changelog.md"), "Ferry")
    reading = read(tmp_path, {**hidden, **about, "f.txt": HARBOUR})
    assert (the(reading).path, reading.counts["found"], reading.problems) == ("f.txt", 1, [])


@pytest.fixture
def linked(tmp_path) -> Path:
    """A folder beside which lies a file that must not be read."""
    (tmp_path / "secret.txt").write_text("Secret")
    (tmp_path / "corpus").mkdir()
    return tmp_path / "corpus"


LINKS = {
    "out-of-the-corpus": "../secret.txt",
    "folder-above": "..",
    "nowhere": "nothing.txt",
    "itself": "a.txt",
    "device": "/dev/zero",
}


@pytest.mark.parametrize("target", LINKS.values(), ids=LINKS)
def test_link_is_rejected_without_opening(linked, target):
    (linked / "a.txt").symlink_to(target)
    assert rejected(read(linked, {})).path == "a.txt"


def test_pipe_is_rejected_without_opening(tmp_path):
    os.mkfifo(tmp_path / "a.txt")
    assert "pipe" in rejected(read(tmp_path, {})).problem


def test_link_inside_the_corpus_is_a_duplicate(tmp_path):
    (tmp_path / "b.txt").symlink_to("a.txt")
    assert read(tmp_path, {"a.txt": HARBOUR}).counts == {"found": 2, "read": 1, "duplicate": 1, "rejected": 0}


ODD_NAMES = ["-rf.txt", "CON.txt", "a .txt", "new\nline.txt", "{x}%s.txt", "a.txt.txt", "a\\b.txt", "<b>.txt", "é.TXT"]


@pytest.mark.parametrize("name", ODD_NAMES, ids=repr)
def test_odd_name_is_only_a_name(tmp_path, name):
    assert the(read(tmp_path, {name: HARBOUR})).article_id == name[:-4]


def test_name_that_is_not_unicode(tmp_path):
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_text(HARBOUR)
    except OSError:
        pytest.skip("this file system has only Unicode names")
    assert the(read(tmp_path, {})).article_id == "\\udcff"


def test_corpus_that_does_not_exist_is_an_error_of_configuration(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere: no such file or folder"):
        read_articles([tmp_path / "nowhere"])


def test_no_paths_and_an_empty_folder_give_an_empty_reading(tmp_path):
    nothing = Reading([], [], {"found": 0, "read": 0, "duplicate": 0, "rejected": 0})
    assert read_articles([]) == read(tmp_path, {}) == nothing


def test_problem_names_file_line_field_value_and_fix(tmp_path):
    reading = read(tmp_path, {"in/a.jsonl": f'\n{{"date": "today", "text": "{HARBOUR}"}}'})
    (problem,) = reading.problems
    assert (problem.path, problem.line, problem.field, problem.value) == ("in/a.jsonl", 2, "date", "today")
    assert (problem.action, "YYYY-MM-DD" in problem.problem) == ("date left missing", True)


# --- HTML: in a process of its own, so that no page can stop the run.

PAGE = """<html><head><title>Ferry sinks</title><meta property="og:site_name" content="The Elin Post">
<meta property="article:published_time" content="{date}T08:00:00Z"><link rel="canonical" href="https://elin.example/f">
</head><body><nav>Home</nav><article>{body}</article><footer>About</footer></body></html>"""
BODY = f"<p>{HARBOUR} {QUARRY}</p>" * 4
BOMB = "<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">" + BODY


def test_pages_are_read_and_a_bomb_among_them_is_rejected(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus.pages, "MAX_SECONDS", 3)
    pages = {
        "a.html": PAGE.format(date="2031-05-02", body=BODY),  # in the future, whatever the clock says
        "b.htm": BOMB,
        "c.HTML": PAGE.format(date="1899-05-02", body=BODY.replace("Two", "Three")).encode("cp1252"),
        "2031-05-03.html": f"<html><body><article>{BODY.replace('Two', 'Four')}</article></body></html>",
        "e.html": "<html><body></body></html>",
        "f.html": "",
        "g.html": b"\0\xff<a <!-- <![CDATA[",
    }
    reading = read(tmp_path, pages)
    named, *_ = [article for article in reading.articles if article.path == "a.html"]
    assert (named.title, named.outlet, named.url) == ("Ferry sinks", "The Elin Post", "https://elin.example/f")
    assert named.text.startswith(HARBOUR)
    assert "Home" not in named.text
    assert {article.path: str(article.date) for article in reading.articles} == {
        "2031-05-03.html": "2031-05-03", "a.html": "2031-05-02", "c.HTML": "1899-05-02"
    }  # fmt: skip
    assert {problem.path: problem.action for problem in reading.problems} == {
        "b.htm": "rejected", "e.html": "rejected", "f.html": "rejected", "g.html": "rejected"
    }  # fmt: skip


# --- Whatever the bytes: no exception, one fate for each item, valid Unicode (`check` in `read`).

ENDINGS = [".txt", ".md", ".jsonl", ".json", ".csv", ".tsv", ".parquet"]
PIECES = [
    "---\n", "date 2031-05-02 ", "id: 1\n", "title: a: b\n", '{"text": "', '"}', "[", "]", "text,id\n", '"', ",", "\t",
    "\n", "\r", "\ufeff", "\0", "\ud800", "\\ud800", "é", "Ferry", "1e400", "null", "…",
]  # fmt: skip
loose = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read_afresh(folder: Path, files: Files) -> Reading:
    for old in folder.iterdir():
        old.unlink()
    return read(folder, files)


@loose
@given(content=st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-16")))
def test_no_bytes_raise(tmp_path, content):
    reading = read_afresh(tmp_path, {f"a{ending}": content for ending in ENDINGS})
    assert reading.counts["found"] >= len(ENDINGS)


@loose
@given(content=st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_no_text_raises(tmp_path, content):
    reading = read_afresh(tmp_path, {f"a{ending}": content for ending in ENDINGS})
    assert reading.counts["found"] >= len(ENDINGS)


@loose
@given(
    values=st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(corpus.FIELDS, st.text(max_size=8) | st.none())))
)
def test_every_line_ends_in_one_fate(tmp_path, values):
    reading = read_afresh(tmp_path, {"a.jsonl": "\n".join(map(json.dumps, values))})
    assert reading.counts["found"] == max(len(values), 1)
    originals = {value.get("text") for value in values}
    assert all(article.text in originals for article in reading.articles if "\ufffd" not in article.text)


@loose
@given(text=st.text(min_size=1, max_size=60))
def test_text_without_header_is_untouched(tmp_path, text):
    body = "Ferry " + text
    assert the(read_afresh(tmp_path, {"a.txt": body})).text == body
    assert the(read_afresh(tmp_path, {"a.txt": "date 2031-05-02 " + body})).text == body


@loose
@given(damage=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=5))
def test_no_damage_to_parquet_raises(tmp_path, damage):
    content = bytearray(as_parquet([ODD, PLAIN]))
    for place, byte in damage:
        content[place % len(content)] = byte
    assert read_afresh(tmp_path, {"t.parquet": bytes(content)}).counts["found"] >= 1
