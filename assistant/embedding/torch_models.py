"""Models as sentence-transformers computes them, with torch: alone in touching either.

In: a folder that `model_folders` found fit. Out: states of tokens and vectors, or scores. It is the
reference of the other engine, and the engine of what that one can't compute. Importing this module
loads neither; the first text does, which takes seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from assistant.embedding.engines import BATCH, Pass
from assistant.embedding.model_folders import (
    USUAL_LENGTH,
    check_reranker,
    declared_length,
    has_old_weights,
    identity_of,
)
from assistant.embedding.tokens import Tokenised, encodable
from assistant.errors import ModelError
from assistant.records.vectors import Scores
from assistant.system import offline

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer


class TorchEngine:
    """The network of a sentence-transformers folder, computed by torch on the processor.

    `threads` are those for passages. A question is encoded with one: under load, several threads
    spinning for a few milliseconds of work took 820 ms where one takes 26 (p95).
    """

    def __init__(self, folder: Path, threads: int) -> None:
        self._folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._model: SentenceTransformer | None = None

    @property
    def is_prepared(self) -> bool:
        """Whether it can run: the folder is what torch reads."""
        return True

    def run(self, batch: Sequence[Tokenised], prefix: str, *, question: bool) -> list[Pass]:
        """Run one batch. The lock is held for one batch only, so that a question gets in."""
        with self._lock:
            model = self._loaded()
            import torch

            # Global to the process, and in part to the calling thread: set before each batch.
            torch.set_num_threads(1 if question else self._threads)
            encode = model.encode_query if question else model.encode_document
            found: list[Any] = encode(
                [one.text for one in batch],
                prompt=prefix,
                batch_size=len(batch),
                show_progress_bar=False,
                output_value=None,
            )
        return [_pass(one) for one in found]

    def load(self) -> SentenceTransformer:
        """Load the network at the first call; return it. Raises ModelError."""
        with self._lock:
            return self._loaded()

    def dimension(self) -> int:
        """Return the length of the vectors, loading the network."""
        found = self.load().get_embedding_dimension()
        assert found is not None, "a model whose last layer has no size"
        return int(found)

    def length(self) -> int | None:
        """Return the most tokens that count, loading the network; None where it doesn't say."""
        found = self.load().max_seq_length
        return None if found is None else int(found)

    def tokenizer(self) -> str:
        """Return the tokenizer in JSON, converted by transformers while loading."""
        loaded: Any = self.load().tokenizer
        return str(loaded.backend_tokenizer.to_str())

    def _loaded(self) -> SentenceTransformer:
        """Return the network, loaded at the first call; called with the lock held."""
        if self._model is None:
            model: SentenceTransformer = _load("SentenceTransformer", self._folder)
            if longest := declared_length(self._folder):
                model.max_seq_length = longest
            self._model = model
        return self._model


class CrossEncoderReranker:
    """A reranker read from a sentence-transformers CrossEncoder folder, computed on the processor.

    It takes `threads` even for a question: a few candidates are work for seconds, not milliseconds.
    Raises ModelError when the folder is not one that gives a single score.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        check_reranker(folder)
        self._folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._model: CrossEncoder | None = None

    @cached_property
    def identity(self) -> str:
        """The folder's name and a hash of what makes the scores."""
        return identity_of(self._folder)

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """Return a score from 0 to 1 for each text, in the order of the texts."""
        if not texts:
            return np.empty(0, dtype=np.float32)
        asked = encodable(question)
        # Held for all candidates of a question: two questions in turns would both end late.
        with self._lock:
            model = self._loaded()
            import torch

            torch.set_num_threads(self._threads)
            found = model.predict(
                [(asked, encodable(text)) for text in texts],
                batch_size=BATCH,
                show_progress_bar=False,
                # Models that give a single score name a sigmoid, or nothing and mean raw scores.
                activation_fn=torch.nn.Sigmoid(),
            )
        return np.asarray(found, dtype=np.float32)

    def _loaded(self) -> CrossEncoder:
        """Return the network, loaded at the first call; called with the lock held."""
        if self._model is None:
            model: CrossEncoder = _load("CrossEncoder", self._folder)
            if model.num_labels != 1:
                raise ModelError("reranker_classes", path=self._folder, classes=model.num_labels)
            model.max_seq_length = min(declared_length(self._folder) or USUAL_LENGTH, USUAL_LENGTH)
            self._model = model
        return self._model


def _load(kind: Literal["SentenceTransformer", "CrossEncoder"], folder: Path) -> Any:
    """Load a model of one of the kinds that sentence-transformers knows."""
    if has_old_weights(folder):
        raise ModelError("model_old_weights", path=folder)
    offline.seal()
    try:
        # Importing torch takes seconds, which `assistant status` must not.
        import sentence_transformers

        return getattr(sentence_transformers, kind)(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            # Older formats are pickles, which can run code.
            model_kwargs={"use_safetensors": True},
        )
    except Exception as e:  # a damaged folder raises nearly anything, depending on where
        raise ModelError("model_unreadable", path=folder, cause=e) from e


def _pass(found: Any) -> Pass:
    """Return the tensors of one text as arrays; models kept in 16 bits are brought there in 32."""
    states = found["token_embeddings"].float().numpy()[: int(found["attention_mask"].sum())]
    return Pass(states, found["sentence_embedding"].float().numpy())
