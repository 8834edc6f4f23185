"""The neural networks, and the only module that touches them.

In: texts. Out: vectors, numbers of tokens, and scores of passages. Models are read from a folder
of this server, never from a hub. Importing this module loads no network; the first text does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from assistant.embedding.default_model import default_encoder_folder
from assistant.embedding.late_interaction import packed, telling
from assistant.embedding.model_folders import (
    check_encoder,
    check_reranker,
    declared_dimension,
    declared_length,
    declared_prefixes,
    folder_hash,
    has_old_weights,
    known_prefixes,
)
from assistant.errors import ModelError
from assistant.records import EncodedText, Scores, Vectors, Words
from assistant.settings import Settings
from assistant.system import offline

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer
    from tokenizers import Tokenizer

#: Passages a batch: larger ones are no faster on a CPU, and a question would wait longer.
BATCH = 16

#: What a model takes that doesn't say: BERT's and its descendants' length. Also the most that a
#: reranker is given: a question, and a passage with its context.
_USUAL_LENGTH = 512


class Encoder(Protocol):
    """Turns texts into vectors whose inner product says how near their meanings are.

    Every text is accepted: empty, very long (its beginning counts), with NULs or lone surrogates.
    The same text always gives the same vector, up to rounding, whatever is encoded with it.
    Methods may be called from several threads at once. The first call may take seconds, and
    raises ModelError when the model can't be loaded.
    """

    @property
    def dim(self) -> int:
        """The length of the vectors."""

    @property
    def max_tokens(self) -> int:
        """The tokens of a text that count, the prefix and special tokens among them."""

    @property
    def identity(self) -> str:
        """A name and a short hash: another one whenever vectors would be others."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's number of tokens, without the prefix and the special tokens."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the texts' vectors, of length 1, in the order of the texts.

        Give large lists: texts are sorted by length, which saves a quarter of the work.
        """

    def encode_with_words(self, texts: Sequence[str]) -> list[EncodedText]:
        """Return the texts' vectors, as `encode_passages`, with those of their words."""

    def encode_question(self, text: str) -> EncodedText:
        """Return the vector, of length 1, to compare with those of passages; and the words'."""


class Reranker(Protocol):
    """Reads a question and a passage together, and says how well the one answers the other.

    It judges better than comparing vectors, and costs a pass of the network for each passage: it
    is for the best few candidates. Every text is accepted, as by an `Encoder`. Methods may be
    called from several threads at once. The first call may take seconds, and raises ModelError
    when the model can't be loaded.
    """

    @property
    def identity(self) -> str:
        """A name and a short hash: another one whenever scores would be others."""

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """Return a score from 0 to 1 for each text, in the order of the texts."""


def open_encoder(settings: Settings) -> Encoder:
    """Return the encoder that the settings name, the default one built if need be.

    Raises ModelError.
    """
    if settings.encoder:
        folder = Path(settings.encoder).expanduser()
        if not folder.is_dir():
            raise ModelError("model_not_a_folder", path=settings.encoder)
    else:
        folder = default_encoder_folder(settings.models)
    return SentenceTransformerEncoder(
        folder,
        settings.encoding_threads,
        question_prefix=settings.question_prefix,
        passage_prefix=settings.passage_prefix,
    )


def open_reranker(settings: Settings) -> Reranker | None:
    """Return the reranker that the settings name; None where they name none, as by default.

    Raises ModelError.
    """
    if not settings.reranker:
        return None
    folder = Path(settings.reranker).expanduser()
    if not folder.is_dir():
        raise ModelError("reranker_not_a_folder", path=settings.reranker)
    return CrossEncoderReranker(folder, settings.encoding_threads)


