"""Who a source stands for: on frozen parses, so that the rules are tested and not the parser."""

import re
from pathlib import Path

import pytest
from conftest import parsed
from spacy.tokens import Doc

from analysis.actors import read_actors
from analysis.descriptions import gender_of
from analysis.mentions import find_mentions
from analysis.speakers import Speakers

ACTORS = """\
actor,aliases,kind,side
Avia,Avian|Avians,place,Avia
Avian army,the army,organisation,Avia
Daniel Moor,Moor,person,Avia
Islamic Front,IS|WHO|US,organisation,Bor
"""

# text with the sources between ⟦ and ⟧, then for each in order: name/kind/for whom, - for none
EXAMPLES = [
    ("rank, then the role",
     "Rear Adm. Daniel Moor spoke in Cadby. The divers were safe, ⟦the admiral⟧ said.",
     ["Daniel Moor/person/-"]),
    ("who heads a ministry",
     "The talks failed, said ⟦Ana Reyes⟧, who heads the Defence Ministry. The minister left. ⟦She⟧ said no more.",
     ["Ana Reyes/person/Defence Ministry", "Ana Reyes/person/Defence Ministry"]),
    ("the minister takes up who heads a ministry",
     "The talks failed, said Ana Reyes, who heads the Defence Ministry. It was over, ⟦the minister⟧ said.",
     ["Ana Reyes/person/Defence Ministry"]),
    ("known as",
     "A commander known as Oryx spoke on Friday. ⟦The commander⟧ said that nobody had fled.",
     ["Oryx/person/-"]),
    ("surname of two people", "Jo Moor met Eva Moor in Cadby. ⟦Moor⟧ said no.", ["-/person/-"]),
    ("surname of two people, told apart by a title",
     "Jo Moor met his sister, Mrs Eva Moor, in Cadby. ⟦Mrs Moor⟧ said no.",
     ["Eva Moor/person/-"]),
    ("surname of two people, one not yet named",
     "Jo Moor left. ⟦Moor⟧ said no. Eva Moor stayed.",
     ["Jo Moor/person/-"]),
    ("first name alone", "Eva Moor lost her house. ⟦Eva⟧ said the fire came at night.", ["Eva Moor/person/-"]),
    ("she is not the spokesman", "Army spokesman Jo Moor met Ana Reyes. ⟦She⟧ said no.", ["Ana Reyes/person/-"]),
    ("he is the subject", "Jo Moor met Piet Oster. ⟦He⟧ said no.", ["Jo Moor/person/-"]),
    ("two equally good people", "Jo Moor and Piet Oster left. ⟦He⟧ said no.", ["-/person/-"]),
    ("her teacher is not she",
     "Nora Kell stayed. Her teacher, Jo Moor, had gone, ⟦she⟧ said.",
     ["Nora Kell/person/-"]),
    ("the article is cut off behind its source", "The talks failed, said ⟦a spokesman⟧", ["-/anonymous/-"]),
    ("an unnamed official",
     "A security official came to the door. ⟦He⟧ said that the road was closed.",
     ["-/anonymous/-"]),
    ("its spokesman",
     "The Civil Aid Office is poor. Its spokesman, ⟦Jo Moor⟧, said it had no money.",
     ["Jo Moor/person/-"]),
    ("role before the name",
     "The governor, ⟦Matteo Kell⟧, said no. ⟦The governor⟧ added that he was tired.",
     ["Matteo Kell/person/-", "Matteo Kell/person/-"]),
    ("for whom",
     "Piet Oster, ⟦a spokesman for the Civil Aid Office⟧, said no.",
     ["Piet Oster/person/Civil Aid Office"]),
    ("officials of a country", "⟦Avian officials⟧ said that four people had died.", ["-/group/Avia"]),
    ("acronym in brackets",
     "The Government Press Office (GPO) is closed. ⟦The GPO⟧ said so.",
     ["Government Press Office/organisation/-"]),
    ("the company",
     "Keth Hydro runs the dam. ⟦The company⟧ said that the gates had held.",
     ["Keth Hydro/organisation/-"]),
    ("the ministry is no company",
     "The Defence Ministry left Cadby. ⟦The company⟧ said no.",
     ["company/organisation/-"]),
    ("who", "The report was read by Ana Reyes, ⟦who⟧ said that it was late.", ["Ana Reyes/person/-"]),
    ("two people are a group", "⟦Jo Moor and Ana Reyes⟧ said no.", ["-/group/-"]),
    ("residents", "⟦Residents⟧ said that the shelling had stopped.", ["-/group/-"]),
    ("whose report", "⟦A report by the Civil Aid Office⟧ said that 12 had died.", ["Civil Aid Office/document/-"]),
    ("its report", "The Civil Aid Office met. ⟦Its report⟧ said that 12 had died.", ["Civil Aid Office/document/-"]),
    ("the name in the end of the phrase", "⟦The chief executive, Jo Moor⟧, said no.", ["Jo Moor/person/-"]),
    ("taken up by another word",
     "⟦Ana Reyes⟧ said no. ⟦The politician⟧ added that she was tired.",
     ["Ana Reyes/person/-", "Ana Reyes/person/-"]),
    ("an office may be somebody else", "Ana Reyes said no. ⟦The captain⟧ added that he was tired.", ["-/anonymous/-"]),
    ("a role before its name", "⟦The minister⟧ said no. Later the minister, Jo Moor, left Cadby.", ["Jo Moor/person/-"]),
    ("the office, then the name", "⟦Mayor of Cadby, Jo Moor⟧ said no. He left.", ["Jo Moor/person/-"]),
    ("surname of two people, told apart by kinship",
     "Jo Moor, the mother of Piet Moor, said no. ⟦Mrs Moor⟧ said that she was tired.",
     ["Jo Moor/person/-"]),
    ("a report by somebody, then the report",
     "A report by the Civil Aid Office is out. ⟦The report⟧ said that 12 had died.",
     ["Civil Aid Office/document/-"]),
    ("each side", "⟦Each side⟧ said that the other had fired first.", ["-/group/-"]),
    ("the name up to of",
     "The Department of Roads is late. ⟦The department⟧ said so.",
     ["Department of Roads/organisation/-"]),
    ("a doctor taken for a place", "⟦Dr Jo Moor of Cadby hospital⟧ said that two had died.", ["Jo Moor/person/-"]),
    ("the younger of a family",
     "Jo Moor left. His nephew, Piet Moor, stayed. ⟦The younger Moor⟧ said no. ⟦The elder Moor⟧ agreed.",
     ["Piet Moor/person/-", "Jo Moor/person/-"]),
    ("whose uncle", "Jo Moor, her uncle, left. ⟦Her uncle⟧ said no.", ["Jo Moor/person/-"]),
    ("a name that only its age tells", "Noor, 15, stayed. ⟦She⟧ said that it was cold.", ["Noor/person/-"]),
    ("an office that runs on to the name", "Minister of Mines Rasheed Colvane said the dam was safe. ⟦The minister⟧ rejected the reports.",
     ["Rasheed Colvane/person/-"]),
    ("an office before a rank", "Army chief of staff Gen. Tam Orin denied it. ⟦The chief of staff⟧ said no soldier had died.",
     ["Tam Orin/person/Army"]),
    ("somebody's friend is not them", "A friend of Gen. Tam Orin denied it. ⟦The friend⟧ said no soldier had died.", ["-/anonymous/-"]),
    ("an office with a participle, then the name", "⟦The president of neighbouring Velmark, Tam Orin,⟧ denied it.",
     ["Tam Orin/person/-"]),
    ("a name in a forum", "⟦Username oldbargee⟧ said no.", ["oldbargee/person/-"]),
    ("a handle and no name", "⟦User @oldbargee⟧ said no.", ["oldbargee/person/-"]),
    ("a name between commas behind a post of no table", "⟦Senior hydrographer⟧, Jo Moor, said no.", ["Jo Moor/person/-"]),
    ("a place before the role, taken for a body", "In the capital, ⟦Cadby, ministry spokesman Jo Moor⟧ said no.", ["Jo Moor/person/-"]),
    ("a modifier of an office is nobody",
     "Defence Minister Karel Vost went on trial on Monday. ⟦The defence⟧ said that the case was weak.", ["-/anonymous/-"]),
    ("a neighbour is a person", "⟦A neighbour⟧ said that the boy was home.", ["-/anonymous/-"]),
    ("an office with its letters", "⟦The Prime Minister (PM)⟧ said that the road was closed.", ["-/anonymous/-"]),
    ("who says I", "⟦I⟧ said that the road was closed.", ["-/anonymous/-"]),
    ("a title is no party", "On Monday ⟦opposition MP Jo Moor⟧ said that the road was closed.", ["Jo Moor/person/-"]),
    ("small words are no acronyms", "⟦People who left us⟧ said that it is over.", ["-/group/-"]),
]  # fmt: skip


