"""Decides who says a stretch of a `Doc`: sources, cues and contents on the parse, and `attribute` for everyone else.

Quotes and figures both ask here, so they cannot disagree. Rules are small functions that yield candidates, tried in the
order of `RULES`; a later rule may not claim a cue that an earlier one has. Labels are Universal Dependencies.

Source of the idea: source, cue and content of PolNeAR (Newell et al., LREC 2018); the frames of reporting verbs of the
GenderGapTracker (Asr et al. 2021) and of Citron (BBC 2018), here over one inventory of complements.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Protocol, TypeVar

from spacy.tokens import Doc, Span, Token

from analysis.descriptions import person_nouns
from analysis.lexicon import choose, read_lexicon
from analysis.marks import STAMP

STANCES = ("report", "claim", "confirm", "deny", "accuse", "estimate", "order", "promise", "warn", "thought")
MODES = ("speech", "thought")
SUBJECTS = frozenset({"nsubj", "nsubj:pass", "nsubj:outer", "csubj", "expl"})
CLAUSES = frozenset({"ccomp", "xcomp", "csubj:pass"})
MODIFIERS = frozenset({"appos", "acl:relcl", "acl", "parataxis", "advcl", "advcl:relcl", "dep"})
NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "DET", "NUM", "ADJ", "X"})
ARTICLES = frozenset({"the", "a", "an"})
_FEW, _EARLY = 6, 3  # words
EDGES = frozenset(",.;:–—- \n\t>")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One attribution as the parse shows it: token indices into the `Doc`, nothing resolved."""

    cue: tuple[int, int] | None  # half-open token span
    source: tuple[int, int] | None
    content: frozenset[int]
    stance: str
    mode: str
    rule: str


@dataclass(frozen=True, slots=True)
class Cue:
    """A row of cues.csv."""

    lemma: str
    stance: str
    mode: str
    frames: frozenset[str]


class Attributed(Protocol):
    """Anything with parts: a quote, as far as `attribute` needs to know it."""

    @property
    def parts(self) -> Sequence[tuple[int, int]]: ...


T = TypeVar("T", bound=Attributed)


@cache
def read_cues() -> dict[str, Cue]:
    """The verbs of saying and thinking of cues.csv by lemma; several words are joined by a blank."""
    return {
        row["lemma"]: Cue(
            row["lemma"],
            choose(row, "stance", STANCES, name="cues"),
            choose(row, "mode", MODES, name="cues"),
            frozenset(row["frames"].split("|")),
        )
        for row in read_lexicon("cues", ("lemma", "stance", "mode", "frames"))
    }


def attribute(start_char: int, end_char: int, quotes: Iterable[T]) -> T | None:
    """The innermost of `quotes` that holds the stretch whole in one of its parts, or None: the outlet's own voice.

    Innermost is the one with the shortest part around the stretch, so nested speech counts for its inner giver.

    >>> from types import SimpleNamespace as Q
    >>> outer, inner = Q(parts=[(0, 50)]), Q(parts=[(20, 40)])
    >>> attribute(25, 27, [outer, inner]) is inner, attribute(60, 61, [outer, inner])
    (True, None)
    """
    around = [
        (end - start, n, quote)
        for n, quote in enumerate(quotes)
        for start, end in quote.parts
        if start <= start_char and end_char <= end
    ]
    return min(around, key=lambda found: found[:2])[2] if around else None


def find_attributions(doc: Doc) -> list[Candidate]:
    """All attributions of a `Doc`, in the order of their cues; nested ones are separate candidates.

    What the engine found comes first. It was trained on outermost attributions of political news, so the rules add what
    somebody quoted reports in turn, plain speech that it overlooked, and admitted, denied or estimated numbers; without
    the engine they find everything.
    A content that is only a pronoun ("published it") tells nothing and is left out.
    """
    found = [candidate for candidate in learned(doc) if not _says_nothing(candidate, doc)]
    outer = {i for candidate in found for i in candidate.content}
    taken = {i for candidate in found if candidate.cue for i in range(*candidate.cue)}
    bare = _bare_cues(doc) - taken
    for rule in RULES:
        for candidate in rule(doc):
            cue = set(range(*candidate.cue)) if candidate.cue else set()
            if cue & bare and not cue & outer:  # the engine saw that something is said and gave it to somebody else
                found = [replace(c, content=c.content - candidate.content or c.content) for c in found]
                adds = True
            else:
                free = _is_overlooked(candidate, doc) and not candidate.content & outer
                adds = _is_told(candidate) if cue <= outer else free
            if _says_nothing(candidate, doc):
                continue
            wanted = "attributions" not in doc.spans or adds
            if wanted and not cue & taken and _tells(candidate.content, doc):
                taken |= cue
                around = next((c.content for c in found if cue and cue <= c.content), candidate.content)
                found.append(replace(candidate, content=candidate.content & around or candidate.content))
    return sorted(found, key=lambda c: c.cue or (min(c.content), 0))


