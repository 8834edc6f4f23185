"""Which sentence of a passage is a title, and which line the row of a table. Pure."""

from __future__ import annotations

from assistant.records.documents import CONTEXT_SEPARATOR, Passage
from assistant.text.analysis import split_sentences

#: Between the cells of a table's row (`readers.formats.table_text`).
CELLS = " | "


def is_title(passage: Passage, sentence: str) -> bool:
    """Tell whether a sentence is a title: it says what the passage is about, and tells nothing."""
    if CELLS in sentence:
        return False  # the first row of a table looks like one
    if sentence == passage.title_line:
        return True
    above = passage.context.split(CONTEXT_SEPARATOR)
    if sentence in above:
        return True
    # "Qui paie ? La ville" is two sentences, and one heading.
    return any(
        sentence == one[start:end]
        for one in above
        if sentence in one
        for start, end in split_sentences(one)
    )
