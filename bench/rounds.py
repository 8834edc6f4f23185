"""Upkeep at random, killed at random: is the index still the one that its documents make?

python -m bench.rounds [--rounds 1000] [--seed 20251123] [--every 100] [--folder FOLDER]

Some thirty small files of nine formats. A round does one to three things to them at random (add,
upload, edit, rename, move, remove, forget, correct a text or a speaker, edit the programme), then
a `sync`. Staff's acts and `sync` are processes of their own, killed with -9 at a random moment of
theirs, or cancelled. After each round nothing may be lost that nobody removed, and the index must
open. Every so often, and in the end, a `sync` runs to its end and the index must equal one made
from the same documents in an empty folder (texts, contexts, places, facts, vectors, what is
published, the answers to 50 questions), with nothing on disk that nothing needs.

The encoder is a fake one, so that a round takes a fraction of a second; so is the transcriber.
Prints what was done, and exits with 1 at the first difference, with what was done since the index
was last found to be right: the folder stays. When a signal arrives depends on the machine: a seed
chooses the acts, not the line at which they die.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

# Before anything starts threads of its own: processes with threads can't be forked.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

from assistant.curation.uploads import drop_forgotten
from assistant.index.generation import open_generation
from assistant.ingest.erasure_requests import requests_in
from assistant.records import SyncReport
from assistant.settings import Settings
from bench.forks import Outcome, apart
from bench.rounds_check import Seen, compare, orphans, traces
from bench.rounds_site import Act, Site, contents, without_models

#: How often what is done by staff, and a `sync`, is killed; how often a `sync` is cancelled.
ACTS_KILLED, SYNCS_KILLED, SYNCS_CANCELLED = 0.3, 0.4, 0.1
#: How often files are read in a process apart, as they always are but here: it is the slow part.
READ_APART = 0.05
#: What the first of a kind is thought to take, in seconds, to choose a moment of it.
FIRST_GUESS = 0.3


class WrongError(Exception):
    """What must hold does not; its arguments say what, in words."""


@dataclass(slots=True)
class Journal:
    """What was done since the index was last found to be right, and how much in all."""

    lines: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    typical: dict[str, float] = field(default_factory=dict)

    def note(self, number: int, words: str, outcome: Outcome | None = None) -> None:
        """Take note of something done in a round, and of how it ended."""
        ending = outcome.ending if outcome else "done"
        kind = words.split()[0]
        self.counts[f"{kind} {ending}"] += 1
        self.lines.append(f"round {number}: {words}: {ending}")
        if outcome and outcome.ending == "refused":
            self.lines[-1] += f" {outcome.value}"
        if outcome and outcome.ending == "done":
            before = self.typical.get(kind, outcome.seconds)
            self.typical[kind] = 0.7 * before + 0.3 * outcome.seconds

    def moment(self, kind: str, chance: random.Random) -> float:
        """Return a moment at which something of a kind is under way, most likely."""
        return chance.uniform(0.0, 1.1 * self.typical.get(kind, FIRST_GUESS))


class Rounds:
    """The rounds on one site."""

    def __init__(self, folder: Path, seed: int, *, documents: int = 30) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.site = Site(folder, self.chance, documents=documents)
        self.journal = Journal()
        self.anew: dict[str, Seen] = {}
        self._sync(0, safely=True)

    @property
    def settings(self) -> Settings:
        """The site's settings."""
        return self.site.settings

    def round(self, number: int) -> None:
        """Do some things and a `sync`, any of which may die. Raises WrongError."""
        for _ in range(self.chance.randint(1, 3)):
            before = contents(self.settings.corpus)
            pending = self._pending()
            act = self.site.any_act()
            outcome = self._do(number, act)
            self._check_nothing_lost(before, act.gone | pending, act.words)
            if act.forgotten and outcome and outcome.ending == "done":
                self._check_forgotten(act, outcome.value)
        before = contents(self.settings.corpus)
        pending = self._pending()
        self._sync(number)
        self._check_nothing_lost(before, pending, "sync")
        outcome = apart(self._open)
        if outcome.ending != "done":
            raise WrongError(f"the index can't be opened: {outcome.value}")

    def settle(self, number: int) -> Seen:
        """Let a day pass and a `sync` end; compare with an index made anew. Raises WrongError."""
        self.site.let_a_day_pass()
        drop_forgotten(self.settings.corpus)
        self._sync(number, safely=True)
        outcome = apart(self._compared(random.Random(number)))
        if outcome.ending != "done":
            raise WrongError(f"the comparison {outcome.ending}: {outcome.value}")
        seen, wrong = outcome.value
        if wrong:
            raise WrongError(*wrong)
        self.journal.lines.clear()
        found: Seen = seen
        return found

    def _do(self, number: int, act: Act) -> Outcome | None:
        if act.work is None:
            self.journal.note(number, act.words)
            return None
        kind = act.words.split()[0]
        after = (
            self.journal.moment(kind, self.chance) if self.chance.random() < ACTS_KILLED else None
        )
        outcome = apart(act.work, after=after)
        self.journal.note(number, act.words, outcome)
        if outcome.ending == "broke":
            raise WrongError(f"{act.words} broke: {outcome.value}")
        return outcome

    def _sync(self, number: int, *, safely: bool = False) -> None:
        """Index, or try to; `safely`: to the end."""
        drawn = 1.0 if safely else self.chance.random()
        as_command = drawn < SYNCS_CANCELLED or self.chance.random() < 0.3
        reads_apart = self.chance.random() < READ_APART
        kind = "sync-apart" if reads_apart else "sync"
        after = None
        if drawn < SYNCS_CANCELLED + SYNCS_KILLED:
            after = self.journal.moment(kind, self.chance)
        sent = signal.SIGTERM if drawn < SYNCS_CANCELLED else signal.SIGKILL
        work = self.site.syncing(apart=reads_apart, as_command=as_command)
        outcome = apart(work, after=after, number=sent)
        self.journal.note(number, kind, outcome)
        if outcome.ending == "broke" or (safely and outcome.ending != "done"):
            raise WrongError(f"a sync {outcome.ending}: {outcome.value}")
        if safely:
            report: SyncReport = outcome.value
            if report.failed:
                raise WrongError("files that can't be read", *map(str, report.problems))

    def _open(self) -> int:
        index = open_generation(self.settings.index)
        number = len(index.documents())
        index.close()
        return number

    def _pending(self) -> frozenset[str]:
        """Return the contents of which an erasure was begun."""
        return frozenset(
            digest for one in requests_in(self.settings.index) for digest in one.digests
        )

    def _check_nothing_lost(self, before: Counter[str], may_go: frozenset[str], words: str) -> None:
        lost = before.keys() - contents(self.settings.corpus).keys() - may_go
        if lost:
            raise WrongError(f"{words}: lost {sorted(lost)}")

    def _check_forgotten(self, act: Act, copies: Sequence[str]) -> None:
        """Look whether what was erased answers no more, and is nowhere on disk but in copies."""

        def work() -> bool:
            index = open_generation(self.settings.index)
            try:
                return act.forgotten in index.documents()
            finally:
                index.close()

        if apart(work).value or (self.settings.corpus / act.forgotten).exists():
            raise WrongError(f"{act.forgotten} was erased and is there")
        if not copies and not act.gone & contents(self.settings.corpus).keys():
            found = [*traces(self.settings, self.site.words_in(act.gone))]
            self.journal.counts["erased without a trace"] += not found
            if found:
                raise WrongError(f"{act.forgotten} was erased:", *found)

    def _compared(self, chance: random.Random) -> Callable[[], tuple[Seen, list[str]]]:
        def work() -> tuple[Seen, list[str]]:
            folder = self.folder / "anew"
            shutil.rmtree(folder, ignore_errors=True)
            anew = self.site.copy(folder)
            without_models(apart=False)
            Site.syncing(_Only(anew), apart=False)()  # type: ignore[arg-type]
            seen, differences = compare(self.settings, anew, chance)
            shutil.rmtree(folder)
            return seen, [*differences, *orphans(self.settings)]

        return work