def _says_nothing(candidate: Candidate, doc: Doc) -> bool:
    return _withholds_name(candidate, doc) or _is_answered(candidate, doc)


def _withholds_name(candidate: Candidate, doc: Doc) -> bool:
    """Whether all that is said is that somebody's name be kept back: "asked not to be named", "requested anonymity"."""
    words = [doc[i] for i in candidate.content if not doc[i].is_punct]
    about = any(_negations().get(token.lower_) == "anonymity" for token in words)
    return about and len(words) <= _FEW and candidate.stance in ("report", "order", "deny")


def _bare_cues(doc: Doc) -> set[int]:
    """Words of the engine's cues that it left without a content."""
    group = doc.spans.get("attributions", ())
    told = {span.id_ for span in group if span.label_ == "content"}
    return {token.i for span in group if span.label_ == "cue" and span.id_ not in told for token in span}


def _is_told(candidate: Candidate) -> bool:
    """Whether a rule's find may stand inside a quote: speech with a giver, by a rule that is right often enough there.

    On the gold the rules `complement` and `parenthetical` cost more inside quotes than they find.
    """
    given = candidate.source is not None or candidate.rule == "adverb"
    return candidate.mode == "speech" and given and candidate.rule not in ("complement", "parenthetical")


def _is_overlooked(candidate: Candidate, doc: Doc) -> bool:
    """Whether a rule's find outside quotes is of a kind that the engine overlooks: plain speech, "put it at 12"."""
    if candidate.rule in ("complement", "to"):
        numbered = candidate.rule == "complement" and _begins_with_number(candidate.content, doc)
        return numbered or candidate.stance in ("estimate", "confirm", "deny", "accuse")
    plain = candidate.rule in ("clause", "parenthetical", "according_to")
    return plain and candidate.mode == "speech" and candidate.source is not None


def _begins_with_number(content: Iterable[int], doc: Doc) -> bool:
    """Whether a content begins with a number: "spoke of some 200 dead"."""
    return any(doc[i].like_num for i in sorted(content)[:_EARLY])


def _tells(content: Iterable[int], doc: Doc) -> bool:
    return any(doc[i].pos_ not in ("PRON", "DET", "PUNCT", "SPACE") for i in content)


def spans_of(tokens: Iterable[int], doc: Doc) -> tuple[tuple[int, int], ...]:
    """Character spans of token indices: runs over white space joined, edge punctuation and `that` trimmed."""
    runs: list[list[int]] = []
    for i in sorted(tokens):
        if runs and all(doc[j].is_space for j in range(runs[-1][-1] + 1, i)):
            runs[-1].append(i)
        else:
            runs.append([i])
    trimmed = (_trim([doc[i] for i in run]) for run in runs)
    return tuple(
        (run[0].idx, run[-1].idx + len(run[-1])) for run in trimmed if any(t.text.isalnum() or len(t) > 1 for t in run)
    )


def _trim(run: list[Token]) -> list[Token]:
    while run and (run[0].text in EDGES or run[0].is_space or (run[0].lower_ == "that" and run[0].dep_ != "nsubj")):
        run = run[1:]
    while run and (run[-1].text in EDGES or run[-1].is_space):
        run = run[:-1]
    return run


# ------------------------------------------------------------------ cues and sources
def cue_of(token: Token) -> Cue | None:
    """The cue that a verb is, with its particle ("point out") when the table has one."""
    if token.pos_ not in ("VERB", "AUX"):
        return None
    cues = read_cues()
    particle = next((c.lower_ for c in token.children if c.dep_ == "compound:prt"), None)
    return cues.get(f"{token.lemma_} {particle}") or cues.get(token.lemma_.lower())


