"""Reads every table of `data/lexicon` once, so that a mistake in one is told before anything slow begins.

Each reader checks its own table and keeps what it read: the extraction pays nothing for it.
"""

from analysis.actors import read_actors
from analysis.cues import read_cues, read_hearsay, read_negations, read_nouns_of_saying
from analysis.descriptions import read_parties, read_roles, read_titles
from analysis.figures.nouns import people
from analysis.figures.severity import read_severities
from analysis.figures.triggers import triggers
from analysis.lexicon import read_lexicon
from analysis.numbers.words import read_words
from analysis.speakers.naming import noun_rows

READERS = (
    read_actors, read_cues, read_negations, read_nouns_of_saying, read_hearsay, read_parties, read_roles, read_titles,
    people, read_severities, triggers, read_words, noun_rows,
)  # fmt: skip
# tables of free words, for which the right columns are all that can be checked
PLAIN = {"broad": ("label",), "labels": ("label", "counted", "measures"), "spellings": ("printed", "folded")}


def check_vocabulary() -> None:
    """Read all tables; `LexiconError` names the file, the line, the field, the value and the choices."""
    for read in READERS:
        read()
    for name, fields in PLAIN.items():
        read_lexicon(name, fields)
