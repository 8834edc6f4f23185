"""Many agents asking at once, without and with a reindex under way: what fails, and how long.

python -m bench.load [--agents 64] [--seconds 120] [--documents 200] [--index INDEX] [--seed 7]

Serves a copy of the demonstration with `app.py` (INDEX is an index of it, copied too; made in a
temporary folder if not given) and asks through the page's own protocol: Gradio's queue, each
question in a session of its own, each agent its next question once it has the answer to the last.
First for so long with nothing else, then again while a run that the page would start
(`assistant sync` at low priority) indexes as many new documents; that phase lasts until the run
has ended, three times as long at most. An agent that is told that the queue is full (503) waits
a second or two, as a person would.

An answer is right when its status and its first document are those given to the same question,
asked alone before, or, during the reindex, after it: new documents may change an answer. It must be
the answer to that very question. Prints each phase's counts, times and memory, and exits with 1
when anything but a full queue kept an agent from a right answer. Server, run and agents share one
machine: ratios say more than times.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from secrets import token_hex
from time import monotonic, perf_counter, sleep
from typing import Any

import httpx

from assistant.core import Assistant
from assistant.evaluation.question_files import read_questions
from assistant.jobs import runs
from assistant.settings import Settings
from assistant.web.shared.facets import FACETS
from bench.scale import QUESTIONS, ROOT, resident

#: The first event of the page, a question sent (`tests.support.asked`).
ASKING = 0
#: Of the demonstration's questions: asked alone twice, they take a minute.
ASKED = 60
#: An answer that comes later than this failed: nobody waits so long.
MOST_SECONDS = 120.0
#: How often the memory and the generation are looked at.
LOOK_SECONDS = 2.0
#: What the page says of an answer, for opinions: key, question, subject, status, generation,
#: filters, documents.
SAID = re.compile(r'data-envoi="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Right:
    """What is looked at of an answer: its status, and the first document it shows."""

    status: str
    document: str


class QueueFullError(Exception):
    """The queue is full: a clean 503."""


class FailedError(Exception):
    """An agent got no answer, or not to its question."""


@dataclass(slots=True)
class Phase:
    """What a phase gave: seconds of each answer, refusals, failures by their words, memory."""

    name: str
    seconds: list[float] = field(default_factory=list)
    full: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, Right]] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    generations: list[str] = field(default_factory=list)
    lasted: float = 0.0

    @property
    def p50(self) -> float:
        """The median, in seconds."""
        return statistics.median(self.seconds) if self.seconds else float("nan")

    @property
    def p95(self) -> float:
        """What 95 answers of 100 took at most, in seconds."""
        found = sorted(self.seconds)
        return found[min(len(found) - 1, int(0.95 * len(found)))] if found else float("nan")

    @property
    def is_clean(self) -> bool:
        """Tell whether every question had its answer, but for those that found the queue full."""
        return bool(self.seconds) and not self.failures and not self.wrong

    def lines(self) -> Iterator[str]:
        """Yield the phase in words."""
        rate = len(self.seconds) / self.lasted if self.lasted else 0.0
        yield f"{self.name}: {self.lasted:.0f} s"
        yield (
            f"  answers: {len(self.seconds)} ({rate:.1f}/s); queue full (503): {self.full};"
            f" failed: {sum(self.failures.values())}; wrong or empty: {len(self.wrong)}"
        )
        yield f"  p50 {self.p50:.2f} s, p95 {self.p95:.2f} s"
        if self.memory:
            quarters = [self.memory[at * (len(self.memory) - 1) // 4] for at in range(5)]
            told = ", ".join(f"{one:.0f}" for one in quarters)
            yield f"  memory, by quarters: {told} MB; {max(self.memory):.0f} MB at most"
        yield f"  generations: {', '.join(dict.fromkeys(self.generations)) or 'none seen'}"
        for words, times in self.failures.most_common(8):
            yield f"  failed {times} times: {words}"
        for question, got in self.wrong[:8]:
            yield f"  wrong: {question} → {got}"


# --- One question ------------------------------------------------------------------------------


async def ask(client: httpx.AsyncClient, address: str, question: str) -> Right:
    """Ask as the page's script does. Raises QueueFullError, FailedError, httpx.HTTPError."""
    session = token_hex(8)
    data: list[object] = [question, None, None, *[[] for _ in FACETS]]
    sent = {"data": data, "fn_index": ASKING, "session_hash": session}
    joined = await client.post(
        f"{address}/gradio_api/queue/join", json=sent, headers={"Origin": address}
    )
    if joined.status_code == 503:
        raise QueueFullError
    if joined.status_code != 200:
        raise FailedError(f"join: {joined.status_code} {joined.text[:80]}")
    async for message in messages(client, address, session):
        if message["msg"] == "process_completed":
            if not message["success"]:
                raise FailedError(f"not done: {str(message)[:120]}")
            return _said(question, message["output"]["data"])
        if message["msg"] == "close_stream":
            break
    raise FailedError("the stream ended without an answer")


