"""Moments of speech → vectors that are near for one voice: Resemblyzer's encoder, in NumPy.

In: its weights (`encoder_model`) and sound. Out: a vector of 256 numbers a moment. The network is
that of "Generalized end-to-end loss for speaker verification" (arXiv 1710.10467): three layers of
LSTM over mel bands, the last state projected.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.readers.speech.voices.clustering import VoiceVectors

Floats = NDArray[np.float32]
WEIGHTS = "voices.npz"
RATE = 16_000
#: What it was trained on: 160 frames, one each 10 ms, of 25 ms and 40 mel bands; quiet sound is
#: made louder, up to this level.
MOMENT_SECONDS = 1.6
_FRAMES, _HOP, _WINDOW, _BANDS = 160, 160, 400, 40
_LEVEL = -30.0
_LAYERS = 3


class VoiceEncoder(Protocol):
    """What makes vectors out of moments of speech."""

    def vectors(self, moments: Sequence[Floats]) -> VoiceVectors:
        """Return a vector of length 1 for each moment: 1.6 s of sound, float32 at 16 kHz."""
        ...


class LstmVoiceEncoder:
    """Resemblyzer's encoder; some 30 moments a second and core."""

    def __init__(self, folder: Path) -> None:
        with np.load(folder / WEIGHTS, allow_pickle=False) as kept:
            self._weights: dict[str, Floats] = dict(kept)

    def vectors(self, moments: Sequence[Floats]) -> VoiceVectors:
        """Return a vector of length 1 for each moment."""
        states = np.stack([mel_bands(one) for one in moments])
        for layer in range(_LAYERS):
            states = self._layer(layer, states)
        projected = states[:, -1] @ self._weights["linear.weight"].T + self._weights["linear.bias"]
        found = np.maximum(projected, 0)
        lengths = np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        vectors: VoiceVectors = (found / lengths).astype(np.float32)
        return vectors

    def _layer(self, number: int, inputs: Floats) -> Floats:
        """Return the states of a layer at each frame: [moments, frames, 256]."""
        weights = self._weights
        recurrent = weights[f"lstm.weight_hh_l{number}"].T
        bias = weights[f"lstm.bias_ih_l{number}"] + weights[f"lstm.bias_hh_l{number}"]
        given = inputs @ weights[f"lstm.weight_ih_l{number}"].T + bias
        size = recurrent.shape[0]
        hidden = cell = np.zeros((len(inputs), size), np.float32)
        states = np.empty((len(inputs), inputs.shape[1], size), np.float32)
        for frame in range(inputs.shape[1]):
            gates = given[:, frame] + hidden @ recurrent
            # PyTorch's order: input, forget, cell, output.
            enter, keep, leave = (_sigmoid(gates[:, at * size :][:, :size]) for at in (0, 1, 3))
            cell = keep * cell + enter * np.tanh(gates[:, 2 * size : 3 * size])
            hidden = leave * np.tanh(cell)
            states[:, frame] = hidden
        return states


def _sigmoid(values: Floats) -> Floats:
    shares: Floats = 0.5 * np.tanh(0.5 * values) + 0.5
    return shares


def mel_bands(moment: Floats) -> Floats:
    """Return the energies of 40 mel bands in each of 160 frames, as the network was trained."""
    level = 10 * np.log10(np.square(moment).mean() + 1e-12)
    louder = moment * 10 ** (max(0.0, _LEVEL - level) / 20)
    padded = np.pad(louder, _WINDOW // 2).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][:_FRAMES]
    energies = np.square(np.abs(np.fft.rfft(frames * _HANN, axis=1)))
    return (energies @ _FILTERS.T).astype(np.float32)


def _filters() -> Floats:
    """Return triangles over frequencies, even on Slaney's mel scale, each of the same area."""
    edges = _hertz(np.linspace(0.0, _mels(RATE / 2), _BANDS + 2))
    bins = np.linspace(0.0, RATE / 2, _WINDOW // 2 + 1)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


#: Slaney's scale: even up to 1000 Hz, 15 mels, then by ratios, 27 mels for × 6.4.
_EVEN, _FROM, _STEP = 200 / 3, 15.0, np.log(6.4) / 27


def _mels(hertz: float) -> float:
    return float(_FROM + np.log(hertz / (_EVEN * _FROM)) / _STEP)


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mels < _FROM, _EVEN * mels, _EVEN * _FROM * np.exp(_STEP * (mels - _FROM)))


_HANN = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / _WINDOW)).astype(np.float32)
_FILTERS = _filters()
