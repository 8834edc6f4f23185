"""Audiences opened side by side: who waits for whose."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any, cast

import pytest

from assistant.audience import Audiences
from assistant.retrieval.pipeline import Retriever
from assistant.rights.rules import Reader, Rights, Standing


class _Whole:
    name = "gen-000001"

    def documents(self) -> dict[str, object]:
        return {"rh.txt": None, "dsi.txt": None, "tous.txt": None}


def test_opening_a_large_audience_keeps_no_other_reader_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rights = Rights({"rh": (), "dsi": ()}, {"rh.txt": ("rh",), "dsi.txt": ("dsi",)}, ())
    opening, go_on = Event(), Event()
    opened: list[str] = []

    def slowly(self: Audiences, whole: object, key: str, standing: Standing) -> object:
        opened.append(key)
        if len(opened) == 1:
            opening.set()
            assert go_on.wait(60)
        return SimpleNamespace(key=key)

    monkeypatch.setattr(Audiences, "_checked", lambda self: rights)
    monkeypatch.setattr(Audiences, "_open", slowly)
    audiences = Audiences(tmp_path, tmp_path, lambda name, key: None, lambda one: cast(Any, one))
    whole = cast(Retriever, SimpleNamespace(index=_Whole()))
    rh, dsi = (Reader(True, frozenset({one})) for one in ("rh", "dsi"))
    first = [Thread(target=audiences.part_of, args=[rh, whole]) for _ in range(2)]
    for each in first:
        each.start()
    assert opening.wait(60)
    try:
        assert audiences.part_of(dsi, whole).hidden == {"rh.txt"}
    finally:
        go_on.set()
        for each in first:
            each.join()
    # Two of one audience open it once.
    assert len(opened) == 2
