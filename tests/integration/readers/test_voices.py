"""The encoder of voices: the same numbers as PyTorch's layers, and two voices told apart.

What needs the `audio` extra, espeak-ng and Resemblyzer is skipped where they are not installed.
"""

from __future__ import annotations

import shutil
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest
import torch

from assistant.readers import read_parts
from assistant.readers.engines import can_tell_voices, can_transcribe
from assistant.readers.parts import Options
from assistant.readers.speech.voices.encoder import WEIGHTS, LstmVoiceEncoder, mel_bands
from assistant.readers.speech.voices.encoder_model import voices_folder
from assistant.readers.speech.voices.labels import turns_in, voice_at
from assistant.records import Place


def test_vectors_are_those_of_pytorchs_layers(tmp_path: Path) -> None:
    torch.manual_seed(3)
    lstm, linear = torch.nn.LSTM(40, 256, 3, batch_first=True), torch.nn.Linear(256, 256)
    named = {f"lstm.{name}": one for name, one in lstm.named_parameters()}
    named |= {f"linear.{name}": one for name, one in linear.named_parameters()}
    np.savez(tmp_path / WEIGHTS, **{name: one.detach().numpy() for name, one in named.items()})
    sound = np.random.default_rng(3).normal(0, 0.1, (2, 25_600)).astype(np.float32)
    with torch.no_grad():
        _, (hidden, _) = lstm(torch.from_numpy(np.stack([mel_bands(one) for one in sound])))
        expected = torch.nn.functional.normalize(torch.relu(linear(hidden[-1]))).numpy()
    found = LstmVoiceEncoder(tmp_path).vectors(list(sound))
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.skipif(
    not (can_tell_voices() and can_transcribe()) or shutil.which("espeak-ng") is None,
    reason="needs Resemblyzer, the audio extra and espeak-ng",
)
def test_two_voices_are_told_apart_by_the_real_encoder(tmp_path: Path) -> None:
    said = "La commune a testé un assistant pour répondre aux questions des habitants, trois mois."
    for name, voice in (("a", "fr+m3"), ("b", "fr+f4")):
        command = ["espeak-ng", "-v", voice, "-w", str(tmp_path / f"{name}.wav"), said]
        subprocess.run(command, check=True)
    with wave.open(str(tmp_path / "a.wav")) as first, wave.open(str(tmp_path / "b.wav")) as other:
        parameters, frames = first.getparams(), first.readframes(first.getnframes())
        second = other.readframes(other.getnframes())
        ends = np.cumsum([first.getnframes(), other.getnframes(), first.getnframes()])
    with wave.open(str(tmp_path / "talk.wav"), "wb") as talk:
        talk.setparams(parameters)
        talk.writeframes(frames + second + frames)
    folder = voices_folder(tmp_path / "models")
    found = turns_in(list(read_parts(tmp_path / "talk.wav", Options(voices=str(folder)))))
    starts = [0, *ends[:-1]]
    places = [Place("second", a / 22_050, b / 22_050) for a, b in zip(starts, ends, strict=True)]
    assert [voice_at(place, found) for place in places] == [1, 2, 1]
