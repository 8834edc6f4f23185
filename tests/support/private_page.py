"""The page over a site of which some documents are for some only, for its readers.

python -m tests.support.private_page FOLDER: serves it until it is ended.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from assistant.core import Assistant
from assistant.rights.rules import Standing
from assistant.rights.standings import note
from assistant.settings import Settings
from assistant.web import app
from tests.support.private_site import indexed, write_site


def main() -> None:
    settings = replace(write_site(Path(sys.argv[1])), port=0)
    note(settings.index, Standing(True, ("rh",)))

    @contextmanager
    def opened(_: Settings) -> Iterator[Assistant]:
        with indexed(settings) as assistant:
            yield assistant

    app.open_assistant = opened  # type: ignore[assignment]
    app.serve(settings)


if __name__ == "__main__":
    main()
