"""Turn the corpora into spaCy's training format (DocBin).

    python training/convert.py CORPORA OUT

CORPORA holds the folders `ewt`, `gum` (CoNLL-U) and `worldwide-newswire` (tab-separated BIO beside the
published text); training/README.md says where each is published. OUT receives `syntax-{train,dev}.spacy`
and `ner-{train,dev}.spacy`.
"""

import argparse
import random
import re
from collections.abc import Iterator
from pathlib import Path

import spacy
from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab

NER_LABELS = {"Person": "PERSON", "Organization": "ORG", "Location": "LOC", "Facility": "FAC", "NORP": "NORP",
              "Date": "DATE", "Money": "MONEY", "Product": "PRODUCT", "Misc": "MISC"}  # fmt: skip
BREAK = "\n\n"


# ------------------------------------------------------------------ Universal Dependencies
def read_paragraphs(path: Path) -> Iterator[list[dict]]:
    """Paragraphs of a CoNLL-U file, each a list of word rows with heads relative to the paragraph."""
    rows: list[dict] = []
    for block in path.read_text(encoding="utf8").strip().split("\n\n"):
        lines = block.split("\n")
        if any(line.startswith(("# newdoc", "# newpar")) and not line.startswith("# newpar_") for line in lines):
            if rows:
                yield rows
            rows = []
        rows += _sentence(lines, offset=len(rows))
    if rows:
        yield rows


def _sentence(lines: list[str], *, offset: int) -> list[dict]:
    rows, glued_until, glue_after = [], 0, False
    for cells in (line.split("\t") for line in lines if not line.startswith("#")):
        no_space = "SpaceAfter=No" in cells[9]
        if "-" in cells[0]:  # "don't" = do + n't: no blank between its words, the range says what follows
            glued_until, glue_after = int(cells[0].split("-")[1]), no_space
            continue
        if "." in cells[0]:  # an elided word of the enhanced graph, not in the text
            continue
        n = int(cells[0])
        space = not (no_space or n < glued_until or (n == glued_until and glue_after))
        head = offset + (int(cells[6]) - 1 if cells[6] != "0" else n - 1)
        dep = "ROOT" if cells[7] == "root" else cells[7]
        rows.append({"word": cells[1], "space": space, "lemma": cells[2], "pos": cells[3], "tag": cells[4],
                     "morph": "" if cells[5] == "_" else cells[5], "head": head, "dep": dep,
                     "start": not rows})  # fmt: skip
    return rows


def curl(rows: list[dict]) -> list[dict]:
    """The same words with typographic quotation marks, which half of the news on the web has."""
    opening, out = True, []
    for row in rows:
        word = row["word"]
        if word in ('"', "''", "``"):
            word = "“" if (word == "``" or (opening and word != "''")) else "”"
            opening = not opening
        elif "'" in word:
            word = word.replace("'", "’")
        out.append({**row, "word": word})
    return out


def syntax_doc(vocab: Vocab, paragraphs: list[list[dict]]) -> Doc:
    """One Doc of several paragraphs, joined as an article joins them: by an empty line."""
    rows: list[dict] = []
    for paragraph in paragraphs:
        if rows:
            rows[-1] = {**rows[-1], "space": False}
            rows.append({"word": BREAK, "space": False, "lemma": BREAK, "pos": "SPACE", "tag": "_SP", "morph": "",
                         "head": len(rows) - 1, "dep": "dep", "start": False})  # fmt: skip
        base = len(rows)
        rows += [{**row, "head": row["head"] + base} for row in paragraph]
    pick = lambda key: [row[key] for row in rows]  # noqa: E731
    return Doc(vocab, words=pick("word"), spaces=pick("space"), lemmas=pick("lemma"), pos=pick("pos"),
               tags=pick("tag"), morphs=pick("morph"), heads=pick("head"), deps=pick("dep"))  # fmt: skip


