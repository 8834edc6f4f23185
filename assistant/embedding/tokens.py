"""Texts to tokens, as a model's folder cuts them; touches `tokenizers`, as only `vocabulary` does.

In: a text behind its prefix. Out: the numbers that the network reads, and where each token ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.embedding.vocabulary import KeptVocabulary, keep_vocabulary, open_vocabulary
from assistant.errors import ModelError
from assistant.records.vectors import Offsets
from assistant.system import offline

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class Tokenised:
    """A text without its prefix, and the tokens of both, the special ones among them.

    `ids` are at most those that count; `ends` are counted from the text's own beginning.
    """

    text: str
    ids: list[int]
    ends: Offsets
    special: NDArray[np.bool_]


class Tokens:
    """The tokenizer of a folder, opened at the first text.

    `slow` gives one in JSON where the folder holds it in an older form. Its vocabulary is kept in
    the first of the folders `keeps` that can be written to, so that a text alone needs no more.
    """

    def __init__(self, folder: Path, slow: Callable[[], str], keeps: Sequence[Path] = ()) -> None:
        self._folder = folder
        self._slow = slow
        self._keeps = keeps

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return each text's number of tokens, without the special tokens."""
        encodings = self._tokenizer.encode_batch(
            [encodable(text) for text in texts], add_special_tokens=False
        )
        return [len(encoding.ids) for encoding in encodings]

    def tokenise(self, texts: Sequence[str], prefix: str, most: int) -> list[Tokenised]:
        """Return the texts behind their prefix, cut to `most` tokens."""
        whole = [encodable(text) for text in texts]
        encodings = self._tokenizer.encode_batch([prefix + text for text in whole])
        return [
            _tokenised(text, encoding.ids, encoding, len(prefix), most)
            for text, encoding in zip(whole, encodings, strict=True)
        ]

    def tokenise_alone(self, text: str, prefix: str, most: int) -> Tokenised:
        """Return one text as `tokenise` does, by its own pieces of the vocabulary if it can be."""
        if "_tokenizer" not in self.__dict__ and self._vocabulary:
            whole = encodable(text)
            if found := self._vocabulary.encode(prefix + whole):
                return _tokenised(whole, *found, len(prefix), most)
        (alone,) = self.tokenise([text], prefix, most)
        return alone

    @property
    def vocabulary(self) -> int:
        """How many tokens there are, the added ones among them."""
        return int(self._tokenizer.get_vocab_size(with_added_tokens=True))

    @cached_property
    def _vocabulary(self) -> KeptVocabulary | None:
        return open_vocabulary(self._folder, self._keeps)

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
            keep_vocabulary(self._folder, self._keeps)
        else:
            tokenizer = Tokenizer.from_str(self._slow())
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer


def encodable(text: str) -> str:
    """Return the text with a question mark for each lone surrogate, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _tokenised(text: str, ids: list[int], encoding: Any, before: int, most: int) -> Tokenised:
    """Cut to `most` tokens as tokenizers do: in the text, not in the special tokens behind it."""
    special = np.array(encoding.special_tokens_mask, dtype=np.bool_)
    ends = [end - before for _, end in encoding.offsets]
    if len(ids) > most:
        behind = int(np.argmin(special[::-1])) if not special.all() else 0
        kept = [*range(most - behind), *range(len(ids) - behind, len(ids))]
        ids, ends, special = [ids[n] for n in kept], [ends[n] for n in kept], special[kept]
    return Tokenised(text, ids, np.array(ends, dtype=np.int32), special)
