"""One speaker across articles: united on evidence, left open without it, and the table of actors has the last word."""

import pytest
from samples import table

from analysis.accounts.coverage import build_unmatched
from analysis.accounts.identities import build_identities, fold_name, unite_speakers

BESIDE = [{"text": name, "label": "LOC", "article_id": article} for article in "ab" for name in ("Kesten", "Dorn")]


def quotes(*speakers: tuple) -> object:
    """Quotes as (speaker, side, affiliation); the first in article a, the others in article b."""
    rows = [
        {"speaker": speaker, "side": side, "affiliation": serves, "speaker_kind": "person", "article_id": "ab"[n > 0]}
        for n, (speaker, side, serves) in enumerate(speakers)
    ]
    return table("quotes", rows)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Volodymyr Zelenskyy", "Volodymyr Zelenskiy", True),
        ("José Ruiz", "Jose Ruiz", True),
        ("Al-Qadir", "Al Kadir", True),
        ("Mohammed Ali", "Mohamed Ali", True),
        ("Anna Moor", "Anne Moor", False),
        ("Moor", "More", False),
    ],
)
def test_spellings_of_one_name(one, other, same):
    assert (fold_name(one) == fold_name(other)) is same


CASES = [
    ("spelling, one side", [("Ivan Petrovskyy", "Bor", None), ("Ivan Petrovskiy", "Bor", None)], "spelling", "merged"),
    ("middle initial, one side", [("Daniel K. Moor", "Bor", None), ("Daniel Moor", "Bor", None)], "spelling", "merged"),
    ("initial, one employer", [("Daniel Moor", None, "Navy"), ("D. Moor", None, "Navy")], "initial", "merged"),
    ("surname alone, named beside the same", [("Daniel Moor", None, None), ("Moor", None, None)], "surname", "merged"),
    ("another initial", [("Daniel Moor", "Bor", None), ("E. Moor", "Bor", None)], None, None),
    ("different sides", [("Daniel Moor", "Avia", None), ("Moor", "Bor", None)], "surname", "open"),
]


@pytest.mark.parametrize(("speakers", "rule", "decision"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_what_unites_two_names(speakers, rule, decision):
    found = build_identities(quotes(*speakers), table("mentions", BESIDE))
    assert list(zip(found["rule"], found["decision"], strict=True)) == ([(rule, decision)] if rule else [])
    assert (found["name"] == speakers[0][0]).all()


def test_nothing_in_common_stays_open():
    found = build_identities(quotes(("Daniel Moor", None, None), ("Moor", None, None)), table("mentions"))
    assert found["decision"].tolist() == ["open"]


def test_a_surname_that_fits_two_stays_open():
    found = build_identities(
        quotes(("Daniel Moor", "Bor", None), ("Eva Moor", "Bor", None), ("Moor", "Bor", None)), table("mentions")
    )
    assert found["decision"].tolist() == ["open", "open"]


def test_an_actor_is_kept_and_two_actors_are_never_one():
    said = quotes(("D. Moor", "Bor", None), ("Daniel Moor", "Bor", None))
    known = [{"actor": "D. Moor"}]
    assert build_identities(said, table("mentions", known))["name"].tolist() == ["D. Moor"]
    assert build_identities(said, table("mentions", [*known, {"actor": "Daniel Moor"}])).empty


def test_the_line_confirms_the_pair():
    said = quotes(("Daniel Moor", "Bor", None), ("D. Moor", "Bor", None))
    assert build_identities(said, table("mentions"))["line"].tolist() == ["Daniel Moor,D. Moor,person,Bor"]
    known = table("mentions", [{"actor": "Daniel Moor"}])
    assert build_identities(said, known)["line"].tolist() == ["|D. Moor"]


def test_merged_names_are_one_speaker_with_one_side():
    said = quotes(("Daniel Moor", "Bor", "Navy"), ("D. Moor", None, "Navy"))
    united = unite_speakers(said, build_identities(said, table("mentions")))
    assert united["speaker"].tolist() == ["Daniel Moor", "Daniel Moor"]
    assert united["side"].tolist() == ["Bor", "Bor"]
    assert said["speaker"].tolist() == ["Daniel Moor", "D. Moor"], "the table given is left as it was"


def test_common_nouns_are_nobody_across_articles():
    said = table(
        "quotes", [{"speaker": name, "speaker_kind": "organisation", "side": "Bor"} for name in ("police", "pólice")]
    )
    assert build_identities(said, table("mentions")).empty


def test_the_proposed_line_of_an_unknown_name_has_its_variants():
    said = quotes(("Daniel Moor", "Bor", None), ("D. Moor", "Bor", None))
    named = table("mentions", [{"name": "Daniel Moor", "label": "PERSON"}])
    proposed = build_unmatched(named, build_identities(said, table("mentions")))
    assert proposed["line"].tolist() == ["Daniel Moor,D. Moor,person,"]
