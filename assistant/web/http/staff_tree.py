"""Where staff work: everything under `STAFF` asks for an account of staff."""

from __future__ import annotations

STAFF = "/personnel"


def is_of_staff(path: str) -> bool:
    """Tell whether an address is one of staff's."""
    return path == STAFF or path.startswith(f"{STAFF}/")
