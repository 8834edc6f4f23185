"""Agents asking at once, as `bench.load` has them ask, for some seconds and without a model."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import httpx
import pytest

from assistant.web.shared.facets import FACETS
from bench.load import ASKING, FailedError, Phase, Right, alone, ask, judge, load, messages, opened
from tests.support.loops import run
from tests.support.pages import ROOT, running, stand_in_command
from tests.support.stand_in import SLIDES, VOICE

QUESTIONS = (
    "Combien de temps dure la formation des agents d'accueil ?",
    "Quelle est la durée de conservation des enregistrements ?",
    "Un assistant peut-il inventer une référence juridique ?",
    "Combien coûte la fusée lunaire ?",
)
#: In a process of its own: an application that isn't served leaves loops open.
ALONE = """
import sys
from pathlib import Path
from threading import Event
from fastapi.testclient import TestClient
from assistant.web import app
from tests.support.stand_in import StandIn

calls, enough = [], Event()

def give_back():
    calls.append(len(calls))
    if len(calls) == 1:
        raise OSError("a first time that fails")
    enough.set()

app.MOST_SESSIONS, app.GIVE_BACK_SECONDS, app.give_back = 3, 0.05, give_back
built = app.build_app(StandIn(Path(sys.argv[1])))
for mounted in built.routes:
    if held := getattr(getattr(mounted, "app", None), "state_holder", None):
        for number in range(5):
            held[f"page-{number}"]
        print(*held.session_data)
with TestClient(built):
    print("given back" if enough.wait(60) else "never")
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the stand-in."""
    with running(stand_in_command(tmp_path_factory.mktemp("page"))) as found:
        yield found


def test_agents_who_ask_at_once_each_get_the_answer_to_their_question(address: str) -> None:
    right = run(lambda: alone(address, QUESTIONS))
    assert [right[one].status for one in QUESTIONS] == ["answered"] * 3 + ["refused"]
    assert right[QUESTIONS[0]].document == VOICE and right[QUESTIONS[2]].document == SLIDES

    phase = Phase("8 agents")
    answers = run(lambda: load(address, QUESTIONS, phase, agents=8, seconds=3))
    judge(phase, answers, right)
    assert phase.is_clean, [*phase.lines()]
    assert phase.full == 0
    assert set(answers) == set(QUESTIONS)
    assert sum(sum(one.values()) for one in answers.values()) == len(phase.seconds)
    assert set(phase.generations) == {"gen-000001"}


def test_an_answer_that_is_not_the_right_one_is_told(address: str) -> None:
    right = run(lambda: alone(address, QUESTIONS[:1]))
    phase = Phase("one", seconds=[0.1])
    judge(phase, {QUESTIONS[0]: Counter({Right("refused", ""): 2})}, right)
    assert not phase.is_clean and len(phase.wrong) == 2


def test_a_question_that_fails_is_no_answer(address: str) -> None:
    async def failing() -> Right:
        async with opened(1) as client:
            return await ask(client, address, "Que dit la panne ?")

    with pytest.raises(FailedError):
        run(failing)


def test_a_page_that_the_server_knows_no_more_still_asks_within_its_filters(address: str) -> None:
    async def asked(session: str) -> str:
        async with opened(1) as client:
            chosen = [[], ["forum/atelier-3"], *[[] for _ in FACETS[2:]]]
            data = [QUESTIONS[1], None, None, *chosen]
            sent = {"data": data, "fn_index": ASKING, "session_hash": session}
            where = f"{address}/gradio_api/queue/join"
            await client.post(where, json=sent, headers={"Origin": address})
            async for message in messages(client, address, session):
                if message["msg"] == "process_completed":
                    assert message["success"], message
                    return str(message["output"]["data"])
        return ""

    assert "trente jours" in run(lambda: asked(token_hex(8)))


def test_memory_keeps_three_pages_that_are_gone_and_gives_back_what_is_free(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-W", "ignore", "-c", ALONE, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines() == [*["page-2 page-3 page-4"] * 2, "given back"], done.stderr


def test_past_the_size_of_the_queue_the_page_answers_503(address: str) -> None:
    """The last test: its slow questions wait for the server's end."""

    async def join(client: httpx.AsyncClient) -> int:
        data = ["Une question lente", None, None, *[[] for _ in FACETS]]
        sent = {"data": data, "fn_index": ASKING, "session_hash": token_hex(8)}
        where = f"{address}/gradio_api/queue/join"
        return (await client.post(where, json=sent, headers={"Origin": address})).status_code

    async def joined() -> Counter[int]:
        async with opened(80) as client:
            return Counter(await asyncio.gather(*(join(client) for _ in range(80))))

    found = run(joined)
    assert set(found) == {200, 503}
    assert 64 <= found[200] <= 68
