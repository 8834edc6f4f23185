"""The process that converts a model: it loads torch, so that the one that answers need not.

In: a sentence-transformers folder. Out: the folder of the conversion, written aside, then renamed.
Weights go to 8 bits; where the vectors are then others than torch's, they stay in 32; where they
still are, the verdict says so, and torch it is.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np

from assistant.embedding.conversion import Verdict, write_verdict
from assistant.embedding.engines import Engine
from assistant.embedding.model_folders import (
    Pooling,
    declared_length,
    declared_pooling,
    padding_token,
)
from assistant.embedding.openvino_engine import INPUTS, NETWORK, OpenVinoEngine, imported
from assistant.embedding.tokens import Tokens
from assistant.embedding.torch_models import TorchEngine
from assistant.records.vectors import Vectors
from assistant.system.built_folders import build_folder

#: The least cosine to torch's vectors: below it, ranks would change.
LEAST_COSINE = 0.999

#: What both engines encode to be compared: short and long, questions and lists, odd characters.
_TEXTS = (
    "Comment inscrire un enfant à la cantine ?",
    "QUELS SONT LES HORAIRES DE LA MÉDIATHÈQUE ?",
    "budget voirie 2026",
    "Qui finance la rénovation du gymnase, et pour quel montant ?",
    "La réunion publique aura lieu le 12 mars à 18 h 30, salle des fêtes.",
    "Le règlement (UE) 2016/679 s'applique ; voir l'article 6, § 1, point e).",
    "• accueil • état civil • urbanisme • élections • passeports : 01 23 45 67 89",
    "L'œuvre a coûté 1 250,50 € — soit 3 % de moins qu'espéré…",
    "Les agents testent un outil d'intelligence artificielle pour rédiger leurs comptes rendus.",
    "What did the mayor say about public transport on Sundays?",
    "x² + y² = z² ☂ ‼ 🙂 خدمات البلدية",
    "",
    "non",
    "Tri des déchets",
    "La commune a planté quarante arbres le long du canal, et arrosera les jeunes plants deux fois "
    "par semaine jusqu'à l'automne ; les riverains peuvent aider en s'inscrivant à l'accueil.",
    "Après la présentation du projet, une habitante demande si le parking restera gratuit. L'élue "
    "répond que le stationnement sera limité à deux heures en journée, libre le soir et le "
    "dimanche, et qu'une carte sera remise aux résidents de la rue.",
)  # fmt: skip


def main() -> None:
    """Convert the folder that is named first into the one named second."""
    folder, converted = map(Path, sys.argv[1:])
    build_folder(converted, lambda aside: write_verdict(aside, convert(folder, aside)))


def convert(folder: Path, aside: Path) -> Verdict:
    """Write a model's network to a folder; return what is found of it.

    Raises OSError and MemoryError: they may be gone the next time.
    """
    pooling = declared_pooling(folder)
    if pooling is None:
        return Verdict("", reason="structure")
    try:
        return _converted(folder, aside, pooling)
    except (OSError, MemoryError):
        raise
    except Exception as e:  # the libraries raise nearly anything, depending on the model
        return Verdict("", reason="failed", cause=f"{type(e).__name__}: {e}"[:500])


def _converted(folder: Path, aside: Path, pooling: Pooling) -> Verdict:
    torch = TorchEngine(folder, threads=2)
    tokens = Tokens(folder, torch.tokenizer)
    longest = declared_length(folder) or 0
    found, wanted = Verdict(""), _vectors(torch, tokens, longest)
    for weights in ("int8", "f32"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what may hold for other inputs: vectors are compared
            _write_network(torch, aside, weights)
        engine = OpenVinoEngine(aside, pooling, padding_token(folder), threads=2)
        least = float(np.min(np.sum(wanted * _vectors(engine, tokens, longest), axis=1)))
        if least >= LEAST_COSINE:
            return Verdict(weights, least)
        found = Verdict("", least, "differs")
    for file in aside.iterdir():
        file.unlink()
    return found


def _write_network(engine: TorchEngine, aside: Path, weights: Literal["int8", "f32"]) -> None:
    library = imported()
    import nncf
    import torch

    transformer: Any = engine.load()[0]
    network = transformer.auto_model.float().eval()
    # The plain attention, which every version of the libraries converts alike.
    network.set_attn_implementation("eager")

    class States(torch.nn.Module):  # type: ignore[misc]  # mypy does not read torch
        """The network with two inputs and one output."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            found = self.network(input_ids=input_ids, attention_mask=attention_mask)
            return found.last_hidden_state

    ids = torch.randint(0, network.config.vocab_size, (2, 9))
    example = dict(zip(INPUTS, (ids, torch.ones_like(ids)), strict=True))
    converted = library.convert_model(States().eval(), example_input=example)
    if weights == "int8":
        mode = nncf.CompressWeightsMode.INT8_ASYM
        converted = nncf.compress_weights(converted, mode=mode)
    library.save_model(converted, aside / NETWORK, compress_to_fp16=False)


def _vectors(engine: Engine, tokens: Tokens, longest: int) -> Vectors:
    """Return the vectors of the texts, of length 1: alone, in batches, and longer than allowed."""
    whole = " ".join(_TEXTS)
    texts = [*_TEXTS, whole, whole * 6]
    found = [
        one.vector
        for batch in _batches(texts)
        for one in engine.run(tokens.tokenise(batch, "", longest), "", question=len(batch) == 1)
    ]
    vectors: Vectors = np.array(found, dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-12)
    return vectors


def _batches(texts: list[str]) -> Iterator[list[str]]:
    """Yield each text alone, then all of them, short ones beside long ones."""
    yield from ([text] for text in texts)
    yield from (texts[start : start + 6] for start in range(0, len(texts), 6))


if __name__ == "__main__":
    main()
