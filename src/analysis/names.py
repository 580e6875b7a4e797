"""Who the names of one article stand for: the full name of a short one, an organisation by its letters, an actor."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from spacy.tokens import Doc, Span

from analysis.actors import ARTICLES, POSSESSIVE, Actor, Actors, bare_name, name_key
from analysis.descriptions import is_address, party_words, role_before
from analysis.lexicon import read_lexicon

_LONGEST_ALIAS = 6  # words
_LONGEST_NAME = 4  # capitalised words of a person's name: five are a law firm
_OLDEST = 110  # years
_PARTICLE = 3  # letters of "van", "del", "al"
_LATER = 800  # characters within which a headline's or lead's surname gets its full name
_LONG_ENOUGH = 8  # letters of a name of which one may be a slip
_ACRONYM = re.compile(r"\s?\(([A-Z]{2,8})\)")


class Names:
    """Who the names of one article stand for: built from all its names, then asked for each.

    A short or shared alias ("the army") stands for the one actor whose side the article names otherwise; a surname for
    the one fuller name in the article.
    """

    def __init__(self, doc: Doc, actors: Actors):
        self.actors = actors
        self.entities = find_names(doc)
        self.printed = list(find_printed(doc, actors))
        printed = [actor for _, actor in self.printed]
        self.sides = {actor.side for actor in printed if actor.side}
        self.present = {actor.name for actor in printed}
        self.first: dict[str, int] = {}  # where each person's full name stands first
        self.alone: dict[str, int] = {}  # where each single name stands first
        self.by_word: dict[str, set[str]] = defaultdict(set)
        self.by_acronym: dict[str, set[str]] = defaultdict(set)
        self._read_people()
        self._read_organisations(doc)

    def _read_people(self) -> None:
        for ent in self.entities:
            name = bare_name(ent.text)
            words = len(name_key(name).split())
            if ent.label_ == "PERSON" and words == 1:
                self.alone.setdefault(name_key(name), ent.start_char)
            elif ent.label_ == "PERSON" and words and _capitals(name) <= _LONGEST_NAME:
                self.first.setdefault(name, ent.start_char)
        for _, actor in self.printed:
            if actor.kind == "person":
                self.first.setdefault(actor.name, 0)
        for name in self.first:
            self.by_word[name_key(name).split()[-1]].add(name)
        for name in self.first:  # "Dina" is Dina Varro where nobody has the surname Dina
            first = name_key(name).split()[0]
            if not any(name_key(other).split()[-1] == first for other in self.by_word[first]):
                self.by_word[first].add(name)

    def _read_organisations(self, doc: Doc) -> None:
        named = {POSSESSIVE.sub("", ent.text) for ent in self.entities if ent.label_ == "ORG"}
        self.organisations = {name for name in named if len(name.split()) > 1}
        for name in named:
            self.by_acronym[_initials(name)].add(name)
        text = doc.text
        for match in _ACRONYM.finditer(text):  # "Government Press Office (GPO)", whatever its letters stand for
            for name in sorted(self.organisations, key=lambda name: (len(name), name)):
                if text.endswith(name, 0, match.start()):
                    self.by_acronym[match[1]] = {name}

    def actor(self, text: str) -> Actor | None:
        """The one actor that `text` names in this article, or None."""
        found = self.actors.named(text) or self._owned(text)
        if len(found) > 1 or name_key(text) in self.actors.short:
            found = tuple(a for a in found if a.name in self.present) or tuple(a for a in found if a.side in self.sides)
        return found[0] if len(found) == 1 else None

    def _owned(self, text: str) -> tuple[Actor, ...]:
        """The actors that a possessive names: "Zhemera's Health Ministry" is the Zhemeran Health Ministry."""
        owner, _, body = self.owner(text)
        names = (owner.name, *owner.aliases) if owner else ()
        return next((found for name in names for found in [self.actors.named(f"{name} {body}")] if found), ())

    def owner(self, text: str) -> tuple[Actor | None, str, str]:
        """The country or party before the possessive of a name, and the words on either side.

        Without a possessive the leading words of a body of state: "Kestrian interior ministry".
        """
        before, found, after = text.replace("’", "'").partition("'s ")
        if not found:
            before, _, after = text.removeprefix("the ").partition(" ")
            if after.rpartition(" ")[2].lower() not in party_words("state"):
                return None, text, ""
        actor = self.actors.unmistakable(before)
        return (actor if actor and actor.kind != "person" else None), before, after

    def spelled_out(self, name: str) -> str:
        """The one organisation of the article that this abbreviates; `name` itself when none or two fit.

        By its initials ("CPD"), its last words ("the Front"), what stands before "of" ("the Directorate") or all but
        its last word ("Labour" for the Labour Party).
        """
        key = name_key(name)
        fuller = {name_key(full): full for full in sorted(self.by_acronym.get(key.upper(), ()))}
        if not fuller:
            fuller = {name_key(full): full for full in sorted(self.organisations) if _shortens(key, name_key(full))}
        if not fuller and " " not in key and name.istitle():  # "Ostrel" in an article on Ostrel Minerals
            fuller = {name_key(full): full for full in sorted(self.organisations) if full.startswith(f"{name} ")}
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
            for word in sorted(words)
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


def is_organisation(noun: str) -> bool:
    """Whether a common noun is one for an organisation: "Council", "party"."""
    return noun.lower() in _bodies()


@cache
def _bodies() -> frozenset[str]:
    rows = read_lexicon("sources", ("noun", "kind"))
    return frozenset(row["noun"] for row in rows if row["kind"] == "organisation")


def _shortens(key: str, full: str) -> bool:
    if full.endswith(f" {key}") or full.startswith((f"{key} of ", f"{key} for ")):
        return True
    return full.rsplit(" ", 1)[0] == key != full and full.rsplit(" ", 1)[-1] in _bodies()


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
    """The entities of a `Doc`; two people without a word between them are one: "Alice" "Risely".

    A word that is somebody's surname in the article is theirs everywhere, and "None" is no name.
    """
    found: list[Span] = []
    surnames = {ent[-1].text for ent in doc.ents if ent.label_ == "PERSON" and len(ent) > 1}
    for ent in sorted([*doc.ents, *_with_age(doc)], key=lambda ent: ent.start):
        if len(ent) == 1 and ent[0].pos_ in ("PRON", "DET") and not ent.text.isupper():
            continue
        if len(ent) == 1 and ent.label_ == "ORG" and ent.text in surnames:
            ent = Span(doc, ent.start, ent.end, label="PERSON")
        if ent.label_ in ("ORG", "LOC", "FAC") and ent.start and is_address(doc[ent.start - 1].text):
            of = next((token.i for token in ent if token.lower_ == "of"), ent.end)  # "Dr Ana Lenk of Kell Hospital"
            ent = Span(doc, ent.start, of, label="PERSON") if of > ent.start else ent
        if ent.label_ in ("ORG", "LOC") and 1 < len(ent) <= _LONGEST_NAME and _is_introduced(ent):
            ent = Span(doc, ent.start, ent.end, label="PERSON")
        if ent.label_ == "ORG" and _begins_with_members(ent):
            ent = Span(doc, ent.start + 2 + (ent[2].lower_ == "the"), ent.end, label="ORG")
        while ent.label_ == "ORG" and _begins_small(ent):  # "state Department of Corrections"
            ent = Span(doc, ent.start + 1, ent.end, label="ORG")
        last = found[-1] if found else None
        if last is not None and last.label_ == ent.label_ == "PERSON" and last.end == ent.start:
            found[-1] = Span(doc, last.start, ent.end, label=ent.label_)
        else:
            found.append(ent)
    return found


def _with_age(doc: Doc) -> Iterator[Span]:
    """Names that were not recognised, with an age after them: "Noor, 15, who stayed"."""
    for i in range(len(doc) - 3):
        age = doc[i + 2].text
        if doc[i].pos_ == "PROPN" and not doc[i].ent_type_ and doc[i + 1].text == "," and doc[i + 3].text in ",.":
            start = i
            while start and doc[start - 1].pos_ == "PROPN" and not doc[start - 1].ent_type_:
                start -= 1
            if age.isdecimal() and int(age) < _OLDEST and not (start and doc[start - 1].ent_type_):
                yield Span(doc, start, i + 1, label="PERSON")


def _begins_with_members(ent: Span) -> bool:
    """Whether fighters stand before the name of their group: "Rebels of the Salt Star"."""
    return len(ent) > 3 and ent[0].lower_.rstrip("s") in party_words("fighter") and ent[1].lower_ in ("of", "from")


def _is_introduced(ent: Span) -> bool:
    """Whether a person's role stands before a name: "the governor of Sarre, Ilka Brand, said"."""
    doc, at = ent.doc, ent.start - 1
    plain = all(token.pos_ == "PROPN" for token in ent)
    comma = at > 0 and doc[at].text == "," and plain and doc[ent.end : ent.end + 1].text in (",", "said")
    return comma and doc.has_annotation("SENT_START") and role_before(doc, ent.sent.start, at) is not None


def _begins_small(ent: Span) -> bool:
    """Whether a common noun stands before the capitals of a name."""
    return len(ent) > 1 and ent[0].is_lower and len(ent[0]) > _PARTICLE and ent[1].is_title


def find_printed(doc: Doc, actors: Actors) -> Iterator[tuple[Span, Actor]]:
    """Actors that the article names unmistakably, by a name that no other actor shares, and where."""
    words = [token for token in doc if not token.is_space and name_key(token.text)]
    firsts = [name_key(token.text).split()[0] for token in words]
    for i in range(len(words)):
        after_article = firsts[i] in ARTICLES and firsts[i + 1 : i + 2]
        if (after_article[0] if after_article else firsts[i]) not in actors.firsts:
            continue
        for n in range(1, _LONGEST_ALIAS + 1):
            inside = words[i : i + n]
            found = actors.unmistakable(" ".join(token.text for token in inside))
            if found and any(token.text[0].isupper() for token in inside):
                yield doc[inside[0].i : inside[-1].i + 1], found
