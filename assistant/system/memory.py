"""Give memory that was freed back to the system.

The C library keeps what many small answers leave free between what is in use: under 64 agents some
0.05 MB a question, for hours. `malloc_trim` is glibc's; where there is none, nothing is done.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable


def give_back() -> bool:
    """Give what is free back to the system; tell whether the C library knows how.

    See https://man7.org/linux/man-pages/man3/malloc_trim.3.html
    """
    trim = _trimming()
    if trim is None:
        return False
    trim(0)
    return True


def _trimming() -> Callable[[int], int] | None:
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows
        return None
    return found
