"""Fuzzing of the readers: made-up texts and mutated files, each read under limits.

python -m bench.fuzz_reading [--cases 20000] [--seed 3] [--case N]

Half of the cases are texts put together from what the text parsers look for; the others are
files of the demonstration, and small ones of each other format, with bytes changed, cut, doubled
or moved (inside the members of archives too). Readers run in forks, some cases each; `--case`
runs one again, here. A finding is a reader that dies, takes more than its time or memory, gives
text that can't be stored, or, of a text, raises anything but ReadError; what follows reading
(cutting into passages, terms) must stand what was read. Prints the seed and the findings; exits
with their number.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import os
import random
import resource
import signal
import sys
import tempfile
import warnings
import zipfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from time import perf_counter

from assistant.chunking import chunk
from assistant.errors import ReadError
from assistant.readers import READERS, assemble, read_parts
from assistant.readers.child import from_json, to_json
from assistant.readers.parts import Options
from assistant.readers.timing import TooSlow, at_most
from assistant.text import terms

CORPUS = Path(__file__).parent.parent / "corpus"
BATCH = 50
CASE_SECONDS = 10
CASE_BYTES = 1_500_000_000
TEXT_SUFFIXES = tuple(
    one for one in READERS
    if one in {".txt", ".md", ".srt", ".vtt", ".html", ".csv", ".tsv", ".json", ".eml", ".rtf"}
)  # fmt: skip
TOKENS = (
    "\n", "\n\n", "\r\n", "\r", " ", "\t", "a", "é", "e\u0301", "Nom : ", "Nom\u00a0: ", "# ",
    "- ", "* ", "|", "|---|", "---", "***", "```", "~~~", "> ", "[", "](", ")", "![", "**",
    "_", "`", "\\", "<", ">", "<p>", "</p>", "<div>", "<table><tr><td>", "<v Nom>", "</v>", "<c.a>",
    "&amp;", "&#0;", "&#xD800;", "WEBVTT", "NOTE ", "STYLE", "REGION", "Language: fr", "1",
    "00:00:01,000 --> 00:00:02,500", "00:01.000 --> 00:02.000 align:start", "-->",
    "[00:12:34]", "00:03", "00:00:01\t", "start\tend\ttext", "0\t1000\tmot", ";", '"', "'",
    "{", "[]", '{"segments": [', '{"start": 0.0, "end": 1.5, "text": "mot"}', "]}", ":", "null",
    "-1", "1e999", "NaN", "{\\rtf1 ", "\\par ", "\\u233?", "\\'e9", "\\bin9 ", "}", "From: a@b.fr",
    "Subject: =?utf-8?q?=C3=A9?=", "Content-Type: multipart/mixed; boundary=b", "--b", "--b--",
    "Content-Transfer-Encoding: base64", "\0", "\x1b", "\ufeff", "\u2028", "\u200b", "\u0301",
    "\ud7ff", "\U0001f600", "«\u00a0", "\u00a0»", "…", "...", "M. ", "?! ", "Titre : ", "Date : ",
    "un mot après l'autre ", "Étienne", "titre: Été", "x" * 300, ". " * 50,
)  # fmt: skip


def made_up(chance: random.Random) -> bytes:
    """Return a text of random tokens, in a random encoding, sometimes cut."""
    text = "".join(chance.choice(TOKENS) for _ in range(chance.choice((3, 20, 100, 400))))
    encoding = chance.choice(("utf-8", "utf-8", "utf-8", "utf-16", "utf-16-le", "cp1252"))
    data = text.encode(encoding, errors="replace")
    return data[: chance.randrange(len(data) + 1)] if chance.random() < 0.2 else data


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with a few of them changed, cut, doubled, moved or made extreme."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 10, 100))):
        if not changed:
            break
        at, length = chance.randrange(len(changed)), chance.choice((1, 2, 8, 100, 2000))
        match chance.randrange(7):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                changed[at : at + length] = chance.randbytes(length)
            case 2:
                del changed[at : at + length]
            case 3:
                changed[at:at] = changed[at : at + length] * chance.choice((1, 2, 20))
            case 4:
                other = chance.randrange(len(changed))
                changed[at : at + length] = changed[other : other + length]
            case 5:
                changed[at : at + 4] = chance.choice((b"\xff" * 4, b"\0" * 4, b"9999", b"-1 <"))
            case _:
                if chance.random() < 0.1:
                    del changed[at:]
    return bytes(changed)


def mutated_archive(data: bytes, chance: random.Random) -> bytes:
    """Return a zip archive with some of its members mutated, dropped or exchanged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as made:
        names = source.namelist()
        hit = set(chance.sample(names, min(len(names), chance.choice((1, 2, 5)))))
        for name in names:
            member = source.read(name)
            if name in hit:
                if chance.random() < 0.1:
                    continue
                other = source.read(chance.choice(names)) if chance.random() < 0.1 else member
                member = mutated(other, chance)
            made.writestr(name, member)
    return out.getvalue()


