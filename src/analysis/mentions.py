"""Finds people, organisations and places in a `Doc`, and says which actor of `data/lexicon/actors.csv` each stands for.

Find first, resolve later, never guess: a mention that could be two actors, or two people of one surname, is neither.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from spacy.tokens import Doc, Span

from analysis.lexicon import LEXICON, LexiconError, choose, read_lexicon

LABELS = ("PERSON", "ORG", "LOC", "FAC", "NORP", "DATE", "MONEY", "PRODUCT", "MISC")
KINDS = ("person", "organisation", "group", "place", "document")
NAMES = ("PERSON", "ORG", "LOC", "FAC", "NORP")
_LONGEST_ALIAS = 6  # words
_LONGEST_ACRONYM = 5  # letters
_LONGEST_NAME = 4  # capitalised words of a person's name: five are a law firm
_LATER = 800  # characters within which a headline's or lead's surname gets its full name
_LONG_ENOUGH = 8  # letters of a name of which one may be a slip
_ACRONYM = re.compile(r"\s?\(([A-Z]{2,8})\)")
_NOT_NAME = re.compile(r"[^\w&]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’´`]s?$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as printed, and whom it stands for."""

    start_char: int
    end_char: int
    text: str
    label: str  # one of LABELS
    actor: str | None  # canonical name in actors.csv
    side: str | None  # the actor's party; None when neutral or unknown
    name: str  # the fullest form of the name in this article, without titles


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

    def named(self, text: str) -> tuple[Actor, ...]:
        """All actors that go by this name: none, one, or several when the name is shared ("the army")."""
        key = name_key(text)
        return () if key in self.acronyms and _lower_case(text) else self.by_key.get(key, ())

    def unmistakable(self, text: str) -> Actor | None:
        """The actor that a name stands for in any article."""
        found = self.named(text)
        return found[0] if len(found) == 1 and name_key(text) not in self.short else None


def _lower_case(text: str) -> bool:
    return any(c.islower() for c in _POSSESSIVE.sub("", text).removeprefix("the ").removeprefix("The "))


def name_key(text: str) -> str:
    """A name for comparison: no case, accents, article, punctuation or possessive.

    >>> name_key("The Defence Ministry’s"), name_key("U.N."), name_key("Bozizé")
    ('defence ministry', 'un', 'bozize')
    """
    text = _POSSESSIVE.sub("", text.strip())
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() or text
    words = _NOT_NAME.sub(" ", plain.replace(".", "").casefold()).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("the", "a", "an") else words)


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
    return Actors(tuple(rows), found, frozenset(short), frozenset(acronyms))


@cache
def titles() -> frozenset[str]:
    """Titles, ranks and roles that stand before a name, lower case without the full stop."""
    return frozenset(
        row["title"].rstrip(".").casefold() for row in read_lexicon("titles", ("title", "kind", "gender", "noun"))
    )


def bare_name(text: str) -> str:
    """A person's name without titles, ranks and possessive.

    >>> bare_name("Rear Adm. Daniel Hagari’s"), bare_name("General Lenk"), bare_name("President")
    ('Daniel Hagari', 'Lenk', 'President')
    >>> bare_name("Emanuel (Mannie) Fabian")
    'Emanuel Fabian'
    """
    words = re.sub(r"\([^()]{1,40}\)", " ", _POSSESSIVE.sub("", text)).split() or text.split()
    while len(words) > 1 and words[0].rstrip(".").casefold() in titles():
        words = words[1:]
    return " ".join(words)


