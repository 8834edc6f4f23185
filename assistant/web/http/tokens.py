"""The tokens that programs prove themselves by: a setting's file → bytes, a request → yes or no."""

from __future__ import annotations

import hmac
import re
from pathlib import Path

from starlette.datastructures import Headers

from assistant.errors import SettingsError

#: What can be written in a header as it is.
_PRINTABLE = re.compile(rb"[\x21-\x7e]+")


def token_in(file: str, *, setting: str, least: int) -> bytes:
    """Return the token that a file holds, nothing where no file is named. Raises SettingsError.

    It has `least` characters at least, none of which is a space or beyond ASCII.
    """
    if not file:
        return b""
    try:
        token = Path(file).read_bytes().strip()
    except OSError:
        token = b""
    if len(token) < least or not _PRINTABLE.fullmatch(token):
        raise SettingsError("token_unreadable", path=file, least=least, setting=setting)
    return token


def brings(headers: Headers, token: bytes) -> bool:
    """Tell whether a request brings `token` as its only "Authorization: Bearer …"."""
    given = headers.getlist("authorization")
    scheme, _, brought = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    same = hmac.compare_digest(brought.strip().encode("utf-8", "replace"), token)
    return bool(token) and scheme.lower() == "bearer" and same
