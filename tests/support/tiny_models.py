"""Real models of a few kilobytes, in folders as sentence-transformers writes them.

A BERT of two layers over the words of the contract: random for an encoder, which needs no more to
show what reaches the vectors; trained in a second on the contract's questions for a reranker.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from pathlib import Path

from assistant.system import offline

offline.seal()

import sentence_transformers  # noqa: E402
import torch  # noqa: E402
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer  # noqa: E402
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors  # noqa: E402
from transformers import (  # noqa: E402
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    PreTrainedTokenizerFast,
)

from tests.support.contracts import PASSAGES, QUESTIONS  # noqa: E402

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
POSITIONS = 512


def write_encoder(
    folder: Path,
    *,
    prompts: Mapping[str, str] | None = None,
    seed: int = 0,
    dtype: torch.dtype = torch.float32,
) -> Path:
    """Write an encoder of random weights; return its folder."""
    torch.manual_seed(seed)
    parts = folder.with_name(f".{folder.name}.parts")
    BertModel(_configuration()).to(dtype).save_pretrained(parts)
    _tokenizer().save_pretrained(parts)
    transformer = Transformer(str(parts))
    model = sentence_transformers.SentenceTransformer(
        modules=[transformer, Pooling(transformer.get_embedding_dimension())],
        prompts=dict(prompts or {}),
        device="cpu",
    )
    model.save(str(folder))
    return folder


def write_reranker(folder: Path, *, labels: int = 1, activation: str = "", steps: int = 0) -> Path:
    """Write a reranker in transformers' own layout, as most are published; return its folder.

    `activation` is what its configuration names; `steps` are those of training.
    """
    torch.manual_seed(0)
    config = _configuration(labels)
    if activation:
        config.sentence_transformers = {"activation_fn": activation, "version": "5.0.0"}
    model, tokenizer = BertForSequenceClassification(config), _tokenizer()
    if steps:
        _train(model, tokenizer, steps)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _configuration(labels: int = 2) -> BertConfig:
    logging.getLogger("transformers").setLevel(logging.ERROR)
    return BertConfig(
        vocab_size=len(_words()), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=POSITIONS, num_labels=labels,
    )  # fmt: skip


def _words() -> list[str]:
    text = " ".join([*PASSAGES, *QUESTIONS, "query : passage question texte"]).lower()
    return [*SPECIAL, *dict.fromkeys(re.findall(r"\w+|[^\w\s]", text))]


def _tokenizer() -> PreTrainedTokenizerFast:
    ids = {word: number for number, word in enumerate(_words())}
    tokenizer = Tokenizer(models.WordLevel(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(one, ids[one]) for one in ("[CLS]", "[SEP]")],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]",
        cls_token="[CLS]", sep_token="[SEP]",
    )  # fmt: skip


def _train(
    model: BertForSequenceClassification, tokenizer: PreTrainedTokenizerFast, steps: int
) -> None:
    pairs = [(question, passage) for question in QUESTIONS for passage in PASSAGES]
    wanted = torch.tensor(
        [[float(PASSAGES[QUESTIONS[question]] == passage)] for question, passage in pairs]
    )
    batch = tokenizer(
        [one for one, _ in pairs], [one for _, one in pairs], padding=True, return_tensors="pt"
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    model.eval()  # no dropout: the same weights on every machine
    for _ in range(steps):
        optimiser.zero_grad()
        logits = model(**batch).logits
        torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted).backward()
        optimiser.step()
