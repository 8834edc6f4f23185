"""A local assistant that answers questions over an event's material, and cites its sources.

Importing this package loads no model and no index: a public name is looked up when it is used,
in the `__all__` of the modules below, and `__version__` in what was installed.
"""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

# numpy's products here take microseconds, and its idle threads spin for them: half the processor
# time of a question. Read once, when numpy is imported. torch and OpenVINO have threads of their
# own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

#: Whose `__all__` is public, from the quickest to load to the slowest.
_HOMES = ("errors", "settings", "records", "sheets.records", "view", "core")

if TYPE_CHECKING:
    from assistant.core import *  # noqa: F403
    from assistant.errors import *  # noqa: F403
    from assistant.records import *  # noqa: F403
    from assistant.settings import *  # noqa: F403
    from assistant.sheets.records import *  # noqa: F403
    from assistant.view import *  # noqa: F403

    __version__: str
else:
    # Hidden from type checkers, which would let any name through.
    def __getattr__(name: str) -> Any:
        """Return what a public name means, its module loaded when it is first used (PEP 562)."""
        homes = (import_module(f"{__name__}.{one}") for one in _HOMES)
        if name == "__all__":
            return sorted(public for home in homes for public in home.__all__)
        if name == "__version__":
            return import_module(f"{__name__}.version").installed_version()
        # A module of ours, or what Python itself looks for, needs none of them.
        if not name.startswith("_") and find_spec(f"{__name__}.{name}") is None:
            for home in homes:
                if name in home.__all__:
                    return getattr(home, name)
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
