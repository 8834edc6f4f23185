"""The vocabulary of a tokenizer on disk, and a small tokenizer made of it for one text.

In: a model's `tokenizer.json`, then a text. Out: the same tokens, without the 300 MB and the second
of processor that 250,000 pieces take in memory. The tokens of a unigram model (Kudo, 2018:
SentencePiece's, XLM-RoBERTa's) depend on those pieces only that stand in the text: they are looked
up on disk by their hash, and a tokenizer is made of them. Other models keep theirs, and so does a
text that holds a special token.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.embedding.model_folders import folder_hash
from assistant.system import offline
from assistant.system.built_folders import build_folder, is_complete

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

#: Raised when other files are written.
_FORMAT = "1"
_HEAD, _HASHES, _NUMBERS, _SCORES = "head.json", "hashes.npy", "numbers.npy", "scores.npy"
#: In bytes: among 250,000 pieces none is taken for another in a million years of questions.
_HASH = 8
#: What a tokenizer is made of besides its vocabulary.
_PARTS = ("normalizer", "pre_tokenizer", "post_processor")
#: Words whose pieces are kept: those of questions come up again.
_MOST_WORDS = 4096


class _VocabularyPiece(NamedTuple):
    """A piece of the vocabulary, its number in it, and its logarithmic probability."""

    text: str
    number: int
    score: float


def place_of(model: Path, keep: Path) -> Path:
    """Return where the vocabulary of a model's folder is kept."""
    return keep / f"{model.resolve().name}-vocabulary-{folder_hash(model, _FORMAT)}"


def keep_vocabulary(model: Path, keeps: Sequence[Path]) -> None:
    """Write the vocabulary of a model's folder where it can be written, the first place first.

    It is whole or absent, whenever the process is killed. Where no place can be written to,
    nothing is.
    """
    for keep in keeps:
        try:
            build_folder(place_of(model, keep), lambda aside: write(model, aside))
        except OSError:
            continue
        return


def open_vocabulary(model: Path, keeps: Sequence[Path]) -> KeptVocabulary | None:
    """Return what is kept of a model's vocabulary; None where nothing is, or it is of no use."""
    for place in (place_of(model, keep) for keep in keeps):
        if is_complete(place):
            head = json.loads((place / _HEAD).read_text(encoding="utf-8"))
            return KeptVocabulary(place, head) if head else None
    return None


def write(model: Path, folder: Path) -> None:
    """Write the vocabulary of a model to a folder; an empty head where it is of another kind."""
    whole = json.loads((model / "tokenizer.json").read_text(encoding="utf-8"))
    head = _head(whole) if _is_known(whole["model"]) else {}
    (folder / _HEAD).write_text(json.dumps(head, ensure_ascii=False), encoding="utf-8")
    if head:
        pieces = {one.text: one for one in _numbered(whole["model"]["vocab"])}
        hashes = _hashes([*pieces])
        order = np.argsort(hashes)
        for name, values in (
            (_HASHES, hashes),
            (_NUMBERS, np.array([piece.number for piece in pieces.values()], np.int32)),
            (_SCORES, np.array([piece.score for piece in pieces.values()], np.float64)),
        ):
            np.save(folder / name, values[order], allow_pickle=False)


def _is_known(model: dict[str, Any]) -> bool:
    """Tell whether it is a unigram model that has a token for what it doesn't know."""
    kind = model.get("type", "Unigram" if "unk_id" in model else "")
    return kind == "Unigram" and model.get("unk_id") is not None and not model.get("byte_fallback")


def _head(whole: dict[str, Any]) -> dict[str, Any]:
    """Return what is needed of a tokenizer besides the pieces that stand in a text."""
    vocabulary, unknown = whole["model"]["vocab"], whole["model"]["unk_id"]
    # What isn't known is worth less than the least likely piece.
    least = min(_numbered(vocabulary), key=lambda piece: piece.score)
    shell = {name: whole.get(name) for name in ("version", *_PARTS)}
    model = {"type": "Unigram", "unk_id": 0, "vocab": [vocabulary[unknown]]}
    return {
        "shell": {**shell, "added_tokens": [], "model": model},
        "always": [(vocabulary[unknown][0], unknown, vocabulary[unknown][1]), least],
        "added": [one["content"] for one in whole.get("added_tokens", ())],
        "longest": max(len(text) for text, _ in vocabulary),
    }


def _numbered(vocabulary: Sequence[tuple[str, float]]) -> Iterator[_VocabularyPiece]:
    for number, (text, score) in enumerate(vocabulary):
        yield _VocabularyPiece(text, number, score)


def _hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    digests = (blake2b(text.encode(), digest_size=_HASH).digest() for text in texts)
    return np.frombuffer(b"".join(digests), "<u8")


class KeptVocabulary:
    """What is kept of a vocabulary; its pieces stay on the disk until they are looked up."""

    def __init__(self, folder: Path, head: dict[str, Any]) -> None:
        self._head = head
        self._hashes, self._numbers, self._scores = (
            np.load(folder / name, mmap_mode="r", allow_pickle=False).view(np.ndarray)
            for name in (_HASHES, _NUMBERS, _SCORES)
        )
        self._always = [_VocabularyPiece(*one) for one in head["always"]]
        self._pieces_of = lru_cache(_MOST_WORDS)(self._looked_up)

    def encode(self, text: str) -> tuple[list[int], Encoding] | None:
        """Return the numbers of the tokens of a text, and where they stand.

        None where it holds a special token: these are found before all else.
        """
        shell = self._shell
        plain = shell.normalizer.normalize_str(text) if shell.normalizer else text
        if any(one in text or one in plain for one in self._head["added"]):
            return None
        words = shell.pre_tokenizer.pre_tokenize_str(plain) if shell.pre_tokenizer else [(plain,)]
        found = {one.text: one for one in self._always}
        for word, *_ in words:
            found |= {one.text: one for one in self._pieces_of(word)}
        encoding = self._tokenizer([*found.values()]).encode(text)
        numbers = [one.number for one in found.values()]
        pairs = zip(encoding.ids, encoding.special_tokens_mask, strict=True)
        return [one if special else numbers[one] for one, special in pairs], encoding

    def _looked_up(self, word: str) -> tuple[_VocabularyPiece, ...]:
        """Return the pieces that stand in a word."""
        longest = self._head["longest"]
        cuts = (
            word[start:end]
            for start in range(len(word))
            for end in range(start + 1, min(len(word), start + longest) + 1)
        )
        texts = [*dict.fromkeys(cuts)]
        hashes = _hashes(texts)
        places = np.searchsorted(self._hashes, hashes).clip(max=len(self._hashes) - 1)
        held = np.flatnonzero(self._hashes[places] == hashes).tolist()
        return tuple(
            _VocabularyPiece(
                texts[at], int(self._numbers[places[at]]), float(self._scores[places[at]])
            )
            for at in held
        )

    def _tokenizer(self, pieces: Sequence[_VocabularyPiece]) -> Tokenizer:
        """Return a tokenizer of some pieces, the unknown one first."""
        from tokenizers import Tokenizer
        from tokenizers.models import Unigram

        made = Tokenizer(Unigram([(piece.text, piece.score) for piece in pieces], 0, False))
        for part in _PARTS:
            if (own := getattr(self._shell, part)) is not None:
                setattr(made, part, own)
        return made

    @cached_property
    def _shell(self) -> Tokenizer:
        """The tokenizer without its vocabulary."""
        offline.seal()
        from tokenizers import Tokenizer

        return Tokenizer.from_str(json.dumps(self._head["shell"]))
