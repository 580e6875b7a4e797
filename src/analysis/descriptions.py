"""What stands beside a name and says who that is: titles, appositions, "who heads the ministry", "known as".

Read from the words, so that one wrong arc of the parse does not lose a description.
"""

from collections.abc import Iterator, Sequence, Set
from functools import cache

from spacy.tokens import Doc, Span, Token

from analysis.lexicon import choose, read_lexicon

# what a word of roles.csv and of parties.csv tells; each is explained at the head of its table
ROLES = ("verb", "body", "naming", "f", "m", "serves", "younger", "elder", "joins", "makes", "handle")
PARTIES = ("state", "office", "reigns", "foreign", "abroad", "held", "local", "past", "aide", "voice", "fighter",
           "fights", "attacks", "party", "freeing", "contested", "place")  # fmt: skip
OWNERS = ("nation", "")  # who alone may own a body of state or have an office
TITLES = ("rank", "honorific", "role")
TITLE_GENDERS = ("f", "m", "")
_NAMING_WORDS = 6  # between "known" and the name: "known to everyone in town as"
_DESCRIPTION = 24  # words


def role_words(kind: str) -> dict[str, tuple[str, ...]]:
    """The words of roles.csv of a kind, one of `ROLES`, with the nouns that take each up."""
    return read_roles()[kind]


@cache
def read_roles() -> dict[str, dict[str, tuple[str, ...]]]:
    """The rows of roles.csv by kind: word to its nouns."""
    found: dict[str, dict[str, tuple[str, ...]]] = {kind: {} for kind in ROLES}
    for row in read_lexicon("roles", ("word", "kind", "nouns")):
        kind = choose(row, "kind", ROLES, name="roles")
        found[kind][row["word"]] = tuple(filter(None, row["nouns"].split("|")))
    return found


def party_words(kind: str) -> Set[str]:
    """The words of parties.csv of a kind, one of `PARTIES`, in the order of the table."""
    return read_parties()[kind].keys()


@cache
def read_parties() -> dict[str, dict[str, str]]:
    """The rows of parties.csv by kind: word to who alone may own it."""
    found: dict[str, dict[str, str]] = {kind: {} for kind in PARTIES}
    for row in read_lexicon("parties", ("word", "kind", "only")):
        kind = choose(row, "kind", PARTIES, name="parties")
        found[kind][row["word"]] = choose(row, "only", OWNERS, name="parties")
    return found


@cache
def read_titles() -> dict[str, dict[str, str]]:
    """The rows of titles.csv by title, lower case without the full stop."""
    rows = read_lexicon("titles", ("title", "kind", "gender", "noun"))
    for row in rows:
        choose(row, "kind", TITLES, name="titles")
        choose(row, "gender", TITLE_GENDERS, name="titles")
    return {row["title"].rstrip(".").casefold(): row for row in rows}


@cache
def person_nouns() -> frozenset[str]:
    """Nouns that one person may be called by: those of people.csv, titles.csv and roles.csv."""
    people = {row["noun"] for row in read_lexicon("people", ("noun", "kind")) if row["kind"] == "person"}
    roles = {noun for nouns in role_words("verb").values() for noun in nouns}
    titles = office_nouns()
    return frozenset(people | roles | titles | set(role_words("f")) | set(role_words("m")))


@cache
def office_nouns() -> frozenset[str]:
    """Nouns of titles and ranks: whoever "the captain" is, it need not be the person named last."""
    return frozenset(noun for row in read_titles().values() for noun in row["noun"].split("|") if noun)


def is_title(word: str) -> bool:
    """Whether a word is a title or rank.

    >>> is_title("Gen."), is_title("Lenk")
    (True, False)
    """
    return word.rstrip(".").casefold() in read_titles()


def is_address(word: str) -> bool:
    """Whether only a person's name follows: "Dr", "Mrs"; a street or a hospital may be a "General".

    >>> is_address("Dr."), is_address("General")
    (True, False)
    """
    title = read_titles().get(word.rstrip(".").casefold())
    return title is not None and title["kind"] == "honorific"


