"""What was fetched from the server by number, kept while it comes up. In: numbers. Out: it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

_Kept = TypeVar("_Kept")


class FetchedOnce(Generic[_Kept]):
    """What was fetched by number, the most recently asked kept. Several threads may ask."""

    def __init__(self, most: int, fetch: Callable[[list[int]], Mapping[int, _Kept]]) -> None:
        self._most = most
        self._fetch = fetch
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, numbers: Sequence[int]) -> list[_Kept]:
        """Return what stands for each number, in order."""
        found = self._known(numbers)
        if lacking := [one for one in dict.fromkeys(numbers) if one not in found]:
            fetched = self._fetch(lacking)
            found.update(fetched)
            self._keep(fetched)
        return [found[one] for one in numbers]

    def _known(self, numbers: Sequence[int]) -> dict[int, _Kept]:
        with self._lock:
            found = {one: self._kept[one] for one in numbers if one in self._kept}
            for one in found:
                self._kept.move_to_end(one)
        return found

    def _keep(self, fetched: Mapping[int, _Kept]) -> None:
        with self._lock:
            self._kept.update(fetched)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