def _subject(verb: Token) -> Token | None:
    """The subject of a verb, its own or the one it shares with the verb it is joined to.

    "The memo says that seepage rose and warns of more": seepage cannot warn, so the subject of "says" does.
    """
    joined = False
    for _ in range(4):
        own = [c for c in verb.children if c.dep_ in ("nsubj", "nsubj:outer")]
        if own and (not joined or _may_speak(own[0]) or verb.dep_ not in CLAUSES or not cue_of(verb.head)):
            return own[0]
        if own:
            verb, joined = verb.head, False
            continue
        if any(c.dep_ in ("nsubj:pass", "aux:pass") for c in verb.children):
            return None
        if verb.dep_ not in ("conj", "advcl", "xcomp", "parataxis", "ccomp") or verb.head == verb:
            return None
        if verb.dep_ == "ccomp" and verb.tag_ != "VBG":
            return None
        if verb.dep_ == "acl":
            return verb.head
        joined = verb.dep_ == "conj"
        verb = verb.head
    return None


def _may_speak(token: Token) -> bool:
    """Whether a noun is a name, a pronoun, a person or one of the sources of sources.csv, and not counted."""
    if any(child.dep_ == "nummod" for child in token.children):
        return False
    sources = {row["noun"] for row in read_lexicon("sources", ("noun", "kind", "again"))}
    known = token.lower_ in person_nouns() or token.lemma_ in person_nouns() or token.lemma_ in sources
    return known or token.pos_ not in ("NOUN", "NUM", "SYM") or token.lower_ in sources


def _agent(verb: Token) -> Token | None:
    """Who says it in "was told by X"."""
    for child in verb.children:
        if child.dep_ in ("obl:agent", "obl") and any(c.lower_ == "by" for c in child.children):
            return child
    return None


def noun_phrase(head: Token) -> Span:
    """The words that name a source: its noun with what stands before and "of the …", without apposition and clauses."""
    left, right = head.left_edge.i, head.i
    for child in head.rights:
        if child.dep_ in MODIFIERS or child.dep_ in ("punct", "cop", "conj", "cc") and not _joined(child):
            break
        right = child.right_edge.i
    while left < head.i and (
        head.doc[left].dep_ in ("case", "cc", "mark", "punct", "advmod", "fixed") or head.doc[left].is_space
    ):
        left += 1
    while right > head.i and (head.doc[right].is_space or head.doc[right].is_punct):
        right -= 1
    return head.doc[left : _through_name(head.doc, right) + 1]


def _through_name(doc: Doc, right: int) -> int:
    """The last token of the name that goes on after `right`, where the parse broke it at a rank: "Brig. Gen. Lenk"."""
    end = right
    while end + 1 < len(doc) and doc[end + 1].pos_ == "PROPN" and doc[end + 1].ent_type_ in ("", "PERSON"):
        end += 1
    return end if doc[end].ent_type_ == "PERSON" else right


def _joined(child: Token) -> bool:
    """Whether a conjunct belongs to the name ("Health and Interior ministries", "X and Y")."""
    return child.dep_ == "conj" and child.pos_ in ("NOUN", "PROPN") or child.dep_ == "cc"


def _span(head: Token | None) -> tuple[int, int] | None:
    if head is None or head.pos_ not in NOMINAL:
        return None
    phrase = noun_phrase(head)
    return phrase.start, phrase.end


def _subtree(token: Token) -> set[int]:
    return set(range(token.left_edge.i, token.right_edge.i + 1)) & {t.i for t in token.subtree}


def stance_of(verb: Token, stance: str) -> str:
    """The stance of a cue where it stands: "did not confirm", "refused to say" deny; "did not deny" only reports."""
    if not _negated(verb):
        return stance
    return {"confirm": "deny", "report": "deny", "claim": "deny", "deny": "report"}.get(stance, stance)


def mode_of(verb: Token, mode: str) -> str:
    """Speech that was withheld is none: "did not say", "declined to comment" tell an attitude, as thoughts do."""
    return "thought" if _negated(verb) or _negations().get(verb.lemma_) == "refusal" else mode


@cache
def _negations() -> dict[str, str]:
    return {row["word"]: row["kind"] for row in read_lexicon("negation", ("word", "kind"))}


def _negated(verb: Token) -> bool:
    words = _negations()
    if any(words.get(child.lower_) == "adverb" for child in verb.children):
        return True
    subject = next((child for child in verb.children if child.dep_ in SUBJECTS), None)
    if subject is not None and any(words.get(t.lower_) == "subject" for t in (subject, *subject.children)):
        return True
    above = verb.head
    return (
        verb.dep_ in ("xcomp", "ccomp")
        and above != verb
        and words.get(above.lemma_) in ("verb", "refusal")
        and verb.tag_ in ("VB", "VBG")
    )


