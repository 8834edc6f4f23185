"""Requests of tests to pages of ours, with the time that a busy machine takes to answer.

httpx gives up after five seconds, which is little where other processes keep every core busy: a
sheet, or the first answer, waits for the model.
"""

from __future__ import annotations

from typing import Any

import httpx

#: How long an answer may take, in seconds.
SECONDS = 60


def get(address: str, **more: Any) -> httpx.Response:
    """Return what an address gives."""
    return httpx.get(address, timeout=SECONDS, **more)


def post(address: str, **more: Any) -> httpx.Response:
    """Return what an address answers to something sent."""
    return httpx.post(address, timeout=SECONDS, **more)


def client(**more: Any) -> httpx.Client:
    """Return a client, which keeps its connection from one request to the next."""
    return httpx.Client(timeout=SECONDS, **more)
