"""The encoder of a sentence-transformers folder, whichever engine computes it.

In: texts. Out: vectors of length 1, and those of words, in the order of the texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from assistant.embedding.engines import BATCH, Engine, Pass
from assistant.embedding.late_interaction import telling
from assistant.embedding.model_folders import (
    USUAL_LENGTH,
    check_encoder,
    declared_dimension,
    declared_length,
    declared_prefixes,
    identity_of,
    known_prefixes,
)
from assistant.embedding.tokens import Tokenised, Tokens
from assistant.embedding.torch_models import TorchEngine
from assistant.embedding.vectors import quantized
from assistant.records.vectors import EncodedText, Vector, Vectors, Words


class SentenceTransformerEncoder:
    """An encoder read from a sentence-transformers folder, computed on the processor.

    `threads` are those for passages; a question takes one. A prefix that is given stands for the
    model's own. `engine` is given torch's engine and returns the one to use; None:
    torch's. `keeps` are the folders that its vocabulary may be kept in. Raises ModelError when the
    folder is not a model.
    """

    def __init__(
        self,
        folder: Path,
        threads: int,
        *,
        question_prefix: str = "",
        passage_prefix: str = "",
        engine: Callable[[TorchEngine], Engine] | None = None,
        keeps: Sequence[Path] = (),
    ) -> None:
        check_encoder(folder)
        self._folder = folder
        self._torch = TorchEngine(folder, threads)
        self._engine: Engine = engine(self._torch) if engine else self._torch
        self._tokens = Tokens(folder, self._torch.tokenizer, keeps)
        declared = declared_prefixes(folder)
        question, passage = declared or known_prefixes(folder)
        self._prefixes = (question_prefix or question, passage_prefix or passage)
        #: Those that the folder's own files say are in its hash already.
        self._prefixes_elsewhere = () if self._prefixes == declared else self._prefixes

    @cached_property
    def dim(self) -> int:
        """The length of the vectors."""
        declared = declared_dimension(self._folder)
        return self._torch.dimension() if declared is None else declared

    @cached_property
    def max_tokens(self) -> int:
        """The tokens of a text that count, the prefix and special tokens among them."""
        return declared_length(self._folder) or self._torch.length() or USUAL_LENGTH

    @cached_property
    def identity(self) -> str:
        """The folder's name and a hash of what makes the vectors, whichever engine does."""
        return identity_of(self._folder, *self._prefixes_elsewhere)

    @property
    def is_prepared(self) -> bool:
        """Whether the model lies as its engine reads it; else the first text has it converted."""
        return self._engine.is_prepared

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's number of tokens, without the prefix and the special tokens."""
        return self._tokens.count(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the texts' vectors, of length 1, in the order of the texts."""
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        for number, _, found in self._passes(texts):
            vectors[number] = _unit(found.vector)
        return vectors

    def encode_with_words(self, texts: Sequence[str]) -> list[EncodedText]:
        """Return the texts' vectors, of length 1, with those of their words."""
        encoded = {number: _with_words(text, found) for number, text, found in self._passes(texts)}
        return [encoded[number] for number in range(len(texts))]

    def encode_question(self, text: str) -> EncodedText:
        """Return the vector, of length 1, to compare with those of passages; and the words'."""
        prefix = self._prefixes[0]
        tokenised = self._tokens.tokenise_alone(text, prefix, self.max_tokens)
        (found,) = self._engine.run([tokenised], prefix, question=True)
        return _with_words(tokenised, found)

    def _passes(self, texts: Sequence[str]) -> Iterator[tuple[int, Tokenised, Pass]]:
        """Yield each text's number, its tokens and its pass, in batches of like lengths.

        The longest go first: if memory lacks, it lacks at once.
        """
        prefix = self._prefixes[1]
        tokenised = self._tokens.tokenise(texts, prefix, self.max_tokens)
        order = sorted(range(len(texts)), key=lambda number: -len(tokenised[number].ids))
        for start in range(0, len(order), BATCH):
            numbers = order[start : start + BATCH]
            batch = [tokenised[number] for number in numbers]
            found = self._engine.run(batch, prefix, question=False)
            yield from zip(numbers, batch, found, strict=True)


def _with_words(tokenised: Tokenised, found: Pass) -> EncodedText:
    """Return what the network gave of one text, its tokens being found in it again."""
    ends = tokenised.ends[: len(found.states)]
    kept = telling(tokenised.text, ends) & ~tokenised.special[: len(found.states)]
    return EncodedText(_unit(found.vector), Words(quantized(found.states[kept]), ends[kept]))


def _unit(vector: Vector) -> Vector:
    """Return a vector at length 1."""
    unit: Vector = vector / max(float(np.linalg.norm(vector)), 1e-12)
    return unit
