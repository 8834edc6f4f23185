"""A model's network converted for OpenVINO: where it lies, what is known of it, how it is made.

In: a sentence-transformers folder. Out: a folder with the network in 8 bits and a verdict, made
once by a process apart (`conversion_child`), since it takes torch, seconds and memory. A conversion
carries in its name a hash of the model, of the libraries and of the recipe: another model, or
another version, never meets it. It is whole or absent, whenever that process is killed.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from assistant.embedding.model_folders import folder_hash
from assistant.system.built_folders import is_complete

#: Raised when the recipe makes other networks.
RECIPE = 1
VERDICT = "verdict.json"
_LIBRARIES = ("openvino", "nncf")
#: A model of 500 MB takes half a minute, of which half is importing torch.
_SECONDS = 1800

#: Why a network is not computed by OpenVINO: the settings say so; OpenVINO isn't installed; the
#: model is of a kind that isn't known here; converting it raised an error; what came out gave other
#: vectors; no folder can be written to; the process died, and is tried again at the next start.
Reason = Literal["", "setting", "missing", "structure", "failed", "differs", "unwritable", "died"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the conversion found: `cosine` is the least one to torch's vectors.

    `weights` are "int8" or "f32", empty where it is no use; `reason` then says why, and `cause` is
    the kind of the error, for who looks into it.
    """

    weights: Literal["", "int8", "f32"]
    cosine: float = 0.0
    reason: Reason = ""
    cause: str = ""


def is_installed() -> bool:
    """Tell whether the libraries are there."""
    return all(find_spec(name) for name in _LIBRARIES)


def conversion_name(folder: Path) -> str:
    """Return what the conversion of a model's folder is called, wherever it is kept."""
    versions = [metadata.version(name) for name in _LIBRARIES]
    digest = hashlib.sha256(repr((folder_hash(folder), versions, RECIPE)).encode())
    return f"{folder.resolve().name}-openvino-{digest.hexdigest()[:12]}"


def read_verdict(converted: Path) -> Verdict | None:
    """Return what a conversion found; None where it is not there, or not whole."""
    if not is_complete(converted):
        return None
    try:
        return Verdict(**json.loads((converted / VERDICT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_verdict(folder: Path, verdict: Verdict) -> None:
    """Write what a conversion found."""
    (folder / VERDICT).write_text(json.dumps(asdict(verdict)), encoding="utf-8")


def make(folder: Path, converted: Path) -> Literal["made", "unwritable", "died"]:
    """Convert a model's folder in a process apart, and wait; say how that ended."""
    if not _is_writable(converted.parent):
        return "unwritable"
    command = [sys.executable, "-P", "-m", "assistant.embedding.conversion_child"]
    try:
        subprocess.run(
            [*command, os.fspath(folder.absolute()), os.fspath(converted.absolute())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "died"
    return "died" if read_verdict(converted) is None else "made"


def _is_writable(place: Path) -> bool:
    """Tell whether a folder can be written to, made if need be."""
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(place, os.W_OK | os.X_OK)
