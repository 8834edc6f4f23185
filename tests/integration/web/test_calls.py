"""What is sent to Gradio's queue, for every function of both pages, and what the process writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Route, expect

from tests.support import patient
from tests.support.pages import Visit

WORDS = "Dubreuil Aubagnan\nTraceback (most recent call last):"
HOMES = ("", "/en")


@pytest.fixture(scope="module")
def calls(stand_in: str) -> list[tuple[str, int, list[str]]]:
    """Return the functions of both pages: where to send, number, kinds of what each takes."""
    found = []
    for home in HOMES:
        page = patient.get(f"{stand_in}{home}/").text
        written = re.search(r"window\.gradio_config\s*=\s*(?=\{)", page)
        assert written
        config, _ = json.JSONDecoder().raw_decode(page, written.end())
        kinds = {one["id"]: one["type"] for one in config["components"]}
        for one in config["dependencies"]:
            found.append((home, one["id"], [kinds[input_] for input_ in one["inputs"]]))
    return found


def _right(kinds: list[str]) -> list[object]:
    return [[WORDS] if kind == "checkboxgroup" else WORDS for kind in kinds]


def _wrong(kinds: list[str]) -> Iterator[object]:
    right = _right(kinds)
    yield [*right, WORDS]
    yield [*right, [WORDS]]
    yield WORDS
    yield {"0": WORDS}
    if kinds:
        yield []
        yield right[:1] if len(kinds) > 1 else []
        yield right[:-1]
        yield [value if isinstance(value, list) else [value] for value in right]
        yield [WORDS for _ in right] if "checkboxgroup" in kinds else [[WORDS]]
        yield [{"path": WORDS} for _ in right]


@pytest.fixture(scope="module")
def page(stand_in: str) -> Iterator[httpx.Client]:
    """Give a client that sends as the page does."""
    with patient.client(base_url=stand_in, headers={"Origin": stand_in}) as opened:
        yield opened


def _sent(page: httpx.Client, home: str, **call: object) -> int:
    body = {"event_data": None, "trigger_id": None, "session_hash": "a", **call}
    return page.post(f"{home}/gradio_api/queue/join", json=body).status_code


def _answer(page: httpx.Client, home: str, **call: object) -> dict[str, Any]:
    """Send a call that is right, and return what comes of it."""
    session = f"s{call['fn_index']}"
    assert _sent(page, home, session_hash=session, **call) == 200
    with page.stream("GET", f"{home}/gradio_api/queue/data?session_hash={session}") as stream:
        for line in stream.iter_lines():
            said = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
            if said.get("msg") == "process_completed":
                return dict(said)
    raise AssertionError("no answer")


def test_nothing_that_is_sent_reaches_standard_error(
    page: httpx.Client, stand_in_errors: Path, calls: list[tuple[str, int, list[str]]]
) -> None:
    for home, number, kinds in calls:
        for data in _wrong(kinds):
            assert _sent(page, home, fn_index=number, data=data) in (400, 409)
        for other in (-1, 999, None, "0", True, 1.5, WORDS):
            assert _sent(page, home, fn_index=other, data=_right(kinds)) in (400, 409)
        for key in ("session_hash", "trigger_id"):
            wrong = {"fn_index": number, "data": _right(kinds), key: [WORDS]}
            assert _sent(page, home, **wrong) == 400
    for home, number, kinds in calls:
        # What fails within a function of ours, and what another field asks of Gradio.
        data = ["Dubreuil en panne" if one == WORDS else one for one in _right(kinds)]
        more = {"batched": True, "simple_format": True, "event_data": {"a": WORDS}}
        assert _answer(page, home, fn_index=number, data=data, **more)["success"]
    written = stand_in_errors.read_text()
    assert "ZeroDivisionError" in written
    for word in ("Dubreuil", "Aubagnan", "Received inputs", "secret-de-la-trace"):
        assert word not in written


@pytest.mark.parametrize(
    ("action", "sent"),
    [
        ("cancel", {"session_hash": "a", "fn_index": 999, "event_id": "b"}),
        ("cancel", {"session_hash": [WORDS], "fn_index": 0, "event_id": "b"}),
        ("cancel", {"session_hash": "a", "fn_index": 0}),
        ("reset", {"event_id": {"a": WORDS}}),
        ("reset", {}),
    ],
)
def test_what_ends_a_call_is_checked_too(
    page: httpx.Client, action: str, sent: dict[str, object]
) -> None:
    assert page.post(f"/gradio_api/{action}", json=sent).status_code in (400, 409)


def test_a_page_from_before_an_upgrade_says_so_and_keeps_the_question(
    stand_in: str, visit: Visit
) -> None:
    def outdated(route: Route) -> None:
        sent = route.request.post_data_json
        route.continue_(post_data=json.dumps({**sent, "fn_index": 999}))

    visit.open(stand_in)
    visit.page.route("**/gradio_api/queue/join*", outdated)
    visit.page.get_by_label("Votre question").fill("Que dit la note ?")
    visit.page.get_by_role("button", name="Chercher").click()
    expect(visit.page.locator("#attente")).to_contain_text("L'assistant a été mis à jour")
    visit.page.unroute("**/gradio_api/queue/join*")
    visit.page.get_by_role("button", name="Réessayer").click()
    expect(visit.page.locator("#question textarea")).to_have_value("Que dit la note ?")
    expect(visit.page.locator("#resultat .reponse")).to_be_visible()
