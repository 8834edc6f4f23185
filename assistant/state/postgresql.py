"""A store's tables in a PostgreSQL database that several servers share. Alone touches psycopg.

Each store has a schema of its own, `assistant_…`, made at its first use under a lock, so that
servers that start at once on an empty database make it once. Who writes a store is alone with it,
as with a file: a lock that lasts as long as the transaction. Connections are kept for the next;
one that the server closed meanwhile is replaced, so that a database that was away is back without
a restart here.
"""

from __future__ import annotations

import atexit
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any
from zlib import crc32

from assistant.errors import SettingsError
from assistant.records.messages import Message
from assistant.state.dialect import in_postgresql
from assistant.state.tables import Database, FoundRows, StateFault, StoreTables
from assistant.system.networks import is_private

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo
except ImportError as e:
    raise SettingsError("state_not_installed") from e

#: How long a connection, a statement, a lock and an answer on the network are waited for.
_CONNECTING, _PATIENCE = 5, 10
#: What a site's address may say otherwise.
_USUAL = {
    "connect_timeout": str(_CONNECTING),
    "application_name": "assistant",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": str(1000 * _PATIENCE),
    "options": f"-c statement_timeout={_PATIENCE}s -c lock_timeout={_PATIENCE}s"
    " -c idle_in_transaction_session_timeout=60s",
}
#: Connections kept for later, a database.
_MOST_KEPT = 8
#: Who couldn't connect asks no more for so long, in seconds: dozens of requests wait for nothing.
_PAUSE = 1.0
#: Names our locks among those of others in the database ("assi").
_LOCKS = 0x61737369

_Connection = psycopg.Connection[tuple[Any, ...]]


class _SharedTables:
    """The tables of a store, in a transaction that has begun."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> FoundRows:
        """Run a statement. Raises psycopg.Error."""
        return self._connection.execute(in_postgresql(statement).encode(), parameters)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement for each row. Raises psycopg.Error."""
        with self._connection.cursor() as cursor:
            cursor.executemany(in_postgresql(statement).encode(), rows)
        return None


class _Connections:
    """The connections to a database that nobody uses now. For any thread."""

    def __init__(self, address: str) -> None:
        self.address = address
        #: The stores whose tables are of today's format.
        self.prepared: set[str] = set()
        self._free: list[_Connection] = []
        self._lock = Lock()
        self._failed = -_PAUSE

    def begun(self, beginning: str) -> _Connection:
        """Return a connection in which a transaction began so. Raises psycopg.Error."""
        while kept := self._kept():
            try:
                kept.execute(beginning.encode())
                return kept
            except psycopg.OperationalError:
                kept.close()  # the server ended it meanwhile
        connection = self._connected()
        try:
            connection.execute(beginning.encode())
        except BaseException:
            connection.close()
            raise
        return connection

    def keep(self, connection: _Connection) -> None:
        """Keep a connection for later, unless it is broken or there are enough."""
        with self._lock:
            idle = psycopg.pq.TransactionStatus.IDLE
            is_fit = not connection.closed and connection.info.transaction_status == idle
            if is_fit and len(self._free) < _MOST_KEPT:
                self._free.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close those that are kept."""
        while kept := self._kept():
            kept.close()

    def _kept(self) -> _Connection | None:
        with self._lock:
            return self._free.pop() if self._free else None

    def _connected(self) -> _Connection:
        if monotonic() - self._failed < _PAUSE:
            raise psycopg.OperationalError("not tried again yet")
        try:
            connection = psycopg.connect(_reached(self.address), autocommit=True)
        except psycopg.OperationalError:
            self._failed = monotonic()
            self.prepared.clear()  # whoever comes back may have lost them
            raise
        return connection


_DATABASES: dict[str, _Connections] = {}
_OPENING = Lock()


@atexit.register
def _close() -> None:
    for connections in _DATABASES.values():
        connections.close()


@contextmanager
def opened(
    address: str, tables: StoreTables, *, is_written: bool, erasing: Sequence[str] = ()
) -> Iterator[Database]:
    """Give a store's tables for one transaction. Raises StateFault, SettingsError."""
    with _OPENING:
        connections = _DATABASES.setdefault(address, _Connections(address))
    with _faults(connections):
        if tables.name not in connections.prepared:
            _prepare(connections, tables)
        with _transaction(connections, _beginning(tables, is_written=is_written)) as connection:
            yield _SharedTables(connection)
        for table in erasing:
            _rewrite(connections, tables, table)