KNOWN_FAILURES = [  # and why
    ("a first name tells no gender", "Army spokesman Jo Moor left. Eva Sand stayed in Cadby. ⟦He⟧ said no.", ["Jo Moor/person/-"],
     "nothing is inferred from a first name, and the nearer subject wins"),
    ("a nickname in quotation marks", "They called him “the Notary”. ⟦The Notary⟧ said no.", ["Notary/person/-"],
     "a nickname that was not recognised as a name is taken for an organisation"),
]  # fmt: skip


def parses() -> dict[str, Doc]:
    """The texts of examples/speakers.txt with their names and parse."""
    found = {}
    for block in (Path(__file__).parent / "examples" / "speakers.txt").read_text(encoding="utf8").split("### ")[1:]:
        text, names, rows = block.split("\n", 2)
        ents = [tuple(name.split()) for name in names.removeprefix("= ").split("; ") if name.strip()]
        found[text] = parsed(rows, ents=[(int(start), int(end), label) for start, end, label in ents])
    return found


@pytest.fixture(scope="module")
def actors(tmp_path_factory):
    path = tmp_path_factory.mktemp("lexicon") / "actors.csv"
    path.write_text(ACTORS, encoding="utf8")
    return read_actors(path)


def _resolved(marked: str, actors) -> list[str]:
    doc = parses()[marked.replace("⟦", "").replace("⟧", "")]
    speakers = Speakers(doc, find_mentions(doc, actors=actors), actors)
    found = []
    for n, source in enumerate(re.finditer("⟦(.*?)⟧", marked)):
        start = source.start() - 2 * n  # without the marks before it
        span = doc.char_span(start, start + len(source[1]))
        speaker = speakers.resolve((span.start, span.end))
        found.append(f"{speaker.name or '-'}/{speaker.kind}/{speaker.affiliation or '-'}")
    return found


