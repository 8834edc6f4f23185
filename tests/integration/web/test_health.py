"""/sante and /mesures: what they say, to whom, and what they never say; and the log with them."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import httpx
import pytest
from starlette.requests import Request

from assistant.errors import IndexMissing, SettingsError
from assistant.web.http.tokens import token_in
from assistant.web.ops.health import Health, index_age
from assistant.web.ops.metrics import CountBusy, Meters, may_read
from tests.support import patient
from tests.support.asked import ask, shown
from tests.support.pages import running, stand_in_command
from tests.support.stand_in import StandIn

TOKEN = "0123456789abcdef0123456789abcdef"
#: Of words that nothing else here holds.
QUESTION = "Combien d'appels téléphoniques reçoit Zéphyrine Quatrebarbe ?"
TELLING = ("zéphyrine", "quatrebarbe", "z\\u00e9phyrine", "appels")


class Page:
    """A page that runs, its log and its token's file."""

    def __init__(self, address: str, log: Path) -> None:
        self.address = address
        self.log = log

    def count(self, name: str) -> float:
        """Return a sample of /mesures by its name and labels."""
        text = patient.get(f"{self.address}/mesures").text
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        assert found, text
        return float(found[1])

    def events(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("watched")
    token = folder / "token"
    token.write_text(TOKEN + "\n")
    environment = {
        "ASSISTANT_LOG_FILE": str(folder / "log" / "assistant.log"),
        "ASSISTANT_LOG_FORMAT": "json",
        "ASSISTANT_METRICS_TOKEN": str(token),
    }
    with running(stand_in_command(folder / "corpus"), environment) as address:
        with patient.client(transport=httpx.HTTPTransport(retries=2)) as client:
            while client.get(f"{address}/sante").status_code == 503:
                pass
        yield Page(address, folder / "log" / "assistant.log")


# --- /sante ------------------------------------------------------------------------------------


def test_a_page_that_answers_is_in_good_health(page: Page) -> None:
    health = patient.get(f"{page.address}/sante")
    assert health.status_code == 200
    assert health.json() == {
        "ready": True,
        "state": "ready",
        "reason": "Prêt.",
        "generation": "gen-000001",
        "index_age_seconds": None,
    }
    assert health.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/sante", "/mesures"])
def test_what_watches_may_ask_for_the_head_only(page: Page, path: str) -> None:
    head = httpx.head(page.address + path)
    assert (head.status_code, head.content) == (200, b"")


def test_while_the_model_loads_the_service_is_not_ready(tmp_path: Path) -> None:
    health = Health(StandIn(tmp_path))
    assert health.report("fr")["ready"] is False
    assert health.report("fr")["reason"] == "Le modèle et l'index se chargent."
    health.loaded()
    assert health.report("fr")["ready"] is True


def test_a_fault_of_the_index_is_told_with_its_remedy(tmp_path: Path) -> None:
    class Empty(StandIn):
        @property
        def generation(self) -> str:
            raise IndexMissing("index_missing", path="index")

    health = Health(Empty(tmp_path))
    health.loaded()
    report = health.report("fr")
    assert (report["ready"], report["state"]) == (False, "failed")
    assert "assistant sync" in str(report["reason"])


def test_what_was_not_foreseen_is_told_without_its_words(tmp_path: Path) -> None:
    class Broken(StandIn):
        @property
        def generation(self) -> str:
            raise ZeroDivisionError("secret")

    health = Health(Broken(tmp_path))
    health.loaded()
    report = health.report("fr")
    assert report["ready"] is False
    assert "secret" not in str(report)


def test_the_age_of_an_index_is_that_of_its_manifest(tmp_path: Path) -> None:
    (tmp_path / "gen-000004").mkdir()
    manifest = tmp_path / "gen-000004" / "manifest.json"
    manifest.touch()
    os.utime(manifest, (1_000_000, 1_000_000))
    assert index_age(tmp_path, "gen-000004", now=lambda: 1_000_090) == 90
    assert index_age(tmp_path, "gen-000005") is None


# --- /mesures ----------------------------------------------------------------------------------


def test_questions_are_counted_by_how_they_end_and_by_language(page: Page) -> None:
    answered = 'assistant_questions_total{language="fr",outcome="answered"}'
    refused = 'assistant_questions_total{language="fr",outcome="refused"}'
    with patient.client() as client:
        shown(ask(client, page.address, "L'accueil téléphonique reçoit combien d'appels ?"))
        before = page.count(answered)
        shown(ask(client, page.address, "L'accueil téléphonique reçoit combien d'appels ?"))
        shown(ask(client, page.address, "Xylophone ?"))
    assert page.count(answered) == before + 1
    assert page.count(refused) >= 1
    assert page.count("assistant_question_seconds_count") >= 3


@pytest.mark.parametrize(
    ("question", "outcome"), [("", "invalid"), ("la panne", "failed"), ("y" * 2000, "invalid")]
)
def test_what_goes_wrong_is_counted_too(page: Page, question: str, outcome: str) -> None:
    name = f'assistant_questions_total{{language="fr",outcome="{outcome}"}}'
    with patient.client() as client:
        shown(ask(client, page.address, question))
        before = page.count(name)
        shown(ask(client, page.address, question))
    assert page.count(name) == before + 1


def test_what_the_index_holds_is_measured(page: Page) -> None:
    assert page.count("assistant_ready") == 1
    assert page.count("assistant_index_generation") == 1
    assert page.count("assistant_documents") == 6
    assert page.count("assistant_passages") > 10
    assert page.count('assistant_problems{severity="warning"}') == 1
    assert page.count('assistant_problems{severity="error"}') == 0


def test_a_full_queue_is_counted(tmp_path: Path) -> None:
    assistant = StandIn(tmp_path)
    meters = Meters(assistant, Health(assistant).report)

    async def full(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        await send({"type": "http.response.start", "status": 503, "headers": []})
        await send({"type": "http.response.body"})

    async def ignore(message: object) -> None:
        return None

    counting = CountBusy(full, meters)
    for path in ("/gradio_api/queue/join", "/en/gradio_api/queue/join", "/fiche.odt", "/sante"):
        _run(counting({"type": "http", "path": path}, None, ignore))
    assert meters.registry.get_sample_value("assistant_busy_total", {"place": "question"}) == 2
    assert meters.registry.get_sample_value("assistant_busy_total", {"place": "sheet"}) == 1


def _run(coroutine: object) -> None:
    """Run what never waits."""
    with pytest.raises(StopIteration):
        coroutine.send(None)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"],
)
def test_through_a_proxy_the_measures_do_not_exist(page: Page, header: str) -> None:
    value = "127.0.0.1" if header != "Forwarded" else "for=127.0.0.1"
    assert patient.get(f"{page.address}/mesures", headers={header: value}).status_code in (400, 404)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (f"Bearer {TOKEN}x", 404),
        ("Bearer x", 404),
        ("", 404),
        (f"Basic {TOKEN}", 404),
        (TOKEN, 404),
    ],
)
def test_a_token_opens_the_measures_through_a_proxy_and_a_wrong_one_nothing(
    page: Page, given: str, status: int
) -> None:
    headers = {"X-Forwarded-For": "192.0.2.7", "Authorization": given}
    assert patient.get(f"{page.address}/mesures", headers=headers).status_code == status


