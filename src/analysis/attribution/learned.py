"""What the engine found: the spans of `doc.spans["attributions"]`, mended where the parse knows better."""

from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

from spacy.tokens import Doc, Span, Token

from analysis.actors import ARTICLES
from analysis.cues import (
    NOMINAL,
    SUBJECTS,
    Candidate,
    cue_of,
    mode_of,
    noun_phrase,
    read_hearsay,
    read_nouns_of_saying,
    stance_of,
    stance_of_order,
    subject_of,
    subtree_of,
    until_semicolon,
)
from analysis.descriptions import is_title
from analysis.marks import STAMP


def learned(doc: Doc) -> Iterator[Candidate]:
    """What the engine found: the spans of `doc.spans["attributions"]` that share an id are one attribution."""
    groups: dict[str, dict[str, list[Span]]] = {}
    for span in doc.spans.get("attributions", ()):
        groups.setdefault(span.id_, {}).setdefault(span.label_, []).append(span)
    sources = [span for span in doc.spans.get("attributions", ()) if span.label_ == "source"]
    for spans in groups.values():
        if "cue" in spans and "content" in spans and not _is_hearsay(spans["cue"][0]):
            cue = spans["cue"][0]
            stance, mode = _meaning(cue)
            stance = next((turned for t in cue if (turned := stance_of(t, stance)) != stance), stance)
            mode = next((turned for t in cue if (turned := mode_of(t, mode)) != mode), mode)
            near = spans.get("source", [])
            near = [whole for span in near if (whole := _whole_source(span)) is not None]
            source = min(near, key=lambda s: min(abs(s.start - cue.end), abs(cue.start - s.end)), default=None)
            source = _around_clause(source, cue)
            if source is None:  # the engine saw no source where the verb has a subject
                source = _subject_span(cue) or _beside(cue, sources)
            own = {token.i for span in (source, *spans["cue"]) if span is not None for token in span}
            others = [other for other in groups.values() if other is not spans]
            content = _whole_content(_without_holes(spans["content"], own, others), cue)
            if source is not None and source.start < cue.start:
                content = until_semicolon(content, cue.root)
            stance = stance_of_order(cue.root, content, stance)
            bounds = (source.start, source.end) if source is not None else None
            yield Candidate((cue.start, cue.end), bounds, content, stance, mode, "learned")


def _is_hearsay(cue: Span) -> bool:
    """Whether a cue is only "reportedly cancelled": nobody is named who says so, and the rule for adverbs reads it."""
    return any(token.lower_ in read_hearsay() and token.dep_ == "advmod" for token in cue)


def _meaning(cue: Span) -> tuple[str, str]:
    """Stance and mode of a cue: of its words the first that tells more than a report, verbs before nouns."""
    rows = [(row.stance, row.mode) for token in inside_out(cue) if (row := cue_of(token))]
    told = {**read_nouns_of_saying(), **read_hearsay()}
    rows += [(told[t.lemma_], "speech") for t in cue if t.pos_ in ("NOUN", "ADV") and t.lemma_ in told]
    speech = [row for row in rows if row[1] == "speech" and row[0] not in ("report", "thought")]
    return (speech or rows or [("report", "speech")])[0] if not rows or rows[0][1] == "speech" else rows[0]


def _without_holes(spans: Sequence[Span], own: set[int], others: Sequence[dict[str, list[Span]]]) -> set[int]:
    """The words of a content, with what the engine left out in the middle of a sentence: also who says what in there.

    "said that | the army | had | denied | that 30 died": the engine gives each word one role, but all of it is said.
    """
    inside = {token.i for span in spans for token in span}
    for before, after in pairwise(sorted(spans, key=lambda span: span.start)):
        gap = set(range(before.end, after.start))
        if not gap & own and before[-1].sent == after[0].sent:
            inside |= gap
    for other in others:  # the end of a content may be another's as a whole
        giver = {token.i for span in other.get("source", ()) for token in span}
        cue = other["cue"][0] if "cue" in other else None
        if cue is None or cue.start != max(inside) + 1 or giver & own:
            continue
        begun = any(child.dep_.startswith("aux") and child.i in inside for child in cue.root.children)
        if giver and giver <= inside or begun:  # "said they had been | told | not to talk"
            inside |= {token.i for spans in other.values() for span in spans for token in span}
    return inside


