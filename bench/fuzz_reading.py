"""Fuzzing of the readers: made-up texts and mutated files, each read under limits.

python -m bench.fuzz_reading [--cases 20000] [--seed 3] [--case N]

Four cases in five are texts that hypothesis makes (`fuzz_texts`), read by the parser of their
format alone, which may raise nothing but ReadError. The others are files of the
demonstration and of the tests, mutated: their bytes, the elements of their XML, the drawing of
their pages. They go through the `ReadingPool`, as files to index do; `--case` reads one of them
again. The recognition of pictures, which has other limits, is left out.

A finding is a process that dies and no state that says so, an exception that escapes, a reading
beyond its limit, text that can't be cut into passages, stored or searched, or memory that grows.
Prints the seed, the findings and what became of the files; exits with the number of findings.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import logging
import random
import resource
import signal
import sqlite3
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from itertools import repeat
from pathlib import Path
from time import perf_counter

from hypothesis import HealthCheck, given, seed, settings

from assistant.corpus.walk import FileOnDisk
from assistant.errors import ReadError
from assistant.i18n.problems import problem_in_words, remedy_in_words
from assistant.index.catalog.rows import from_row, to_row
from assistant.ingest.chunking import chunk
from assistant.ingest.reading_pool import FileToRead, ReadingPool
from assistant.readers import assemble, read_parts, second_pass
from assistant.readers.file_states import state_of
from assistant.readers.parts import Attachment, Options
from assistant.readers.pdf.pdfium import PR_SET_PDEATHSIG
from assistant.readers.sandbox.child import SECONDS_PER_PAGE
from assistant.readers.sandbox.part_lines import from_json, to_json
from assistant.readers.timeouts import TooSlow, at_most
from assistant.records import Document
from assistant.settings import Settings
from assistant.text.analysis import terms
from bench.fuzz_files import mutated_file, originals
from bench.fuzz_texts import TEXTS

TEXT_SHARE = 0.8
#: Texts in one run of hypothesis: it keeps those that it made.
BATCH = 100
#: What a text of 40,000 characters may take here; and a file in the pool, beyond its limit.
TEXT_SECONDS, MARGIN_SECONDS = 10, 10
#: For a few documents at once, each of 4 million characters at most.
PARENT_BYTES = 500_000_000
TEXT_BYTES = 4_000_000_000
SETTINGS = Settings(reading_workers=2, reading_seconds=10)
SHOWN_BYTES = 2_000


class FindingError(Exception):
    """What is wrong with a case."""


def check_usable(document: Document) -> None:
    """Do to a document what indexing does. Raises FindingError."""
    db = sqlite3.connect(":memory:")
    try:
        facts = json.dumps(dict(document.facts), ensure_ascii=False)
        told = [
            text
            for one in document.problems
            for text in (problem_in_words(one), remedy_in_words(one), one.pages)
        ]
        for text in (document.title, document.language, facts, *told):
            db.execute("SELECT ?", (text,))
        passages = chunk(document, _counts, max_tokens=224)
        for passage in passages:
            row = to_row(passage)
            stored = db.execute(f"SELECT {', '.join('?' * len(row))}", row).fetchone()
            if from_row(stored) != passage:
                raise FindingError("stored otherwise than read")
            if passage.place.first > passage.place.last:
                raise FindingError("a place that ends before it begins")
            terms(passage.text)
    except (ValueError, TypeError, KeyError, IndexError, sqlite3.Error) as e:
        raise FindingError(f"after reading: {_where(e)}") from e
    finally:
        db.close()
    kept, given = ("".join("".join(one.text for one in some).split()) for some in
                   (passages, document.blocks))  # fmt: skip
    if kept != given:
        raise FindingError("text lost between blocks and passages")


def _counts(texts: Sequence[str]) -> list[int]:
    return [len(text) // 4 + 1 for text in texts]


def _where(error: BaseException) -> str:
    """Return the name of an exception, and the place that raised it."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__} at {place}"


# --- Texts, by their parser alone -----------------------------------------------------------------


def read_text(suffix: str, data: bytes) -> None:
    """Read a text as the reading process does. Raises FindingError."""
    try:
        with at_most(TEXT_SECONDS):
            parts = read_parts(Attachment(f"a{suffix}", data), Options(second_reader=False))
            carried = [from_json(json.loads(json.dumps(to_json(part)))) for part in parts]
            document = assemble(carried, document_id=f"e/s/a{suffix}", sha256="")
            check_usable(document)
    except ReadError as e:
        state_of(e.key), str(e), e.remedy
    except TooSlow as e:
        raise FindingError(f"more than {TEXT_SECONDS} s") from e
    except FindingError:
        raise
    except Exception as e:
        raise FindingError(_where(e)) from e


def fuzz_texts(suffix: str, cases: int, number: int) -> list[str]:
    """Read so many texts of one format; return each finding with the least text that gives it."""
    known: dict[str, bytes] = {}
    done = 0
    while done < cases:
        some = min(BATCH, cases - done)
        run, least = _texts_until_a_finding(suffix, some, f"{number}/{done}", known)
        done += run
        known |= least
    return [f"{wrong}: {data[:SHOWN_BYTES]!r}" for wrong, data in known.items()]