def test_without_a_token_no_other_machine_reads_the_measures() -> None:
    for address, authorization, is_open in (
        ("127.0.0.1", None, True),
        ("::1", None, True),
        ("192.0.2.7", None, False),
        ("127.0.0.1", b"Bearer ", False),
        ("127.0.0.1", b"Bearer", False),
    ):
        headers = [(b"authorization", authorization)] if authorization is not None else []
        scope = {"type": "http", "client": (address, 5000), "headers": headers}
        assert may_read(Request(scope), b"") is is_open


def test_a_token_that_can_be_guessed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("1234\n")
    for name in ("token", "absent"):
        with pytest.raises(SettingsError) as refused:
            token_in(str(tmp_path / name), setting="metrics_token", least=20)
        assert "openssl rand" in refused.value.remedy


# --- The log -----------------------------------------------------------------------------------


def test_a_question_is_logged_without_its_words(page: Page) -> None:
    with patient.client() as client:
        answer = shown(ask(client, page.address, QUESTION))
        shown(ask(client, page.address, f"{QUESTION} la panne"))
        shown(ask(client, page.address, QUESTION * 100))
        client.get(page.address, params={"q": QUESTION})
        client.get(f"{page.address}/fiche.html", params={"q": QUESTION})
    assert "appels" in answer
    events = page.events()
    outcomes = [one["outcome"] for one in events if one["event"] == "question"]
    assert {"answered", "failed", "invalid"} <= {*outcomes}
    logged = page.log.read_text().lower()
    assert [word for word in TELLING if word in logged] == []
    assert "127.0.0.1" not in logged


def test_a_question_is_logged_in_figures(page: Page) -> None:
    with patient.client() as client:
        shown(ask(client, page.address, "L'accueil téléphonique reçoit combien d'appels ?"))
    (last,) = [one for one in page.events() if one["event"] == "question"][-1:]
    assert last.keys() == {
        "time", "level", "event", "outcome", "milliseconds", "language", "sources",
    }  # fmt: skip
    assert (last["outcome"], last["language"]) == ("answered", "fr")
    assert int(str(last["sources"])) >= 1


def test_starting_and_loading_are_logged(page: Page) -> None:
    events = page.events()
    assert {"started", "loaded"} <= {one["event"] for one in events}
    (loaded,) = [one for one in events if one["event"] == "loaded"]
    assert loaded["generation"] == "gen-000001"


def test_on_standard_error_nothing_of_a_question_is_written_either(
    stand_in: str, stand_in_errors: Path
) -> None:
    before = stand_in_errors.read_text().lower().count("zerodivisionerror")
    with patient.client() as client:
        shown(ask(client, stand_in, QUESTION))
        shown(ask(client, stand_in, f"{QUESTION} la panne"))
    text = ""
    for _ in range(10 * patient.SECONDS):  # what is shown may come before what is logged
        text = stand_in_errors.read_text().lower()
        if text.count("zerodivisionerror") > before:
            break
        sleep(0.1)
    assert "question outcome=answered" in text
    assert text.count("zerodivisionerror") > before
    assert [word for word in TELLING if word in text] == []
    assert sys.executable.lower() not in text
