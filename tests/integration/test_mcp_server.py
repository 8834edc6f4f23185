"""The tools for language models, called by the protocol's own client: in process, then for real."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult

import assistant.core
from assistant import mcp_server
from assistant.cli import main
from assistant.core import Assistant
from assistant.mcp_server import Tools, described, server_of
from assistant.settings import Settings
from assistant.view import View
from tests.conftest import ROOT
from tests.support.fakes import FakeEncoder
from tests.support.loops import run

DOCUMENTS = {
    "forum/cantine/compte-rendu.md": "# Cantines\n\nLa cuisine centrale sert 900 repas par jour.\n",
    "forum/voirie/propos.srt": "1\n00:00:12,000 --> 00:00:16,000\n"
    "Quarante nids-de-poule ont été signalés au mois de mars.\n",
}
QUESTION = "Combien de repas la cuisine centrale sert-elle par jour ?"
SECRET = "xylophone ultraconfidentiel"

#: The command with a fake encoder, which talks as libraries do.
COMMAND = """
import os, subprocess, sys, warnings
import assistant.core
from tests.support.fakes import FakeEncoder

class Talkative(FakeEncoder):
    def encode_question(self, text):
        print("encoding", text[:0])
        print("to the end of the buffer", end="")
        os.write(1, b"straight to the descriptor\\n")
        subprocess.run([sys.executable, "-c", "print('from a child')"], check=True)
        warnings.warn("careful")
        return super().encode_question(text)

assistant.core.open_encoder = lambda settings: Talkative()
from assistant.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("tools")
    for name, text in DOCUMENTS.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Settings(
        corpus=folder / "corpus",
        index=folder / "index",
        public_names=" assistant.ville.fr, autre.ville.fr",
    )


@pytest.fixture(scope="module")
def opened(settings: Settings) -> Iterator[Assistant]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(assistant.core, "open_encoder", lambda _: FakeEncoder())
        with Assistant(settings) as one:
            one.sync()
            yield one


@pytest.fixture
def tools(opened: Assistant) -> Tools:
    return Tools(opened)


def called(tools: Tools, name: str, **arguments: object) -> CallToolResult:
    """Call a tool by the protocol, without a process."""

    async def call() -> CallToolResult:
        async with Client(server_of(tools)) as client:
            return await client.call_tool(name, arguments)

    return run(call)


def given(tools: Tools, name: str, **arguments: object) -> dict[str, Any]:
    """Return what a tool gives; it must be as its schema says, in text too."""
    result = called(tools, name, **arguments)
    assert not result.is_error, result.content
    structured: dict[str, Any] = result.structured_content
    Draft202012Validator(described()[name]["output"]).validate(structured)
    assert json.loads(result.content[0].text) == structured  # type: ignore[union-attr]
    return structured


# --- In process --------------------------------------------------------------------------------


def test_the_tools_say_in_french_that_they_only_read(tools: Tools) -> None:
    async def listed() -> list[Any]:
        async with Client(server_of(tools)) as client:
            return (await client.list_tools()).tools

    found = {one.name: one for one in run(listed)}
    assert set(found) == {"search", "ask", "session_sheet", "event_sheet"}
    for name, one in found.items():
        assert one.annotations.read_only_hint and one.annotations.open_world_hint is False
        assert "documents de l'événement" in one.title
        asked = {"session_sheet": {"seance"}, "event_sheet": set()}.get(name, {"q"})
        assert set(one.input_schema.get("required", ())) == asked
        for schema in (one.input_schema, one.output_schema):
            Draft202012Validator.check_schema(schema)
            assert "$ref" not in json.dumps(schema)


def test_an_answer_is_quoted_with_its_source_and_its_address(tools: Tools) -> None:
    answer = given(tools, "ask", q=QUESTION)
    assert (answer["status"], answer["message"][:24]) == ("answered", "Les documents répondent ")
    (citation, *_) = answer["citations"]
    assert "900 repas" in citation["quote"]
    assert citation["document_id"] == "forum/cantine/compte-rendu.md"
    assert citation["place"]["kind"] == "line"
    assert citation["place_in_words"].startswith("ligne")
    assert citation["address"].startswith("https://assistant.ville.fr/passage/forum/cantine/")


def test_the_sheets_quote_with_their_sources(tools: Tools) -> None:
    sheet = given(tools, "session_sheet", seance="cantine")
    assert sheet["session"]["id"] == "forum/cantine"
    quotes = [one["quote"] for one in (*sheet["points"], *sheet["figures"])]
    assert any("900 repas" in one for one in quotes)
    event = given(tools, "event_sheet")
    assert event["event"] == "forum"
    assert {one["id"] for one in event["sessions"]} >= {"forum/cantine"}


def test_an_unknown_session_is_told_with_the_nearest(tools: Tools) -> None:
    result = called(tools, "session_sheet", seance="la piscine")
    assert result.is_error
    assert "forum/cantine" in result.content[0].text  # type: ignore[union-attr]


def test_a_refusal_says_not_to_complete_from_memory(tools: Tools) -> None:
    answer = given(tools, "ask", q="Qui a peint la Joconde ?")
    assert (answer["status"], answer["citations"]) == ("refused", [])
    assert "de mémoire" in answer["message"]


