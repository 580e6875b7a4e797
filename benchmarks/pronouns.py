"""How often a pronoun that says something is resolved to the right person: news and interviews of GUM (Zeldes 2017).

    python benchmarks/pronouns.py CORPORA

reads `gum/en_gum-{dev,test}.conllu` below the folder CORPORA, rebuilds each text, and looks at the quotes whose source
is "he" or "she" where the corpus has a coreference chain. Right is a speaker whom a mention of that chain names, and
nobody where the chain names nobody.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from accuracy import Scores
from spacy.language import Language

from analysis.mentions import find_mentions
from analysis.pipeline import load_pipeline, parseable
from analysis.quotes import find_quotes
from analysis.scoring import same_name

PRONOUNS, GENRES, PARTS = ("he", "she"), ("news", "interview"), ("dev", "test")
_BRACKETS = re.compile(r"\((?P<only>[^()-]+)[^()]*\)|\((?P<opens>[^()-]+)[^()]*|(?P<closes>[^()-]+?)(?:\[[^\]]*\])?\)")


@dataclass
class Chained:
    """A text with its coreference chains: their mentions, and the chain of each single word by its place."""

    text: str = ""
    chains: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    words: dict[int, str] = field(default_factory=dict)


def read_documents(path: Path) -> Iterator[Chained]:
    """The news and interviews of a CoNLL-U file with entities in its last column."""
    for block in path.read_text("utf8").split("# newdoc id = ")[1:]:
        if any(genre in block.split("\n", 1)[0] for genre in GENRES):
            yield _read(block)


def _read(block: str) -> Chained:
    document, opened, joined = Chained(), defaultdict(list), (0, "")
    for line in block.split("\n"):
        if line.startswith("# newpar") and document.text:
            document.text = document.text.rstrip() + "\n\n"
        cells = line.split("\t")
        if len(cells) == 10 and "-" in cells[0]:  # "she'd", two words without a blank between them
            joined = (int(cells[0].split("-")[1]), cells[9])
        if len(cells) < 10 or not cells[0].isdecimal():
            continue
        start = len(document.text)
        document.text += cells[1]
        entities = re.search(r"Entity=([^|]*)", cells[9])
        for bracket in _BRACKETS.finditer(entities[1]) if entities else ():
            if bracket["only"]:
                document.chains[bracket["only"]].append(cells[1])
                document.words[start] = bracket["only"]
            elif bracket["opens"]:
                opened[bracket["opens"]].append(start)
            elif opened[bracket["closes"]]:
                document.chains[bracket["closes"]].append(document.text[opened[bracket["closes"]].pop() :])
        last, notes = joined if int(cells[0]) <= joined[0] else (0, cells[9])
        document.text += "" if int(cells[0]) < last or "SpaceAfter=No" in notes else " "
        joined = joined if int(cells[0]) < last else (0, "")
    return document


def score_pronouns(folder: Path, nlp: Language) -> Scores:
    """The share of "he" and "she" as sources whose speaker is named in their chain."""
    right = total = 0
    for document in (d for part in PARTS for d in read_documents(folder / f"en_gum-{part}.conllu")):
        doc = nlp(parseable(document.text))
        seen = set()
        for quote in find_quotes(doc, find_mentions(doc)):
            at = quote.source_start
            told = quote.mode == "speech" and (quote.source or "").lower() in PRONOUNS
            if told and at in document.words and at not in seen:
                seen.add(at)
                total += 1
                right += _is_right(quote.speaker, document.chains[document.words[at]])
    return {f"pronouns right, of {total}": right / total if total else 0.0}


def _is_right(speaker: str | None, mentions: list[str]) -> bool:
    names = [re.split(r"[,(]", mention)[0].strip() for mention in mentions if mention.lower() not in PRONOUNS]
    if speaker is None:
        return not any(re.search(r"\b[A-Z]\w+ [A-Z]\w+", name) for name in names)
    return any(same_name(speaker, name) or speaker in name for name in names)


def main() -> None:
    """Print the score when the corpus is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    folder = parser.parse_args().corpora / "gum"
    for what, share in score_pronouns(folder, load_pipeline()).items() if folder.is_dir() else ():
        print(f"gum    {what:24} {share:6.1%}")


if __name__ == "__main__":
    main()