def test_who_speaks_later_is_not_taken_up(actors):
    """Figures ask for their givers when all quotes of the article have been heard."""
    doc = parses()["The politician gave nine dead. Rain fell in Kell. Ana Lenk said that the road was closed."]
    speakers = Speakers(doc, find_mentions(doc, actors=actors), actors)
    assert speakers.resolve((11, 13)).name == "Ana Lenk"
    assert speakers.resolve((0, 2)).name is None


@pytest.mark.parametrize(("marked", "expected"), [e[1:] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES])
def test_who_a_source_stands_for(marked, expected, actors):
    assert _resolved(marked, actors) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [pytest.param(*e[1:3], id=e[0], marks=pytest.mark.xfail(strict=True, reason=e[3])) for e in KNOWN_FAILURES],
)
def test_known_failures(marked, expected, actors):
    assert _resolved(marked, actors) == expected


def test_a_state_possessive_names_the_actor_of_the_table(actors):
    doc = parses()["Avia’s army moved on Friday. A security official said that the road was closed."]
    speakers = Speakers(doc, find_mentions(doc, actors=actors), actors)
    assert speakers.resolve((0, 3)).name == "Avian army"
    assert speakers.resolve((7, 10)).side == "Avia"  # the only state of the article


@pytest.mark.parametrize(
    ("word", "gender"), [("Mrs", "f"), ("spokesman", "m"), ("widow", "f"), ("Assemblywoman", "f"), ("general", None)]
)
def test_only_titles_and_nouns_tell_a_gender(word, gender):
    assert gender_of(word) == gender