class Names:
    """Who the names of one article stand for: built from all its names, then asked for each.

    A short or shared alias ("the army") stands for the one actor whose side the article names otherwise; a surname for
    the one fuller name in the article.
    """

    def __init__(self, doc: Doc, actors: Actors):
        self.actors = actors
        self.first: dict[str, int] = {}  # where each person's full name stands first
        self.alone: dict[str, int] = {}  # where each single name stands first
        for ent in find_names(doc):
            name = bare_name(ent.text)
            if ent.label_ == "PERSON" and len(name_key(name).split()) == 1:
                self.alone.setdefault(name_key(name), ent.start_char)
            if ent.label_ == "PERSON" and len(name_key(name).split()) > 1 and _capitals(name) <= _LONGEST_NAME:
                self.first.setdefault(name, ent.start_char)
        self.printed = list(find_printed(doc, actors))
        printed = [actor for _, actor in self.printed]
        for actor in printed:
            if actor.kind == "person":
                self.first.setdefault(actor.name, 0)
        self.by_word: dict[str, set[str]] = defaultdict(set)
        for name in self.first:
            self.by_word[name_key(name).split()[-1]].add(name)
        for name in self.first:  # "Dina" is Dina Varro where nobody has the surname Dina
            first = name_key(name).split()[0]
            if not any(name_key(other).split()[-1] == first for other in self.by_word[first]):
                self.by_word[first].add(name)
        organisations = {_POSSESSIVE.sub("", ent.text) for ent in doc.ents if ent.label_ == "ORG"}
        self.by_acronym: dict[str, set[str]] = defaultdict(set)
        for name in organisations:
            self.by_acronym[_initials(name)].add(name)
        for match in _ACRONYM.finditer(doc.text):  # "Government Press Office (GPO)", whatever its letters stand for
            for name in organisations:
                if doc.text.endswith(name, 0, match.start()) and len(name.split()) > 1:
                    self.by_acronym[match[1]] = {name}
        self.organisations = {name for name in organisations if len(name.split()) > 1}
        self.sides = {actor.side for actor in printed if actor.side}
        self.present = {actor.name for actor in printed}

    def actor(self, text: str) -> Actor | None:
        """The one actor that `text` names in this article, or None."""
        found = self.actors.named(text)
        if len(found) > 1 or name_key(text) in self.actors.short:
            found = tuple(a for a in found if a.name in self.present) or tuple(a for a in found if a.side in self.sides)
        return found[0] if len(found) == 1 else None

    def spelled_out(self, name: str) -> str:
        """The one organisation of the article that this abbreviates; `name` itself when none or two fit.

        By its initials ("CPD"), its last words ("the Front") or all but its last ("Labour" for the Labour Party).
        """
        key = name_key(name)
        fuller = {name_key(full): full for full in self.by_acronym.get(key.upper(), ())}
        if not fuller:
            fuller = {name_key(full): full for full in self.organisations if _shortens(key, name_key(full))}
        return min(fuller.values()) if len(fuller) == 1 else name

    def full(self, name: str) -> str:
        """The fullest name of the person in this article; `name` itself when none or two are fuller.

        "Hagari" is "Daniel Hagari" when only one person of that name is named, "Dina" is "Dina Varro".
        """
        fuller = self.namesakes(name)
        return fuller[0] if len(fuller) == 1 else name

    def namesakes(self, name: str, *, before: int | None = None) -> list[str]:
        """The people of the article whom a name fits, each by the fullest form; only those named `before` a place.

        Somebody whose full name comes long after a name stood alone is another: "President Obama" is not the Michelle
        Obama of a later paragraph.
        """
        words = set(name_key(name).split())
        latest = self.alone[name_key(name)] + _LATER if name_key(name) in self.alone else None
        fitting = {
            name_key(other): other
            for word in words
            for other in sorted(self.by_word[word])
            if words <= set(name_key(other).split())
            and (before is None or self.first[other] <= before)
            and (latest is None or self.first[other] <= latest)
        }
        keys = {key: set(key.split()) for key in fitting}
        whole = [key for key in fitting if not any(keys[key] < other for other in keys.values())]
        return [fitting[key] for n, key in enumerate(whole) if not any(_misspelt(key, k) for k in whole[:n])]

    def ambiguous(self, name: str) -> bool:
        """Whether two people in the article share the one name that is all of `name`."""
        return len(name_key(name).split()) == 1 and len(self.namesakes(name)) > 1


@cache
def _bodies() -> frozenset[str]:
    rows = read_lexicon("sources", ("noun", "kind"))
    return frozenset(row["noun"] for row in rows if row["kind"] == "organisation")


def _shortens(key: str, full: str) -> bool:
    return full.endswith(f" {key}") or full.rsplit(" ", 1)[0] == key != full and full.rsplit(" ", 1)[-1] in _bodies()


def _misspelt(one: str, other: str) -> bool:
    """Whether two names differ by one letter only, as an article's own slips do: "Kristin Wilk", "Kristen Wilk"."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < _LONG_ENOUGH or one == other:
        return False
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[same + 1 :] in (other[same + 1 :], other[same:]) or one[same:] == other[same + 1 :]


def _capitals(name: str) -> int:
    return sum(word[0].isupper() for word in name.split())


def _initials(name: str) -> str:
    """The first letters of the capitalised words.

    >>> _initials("Ministry of Public Works")
    'MPW'
    """
    capitals = [word[0] for word in name.split() if word[0].isupper()]
    return "".join(capitals) if len(capitals) > 1 else ""


def find_names(doc: Doc) -> list[Span]:
    """The entities of a `Doc`; two people without a word between them are one: "Alice" "Risely"."""
    found: list[Span] = []
    for ent in doc.ents:
        last = found[-1] if found else None
        if last is not None and last.label_ == ent.label_ == "PERSON" and last.end == ent.start:
            found[-1] = Span(doc, last.start, ent.end, label=ent.label_)
        else:
            found.append(ent)
    return found


def find_printed(doc: Doc, actors: Actors) -> Iterator[tuple[Span, Actor]]:
    """Actors that the article names unmistakably, by a name that no other actor shares, and where."""
    words = [token for token in doc if not token.is_space and name_key(token.text)]
    for i in range(len(words)):
        for n in range(1, _LONGEST_ALIAS + 1):
            inside = words[i : i + n]
            found = actors.unmistakable(" ".join(token.text for token in inside))
            if found and any(token.text[0].isupper() for token in inside):
                yield doc[inside[0].i : inside[-1].i + 1], found


def find_mentions(doc: Doc, *, actors: Actors | None = None) -> list[Mention]:
    """All names, dates, sums of money and products of a parsed `Doc`, in order of the text.

    `actor` and `side` are None unless exactly one actor fits; `name` is the fullest form in the article.
    """
    names = Names(doc, actors or read_actors())
    return [_mention(ent, names) for ent in find_names(doc) if ent.label_ in LABELS]


def _mention(ent: Span, names: Names) -> Mention:
    name = _POSSESSIVE.sub("", ent.text)
    if ent.label_ == "PERSON":
        name = names.full(bare_name(ent.text))
    elif ent.label_ == "ORG":
        name = names.spelled_out(name)
    actor = None
    if ent.label_ in NAMES and not (ent.label_ == "PERSON" and names.ambiguous(name)):
        actor = names.actor(ent.text) or names.actor(name)
    return Mention(
        ent.start_char,
        ent.end_char,
        ent.text,
        ent.label_,
        actor.name if actor else None,
        actor.side if actor else None,
        actor.name if actor else name,
    )


def mentions_in(start_char: int, end_char: int, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions that lie within a stretch of text."""
    return [m for m in mentions if start_char <= m.start_char and m.end_char <= end_char]
