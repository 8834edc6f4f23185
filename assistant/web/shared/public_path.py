"""Where the site stands on its host: at the root, or under a path that a proxy passes on.

Within the assistant every address is as at the root ("/seance/…"). What leaves it for a browser is
put under the path here, once: by templates, by who writes an address where there is no template,
and by `web.http.under_path`, which takes the path off what comes in.
"""

from __future__ import annotations

_stands = {"path": ""}


def stand_under(path: str) -> None:
    """Say under which path ("/assistant") this process serves its site; empty: at the root."""
    _stands["path"] = path


def under_path(address: str) -> str:
    """Return the address of a page of ours as a browser asks for it; others stay as they are."""
    is_ours = address.startswith("/") and not address.startswith("//")
    return _stands["path"] + address if is_ours else address


def public_path() -> str:
    """Return the path under which the site stands, which follows its host's name."""
    return _stands["path"]
