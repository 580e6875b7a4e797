"""On whose word a figure stands where its own construction tells it, inside or outside of a quote.

"The 20 alleged by the League", "denied a claim by the army that 35 died", "by her account, six", "four, as it had
said": the giver is nearer to the figure than the source of the quote around it, if there is one.
"""

import re
from collections.abc import Sequence

from spacy.tokens import Token

from analysis.cues import SUBJECTS, agent_of, cue_of, read_nouns_of_saying
from analysis.figures.count import Count
from analysis.quotes import Quote

RECKONING = frozenset({"account", "count", "reckoning", "estimate", "tally", "telling"})
GOES_ON = re.compile(r"(?: [^\s,;:.“”\"]+){0,6}, and [^;:—“”\"]*$")  # "… said in a statement, and …"
ARGUMENTS = SUBJECTS | {"obj", "conj", "appos"}
CLAUSES = frozenset({"ROOT", "root", "conj", "ccomp", "parataxis", "advcl", "acl:relcl", "acl"})


def find_inner_giver(count: Count) -> Token | None:
    """The word for who gives this very figure; None when its construction names nobody."""
    return _of_participle(count) or _of_accused(count) or _by_account(count) or _as_said(count)


def _of_participle(count: Count) -> Token | None:
    """The 20 *alleged by the League*; the 340 *it admitted to holding*."""
    doc, end = count.span.doc, count.end
    behind = doc[end] if end < len(doc) else None
    if behind is not None and behind.tag_ == "VBN" and _is_speech(behind):
        return agent_of(behind)
    for clause in (*count.top.children, *count.anchor.children):
        if clause.dep_ != "acl:relcl" or clause.left_edge.i != end or not _is_speech(clause):
            continue
        own = next((c for c in clause.children if c.dep_ in SUBJECTS), None)
        if own is not None and own.tag_ not in ("WP", "WDT") and own.lower_ != "that":
            return own
    return None


def _of_accused(count: Count) -> Token | None:
    """Accused *the League* of claiming more than 50 dead."""
    for said in count.top.ancestors:
        if said.tag_ == "VBG" and _is_speech(said) and said.i < count.span.start:
            upper = next((token for token in said.ancestors if token.pos_ == "VERB" and token.tag_ != "VBG"), None)
            cue = cue_of(upper) if upper is not None else None
            if cue is not None and cue.stance == "accuse":
                return next((child for child in upper.children if child.dep_ == "obj"), None)
    return None


def _is_speech(token: Token) -> bool:
    cue = cue_of(token)
    return cue is not None and cue.mode == "speech"


def _by_account(count: Count) -> Token | None:
    """*By her account*, six are still held; 4,000 took part *by police estimates*."""
    doc = count.span.doc
    for token in count.anchor.sent:
        if token.lemma_.lower() not in RECKONING:
            continue
        owner = next((c for c in token.children if c.dep_ in ("nmod:poss", "compound")), None)
        led = {c.lower_ for c in token.children if c.dep_ == "case"} & {"by", "on"}
        if owner is not None and led:
            return owner
        source = next((c for c in token.rights if c.dep_ == "nmod" and c.left_edge.lower_ in ("from", "by")), None)
        if source is not None and doc[source.right_edge.i + 1 : source.right_edge.i + 2].text == ":":
            return source  # "a first count from the union: 13 dead"
    return None


def _as_said(count: Count) -> Token | None:
    """Four, *as it had said* the day before."""
    near = [token for token in count.span.doc[count.end : count.end + 8] if token.sent == count.anchor.sent]
    while near and near[0].text == ",":
        near.pop(0)
    if not near or near[0].lower_ != "as":
        return None
    verb = next((token for token in near if cue_of(token) and token.dep_ in ("advcl", "acl", "parataxis")), None)
    return next((c for c in verb.children if c.dep_ in SUBJECTS and c.i < verb.i), None) if verb is not None else None


def find_claim(count: Count, quote: Quote | None) -> Token | None:
    """The noun of saying that a denier turns down and that holds the figure: denied *a claim by X* that 35 died."""
    if quote is None:
        return None
    start = min(start for start, _ in quote.parts)
    for token in count.top.ancestors:
        if token.idx < min(start, start if quote.cue_start is None else quote.cue_start):
            return None
        stance = read_nouns_of_saying().get(token.lemma_.lower()) if token.pos_ == "NOUN" else None
        claimed = (
            stance in ("claim", "accuse") or token.lemma_ == "report"
        )  # he said *reports of 11 dead* were invented
        if stance and token.i < count.span.start and (quote.stance == "deny" or claimed and token.dep_ in ARGUMENTS):
            return token
    return None


def claimant(claim: Token) -> Token | None:
    """Who made a claim: its owner, or the one behind "by" or "made by"."""
    owner = next((c for c in claim.children if c.dep_ == "nmod:poss"), None)
    made = next((c for c in claim.rights if c.dep_ == "acl" and c.tag_ == "VBN"), None)
    return owner or agent_of(claim) or (agent_of(made) if made is not None else None)


def speaks_for(quote: Quote, count: Count) -> bool:
    """Whether a quote that ends before the figure goes on over it, in the same sentence.

    "According to X" inside a clause speaks for the rest of it; "A, X said, and B" for both sides of the "and".
    """
    sent, start = count.anchor.sent, count.number.start
    if quote.cue is None or quote.cue_start is None or not sent.start_char <= quote.cue_start < start:
        return False
    if quote.cue.lower().startswith("according"):
        word = next((token for token in sent if token.idx >= quote.cue_start), None)
        return word is not None and _clause(word) == _clause(count.anchor)
    word = next((token for token in sent if token.idx == quote.cue_start), None)
    if word is not None and any(t.head == word and t.dep_ == "ccomp" for t in count.anchor.ancestors):
        return True  # what the clause of saying governs, though the quote was found shorter
    if quote.kind != "indirect" or any(sent.start_char > begin or end > quote.cue_start for begin, end in quote.parts):
        return False
    return GOES_ON.match(sent.doc.text[quote.cue_start + len(quote.cue) : start]) is not None


def is_asked(quote: Quote, count: Count) -> bool:
    """Whether the cue is an "asked" without a subject: "Asked whether two had drowned, he laughed"."""
    if quote.cue is None or quote.cue_start is None or not quote.cue.lower().startswith("asked"):
        return False
    word = next((token for token in count.anchor.sent if token.idx == quote.cue_start), None)
    return word is not None and word.tag_ in ("VBN", "VBD") and not any(c.dep_ in SUBJECTS for c in word.children)


def first_person(quote: Quote, quotes: Sequence[Quote]) -> Quote:
    """The quote whose speaker an "I" stands for: “I said there were two,” Quill wrote."""
    seen = 0
    while quote.speaker is None and (quote.source or "").lower() in ("i", "we") and seen < len(quotes):
        if quote.parent is None:
            return quote
        quote, seen = quotes[quote.parent], seen + 1
    return quote


def _clause(token: Token) -> Token:
    while token.dep_ not in CLAUSES and token.head != token:
        token = token.head
    return token