# ------------------------------------------------------------------ rules
def learned(doc: Doc) -> Iterator[Candidate]:
    """What the engine found: the spans of `doc.spans["attributions"]` that share an id are one attribution."""
    groups: dict[str, dict[str, list[Span]]] = {}
    for span in doc.spans.get("attributions", ()):
        groups.setdefault(span.id_, {}).setdefault(span.label_, []).append(span)
    taken = {token.i for span in doc.spans.get("attributions", ()) for token in span}
    for spans in groups.values():
        if "cue" in spans and "content" in spans:
            cue = spans["cue"][0]
            row = next((row for token in _inside_out(cue) if (row := cue_of(token))), None)
            stance, mode = (row.stance, row.mode) if row else ("report", "speech")
            stance = next((turned for t in cue if (turned := stance_of(t, stance)) != stance), stance)
            mode = next((turned for t in cue if (turned := mode_of(t, mode)) != mode), mode)
            near = spans.get("source", [])
            near = [whole for span in near if (whole := _whole_source(span)) is not None]
            source = min(near, key=lambda s: min(abs(s.start - cue.end), abs(cue.start - s.end)), default=None)
            source = _around_clause(source, cue)
            if source is None:  # the engine saw no source where the verb has a subject
                source = _subject_span(cue)
            content = _whole_content(_without_holes(spans["content"], taken), cue)
            bounds = (source.start, source.end) if source is not None else None
            yield Candidate((cue.start, cue.end), bounds, content, stance, mode, "learned")


def _without_holes(spans: Sequence[Span], taken: set[int]) -> set[int]:
    """The words of a content, with what the engine left out in the middle of a sentence."""
    inside = {token.i for span in spans for token in span}
    for before, after in pairwise(sorted(spans, key=lambda span: span.start)):
        gap = set(range(before.end, after.start))
        if not gap & taken and before[-1].sent == after[0].sent:
            inside |= gap
    return inside


def _whole_content(content: set[int], cue: Span) -> frozenset[int]:
    """The engine's content without the words that say who speaks, and with a second clause: "…, and that he left"."""
    doc = cue.doc
    subject = next((c for c in cue.root.children if c.dep_ == "nsubj" and c.i < cue.start), None)
    if subject is not None and max(content) > cue.start:
        content = content - _subtree(subject) or content
    after = [t for t in doc[max(content) + 1 : max(content) + 4] if not t.is_punct]
    if len(after) > 1 and after[0].pos_ == "CCONJ" and after[1].lower_ == "that" and after[1].dep_ == "mark":
        clause = after[1].head
        if clause.dep_ in ("conj", "ccomp") and any(t.i in content or t == cue.root for t in clause.ancestors):
            content = content | set(range(max(content) + 1, clause.right_edge.i + 1))
    return frozenset(content)


def _is_answered(candidate: Candidate, doc: Doc) -> bool:
    """Whether the cue only tells what somebody was asked before they spoke: "Asked whether it was so, he said"."""
    verb = next((doc[i] for i in range(*candidate.cue)), None) if candidate.cue else None
    alone = verb is not None and not any(c.dep_ in (*SUBJECTS, "aux", "aux:pass") for c in verb.children)
    return alone and verb is not None and verb.lemma_ == "ask" and verb.tag_ in ("VBN", "VBD") and verb.dep_ == "advcl"


def _around_clause(source: Span | None, cue: Span) -> Span | None:
    """The subject of the cue where the engine's source only stands in a relative clause inside it.

    "The memo, which the Herald has seen, states": the memo states.
    """
    verb = next((token for token in _inside_out(cue) if token.pos_ in ("VERB", "AUX")), None)
    subject = _subject(verb) if verb is not None else None
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
    title = span[-1].text.rstrip(".").casefold() in _titles()
    for ent in doc.ents:
        if ent.label_ == "PERSON" and (ent.start < span.end < ent.end or title and ent.start == span.end):
            return doc[span.start : ent.end]
    return span


@cache
def _titles() -> frozenset[str]:
    return frozenset(row["title"].rstrip(".").casefold() for row in read_lexicon("titles", ("title",)))


