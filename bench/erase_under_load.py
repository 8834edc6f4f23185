"""Backup, erase, restore, erase again while agents ask: does anything erased ever answer?

python -m bench.erase_under_load [--agents 16] [--seconds 8] [--index INDEX] [--seed 7]

Serves a copy of the demonstration with `app.py` (INDEX is an index of it, copied too), to which a
session of three documents is added (a note, a transcript, a PDF), whose words nothing else has.
Agents then ask without a pause: through the page's queue, its sheets, the pages of the session and
of its documents, their files and pictures, and the API. Meanwhile the commands of a town are run,
so many seconds apart: `backup`, `forget`, `restore` (what was erased stays so), `restore
--with-erased` (it comes back, as asked), `forget` again, `restore` again.

Nothing asked after an erasure ended may hold a word of the session, until it is asked back. What
was asked before and answered after is counted apart. Prints what each stretch saw and exits with 1
when something erased answered, when nothing of the session answered while it was there, or when its
words are left in the folders.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex
from time import monotonic

import httpx
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from assistant.core import Assistant
from assistant.evaluation.question_files import read_questions
from assistant.settings import Settings
from assistant.web.shared.facets import FACETS
from bench.load import ASKING, MOST_SECONDS, messages, opened, served, site
from bench.scale import QUESTIONS

SESSION = "forum-ia-demonstration/atelier-8-serres-municipales"
NOTE, TALK, PAGE = (f"{SESSION}/{name}" for name in ("notes.md", "echanges.vtt", "plan.pdf"))
#: Words of the three documents; no question has one.
WORDS = re.compile(r"mirliflor|cassidoine|turlurette|escarbille|galvaudé", re.I)
ABOUT = (
    "Combien de serres municipales sont chauffées au bois ?",
    "Que dit-on des serres municipales ?",
    "Qui entretient les serres municipales ?",
    "Résume l'atelier sur les serres municipales",
    "Quel est le budget des serres municipales ?",
    "Quels plants sont cultivés dans les serres ?",
)
TOKEN = "0123456789abcdef" * 2

#: Something asked: what it gave, as text.
Way = Callable[[httpx.AsyncClient], Coroutine[None, None, str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that was asked, by the clock: when, how, and whether the session's words came."""

    asked: float
    answered: float
    way: str
    has_words: bool


@dataclass(slots=True)
class Watch:
    """What agents saw, and what failed by its words."""

    seen: list[Seen] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)


def write_session(corpus: Path) -> None:
    """Add the session that is to be erased."""
    folder = corpus / SESSION
    folder.mkdir(parents=True)
    (corpus / NOTE).write_text(
        "# Les serres municipales\n\nTrente-trois serres municipales sont chauffées au bois "
        "de mirliflor. L'équipe de Cassidoine entretient les serres municipales.\n\n"
        "## Quel est le budget ?\n\nLe budget des serres municipales est de neuf mille "
        "turlurettes, voté en juin.\n",
        encoding="utf-8",
    )
    (corpus / TALK).write_text(
        "WEBVTT\n\n00:00:01.000 --> 00:00:09.000\n<v Direction des espaces verts>Les serres "
        "municipales ont cultivé douze mille plants d'escarbille.\n\n00:00:10.000 --> "
        "00:00:19.000\n<v Public>Et le terreau des serres est galvaudé chaque année.\n",
        encoding="utf-8",
    )
    canvas = Canvas(str(corpus / PAGE), pagesize=A4)
    canvas.drawString(72, 720, "Plan des serres municipales : l'allée de Cassidoine")
    canvas.showPage()
    canvas.save()


# --- Ways of asking ----------------------------------------------------------------------------


