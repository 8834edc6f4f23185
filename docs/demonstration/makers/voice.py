"""A paragraph cut into cues → its sound, and where each cue stands in it.

A sentence is said whole, for its melody; the places of its cues are then found by warping their
own sounds, said apart, onto it. The voice is SVOX Pico's (`pip install py-nanotts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from py_nanotts import NanoTTS

Sound = NDArray[np.float64]

RATE = 16_000  # Pico's, in hertz
PAUSE_SENTENCE = 450  # milliseconds
#: Energies are those of 20 ms, every 5 ms.
HOP, WINDOW = RATE // 200, RATE // 50
SILENCE = 0.02  # of the loudest, below which nothing is said
LOUDNESS, PEAK = 0.09, 0.89  # root mean square of what is said, and the most it reaches
BANDS = 32
#: Spectra are compared every 10 ms, and a cue may be 2 s from where its length would put it.
FRAME, STRAY = RATE // 100, 200
#: What a frame said longer or shorter costs, in the distance of two spectra; a pause may be longer.
STRETCH = 6.0


@dataclass(frozen=True, slots=True)
class Voice:
    """How Pico's only French voice is made another's.

    `length` lengthens the waves, which makes a throat larger; the time that takes is made up for.
    """

    pitch: float = 1.0
    length: float = 1.0
    speed: float = 0.88


@dataclass(frozen=True, slots=True)
class Said:
    """The sound of a paragraph, and the samples where each of its cues begins and ends."""

    sound: Sound
    spans: tuple[tuple[int, int], ...]


def say(cues: Iterable[str], voice: Voice) -> Said:
    """Say a paragraph, given by its cues."""
    cues = list(cues)
    sounds: list[Sound] = []
    edges: list[tuple[int, int]] = []  # where each piece of a cue stands
    owners: list[int] = []
    clock = 0
    for sentence in _sentences(cues):
        if sounds:
            sounds.append(np.zeros(RATE * PAUSE_SENTENCE // 1000))
            clock += len(sounds[-1])
        pieces = [text for _, text in sentence]
        sound = _trimmed(_spoken(" ".join(pieces), voice))
        for (cue, _), (start, end) in zip(sentence, _places(sound, pieces, voice), strict=True):
            owners.append(cue)
            edges.append((clock + start, clock + end))
        sounds.append(sound)
        clock += len(sound)
    spans = []
    for number in range(len(cues)):
        own = [edge for edge, owner in zip(edges, owners, strict=True) if owner == number]
        spans.append((own[0][0], own[-1][1]))
    return Said(_levelled(np.concatenate(sounds)), tuple(spans))


def _sentences(cues: list[str]) -> list[list[tuple[int, str]]]:
    """Cut cues at the ends of sentences; return each sentence's pieces, and whose they are."""
    sentences: list[list[tuple[int, str]]] = [[]]
    for number, cue in enumerate(cues):
        for piece in re.split(r"(?<=[.?!]) (?!»)|(?<=[.?!] ») ", cue):
            sentences[-1].append((number, piece))
            if re.search(r"[.?!](?: »)?$", piece):
                sentences.append([])
    return [sentence for sentence in sentences if sentence]


def _spoken(text: str, voice: Voice) -> Sound:
    """Return Pico's sound; it says every kind of number, but not the initials of the subject."""
    text = re.sub(r"[«»\[\]]", " ", text)
    text = " ".join(re.sub(r"\bIA\b", "i a", text).split())
    data = _engine().speak(
        text,
        voice="fr-FR",
        speed=voice.speed * voice.length,
        pitch=voice.pitch * voice.length,
        volume=0.6,  # at 1 it clips
    )
    sound = np.frombuffer(data, np.int16) / 32768
    if voice.length == 1:
        return sound
    wanted = round(len(sound) * voice.length)
    return np.fft.irfft(np.fft.rfft(sound), wanted) * (wanted / len(sound))


@cache
def _engine() -> NanoTTS:
    return NanoTTS()


def _energy(sound: Sound) -> Sound:
    """Return the root mean square of each window."""
    power = np.convolve(sound**2, np.ones(WINDOW) / WINDOW, mode="same")
    return np.sqrt(power[::HOP])


