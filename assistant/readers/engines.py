"""Which optional engines are installed, for recordings, scans and old formats; none is loaded."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from typing import Literal

OcrEngine = Literal["tesseract", "rapidocr"]


@cache
def ocr_engine() -> OcrEngine | None:
    """Return what reads pictures: Tesseract with its French data, else RapidOCR, else nothing."""
    if tesseract := shutil.which("tesseract"):
        listed = subprocess.run(
            [tesseract, "--list-langs"], capture_output=True, text=True, timeout=30, check=False
        )
        if "fra" in listed.stdout.split():
            return "tesseract"
    return "rapidocr" if find_spec("rapidocr") else None


def can_tell_voices() -> bool:
    """Tell whether the package that carries the encoder of voices is installed."""
    return find_spec("resemblyzer") is not None


def can_transcribe() -> bool:
    """Tell whether the `audio` extra is installed."""
    return all(find_spec(name) is not None for name in ("faster_whisper", "av"))
