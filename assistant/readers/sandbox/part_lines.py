"""The parts of a file as JSON, a line each: what goes through the pipe, and what a cache keeps.

In: a part. Out: a dict that JSON carries; and the same part again.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

from assistant.readers.parts import Defect, Fact, Part
from assistant.records.documents import Block, Place
from assistant.records.messages import values_from_plain


def to_json(part: Part) -> dict[str, Any]:
    """Return a part as JSON can carry it."""
    return {"part": type(part).__name__, **asdict(part)}


def from_json(carried: dict[str, Any]) -> Part:
    """Return the part that `to_json` carried. Raises KeyError or TypeError for anything else."""
    fields = {name: value for name, value in carried.items() if name != "part"}
    match carried["part"]:
        case "Block":
            # The words that come back in every block are kept once.
            kinds = {"kind": sys.intern(fields["kind"]), "speaker": sys.intern(fields["speaker"])}
            return Block(**{**fields, **kinds, "place": Place(**fields["place"])})
        case "Fact":
            return Fact(**fields)
        case "Defect":
            return Defect(fields["key"], values_from_plain(fields["values"]))
        case other:
            raise KeyError(other)
