"""Rules that find attributions on the parse: small functions that yield candidates, tried in the order of `RULES`.

Source of the idea: the frames of reporting verbs of the GenderGapTracker (Asr et al. 2021) and of Citron (BBC 2018),
here over one inventory of complements.
"""

from collections.abc import Callable, Iterator

from spacy.tokens import Doc, Token

from analysis.cues import (
    CLAUSES,
    Candidate,
    Cue,
    agent_of,
    cue_of,
    mode_of,
    span_of,
    stance_of,
    stance_of_order,
    subject_of,
    subtree_of,
)
from analysis.lexicon import read_lexicon


def according_to(doc: Doc) -> Iterator[Candidate]:
    """ "According to X, content", at either end or inside the clause it speaks for."""
    for token in doc[:-1]:
        if token.lower_ != "according" or doc[token.i + 1].lower_ != "to":
            continue
        head = (
            token.head if token.dep_ == "case" else next((c for c in token.children if c.dep_ in ("obl", "nmod")), None)
        )
        if head is None or head.i <= token.i + 1:
            continue
        phrase = set(range(token.i, max(head.right_edge.i, head.i) + 1))
        clause = _clause_around(head if token.dep_ == "case" else token)
        giver = span_of(head)
        source = (max(giver[0], token.i + 2), giver[1]) if giver else None
        yield Candidate((token.i, token.i + 2), source, frozenset(clause - phrase), "report", "speech", "according_to")


def _clause_around(token: Token) -> set[int]:
    """The clause that a phrase speaks for: up to the complement of another cue, or the whole sentence."""
    head = token.head
    while head.head != head and not (head.dep_ in CLAUSES and cue_of(head.head)):
        head = head.head
    return subtree_of(head) if head.dep_ in CLAUSES else {t.i for t in head.sent}


def clause(doc: Doc) -> Iterator[Candidate]:
    """A verb of saying with a clause: "X said that …", "…, X said", "X asked him to …"."""
    for verb, cue in _verbs(doc, "clause", "infinitive"):
        inside = {i for c in verb.children if _is_content(c, cue) for i in subtree_of(c)}
        rule = "clause"
        numbered = "at" in cue.frames and any(map(_at_number, verb.children))  # "put it at 12" is no "X put it"
        if not inside and verb.dep_ == "parataxis" and subject_of(verb) is not None and not numbered:
            inside, rule = subtree_of(verb.head) - subtree_of(verb), "parenthetical"
        elif not inside:
            inside = {i for c in verb.children if c.dep_ == "parataxis" and not cue_of(c) for i in subtree_of(c)}
        yield from _candidate(verb, cue, inside, rule)


def _is_content(child: Token, cue: Cue) -> bool:
    """A finite clause, or the infinitive of an order, promise or claim ("ordered them to leave")."""
    if child.dep_ in ("xcomp", "advcl") and any(c.tag_ == "TO" for c in child.lefts):
        return "infinitive" in cue.frames
    return child.dep_ in ("ccomp", "csubj:pass")


def complement(doc: Doc) -> Iterator[Candidate]:
    """A verb of saying with a noun phrase: "denied the claim", "admitted to four deaths", "put the toll at 12"."""
    for verb, cue in _verbs(doc, "object", "rest", "to", "at", "revise"):
        objects = [c for c in verb.children if c.dep_ in ("obj", "obl", "xcomp", "ccomp", "nmod") and c.i > verb.i]
        if "to" in cue.frames:
            to = [c for c in objects if c.dep_ == "obl" and any(k.lower_ == "to" for k in c.lefts)]
            if to:
                yield from _candidate(
                    verb, cue, subtree_of(to[0]) - {k.i for k in to[0].lefts if k.dep_ == "case"}, "to"
                )
                continue
        if not any(c.dep_ in ("obj", "xcomp", "ccomp") for c in objects):
            continue
        if "at" in cue.frames and not any(map(_at_number, objects)) or cue.frames == {"revise"} and not _revised(verb):
            continue
        wanted = objects if cue.frames & {"rest", "at", "revise"} else [c for c in objects if c.dep_ == "obj"]
        yield from _candidate(verb, cue, {i for c in wanted for i in subtree_of(c)}, "complement")