def ways(address: str, others: Sequence[str]) -> dict[str, list[Way]]:
    """Return every way of asking, by its name."""
    questions = [*ABOUT, *others]
    return {
        "page": [_by_queue(address, one) for one in questions],
        "sheet": [_got(f"{address}/fiche.html", {"q": one}) for one in ABOUT],
        "session": [
            _got(f"{address}/{one}", {})
            for one in (f"seance/{SESSION}", f"evenement/{SESSION.partition('/')[0]}",
                        f"fiche/seance/{SESSION}.html", "")
        ],
        "document": [
            _got(f"{address}/{kind}/{id_}", {})
            for kind in ("document", "passage", "lecture")
            for id_ in (NOTE, TALK)
        ],
        "file or picture": [
            _whole(f"{address}/{kind}/{PAGE}", {"page": "1"} if kind != "document" else {})
            for kind in ("document", "vignette", "page")
        ],
        "api": [
            _posted(f"{address}/api/{kind}", {"question": one})
            for kind in ("question", "recherche")
            for one in ABOUT
        ],
    }  # fmt: skip


def _by_queue(address: str, question: str) -> Way:
    async def asked(client: httpx.AsyncClient) -> str:
        key = token_hex(8)
        sent = {"data": [question, None, None, *[[] for _ in FACETS]], "fn_index": ASKING,
                "session_hash": key}  # fmt: skip
        joined = await client.post(
            f"{address}/gradio_api/queue/join", json=sent, headers={"Origin": address}
        )
        if joined.status_code == 503:
            return ""  # the queue is full: a clean refusal
        told = []
        async for message in messages(client, address, key):
            told.append(json.dumps(message, ensure_ascii=False))
            if message["msg"] in ("process_completed", "close_stream"):
                break
        return "".join(told)

    return asked


def _got(address: str, query: dict[str, str]) -> Way:
    async def asked(client: httpx.AsyncClient) -> str:
        return _told(await client.get(address, params=query))

    return asked


def _posted(address: str, body: dict[str, str]) -> Way:
    async def asked(client: httpx.AsyncClient) -> str:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return _told(await client.post(address, json=body, headers=headers))

    return asked


def _whole(address: str, query: dict[str, str]) -> Way:
    """Return a way whose bytes say nothing in words: given is what a name unknown isn't."""
    unknown = address.replace(PAGE, f"{SESSION}/rien.pdf")

    async def asked(client: httpx.AsyncClient) -> str:
        answer = await client.get(address, params=query)
        nothing = await client.get(unknown, params=query)
        _told(answer)
        same = (answer.status_code, answer.content) == (nothing.status_code, nothing.content)
        return "" if same or answer.status_code != 200 else "cassidoine"

    return asked


def _told(answer: httpx.Response) -> str:
    if answer.status_code >= 500 and answer.status_code != 503:
        raise ValueError(f"{answer.status_code} {answer.url.path}")
    return answer.text


# --- Agents, and what is run meanwhile ---------------------------------------------------------


async def agent(
    client: httpx.AsyncClient,
    every: dict[str, list[Way]],
    watch: Watch,
    chance: random.Random,
    ended: asyncio.Event,
) -> None:
    """Ask until told to end, in a way drawn each time."""
    while not ended.is_set():
        name = chance.choice([*every])
        asked = monotonic()
        try:
            async with asyncio.timeout(MOST_SECONDS):
                text = await chance.choice(every[name])(client)
        except (httpx.HTTPError, TimeoutError, ValueError, LookupError) as e:
            watch.failures[f"{name}: {type(e).__name__} {e}"] += 1
        else:
            watch.seen.append(Seen(asked, monotonic(), name, bool(WORDS.search(text))))


@dataclass(frozen=True, slots=True)
class Step:
    """A command that was run: from when to when, and whether the session is there after it."""

    name: str
    began: float
    ended: float
    is_there: bool


async def run(settings: Settings, words: Sequence[str], is_there: bool) -> Step:
    """Run a command of the product as its operator does."""
    began = monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "assistant", *words,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, **settings.environment()},
    )  # fmt: skip
    said, errors = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{words}: {(said + errors).decode()[-500:]}")
    name = " ".join(one for one in words if not one.startswith(("/", "forum", "--document")))
    return Step(name, began, monotonic(), is_there)


