"""A real PostgreSQL server of this machine on 127.0.0.1, in a folder of the test's.

It won't run as root: root gives the folder to the account that Debian's package makes. Tests skip
where it isn't installed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.support.slapd import free_ports

_PLACES = ["/usr/lib/postgresql", "/usr/pgsql"]
_ACCOUNT = "postgres"
#: What a test has no use for: waiting for a disk, other machines.
_CONF = """
listen_addresses = '127.0.0.1'
fsync = off
max_connections = 60
shared_buffers = 16MB
autovacuum = off
wal_level = minimal
max_wal_senders = 0
"""


def programs() -> Path | None:
    """Return the folder of `initdb` and `postgres`, None where there are none."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    for place in _PLACES:
        folders += sorted(Path(place).glob("*/bin"))
    return next((one for one in folders if (one / "initdb").exists()), None)


@dataclass
class Postgres:
    """A server that runs, is stopped, and runs again with what it had."""

    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _made: int = 0

    def database(self) -> str:
        """Return the address of a new, empty database."""
        self._made += 1
        name = f"site{self._made}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.address(name)

    def address(self, name: str) -> str:
        """Return the address of a database."""
        return f"postgresql://{_ACCOUNT}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        assert self._process is None
        where = programs()
        assert where
        program = [str(where / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        with (self.folder / "said").open("ab") as said:
            self._process = subprocess.Popen(
                [*_as_account(), *program, "-k", str(self.folder)], stdout=said, stderr=said
            )
        for _ in range(3000):
            try:
                psycopg.connect(self.address("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self.folder / "said").read_text()
                time.sleep(0.1)
            else:
                return
        raise TimeoutError(self.port)

    def stop(self) -> None:
        """End it at once, whoever is connected."""
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(300)
            self._process = None


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Give a server that runs, ended when one is done with it."""
    where = programs()
    assert where
    # Not in pytest's own folders, which other accounts may not enter.
    with tempfile.TemporaryDirectory(prefix="assistant-pg-", dir="/tmp") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, _ACCOUNT)
        data = str(folder / "data")
        making = [str(where / "initdb"), "-D", data, "-U", _ACCOUNT, "--auth=trust", "--no-sync",
                  "--encoding=UTF8", "--locale=C"]  # fmt: skip
        subprocess.run([*_as_account(), *making], check=True, capture_output=True, cwd=folder)
        with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(_CONF)
        server = Postgres(folder, free_ports(1)[0])
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _as_account() -> Sequence[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={_ACCOUNT}", f"--regid={_ACCOUNT}", "--clear-groups"]
