"""From scores to structure, in numpy: tag sequences by Viterbi, spans of BIO tags, dependency trees.

Sources: Viterbi (1967); Chu and Liu (1965) and Edmonds (1967) for the best tree.
"""

from collections.abc import Iterator, Sequence

import numpy as np

IMPOSSIBLE = np.float32(-1e4)

Array = np.ndarray


def log_softmax(scores: Array) -> Array:
    """Log probabilities along the last axis."""
    shifted = scores - scores.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def legal(tags: Sequence[str]) -> Array:
    """Which tag may follow which, as 0 or a large negative number: I-x only after B-x or I-x."""
    return np.array(
        [[IMPOSSIBLE if b[:2] == "I-" and a[2:] != b[2:] else 0 for b in tags] for a in tags], dtype=np.float32
    )


def viterbi(scores: Array, transitions: Array) -> Array:
    """The best legal sequence of tags for [words, tags] scores; the first may not be an I-."""
    if not len(scores):
        return np.zeros(0, dtype=int)
    best = scores[0] + transitions[0]  # as after O, which is tag 0
    back = np.zeros(scores.shape, dtype=int)
    for i in range(1, len(scores)):
        paths = best[:, None] + transitions
        back[i] = paths.argmax(0)
        best = paths[back[i], np.arange(paths.shape[1])] + scores[i]
    out = np.zeros(len(scores), dtype=int)
    out[-1] = best.argmax()
    for i in range(len(scores) - 1, 0, -1):
        out[i - 1] = back[i, out[i]]
    return out


def spans_from(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Half-open spans of BIO tags with their labels.

    >>> list(spans_from(["B-cue", "I-cue", "O", "B-cue", "B-source"]))
    [(0, 2, 'cue'), (3, 4, 'cue'), (4, 5, 'source')]
    """
    start, label = 0, ""
    for i, tag in enumerate([*tags, "O"]):
        if label and tag != f"I-{label}":
            yield start, i, label
            label = ""
        if tag[:2] == "B-":
            start, label = i, tag[2:]


def tree(scores: Array) -> Array:
    """Heads of the best tree with one root for [words, words] scores; a word's score with itself is the root's.

    Chu, Liu and Edmonds; most sentences need only the greedy choice.
    """
    heads = scores.argmax(1)
    roots = np.flatnonzero(heads == np.arange(len(heads)))
    gain = np.diag(scores) - np.where(np.eye(len(scores), dtype=bool), -np.inf, scores).max(1)
    root = int(roots[0]) if len(roots) == 1 else int(gain.argmax())
    scores = scores.copy()
    np.fill_diagonal(scores, -np.inf)
    return _arborescence(scores, root)


def _arborescence(scores: Array, root: int) -> Array:
    heads = scores.argmax(1)
    heads[root] = root
    if (_ancestors(heads) == root).all():
        return heads
    cycle = _cycle(heads, root)
    inside = np.zeros(len(heads), dtype=bool)
    inside[cycle] = True
    outside = np.flatnonzero(~inside)
    held = scores[cycle, heads[cycle]]
    entering = scores[np.ix_(cycle, outside)] - held[:, None]  # dependent in the cycle, head outside
    leaving = scores[np.ix_(outside, cycle)]
    small = np.full((len(outside) + 1, len(outside) + 1), -np.inf)
    small[:-1, :-1] = scores[np.ix_(outside, outside)]
    small[-1, :-1] = entering.max(0)
    small[:-1, -1] = leaving.max(1)
    found = _arborescence(small, int(np.flatnonzero(outside == root)[0]))
    for n, word in enumerate(outside):
        if word != root:
            heads[word] = cycle[leaving[n].argmax()] if found[n] == len(outside) else outside[found[n]]
    broken = int(entering[:, found[-1]].argmax())
    heads[cycle[broken]] = outside[found[-1]]
    return heads


def _ancestors(heads: Array) -> Array:
    """The word that each word comes to on its way up, after at least as many steps as there are words."""
    for _ in range(len(heads).bit_length()):
        heads = heads[heads]
    return heads


def _cycle(heads: Array, root: int) -> list[int]:
    seen = np.zeros(len(heads), dtype=int)
    seen[root] = -1
    for start in range(len(heads)):
        path, at = [], start
        while not seen[at]:
            seen[at] = start + 1
            path.append(at)
            at = int(heads[at])
        if seen[at] == start + 1:
            return path[path.index(at) :]
        seen[path] = -1
    return []
