"""Transcripts kept as tables: a row that states a time, who speaks and what is said.

In: a row as readers write it, "Début : 00:00:03 | Locuteur : Animatrice | Texte : Bonjour.". Out:
the line that transcribers write for the same, "[00:00:03] Animatrice : Bonjour."; any other row as
it is. Pure.
"""

from __future__ import annotations

import re

#: How the columns are called, in French and in English, in small letters.
_TIMES = frozenset(
    """temps|time|timecode|time code|horodatage|timestamp|début|debut|start|start time|in|de|from
    heure de début|tc|tc in|in point|minutage|timing""".replace("\n    ", "|").split("|")
)
_SPEAKERS = frozenset(
    """locuteur|locutrice|speaker|speaker name|intervenant|intervenante|orateur|oratrice|nom|name
    participant|personne|voix""".replace("\n    ", "|").split("|")
)
_TEXTS = frozenset(
    """texte|text|transcription|transcript|propos|paroles|parole|contenu|content|sous-titre
    subtitle|caption|phrase|sentence|verbatim|dialogue""".replace("\n    ", "|").split("|")
)
#: What a transcript may state besides; where a row says anything else, it stays a row.
_BESIDES = frozenset(
    """fin|end|end time|heure de fin|out|to|tc out|out point|durée|duree|duration|id|n°|no|numéro
    #|index|langue|language|confiance|confidence|segment""".replace("\n    ", "|").split("|")
)
_KNOWN = _TIMES | _SPEAKERS | _TEXTS
_STATED = _KNOWN | _BESIDES
#: In every time: most rows have none.
_IN_CLOCKS = re.compile(r":\d")
_CLOCK = re.compile(r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,:;]\d{1,3})?")


def as_line(row: str) -> str:
    """Return a row that says who says what and when as a line of a transcript; others as is."""
    if " | " not in row or _IN_CLOCKS.search(row) is None:
        return row
    if row.partition(" | ")[0].partition(" : ")[0].lower() not in _STATED:
        return row
    cells = dict(_cells(row))
    time = _CLOCK.fullmatch(_of(cells, _TIMES))
    said = _of(cells, _TEXTS)
    if time is None or not said or not set(cells) <= _STATED:
        return row
    speaker = _of(cells, _SPEAKERS)
    return f"[{_whole(time[0])}] {speaker} : {said}" if speaker else f"[{_whole(time[0])}] {said}"


def _cells(row: str) -> list[tuple[str, str]]:
    """Return the cells of a row by their titles; what is said may hold bars of its own."""
    cells: list[tuple[str, str]] = []
    for cell in row.split(" | "):
        title, colon, text = cell.partition(" : ")
        known = title.lower() in _KNOWN
        if not cells or (colon and (known or (title[:1].isupper() and len(title) <= 20))):
            cells.append((title.lower(), text))
        else:
            cells[-1] = cells[-1][0], f"{cells[-1][1]} | {cell}"
    return cells


def _of(cells: dict[str, str], titles: frozenset[str]) -> str:
    return next((text.strip() for title, text in cells.items() if title in titles), "")


def _whole(clock: str) -> str:
    """Return a time without its frames: of what is shown in hundredths nothing is lost by it."""
    return re.sub(r"[:;](\d{2})$", "", clock) if clock.count(":") > 2 or ";" in clock else clock