def _subject_span(cue: Span) -> Span | None:
    if cue[-1].lower_ == "to" and cue.end < len(cue.doc):  # "according to X"
        head = cue.doc[cue.end]
        while head.dep_ not in ("obl", "nmod", "ROOT") and head.head.i > head.i:
            head = head.head
        return noun_phrase(head) if head.pos_ in NOMINAL - {"DET"} else None
    verbs = [token for token in _inside_out(cue) if token.pos_ in ("VERB", "AUX")]
    subject = next((token for token in map(_subject, verbs) if token is not None), None)
    if subject is None and verbs and not any(c.dep_ == "aux:pass" for c in verbs[0].children):
        beside = [t for t in cue.doc[max(0, cue.start - 1) : cue.start] if t.dep_ in SUBJECTS]  # hung on another verb
        subject = beside[0] if beside else None
    return noun_phrase(subject) if subject is not None else None


def _inside_out(cue: Span) -> list[Token]:
    """The words of a cue, its syntactic head first: "said in a statement" is a saying."""
    return [cue.root, *(token for token in cue if token.i != cue.root.i)]


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
        giver = _span(head)
        source = (max(giver[0], token.i + 2), giver[1]) if giver else None
        yield Candidate((token.i, token.i + 2), source, frozenset(clause - phrase), "report", "speech", "according_to")


def _clause_around(token: Token) -> set[int]:
    """The clause that a phrase speaks for: up to the complement of another cue, or the whole sentence."""
    head = token.head
    while head.head != head and not (head.dep_ in CLAUSES and cue_of(head.head)):
        head = head.head
    return _subtree(head) if head.dep_ in CLAUSES else {t.i for t in head.sent}


def clause(doc: Doc) -> Iterator[Candidate]:
    """A verb of saying with a clause: "X said that …", "…, X said", "X asked him to …"."""
    for verb, cue in _verbs(doc, "clause", "infinitive"):
        inside = {i for c in verb.children if _is_content(c, cue) for i in _subtree(c)}
        rule = "clause"
        numbered = "at" in cue.frames and any(map(_at_number, verb.children))  # "put it at 12" is no "X put it"
        if not inside and verb.dep_ == "parataxis" and _subject(verb) is not None and not numbered:
            inside, rule = _subtree(verb.head) - _subtree(verb), "parenthetical"
        elif not inside:
            inside = {i for c in verb.children if c.dep_ == "parataxis" and not cue_of(c) for i in _subtree(c)}
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
                yield from _candidate(verb, cue, _subtree(to[0]) - {k.i for k in to[0].lefts if k.dep_ == "case"}, "to")
                continue
        if not any(c.dep_ in ("obj", "xcomp", "ccomp") for c in objects):
            continue
        if "at" in cue.frames and not any(map(_at_number, objects)) or cue.frames == {"revise"} and not _revised(verb):
            continue
        wanted = objects if cue.frames & {"rest", "at", "revise"} else [c for c in objects if c.dep_ == "obj"]
        yield from _candidate(verb, cue, {i for c in wanted for i in _subtree(c)}, "complement")


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
            content = _subtree(head) - {token.i}
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
        giver = next((c for c in token.children if c.dep_ == "nmod:poss"), None) or _agent(token) or _by(token)
        yield Candidate(
            (token.i, token.i + 1), _span(giver), frozenset(_subtree(that[0])), nouns[token.lemma_], "speech", "noun"
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
    source = _subject(verb) or _agent(verb)
    outside = {verb.i} | (_subtree(source) if source else set())
    outside |= {
        t.i for c in verb.children if c.dep_ in ("obl", "iobj", "advmod", "punct") and c.i < verb.i for t in c.subtree
    }
    passive = any(c.dep_ in ("nsubj:pass", "aux:pass") for c in verb.children)
    if not content or (source is None and not passive):
        return
    stop = next((i for i in sorted(content) if i > verb.i and verb.doc[i].text == ";"), None)
    if stop is not None and source is not None and source.i < verb.i:  # what follows a semicolon is a clause of its own
        content = {i for i in content if i < stop}
    stance, mode = stance_of(verb, cue.stance), mode_of(verb, cue.mode)
    yield Candidate((verb.i, verb.i + 1), _span(source), frozenset(content - outside), stance, mode, rule)


RULES: tuple[Callable[[Doc], Iterator[Candidate]], ...] = (according_to, clause, complement, noun, adverb)
