"""Turns the fine-tuned model into what the package carries: an int8 graph for onnxruntime, labels, word pieces.

    python training/engine_export.py OUT MODEL

OUT is the folder of engine_train.py; MODEL, which is src/analysis/model, receives a spaCy pipeline of the engine and a
rule lemmatizer, and beside its config the engine's files: `engine.onnx`, `labels.json`, `deps.npy`, `moves.npz`,
`wordpieces.json`. Needs the extra `train` and the package itself.
"""

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import spacy
import torch
from engine_model import Engine
from engine_train import ENCODER
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import BertConfig, BertTokenizerFast

from analysis.engine import OUTPUTS  # registers the component as well

VERSION = "0.6.0"
INPUTS = ("pieces", "firsts", "shapes")
EAGER = 0.7  # for beginning a role: likelihood makes the chain miss attributions; chosen on dev between 0 and 1.6


class Graph(nn.Module):
    """The engine over windows without padding, with a tuple of outputs, as a graph has them."""

    def __init__(self, engine: Engine):
        super().__init__()
        self.engine = engine

    def forward(self, pieces: Tensor, firsts: Tensor, shapes: Tensor) -> tuple[Tensor, ...]:
        scores = self.engine(pieces, torch.ones_like(pieces), firsts, shapes)
        return tuple(scores[name] for name in OUTPUTS)


def make_pipeline(model: Path) -> None:
    """Write the spaCy pipeline: the engine, and spaCy's lemmatizer with the tables of spacy-lookups-data."""
    nlp = spacy.blank("en")
    nlp.add_pipe("engine")
    lemmatizer = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
    lemmatizer.initialize(nlp=nlp)
    for table in ("lemma_rules", "lemma_exc", "lemma_index"):  # "was" is tagged AUX; the tables know it as a verb
        rows = lemmatizer.lookups.get_table(table)
        rows["aux"] = rows["verb"]
    about = "Tags, lemmas, dependencies (UD), nine entity labels and attributions for English news."
    nlp.meta.update(name="versions_of_events", version=VERSION, license="CC BY-SA 4.0", description=about)
    nlp.to_disk(model)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("model", type=Path)
    args = parser.parse_args()
    labels = json.loads((args.out / "vocab.json").read_text(encoding="utf8"))
    config = BertConfig.from_pretrained(ENCODER, attn_implementation="eager")
    engine = Engine(config, labels)
    finished = args.out / "model.pt"
    state = torch.load(finished) if finished.exists() else torch.load(args.out / "checkpoint.pt")["model"]
    engine.load_state_dict(state)
    engine.eval()
    args.model.mkdir(parents=True, exist_ok=True)
    example = (torch.randint(1000, 2000, (1, 24)), torch.arange(1, 21)[None], torch.ones(1, 24, dtype=torch.long))
    axes = {"pieces": {1: "pieces"}, "shapes": {1: "pieces"}, **{name: {1: "words"} for name in ("firsts", *OUTPUTS)}}
    for name in ("heads", "links"):
        axes[name] = {1: "words", 2: "words"}
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(Graph(engine), example, plain, input_names=INPUTS, output_names=OUTPUTS, dynamic_axes=axes,
                          opset_version=17, dynamo=False)  # fmt: skip
        quantize_dynamic(plain, args.model / "engine.onnx", weight_type=QuantType.QInt8, per_channel=True)
    uncalibrated = {"score": [0, 1], "right": [0, 1]}
    (args.model / "labels.json").write_text(json.dumps({**labels, "confidence": uncalibrated}), encoding="utf8")
    np.save(args.model / "deps.npy", engine.deps.detach().numpy().astype("float16"))
    moves = {name: chain.detach().numpy() for name, chain in engine.moves.items()}
    moves["roles"][:, [label[:2] == "B-" for label in labels["roles"]]] += EAGER
    np.savez(args.model / "moves.npz", **moves)
    pieces = BertTokenizerFast.from_pretrained(ENCODER).backend_tokenizer
    pieces.no_padding(), pieces.no_truncation()  # the published file pads every word to a sentence
    pieces.save(str(args.model / "wordpieces.json"))
    make_pipeline(args.model)
    size = sum(path.stat().st_size for path in args.model.rglob("*") if path.is_file())
    print(f"{args.model}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
