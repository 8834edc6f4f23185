"""Build the models that ship in a folder of the image, as the first start would do otherwise."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from assistant.embedding.conversion import conversion_name, make
from assistant.embedding.default_model import default_encoder_folder
from assistant.readers.speech.voices.encoder_model import installed_file, voices_folder
from assistant.readers.speech.whisper_model import transcriber_folder

folder = Path(sys.argv[1])
encoder = default_encoder_folder(folder)
converted = folder / conversion_name(encoder)
if make(encoder, converted) != "made":
    sys.exit(f"{encoder} could not be converted")
for built in (encoder, converted):
    print(built)
if find_spec("faster_whisper"):
    print(transcriber_folder(folder))
if installed_file():
    print(voices_folder(folder))