def _start_worker() -> None:
    """Bound the memory of this process, and end it with the one that started it."""
    resource.setrlimit(resource.RLIMIT_AS, (TEXT_BYTES, TEXT_BYTES))
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _texts_until_a_finding(
    suffix: str, cases: int, number: str, known: Collection[str]
) -> tuple[int, dict[str, bytes]]:
    """Return how many texts were read, and what was found in them that is not known."""
    least: dict[str, bytes] = {}
    done = 0

    @seed(number)
    @settings(
        max_examples=cases, deadline=None, database=None, derandomize=False, print_blob=False,
        report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(TEXTS[suffix])
    def read_one(data: bytes) -> None:
        nonlocal done
        done += 1
        try:
            read_text(suffix, data)
        except FindingError as e:
            if str(e) not in known:
                least[str(e)] = min(data, least.get(str(e), data), key=len)
                raise

    with suppress(FindingError):
        read_one()
    return done, least


# --- Files, in the reading processes -----------------------------------------------------------


class TimedPool(ReadingPool):
    """A pool that knows how long each file took, and which processes have read."""

    def __init__(self) -> None:
        super().__init__(SETTINGS.reading_options())
        self.seconds: dict[str, float] = {}
        self.pids: set[int] = set()

    def _read(self, wanted: FileToRead) -> Document:
        started = perf_counter()
        try:
            return super()._read(wanted)
        finally:
            self.seconds[wanted.file.id] = perf_counter() - started
            self.pids |= {one._process.pid for one in self._processes if one._process}


def fuzz_files(numbers: Sequence[int], number: int, states: Counter[str]) -> Iterator[str]:
    """Read these mutated files; yield each finding with the number of its case."""
    files = originals()
    before = _memory()
    with tempfile.TemporaryDirectory() as folder, TimedPool() as pool:

        def wanted() -> Iterator[FileToRead]:
            for case in numbers:
                suffix, data = mutated_file(files, random.Random(f"{number}/{case}"))
                path = Path(folder) / f"{case}{suffix}"
                path.write_bytes(data)
                yield FileToRead(FileOnDisk(path.name, path, len(data), 0))

        try:
            for one, outcome in pool.read_all(wanted()):
                states[_state(outcome)] += 1
                for wrong in _wrong(outcome, pool, one.file.id):
                    yield f"case {one.file.id}: {wrong}"
                if _memory() > before + PARENT_BYTES:
                    yield f"case {one.file.id}: {_memory() / 1e6:.0f} MB here"
                    before = _memory()
                one.file.path.unlink()
        except Exception as e:
            yield f"the pool stopped: {_where(e)}"
            return
        alive = Path(folder) / "a.txt"
        alive.write_text("Du texte.")
        if pool.read(FileOnDisk("a.txt", alive, 9, 0)).blocks[0].text != "Du texte.":
            yield "the pool does not read any more"


def _wrong(outcome: Document | ReadError, pool: TimedPool, name: str) -> Iterator[str]:
    """Yield what is wrong with what came of a file."""
    pages = int(outcome.facts.get("pages", 0)) if isinstance(outcome, Document) else 0
    limit = SETTINGS.reading_seconds + SECONDS_PER_PAGE * pages + MARGIN_SECONDS
    if pool.seconds[name] > limit:
        yield f"{pool.seconds[name]:.0f} s, {_state(outcome)}"
    if len(pool.pids) > SETTINGS.reading_workers:
        pool.pids.clear()
        yield f"a reading process died, {_state(outcome)}"
    if isinstance(outcome, Document):
        try:
            check_usable(outcome)
        except FindingError as e:
            yield str(e)


def _state(outcome: Document | ReadError) -> str:
    """Return what staff will see of a file; "partial" and the like when it was read in part."""
    if isinstance(outcome, ReadError):
        return f"{state_of(outcome.key)} ({outcome.key})"
    return " + ".join(sorted({one.state for one in outcome.problems} - {"ok"})) or "ok"


def _memory() -> int:
    """Return how many bytes of memory this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def show(case: int, number: int) -> None:
    """Read one mutated file again, and print where it is kept and what becomes of it."""
    suffix, data = mutated_file(originals(), random.Random(f"{number}/{case}"))
    path = Path(tempfile.mkdtemp()) / f"{case}{suffix}"
    path.write_bytes(data)
    with TimedPool() as pool:
        for one, outcome in pool.read_all([FileToRead(FileOnDisk(path.name, path, len(data), 0))]):
            print(path, f"{pool.seconds[one.file.id]:.1f} s", _state(outcome))
            print(outcome, *_wrong(outcome, pool, one.file.id), sep="\n")


def main() -> int:
    """Run the cases and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--case", type=int, help="read this mutated file again, and keep it")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    second_pass.ocr_engine = lambda: None  # type: ignore[assignment, attr-defined]
    if options.case is not None:
        show(options.case, options.seed)
        return 0
    texts = round(TEXT_SHARE * options.cases / len(TEXTS))
    files = options.cases - texts * len(TEXTS)
    print(f"seed {options.seed}: {files} files, {texts} texts of each of {len(TEXTS)} formats")
    started = perf_counter()
    states: Counter[str] = Counter()
    number = _told("files", fuzz_files(range(files), options.seed, states))
    print(*(f"{many:6} {state}" for state, many in states.most_common()), sep="\n")
    with ProcessPoolExecutor(SETTINGS.reading_workers, initializer=_start_worker) as workers:
        found = workers.map(fuzz_texts, TEXTS, repeat(texts), repeat(options.seed))
        number += sum(map(_told, TEXTS, found))
    print(f"{number} findings in {perf_counter() - started:.0f} s")
    return min(number, 100)


def _told(what: str, findings: Iterable[str]) -> int:
    """Print findings as they come; return their number."""
    number = 0
    for finding in findings:
        number += 1
        print(f"finding, {what}: {finding}", flush=True)
    print(f"{what}: {number} findings", flush=True)
    return number


if __name__ == "__main__":
    sys.exit(main())
