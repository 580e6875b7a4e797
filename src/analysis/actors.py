"""The actors that a researcher knows, from `data/lexicon/actors.csv`, found by any of their names.

Find first, resolve later, never guess: a name that could be two actors is neither.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from analysis.descriptions import is_title
from analysis.lexicon import LEXICON, LexiconError, choose, read_lexicon

KINDS = ("person", "organisation", "group", "place", "document")
POSSESSIVE = re.compile(r"(?<=\w)['’´`]s?$")
_LONGEST_ACRONYM = 5  # letters
_INITIAL = re.compile(r"^([A-Z]) ([a-z]{2,})(?= [A-Z])")  # set larger than the rest of the name: "D aniel Hagari"
_NOT_NAME = re.compile(r"[^\w&]+")
ARTICLES = frozenset({"the", "a", "an"})


@dataclass(frozen=True, slots=True)
class Actor:
    """A row of actors.csv."""

    name: str
    kind: str  # one of KINDS
    side: str | None
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Actors:
    """The actors a researcher knows, found by any of their names."""

    rows: tuple[Actor, ...]
    by_key: dict[str, tuple[Actor, ...]] = field(repr=False)
    short: frozenset[str] = field(repr=False)  # keys that name an actor only where the article names its side otherwise
    acronyms: frozenset[str] = field(repr=False)  # keys that are names in capitals only: "WHO" is not "who"
    firsts: frozenset[str] = field(repr=False)  # words with which a key begins

    def named(self, text: str) -> tuple[Actor, ...]:
        """All actors that go by this name: none, one, or several when the name is shared ("the army")."""
        key = name_key(text)
        return () if key in self.acronyms and _lower_case(text) else self.by_key.get(key, ())

    def unmistakable(self, text: str) -> Actor | None:
        """The actor that a name stands for in any article."""
        found = self.named(text)
        return found[0] if len(found) == 1 and name_key(text) not in self.short else None


def _lower_case(text: str) -> bool:
    return any(c.islower() for c in POSSESSIVE.sub("", text).removeprefix("the ").removeprefix("The "))


@lru_cache(maxsize=65_536)
def name_key(text: str) -> str:
    """A name for comparison: no case, accents, article, punctuation or possessive.

    >>> name_key("The Defence Ministry’s"), name_key("U.N."), name_key("Bozizé")
    ('defence ministry', 'un', 'bozize')
    """
    text = POSSESSIVE.sub("", text.strip())
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() or text
    words = _NOT_NAME.sub(" ", plain.replace(".", "").casefold()).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ARTICLES else words)


@cache
def read_actors(path: Path = LEXICON / "actors.csv") -> Actors:
    """The actors of a table with the columns actor, aliases (separated by `|`), kind and side.

    An alias that begins with `the`, or a person's surname, counts only where the article names the actor or its side.
    Raises `LexiconError` when a kind is unknown or an actor stands twice.
    """
    rows, seen = [], {}
    for row in read_lexicon(path.stem, ("actor", "aliases", "kind", "side"), folder=path.parent):
        if row["actor"] in seen:
            raise LexiconError(
                f"{path}: line {row['line']}: actor {row['actor']!r} stands in line {seen[row['actor']]} already; "
                "join their aliases in one line"
            )
        seen[row["actor"]] = row["line"]
        aliases = tuple(filter(None, map(str.strip, row["aliases"].split("|"))))
        rows.append(Actor(row["actor"], choose(row, "kind", KINDS, name=path.stem), row["side"] or None, aliases))
    by_key: dict[str, dict[str, Actor]] = defaultdict(dict)
    short, acronyms = set(), set()
    for actor in rows:
        for name in (actor.name, *actor.aliases):
            by_key[name_key(name)][actor.name] = actor
            if name.startswith("the ") or (actor.kind == "person" and name != actor.name and " " not in name):
                short.add(name_key(name))
            if name.isupper() and len(name_key(name)) <= _LONGEST_ACRONYM:
                acronyms.add(name_key(name))
    found = {key: tuple(actors.values()) for key, actors in by_key.items()}
    firsts = frozenset(key.split(" ", 1)[0] for key in found)
    return Actors(tuple(rows), found, frozenset(short), frozenset(acronyms), firsts)


def bare_name(text: str) -> str:
    """A person's name without titles, ranks and possessive.

    >>> bare_name("Rear Adm. Daniel Hagari’s"), bare_name("General Lenk"), bare_name("President")
    ('Daniel Hagari', 'Lenk', 'President')
    >>> bare_name("Emanuel (Mannie) Fabian")
    'Emanuel Fabian'
    """
    text = _INITIAL.sub(r"\1\2", text)
    words = re.sub(r"\([^()]{1,40}\)", " ", POSSESSIVE.sub("", text)).split() or text.split()
    while len(words) > 1 and is_title(words[0]):
        words = words[1:]
    return " ".join(words)
