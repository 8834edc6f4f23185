"""Which version of the assistant this is: what was installed says so."""

from __future__ import annotations

from importlib import metadata

#: What is installed, as `pip` calls it.
DISTRIBUTION = "assistant-evenement"


def installed_version() -> str:
    """Return the version, empty where the sources run without being installed."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return ""
