"""Which engine computes an encoder: OpenVINO where the model converts, else torch.

In: a setting, the model's folder and what lies on the disk. Out: an engine, and why that one.
Who first needs the network converts it, where it may write: beside the models, else in the index's
folder. Who may not, as a page whose folders are for reading, computes with torch, and says so.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.embedding import conversion
from assistant.embedding.conversion import Reason, Verdict
from assistant.embedding.engines import Engine, Pass
from assistant.embedding.model_folders import declared_length, declared_pooling, padding_token
from assistant.embedding.openvino_engine import OpenVinoEngine
from assistant.embedding.tokens import Tokenised
from assistant.embedding.torch_models import TorchEngine
from assistant.errors import ModelError
from assistant.system.logs import happened

#: In the index's folder, where the models' can't be written to.
_IN_INDEX = "models"


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Which engine computes; empty: OpenVINO, once the model is converted.

    `converted` is then the conversion's folder; `reason` says why it is torch.
    """

    engine: Literal["", "openvino", "torch"]
    reason: Reason = ""
    converted: Path = Path()
    verdict: Verdict | None = None


def choice(folder: Path, wanted: str, keeps: Sequence[Path]) -> EngineChoice:
    """Return which engine would compute now. Nothing is converted, and no network loaded.

    `wanted` is the setting; `keeps` are the folders that conversions are kept in, the best first.
    """
    if reason := _obstacle(folder, wanted):
        return EngineChoice("torch", reason)
    for place in _places(folder, keeps):
        if verdict := conversion.read_verdict(place):
            engine: Literal["openvino", "torch"] = "openvino" if verdict.weights else "torch"
            return EngineChoice(engine, verdict.reason, place, verdict)
    return EngineChoice("")


def keeps_of(models: Path, index: Path) -> tuple[Path, Path]:
    """Return the folders that conversions are kept in, the best first."""
    return models, index / _IN_INDEX


def _obstacle(folder: Path, wanted: str) -> Reason:
    """Return what keeps from converting at all; empty: nothing known."""
    if wanted == "torch":
        return "setting"
    if not conversion.is_installed():
        return "missing"
    is_known = declared_pooling(folder) and declared_length(folder)
    return "" if is_known and (folder / "tokenizer.json").is_file() else "structure"


def _places(folder: Path, keeps: Sequence[Path]) -> list[Path]:
    name = conversion.conversion_name(folder)
    return [keep / name for keep in keeps]


class ChosenEngine:
    """The engine that `choice` names, once something is to be encoded.

    The model is converted then, if it is not yet. `wanted`, `keeps`: as of `choice`. Raises
    ModelError where OpenVINO is wanted and can't be had.
    """

    def __init__(
        self, folder: Path, wanted: str, keeps: Sequence[Path], threads: int, torch: TorchEngine
    ) -> None:
        self._folder = folder
        self._wanted = wanted
        self._keeps = keeps
        self._threads = threads
        self._torch = torch
        self._choosing = threading.Lock()
        self._chosen: Engine | None = None

    @property
    def is_prepared(self) -> bool:
        """Whether the model needs no conversion any more, or none can be made."""
        if self._chosen is not None:
            return True
        return bool(choice(self._folder, self._wanted, self._keeps).engine)

    def run(self, batch: Sequence[Tokenised], prefix: str, *, question: bool) -> list[Pass]:
        """Run one batch by the chosen engine."""
        return self._engine().run(batch, prefix, question=question)

    def _engine(self) -> Engine:
        with self._choosing:
            if self._chosen is None:
                self._chosen = self._choose()
            return self._chosen

    def _choose(self) -> Engine:
        found = choice(self._folder, self._wanted, self._keeps)
        if not found.engine:
            found = self._convert()
        happened("engine", engine=found.engine, reason=found.reason)
        pooling = declared_pooling(self._folder)
        if found.engine == "openvino" and pooling is not None:
            pad = padding_token(self._folder)
            return OpenVinoEngine(found.converted, pooling, pad, self._threads)
        if self._wanted == "openvino":
            raise ModelError("engine_unusable", path=self._folder, reason=found.reason)
        return self._torch

    def _convert(self) -> EngineChoice:
        """Convert where it can be written; return the choice there is then."""
        happened("conversion_begun", model=self._folder.name)
        reason: Reason = "unwritable"
        for place in _places(self._folder, self._keeps):
            outcome = conversion.make(self._folder, place)
            if outcome == "made":
                return choice(self._folder, self._wanted, self._keeps)
            if outcome == "died":
                reason = "died"
        return EngineChoice("torch", reason)
