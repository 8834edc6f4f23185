"""Which pictures Pillow may open here: no other format is tried, whatever a file begins with.

HEIC, the format of some telephones, takes a plugin that a site may install (`pi-heif`).
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.util import find_spec

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
#: The first of them that is installed opens HEIC.
_PLUGINS = ("pi_heif", "pillow_heif")


@cache
def formats() -> tuple[str, ...]:
    """Return the formats that may be opened, as Pillow names them."""
    return (*_FORMATS, "HEIF") if _registered() else _FORMATS


def can_open(suffix: str) -> bool:
    """Tell whether there is anything that opens pictures of a suffix."""
    return suffix.lower() not in (".heic", ".heif") or "HEIF" in formats()


def _registered() -> bool:
    """Have Pillow open HEIC, where a plugin for it is installed."""
    for name in _PLUGINS:
        if find_spec(name) is not None:
            with suppress(ImportError, AttributeError):
                import_module(name).register_heif_opener()
                return True
    return False
