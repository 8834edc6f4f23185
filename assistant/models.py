"""The neural networks, and the only module that touches them.

In: texts. Out: vectors, and numbers of tokens. Models are read from a folder of this server,
never from a hub. Importing this module loads no network; the first text encoded does.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from assistant import offline
from assistant.e5 import default_encoder_folder
from assistant.errors import ModelError
from assistant.records import Vector, Vectors
from assistant.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

#: Passages a batch: larger ones are no faster on a CPU, and a question would wait longer.
BATCH = 16

#: What a model takes that doesn't say: BERT's and its descendants' length.
_USUAL_LENGTH = 512

_MEBIBYTE = 1 << 20


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

    def encode_question(self, text: str) -> Vector:
        """Return the vector, of length 1, to compare with those of passages."""


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
    return SentenceTransformerEncoder(folder, settings.encoding_threads)


class SentenceTransformerEncoder:
    """An encoder read from a sentence-transformers folder, computed on the processor.

    `threads` are those for passages. A question is encoded with one: under load, several threads
    spinning for a few milliseconds of work took 820 ms where one takes 26 (p95).
    Raises ModelError when the folder is not a model.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        self._folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._model: SentenceTransformer | None = None
        modules = _read_json(folder / "modules.json")
        if not isinstance(modules, list):
            raise ModelError("model_not_one", path=folder)
        self._question_prefix, self._passage_prefix = prefixes(folder)

    @cached_property
    def dim(self) -> int:
        """The length of the vectors."""
        said = _said_dimension(self._folder)
        if said is None:
            with self._lock:
                said = self._loaded().get_embedding_dimension()
        assert said is not None, "a model whose last layer has no size"
        return said

    @cached_property
    def max_tokens(self) -> int:
        """The tokens of a text that count, the prefix and special tokens among them."""
        said = _said_length(self._folder)
        if said is None:
            with self._lock:
                said = self._loaded().max_seq_length
        return said or _USUAL_LENGTH

    @cached_property
    def identity(self) -> str:
        """The folder's name and a hash of what makes the vectors."""
        return f"{self._folder.resolve().name}-{folder_hash(self._folder)}"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's number of tokens, without the prefix and the special tokens."""
        encodings = self._tokenizer.encode_batch(
            [_encodable(text) for text in texts], add_special_tokens=False
        )
        return [len(encoding.ids) for encoding in encodings]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the texts' vectors, of length 1, in the order of the texts."""
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        # The longest first: if memory lacks, it lacks at once.
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors[batch] = self._encode([texts[number] for number in batch], "document")
        return vectors

    def encode_question(self, text: str) -> Vector:
        """Return the vector, of length 1, to compare with those of passages."""
        vector: Vector = self._encode([text], "query")[0]
        return vector

    def _encode(self, texts: list[str], task: Literal["query", "document"]) -> Vectors:
        """Encode one batch. The lock is held for one batch only, so that a question gets in."""
        question = task == "query"
        with self._lock:
            model = self._loaded()
            import torch

            # Global to the process, and in part to the calling thread: set before each batch.
            torch.set_num_threads(1 if question else self._threads)
            encode = model.encode_query if question else model.encode_document
            vectors = encode(
                [_encodable(text) for text in texts],
                prompt=self._question_prefix if question else self._passage_prefix,
                batch_size=len(texts),
                show_progress_bar=False,
                convert_to_numpy=True,
                normalize_embeddings=True,
            )
        return np.asarray(vectors, dtype=np.float32)

    def _loaded(self) -> SentenceTransformer:
        """Return the network, loaded at the first call; called with the lock held."""
        if self._model is None:
            offline.seal()
            try:
                # Importing torch takes seconds, which `assistant status` must not.
                from sentence_transformers import SentenceTransformer

                self._model = SentenceTransformer(
                    str(self._folder),
                    device="cpu",
                    local_files_only=True,
                    trust_remote_code=False,
                    # Older formats are pickles, which can run code.
                    model_kwargs={"use_safetensors": True},
                )
            except Exception as e:  # a damaged folder raises nearly anything, depending on where
                raise ModelError("model_unreadable", path=self._folder, cause=e) from e
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


def prefixes(folder: Path) -> tuple[str, str]:
    """Return what stands before a question and before a passage for this model.

    Both come from the model's own prompts. Models of the E5 family say theirs in their card only:
    https://huggingface.co/intfloat/multilingual-e5-small#faq
    """
    said = _read_json(folder / "config_sentence_transformers.json")
    prompts = said.get("prompts") if isinstance(said, dict) else None
    if isinstance(prompts, dict) and any(prompts.values()):
        passage = prompts.get("document") or prompts.get("passage") or prompts.get("corpus")
        return str(prompts.get("query") or ""), str(passage or "")
    config = _read_json(folder / "config.json")
    origin = config.get("_name_or_path", "") if isinstance(config, dict) else ""
    name = f"{folder.resolve().name} {Path(str(origin)).name}".lower()
    if re.search(r"\be5\b", name.replace("_", " ")) and "instruct" not in name:
        return "query: ", "passage: "
    return "", ""


def folder_hash(folder: Path) -> str:
    """Return 12 hexadecimal digits over all that makes a model's vectors.

    Small files count in full; of the weights, the size and 1 MiB out of every 32, the first and
    the last among them, which takes milliseconds and still differs after any training.
    """
    digest = hashlib.sha256()
    kinds = {".json", ".txt", ".model", ".safetensors", ".bin"}
    exports = {"onnx", "openvino"}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.suffix not in kinds or exports & set(name.parts) or not path.is_file():
            continue
        size = path.stat().st_size
        digest.update(f"{name.as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            step = _MEBIBYTE if size <= 32 * _MEBIBYTE else 32 * _MEBIBYTE
            for start in (*range(0, size, step), max(0, size - _MEBIBYTE)):
                file.seek(start)
                digest.update(file.read(_MEBIBYTE))
    return digest.hexdigest()[:12]


def _said_dimension(folder: Path) -> int | None:
    """Return the vectors' length where the folder says it plainly, without loading the network."""
    modules = _read_json(folder / "modules.json")
    kinds = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return None
    config = _read_json(folder / "config_sentence_transformers.json") or {}
    pooling = _read_json(folder / str(modules[1].get("path")) / "config.json") or {}
    # Several modes at once are laid end to end; sentence-transformers 6 lists them.
    flags = [flag for name, flag in pooling.items() if name.startswith("pooling_mode_")]
    single = isinstance(pooling.get("pooling_mode"), str) or sum(map(bool, flags)) == 1
    said = pooling.get("embedding_dimension", pooling.get("word_embedding_dimension"))
    return said if single and not config.get("truncate_dim") and isinstance(said, int) else None


def _said_length(folder: Path) -> int | None:
    """Return the longest text that a model's folder says it takes, in tokens."""
    settings = _read_json(folder / "sentence_bert_config.json")
    said = settings.get("max_seq_length") if isinstance(settings, dict) else None
    return said if isinstance(said, int) else None


def _read_json(path: Path) -> Any:
    """Return what a file of the model says; None when it is absent or unreadable."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _encodable(text: str) -> str:
    """Return the text with a question mark for each lone surrogate, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
