"""Opening what is uploaded: each file kept aside → why it can't be read, told before it is kept.

In: a deposit (`curation.uploads.Staging`). Out: an `Opened` beside each of its files. A file is
read in a process apart, as `sync` does, for some seconds at most, and a deposit for a few more.
What takes longer is read when it is indexed: recordings, pictures and scanned pages, old formats.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic

from assistant.curation.upload_checks import Opened, Reason, Staged
from assistant.curation.uploads import Staging
from assistant.errors import ReadError
from assistant.readers import assemble
from assistant.readers.engines import ocr_engine
from assistant.readers.formats.legacy_office import can_convert
from assistant.readers.parts import IMAGE_SUFFIXES, RECORDING_SUFFIXES
from assistant.readers.sandbox.parent import ReadingProcess
from assistant.settings.options import ReadingOptions

#: How long one file is read, and all of a deposit: somebody waits for the page.
FILE_SECONDS, DEPOSIT_SECONDS = 5, 10.0
LATER = Opened(is_later=True)


def open_all(
    staging: Staging, options: ReadingOptions, now: Callable[[], float] = monotonic
) -> None:
    """Read each file of a deposit that may be a document, and keep beside it what is wrong."""
    seconds = min(options.reading_seconds, FILE_SECONDS)
    process = ReadingProcess(replace(options, reading_seconds=seconds))
    end = now() + DEPOSIT_SECONDS
    try:
        for staged in staging.files():
            if staging.fault(staged) is None:
                opened = LATER if now() > end else _opened(process, staging.path(staged), staged)
                staging.keep_opened(staged, opened)
    finally:
        process.close()


def _opened(process: ReadingProcess, path: Path, staged: Staged) -> Opened:
    suffix = os.path.splitext(staged.name)[1].lower()
    if suffix in RECORDING_SUFFIXES or suffix in IMAGE_SUFFIXES:
        return LATER
    try:
        with _named(path, suffix) as named:
            reading = process.read(named)
        if reading.ending == "time":
            return LATER
        document = assemble(reading.parts, document_id=staged.name, sha256=staged.sha256)
    except ReadError as e:
        is_second = e.key == "file_format_old" and can_convert()
        is_second |= e.key == "file_scanned" and bool(ocr_engine())
        return LATER if is_second else Opened(Reason(f"errors.{e.key}", e.values))
    except OSError:
        return LATER  # a disk without hard links, or gone meanwhile
    later = "reading.pages_without_text" if ocr_engine() else ""
    found = (one for one in document.problems if one.state != "ok" and one.key != later)
    return Opened(remarks=tuple(Reason(one.key, one.values) for one in found))


@contextmanager
def _named(path: Path, suffix: str) -> Iterator[Path]:
    """Give a file aside a name that ends as its format's do, by which readers know it."""
    folder = path.with_name("ouvert")
    folder.mkdir(mode=0o700, exist_ok=True)
    named = folder / f"{path.name}{suffix}"
    os.link(path, named)
    try:
        yield named
    finally:
        with suppress(OSError):
            named.unlink()
            folder.rmdir()
