"""What a page of a PDF holds and doesn't show: layers that are switched off, invisible text.

In: a PDF as pypdf opened it, and a page of it. Out: whether the page had such text; it is taken out
before the page is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pypdf.generic import ContentStream, NameObject

#: How letters are drawn that nobody sees; they may serve to select words over a picture of them.
INVISIBLE = re.compile(rb"(?<![\d.])3\s{1,3}Tr\b")
_INVISIBLE_MODE = 3
_SHOWING = (b"Tj", b"TJ", b"'", b'"')


def layers_off(pdf: Any) -> frozenset[int]:
    """Return the object numbers of the layers that a reader doesn't show.

    May raise whatever pypdf does on a damaged file.
    """
    properties = pdf.root_object.get("/OCProperties")
    if properties is None:
        return frozenset()
    properties = properties.get_object()
    state = properties.get("/D")
    state = state.get_object() if state is not None else {}
    off = _numbers(state.get("/OFF"))
    if state.get("/BaseState") == "/OFF":
        off |= _numbers(properties.get("/OCGs")) - _numbers(state.get("/ON"))
    return frozenset(off)


def _numbers(held: Any) -> set[int]:
    listed = held.get_object() if held is not None else []
    return {one.idnum for one in listed if hasattr(one, "idnum")}


def without_layers(pdf: Any, page: Any, off: frozenset[int]) -> bool:
    """Take what lies in the layers `off` out of a page; tell whether there was any."""
    resources = page.get("/Resources")
    resources = resources.get_object() if resources is not None else {}
    named = _hidden(resources.get("/Properties"), off)
    drawn = _hidden(resources.get("/XObject"), off, within="/OC")
    contents = page.get_contents()
    if contents is None or not (named or drawn):
        return False
    stream = ContentStream(contents, pdf, "bytes")  # as pypdf does to read a page
    kept: list[Any] = []
    depth = hidden = 0
    for operands, operator in stream.operations:
        if operator in (b"BDC", b"BMC"):
            depth += 1
            layer = operator == b"BDC" and operands[0] == "/OC" and operands[1] in named
            hidden = depth if layer and not hidden else hidden
        if not hidden and not (operator == b"Do" and operands and operands[0] in drawn):
            kept.append((operands, operator))
        if operator == b"EMC":
            hidden = 0 if hidden == depth else hidden
            depth -= 1
    found = len(kept) < len(stream.operations)
    stream.operations = kept
    page[NameObject("/Contents")] = stream
    return found


def without_invisible(operations: Sequence[tuple[Any, bytes]]) -> list[tuple[Any, bytes]]:
    """Return what draws a page, without what draws text invisibly."""
    kept: list[tuple[Any, bytes]] = []
    mode, outer = 0, []
    for operands, operator in operations:
        if operator == b"q":
            outer.append(mode)
        elif operator == b"Q":
            mode = outer.pop() if outer else 0
        elif operator == b"Tr" and operands:
            mode = operands[0]
        if mode != _INVISIBLE_MODE or operator not in _SHOWING:
            kept.append((operands, operator))
    return kept


def _hidden(held: Any, off: frozenset[int], within: str = "") -> set[str]:
    """Return the names of the resources that are, or belong to, a layer that is off."""
    found: set[str] = set()
    listed: Any = held.get_object() if held is not None else {}
    for name, resource in listed.items():
        layer = listed.raw_get(name)
        if within:
            inner = resource.get_object()
            layer = inner.raw_get(within) if within in inner else None
        if layer is not None and (_is_off(layer, off)):
            found.add(name)
    return found


def _is_off(layer: Any, off: frozenset[int]) -> bool:
    """Tell whether a layer is off, or a group of layers of which all are."""
    if getattr(layer, "idnum", None) in off:
        return True
    group = layer.get_object()
    members = group.raw_get("/OCGs") if "/OCGs" in group else None
    if members is None:
        return False
    if not isinstance(members.get_object(), list):
        return getattr(members, "idnum", None) in off
    numbers = _numbers(members)
    return bool(numbers) and numbers <= off
