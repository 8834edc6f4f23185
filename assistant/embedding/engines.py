"""What computes a network: the seam between an encoder and the library that runs it.

`torch_models` is one engine, `openvino_engine` the other, faster one; `choice` says which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.embedding.tokens import Tokenised

#: Passages a batch: larger ones are no faster on a CPU, and a question would wait longer.
BATCH = 16


@dataclass(frozen=True, slots=True)
class Pass:
    """What the network makes of one text: its tokens' states [n, dim], and its vector [dim].

    The special tokens have their states too. The vector has any length. Both are float32, and
    nobody else's memory.
    """

    states: NDArray[np.float32]
    vector: NDArray[np.float32]


class Engine(Protocol):
    """Runs a network. Called from several threads at once; the first call may take seconds."""

    @property
    def is_prepared(self) -> bool:
        """Whether it can run as it lies on the disk; else the first call makes it fit to."""

    def run(self, batch: Sequence[Tokenised], prefix: str, *, question: bool) -> list[Pass]:
        """Run one batch of texts behind their prefix. Raises ModelError."""