def _trimmed(sound: Sound) -> Sound:
    """Cut the silence off both ends."""
    energy = _energy(sound)
    heard = np.flatnonzero(energy > SILENCE * energy.max()) * HOP
    return sound[max(heard[0] - HOP, 0) : heard[-1] + 2 * HOP]


def _levelled(sound: Sound) -> Sound:
    """Bring what is said to the same loudness for every voice, short of clipping."""
    energy = _energy(sound)
    heard = energy[energy > SILENCE * energy.max()]
    gain = LOUDNESS / np.sqrt(np.mean(heard**2))
    return sound * min(gain, PEAK / np.abs(sound).max())


def _places(sound: Sound, pieces: list[str], voice: Voice) -> list[tuple[int, int]]:
    """Find where the pieces of a sentence stand in its sound."""
    if len(pieces) == 1:
        return [(0, len(sound))]
    apart = [_trimmed(_spoken(piece, voice)) for piece in pieces]
    joins = np.cumsum([len(one) for one in apart])[:-1]
    path = _warped(_bands(np.concatenate(apart)), _bands(sound))
    edges = [0]
    for join, piece in zip(joins, pieces, strict=False):
        place = int(path[min(join // FRAME, len(path) - 1)]) * FRAME
        edges += _pause(sound, place // HOP, stray=36 if piece[-1] in ",;:»" else 4)
    edges.append(len(sound))
    return list(zip(edges[::2], edges[1::2], strict=True))


def _pause(sound: Sound, centre: int, stray: int) -> tuple[int, int]:
    """Return the pause nearest a hop; where there is none, the quietest place, twice."""
    energy = _energy(sound)
    quiet = energy < SILENCE * energy.max()
    near = [one for one in range(centre - stray, centre + stray + 1) if 0 < one < len(quiet) - 1]
    silent = [one for one in near if quiet[one - 1 : one + 2].all()]
    if silent:
        first = last = min(silent, key=lambda one: abs(one - centre))
        while quiet[first - 1]:
            first -= 1
        while quiet[last + 1]:
            last += 1
        if last - first >= 8:
            return first * HOP, last * HOP
    nearest = [one for one in near if abs(one - centre) <= 4]
    quietest = min(nearest, key=lambda one: energy[one]) * HOP
    return quietest, quietest


def _bands(sound: Sound) -> Sound:
    """Return the energy of each band in each frame, in logarithms."""
    padded = np.pad(sound, WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::FRAME]
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(WINDOW))) ** 2
    # Narrow where speech tells most, below 1 kHz, then wider and wider.
    limits = 2595 * np.log10(1 + np.linspace(0, RATE / 2, spectrum.shape[1]) / 700)
    band = np.minimum((limits / limits[-1] * BANDS).astype(int), BANDS - 1)
    energies = spectrum @ np.eye(BANDS)[band]
    # Silences are all alike.
    return np.log(energies + 1e-4 * energies.max())


def _warped(one: Sound, other: Sound) -> NDArray[np.int64]:
    """Return the frame of `other` that goes with each frame of `one` (dynamic time warping)."""
    rows, columns = len(one), len(other)
    cost = np.full((rows + 1, columns + 1), np.inf)
    cost[0, 0] = 0
    loudness = other.mean(axis=1)
    longer = np.where(loudness < loudness.min() + 1, 0, STRETCH)
    for row in range(rows):
        middle = row * columns // rows
        first, last = max(middle - STRAY, 0), min(middle + STRAY, columns)
        distances = np.sqrt(((one[row] - other[first:last]) ** 2).sum(axis=1))
        above = np.minimum(cost[row, first:last], cost[row, first + 1 : last + 1] + STRETCH)
        # A frame is come to from above, or from its left: the least sum of any run to the right.
        sums = np.cumsum(distances + longer[first:last])
        least = np.minimum.accumulate(above + distances - sums)
        cost[row + 1, first + 1 : last + 1] = least + sums
    path = np.zeros(rows, np.int64)
    row, column = rows, columns
    while row and column:
        path[row - 1] = column - 1
        _, row, column = min(
            (cost[row - 1, column - 1], row - 1, column - 1),
            (cost[row - 1, column] + STRETCH, row - 1, column),
            (cost[row, column - 1] + longer[column - 1], row, column - 1),
        )
    return path
