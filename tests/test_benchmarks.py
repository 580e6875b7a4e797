"""The benchmark's tables and its scores on foreign formats; nothing here is timed."""

import json

import pytest
from accuracy import gold_figures, gold_quotes
from bench import accuracy_table, contestants, measure, speed_table
from contestants import CONTESTANTS
from contestants import measure as measure_one
from corpora import TASKS, best_pairs
from pronouns import read_documents

from analysis import ROOT
from analysis.scoring import read_gold
from analysis.tables import SCHEMAS

GOLD = ROOT / "data" / "gold" / "articles"


# ------------------------------------------------------------------ tables
def taken(cpu, peak=100e6, **counts):
    return {"wall": 2 * cpu, "cpu": cpu, "peak": peak, **counts}


ROUNDS = [
    {"pipeline": taken(2.0, sentences=50), "cnn": taken(1.0, peak=90e6)},
    {"pipeline": taken(4.0, sentences=50, peak=120e6), "cnn": taken(1.0)},
    {"pipeline": taken(8.0, sentences=50), "cnn": taken(8.0)},
]


def test_speed_is_the_median_memory_the_peak_and_ratios_are_within_a_round():
    head, pipeline, cnn = speed_table(ROUNDS, 1000)
    assert dict(zip(head[1:], pipeline[1:], strict=True)) == {
        "words a second": "120",
        "words a CPU second": "250",
        "sentences a CPU second": "12",
        "beside a peer": "0.5 (0.25 to 1) × cnn",
        "peak memory": "120 MB",
    }
    assert cnn[4] == "–"


def test_a_peer_that_did_not_run_gives_no_ratio():
    without = [{"pipeline": of_round["pipeline"]} for of_round in ROUNDS]
    assert speed_table(without, 1000)[1][4] == "–"


def test_accuracy_leaves_a_dash_where_a_contestant_does_not_look():
    scores = {
        "gold": {"extract": {"quotes": 0.856, "figures": 1.0}, "textacy": {"quotes": 0.3}},
        "news": {"quantulum3": {"values": 0.73}},
    }
    assert accuracy_table(scores) == [
        ["measured on", "", "extract", "textacy", "quantulum3"],
        ["gold", "quotes", "85.6", "30.0", "–"],
        ["gold", "figures", "100.0", "–", "–"],
        ["news", "values", "–", "–", "73.0"],
    ]


# ------------------------------------------------------------------ contestants
def test_peers_and_tables_exist():
    for name, contestant in CONTESTANTS.items():
        assert set(contestant.peers) <= set(CONTESTANTS) - {name}
        assert contestant.finds <= set(SCHEMAS)


def test_without_the_cnn_it_says_how_to_make_it(capsys):
    assert "cnn" not in contestants(None)
    assert "training/README.md" in capsys.readouterr().err


def test_every_round_has_all_and_begins_with_another(monkeypatch):
    order = []
    monkeypatch.setattr("bench.run", lambda name, *_: order.append(name))
    measure(["extract", "cnn"], None, None, 3)
    assert order == ["extract", "cnn", "cnn", "extract", "extract", "cnn"]


def test_one_pass_gives_time_memory_and_rows(tmp_path):
    (tmp_path / "a.txt").write_text("At least 12 people died, two of them children.", encoding="utf8")
    measured, rows = measure_one("numbers", tmp_path, None)
    assert [(row["article_id"], row["low"]) for row in rows["figures"]] == [("a", 12.0), ("a", 2.0)]
    assert measured["figures"] == 2
    assert min(measured[key] for key in ("wall", "cpu", "peak")) > 0


# ------------------------------------------------------------------ scores
def figure(article_id, start, end, low, high, unit=None, qualifier="exact"):
    return {"article_id": article_id, "start_char": start, "end_char": end, "low": low, "high": high, "unit": unit,
            "qualifier": qualifier, "measure": "other", "rule": "peer"}  # fmt: skip


def quote(article_id, start, end, **fields):
    return {"article_id": article_id, "start_char": start, "end_char": end, "parts": [[start, end]],
            "kind": "direct", "mode": "speech", "rule": "peer", **fields}  # fmt: skip


def write(place, content):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content, encoding="utf8")


def polnear(folder):
    write(folder / "text" / "wire_2031-03-06_a.txt", "Orlo said it rained. Nobody denied it.")
    notes = ["T1\tSource 0 4\tOrlo", "T2\tCue 5 9\tsaid", "T3\tContent 10 12;13 19\tit rained",
             "T4\tContent 35 37\tit", "E1\tCue:T2 Source:T1 Content1:T3", "E2\tContent:T4"]  # fmt: skip
    write(folder / "attributions" / "wire_2031-03-06_a_x.ann", "\n".join(notes))


def ced1k(folder):
    text = "“We go,” said Odile Krantz. It rained, Orlo said."
    article = {"id": 7, "text": text, "date": "2031-03-06T10:00", "outlet": "{'uri': 'Coast Wire'}"}
    write(folder / "articles.jsonl", json.dumps(article))
    claims = [{"article_id": 7, "Utterance": "We go", "Agent": "Odile Krantz"},
              {"article_id": 7, "Utterance": "It rained", "Agent": "Gen. Orlo"}]  # fmt: skip
    write(folder / "claims.jsonl", "\n".join(map(json.dumps, claims)))


def newsquant(path):
    quantities = [{"value": "12.0", "unit": "-", "normalized_unit": "-"},
                  {"value": "3-5", "unit": "km", "normalized_unit": "kilometre"}]  # fmt: skip
    write(path, json.dumps([{"text": "Up to 12 walked 3 to 5 km.", "quantities": quantities}]))


