"""The multi-task model: one small transformer over word pieces, a head for each layer over words.

The encoder is uncased and reads no line breaks, so every word piece also carries the shape of its word, in the place
that BERT has for token types. Heads: tags, features, sentence starts, entities, roles (source, cue, content), what a
figure measures, the word's syntactic head and the cue it belongs to (biaffine, Dozat and Manning 2017). Entities and
roles are decoded with learned transitions (a linear-chain CRF, Lafferty et al. 2001).
"""

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from analysis.engine.decoding import legal
from analysis.engine.windows import SHAPES


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
    """Word pieces in, scores for every word out; see `forward` for the names of the outputs.

    `labels` holds the labels of tags, feats, deps, entities, roles and measures.
    """

    def __init__(self, config: BertConfig, labels: dict[str, list[str]]):
        super().__init__()
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.encoder.embeddings.token_type_embeddings = nn.Embedding(SHAPES, config.hidden_size)
        width = config.hidden_size
        self.dropout = nn.Dropout(0.1)
        self.tags = nn.Linear(width, len(labels["tags"]))
        self.feats = nn.Linear(width, len(labels["feats"]))
        self.starts = nn.Linear(width, 2)
        self.entities = nn.Sequential(
            nn.Linear(width, 128), nn.GELU(), nn.Dropout(0.1), nn.Linear(128, len(labels["entities"]))
        )
        self.roles = nn.Sequential(
            nn.Linear(width, 256), nn.GELU(), nn.Dropout(0.1), nn.Linear(256, len(labels["roles"]))
        )
        self.measures = nn.Sequential(
            nn.Linear(width, 192), nn.GELU(), nn.Dropout(0.1), nn.Linear(192, len(labels["measures"]))
        )
        self.heads = Biaffine(width, 192)
        self.links = Biaffine(width, 96)
        self.dep_dependent = nn.Sequential(nn.Linear(width, 64), nn.GELU(), nn.Dropout(0.2))
        self.dep_head = nn.Sequential(nn.Linear(width, 64), nn.GELU(), nn.Dropout(0.2))
        self.deps = nn.Parameter(torch.randn(len(labels["deps"]), 65, 65) * 0.02)
        self.moves = nn.ParameterDict({name: torch.from_numpy(legal(labels[name])) for name in ("entities", "roles")})

    def load_encoder(self, published: BertModel) -> None:
        """Take the published weights; every shape begins as the one token type that they know."""
        weights = published.state_dict()
        types = "embeddings.token_type_embeddings.weight"
        weights[types] = weights[types][:1].repeat(SHAPES, 1)
        self.encoder.load_state_dict(weights)

    def forward(self, pieces: Tensor, mask: Tensor, firsts: Tensor, shapes: Tensor) -> dict[str, Tensor]:
        """Scores for words.

        Args: `pieces`, `mask` and `shapes` are [batch, pieces]; `firsts` [batch, words] is the place of each word's
        first piece. Returns [batch, words, labels] for tags, feats, starts, entities, roles and measures,
        [batch, words, words] for heads and links, [batch, words, 64] for dep_dependent and dep_head.
        """
        hidden = self.encoder(input_ids=pieces, attention_mask=mask, token_type_ids=shapes).last_hidden_state
        words = self.dropout(hidden.gather(1, firsts.unsqueeze(-1).expand(-1, -1, hidden.shape[-1])))
        return {
            "tags": self.tags(words), "feats": self.feats(words), "starts": self.starts(words),
            "entities": self.entities(words), "roles": self.roles(words), "measures": self.measures(words),
            "heads": self.heads(words), "links": self.links(words),
            "dep_dependent": self.dep_dependent(words), "dep_head": self.dep_head(words),
        }  # fmt: skip

    def label(self, dependents: Tensor, heads: Tensor) -> Tensor:
        """Scores of dependency labels for pairs: two [n, 64] give [n, labels]."""
        ones = torch.ones_like(dependents[:, :1])
        dependents, heads = torch.cat([dependents, ones], -1), torch.cat([heads, ones], -1)
        return torch.einsum("nd,lde,ne->nl", dependents, self.deps, heads)


def chain_loss(scores: Tensor, tags: Tensor, moves: Tensor, missing: int) -> Tensor:
    """Mean negative log likelihood per word of tag sequences under a linear chain.

    Args: `scores` [batch, words, tags]; `tags` [batch, words], `missing` after the last word; `moves` [tags, tags], the
    score of going from one tag to another. A window may begin inside a span, so the first tag is free.
    """
    known = tags != missing
    tags = tags.clamp(min=0)
    gold = scores.gather(2, tags[:, :, None])[:, :, 0]
    gold = (gold * known).sum(1) + (moves[tags[:, :-1], tags[:, 1:]] * known[:, 1:]).sum(1)
    total = scores[:, 0]
    for i in range(1, scores.shape[1]):
        after = torch.logsumexp(total[:, :, None] + moves, 1) + scores[:, i]
        total = torch.where(known[:, i, None], after, total)
    return (torch.logsumexp(total, 1) - gold).sum() / known.sum()
