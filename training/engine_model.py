"""The multi-task model: one small transformer over word pieces, a head for each layer over words.

The encoder is uncased, so every word also carries its shape. Heads: tags, features, sentence starts, entities, roles
(source, cue, content), the word's syntactic head and the cue it belongs to (biaffine, Dozat and Manning 2017).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

SHAPES = 32


@dataclass(frozen=True)
class Sizes:
    """How many labels each head tells apart."""

    tags: int
    feats: int
    deps: int
    entities: int
    roles: int


class Biaffine(nn.Module):
    """Scores every pair of words; a word's pair with itself stands for the root, or for no cue."""

    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.dependent = nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Dropout(0.2))
        self.head = nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Dropout(0.2))
        self.weight = nn.Parameter(torch.eye(hidden) / hidden**0.5)
        self.bias = nn.Linear(hidden, 1)

    def forward(self, words: Tensor) -> Tensor:
        dependents, heads = self.dependent(words), self.head(words)
        return dependents @ self.weight @ heads.transpose(1, 2) + self.bias(heads).transpose(1, 2)


class Engine(nn.Module):
    """Word pieces in, scores for every word out; see `forward` for the names of the outputs."""

    def __init__(self, config: BertConfig, sizes: Sizes):
        super().__init__()
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.shape = nn.Embedding(SHAPES, 32)
        width = config.hidden_size + 32
        self.dropout = nn.Dropout(0.1)
        self.tags = nn.Linear(width, sizes.tags)
        self.feats = nn.Linear(width, sizes.feats)
        self.starts = nn.Linear(width, 2)
        self.entities = nn.Sequential(nn.Linear(width, 128), nn.GELU(), nn.Dropout(0.1), nn.Linear(128, sizes.entities))
        self.roles = nn.Sequential(nn.Linear(width, 256), nn.GELU(), nn.Dropout(0.1), nn.Linear(256, sizes.roles))
        self.heads = Biaffine(width, 192)
        self.links = Biaffine(width, 96)
        self.dep_dependent = nn.Sequential(nn.Linear(width, 64), nn.GELU(), nn.Dropout(0.2))
        self.dep_head = nn.Sequential(nn.Linear(width, 64), nn.GELU(), nn.Dropout(0.2))
        self.deps = nn.Parameter(torch.randn(sizes.deps, 65, 65) * 0.02)

    def forward(self, pieces: Tensor, mask: Tensor, firsts: Tensor, shapes: Tensor) -> dict[str, Tensor]:
        """Scores for words.

        Args: `pieces` and `mask` are [batch, pieces]; `firsts` [batch, words] is the place of each word's first piece;
        `shapes` [batch, words]. Returns [batch, words, labels] for tags, feats, starts, entities and roles,
        [batch, words, words] for heads and links, [batch, words, 64] for dep_dependent and dep_head.
        """
        hidden = self.encoder(input_ids=pieces, attention_mask=mask).last_hidden_state
        words = hidden.gather(1, firsts.unsqueeze(-1).expand(-1, -1, hidden.shape[-1]))
        words = self.dropout(torch.cat([words, self.shape(shapes)], dim=-1))
        return {
            "tags": self.tags(words), "feats": self.feats(words), "starts": self.starts(words),
            "entities": self.entities(words), "roles": self.roles(words), "heads": self.heads(words),
            "links": self.links(words), "dep_dependent": self.dep_dependent(words), "dep_head": self.dep_head(words),
        }  # fmt: skip

    def label(self, dependents: Tensor, heads: Tensor) -> Tensor:
        """Scores of dependency labels for pairs: two [n, 64] give [n, labels]."""
        ones = torch.ones_like(dependents[:, :1])
        dependents, heads = torch.cat([dependents, ones], -1), torch.cat([heads, ones], -1)
        return torch.einsum("nd,lde,ne->nl", dependents, self.deps, heads)
