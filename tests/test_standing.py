"""Whether a number says how many in all: whole, part or former; and whose people a giver counts as its own."""

import datetime

import pytest

from analysis.figures import find_figures
from analysis.mentions import find_mentions
from analysis.pipeline import parseable
from analysis.quotes import find_quotes

EXAMPLES = {
    "Nine people died. Another six were killed in Tolm, the mayor said.": ["whole", "part"],
    "Five were rescued; the other three are dead.": ["whole", "part"],
    "Forty people were hurt. Twelve others were injured in Tolm.": ["whole", "part"],
    "Nine people died, and 17 more people were killed at night.": ["whole", "part"],
    "Thirty people were hurt and another six are missing.": ["whole", "whole"],
    "No more than six people were killed.": ["whole"],
    "Twelve people were killed, three more than on Sunday, the mayor said.": ["whole", "part"],
    "The ministry said 61 people had died, up from 38 on Sunday.": ["whole", "former"],
    "The ministry lowered the death toll to 17 from 19.": ["whole", "former"],
    "The police said nine people had died. On Monday they had put the toll at five.": ["whole", "former"],
    "Initial reports said that 40 people had died.": ["former"],
    "An earlier version of this post said that 40 pupils had been freed at dawn.": ["former"],
    "The mayor said early on Monday that 40 people had died.": ["whole"],
    "The clinic had received seven bodies.": ["whole"],
}


def figures(nlp, text: str):
    doc = nlp(parseable(text))
    mentions = find_mentions(doc)
    return find_figures(doc, find_quotes(doc, mentions), mentions, date=datetime.date(2031, 5, 11))


@pytest.mark.parametrize(("text", "standing"), EXAMPLES.items(), ids=list(EXAMPLES))
def test_standing(nlp, text, standing):
    assert [figure.standing for figure in figures(nlp, text) if figure.measure != "other"] == standing


OWN = {
    "Orandan army officials said nine fighters were killed.": None,
    "The Halden Free Front said that eight people had died on its side.": "Halden Free Front",
    "The Halden Free Front raised its own losses to eight killed.": "Halden Free Front",
    "The Halden Free Front said that it had lost five fighters and that nine soldiers were killed.": None,
}


@pytest.mark.parametrize(("text", "side"), OWN.items(), ids=list(OWN))
def test_whose_people_the_last_figure_counts(nlp, text, side):
    assert figures(nlp, text)[-1].group_side == side
