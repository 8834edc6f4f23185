"""Readers: a file of any known format becomes a `Document` of blocks with exact places.

In: a path. Out: parts (`read_parts`), or a whole `Document` (`read`). Nothing here is protected
against a hostile file: `ingest.reading_pool.ReadingPool` runs `read_parts` in a child process under
limits.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from assistant.errors import ReadError
from assistant.readers.file_states import defect_problem
from assistant.readers.limits import bounded
from assistant.readers.numbered_headings import with_numbered_headings
from assistant.readers.parts import (
    IMAGE_SUFFIXES,
    RECORDING_SUFFIXES,
    Defect,
    Fact,
    Options,
    Part,
    Reader,
    Source,
)
from assistant.readers.sniffing import check_archive, sniff
from assistant.readers.titles import LANGUAGE_IN_NAME, humanise, language_in
from assistant.records.documents import Block, Document
from assistant.records.messages import Problem
from assistant.system import files

__all__ = ["READERS", "assemble", "read", "read_parts", "sha256_of"]


@dataclass(frozen=True, slots=True)
class _From:
    """A reader whose module is imported when it first reads.

    Asking a question must not load the libraries of every format (0.5 s, 40 MB).
    """

    module: str
    function: str

    def __call__(self, path: Source, options: Options) -> Iterator[Part]:
        reader: Reader = getattr(self.load(), self.function)
        return reader(path, options)

    def load(self) -> ModuleType:
        """Import the reader's module, with the libraries of its format."""
        return import_module(f"assistant.readers.{self.module}")


#: The reader of each suffix. A new format is a line here and a function that yields parts.
READERS: dict[str, Reader] = {
    ".pdf": _From("pdf.reader", "read_pdf"),
    ".pptx": _From("formats.slides", "read_pptx"),
    ".pptm": _From("formats.slides", "read_pptx"),
    ".ppsx": _From("formats.slides", "read_pptx"),
    ".potx": _From("formats.slides", "read_pptx"),
    ".odp": _From("formats.opendocument.slides", "read_odp"),
    ".docx": _From("formats.documents", "read_docx"),
    ".docm": _From("formats.documents", "read_docx"),
    ".odt": _From("formats.documents", "read_odt"),
    ".rtf": _From("formats.rtf.reader", "read_rtf"),
    ".xlsx": _From("formats.excel", "read_xlsx"),
    ".xlsm": _From("formats.excel", "read_xlsx"),
    ".ods": _From("formats.opendocument.sheets", "read_ods"),
    ".csv": _From("formats.spreadsheets", "read_csv"),
    ".tsv": _From("formats.whisper_files", "read_tsv"),
    ".json": _From("speech.json_transcripts", "read_json"),
    ".ics": _From("calendars", "read_ics"),
    ".epub": _From("formats.epub", "read_epub"),
    ".eml": _From("formats.mail", "read_mail"),
    ".html": _From("formats.marked.markup", "read_html"),
    ".htm": _From("formats.marked.markup", "read_html"),
    ".md": _From("formats.marked.markdown", "read_markdown"),
    ".txt": _From("formats.plaintext", "read_text"),
    ".srt": _From("speech.captions", "read_captions"),
    ".vtt": _From("speech.captions", "read_captions"),
    ".sbv": _From("speech.captions", "read_captions"),
    ".ass": _From("speech.captions.subtitle_scripts", "read_ass"),
    ".ssa": _From("speech.captions.subtitle_scripts", "read_ass"),
    ".lrc": _From("speech.captions.subtitle_scripts", "read_lrc"),
    **dict.fromkeys(
        (".ttml", ".dfxp", ".xml"), _From("speech.captions.caption_xml", "read_caption_xml")
    ),
    ".trs": _From("speech.annotation_xml", "read_trs"),
    ".eaf": _From("speech.annotation_xml", "read_eaf"),
    ".otr": _From("speech.otranscribe", "read_otr"),
    **dict.fromkeys((".doc", ".ppt", ".xls"), _From("formats.legacy_office", "read_old")),
    **dict.fromkeys(IMAGE_SUFFIXES, _From("pdf.ocr", "read_image")),
    **dict.fromkeys(RECORDING_SUFFIXES, _From("speech.recordings", "read_recording")),
}

