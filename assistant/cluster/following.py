"""Milvus kept in step with the index on this disk, which remembers where it was sent.

In: the options of a site, and its index after `sync` or an erasure. Out: the same generation in
Milvus. `milvus.json` in the index folder says where it was sent, so that whatever erases here
erases there too, and a site that moves to another server, or back to none, leaves nothing behind.
The key in it was drawn at random: no other site can publish in the place of this one. What talks
to the server is loaded only where there is one.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.errors import IndexDamaged
from assistant.settings.options import MilvusOptions
from assistant.system.files import sync_to_disk, write_whole

#: Where the index was sent, in its folder.
SENT = "milvus.json"


@dataclass(frozen=True, slots=True)
class _SentIndex:
    """Where an index was sent, and the key by which it is known there."""

    options: MilvusOptions
    site: str

    @property
    def place(self) -> tuple[str, str]:
        """The server and the tenant."""
        return self.options.milvus_address, self.options.milvus_tenant


def follow(options: MilvusOptions, index: Path, keep: int) -> None:
    """Have Milvus answer what the index on this disk answers, if the site names a server.

    What a former server has is withdrawn. Raises SettingsError, SearchServerError, IndexDamaged.
    """
    sent = _sent(index)
    if not (sent or options.milvus_address):
        return
    from assistant.cluster.connection import SearchServer
    from assistant.cluster.publishing import send_current, withdraw

    if sent and sent.place != (options.milvus_address, options.milvus_tenant):
        withdraw(SearchServer(sent.options), sent.options.milvus_tenant, sent.site)
        (index / SENT).unlink()
        sync_to_disk(index)
        sent = None
    if options.milvus_address:
        server = SearchServer(options)
        site = sent.site if sent else secrets.token_hex(16)
        # Written down first: what was begun is known, and can be erased.
        if sent is None or sent.options != options:
            _write(index, _SentIndex(options, site))
        send_current(server, options.milvus_tenant, site, index, keep)


def follow_erasure(index: Path) -> None:
    """Leave in Milvus only what the current generation of the index holds, if it was ever sent.

    Raises SettingsError, SearchServerError, IndexDamaged.
    """
    if sent := _sent(index):
        from assistant.cluster.connection import SearchServer
        from assistant.cluster.publishing import send_current, withdraw

        server, tenant = SearchServer(sent.options), sent.options.milvus_tenant
        if send_current(server, tenant, sent.site, index, keep=1) is None:
            withdraw(server, tenant, sent.site)


def take_over(options: MilvusOptions, index: Path) -> None:
    """Have an index publish in the place of the one that did, on a machine that is lost, say.

    Raises SettingsError, SearchServerError.
    """
    from assistant.cluster.connection import SearchServer
    from assistant.cluster.publishing import site_of

    server = SearchServer(options)
    if site := site_of(server, options.milvus_tenant):
        index.mkdir(parents=True, exist_ok=True)
        _write(index, _SentIndex(options, site))


def _write(index: Path, sent: _SentIndex) -> None:
    write_whole(index / SENT, json.dumps(asdict(sent), indent=1), mode=0o600)


def _sent(index: Path) -> _SentIndex | None:
    """Return where an index was sent, None where it never was. Raises IndexDamaged."""
    file = index / SENT
    try:
        written = json.loads(file.read_text(encoding="utf-8"))
        return _SentIndex(MilvusOptions(**written["options"]), str(written["site"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as e:
        raise IndexDamaged("index_damaged", path=file, cause=e) from e
