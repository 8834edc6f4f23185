"""What the browser is told a corpus file is: suffix → media type, and whether it may open it.

Only what can't act in a page, and reads well there, is opened in place; the rest is downloaded.
What is written with marks (Markdown, captions, HTML) is read on our own page, never as its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from assistant.readers.parts import TRANSCRIPT_SUFFIXES

Treatment = Literal["open", "text", "download"]


@dataclass(frozen=True, slots=True)
class Media:
    """How a file is served: its media type, and what the browser does with it."""

    type: str
    treatment: Treatment

    @property
    def is_recording(self) -> bool:
        return self.type.startswith(("audio/", "video/"))


OPENED = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".aac": "audio/aac",
    ".wav": "audio/wav",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    # Browsers that don't know QuickTime's own name play what is in it.
    ".mov": "video/mp4",
    ".webm": "video/webm",
    ".ogv": "video/ogg",
    ".mkv": "video/x-matroska",
}

SHOWN_AS_TEXT = frozenset({".txt", ".log"})
#: Sent as plain text all the same: none of these may act in a page, HTML and SVG above all.
WRITTEN_WITH_MARKS = TRANSCRIPT_SUFFIXES.union(
    ".md .markdown .rst .jsonl .csv .tsv .html .htm .xhtml .svg .mhtml".split()
)

#: What `mimetypes` would guess depends on the machine; these are the registered names.
DOWNLOADED = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".epub": "application/epub+zip",
    ".ics": "text/calendar",
    ".avi": "video/x-msvideo",
    ".wma": "audio/x-ms-wma",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def media_of(name: str) -> Media:
    """Return how the file called `name` is served; the unknown is downloaded."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in OPENED:
        return Media(OPENED[suffix], "open")
    if suffix in SHOWN_AS_TEXT:
        return Media("text/plain", "text")
    if suffix in WRITTEN_WITH_MARKS:
        return Media("text/plain", "download")
    return Media(DOWNLOADED.get(suffix, "application/octet-stream"), "download")
