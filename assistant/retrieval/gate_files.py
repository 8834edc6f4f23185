"""A site's own gate: fitted on its questions, kept as readable JSON, read back when answering.

Searches whose questions are known to be answerable or not → `Gate` → the file that the setting
`gate` names. Without one, the gate that ships with the package judges.
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import numpy as np

from assistant.errors import SettingsError
from assistant.retrieval.answerability import Evidence, Gate, default_gate, from_json
from assistant.system.outputs import write_whole


def gate_for(path: str) -> Gate:
    """Return the gate that the setting `gate` names; the shipped one if it names none."""
    return read_gate(Path(path)) if path else default_gate()


def read_gate(path: Path) -> Gate:
    """Return the gate of a file. Raises SettingsError."""
    gate = parse_gate(path)
    known = {one.name for one in fields(Evidence)}
    if unknown := sorted(set(gate.features) - known):
        raise SettingsError("gate_outdated", path=path, names=", ".join(unknown))
    return gate


def parse_gate(path: Path) -> Gate:
    """Return the gate of a file, perhaps of another version. Raises SettingsError."""
    try:
        gate = from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as e:
        raise SettingsError("gate_missing", path=path, cause=e.strerror or e) from e
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as e:
        raise SettingsError("gate_unreadable", path=path) from e
    numbers = (*gate.means, *gate.scales, *gate.weights, gate.intercept)
    if not np.isfinite(numbers).all() or not all(gate.scales):
        raise SettingsError("gate_unreadable", path=path)
    return gate


def write_gate(gate: Gate, path: Path) -> None:
    """Write a gate as JSON that a person can read. Raises SettingsError."""
    write_whole(path, json.dumps(gate.to_json(), ensure_ascii=False, indent=2) + "\n")
