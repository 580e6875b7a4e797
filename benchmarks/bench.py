"""How fast, how large and how right, beside others: a Markdown table.

    python benchmarks/bench.py [CORPUS] [--rounds N] [--cnn DIR] [--corpora DIR]

Every contestant passes over the same articles once a round, one after the other, each round in another order: a machine
that is busy for a while then slows them all. Ratios compare passes of the same round by seconds of the processor.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from accuracy import GOLD, Scores, Task
from contestants import CONTESTANTS
from corpora import TASKS

from analysis import ROOT
from analysis.corpus import read_articles

HERE = Path(__file__).parent
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
NEEDED = ("textacy", "quantulum3")  # contestants, by the names of their packages

Measured = dict[str, float]
Rounds = Sequence[Mapping[str, Measured]]  # of each round, what every contestant took


# ------------------------------------------------------------------ running
def run(name: str, corpus: Path, cnn: str | None, rows: Path | None = None) -> Measured:
    """One pass of one contestant in a new process, on one thread."""
    command = [sys.executable, str(HERE / "contestants.py"), name, str(corpus)]
    command += ["--cnn", cnn] if cnn else []
    command += ["--rows", str(rows)] if rows else []
    done = subprocess.run(command, env={**os.environ, **ONE_THREAD}, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(names: Sequence[str], corpus: Path, cnn: str | None, rounds: int) -> list[dict[str, Measured]]:
    """All contestants in every round, the order turned on by one each time."""
    measured = []
    for n in range(rounds):
        _say(f"round {n + 1} of {rounds}")
        turn = n % len(names)
        measured.append({name: run(name, corpus, cnn) for name in [*names[turn:], *names[:turn]]})
    return measured


def score(task: Task, place: Path, names: Sequence[str], cnn: str | None) -> dict[str, Scores]:
    """What each contestant that finds such a thing gets in a task."""
    scores: dict[str, Scores] = {}
    with tempfile.TemporaryDirectory() as folder:
        articles, found = Path(folder) / "articles.jsonl", Path(folder) / "rows.json"
        lines = (json.dumps(article, ensure_ascii=False) + "\n" for article in task.articles(place))
        articles.write_text("".join(lines), encoding="utf8", newline="")
        for name in names:
            tables = [table for table in task.scores if table in CONTESTANTS[name].finds]
            if tables:
                run(name, articles, cnn, found)
                rows = json.loads(found.read_text(encoding="utf8"))
                scores[name] = {
                    what: share for table in tables for what, share in task.scores[table](place, rows).items()
                }
    return scores


# ------------------------------------------------------------------ tables
def speed_table(rounds: Rounds, words: int) -> list[list[str]]:
    """A row a contestant: medians, and the ratio to each peer with its range over the rounds.

    Sentences are those of the bundled pipeline, for all.
    """
    sentences = median(taken["pipeline"]["sentences"] for taken in rounds)
    table = [["", "words a second", "words a CPU second", "sentences a CPU second", "beside a peer", "peak memory"]]
    for name in rounds[0]:
        wall, cpu = (median(taken[name][key] for taken in rounds) for key in ("wall", "cpu"))
        peers = [peer for peer in CONTESTANTS[name].peers if peer in rounds[0]]
        beside = " · ".join(f"{_ratio(rounds, name, peer)} × {peer}" for peer in peers)
        peak = max(taken[name]["peak"] for taken in rounds) / 1e6
        table.append([CONTESTANTS[name].title, _number(words / wall), _number(words / cpu), _number(sentences / cpu),
                      beside or "–", f"{peak:.0f} MB"])  # fmt: skip
    return table


def _ratio(rounds: Rounds, name: str, peer: str) -> str:
    ratios = sorted(taken[peer]["cpu"] / taken[name]["cpu"] for taken in rounds)
    return f"{median(ratios):.2g} ({ratios[0]:.2g} to {ratios[-1]:.2g})"


def _number(value: float) -> str:
    """Two digits count, the others are noise."""
    digits = max(0, len(str(int(value))) - 2)
    return f"{round(value, -digits):,.0f}"


def accuracy_table(scores: Mapping[str, Mapping[str, Scores]]) -> list[list[str]]:
    """A row a measure of a task, a column a contestant; a dash for what it does not look for."""
    names = [name for name in CONTESTANTS if any(name in of_task for of_task in scores.values())]
    table = [["measured on", "", *names]]
    for task, of_task in scores.items():
        for what in dict.fromkeys(what for shares in of_task.values() for what in shares):
            shares = [of_task.get(name, {}).get(what) for name in names]
            table.append([task, what, *("–" if share is None else f"{100 * share:.1f}" for share in shares)])
    return table


def markdown(table: Sequence[Sequence[str]]) -> str:
    """The first row is the head.

    >>> print(markdown([["a", "b"], ["1", "2"]]))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    head, *rows = (f"| {' | '.join(cells)} |" for cells in table)
    return "\n".join([head, "|" + "---|" * len(table[0]), *rows])


# ------------------------------------------------------------------ command line
def contestants(cnn: str | None) -> list[str]:
    """Who can run here; says of the others how to have them."""
    names = list(CONTESTANTS)
    if cnn is None:
        names.remove("cnn")
        _say("without the CNN pipeline: make it as training/README.md says (The peer), then CNN=build/cnn")
    for name in NEEDED:
        if find_spec(name) is None:
            names.remove(name)
            _say(f"without {name}: install it with: {sys.executable} -m pip install -e '.[bench]'")
    return names


def conditions(articles: int, words: int, rounds: int) -> str:
    """What the figures depend on, in a line."""
    packages = [name for name in ("spacy", "onnxruntime", *NEEDED) if find_spec(name)]
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    return (
        f"{articles} articles, {words:,} words; rounds: {rounds}, of which the median; one thread; "
        f"Python {platform.python_version()}, {versions}."
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, score, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("corpus", type=Path, nargs="?", default=ROOT / "data" / "corpus")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cnn", metavar="DIR", help="the CNN pipeline that training/ makes")
    parser.add_argument("--corpora", type=Path, metavar="DIR", help="annotated corpora, see benchmarks/README.md")
    args = parser.parse_args()
    cnn = args.cnn if args.cnn and Path(args.cnn, "config.cfg").is_file() else None
    names = contestants(cnn)
    articles = read_articles([args.corpus]).articles
    words = sum(len(article.text.split()) for article in articles)
    if not words or args.rounds < 1:
        parser.error(f"{args.corpus} has {words} words and there are {args.rounds} rounds; both must be above 0")
    rounds = measure(names, args.corpus, cnn, args.rounds)
    print(markdown(speed_table(rounds, words)), conditions(len(articles), words, args.rounds), sep="\n\n", flush=True)
    folder = ROOT / "data" / "gold"
    scores = {f"`data/gold/{part}`": score(GOLD, folder / part, names, cnn) for part in ("articles", "held-out")}
    for title, task in TASKS.items() if args.corpora else ():
        place = args.corpora / task.folder
        if place.exists():
            _say(title)
            scores[title] = score(task, place, names, cnn)
        else:
            _say(f"without {title}: {task.folder} is not in {args.corpora}")
    print("", markdown(accuracy_table(scores)), sep="\n")


if __name__ == "__main__":
    main()
