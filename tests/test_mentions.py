"""Names, actors and sides: what two rows share stays open unless the article decides it."""

import pytest
import spacy
from spacy.tokens import Span

from analysis.actors import bare_name, read_actors
from analysis.lexicon import LexiconError
from analysis.mentions import find_mentions

ACTORS = """\
# a comment
actor,aliases,kind,side
Avia,Avian|Avians,place,Avia
Avian army,the army|the troops,organisation,Avia
Bor,Borish,place,Bor
Borish army,the army,organisation,Bor
Ana Reyes,Reyes,person,Avia
"""


@pytest.fixture
def actors(tmp_path):
    path = tmp_path / "actors.csv"
    path.write_text(ACTORS, encoding="utf8")
    return read_actors(path)


def _mentions(text, names, actors):
    """Mentions of a text in which each of `names` ("Ana Reyes/PERSON") is an entity wherever it stands first."""
    doc = spacy.blank("en")(text)
    spans = []
    for name in names:
        words, label = name.rsplit("/", 1)
        start = text.index(words) if not spans else text.index(words, spans[-1].end_char)
        span = doc.char_span(start, start + len(words), label=label)
        assert isinstance(span, Span)
        spans.append(span)
    doc.ents = spans
    return [(m.text, m.actor, m.side, m.name) for m in find_mentions(doc, actors=actors)]


EXAMPLES = [
    ("an alias", "Avians fled.", ["Avians/NORP"], [("Avians", "Avia", "Avia", "Avia")]),
    ("shared alias, one side named", "Avia said the army left.", ["army/ORG"], [("army", "Avian army", "Avia", "Avian army")]),
    ("shared alias, no side named", "They said the army left.", ["army/ORG"], [("army", None, None, "army")]),
    ("shared alias, two sides named", "Avia and Bor said the army left.", ["army/ORG"], [("army", None, None, "army")]),
    ("surname of a known person", "Avian Gen. Reyes left.", ["Gen. Reyes/PERSON"], [("Gen. Reyes", "Ana Reyes", "Avia", "Ana Reyes")]),
    ("surname after the full name", "Col. Jo Moor met us. Moor left.", ["Col. Jo Moor/PERSON", "Moor/PERSON"],
     [("Col. Jo Moor", None, None, "Jo Moor"), ("Moor", None, None, "Jo Moor")]),
    ("two people of one surname", "Jo Moor met Eva Moor. Moor left.", ["Jo Moor/PERSON", "Eva Moor/PERSON", "Moor/PERSON"],
     [("Jo Moor", None, None, "Jo Moor"), ("Eva Moor", None, None, "Eva Moor"), ("Moor", None, None, "Moor")]),
    ("acronym of an organisation", "The Civil Aid Office left. The CAO slept.", ["Civil Aid Office/ORG", "CAO/ORG"],
     [("Civil Aid Office", None, None, "Civil Aid Office"), ("CAO", None, None, "Civil Aid Office")]),
    ("acronym in brackets of the longer of two names", "The Velmari Press Office (VPO) is shut. The Press Office, or VPO, slept.",
     ["Velmari Press Office/ORG", "Press Office/ORG", "VPO/ORG"],
     [("Velmari Press Office", None, None, "Velmari Press Office"), ("Press Office", None, None, "Velmari Press Office"),
      ("VPO", None, None, "Velmari Press Office")]),
    ("last words of an organisation", "The Upper Vale Front left. The Front slept.", ["Upper Vale Front/ORG", "Front/ORG"],
     [("Upper Vale Front", None, None, "Upper Vale Front"), ("Front", None, None, "Upper Vale Front")]),
    ("surname of an actor whose side is not named", "Reyes left.", ["Reyes/PERSON"], [("Reyes", None, None, "Reyes")]),
    ("dates stand for nobody", "Avia left on Monday.", ["Monday/DATE"], [("Monday", None, None, "Monday")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names", "expected"), [e[1:] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES])
def test_mentions(actors, text, names, expected):
    assert _mentions(text, names, actors) == expected


@pytest.mark.parametrize(
    ("printed", "bare"),
    [
        ("Rear Adm. Daniel Hagari", "Daniel Hagari"),
        ("Lt. Col. Ana Reyes's", "Ana Reyes"),
        ("Mrs Varro", "Varro"),
        ("Prime Minister Hana Quist", "Hana Quist"),
        ("General", "General"),
        ("", ""),
    ],
)
def test_titles_and_ranks_are_not_part_of_a_name(printed, bare):
    assert bare_name(printed) == bare


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("actor,aliases,kind\nAvia,,place\n", "line 1: no column 'side'"),
        ("actor,aliases,kind,side\nAvia,,planet,\n", "line 2: kind is 'planet'; use one of person"),
        ("actor,aliases,kind,side\nAvia,,place,\nAvia,,place,\n", "line 3: actor 'Avia' stands in line 2 already"),
        ("actor,aliases,kind,side\nAvia,place\n", "line 2: 2 cells where the header has 4"),
        ("actor,aliases,kind,side\n,x,place,\n", "line 2: actor is empty"),
        ("# nothing\n", "empty; the first line must be"),
    ],
    ids=["no column", "unknown kind", "twice", "ragged", "no name", "empty"],
)
def test_a_broken_table_names_file_line_field_and_fix(tmp_path, table, message):
    path = tmp_path / "actors.csv"
    path.write_text(table, encoding="utf8")
    with pytest.raises(LexiconError, match="actors.csv") as error:
        read_actors(path)
    assert message in str(error.value)


def test_every_row_of_the_shipped_table_is_usable():
    assert {actor.kind for actor in read_actors().rows} <= {"person", "organisation", "group", "place", "document"}