def test_a_passage_of_a_recording_says_its_second(tools: Tools) -> None:
    (first, *_) = given(tools, "search", q="nids-de-poule signalés en mars", k=1)["passages"]
    assert first["place"] == {"kind": "second", "first": 12.0, "last": 16.0}
    assert first["place_in_words"] == "à 12 s"
    assert "nids-de-poule" in first["text"]


def test_filters_and_the_question_before_count(tools: Tools) -> None:
    found = given(tools, "search", q="repas de la cuisine", seance=["forum/voirie"])["passages"]
    assert {one["document_id"] for one in found} == {"forum/voirie/propos.srt"}
    before = "Que sert la cuisine centrale ?"
    assert given(tools, "ask", q="Et combien par jour ?", precedente=before)["subject"] == before


def test_without_a_public_name_there_is_no_address(opened: Assistant) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(opened, "settings", replace(opened.settings, public_names=""))
        answer = given(Tools(opened), "ask", q=QUESTION)
    assert {one["address"] for one in answer["citations"]} == {None}


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("ask", {}, "Le champ « q » manque."),
        ("ask", {"q": ""}, "Que faire"),
        ("ask", {"prompt": "repas"}, "Vouliez-vous dire « q » ?"),
        ("search", {"q": "repas", "k": 1000}, "de 1 à 50"),
        ("search", {"q": "repas", "seance": ["forum/cantines"]}, "« forum/cantine »"),
        ("forget", {"q": "repas"}, "L'outil « forget » n'existe pas."),
    ],
)
def test_what_can_t_be_asked_is_told_to_the_model(
    tools: Tools, name: str, arguments: dict[str, Any], words: str
) -> None:
    result = called(tools, name, **arguments)
    assert result.is_error
    assert words in result.content[0].text  # type: ignore[union-attr]


def test_a_fault_of_ours_is_told_without_the_question(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(view: View, question: str, *_: object) -> None:
        raise ValueError(question)

    monkeypatch.setattr(View, "ask", failing)
    result = called(tools, "ask", q=SECRET)
    assert result.is_error
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text + str(result)


def test_without_the_extra_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server.lowlevel", None)
    assert main(["--index", str(tmp_path), "mcp"]) == 1
    told = capsys.readouterr()
    assert "pip install 'assistant-evenement[mcp]'" in told.err
    assert told.out == ""


# --- As a process ------------------------------------------------------------------------------


def command(settings: Settings, *before: str) -> StdioServerParameters:
    """Return how to start the server as a client does."""
    words = [*before, sys.executable, "-c", COMMAND, "mcp"]
    environment = settings.environment() | {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    return StdioServerParameters(command=words[0], args=words[1:], env=environment, cwd=ROOT)


def asked(server: StdioServerParameters) -> tuple[str, CallToolResult]:
    """Start a server, ask it by the package's own client, and return its name and the answer."""

    async def ask() -> tuple[str, CallToolResult]:
        async with Client(server, read_timeout_seconds=60) as client:
            result = await client.call_tool("ask", {"q": QUESTION})
            return client.server_info.name, result

    return run(ask)


def _without_network() -> list[str]:
    words = ["unshare", "--net", "--map-root-user"]
    is_there = shutil.which("unshare") is not None
    if not is_there or subprocess.run([*words, "true"], capture_output=True).returncode:
        pytest.skip("this machine gives no namespace without a network")
    return words


def test_a_client_starts_the_server_and_asks_without_a_network(opened: Assistant) -> None:
    name, result = asked(command(opened.settings, *_without_network()))
    assert name == "assistant-evenement"
    assert "900 repas" in result.structured_content["citations"][0]["quote"]


def test_nothing_but_the_protocol_is_written_and_no_question_is_logged(opened: Assistant) -> None:
    messages = [
        {
            "jsonrpc": "2.0", "id": 1, "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18", "capabilities": {},
                "clientInfo": {"name": "essai", "version": "1"},
            },
        },
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call",
         "params": {"name": "ask", "arguments": {"q": SECRET}}},
        {"jsonrpc": "2.0", "id": 3, "method": "tools/call",
         "params": {"name": "ask", "arguments": SECRET}},
        {"jsonrpc": "2.0", "id": 4, "method": SECRET, "params": {"q": SECRET}},
    ]  # fmt: skip
    sent = "".join(json.dumps(one) + "\n" for one in messages) + f"{SECRET}\n"
    started = command(opened.settings)
    with subprocess.Popen(
        [started.command, *started.args], env=started.env, cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(sent)
        process.stdin.flush()
        lines = [process.stdout.readline() for _ in range(4)]
        process.stdin.close()
        lines += process.stdout.readlines()
        errors = process.stderr.read()
    assert process.returncode == 0, errors
    answers = {one["id"]: one for one in map(json.loads, lines) if "id" in one}
    assert answers[2]["result"]["structuredContent"]["status"] == "refused"
    assert "error" in answers[3] and "error" in answers[4]
    for printed in ("encoding", "end of the buffer", "descriptor", "from a child", "careful"):
        assert printed in errors
    assert SECRET not in errors


def test_the_tools_load_no_page(settings: Settings) -> None:
    code = f"import sys, {mcp_server.__name__}; print('gradio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "False", done.stderr