#: What reads a format, for staff to name when a text looks wrong; a reader may say better.
_ENGINES = {
    ".pdf": "pypdf",
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".potx"), "python-pptx"),
    **dict.fromkeys((".docx", ".docm"), "python-docx"),
    **dict.fromkeys((".odp", ".odt", ".ods", ".html", ".htm"), "lxml"),
    **dict.fromkeys((".xlsx", ".xlsm"), "openpyxl"),
}


def load_readers() -> None:
    """Import what reads any format, before the first file: a process that is forked has it all."""
    for reader in READERS.values():
        if isinstance(reader, _From):
            reader.load()


def read_parts(path: Source, options: Options | None = None) -> Iterator[Part]:
    """Yield the parts of a file, read as what its content shows it to be.

    A suffix that belies the content is a defect, not an error. Raises ReadError.
    """
    options = options or Options()
    suffix = path.suffix.lower()
    try:
        found = sniff(path, suffix)
        if found != suffix:
            yield Defect("content_differs", {"suffix": suffix, "found": found})
        if found not in READERS:
            raise ReadError("file_format_unknown", suffix=found)
        check_archive(path, found)
        if found in _ENGINES:
            yield Fact("engine", _ENGINES[found])
        yield from bounded(READERS[found](path, options))
    except OSError as e:
        # Not the disk's: libraries' own, or members that a damaged archive puts before its start.
        key = "file_damaged" if e.errno in (None, errno.EINVAL) else "file_unreadable"
        raise ReadError(key, cause=e.strerror or type(e).__name__) from e


def read(
    path: Path,
    document_id: str,
    facts: Mapping[str, str] | None = None,
    *,
    options: Options | None = None,
) -> Document:
    """Read a trusted file in this process. Raises ReadError."""
    return assemble(
        read_parts(path, options), document_id=document_id, sha256=sha256_of(path), facts=facts
    )


def assemble(
    parts: Iterable[Part],
    *,
    document_id: str,
    sha256: str,
    facts: Mapping[str, str] | None = None,
) -> Document:
    """Return the document that the parts make.

    `facts` given win over those found in the file, but for the empty ones.

    A transcript has no title of its own: it takes its session's. A document without any text is
    never fine. Raises ReadError.
    """
    blocks: list[Block] = []
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for part in parts:
        match part:
            case Block():
                blocks.append(part)
            case Fact(name, value):
                found[name] = value
            case Defect(key, values):
                problems.append(defect_problem(document_id, key, values))
    if not any(block.text.strip() for block in blocks):
        raise ReadError("file_without_text")
    title = found.pop("title", "")
    if not title and found.get("kind") in ("transcript", "recording"):
        title = (facts or {}).get("session_title", "")
    stem = Path(document_id).stem
    said_in = language_in(stem) if found.get("kind") == "transcript" else ""
    title = title or humanise(LANGUAGE_IN_NAME.sub("", stem) if said_in else stem)
    language = found.pop("language", "") or said_in or "fr"
    return Document(
        id=document_id,
        sha256=sha256,
        title=title,
        language=language,
        blocks=_headed(blocks, found.get("kind", "")),
        facts={**found, **_stated(facts or {}, found)},
        problems=tuple(problems),
    )


def _headed(blocks: Sequence[Block], kind: str) -> tuple[Block, ...]:
    """Return the blocks with the headings that numbers tell, but of slides, which list more."""
    return with_numbered_headings(blocks) if kind in ("report", "page") else tuple(blocks)


def _stated(facts: Mapping[str, str], found: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if value or name not in found}


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal. Raises ReadError."""
    try:
        return files.sha256_of(path)
    except OSError as e:
        raise ReadError("file_unreadable", cause=e.strerror or type(e).__name__) from e