def _revised(verb: Token) -> bool:
    """Whether a number is changed, and to which: "revised its toll to 17", "lowered the estimate from 30 to 23"."""
    nouns = {row["lemma"] for row in read_lexicon("cue_nouns", ("lemma", "stance")) if row["stance"] == "estimate"}
    counted = any(c.dep_ == "obj" and nouns & {t.lemma_ for t in c.subtree} for c in verb.children)
    to = any(t.lower_ == "to" and any(n.like_num for n in t.doc[t.i + 1 : t.i + 4]) for t in verb.subtree)
    return counted and to


def _at_number(phrase: Token) -> bool:
    """Whether a phrase holds "at" with a number soon after: "the dead at more than 12"."""
    doc = phrase.doc
    return any(t.lower_ == "at" and any(n.like_num for n in doc[t.i + 1 : t.i + 5]) for t in phrase.subtree)


def adverb(doc: Doc) -> Iterator[Candidate]:
    """ "Reportedly", "allegedly", "purportedly": said by nobody who is named."""
    words = {row["word"]: row for row in read_lexicon("hearsay", ("word", "stance"))}
    for token in doc:
        row = words.get(token.lower_)
        if row and token.head != token:
            head = token.head
            while head.pos_ not in ("VERB", "AUX") and head.dep_ not in ("ROOT", "conj") and head.head != head:
                head = head.head
            if head.dep_ == "acl":  # "a picture purportedly showing a wing"
                continue
            content = subtree_of(head) - {token.i}
            yield Candidate((token.i, token.i + 1), None, frozenset(content), row["stance"], "speech", "adverb")


def noun(doc: Doc) -> Iterator[Candidate]:
    """A noun of saying with its clause: "the minister's claim that …", "a statement that …"."""
    nouns = {row["lemma"]: row["stance"] for row in read_lexicon("cue_nouns", ("lemma", "stance"))}
    for token in doc:
        if token.pos_ != "NOUN" or token.lemma_ not in nouns:
            continue
        that = [c for c in token.rights if c.dep_ in ("acl", "ccomp", "acl:relcl") and _says_that(c)]
        if not that or nouns[token.lemma_] == "estimate" and that[0].dep_ == "acl:relcl":  # "a number that grew"
            continue
        giver = next((c for c in token.children if c.dep_ == "nmod:poss"), None) or agent_of(token) or _by(token)
        yield Candidate(
            (token.i, token.i + 1),
            span_of(giver),
            frozenset(subtree_of(that[0])),
            nouns[token.lemma_],
            "speech",
            "noun",
        )


def _says_that(child: Token) -> bool:
    return any(c.lower_ == "that" and c.dep_ in ("mark", "nsubj") for c in child.children)


def _by(token: Token) -> Token | None:
    return next(
        (c for c in token.rights if c.dep_ == "nmod" and any(k.lower_ in ("by", "from") for k in c.lefts)), None
    )


def _verbs(doc: Doc, *frames: str) -> Iterator[tuple[Token, Cue]]:
    for token in doc:
        cue = cue_of(token)
        if cue and not cue.frames.isdisjoint(frames):
            yield token, cue


def _candidate(verb: Token, cue: Cue, content: set[int], rule: str) -> Iterator[Candidate]:
    """The candidate, unless the verb is itself only imagined ("hopes to say") or turned down ("declined to say")."""
    source = subject_of(verb) or agent_of(verb)
    outside = {verb.i} | (subtree_of(source) if source else set())
    outside |= {
        t.i for c in verb.children if c.dep_ in ("obl", "iobj", "advmod", "punct") and c.i < verb.i for t in c.subtree
    }
    passive = any(c.dep_ in ("nsubj:pass", "aux:pass") for c in verb.children)
    if not content or (source is None and not passive):
        return
    stop = next((i for i in sorted(content) if i > verb.i and verb.doc[i].text == ";"), None)
    if stop is not None and source is not None and source.i < verb.i:  # what follows a semicolon is a clause of its own
        content = {i for i in content if i < stop}
    stance = stance_of_order(verb, content - outside, stance_of(verb, cue.stance))
    mode = mode_of(verb, cue.mode)
    yield Candidate((verb.i, verb.i + 1), span_of(source), frozenset(content - outside), stance, mode, rule)


RULES: tuple[Callable[[Doc], Iterator[Candidate]], ...] = (according_to, clause, complement, noun, adverb)
