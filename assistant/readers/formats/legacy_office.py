"""Old Office formats: LibreOffice, where it is installed, writes DOC, PPT and XLS files anew.

In: a file in the old container. Out: the same in a format that has a reader, in a folder of the
caller's; places are those of that file. Decks of any format become PDF files the same way, for
their pictures (`rendering.decks`). LibreOffice runs under limits, with a profile that lives as
long as the conversion, no macro, and no network where the system lets go of it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Event
from time import monotonic

from assistant.errors import ReadError
from assistant.readers.parts import Options, Part, Source

#: What an old container holds, by the name of its main stream, and what it is converted to.
_STREAMS = (("WordDocument", "doc"), ("PowerPoint Document", "ppt"), ("Workbook", "xls"))
_STREAMS_OF_5 = (("Book", "xls"),)
_TARGETS = {"doc": "docx", "ppt": "pptx", "xls": "xlsx"}
_LOOKED_AT_BYTES = 8_000_000
#: docs/reading.md, Office files: 1 to 3 s a file on a free machine.
SECONDS = 120
_MEGABYTES = 4_000
_OUTPUT_MEGABYTES = 500
#: How often it is looked whether a conversion is still wanted.
_LOOK_SECONDS = 0.5
#: LibreOffice leaves hidden slides out: the pages would be numbered otherwise than the slides.
_EVERY_SLIDE = ':impress_pdf_Export:{"ExportHiddenSlides":{"type":"boolean","value":"true"}}'
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""


def read_old(path: Source, options: Options) -> Iterator[Part]:
    """Refuse: the reading process writes no file; `readers.second_pass` has it converted."""
    raise ReadError("file_format_old")


def can_convert() -> bool:
    """Tell whether LibreOffice is installed."""
    return _soffice() is not None


def converted(path: Path, folder: Path, stop: Event | None = None) -> Path:
    """Write a file anew into `folder` and return the new one. Raises ReadError.

    The folder is the caller's, empty, and holds all that the conversion writes. Once `stop` is
    set, LibreOffice is ended.
    """
    old = _kind(path)
    return _converted(path, folder, old, _TARGETS[old], stop=stop)


def deck_as_pdf(path: Path, folder: Path, stop: Event) -> Path:
    """Write a deck as a PDF file of a page a slide, hidden ones too, as `converted` does.

    Raises ReadError.
    """
    return _converted(path, folder, path.suffix[1:].lower(), "pdf", _EVERY_SLIDE, stop)


def _converted(
    path: Path, folder: Path, old: str, target: str, choice: str = "", stop: Event | None = None
) -> Path:
    soffice = _soffice()
    if soffice is None:
        raise ReadError("file_format_old")
    # Its own name might be taken for an option, or tell LibreOffice another format.
    source = folder / f"document.{old}"
    shutil.copyfile(path, source)
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    command = _command(soffice, source, profile, target + choice)
    # One that may be stopped is in no hurry: questions go first.
    calmly = ("nice", "-n", "10") if stop else ()
    _run([*calmly, *_without_network(), *command], folder, stop or Event())
    new = folder / "out" / f"document.{target}"
    if not new.is_file() or new.stat().st_size == 0:
        raise ReadError("file_not_converted")
    return new


def _command(soffice: str, source: Path, profile: Path, target: str) -> list[str]:
    return [
        soffice,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--nofirststartwizard",
        "--convert-to",
        target,
        "--outdir",
        str(source.parent / "out"),
        str(source),
    ]


def _run(command: list[str], folder: Path, stop: Event) -> None:
    """Run a command to its end under limits, and end all that it started. Raises ReadError."""
    # The limits are the shell's: between fork and exec, Python may run nothing in a process that
    # has threads.
    limits = f"ulimit -v {_MEGABYTES * 1000} -f {_OUTPUT_MEGABYTES * 2000} -t {SECONDS} -c 0"
    limits = "; ".join(f"ulimit -{limit}" for limit in limits.removeprefix("ulimit -").split(" -"))
    environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    process = subprocess.Popen(
        ["/bin/sh", "-c", f'{limits}; exec "$@"', "sh", *command],
        cwd=folder,
        env={**environment, "HOME": str(folder), "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until = monotonic() + SECONDS
        while process.poll() is None:
            if monotonic() > until or stop.is_set():
                raise ReadError("file_time", seconds=SECONDS)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
    finally:
        with suppress(ProcessLookupError):  # all have ended
            os.killpg(process.pid, signal.SIGKILL)  # LibreOffice starts others
        process.wait()


def _kind(path: Path) -> str:
    """Return "doc", "ppt" or "xls", from the names of the streams. Raises ReadError."""
    with path.open("rb") as file:
        data = file.read(_LOOKED_AT_BYTES)
        file.seek(max(0, path.stat().st_size - _LOOKED_AT_BYTES))
        data += file.read(_LOOKED_AT_BYTES)  # some programs write the directory last
    for stream, kind in (*_STREAMS, *_STREAMS_OF_5):
        if (stream + "\0").encode("utf-16-le") in data:
            return kind
    raise ReadError("file_format_old")  # or something else yet, in the same container


@cache
def _soffice() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


@cache
def _without_network() -> tuple[str, ...]:
    """Return the command that takes the network away from another; empty where not permitted."""
    for options in (("--net",), ("--net", "--map-root-user")):
        command = ("unshare", *options)
        try:
            tried = subprocess.run([*command, "true"], capture_output=True, check=False, timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            return ()
        if tried.returncode == 0:
            return command
    return ()
