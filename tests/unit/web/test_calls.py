"""What the page's script sends to Gradio: what passes, and what does not."""

from __future__ import annotations

import json

import pytest

from assistant.web.http.calls import Functions, MalformedCall, UnknownCall, checked

FUNCTIONS: Functions = {0: ("text", "texts"), 7: ()}
CALL = {"fn_index": 0, "data": ["Où ?", ["forum"]], "session_hash": "a1", "trigger_id": 3}


def _passed(action: str = "queue/join", **other: object) -> dict[str, object]:
    return dict(json.loads(checked(action, json.dumps(CALL | other).encode(), FUNCTIONS)))


def test_a_call_of_the_page_passes_without_what_the_page_does_not_send() -> None:
    passed = _passed(batched=True, oauth_token="x", event_data={"a": "b"})
    assert passed == CALL | {"event_data": None}


@pytest.mark.parametrize("data", [[None, None], ["", []], ["Où ?", None]])
def test_nothing_chosen_or_typed_passes(data: list[object]) -> None:
    assert _passed(data=data)["data"] == data


@pytest.mark.parametrize(
    "other",
    [
        {"data": []}, {"data": ["Où ?"]}, {"data": ["Où ?", [], "x"]}, {"data": [["x"], "Où ?"]},
        {"fn_index": 1}, {"fn_index": -1}, {"fn_index": 7},
    ],
)  # fmt: skip
def test_a_call_of_a_page_from_before_is_told_from_nonsense(other: dict[str, object]) -> None:
    with pytest.raises(UnknownCall):
        _passed(**other)


@pytest.mark.parametrize(
    "other",
    [
        {"data": "Où ?"}, {"data": None}, {"fn_index": "0"}, {"fn_index": None}, {"fn_index": True},
        {"session_hash": None}, {"session_hash": ""}, {"session_hash": "a\nb"},
        {"session_hash": ["a"]}, {"trigger_id": "3"}, {"trigger_id": [1]},
    ],
)  # fmt: skip
def test_what_no_page_sends_is_refused(other: dict[str, object]) -> None:
    with pytest.raises(MalformedCall):
        _passed(**other)


def test_what_is_no_object_is_refused() -> None:
    for body in (b"", b"[]", b"nul", b"\xff", b"[" * 100_000):
        with pytest.raises(MalformedCall):
            checked("queue/join", body, FUNCTIONS)


def test_a_call_is_ended_by_its_keys() -> None:
    assert _passed("reset", event_id="e2") == {"event_id": "e2"}
    ended = {"fn_index": 0, "session_hash": "a1", "event_id": "e2"}
    assert _passed("cancel", event_id="e2") == ended
    with pytest.raises(MalformedCall):
        _passed("cancel")
