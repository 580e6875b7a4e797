"""Join the CNN pipelines for syntax and entities into one: the peer that the engine is measured against.

    python training/assemble_cnn.py SYNTAX NER OUT VERSION

SYNTAX and NER are `model-best` folders of `spacy train`. The pipeline in OUT works with `--model OUT`.
"""

import argparse
from pathlib import Path

import spacy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("syntax", type=Path)
    parser.add_argument("ner", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("version")
    args = parser.parse_args()
    nlp, entities = spacy.load(args.syntax), spacy.load(args.ner)
    scores = {**nlp.meta["performance"], **entities.meta["performance"]}
    entities.replace_listeners("tok2vec", "ner", ["model.tok2vec"])  # its own CNN travels inside it
    nlp.add_pipe("ner", source=entities, first=True)  # before the parser, whose sentence ends would cut names
    for table in ("lemma_rules", "lemma_exc", "lemma_index"):  # "was" is tagged AUX; the tables know it as a verb
        rows = nlp.get_pipe("lemmatizer").lookups.get_table(table)
        rows["aux"] = rows["verb"]
    nlp.meta.update(name="cnn", version=args.version, performance=scores, author="Versions of Events",
                    license="CC BY-SA 4.0",
                    description="Tags, lemmas, dependencies (UD), nine entity labels for English news.")  # fmt: skip
    nlp.to_disk(args.out)
    size = sum(path.stat().st_size for path in args.out.rglob("*") if path.is_file())
    print(f"{args.out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
