"""A converted network, run by OpenVINO: several times less work than torch's, and no import of it.

In: the folder that `conversion` wrote. Out: states of tokens, and vectors pooled as the model says.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.embedding.engines import Pass
from assistant.embedding.model_folders import Pooling
from assistant.embedding.tokens import Tokenised
from assistant.errors import ModelError
from assistant.system import offline
from assistant.system.processes import available_cores

if TYPE_CHECKING:
    import openvino

NETWORK = "network.xml"
#: The inputs, in this order.
INPUTS = ("input_ids", "attention_mask")

#: Said in full, because what OpenVINO does by itself depends on the processor: with these, two
#: machines give vectors that can be compared. Weights are in 8 bits where the conversion put them
#: so; what meets them is rounded to 8 bits by groups of so many values. Groups of 32 cost a tenth
#: more, those of 128 three cosines in ten thousand.
_PRECISION = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": 64}
#: Questions computed at a time; the page asks two in each language.
_MOST_QUESTIONS = 4

#: Held while a network runs for the first time. OpenVINO (2026.4.1) makes a table when a tensor's
#: data are first asked for, and lets go of Python's lock meanwhile: a thread that takes that lock
#: and asks for the same waits for ever, and the process with it.
_FIRST_RUN = threading.Lock()

Integers = NDArray[np.int64]
States = NDArray[np.float32]


class OpenVinoEngine:
    """The network of a converted folder.

    Passages take `threads`, a question one; no question waits for passages, nor for another
    question while there is a core left. `pad` is the number of the token that fills a batch up.
    """

    def __init__(self, converted: Path, pooling: Pooling, pad: int, threads: int) -> None:
        self._converted = converted
        self._pooling = pooling
        self._pad = pad
        self._threads = max(1, min(threads, available_cores()))
        self._opening = threading.Lock()
        self._networks: dict[bool, _Network] = {}

    @property
    def is_prepared(self) -> bool:
        """Whether it can run: it is made of what was converted."""
        return True

    def run(self, batch: Sequence[Tokenised], prefix: str, *, question: bool) -> list[Pass]:
        """Run one batch, filled up to its longest text only."""
        del prefix  # it is among the tokens
        # A text without any token would be a row of nothing, which gives no number.
        rows = [one.ids or [self._pad] for one in batch]
        ids = np.full((len(rows), max(map(len, rows))), self._pad, dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        states = self._network(question).states(ids, mask)
        found = [one[: len(row)] for one, row in zip(states, rows, strict=True)]
        return [Pass(one, self._pooled(one)) for one in found]

    def _pooled(self, states: States) -> States:
        pooled: States = states[0] if self._pooling == "cls" else states.mean(axis=0)
        return pooled

    def _network(self, question: bool) -> _Network:
        """Return the network compiled for questions or for passages, at the first call of each."""
        with self._opening:
            if question not in self._networks:
                streams = min(_MOST_QUESTIONS, available_cores()) if question else 1
                threads = streams if question else self._threads
                network = _Network(self._compiled(threads, streams))
                one = np.ones((1, 1), dtype=np.int64)
                with _FIRST_RUN:
                    network.states(self._pad * one, one)
                self._networks[question] = network
            return self._networks[question]

    def _compiled(self, threads: int, streams: int) -> openvino.CompiledModel:
        core, model = self._read
        return core.compile_model(
            model,
            "CPU",
            {
                **_PRECISION,
                "INFERENCE_NUM_THREADS": threads,
                "NUM_STREAMS": streams,
                # Two processes would pin their threads to the same core.
                "ENABLE_CPU_PINNING": False,
            },
        )

    @cached_property
    def _read(self) -> tuple[openvino.Core, openvino.Model]:
        """Read the network; its weights stay on the disk until they are needed."""
        library = imported()
        core = library.Core()
        try:
            return core, core.read_model(self._converted / NETWORK)
        except RuntimeError as e:
            raise ModelError("model_unreadable", path=self._converted, cause=e) from e


class _Network:
    """A compiled network: as many calls at once as there are threads that call."""

    def __init__(self, compiled: openvino.CompiledModel) -> None:
        self._compiled = compiled
        #: Requests that nobody runs: one may run for one caller only.
        self._idle: deque[openvino.InferRequest] = deque()
        self._creating = threading.Lock()

    def states(self, ids: Integers, mask: Integers) -> States:
        """Return the states of a batch [n, tokens, dim]."""
        try:
            request = self._idle.pop()
        except IndexError:
            with self._creating:
                request = self._compiled.create_infer_request()
        try:
            found = request.infer(dict(zip(INPUTS, (ids, mask), strict=True)))
            # The library's memory, which the next call writes over.
            return np.array(found[0], dtype=np.float32, copy=True)
        finally:
            self._idle.append(request)


def imported() -> Any:
    """Return the library, loaded so that it tells nobody of its use."""
    offline.seal()
    import openvino

    return openvino
