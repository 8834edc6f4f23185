"""What tests wait for, with the time that a busy machine takes.

httpx gives up after five seconds, which is little where other processes keep every core busy: a
sheet, or the first answer, waits for the model. A server that starts may take a minute there.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

_Found = TypeVar("_Found")

#: How long an answer may take, in seconds.
SECONDS = 60
#: How long what must come true may; no test waits for longer than it takes.
MOST_SECONDS = 300
#: Between two looks.
_PAUSE = 0.02


def until(look: Callable[[], _Found], words: str = "it never came true") -> _Found:
    """Look until there is something, and return it; what never comes fails the test."""
    end = time.monotonic() + MOST_SECONDS
    while not (found := look()):
        assert time.monotonic() < end, words
        time.sleep(_PAUSE)
    return found


def until_listened_at(port: int, is_running: Callable[[], bool] = lambda: True) -> None:
    """Wait until a server, which `is_running` still, listens at a port of this machine."""

    def listens() -> bool:
        assert is_running(), f"the server for {port} ended"
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", port)) == 0

    until(listens, f"nothing listens at {port}")


def get(address: str, **more: Any) -> httpx.Response:
    """Return what an address gives."""
    return httpx.get(address, timeout=SECONDS, **more)


def post(address: str, **more: Any) -> httpx.Response:
    """Return what an address answers to something sent."""
    return httpx.post(address, timeout=SECONDS, **more)


def client(**more: Any) -> httpx.Client:
    """Return a client, which keeps its connection from one request to the next."""
    return httpx.Client(timeout=SECONDS, **more)
