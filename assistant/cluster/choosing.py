"""Where a site's generations are opened: on this disk, or on the Milvus server that it names."""

from __future__ import annotations

from pathlib import Path

from assistant.index.generations import Generations, LocalGenerations
from assistant.settings.options import MilvusOptions


def generations_of(options: MilvusOptions, index: Path) -> Generations:
    """Return where the generations of a site are opened; nothing is connected to yet."""
    if not options.milvus_address:
        return LocalGenerations(index)
    # Only where it is needed: most sites have no server.
    from assistant.cluster.opening import MilvusGenerations

    return MilvusGenerations(options)
