"""What models do for the rest: the Protocols of an encoder and of a reranker.

`site_models` opens those that a site's settings name. No network is known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assistant.records.vectors import EncodedText, Scores, Vectors


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

    @property
    def is_prepared(self) -> bool:
        """Whether texts can be encoded as they come; else the first waits for a minute, once."""

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