async def messages(
    client: httpx.AsyncClient, address: str, session: str
) -> AsyncIterator[dict[str, Any]]:
    """Yield what the page tells a session."""
    stream = f"{address}/gradio_api/queue/data?session_hash={session}"
    async with client.stream("GET", stream) as answer:
        if answer.status_code != 200:
            raise FailedError(f"stream: {answer.status_code}")
        async for line in answer.aiter_lines():
            if line.startswith("data:"):
                yield json.loads(line.removeprefix("data:"))


def _said(question: str, shown: Sequence[Any]) -> Right:
    """Return what an answer says. Raises FailedError where it isn't one to this question."""
    found = SAID.search(str(shown[1]))
    if not found:
        raise FailedError(f"no answer is shown: {shown[0]}")
    _, asked, _, status, _, _, documents = json.loads(unescape(found[1]))
    if " ".join(str(asked).split()) != " ".join(question.split()):
        raise FailedError("the answer to another question")
    return Right(str(status), str(documents[0]) if documents else "")


# --- Many agents -------------------------------------------------------------------------------


@asynccontextmanager
async def opened(agents: int) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client with a connection for each agent, and one more for each stream."""
    limits = httpx.Limits(max_connections=2 * agents + 4, max_keepalive_connections=2 * agents + 4)
    async with httpx.AsyncClient(limits=limits, timeout=MOST_SECONDS, trust_env=False) as client:
        yield client


async def alone(address: str, questions: Sequence[str]) -> dict[str, Right]:
    """Ask each question with nobody else asking."""
    async with opened(1) as client:
        return {one: await ask(client, address, one) for one in questions}


async def load(
    address: str,
    questions: Sequence[str],
    phase: Phase,
    *,
    agents: int,
    seconds: float,
    pid: int = 0,
    seed: int = 7,
    under_way: Callable[[], bool] = lambda: False,
) -> dict[str, Counter[Right]]:
    """Have agents ask for so long, and while something is under way, three times as long at most.

    Returns what was answered to each question; the rest goes into `phase`.
    """
    started = monotonic()
    answers: dict[str, Counter[Right]] = {}

    def goes_on() -> bool:
        passed = monotonic() - started
        return passed < seconds or (passed < 3 * seconds and under_way())

    async def agent(number: int) -> None:
        chance = random.Random(1000 * seed + number)
        await asyncio.sleep(chance.random())
        while goes_on():
            question = chance.choice(questions)
            began = perf_counter()
            try:
                async with asyncio.timeout(MOST_SECONDS):
                    right = await ask(client, address, question)
            except QueueFullError:
                phase.full += 1
                await asyncio.sleep(chance.uniform(1.0, 2.0))
            except FailedError as e:
                phase.failures[str(e)] += 1
            except (httpx.HTTPError, TimeoutError, ValueError, LookupError) as e:
                phase.failures[f"{type(e).__name__} {e}"] += 1
            else:
                phase.seconds.append(perf_counter() - began)
                answers.setdefault(question, Counter())[right] += 1

    async def look() -> None:
        while True:
            if pid:
                phase.memory.append(resident(pid))
            state = await client.get(f"{address}/sante")
            if state.status_code == 200:
                phase.generations.append(state.json()["generation"])
            await asyncio.sleep(LOOK_SECONDS)

    async with opened(agents) as client:
        looking = asyncio.create_task(look())
        await asyncio.gather(*(agent(number) for number in range(agents)))
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    phase.lasted = monotonic() - started
    if pid:
        phase.memory.append(resident(pid))
    return answers


def judge(phase: Phase, answers: dict[str, Counter[Right]], *rights: dict[str, Right]) -> None:
    """Take note of the answers that are none of the right ones."""
    for question, found in answers.items():
        accepted = {right[question] for right in rights}
        for got, times in found.items():
            if got not in accepted:
                phase.wrong += [(question, got)] * times


# --- The site ----------------------------------------------------------------------------------


@contextmanager
def served(settings: Settings) -> Iterator[tuple[str, int]]:
    """Serve a site as `python app.py` does, ready to answer; give its address and its process."""
    environment = {**os.environ, **settings.environment(), "ASSISTANT_PORT": "0"}
    log = settings.index.parent / "server.log"
    with (
        log.open("w", encoding="utf-8") as said,
        subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        ) as server,
    ):
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip().rpartition(" ")[2]
            until = monotonic() + 300
            while httpx.get(f"{address}/sante", trust_env=False).status_code != 200:
                if monotonic() > until or server.poll() is not None:
                    raise RuntimeError("the page was never ready")
                sleep(0.5)
            yield address, server.pid
        finally:
            server.terminate()
            server.wait()
            lines = log.read_text(encoding="utf-8").splitlines()
            # It logs each question, in one line.
            print(*[one for one in lines if " INFO " not in one][:20], sep="\n")


def site(folder: Path, index: Path | None) -> Settings:
    """Return a copy of the demonstration in a folder, indexed."""
    settings = Settings(corpus=folder / "corpus", index=folder / "index")
    shutil.copytree(ROOT / "corpus", settings.corpus)
    if index:
        shutil.copytree(index, settings.index)
    with Assistant(settings) as assistant:
        assistant.sync()
    return settings


def more_documents(corpus: Path, number: int, chance: random.Random) -> None:
    """Write small documents of another event, about what no question asks."""
    who = ("Le jardin botanique", "La piscine municipale", "Le marché aux fleurs", "L'orchestre")
    what = ("orchidées", "lignes d'eau", "étals de pivoines", "partitions", "nichoirs", "barques")
    for at in range(number):
        folder = corpus / "fetes-et-jardins" / f"atelier-{at % 8 + 1}"
        folder.mkdir(parents=True, exist_ok=True)
        said = [
            f"{chance.choice(who)} entretient {chance.randint(3, 900)} {chance.choice(what)}"
            f" depuis {chance.randint(2, 40)} printemps."
            for _ in range(3)
        ]
        (folder / f"fiche-{at + 1}.md").write_text(
            f"# Fiche {at + 1}\n\n" + "\n\n".join(said) + "\n", encoding="utf-8"
        )


def main() -> int:
    """Serve, ask without and with a reindex, and print what came; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--index", type=Path, help="an index of the demonstration")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    questions = [one.text for one in read_questions(QUESTIONS)]
    questions = random.Random(options.seed).sample(questions, ASKED)
    shared = {"agents": options.agents, "seconds": options.seconds, "seed": options.seed}
    with tempfile.TemporaryDirectory() as folder:
        settings = site(Path(folder), options.index)
        with served(settings) as (address, pid):
            # The first answers load what is loaded once.
            asyncio.run(alone(address, questions[:10]))
            before = asyncio.run(alone(address, questions))
            print(f"{len(questions)} questions asked alone; {resident(pid):.0f} MB", flush=True)

            calm = Phase(f"{options.agents} agents")
            answers = asyncio.run(load(address, questions, calm, pid=pid, **shared))
            judge(calm, answers, before)
            print("\n".join(calm.lines()), flush=True)

            more_documents(settings.corpus, options.documents, random.Random(options.seed))
            runs.start(settings)
            busy = Phase(f"{options.agents} agents and a reindex of {options.documents} documents")
            answers = asyncio.run(
                load(
                    address, questions, busy, pid=pid, **shared,
                    under_way=lambda: runs.state(settings.index).running,
                )
            )  # fmt: skip
            while runs.state(settings.index).running:
                sleep(1)
            run = runs.state(settings.index)
            after = asyncio.run(alone(address, questions))
            judge(busy, answers, before, after)
            print("\n".join(busy.lines()))
            changed = sum(before[one] != after[one] for one in questions)
            took = (run.ended_at or 0) - (run.started_at or 0)
            print(f"  the run: {run.outcome}, {took:.0f} s; answers that it changed: {changed}")
            ratios = busy.p50 / calm.p50, busy.p95 / calm.p95
            print("with / without the reindex: p50 × {:.2f}, p95 × {:.2f}".format(*ratios))
            print(f"settled: {resident(pid):.0f} MB")
    return 0 if calm.is_clean and busy.is_clean and run.outcome == "done" else 1


if __name__ == "__main__":
    sys.exit(main())
