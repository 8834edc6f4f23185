"""Wrong passwords: who sends them waits longer and longer, and nobody else does.

In: the name and the address of a try. Out: how many seconds to wait before the next. Tries are
counted by the name from the address; an address alone is never closed: behind it a whole town hall
may stand. A name that is tried from everywhere at once is slowed down too, but for the addresses
from which its owner signed in.
"""

from __future__ import annotations

import math
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from threading import Lock
from typing import Protocol

#: Wrong passwords for a name from one address that cost no time.
FREE_TRIES = 5
#: For a name from anywhere.
FREE_TRIES_FOR = 50
#: What the first try beyond these costs, in seconds; each further one costs twice as much.
FIRST_WAIT = 5
#: The most that one waits, in seconds: for a name from one address, and for a name.
LONGEST_WAIT, LONGEST_WAIT_FOR = 300, 60
#: Without a wrong password for so many seconds, those of before are forgotten.
FORGOTTEN_AFTER = 3600
#: Names and pairs that are remembered; beyond, the oldest are forgotten.
_MOST_REMEMBERED = 10_000


class PasswordTries(Protocol):
    """Wrong passwords as they are counted, by one server or by several."""

    def wait(self, name: str, address: str) -> int:
        """Return how many seconds a name has to wait before it is tried from an address."""

    def begin(self, name: str, address: str) -> int:
        """Return what `wait` does; where that is 0, the try is counted as a wrong password.

        Tries sent at once don't get through together.
        """

    def failed(self, name: str, address: str) -> None:
        """Remember a wrong password."""

    def succeeded(self, name: str, address: str) -> None:
        """Forget a name's wrong passwords from an address, and that this try was counted as one."""

    def took_back(self, name: str, address: str) -> None:
        """Forget that a try was counted: nothing was asked, for the directory is dead."""

    def is_slowed(self, name: str) -> bool:
        """Tell whether a name's next wrong password costs time somewhere."""

    def forget(self, name: str) -> None:
        """Forget all wrong passwords of a name, wherever they came from."""


@dataclass(slots=True)
class _Tries:
    """Wrong passwords one after the other, and when the last was tried."""

    count: int = 0
    last: float = -math.inf


class Throttle:
    """Counts one server's wrong passwords, so that they can't be tried by the thousand.

    For any thread.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        #: Where names signed in from: a name and an address.
        self._owners: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def wait(self, name: str, address: str) -> int:
        """Return how many seconds a name has to wait before it is tried from an address."""
        with self._lock:
            return self._wait(*keys_of(name, address))

    def begin(self, name: str, address: str) -> int:
        """Return what `wait` does; where that is 0, the try is counted as a wrong password."""
        pair, whose = keys_of(name, address)
        with self._lock:
            seconds = self._wait(pair, whose)
            if not seconds:
                self._count(pair, whose)
            return seconds

    def failed(self, name: str, address: str) -> None:
        """Remember a wrong password."""
        with self._lock:
            self._count(*keys_of(name, address))

    def succeeded(self, name: str, address: str) -> None:
        """Forget a name's wrong passwords from an address, and that this try was counted as one."""
        pair, whose = keys_of(name, address)
        with self._lock:
            self._tries.pop(pair, None)
            if tries := self._tries.get(whose):
                tries.count -= 1
            self._owners[pair] = None
            self._owners.move_to_end(pair)
            _bound(self._owners)

    def took_back(self, name: str, address: str) -> None:
        """Forget that a try was counted: nothing was asked, for the directory is dead."""
        with self._lock:
            for key in keys_of(name, address):
                if tries := self._tries.get(key):
                    tries.count -= 1

    def is_slowed(self, name: str) -> bool:
        """Tell whether a name's next wrong password costs time somewhere."""
        whose = whose_name(name)
        with self._lock:
            return any(
                tries.count >= (FREE_TRIES_FOR if key == whose else FREE_TRIES)
                and self._now() - tries.last <= FORGOTTEN_AFTER
                for key, tries in self._tries.items()
                if key == whose or _is_pair_of(key, whose)
            )

    def forget(self, name: str) -> None:
        """Forget all wrong passwords of a name, wherever they came from."""
        beginning = whose_name(name)
        with self._lock:
            for key in [one for one in self._tries if _is_pair_of(one, beginning)]:
                del self._tries[key]
            self._tries.pop(beginning, None)

    def _wait(self, pair: str, whose: str) -> int:
        own = self._left(pair, FREE_TRIES, LONGEST_WAIT)
        if pair in self._owners:
            return own
        return max(own, self._left(whose, FREE_TRIES_FOR, LONGEST_WAIT_FOR))

    def _count(self, *keys: str) -> None:
        now = self._now()
        for key in keys:
            tries = self._tries.setdefault(key, _Tries())
            if now - tries.last > FORGOTTEN_AFTER:
                tries.count = 0
            tries.count, tries.last = tries.count + 1, now
            self._tries.move_to_end(key)
        _bound(self._tries)

    def _left(self, key: str, free: int, longest: int) -> int:
        tries = self._tries.get(key) or _Tries()
        return seconds_left(tries.count, tries.last, self._now(), free=free, longest=longest)


def seconds_left(count: int, last: float, now: float, *, free: int, longest: int) -> int:
    """Return how long is to be waited after so many wrong passwords, the last at `last`."""
    if count < free:
        return 0
    wait = min(longest, FIRST_WAIT << min(count - free, 16))
    return max(0, math.ceil(last + wait - now))


def _bound(kept: OrderedDict[str, _Tries] | OrderedDict[str, None]) -> None:
    while len(kept) > _MOST_REMEMBERED:
        kept.popitem(last=False)


def keys_of(name: str, address: str) -> tuple[str, str]:
    """Return what tries are counted under: the name from the address, and the name."""
    whose = whose_name(name)
    return f"{whose}\n{_network(address)}", whose


def whose_name(name: str) -> str:
    """Return a name as it is counted: the same in other letters, and on one line."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()[:64]


def _is_pair_of(key: str, whose: str) -> bool:
    return key.startswith(f"{whose}\n")


def _network(address: str) -> str:
    """Return what stands for an address: of IPv6, whoever has one has its whole /64."""
    try:
        known = ip_address(address)
    except ValueError:
        return address[:64]
    if known.version == 6:
        return str(ip_network((known, 64), strict=False))
    return str(known)