class SentenceTransformerEncoder:
    """An encoder read from a sentence-transformers folder, computed on the processor.

    `threads` are those for passages. A question is encoded with one: under load, several threads
    spinning for a few milliseconds of work took 820 ms where one takes 26 (p95).
    A prefix that is given stands for the model's own.
    Raises ModelError when the folder is not a model.
    """

    def __init__(
        self, folder: Path, threads: int, *, question_prefix: str = "", passage_prefix: str = ""
    ) -> None:
        check_encoder(folder)
        self._folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._model: SentenceTransformer | None = None
        declared = declared_prefixes(folder)
        question, passage = declared or known_prefixes(folder)
        self._prefixes = (question_prefix or question, passage_prefix or passage)
        #: Those that the folder's own files say are in its hash already.
        self._prefixes_elsewhere = () if self._prefixes == declared else self._prefixes

    @cached_property
    def dim(self) -> int:
        """The length of the vectors."""
        declared = declared_dimension(self._folder)
        if declared is None:
            with self._lock:
                declared = self._loaded().get_embedding_dimension()
        assert declared is not None, "a model whose last layer has no size"
        return declared

    @cached_property
    def max_tokens(self) -> int:
        """The tokens of a text that count, the prefix and special tokens among them."""
        declared = declared_length(self._folder)
        if declared is None:
            with self._lock:
                declared = self._loaded().max_seq_length
        return declared or _USUAL_LENGTH

    @cached_property
    def identity(self) -> str:
        """The folder's name and a hash of what makes the vectors."""
        return _identity(self._folder, *self._prefixes_elsewhere)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's number of tokens, without the prefix and the special tokens."""
        encodings = self._tokenizer.encode_batch(
            [_encodable(text) for text in texts], add_special_tokens=False
        )
        return [len(encoding.ids) for encoding in encodings]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the texts' vectors, of length 1, in the order of the texts."""
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        for batch in _batches(texts):
            found = self._encode([texts[number] for number in batch], "document")
            vectors[batch] = _unit([one["sentence_embedding"] for one in found])
        return vectors

    def encode_with_words(self, texts: Sequence[str]) -> list[EncodedText]:
        """Return the texts' vectors, of length 1, with those of their words."""
        encoded: dict[int, EncodedText] = {}
        for batch in _batches(texts):
            some = [texts[number] for number in batch]
            for number, text, one in zip(batch, some, self._encode(some, "document"), strict=True):
                encoded[number] = self._with_words(text, one, self._prefixes[1])
        return [encoded[number] for number in range(len(texts))]

    def encode_question(self, text: str) -> EncodedText:
        """Return the vector, of length 1, to compare with those of passages; and the words'."""
        (found,) = self._encode([text], "query")
        return self._with_words(text, found, self._prefixes[0])

    def _with_words(self, text: str, found: Mapping[str, Any], prefix: str) -> EncodedText:
        """Return what the network gave of one text, its tokens being found in it again."""
        states = found["token_embeddings"].float().numpy()[: int(found["attention_mask"].sum())]
        tokens = self._tokenizer.encode(prefix + _encodable(text))
        ends = np.array([end for _, end in tokens.offsets[: len(states)]], dtype=np.int32)
        kept = telling(text, ends - len(prefix))
        kept &= np.array(tokens.special_tokens_mask[: len(states)], dtype=np.int32) == 0
        words = Words(packed(states[kept]), ends[kept] - len(prefix))
        return EncodedText(_unit([found["sentence_embedding"]])[0], words)

    def _encode(self, texts: list[str], task: Literal["query", "document"]) -> list[Any]:
        """Run one batch. The lock is held for one batch only, so that a question gets in."""
        question = task == "query"
        with self._lock:
            model = self._loaded()
            import torch

            # Global to the process, and in part to the calling thread: set before each batch.
            torch.set_num_threads(1 if question else self._threads)
            encode = model.encode_query if question else model.encode_document
            found: list[Any] = encode(
                [_encodable(text) for text in texts],
                prompt=self._prefixes[0 if question else 1],
                batch_size=len(texts),
                show_progress_bar=False,
                output_value=None,
            )
        return found

    def _loaded(self) -> SentenceTransformer:
        """Return the network, loaded at the first call; called with the lock held."""
        if self._model is None:
            model: SentenceTransformer = _load("SentenceTransformer", self._folder)
            if longest := declared_length(self._folder):
                model.max_seq_length = longest
            self._model = model
        return self._model

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        offline.seal()
        from tokenizers import Tokenizer

        file = self._folder / "tokenizer.json"
        if file.is_file():
            try:
                tokenizer = Tokenizer.from_file(str(file))
            except Exception as e:  # the library raises a plain Exception
                raise ModelError("model_unreadable", path=self._folder, cause=e) from e
        else:
            # A slow tokenizer in the folder: transformers converts it while loading.
            with self._lock:
                loaded: Any = self._loaded().tokenizer
            tokenizer = Tokenizer.from_str(loaded.backend_tokenizer.to_str())
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer


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
        return _identity(self._folder)

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """Return a score from 0 to 1 for each text, in the order of the texts."""
        if not texts:
            return np.empty(0, dtype=np.float32)
        asked = _encodable(question)
        # Held for all candidates of a question: two questions in turns would both end late.
        with self._lock:
            model = self._loaded()
            import torch

            torch.set_num_threads(self._threads)
            found = model.predict(
                [(asked, _encodable(text)) for text in texts],
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
            model.max_seq_length = min(
                declared_length(self._folder) or _USUAL_LENGTH, _USUAL_LENGTH
            )
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


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield the numbers of texts of like lengths, the longest first: if memory lacks, it lacks."""
    order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]


def _unit(vectors: Sequence[Any]) -> Vectors:
    """Return tensors [dim] as rows of length 1; models kept in 16 bits are brought there in 32."""
    found = np.stack([vector.float().numpy() for vector in vectors])
    unit: Vectors = found / np.linalg.norm(found, axis=1, keepdims=True).clip(1e-12)
    return unit


def _identity(folder: Path, *more: str) -> str:
    return f"{folder.resolve().name}-{folder_hash(folder, *more)}"


def _encodable(text: str) -> str:
    """Return the text with a question mark for each lone surrogate, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
