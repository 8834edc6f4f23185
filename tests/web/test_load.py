"""Agents asking at once, as `bench.load` has them ask, for some seconds and without a model."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from secrets import token_hex

import httpx
import pytest

from assistant.web.facets import FACETS
from bench.load import ASKING, FailedError, Phase, Right, alone, ask, judge, load, opened
from tests.web.conftest import running, stand_in_command
from tests.web.stand_in import SLIDES, VOICE

QUESTIONS = (
    "Combien de temps dure la formation des agents d'accueil ?",
    "Quelle est la durée de conservation des enregistrements ?",
    "Un assistant peut-il inventer une référence juridique ?",
    "Combien coûte la fusée lunaire ?",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the stand-in."""
    with running(stand_in_command(tmp_path_factory.mktemp("page"))) as found:
        yield found


def test_agents_who_ask_at_once_each_get_the_answer_to_their_question(address: str) -> None:
    right = asyncio.run(alone(address, QUESTIONS))
    assert [right[one].status for one in QUESTIONS] == ["answered"] * 3 + ["refused"]
    assert right[QUESTIONS[0]].document == VOICE and right[QUESTIONS[2]].document == SLIDES

    phase = Phase("8 agents")
    answers = asyncio.run(load(address, QUESTIONS, phase, agents=8, seconds=3))
    judge(phase, answers, right)
    assert phase.is_clean, [*phase.lines()]
    assert phase.full == 0
    assert set(answers) == set(QUESTIONS)
    assert sum(sum(one.values()) for one in answers.values()) == len(phase.seconds)
    assert set(phase.generations) == {"gen-000001"}


def test_an_answer_that_is_not_the_right_one_is_told(address: str) -> None:
    right = asyncio.run(alone(address, QUESTIONS[:1]))
    phase = Phase("one", seconds=[0.1])
    judge(phase, {QUESTIONS[0]: Counter({Right("refused", ""): 2})}, right)
    assert not phase.is_clean and len(phase.wrong) == 2


def test_a_question_that_fails_is_no_answer(address: str) -> None:
    async def failing() -> Right:
        async with opened(1) as client:
            return await ask(client, address, "Que dit la panne ?")

    with pytest.raises(FailedError):
        asyncio.run(failing())


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

    found = asyncio.run(joined())
    assert set(found) == {200, 503}
    assert 64 <= found[200] <= 68
