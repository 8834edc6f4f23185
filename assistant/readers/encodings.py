"""The bytes of a text file become text, without guessing between look-alikes.

The byte-order mark first, then UTF-8, then cp1252. Statistical detectors are not used: on
French files they answer cp1250 or Mac encodings (docs/reading.md, Text and captions).
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from assistant.readers.parts import Source
from assistant.text.analysis import without_endless_marks

#: Every control character but the tab and the line feed.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text_file(path: Source) -> str:
    """Return a text file's content in NFC, its line ends as "\\n"."""
    return decode(path.read_bytes())


def decode(data: bytes) -> str:
    """Return bytes as text in NFC, with "\\n" line ends and no control characters."""
    text = _decode(data).replace("\r\n", "\n").replace("\r", "\n")
    text = without_endless_marks(_CONTROLS.sub("", text))
    return unicodedata.normalize("NFC", text).removeprefix("\ufeff")


def _decode(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    # UTF-16 without its mark: every other byte of Latin text is zero.
    sample = data[:400]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(sample) >= 4 and sample[first::2].count(0) > 0.4 * len(sample) / 2:
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
