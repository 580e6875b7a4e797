"""The bundled engine: one pass of a small transformer gives tags, syntax, entities and attributions, on a CPU.

A spaCy component that runs an int8 graph with onnxruntime and fills the `Doc`: tags, features, heads, labels, sentence
starts, entities, `doc.spans["attributions"]` and `doc.spans["figures"]`. Spans of one attribution share their `id_` and
have the label source, cue or content; the group's `attrs["confidence"]` gives for each `id_` the share of such
attributions that are right. Figures are the words that may belong to one, each with what it measures; the group's
`attrs["measures"]` gives for each such token the probability of every measure.

It needs tokens only, so `nlp.add_pipe("engine")` works on any English pipeline; with `layers=["attributions"]` it
leaves the rest of the `Doc` as it is.

Long articles run in overlapping windows; each word is read from the window in which it stands most central. Every
window runs by itself: int8 scales by tensor, and an article's rows must not depend on its neighbours in a batch.

Sources of the ideas: PolNeAR (Newell et al. 2018) for the roles, Dozat and Manning (2017) for biaffine heads.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from spacy.attrs import DEP, HEAD, MORPH, POS, TAG
from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example

from analysis.engine.decoding import IMPOSSIBLE, Array, log_softmax, spans_from, tree, viterbi
from analysis.engine.windows import LONGEST_WORD, Window, homes, shape_of, windows_of

MODEL = Path(__file__).parents[1] / "model"
OUTPUTS = ("tags", "feats", "starts", "entities", "roles", "measures", "heads", "links", "dep_dependent", "dep_head")
LAYERS = ("syntax", "entities", "attributions", "figures")
SURELY_NONE = 0.99  # beyond, a word is no part of a figure


@dataclass(frozen=True, slots=True)
class Scores:
    """What the graph says of every word of an article, and of word pairs by window."""

    words: dict[str, Array]  # [words, labels] by name of the output
    pairs: dict[str, Sequence[Array]]  # for each window [words, words]: heads and links
    windows: Sequence[Window]
    home: Array  # the window from which each word is read

    def stretches(self, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        """A stretch of words cut where the window changes from which they are read: (window, first, last)."""
        while first < last:
            n = self.home[first]
            end = min(last, int(np.searchsorted(self.home, n, side="right")))
            yield int(n), first, end
            first = end


@Language.factory("engine", default_config={"layers": list(LAYERS)}, assigns=["token.tag", "token.dep", "doc.ents"])
def make_engine(nlp: Language, name: str, layers: Sequence[str]) -> "Engine":
    """The engine as a spaCy component; `layers` says what it writes into the `Doc`."""
    unknown = [layer for layer in layers if layer not in LAYERS]
    if unknown:
        raise ValueError(f"engine: no layer {unknown[0]!r}; the layers are {', '.join(LAYERS)}")
    return Engine(frozenset(layers))


@cache
def _session(folder: Path):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # processes, not threads, share the cores
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(folder / "engine.onnx", options, providers=["CPUExecutionProvider"])


@cache
def _tokenizer(folder: Path):
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / "wordpieces.json"))


@cache
def _marks(folder: Path) -> tuple[int, int]:
    tokenizer = _tokenizer(folder)
    return tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")


@lru_cache(maxsize=1 << 16)
def _word_pieces(folder: Path, word: str) -> tuple[int, ...]:
    tokenizer = _tokenizer(folder)
    ids = tokenizer.encode([word], is_pretokenized=True, add_special_tokens=False).ids[:LONGEST_WORD]
    return tuple(ids) or (tokenizer.token_to_id("[UNK]"),)


@cache
def _labels(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "labels.json").read_text(encoding="utf8"))


class Engine:
    """Fills a `Doc` from one pass of the graph."""

    def __init__(self, layers: Iterable[str], folder: Path = MODEL):
        self.layers = frozenset(layers)
        self.folder = folder
        self.labels = _labels(folder)
        self.deps = np.load(folder / "deps.npy").astype(np.float32)
        self.moves = dict(np.load(folder / "moves.npz"))

    def __call__(self, doc: Doc) -> Doc:
        words = [token.i for token in doc if not token.is_space]
        if not words:
            for token in doc:
                token.pos_ = "SPACE"
            return doc
        breaks = np.array([i > 0 and doc[i - 1].is_space and doc[i - 1].text.count("\n") > 1 for i in words])
        scores = self._scores([doc[i].text for i in words], breaks)
        if "syntax" in self.layers:
            self._write_syntax(doc, words, breaks, scores)
        if "entities" in self.layers:
            tags = viterbi(scores.words["entities"], self.moves["entities"])
            spans = spans_from([self.labels["entities"][t] for t in tags])
            doc.ents = [Span(doc, words[s], words[e - 1] + 1, label=label) for s, e, label in spans]
        if "attributions" in self.layers:
            self._write_attributions(doc, words, scores)
        if "figures" in self.layers:
            self._write_figures(doc, words, scores)
        return doc

    def score(self, examples: Iterable[Example], **_: Any) -> dict[str, Any]:
        """Tags, syntax and entities against gold, for `spacy evaluate`; punctuation and `dep` count for nothing."""
        examples = list(examples)
        return {
            **Scorer.score_token_attr(examples, "tag"),
            **Scorer.score_deps(examples, "dep", ignore_labels=("punct", "dep")),
            **Scorer.score_spans(examples, "ents"),
        }

    def _scores(self, words: Sequence[str], breaks: Array) -> Scores:
        ids = [_word_pieces(self.folder, word) for word in words]
        windows = windows_of(ids, *_marks(self.folder))
        shapes = np.array([shape_of(word, bool(after)) for word, after in zip(words, breaks, strict=True)] + [0])
        outputs = [self._run(window, shapes) for window in windows]
        home = homes(windows, len(words))
        here = [np.flatnonzero(home[w.first : w.last] == n) for n, w in enumerate(windows)]  # rises with the window
        rows = {
            name: np.concatenate([output[name][at] for output, at in zip(outputs, here, strict=True)])
            for name in OUTPUTS
            if name not in ("heads", "links")
        }
        pairs = {name: [output[name] for output in outputs] for name in ("heads", "links")}
        return Scores(rows, pairs, windows, home)

    def _run(self, window: Window, shapes: Array) -> dict[str, Array]:
        fed = {"pieces": window.pieces, "firsts": window.firsts, "shapes": shapes[window.owners]}
        session = _session(self.folder)
        found = session.run(OUTPUTS, {name: np.array([values], dtype=np.int64) for name, values in fed.items()})
        return {name: array[0] for name, array in zip(OUTPUTS, found, strict=True)}

    # -------------------------------------------------------------- syntax
    def _write_syntax(self, doc: Doc, words: Sequence[int], breaks: Array, scores: Scores) -> None:
        starts = (scores.words["starts"].argmax(-1) == 1) | breaks
        starts[0] = True
        for n, i in enumerate(words):  # what stands in the Doc already is respected: "Gen." ends no sentence
            if doc[i].is_sent_start is not None and n:
                starts[n] = bool(doc[i].is_sent_start)
        heads = self._heads(starts, scores)
        deps = self._deps(heads, scores)
        self._write_rows(doc, words, heads, deps, scores)

    def _heads(self, starts: Array, scores: Scores) -> Array:
        edges = [*np.flatnonzero(starts), len(starts)]
        heads = np.arange(len(starts))
        for first, last in zip(edges, edges[1:], strict=False):
            matrix = np.full((last - first, last - first), IMPOSSIBLE)
            for n, begin, end in scores.stretches(first, last):
                window = scores.windows[n]
                low, high = max(first, window.first), min(last, window.last)
                block = scores.pairs["heads"][n][begin - window.first : end - window.first]
                matrix[begin - first : end - first, low - first : high - first] = block[
                    :, low - window.first : high - window.first
                ]
            heads[first:last] = tree(log_softmax(matrix)) + first
        return heads

    def _deps(self, heads: Array, scores: Scores) -> list[str]:
        ones = np.ones((len(heads), 1), dtype=np.float32)
        dependents = np.concatenate([scores.words["dep_dependent"], ones], 1)
        governors = np.concatenate([scores.words["dep_head"][heads], ones], 1)
        size = dependents.shape[1]
        by_label = (dependents @ self.deps.transpose(1, 0, 2).reshape(size, -1)).reshape(len(heads), -1, size)
        labels = (by_label @ governors[:, :, None])[:, :, 0]
        root = self.labels["deps"].index("ROOT")
        is_root = heads == np.arange(len(heads))
        labels[~is_root, root] = IMPOSSIBLE
        best = labels.argmax(-1)
        best[is_root] = root
        return [self.labels["deps"][n] for n in best]

    def _write_rows(self, doc: Doc, words: Sequence[int], heads: Array, deps: Sequence[str], scores: Scores) -> None:
        strings = doc.vocab.strings
        tags = [strings.add(self.labels["tags"][n]) for n in scores.words["tags"].argmax(-1)]
        feats = [self.labels["feats"][n].split("|", 1) for n in scores.words["feats"].argmax(-1)]
        rows = np.zeros((len(doc), 5), dtype="uint64")
        space = [strings.add("_SP"), strings.add("SPACE"), doc.vocab.morphology.add(""), 0, strings.add("dep")]
        rows[:] = space
        for i in range(len(doc)):  # white space hangs on the token before it, at the beginning on the one after
            rows[i, 3] = np.int64(-1 if i else 1).astype("uint64") if doc[i].is_space else 0
        for n, i in enumerate(words):
            head = np.int64(words[heads[n]] - i).astype("uint64")
            pos, morph = feats[n]
            rows[i] = [tags[n], strings.add(pos), doc.vocab.morphology.add(morph), head, strings.add(deps[n])]
        doc.from_array([TAG, POS, MORPH, HEAD, DEP], rows)

    # -------------------------------------------------------------- attributions
    def _write_attributions(self, doc: Doc, words: Sequence[int], scores: Scores) -> None:
        tags = viterbi(scores.words["roles"], self.moves["roles"])
        spans = list(spans_from([self.labels["roles"][t] for t in tags]))
        cues = [s for s in spans if s[2] == "cue"]
        sure = log_softmax(scores.words["roles"])[np.arange(len(tags)), tags]
        group, evidence = [], {}
        for first, last, role in spans:
            cue = (first, last, role) if role == "cue" else self._cue(first, last, cues, scores)
            if cue is not None:
                key = str(words[cue[0]])
                group.append(Span(doc, words[first], words[last - 1] + 1, label=role, span_id=key))
                evidence.setdefault(key, []).append(sure[first:last].mean())
        doc.spans["attributions"] = group
        doc.spans["attributions"].attrs["confidence"] = {key: self._confidence(e) for key, e in evidence.items()}

    def _confidence(self, evidence: Sequence[float]) -> float:
        """How often attributions of such scores are right on the development articles, content and source."""
        known = self.labels["confidence"]
        return float(np.interp(np.exp(np.mean(evidence)), known["score"], known["right"]))

    def _cue(self, first: int, last: int, cues: Sequence[tuple[int, int, str]], scores: Scores):
        """The cue that the words of a span point to most; None when none stands near."""
        at = np.array([cue for cue, _, _ in cues], dtype=int)
        total, near = np.zeros(len(at)), np.zeros(len(at), dtype=bool)
        for n, begin, end in scores.stretches(first, last):
            window = scores.windows[n]
            links = log_softmax(scores.pairs["links"][n][begin - window.first : end - window.first]).sum(0)
            seen = (window.first <= at) & (at < window.last)
            total[seen] += links[at[seen] - window.first]
            total[~seen] += links.min()
            near |= seen
        return cues[int(np.where(near, total, -np.inf).argmax())] if near.any() else None

    # -------------------------------------------------------------- figures
    def _write_figures(self, doc: Doc, words: Sequence[int], scores: Scores) -> None:
        labels = self.labels["measures"]  # the first is O, for none
        shares = np.exp(log_softmax(scores.words["measures"])).astype(float).round(4)
        likely = np.flatnonzero(shares[:, 0] < SURELY_NONE)
        best = shares[:, 1:].argmax(1) + 1
        doc.spans["figures"] = [Span(doc, words[n], words[n] + 1, label=labels[best[n]]) for n in likely]
        doc.spans["figures"].attrs["measures"] = {
            str(words[n]): dict(zip(labels, shares[n].tolist(), strict=True)) for n in likely
        }
