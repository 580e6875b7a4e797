"""Finds quotations: direct, indirect, mixed, over several paragraphs, floating, block quotes and embedded posts.

Quotation marks are paired in the text, sources and cues come from `attribution`, names from `speakers`. An unmatched
mark never aborts: it is passed over. Floating quotes after the GenderGapTracker (Asr et al. 2021): a sentence wholly
inside marks, right after a quote, continues its speaker.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from analysis.actors import read_actors
from analysis.attribution import EDGES, find_attributions, spans_of
from analysis.cues import Candidate
from analysis.marks import Layout, Quotation, Spans, read_layout
from analysis.mentions import Mention
from analysis.quotes.drafts import Draft, find_blocks
from analysis.quotes.loose import adjacent, covered, floating
from analysis.speakers import NOBODY, Speaker, Speakers

_SENTENCE_END = re.compile(r"(?<![A-Z])(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})[.!?](?:\s|$)|\n\s*\n")


@dataclass(frozen=True, slots=True)
class Quote:
    """An attribution: a source, a cue, a content."""

    start_char: int
    end_char: int
    text: str
    parts: Spans  # half-open character spans; start_char and end_char are their hull
    kind: str  # direct, indirect, mixed
    mode: str  # speech, thought
    cue: str | None
    cue_start: int | None
    cue_end: int | None
    stance: str
    source: str | None  # as printed
    source_start: int | None
    source_end: int | None
    speaker: str | None  # canonical name; None when nobody is named
    speaker_kind: str
    affiliation: str | None  # for whom the speaker speaks
    side: str | None
    floating: bool
    parent: int | None  # index of the quote inside which this one stands
    confidence: float
    rule: str
    domestic: bool = False  # the speaker is of the state where the article is set, which it may not name: see `sides`


# ------------------------------------------------------------------ quotes
def find_quotes(doc: Doc, mentions: Sequence[Mention], *, speakers: Speakers | None = None) -> list[Quote]:
    """All quotes of a parsed `Doc`, in order of the text; `parent` is an index into the same list.

    A quote whose speaker is not known stays, with `speaker` None. `speakers` remember who spoke: give them on to
    `find_figures`. Without them, those of `mentions` and `actors.csv` are made.
    """
    speakers = speakers or Speakers(doc, mentions, read_actors())
    layout = read_layout(doc.text)
    drafts = [draft for candidate in find_attributions(doc) for draft in _drafts(candidate, doc, layout)]
    drafts = _join([draft for draft in drafts if draft.parts])
    drafts = _with_blocks(drafts, find_blocks(doc, layout), doc)
    drafts += adjacent(doc, layout, drafts)
    drafts += floating(doc, layout, drafts)
    drafts.sort(key=lambda d: (d.parts[0][0], -d.parts[-1][1]))
    return _nest(_resolve(drafts, speakers, doc, layout))


def _drafts(candidate: Candidate, doc: Doc, layout: Layout) -> Iterator[Draft]:
    """A candidate as quotes: the quotations it touches make it direct (all of it) or mixed (some of it).

    Quotations that a sentence end parts from the cue float: each is a quote of its own with the same source.
    """
    content = _in_sentence(candidate, doc, layout)
    parts, text = _without_times(spans_of(content, doc), layout.entries), layout.text
    cue = doc[candidate.cue[0]].idx
    parts = _in_marks(_beside(parts, cue, layout), cue, layout)
    if not parts:
        return
    touched = [
        q
        for q in layout.quotations
        if not (q.start <= cue < q.end) and any(s < q.end and q.start < e for s, e in parts)
    ]
    own = [q for q in touched if _same_sentence(doc, candidate.cue, q, text)]
    about = (candidate.cue, candidate.source, candidate.stance, candidate.mode)
    keeps = own or not all(_within(part, touched, text) for part in parts)
    if keeps and len(own) < len(touched):
        loose = [q for q in touched if q not in own]
        parts = tuple(part for part in parts if not _within(part, loose, text))
        for q in loose:
            yield Draft(q.parts, "direct", "floating", None, *about[1:], floating=True)
        touched = own
    if not touched:
        yield Draft(parts, "indirect", candidate.rule, *about)
    elif all(_within(part, touched, text) for part in parts) or _is_topic(parts, touched, doc, layout):
        yield Draft(tuple(p for q in touched for p in q.parts), "direct", candidate.rule, *about)
    else:
        yield Draft(_stretched(parts, touched), "mixed", candidate.rule, *about)


def _in_sentence(candidate: Candidate, doc: Doc, layout: Layout) -> Collection[int]:
    """The content without what stands outside quotation marks in another sentence than the cue."""
    sent = doc[candidate.cue[0]].sent
    beside = {i for i in candidate.content if sent.start <= i < sent.end}
    marked = {i for i in candidate.content - beside if any(q.start <= doc[i].idx < q.end for q in layout.quotations)}
    return beside | marked if beside else candidate.content


def _without_times(parts: Spans, entries: Sequence[tuple[int, int]]) -> Spans:
    """Parts that begin with the time of a live-blog entry, without it."""
    ends = dict(entries)
    cut = ((ends.get(start, start), end) for start, end in parts)
    return tuple((start, end) for start, end in cut if start < end)


def _beside(parts: Spans, cue: int, layout: Layout) -> Spans:
    """The parts that no paragraph parts from the cue, if any; after it those in quotation marks may run on."""
    first, last = layout.paragraph(cue)
    same_entry = [part for part in parts if layout.same_entry(cue, part[0])]
    beside = [part for part in same_entry if part[0] < last and first < part[1]]
    after = [part for part in same_entry if part[0] > last and _within(part, layout.quotations, layout.text)]
    return tuple(part for part in same_entry if not beside or part in beside or part in after)


def _is_topic(parts: Spans, touched: Sequence[Quotation], doc: Doc, layout: Layout) -> bool:
    """Whether all outside the marks is what the words are about: "spoke of *the cost of it*: “We pay too much.”"."""
    lead = doc.char_span(parts[0][0], touched[0].start, alignment_mode="contract")
    if lead is None or len(parts) > 1 or not layout.text[: touched[0].start].rstrip().endswith(":"):
        return False
    return parts[-1][1] <= touched[-1].end and not any(token.pos_ in ("VERB", "AUX") for token in lead)


def _in_marks(parts: Spans, cue: int, layout: Layout) -> Spans:
    """Parts without what stands outside the quoted paragraph in which the cue itself stands, if any is left."""
    around = [part for q in layout.quotations for part in q.parts if part[0] <= cue < part[1]]
    if not around:
        return parts
    first, last = around[0]
    last -= layout.text[last - 1] in "”’»\"'´"
    inside = [(max(s, first), min(e, last)) for s, e in parts if s < last and first < e]
    return tuple((s, s + len(layout.text[s:e].rstrip("".join(EDGES)))) for s, e in inside) or parts


def _same_sentence(doc: Doc, cue: tuple[int, int], quotation: Quotation, text: str) -> bool:
    """Whether no sentence ends between the cue and the quotation: else it floats, and is a quote of its own."""
    first, last = doc[cue[0]].idx, doc[cue[1] - 1].idx + len(doc[cue[1] - 1])
    start, end = (last, quotation.start) if last <= quotation.start else (quotation.end, first)
    if _SENTENCE_END.search(text[start:end]):
        return False
    between = doc.char_span(start, end, alignment_mode="contract")
    parsed = between is not None and any(
        token.is_sent_start and token.i and token.nbor(-1).text in ".!?"
        for token in doc[between.start : between.end + 1]
    )
    return not parsed


def _within(part: tuple[int, int], quotations: Iterable[Quotation], text: str) -> bool:
    outside = text[part[0] : part[1]]
    for q in quotations:
        for s, e in q.parts:
            s, e = max(s, part[0]) - part[0], min(e, part[1]) - part[0]
            if s < e:
                outside = outside[:s] + " " * (e - s) + outside[e:]
    return not any(c.isalnum() for c in outside)


def _stretched(parts: Spans, quotations: Iterable[Quotation]) -> Spans:
    """Parts grown to the marks of every quotation they begin or end in, overlaps joined."""
    spans = sorted([*parts, *(p for q in quotations for p in q.parts)])
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _join(drafts: list[Draft]) -> list[Draft]:
    """One quote where two cues claim the same direct words: the first whose cue has a source, else the first."""
    best: dict[Spans, Draft] = {}
    for draft in drafts:
        other = best.get(draft.parts)
        if other is None or (draft.source is not None and other.source is None):
            best[draft.parts] = draft
    return list(best.values())


def _with_blocks(drafts: Sequence[Draft], blocks: Sequence[Draft], doc: Doc) -> list[Draft]:
    """The drafts with each block quote in place of what was found of it in pieces; a source found there is kept."""
    kept, blocks = list(drafts), list(blocks)
    for n, block in enumerate(blocks):
        inside = [d for d in kept if covered(Quotation(block.parts), [d], doc)]
        kept = [d for d in kept if d not in inside]
        giver = next((d for d in inside if d.source), None)
        if giver and not block.named and not block.source:
            blocks[n] = replace(block, cue=giver.cue, source=giver.source, stance=giver.stance)
    return kept + blocks


# ------------------------------------------------------------------ speakers
# The share of a rule's finds that the gold has too (see 06-errors) where it fired often enough; else set by hand, lower
# for the rules that read less of the sentence. What the engine found brings its own, calibrated.
CONFIDENCE = {"learned": 0.88, "clause": 0.67, "parenthetical": 0.8, "adverb": 0.5, "adjacent": 0.5, "block": 0.9,
              "post": 0.95, "floating": 0.95}  # fmt: skip


def _confidence(draft: Draft, doc: Doc) -> float:
    group = doc.spans.get("attributions")
    if draft.rule != "learned" or group is None:
        return CONFIDENCE[draft.rule]
    return group.attrs.get("confidence", {}).get(str(draft.cue[0]), CONFIDENCE["learned"])


def _resolve(drafts: Sequence[Draft], speakers: Speakers, doc: Doc, layout: Layout) -> list[Quote]:
    quotes: list[Quote] = []
    last: Speaker = NOBODY
    before = 0
    for draft in drafts:
        if not layout.same_entry(before, draft.parts[0][0]):  # of a live blog: nobody goes on speaking in the next one
            last = NOBODY
        before = draft.parts[0][0]
        if draft.floating and not draft.source:
            speaker = last
        elif draft.named:
            speaker = speakers.named(layout.text[slice(*draft.named)].strip(), draft.named[0])
        else:
            speaker = speakers.resolve(draft.source)
            if draft.source and doc[slice(*draft.source)].text == "I":
                speaker = _who_quotes(draft, quotes) or speaker
        nested = draft.cue is not None and speakers.is_quoted(draft.cue[0])
        if not nested and (draft.kind == "direct" or speaker.kind != "none"):
            last = speaker
        quotes.append(_quote(draft, speaker, doc, layout.text))
    return quotes


def _who_quotes(draft: Draft, quotes: Sequence[Quote]) -> Speaker | None:
    """Whom "I" stands for: the speaker of the words in quotation marks around a draft."""
    start = draft.parts[0][0]
    around = [q for q in quotes if q.kind == "direct" and any(s <= start < e for s, e in q.parts)]
    outer = min(around, key=lambda q: q.end_char - q.start_char, default=None)
    return Speaker(outer.speaker, outer.speaker_kind, outer.side, outer.affiliation) if outer else None


def _quote(draft: Draft, speaker: Speaker, doc: Doc, text: str) -> Quote:
    start, end = draft.parts[0][0], max(e for _, e in draft.parts)
    cue = doc[slice(*draft.cue)] if draft.cue else None
    source = doc[slice(*draft.source)] if draft.source else None
    named = draft.named
    return Quote(
        start, end, text[start:end], draft.parts, draft.kind, draft.mode,
        cue.text if cue else None, cue.start_char if cue else None, cue.end_char if cue else None, draft.stance,
        source.text if source else text[slice(*named)] if named else None,
        source.start_char if source else named[0] if named else None,
        source.end_char if source else named[1] if named else None,
        speaker.name, speaker.kind, speaker.affiliation, speaker.side, draft.floating, None,
        _confidence(draft, doc), draft.rule, speaker.domestic,
    )  # fmt: skip


def _nest(quotes: list[Quote]) -> list[Quote]:
    """Give each quote the innermost other quote whose parts hold it whole."""
    out = []
    for n, quote in enumerate(quotes):
        around = [
            (e - s, m)
            for m, other in enumerate(quotes)
            for s, e in other.parts
            if m != n and s <= quote.start_char and quote.end_char <= e and (s, e) != (quote.start_char, quote.end_char)
        ]
        out.append(replace(quote, parent=min(around)[1]) if around else quote)
    return out