def _whole_content(content: set[int], cue: Span) -> frozenset[int]:
    """The engine's content without the words that say who speaks, and with a second clause: "…, and that he left"."""
    doc = cue.doc
    subject = next((c for c in cue.root.children if c.dep_ == "nsubj" and c.i < cue.start), None)
    if subject is not None and max(content) > cue.start:
        content = content - subtree_of(subject) or content
    content = _behind_saying(content, doc)
    content = content | _shares(doc, max(content) + 1)
    after = [t for t in doc[max(content) + 1 : max(content) + 4] if not t.is_punct]
    if len(after) > 1 and after[0].pos_ == "CCONJ" and after[1].lower_ == "that" and after[1].dep_ == "mark":
        clause = after[1].head
        if clause.dep_ in ("conj", "ccomp") and any(t.i in content or t == cue.root for t in clause.ancestors):
            content = content | set(range(max(content) + 1, clause.right_edge.i + 1))
    return frozenset(content)


def _behind_saying(content: Set[int], doc: Doc) -> Set[int]:
    """A content without the words that only lead to it: "quoted a guard | as saying | that the gate was shut"."""
    first = min(content)
    second = doc[first + 1 : first + 2]
    if doc[first].lower_ != "as" or not len(second) or second[0].tag_ != "VBG" or cue_of(second[0]) is None:
        return content
    return content - {first, first + 1} or content


def _shares(doc: Doc, at: int) -> set[int]:
    """What follows a count and tells how many of these are what: "41 dead | , 36 of them in Kell"."""
    after = doc[at : at + 4]
    words = [t.lower_ for t in after]
    if len(words) < 4 or words[0] != "," or words[2:] not in (["of", "them"], ["of", "whom"]) or not after[1].like_num:
        return set()
    end = next((t.i for t in doc[at + 4 : after[0].sent.end] if t.text in ',;.:”"'), after[0].sent.end)
    return set(range(at, end))


def _around_clause(source: Span | None, cue: Span) -> Span | None:
    """The subject of the cue where the engine's source only stands in a relative clause inside it.

    "The memo, which the Herald has seen, states": the memo states.
    """
    verb = next((token for token in inside_out(cue) if token.pos_ in ("VERB", "AUX")), None)
    subject = subject_of(verb) if verb is not None else None
    if source is None or subject is None or subject.pos_ not in NOMINAL or subject in source:
        return source
    path = [source.root, *source.root.ancestors]
    inside = path[: path.index(subject)] if subject in path else []
    return noun_phrase(subject) if any(t.dep_ in ("acl:relcl", "acl") for t in inside) else source


def _whole_source(span: Span) -> Span | None:
    """A source with all of the name it ends in ("Dr" before "Risely"); None when it has no noun, pronoun or number."""
    doc = span.doc
    stamp = STAMP.match(span.text)  # the time of a live blog's entry
    if stamp and stamp.end() < len(span.text):
        span = doc.char_span(span.start_char + stamp.end(), span.end_char) or span
    while len(span) > 1 and span[0].pos_ in ("SCONJ", "CCONJ", "PUNCT", "ADP"):
        span = span[1:]
    nominal = any(token.pos_ in NOMINAL and token.lower_ not in ARTICLES for token in span)
    if not nominal or span[-1].lower_ == "than":
        return None
    title = is_title(span[-1].text)
    for ent in doc.ents:
        if ent.label_ == "PERSON" and (ent.start < span.end < ent.end or title and ent.start == span.end):
            return doc[span.start : ent.end]
    return span


def _subject_span(cue: Span) -> Span | None:
    if len(cue) > 2 and cue[1].lower_ == "to":  # "according to a tally kept | by X"
        comma = next((t.i for t in cue.doc[cue.end : cue.sent.end] if t.is_punct), cue.sent.end)
        return cue.doc[cue.start + 2 : comma]
    if cue[-1].lower_ == "to" and cue.end < len(cue.doc):  # "according to X"
        head = cue.doc[cue.end]
        while head.dep_ not in ("obl", "nmod", "ROOT") and head.head.i > head.i:
            head = head.head
        return noun_phrase(head) if head.pos_ in NOMINAL - {"DET"} else None
    verbs = [token for token in inside_out(cue) if token.pos_ in ("VERB", "AUX")]
    subject = next((token for token in map(subject_of, verbs) if token is not None), None)
    if subject is None and verbs and not any(c.dep_ == "aux:pass" for c in verbs[0].children):
        beside = [t for t in cue.doc[max(0, cue.start - 1) : cue.start] if t.dep_ in SUBJECTS]  # hung on another verb
        subject = beside[0] if beside else None
    return noun_phrase(subject) if subject is not None else None


def _beside(cue: Span, sources: Sequence[Span]) -> Span | None:
    """A source of another cue that ends right before this one: "Moor said no and | vowed"."""
    before = (span for span in sources if span.end == cue.start)
    return next((whole for span in before if (whole := _whole_source(span)) is not None), None)


def inside_out(cue: Span) -> list[Token]:
    """The words of a cue, its syntactic head first: "said in a statement" is a saying."""
    return [cue.root, *(token for token in cue if token.i != cue.root.i)]
