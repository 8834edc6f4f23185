"""A server that goes away and comes back; Milvus Lite's own, in a process apart."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from assistant.cluster import connection
from assistant.core import Assistant
from assistant.errors import SearchServerError
from assistant.records import Answer
from tests.support.milvus_site import CANTEEN, ROADS, make, publish, write
from tests.support.patient import until, until_listened_at
from tests.support.staffed import assistant_over

QUESTION = "Combien de repas la cantine sert-elle par jour ?"


@contextmanager
def running(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Have a server answer at a port of this machine, and kill it in the end."""
    where = ["--data-dir", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    command = [str(Path(sys.executable).parent / "milvus-lite"), "server", *where]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until_listened_at(port, lambda: server.poll() is None)
        yield server
    finally:
        server.kill()
        server.wait()


@contextmanager
def standing_still(server: subprocess.Popen[bytes]) -> Iterator[None]:
    """Have a server that takes what is asked and answers nothing, until the block ends."""
    server.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.send_signal(signal.SIGCONT)


def _answered(assistant: Assistant) -> Answer | None:
    """Return the answer, None while the server can't be reached."""
    try:
        return assistant.ask(QUESTION)
    except SearchServerError:
        return None


def test_a_page_answers_again_once_its_server_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = make(tmp_path, f"http://127.0.0.1:{port}", "dijon", CANTEEN)
    with assistant_over(site) as assistant:
        with running(tmp_path / "milvus", port) as server:
            publish(site)
            assert [one.passage.document_id for one in assistant.ask(QUESTION).citations][:1]
            with standing_still(server), monkeypatch.context() as hurried:
                # An answer that takes too long is told as a server that does not answer.
                hurried.setattr(connection, "PATIENCE", 0.5)
                began = time.monotonic()
                with pytest.raises(SearchServerError) as late:
                    assistant.ask(QUESTION)
                assert time.monotonic() - began < 60, "the connection itself gives up in a minute"
            assert late.value.key == "milvus_unreachable"
        began = time.monotonic()
        with pytest.raises(SearchServerError) as raised:
            assistant.ask(QUESTION)
        assert raised.value.key == "milvus_unreachable"
        assert time.monotonic() - began < 15, "agents are told, and don't wait"
        with running(tmp_path / "milvus", port):
            # The connection waits a moment before it tries again.
            answer = until(partial(_answered, assistant), "the page never answers again")
            assert [one.passage.document_id for one in answer.citations][:1] == [*CANTEEN]
            write(site, ROADS)
            publish(site)
            assert assistant.refresh()
            assert assistant.view().document_ids == (*CANTEEN, *ROADS)