@dataclass(frozen=True, slots=True)
class _Only:
    settings: Settings


def run(folder: Path, rounds: int, seed: int, every: int, *, documents: int = 30) -> int:
    """Do the rounds; return 0 when all of it held, 1 at the first that did not."""
    started = perf_counter()
    played = Rounds(folder, seed, documents=documents)
    number = 0
    try:
        for number in range(1, rounds + 1):
            played.round(number)
            if number % every == 0 or number == rounds:
                seen = played.settle(number)
                print(
                    f"round {number}, {perf_counter() - started:.0f} s: equal to one made anew:"
                    f" {seen.documents} documents, {seen.passages} passages, {seen.statuses}",
                    flush=True,
                )
    except WrongError as e:
        print(f"seed {seed}, round {number}: WRONG, in {folder}")
        print(*e.args, sep="\n")
        print("done since the index was last right:", *played.journal.lines, sep="\n  ")
        return 1
    for words, times in sorted(played.journal.counts.items()):
        print(f"  {words}: {times}")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the rounds asked for; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20251123)
    parser.add_argument("--every", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="an empty folder, in memory to be fast")
    options = parser.parse_args(arguments)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="rounds-"))
    folder.mkdir(parents=True, exist_ok=True)
    status = run(folder, options.rounds, options.seed, options.every)
    if status == 0 and not options.folder:
        shutil.rmtree(folder)
    return status


if __name__ == "__main__":
    sys.exit(main())
