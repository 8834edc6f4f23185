"""A small site whose index an earlier version made, as `tests/samples/making/old_index.py` says."""

from __future__ import annotations

import zipfile
from pathlib import Path

from assistant.settings import Settings

ARCHIVE = Path(__file__).parents[1] / "samples" / "index-620d34a.zip"


def old_site(folder: Path) -> Settings:
    """Unpack the site and return its settings."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(folder)
    return Settings(corpus=folder / "corpus", index=folder / "index")