def gender_of(word: str) -> str | None:
    """The gender that a title or a noun tells: "Mrs", "spokesman", "widow"; None for the others.

    >>> gender_of("Mrs."), gender_of("widow"), gender_of("minister")
    ('f', 'f', None)
    """
    key = word.rstrip(".").casefold()
    title = read_titles().get(key)
    if title and title["gender"]:
        return title["gender"]
    return next((gender for gender in "fm" if key in role_words(gender)), None)


def descriptions(ent: Span) -> Iterator[Span]:
    """What stands beside a name and says who that is: titles before it, appositions on either side, "who heads …".

    Read from the words, so that one wrong arc does not lose them.
    """
    doc, sent = ent.doc, ent.sent
    start = _modifiers_before(doc, sent.start, ent.start)
    office = _office_before(doc, sent.start, start)
    start = _modifiers_before(doc, sent.start, office) if office < start else start
    yield doc[start : ent.end]
    if start > sent.start + 1 and doc[start - 1].text == ",":
        before = role_before(doc, sent.start, start - 1)
        if before is not None:
            yield before
    naming = _naming(doc, sent.start, start)
    if naming is not None:
        yield naming
    yield from _after(ent)


def _modifiers_before(doc: Doc, first: int, start: int) -> int:
    """Where the titles, nouns and adjectives right before a word begin."""
    least = max(first, start - _DESCRIPTION)
    while start > least and _is_modifier(doc[start - 1]):
        start -= 1
    return start


def _office_before(doc: Doc, first: int, start: int) -> int:
    """Where an office begins that runs on to a name: "*Minister* of Mines Ana Sol", "*chief* of staff Gen. Ana Sol"."""
    if start - 2 < first or doc[start - 1].lower_ not in role_words("joins"):
        return start
    office, served = doc[start - 2], doc[start]
    known = is_title(office.text) or office.text.istitle() and office.lower_ in person_nouns()
    of_somebody = served.ent_type_ == "PERSON" or is_title(served.text) or served.lower_ in person_nouns()
    return start - 2 if known and not of_somebody else start  # not "a friend of Gen. Orin", "of singer Ana Sol"


def tells_office(span: Span) -> bool:
    """Whether a description tells an office: of clauses only those with "heads", "commands" and the like."""
    return span[0].tag_ not in ("WP", "WDT") or any(token.lemma_ in role_words("verb") for token in span)


def in_name(token: Token, ent: Span) -> bool:
    """Whether a word is part of the name itself and no title."""
    return ent.start <= token.i < ent.end and not is_title(token.text)


def _is_modifier(token: Token) -> bool:
    if token.ent_type_ == "PERSON" or token.is_space:
        return False
    return (
        token.pos_ in ("NOUN", "PROPN", "ADJ")
        or token.tag_ in ("POS", "HYPH")
        or token.text.endswith(".")
        and len(token) > 1
    )


def role_before(doc: Doc, first: int, comma: int) -> Span | None:
    """ "Its spokesman, Idris Vane": the noun phrase before the comma when a singular person noun ends its head."""
    start = comma
    while (
        start > first
        and not doc[start - 1].is_punct
        and (doc[start - 1].pos_ not in ("VERB", "AUX", "CCONJ", "SCONJ", "PRON") or doc[start - 1].dep_ == "amod")
    ):
        if doc[start - 1].pos_ == "ADP" and doc[start - 1].lower_ not in role_words("joins"):
            break
        start -= 1
    if start > first and doc[start - 1].tag_ == "PRP$":
        start -= 1
    return doc[start:comma] if start < comma and head_noun(doc[start:comma]) else None


def head_noun(span: Span) -> Token | None:
    """The singular noun that a description is about: the last one before "of", "for", "who"."""
    head = None
    for token in span:
        if token.pos_ == "ADP" or token.tag_ in ("WP", "WDT", "VBN", "VBG") or token.text == ",":
            break
        if token.pos_ in ("NOUN", "PROPN"):
            head = token
    known = head is not None and (head.lower_ in person_nouns() or head.lower_ in read_titles())
    return head if known and head is not None and head.tag_ not in ("NNS", "NNPS") else None


