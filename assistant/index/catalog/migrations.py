"""From one format of the catalog to the next, so that nothing has to be encoded again.

In: an open catalog of an older format. Out: the same of today's: `Tables` takes the steps when it
is opened for writing, all in one transaction. Each is tested on an index that the version before
made (`tests/samples/index-….zip`).
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.system.databases import Migration

#: Each step by the format that it starts from.
MIGRATIONS: Mapping[int, Migration] = {}