async def tried(
    settings: Settings, address: str, others: Sequence[str], options: argparse.Namespace
) -> tuple[Watch, list[Step]]:
    """Run the commands while agents ask; return what they saw and what was run."""
    archive = str(settings.index.parent / "backup.zip")
    erased = [
        "forget",
        "--yes",
        *(part for one in (NOTE, TALK, PAGE) for part in ("--document", one)),
    ]
    commands = (
        (["backup", archive], True),
        (erased, False),
        (["restore", archive], False),
        (["restore", "--with-erased", archive], True),
        (erased, False),
        (["restore", archive], False),
    )
    watch, steps, ended = Watch(), [], asyncio.Event()
    every = ways(address, others)
    async with opened(options.agents) as client:
        agents = [
            asyncio.create_task(
                agent(client, every, watch, random.Random(1000 * options.seed + number), ended)
            )
            for number in range(options.agents)
        ]
        for words, is_there in commands:
            await asyncio.sleep(options.seconds)
            steps.append(await run(settings, words, is_there))
        await asyncio.sleep(options.seconds)
        ended.set()
        await asyncio.gather(*agents)
    return watch, steps


# --- What came of it ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the end of a command to the beginning of the next that may change what is there."""

    name: str
    is_there: bool
    seen: list[Seen]
    in_flight: list[Seen]


def stretches(watch: Watch, steps: Sequence[Step]) -> Iterator[Stretch]:
    """Yield what was seen after each command; a restore that brings nothing back ends nothing."""
    for at, step in enumerate(steps):
        following = steps[at + 1] if at + 1 < len(steps) else None
        end = float("inf")
        if following:
            # While an erased session stays erased, the running command is looked at too.
            end = following.ended if step.is_there == following.is_there else following.began
        seen = [one for one in watch.seen if step.ended <= one.asked < end]
        crossing = [one for one in watch.seen if one.asked < step.ended <= one.answered]
        yield Stretch(step.name, step.is_there, seen, crossing)


def left_in(*folders: Path) -> list[str]:
    """Return the files that hold a word of the session."""
    words = [one.encode() for one in ("mirliflor", "assidoine", "turlurette", "escarbille")]
    return [
        str(path)
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and any(word in path.read_bytes() for word in words)
    ]


def reported(watch: Watch, steps: Sequence[Step], settings: Settings) -> bool:
    """Print what came of it; tell whether all was well."""
    is_well = not watch.failures
    for one in stretches(watch, steps):
        words = [seen for seen in one.seen if seen.has_words]
        crossing = sum(seen.has_words for seen in one.in_flight)
        state = "there" if one.is_there else "erased"
        print(f"after {one.name} ({state}): {len(one.seen)} asked, {len(words)} with its words;")
        print(f"  under way as it ended: {len(one.in_flight)}, {crossing} with its words")
        if words and not one.is_there:
            print("  by way:", dict(Counter(seen.way for seen in words)))
        is_well &= bool(one.seen) and bool(words) == one.is_there
    left = left_in(settings.index, settings.corpus)
    print(f"failed: {watch.failures.total()} {dict(watch.failures.most_common(8))}")
    print(f"files left that hold its words: {left}")
    for step in steps:
        print(f"  {step.name}: {step.ended - step.began:.1f} s")
    return is_well and not left


def main() -> int:
    """Serve, ask, erase and restore; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--index", type=Path, help="an index of the demonstration")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    questions = [one.text for one in read_questions(QUESTIONS)]
    others = random.Random(options.seed).sample(questions, 20)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = site(folder, options.index)
        (folder / "token").write_text(TOKEN)
        settings = replace(settings, api_token=str(folder / "token"))
        write_session(settings.corpus)
        with Assistant(settings) as assistant:
            assistant.sync()
        with served(settings) as (address, _):
            watch, steps = asyncio.run(tried(settings, address, others, options))
        is_well = reported(watch, steps, settings)
        shutil.rmtree(settings.index)
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