def _naming(doc: Doc, first: int, start: int) -> Span | None:
    """ "A caretaker known to everyone as Uncle Rust": the noun phrase before the participle."""
    for i in range(start - 1, max(first, start - _NAMING_WORDS) - 1, -1):
        if doc[i].lemma_ in role_words("naming") and (doc[i].tag_ == "VBN" or doc[i].dep_ in ("acl", "acl:relcl")):
            head = doc[i - 1] if i > first else None
            return doc[head.left_edge.i : i] if head is not None and head.pos_ == "NOUN" else None
        if doc[i].pos_ in ("VERB", "AUX", "PROPN"):
            return None
    return None


def _after(ent: Span) -> Iterator[Span]:
    """ ", 43, a nurse," ", who heads the defence ministry,": up to three stretches between commas after a name."""
    doc, at = ent.doc, ent.end
    for _ in range(3):
        if at >= ent.sent.end or doc[at].text != ",":
            return
        start = end = at + 1
        while (
            end < ent.sent.end
            and doc[end].text not in (",", ";", ":", ".", "”", '"', "—", "–")
            and end - start < _DESCRIPTION
        ):
            end += 1
        span = doc[start:end]
        following = doc[end + 1 : min(end + 2, ent.sent.end)]  # "Iva Kell, her husband, Jo Moor" is about Moor
        if not len(span) or any(token.ent_type_ == "PERSON" for token in following) or _names_another(span):
            return
        if span[0].tag_ in ("WP", "WDT"):
            yield span
        elif (span[0].pos_ in ("DET", "ADJ", "NOUN", "PROPN") or span[0].tag_ == "PRP$") and _is_apposition(span, ent):
            if any(t.tag_ in ("VBD", "VBZ", "VBP") and t.dep_ not in ("acl:relcl", "acl") for t in span):
                return  # "Of Kell, the senator said": the next clause
            yield span
        elif span[0].pos_ != "NUM":
            return
        at = end


def _names_another(span: Span) -> bool:
    """Whether a name in the stretch is more than somebody's whose mother or lawyer this is: "the mother of Jo Kell"."""
    names = [token for token in span if token.ent_type_ == "PERSON"]
    if names and any(gender_of(t.text) for t in span.doc[names[-1].i + 2 : span.end]) and span[0].tag_ == "WP":
        return False  # "who is Ms Kell's husband"
    related = (
        head_noun(span) is not None and any(t.lower_ in role_words("joins") for t in span[: names[0].i - span.start])
        if names
        else True
    )
    return not related


def _is_apposition(span: Span, ent: Span) -> bool:
    return head_noun(span) is not None or any(t.dep_ == "appos" and ent.start <= t.head.i < ent.end for t in span)


def roles_in(words: Sequence[Token], kind: str) -> Iterator[tuple[str, set[str]]]:
    """The nouns that a description calls somebody by, each with the other nouns of the phrase."""
    others = {token.lower_ for token in words if token.pos_ in ("NOUN", "PROPN")}
    heads = role_words("verb")
    called = [noun for token in words for noun in heads.get(token.lemma_, ()) if token.tag_[:2] == "VB"]
    if called or any(token.lower_ in ("head", "chief", "leader") for token in words):
        called += [noun for token in words for noun in role_words("body").get(token.lower_, ())]
    for token in words:
        title = read_titles().get(token.text.rstrip(".").casefold())
        if title and title["noun"]:
            called += title["noun"].split("|")
        if token.pos_ in ("NOUN", "PROPN") and (token.lower_ in person_nouns() or kind == "organisation"):
            called.append(token.lower_)
    for noun in called:
        yield noun, others - {noun}


def tells(token: Token) -> bool:
    """Whether a word of a description is about the person and not about an owner: "Lidia, the widow's friend"."""
    return token.dep_ != "nmod:poss"
