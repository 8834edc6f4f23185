"""The Ray cluster: tasks that read, actors that encode. Alone touches Ray.

In: an address of one's own network. Out: references to what is computed there, waited for one at a
time; an exception of Ray's comes back as a value, for whoever asked to judge.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from assistant.errors import ClusterError, SettingsError
from assistant.ingest.on_ray.outcomes import EncoderHandle, Reference
from assistant.ingest.on_ray.worker import EncodingWorker, Orders, read_and_cut
from assistant.ingest.reading_pool import FileToRead
from assistant.system.networks import is_private

#: Shares of a core: together they are one, so that encoders, which stay, leave room for reading.
_ENCODING_SHARE, _READING_SHARE = 0.75, 0.25
#: Ray starts a task again on another machine so many times, where its own was lost.
_TRIES = 3
#: What Ray would tell its makers, and what it would print.
_SILENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DEDUP_LOGS": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


class RayCluster:
    """A connection, for one `sync` at a time in a process, and for one thread."""

    def __init__(self, address: str, orders: Orders) -> None:
        """Connect. Raises SettingsError, ClusterError."""
        check(address)
        os.environ.update(_SILENT)
        try:
            import ray
        except ImportError as e:
            raise SettingsError("ray_not_installed") from e
        self._ray = ray
        self._connect(address)
        self.cores = max(1, int(ray.cluster_resources().get("CPU", 1)))
        self._orders = ray.put(orders)
        # Nothing is asked twice of an encoder: what dies is replaced here, where it is known.
        self._encoder = ray.remote(num_cpus=_ENCODING_SHARE, max_restarts=0)(EncodingWorker)
        self._reader = ray.remote(num_cpus=_READING_SHARE, max_retries=_TRIES)(read_and_cut)

    def _connect(self, address: str) -> None:
        with _handlers_kept():
            try:
                self._ray.init(address=address, log_to_driver=False, logging_level="CRITICAL")
            except Exception as e:  # Ray raises whatever its parts do
                raise ClusterError("ray_unreachable", address=address, cause=e) from e

    def close(self) -> None:
        """Leave the cluster: what still runs for this process ends there."""
        with suppress(Exception):
            self._ray.shutdown()

    def start_encoder(self) -> tuple[EncoderHandle, Reference]:
        """Start an encoder on the machine that has the most room."""
        handle = self._encoder.options(scheduling_strategy="SPREAD").remote(self._orders)
        return handle, handle.introduce.remote()

    def encode(self, encoder: EncoderHandle, method: str, texts: Sequence[str]) -> Reference:
        """Ask an encoder for texts."""
        return getattr(encoder, method).remote(texts)

    def read(self, wanted: FileToRead) -> Reference:
        """Have a file read and cut, wherever there is room."""
        return self._reader.options(scheduling_strategy="SPREAD").remote(wanted, self._orders)

    def next_of(self, references: Sequence[Reference]) -> tuple[Reference, Any]:
        """Wait for one of these; return it with its result, or the exception that it ended with.

        A ClusterError is not of what was computed, but of where it was. Raises one where the
        cluster is gone.
        """
        faults = self._ray.exceptions
        try:
            (ready, *_), _ = self._ray.wait(references, num_returns=1)
        except faults.RayError as e:
            raise ClusterError("ray_lost", cause=e) from e
        try:
            return ready, self._ray.get(ready)
        except (faults.RayTaskError, faults.WorkerCrashedError, faults.OutOfMemoryError) as e:
            return ready, e
        except faults.RayError as e:
            return ready, ClusterError("ray_lost", cause=e)


def check(address: str) -> None:
    """Refuse an address outside one's own networks. Raises SettingsError, ClusterError."""
    host, colon, port = address.rpartition(":")
    if not (host and colon and port.isdecimal()) or "/" in address:
        raise SettingsError("ray_address", address=address)
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host.strip("[]"), int(port))}
    except OSError as e:
        raise ClusterError("ray_unreachable", address=address, cause=e) from e
    if not all(map(is_private, found)):
        raise SettingsError("ray_public", address=address)


@contextmanager
def _handlers_kept() -> Iterator[None]:
    """Keep who handles signals: Ray sets its own, and ours end a `sync` in order."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            with suppress(ValueError):  # not in the main thread, where Ray sets none either
                signal.signal(number, handler)
