"""Two OpenAPI descriptions of one API → what a program written against the first would miss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

#: What no program depends on.
WORDS = ("description", "summary", "title", "example", "examples")
#: Maps by names of ours, to which a name may be added.
OPEN = ("paths", "properties", "responses", "headers")

Node = Any


def reduced(node: Node, whole: dict[str, Any], name: str = "") -> Node:
    """Return a part of a description without words, and each thing written in one way."""
    if isinstance(node, list):
        return [reduced(one, whole) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return reduced(_referred(node["$ref"], whole), whole)
    if name in OPEN:
        return {key: reduced(one, whole) for key, one in node.items()}
    return _with_alternatives(
        {
            key: reduced(one, whole, key)
            for key, one in node.items()
            if key not in WORDS and (key, one) != ("additionalProperties", True)
        }
    )


def _referred(reference: str, whole: dict[str, Any]) -> Node:
    found: Node = whole
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def _with_alternatives(node: dict[str, Any]) -> dict[str, Any]:
    """Write `oneOf`, `anyOf` and several types as `either`."""
    either = node.pop("oneOf", None) or node.pop("anyOf", None)
    if isinstance(node.get("type"), list):
        types = node.pop("type")
        # What is said of a text or a number is said of that alternative.
        either = [{"type": one} | ({} if one == "null" else node) for one in types]
        node = {}
    return node | ({"either": either} if either else {})


def lost(before: Node, now: Node, path: str = "", *, is_sent: bool = False) -> Iterator[str]:
    """Yield where what was described is so no longer; what is added to answers loses nothing.

    `is_sent` tells what programs send: nothing more may be asked of it.
    """
    name = path.rpartition("/")[2]
    is_sent = is_sent or name in ("requestBody", "parameters")
    if isinstance(before, dict) and isinstance(now, dict):
        for key, one in before.items():
            if key in now:
                yield from lost(one, now[key], f"{path}/{key}", is_sent=is_sent)
            else:
                yield f"{path}/{key}"
        if name not in OPEN:
            yield from (f"{path}/{key}" for key in now if key not in before)
    elif name == "enum" or (name == "required" and not is_sent and isinstance(before, list)):
        yield from (f"{path}/{one}" for one in before if one not in now)
    elif name == "required" and isinstance(before, list):
        yield from (f"{path}/{one}" for one in now if one not in before)
    elif before != now:
        yield path