def gva(folder):
    articles = [{"text": "Two men were shot dead, one hurt.", "publish_date": None}, {"text": "A man was killed."}]
    write(folder / "X_val.json", json.dumps(articles))
    write(folder / "y_val.json", json.dumps([{"n_killed": 2, "n_injured": 1}, {"n_killed": 3, "n_injured": 0}]))


def re3d(folder):
    write(folder / "wire" / "documents.json", json.dumps({"_id": "a", "text": "Some 20 tanks and a dozen men."}))
    marked = [{"documentId": "a", "type": "Quantity", "begin": 5, "end": 13},
              {"documentId": "a", "type": "Quantity", "begin": 18, "end": 25},
              {"documentId": "a", "type": "Weapon", "begin": 8, "end": 13}]  # fmt: skip
    write(folder / "wire" / "entities.json", "\n".join(map(json.dumps, marked)))


def ner(folder):
    lines = ["Odile\tB-Person", "Krantz\tE-Person", "left\tO", "", "1\tTolm\tS-Location", "2\thttp://x\tO"]
    write(folder / "annotated" / "a.tsv", "\n".join(lines))


SAID = {"source_start": 0, "source_end": 4}
CASES = {
    "polnear, all of it": (
        "PolNeAR", polnear, "quotes",
        [quote("wire_2031-03-06_a", 10, 19, **SAID), quote("wire_2031-03-06_a", 35, 37)], (1.0, 1.0)),
    "polnear, a source too many": (
        "PolNeAR", polnear, "quotes",
        [quote("wire_2031-03-06_a", 13, 19, **SAID), quote("wire_2031-03-06_a", 28, 37, **SAID)], (1.0, 0.5)),
    "polnear, one missed": ("PolNeAR", polnear, "quotes", [quote("wire_2031-03-06_a", 10, 19)], (2 / 3, 0.0)),
    "ced1k, wrong speaker": (
        "CED-1K", ced1k, "quotes", [quote("7", 0, 8, speaker="Krantz"), quote("7", 28, 37, speaker="Vad")], (1.0, 0.5)),
    "newsquant, up to 12 is 12": (
        "NewsQuant", newsquant, "figures",
        [figure("s000", 0, 8, 0.0, 12.0, None, "at_most"), figure("s000", 16, 25, 3.0, 5.0, "miles")], (1.0, 0.5)),
    "newsquant, one end of a range": (
        "NewsQuant", newsquant, "figures", [figure("s000", 16, 17, 3.0, 3.0), figure("s000", 6, 8, 12.0, None)],
        (0.5, 0.5)),
    "victims, a total is not of the incident": (
        "Gun Violence Archive", gva, "figures",
        [{"article_id": n, "start_char": 0, "end_char": 3, "low": low, "measure": "killed", "asserted": True, "scope": scope}
         for n, low, scope in [("0", 2, "incident"), ("0", 30, "cumulative"), ("1", 1, "incident")]], (0.5, 0.5)),
    "quantities, one touched": ("re3d", re3d, "figures", [figure("a", 0, 7, 20.0, 20.0)], (0.5,)),
    "names, one label wrong": (
        "Worldwide Newswire", ner, "mentions",
        [{"article_id": "a", "start_char": 0, "end_char": 12, "label": "PERSON"},
         {"article_id": "a", "start_char": 18, "end_char": 22, "label": "ORG"}], (0.5,)),
}  # fmt: skip


@pytest.mark.parametrize(("task", "build", "table", "rows", "expected"), CASES.values(), ids=CASES)
def test_corpora_are_read_and_scored(task, build, table, rows, expected, tmp_path):
    place = tmp_path / "corpus"
    build(place)
    assert {row["article_id"] for row in rows} <= {str(article["id"]) for article in TASKS[task].articles(place)}
    scores = TASKS[task].scores[table](place, {table: rows})
    assert tuple(scores.values()) == pytest.approx(expected)


def test_nothing_found_scores_nothing():
    for score, table in ((gold_quotes, "quotes"), (gold_figures, "figures")):
        assert set(score(GOLD, {table: []}).values()) == {0.0}


def test_the_gold_itself_scores_all_and_what_a_peer_does_not_tell_is_left_out():
    gold = read_gold(GOLD)
    for score, table, field in ((gold_quotes, "quotes", "side"), (gold_figures, "figures", "reporter")):
        rows = getattr(gold, table).to_dict("records")
        whole = score(GOLD, {table: rows})
        assert set(whole.values()) == {1.0}
        bare = score(GOLD, {table: [{key: row[key] for key in row if key != field} for row in rows]})
        assert bare.items() < whole.items()


def test_the_best_pair_takes_its_rivals_partners():
    assert best_pairs({(0, 0): 0.5, (0, 1): 0.9, (1, 1): 0.8, (1, 0): 0.1}) == [(0, 1), (1, 0)]


def test_the_coreference_of_gum_is_read(tmp_path):
    rows = [("1", "Ana", "(7-person"), ("2", "Reyes", "7)"), ("3-4", "she's", None), ("3", "she", "(7-person)"),
            ("4", "'s", None), ("5", "here", None)]  # fmt: skip
    lines = ["\t".join([n, word, *["_"] * 7, f"Entity={entity}" if entity else "_"]) for n, word, entity in rows]
    write(
        tmp_path / "gum.conllu", "# newdoc id = GUM_news_one\n" + "\n".join(lines) + "\n# newdoc id = GUM_voyage_two\n"
    )
    (document,) = read_documents(tmp_path / "gum.conllu")
    assert document.text == "Ana Reyes she's here "
    assert document.chains == {"7": ["Ana Reyes", "she"]}
    assert document.words == {10: "7"}