@contextmanager
def _transaction(connections: _Connections, beginning: str) -> Iterator[_Connection]:
    connection = connections.begun(beginning)
    try:
        yield connection
        connection.execute(b"COMMIT")
    except BaseException:
        with suppress(psycopg.Error):
            connection.execute(b"ROLLBACK")
        raise
    finally:
        connections.keep(connection)


def _schema(tables: StoreTables) -> str:
    return f"assistant_{tables.name}"


def _locked(tables: StoreTables) -> str:
    """Return what waits until nobody else writes a store; the transaction's end lets go."""
    number = crc32(tables.name.encode()) & 0x7FFFFFFF
    return f"SELECT pg_advisory_xact_lock({_LOCKS}, {number})"


def _beginning(tables: StoreTables, *, is_written: bool) -> str:
    here = f"SET LOCAL search_path TO {_schema(tables)}"
    if is_written:
        return f"BEGIN; {here}; {_locked(tables)}"
    return f"BEGIN READ ONLY; {here}"


def _prepare(connections: _Connections, tables: StoreTables) -> None:
    """Make a store's tables, or bring them to today's format, in one transaction."""
    schema = _schema(tables)
    with _transaction(connections, f"BEGIN; {_locked(tables)}") as connection:
        # Who may make no schema may still use those that were made for them.
        known = connection.execute(f"SELECT to_regclass('{schema}.format')".encode()).fetchone()
        if known is None or known[0] is None:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}".encode())
            made = f"CREATE TABLE {schema}.format (number BIGINT NOT NULL)"
            connection.execute(f"{made}; INSERT INTO {schema}.format VALUES (0)".encode())
        connection.execute(f"SET LOCAL search_path TO {schema}".encode())
        row = connection.execute(b"SELECT number FROM format").fetchone()
        found = int(row[0]) if row else 0
        database = _SharedTables(connection)
        while found in tables.steps:
            tables.steps[found](database)
            found += 1
            connection.execute(b"UPDATE format SET number = %s", (found,))
        if found != tables.format:
            raise StateFault("format", Message("errors.state_format"))
    connections.prepared.add(tables.name)


def _rewrite(connections: _Connections, tables: StoreTables, table: str) -> None:
    """Write a table anew, without what was deleted from it: a DELETE alone leaves it in the file.

    What the server keeps besides (its log, replicas, backups) is whoever runs it's.
    """
    connection = connections.begun("SELECT 1")
    try:
        connection.execute(f"VACUUM (FULL) {_schema(tables)}.{table}".encode())
    finally:
        connections.keep(connection)


def _reached(address: str) -> str:
    """Return where to connect to: a private address of the name, and no other.

    Raises SettingsError, psycopg.OperationalError.
    """
    try:
        known = conninfo_to_dict(address)
    except psycopg.Error as e:
        raise SettingsError("setting_state_address", address=address) from e
    hosts = str(known.get("host") or "").split(",")
    found = ",".join(_private_address(host, address) for host in hosts)
    if found.strip(","):
        known["hostaddr"] = found
    return make_conninfo("", **{**_USUAL, **known})


def _private_address(host: str, address: str) -> str:
    """Return the address of a host; none of a socket's folder."""
    if not host or Path(host).is_absolute():
        return ""
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except OSError as e:
        raise psycopg.OperationalError(f"{host}: {e.strerror}") from e
    if not all(map(is_private, found)):
        raise SettingsError("state_public", address=address)
    return found[0]


@contextmanager
def _faults(connections: _Connections) -> Iterator[None]:
    """Make of psycopg's faults ours: away for now, or refused."""
    try:
        yield
    except psycopg.OperationalError as e:
        raise StateFault(_code(e), Message("errors.state_away")) from e
    except psycopg.Error as e:
        connections.prepared.clear()
        code = _code(e)
        raise StateFault(code, Message("errors.state_refused", {"cause": code})) from e
    except (ValueError, OverflowError) as e:
        raise StateFault(type(e).__name__) from e


def _code(error: psycopg.Error) -> str:
    """Return PostgreSQL's name of a fault, which holds nothing of what was to be kept."""
    return f"{type(error).__name__} {error.sqlstate or ''}".strip()
