"""What the system says in English of a refusal → the key of the same in words of ours."""

from __future__ import annotations

import errno
import os
from functools import cache

#: Refusals of the system that have words of ours, by their numbers.
_CAUSES = {
    errno.EACCES: "causes.denied",
    errno.EPERM: "causes.denied",
    errno.ENOENT: "causes.missing",
    errno.ENOSPC: "causes.full",
    errno.EDQUOT: "causes.full",
    errno.EROFS: "causes.read_only",
    errno.EIO: "causes.unreadable",
    errno.ESTALE: "causes.gone",
    errno.ENOTDIR: "causes.no_folder",
    errno.EISDIR: "causes.folder",
    errno.ENAMETOOLONG: "causes.long",
    errno.ECONNREFUSED: "causes.refused",
    errno.ETIMEDOUT: "causes.silent",
    errno.EHOSTUNREACH: "causes.unreached",
    errno.ENETUNREACH: "causes.unreached",
    errno.ECONNRESET: "causes.cut",
    errno.EPIPE: "causes.cut",
}


def system_cause(words: str) -> str:
    """Return the key of what the system says of a refusal; empty for other words.

    "[Errno 28] No space left on device: 'x'" and "No space left on device" are the same.
    """
    return next((key for said, key in _by_words().items() if said in words), "")


@cache
def _by_words() -> dict[str, str]:
    return {os.strerror(number): key for number, key in _CAUSES.items()}
