"""The encoder of voices, without a hub: Resemblyzer's weights, out of its package.

In: the file that pip installed (17 MB). Out: a folder with the same numbers as NumPy keeps them.
The package itself is never imported: it asks for a compiler, and for a module that SciPy is about
to drop.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np

from assistant.errors import ModelError
from assistant.readers.speech.voices.encoder import WEIGHTS
from assistant.system.built_folders import build_folder, is_complete
from assistant.system.files import sha256_of

FOLDER_NAME = "voices"
#: Resemblyzer 0.1.4 on PyPI, Apache-2.0: what is read is what was checked, or nothing.
ENCODER = "Resemblyzer 0.1.4"
_PACKAGE, _FILE = "resemblyzer", "pretrained.pt"
SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"


def voices_folder(models: Path) -> Path:
    """Return the folder of the encoder of voices, built under `models` at the first call.

    Raises ModelError when the package isn't there, or isn't as it was published.
    """
    folder = models / FOLDER_NAME
    if is_complete(folder):
        return folder
    file = installed_file()
    if file is None:
        raise ModelError("voices_need_package")
    if sha256_of(file) != SHA256:
        raise ModelError("voices_altered", path=file)
    try:
        return build_folder(folder, lambda aside: _write(file, aside))
    except OSError as e:
        raise ModelError("voices_unwritable", path=models, cause=e) from e


def installed_file() -> Path | None:
    """Return the package's file of weights, found without importing it; None without it."""
    spec = importlib.util.find_spec(_PACKAGE)
    for place in (spec and spec.submodule_search_locations) or ():
        if (file := Path(place) / _FILE).is_file():
            return file
    return None


def _write(file: Path, folder: Path) -> None:
    import torch

    kept = torch.load(file, map_location="cpu", weights_only=True)["model_state"]
    numbers = {
        name: value.numpy() for name, value in kept.items() if name.startswith(("lstm.", "linear."))
    }
    np.savez(folder / WEIGHTS, **numbers)
