"""What clamd says of a file, asked over its socket; here a socket that says what a test wants."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.curation.uploads import Staging
from assistant.errors import DepositError
from assistant.settings import Settings
from assistant.system.antivirus import virus_in

Answer = Callable[[bytes], bytes]


class Clamd:
    """A server that takes what INSTREAM sends, and answers by `says`."""

    def __init__(self, path: Path) -> None:
        self.says: Answer = lambda content: b"stream: OK\0"
        self.seen: list[bytes] = []
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(str(path))
        self._server.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                opened, _ = self._server.accept()
            except OSError:
                return
            with opened, opened.makefile("rb") as sent:
                assert sent.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!I", sent.read(4))[0]:
                    content += sent.read(size)
                self.seen.append(content)
                opened.sendall(self.says(content))

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[Clamd]:
    opened = Clamd(tmp_path / "clamd.ctl")
    yield opened
    opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_bytes(b"La cantine." * 100_000)
    return path


def found(content: bytes) -> bytes:
    return b"stream: Eicar-Signature FOUND\0"


def test_the_whole_file_is_shown_and_what_is_found_is_named(
    clamd: Clamd, file: Path, tmp_path: Path
) -> None:
    address = str(tmp_path / "clamd.ctl")
    assert virus_in(file, address) == ""
    assert clamd.seen == [file.read_bytes()]
    clamd.says = found
    assert virus_in(file, address) == "Eicar-Signature"


def test_what_can_not_be_told_is_no_all_clear(clamd: Clamd, file: Path, tmp_path: Path) -> None:
    clamd.says = lambda content: b"INSTREAM size limit exceeded. ERROR\0"
    with pytest.raises(OSError, match="size limit"):
        virus_in(file, str(tmp_path / "clamd.ctl"))


def test_an_upload_in_which_something_is_found_leaves_nothing(clamd: Clamd, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    site = Settings(corpus=corpus, antivirus=str(tmp_path / "clamd.ctl"))
    staging = Staging(site.upload_options())
    staging.write("bon.txt", [b"La cantine."])
    clamd.says = found
    with pytest.raises(DepositError, match="Eicar"):
        staging.write("mauvais.txt", [b"X5O!"])
    assert [one.claimed for one in staging.files()] == ["bon.txt"]
    assert not any(b"X5O" in one.read_bytes() for one in corpus.rglob("*") if one.is_file())


def test_while_the_antivirus_is_down_nothing_is_accepted(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    site = Settings(corpus=corpus, antivirus=str(tmp_path / "absent"))
    staging = Staging(site.upload_options())
    with pytest.raises(DepositError, match="antivirus ne répond pas"):
        staging.write("bon.txt", [b"La cantine."])
    assert staging.files() == ()
