"""Ties windows of time to counts, and tells the figures of one incident from running totals."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from analysis.cues import cue_of
from analysis.figures.count import Count
from analysis.figures.events import Measured
from analysis.figures.periods import Period
from analysis.figures.triggers import OTHER, triggers
from analysis.numbers.words import SHARE, read_words

INCIDENT, CUMULATIVE = "incident", "cumulative"
BREAKS = frozenset({"NUM", "CCONJ", "SCONJ"})
LEANING = frozenset({"toll", "ellipsis"})  # rules that lean on the figure before
TOLLS = LEANING | {"state_behind", "noun"}  # and rules of bare totals
TALLIES = frozenset({"toll", "count", "tally", "total"})


def find_windows(doc: Doc, counts: list[Count], measured: list[Measured], periods: list[Period]) -> list[Period | None]:
    """The window of each count: the one on the same verb, else the one right beside it, else that of its whole."""
    by_sentence: dict[int, list[Period]] = defaultdict(list)
    for period in periods:
        span = doc.char_span(period.start_char, period.end_char, alignment_mode="expand")
        if span is not None:
            by_sentence[span.sent.start].append(period)
    counted = {count.anchor.sent.start for count in counts if not count.implicit}
    found: list[Period | None] = []
    for count, told in zip(counts, measured, strict=True):
        near = [p for p in by_sentence.get(count.anchor.sent.start, []) if not covers(p, count)]
        own = next(iter(_shared(count, told, near)), None) or next(iter(_adjacent(count, near)), None)
        like = found[told.like] if told.like is not None else None
        carried = told.rule == "part" or (told.rule in LEANING and like is not None and like.cumulative)
        whole = like if carried else _topic(count, told, by_sentence, counted)
        found.append(own or whole)
    return _shared_windows(counts, found)


def _topic(count: Count, told: Measured, periods: dict[int, list[Period]], counted: set[int]) -> Period | None:
    """They argue over what the war has cost *since March*. The ministry counts 1,140 dead."""
    sent = count.anchor.sent
    if sent.start == 0 or told.rule not in TOLLS or "\n\n" in sent.doc[sent.start - 1].text:
        return None
    before = sent.doc[sent.start - 1].sent
    running = [p for p in periods.get(before.start, []) if p.cumulative and p.text.lower().startswith("since")]
    return running[-1] if running and before.start not in counted else None


def _shared_windows(counts: Sequence[Count], found: list[Period | None]) -> list[Period | None]:
    """4,200 have been killed and 310,000 driven out *since March*: one running window for both."""
    for i, (last, count) in enumerate(zip(counts, counts[1:], strict=False)):
        one, other = found[i], found[i + 1]
        if not _is_perfect(last) or last.anchor.sent != count.anchor.sent or (one and other):
            continue
        if other and other.cumulative and not one and other.start_char > count.number.start:
            found[i] = other
        elif one and one.cumulative and not other and _is_perfect(count):
            found[i + 1] = one
    return found


def _is_perfect(count: Count) -> bool:
    """Whether the verb behind a count is a perfect: "4,200 *have been killed*"."""
    behind = count.span.doc[count.end : count.end + 2]
    verbs = [child for child in count.top.head.children if child.dep_ == "aux"]
    return any(token.lemma_.lower() == "have" for token in (*behind, *verbs))


def covers(period: Period, count: Count) -> bool:
    """Whether a number stands inside the words of a window: the 48 of "in the last 48 hours"."""
    return period.start_char < count.number.end and count.number.start < period.end_char


def _shared(count: Count, told: Measured, periods: list[Period]) -> Iterator[Period]:
    verb = _verb_above(count.top)
    for period in periods:
        span = count.span.doc.char_span(period.start_char, period.end_char, alignment_mode="expand")
        if span is not None and verb is not None and _verb_above(span.root) in (verb, told.trigger):
            yield period


def _verb_above(token: Token) -> Token | None:
    return next((t for t in token.ancestors if t.pos_ == "VERB"), None)


def _adjacent(count: Count, periods: list[Period]) -> Iterator[Period]:
    """14 devices since March; in 2011, when 17 people died."""
    doc, number = count.span.doc, count.number
    for period in periods:
        if period.end_char <= number.start and doc.text[period.end_char : number.start].strip() == ", when":
            yield period
        between = doc.char_span(number.end, period.start_char, alignment_mode="contract")
        if between is not None and not any(t.pos_ in BREAKS or t.text in ",;:" for t in between):
            yield period


# ---------------------------------------------------------------- incident or running total
def find_scopes(
    counts: Sequence[Count],
    measured: Sequence[Measured],
    windows: Sequence[Period | None],
    wholes: Sequence[int | None],
) -> list[str | None]:
    """Incident, cumulative, or None for a share and for what stands, is promised or lies ahead.

    A part has the scope of its whole.
    """
    found: list[str | None] = []
    for i, (count, told, window) in enumerate(zip(counts, measured, windows, strict=True)):
        scope = _scope(count, told, window)
        whole, last = wholes[i], found[i - 1] if i else None
        if scope == INCIDENT and whole is not None and whole < i and count.anchor.sent == counts[whole].anchor.sent:
            scope = found[whole]  # "61 dead, 12 of them children"; not "four of the dead"
        elif scope == INCIDENT and told.rule in LEANING and told.like is not None:
            scope = found[told.like]  # "the toll was 57, not 61"; "the Front's figure is 2,900"
        elif scope == INCIDENT and last == CUMULATIVE and _is_joined(counts[i - 1], count):
            scope = last  # "raised its count to six dead and 41 wounded"
        found.append(scope)
    return found


def _scope(count: Count, told: Measured, window: Period | None) -> str | None:
    if count.number.unit == SHARE:
        return None
    if window is not None and window.cumulative and not count.implicit:
        return None if window.ahead else CUMULATIVE
    toll = told.rule == "toll" and told.trigger is not None and told.trigger.lemma_.lower() in TALLIES
    if told.measure == OTHER:
        return None if _is_standing(count) else INCIDENT
    return CUMULATIVE if not count.implicit and (toll or _grows(count)) else INCIDENT


def _is_standing(count: Count) -> bool:
    """What is, or is to be, rather than happened: it *has* 340 pupils, *promised* 20,000 crowns, wants $3 million."""
    signs = {row["form"] for row in read_words().rows["sign"].values()} - {"%", "″"}
    if count.number.unit in signs:  # a sum of money
        return True
    verb = next((t for t in count.top.ancestors if t.pos_ == "VERB"), count.top.head)
    cue = cue_of(verb)
    if cue is not None and cue.mode == "speech" or ("give", verb.lemma_.lower()) in triggers():
        return cue is not None and cue.stance == "promise"
    if not count.of_things:
        return verb.lemma_ == "have"
    finite = next((t for t in verb.children if t.dep_ in ("aux", "aux:pass", "cop")), verb)
    present = finite.tag_ in ("VBZ", "VBP") and (finite == verb or finite.lemma_.lower() != "have")
    return present or finite.tag_ in ("MD", "TO")


def _grows(count: Count) -> bool:
    """Bringing the toll *to* 12, climbed *to* six, 61 dead *so far*, 61 *up from* 38."""
    rows, doc, sent = read_words().rows, count.span.doc, count.anchor.sent
    ahead = [t.lower_ for t in doc[max(sent.start, count.span.start - 12) : count.span.start]]
    behind = [t.lower_ for t in doc[count.end : min(sent.end, count.end + 14)] if t.text not in ",(–—"]
    led = ahead[-1:] in (["to"], ["from"], ["reached"]) and any((word,) in rows["change"] for word in ahead)
    compared = any((word,) in rows["change"] and behind[n + 1 : n + 2] == ["from"] for n, word in enumerate(behind[:4]))
    around = f" {' '.join(ahead)} | {' '.join(behind)} "
    return led or compared or any(f" {' '.join(form)} " in around for form in rows["running"])


def _is_joined(last: Count, count: Count) -> bool:
    """Six dead *and* 41 wounded: no verb between but the participle that tells the measure."""
    gap = last.span.doc[last.end : count.span.start]
    words = [token for token in gap if not token.is_punct]
    own = any(
        token.pos_ == "AUX" or token.tag_ in ("VBD", "VBZ", "VBP")
        for token in count.span.doc[count.end : count.end + 1]
    )
    joined = bool(words) and words[-1].pos_ == "CCONJ" and last.anchor.sent == count.anchor.sent and not own
    return joined and len(words) <= 3 and not any(t.pos_ == "AUX" or t.tag_ in ("VBD", "VBZ", "VBP") for t in words)
