"""What a reader yields, part by part, and what it is asked.

A reader takes a file and yields `Part`s: blocks with their places, facts about the document
(`kind`, `title`, `language`, `author`) and defects (what could not be read). Parts cross from
the reading child to the indexer one by one, so that a file stopped midway keeps what was read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from assistant.records.documents import Block
from assistant.records.messages import Message

#: A page, a slide or a paragraph holds no more than this; beyond, a file is not a text.
MAX_BLOCK_CHARACTERS = 200_000
#: The formats of recordings, heard by another program; where several stand side by side, the first
#: is played.
RECORDING_SUFFIXES = (
    ".mp4", ".m4v", ".webm", ".mov", ".mkv", ".m4a", ".mp3", ".aac", ".ogg", ".opus", ".flac",
    ".wav", ".avi", ".wma",
)  # fmt: skip
#: Those that no browser plays.
UNPLAYED_SUFFIXES = frozenset({".avi", ".wma"})
#: Those of what is said: they stand for the recording of the same name.
TRANSCRIPT_SUFFIXES = frozenset({
    ".vtt", ".srt", ".sbv", ".ass", ".ssa", ".lrc", ".ttml", ".dfxp", ".xml", ".trs", ".eaf",
    ".otr", ".json", ".txt",
})  # fmt: skip
#: Those of pictures of pages, whose text another program recognises.
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".heic", ".heif")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known of the document besides its text; a later fact of a name wins."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Defect:
    """What could not be read; `key` names the message in the catalogue, section "reading"."""

    key: str
    values: Mapping[str, str | Message]


def left_unread(
    *,
    hidden: bool = False,
    struck: bool = False,
    objects: Collection[str] = (),
    remarks: int = 0,
) -> Iterator[Defect]:
    """Yield what is told of what a file holds beside its text.

    That is hidden words, words struck out, objects of other programs, and remarks.
    """
    if hidden:
        yield Defect("text_hidden", {})
    if struck:
        yield Defect("text_struck", {})
    if objects:
        yield Defect("embedded_unread", {"names": ", ".join(objects)})
    if remarks:
        yield Defect("remarks_unread", {"number": str(remarks)})


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader may be asked. `second_reader`: PDF pages are also read by PDFium.

    `page_seconds`: how long each page may take, and PDFium then has a process of its own; 0: the
    file is trusted, there is no such limit, and all is read in this process.

    `transcriber` is the folder of the model that writes down recordings, in `language` (empty: it
    detects it) with so many `threads`; without one, only their length is found. `voices` is the
    folder of the encoder of voices: then a recording's turns are found, and no word. `scanned`:
    read only these pages, as pictures of text.
    """

    hidden_slides: bool = False
    speaker_notes: bool = True
    second_reader: bool = True
    page_seconds: float = 0.0
    transcriber: str = ""
    language: str = "fr"
    threads: int = 2
    voices: str = ""
    scanned: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file found inside another. It lies in memory: the reading process may write none.

    It can be opened and read as a `Path` can.
    """

    name: str
    data: bytes

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix

    def open(self, mode: str = "rb") -> BytesIO:
        """Return the content to read; there is no other mode."""
        return BytesIO(self.data)

    def read_bytes(self) -> bytes:
        return self.data


#: What a reader reads.
Source = Path | Attachment
Part = Block | Fact | Defect
Reader = Callable[[Source, Options], Iterator[Part]]