def syntax_docs(vocab: Vocab, paths: list[Path], *, rng: random.Random | None) -> Iterator[Doc]:
    """Docs of about 150 words; with `rng`, quotation marks are typographic in half of them."""
    for path in paths:
        batch: list[list[dict]] = []
        for paragraph in read_paragraphs(path):
            batch.append(paragraph)
            if sum(map(len, batch)) >= 150:
                yield syntax_doc(vocab, [curl(p) for p in batch] if rng and rng.random() < 0.5 else batch)
                batch = []
        if batch:
            yield syntax_doc(vocab, batch)


# ------------------------------------------------------------------ entities
def read_entities(path: Path) -> list[list[tuple[str, str]]]:
    """Paragraphs of (token, BIO tag); the line with the article's address is left out."""
    paragraphs: list[list[tuple[str, str]]] = [[]]
    for line in path.read_text(encoding="utf8").split("\n"):
        cells = [cell.strip() for cell in line.split("\t")]
        if not cells[0]:
            paragraphs.append([])
            continue
        if len(cells) == 3 and cells[0].isdigit():  # a few files number their tokens
            cells = cells[1:]
        if not cells[0].startswith("http"):
            paragraphs[-1].append((cells[0], cells[1] if len(cells) > 1 else "O"))
    return [p for p in paragraphs if p]


def entity_doc(nlp: spacy.Language, paragraphs: list[list[tuple[str, str]]], source: str | None) -> Doc:
    """A Doc in our own tokenisation; blanks as published where `source` has the tokens, else between any two."""
    text, spans, at = "", [], 0
    for paragraph in paragraphs:
        for n, (token, tag) in enumerate(paragraph):
            found = source.find(token, at, at + len(token) + 20) if source is not None else -1
            gap = source[at:found] if found >= 0 else " "
            if n == 0:
                gap = BREAK if text else ""
            elif gap.strip() or "\n" in gap:
                gap = " "
            at = found + len(token) if found >= 0 else at
            start = len(text) + len(gap)
            text += gap + token
            if tag[:2] in ("B-", "S-"):
                spans.append([start, len(text), tag[2:]])
            elif tag[:2] in ("I-", "E-") and spans and spans[-1][2] == tag[2:] and spans[-1][1] == start - len(gap):
                spans[-1][1] = len(text)
    doc = nlp.make_doc(text)
    ents: list[Span] = []
    for start, end, label in spans:
        span = doc.char_span(start, end, NER_LABELS.get(label, ""), alignment_mode="expand")
        if span and span.label_ and (not ents or ents[-1].end <= span.start):
            ents.append(span)
    doc.ents = ents
    return doc


def entity_docs(nlp: spacy.Language, folder: Path, *, published: bool) -> Iterator[Doc]:
    for path in sorted((folder / "annotated").glob("*.tsv")):
        paragraphs = read_entities(path)
        yield entity_doc(nlp, paragraphs, None)
        source = folder / "text" / re.sub(r"\.tsv$", "", path.name)
        if published and source.exists():
            text = source.read_text(encoding="utf8")
            yield entity_doc(nlp, paragraphs, re.sub(r"^http\S*\s*", "", text))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    nlp = spacy.blank("en")
    for part in ("train", "dev"):
        train = part == "train"
        paths = [args.corpora / "ewt" / f"en_ewt-{part}.conllu", args.corpora / "gum" / f"en_gum-{part}.conllu"]
        syntax = DocBin(store_user_data=False)
        for doc in syntax_docs(nlp.vocab, paths, rng=random.Random(1) if train else None):
            syntax.add(doc)
        syntax.to_disk(args.out / f"syntax-{part}.spacy")
        entities = DocBin(attrs=["ENT_IOB", "ENT_TYPE", "ORTH", "SPACY"])
        for doc in entity_docs(nlp, args.corpora / "worldwide-newswire" / part, published=train):
            entities.add(doc)
        entities.to_disk(args.out / f"ner-{part}.spacy")
        print(f"{part}: {len(syntax)} documents for syntax, {len(entities)} for entities")


if __name__ == "__main__":
    main()
