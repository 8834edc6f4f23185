"""Whisper's TSV files become sentences with their seconds; any other TSV file is a table.

In: a file of timed segments. Out: one "speech" block per sentence.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.errors import ReadError
from assistant.readers.encodings import read_text_file
from assistant.readers.formats.spreadsheets import read_csv
from assistant.readers.parts import Fact, Options, Part, Source
from assistant.readers.speech.captions import in_order, speech_of
from assistant.readers.speech.cue_text import Cue
from assistant.text.analysis import clean


def read_tsv(path: Source, options: Options) -> Iterator[Part]:
    """Yield the sentences of a Whisper transcript in TSV, or the rows of any other TSV file."""
    lines = read_text_file(path).split("\n")
    if lines[0].strip().lower().split("\t") != ["start", "end", "text"]:
        yield from read_csv(path, options)
        return
    said: list[Cue] = []
    for line in lines[1:]:
        start, _, rest = line.partition("\t")
        end, _, text = rest.partition("\t")
        if start.isdecimal() and end.isdecimal() and text.strip() and len(start + end) < 25:
            first, last = int(start) / 1000, int(end) / 1000
            said.append((first, max(first, last), (" ".join(clean(text).split()),)))
    if not said:
        raise ReadError("captions_without_times")
    yield Fact("kind", "transcript")
    yield from speech_of(in_order(said))