def originals() -> list[tuple[str, bytes]]:
    """Return the files to mutate, with their suffixes: small ones of each format."""
    folders = (CORPUS, Path(__file__).parent.parent / "tests" / "readers" / "samples")
    found = sorted(
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path.suffix.lower() in READERS and path.stat().st_size < 300_000
    )
    return [(path.suffix.lower(), path.read_bytes()) for path in found]


def case(seed: int, number: int, files: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """Return the suffix and the content of a case; the same for the same seed and number."""
    chance = random.Random(f"{seed}/{number}")
    if number % 2:
        return chance.choice(TEXT_SUFFIXES), made_up(chance)
    suffix = chance.choice(sorted({suffix for suffix, _ in files}))
    data = chance.choice([data for one, data in files if one == suffix])
    if data.startswith(b"PK") and chance.random() < 0.7:
        return suffix, mutated_archive(data, chance)
    return suffix, mutated(data, chance)


def finding(suffix: str, data: bytes, path: Path, *, is_text: bool) -> str:
    """Read one case; return what is wrong, or nothing."""
    path = path.with_suffix(suffix)
    path.write_bytes(data)
    started = perf_counter()
    try:
        with at_most(CASE_SECONDS):
            try:
                parts = list(read_parts(path, Options(second_reader=False)))
            except ReadError:
                return ""
            except MemoryError:
                return "MemoryError"
            except Exception as e:  # a damaged file makes libraries raise anything
                where = e.__traceback__
                while where and where.tb_next:
                    where = where.tb_next
                name = where.tb_frame.f_code.co_filename if where else ""
                if is_text:
                    return f"{type(e).__name__} in {Path(name).name}"
                return ""
            carried = [from_json(json.loads(json.dumps(to_json(part)))) for part in parts]
            try:
                document = assemble(carried, document_id="e/s/a", sha256="")
            except ReadError:
                return ""
            for passage in chunk(document, _count, max_tokens=224):
                passage.text.encode()
                terms(passage.text)
            document.title.encode()
            if any(block.place.first > block.place.last for block in document.blocks):
                return "a place that ends before it begins"
    except TooSlow:
        return f"more than {CASE_SECONDS} s"
    except (ValueError, TypeError, KeyError) as e:
        return f"after reading: {type(e).__name__}"
    seconds = perf_counter() - started
    return f"slow: {seconds:.0f} s" if seconds > CASE_SECONDS / 2 else ""


def _count(texts: object) -> list[int]:
    return [len(text.split()) for text in texts]  # type: ignore[attr-defined]


def batch(seed: int, numbers: range, files: list[tuple[str, bytes]], folder: Path) -> list[str]:
    """Run some cases in a fork; return their findings, that of the one that killed it too."""
    told, tell = os.pipe()
    fork = os.fork()
    if fork == 0:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (CASE_BYTES, CASE_BYTES))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            for number in numbers:
                suffix, data = case(seed, number, files)
                wrong = finding(suffix, data, folder / "a", is_text=bool(number % 2))
                os.write(tell, f"{number} {suffix} {wrong}\n".encode())
        except BaseException as e:
            os.write(tell, f"- - {type(e).__name__} escaped\n".encode())
        finally:
            os._exit(0)
    os.close(tell)
    with os.fdopen(told) as lines:
        told_lines = [line.rstrip("\n") for line in lines]
    status = os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1])
    wrong = [line for line in told_lines if line.split(" ", 2)[2]]
    if len(told_lines) < len(numbers):
        at = numbers[len(told_lines)]
        wrong.append(f"{at} {case(seed, at, files)[0]} died: {status}")
        wrong += batch(seed, range(at + 1, numbers.stop), files, folder)
    return wrong


def main() -> int:
    """Run the cases and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--case", type=int, help="run this one again, here")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    files = originals()
    with tempfile.TemporaryDirectory() as folder:
        if options.case is not None:
            suffix, data = case(options.seed, options.case, files)
            (Path(folder) / f"a{suffix}").write_bytes(data)
            print(suffix, len(data), data[:300])
            print(*read_parts(Path(folder) / f"a{suffix}", Options(second_reader=False)), sep="\n")
            return 0
        for suffix in READERS:  # what a fork would otherwise import each time
            path = Path(folder) / f"a{suffix}"
            path.write_bytes(next((data for one, data in files if one == suffix), b"a"))
            with suppress(ReadError):
                list(read_parts(path, Options(second_reader=False)))
        print(f"seed {options.seed}, {options.cases} cases, {len(files)} files to mutate")
        started = perf_counter()
        findings: list[str] = []
        for first in range(0, options.cases, BATCH):
            numbers = range(first, min(first + BATCH, options.cases))
            for line in batch(options.seed, numbers, files, Path(folder)):
                findings.append(line)
                print("finding:", line, flush=True)
    kinds = Counter(" ".join(line.split(" ")[1:]) for line in findings)
    print(f"{len(findings)} findings in {perf_counter() - started:.0f} s: {dict(kinds)}")
    return min(len(findings), 100)


if __name__ == "__main__":
    sys.exit(main())
