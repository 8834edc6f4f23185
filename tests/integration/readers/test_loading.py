"""What the reading process imports before its first file."""

from __future__ import annotations

import subprocess
import sys

from assistant.readers import READERS


def test_readers_are_imported_all_at_once_or_not_at_all() -> None:
    code = (
        "import sys; from assistant.readers import load_readers; before = set(sys.modules);"
        " load_readers(); print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert {"pypdf", "docx", "pptx", "openpyxl"} <= set(loaded)
    named = {f"assistant.readers.{getattr(one, 'module')}" for one in READERS.values()}  # noqa: B009
    assert named <= set(loaded)
