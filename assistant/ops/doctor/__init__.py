"""What is wrong with a site, and what to do: every check of `machine` and `integrity`, in order.

In: a site's settings. Out: findings, which the command `assistant doctor` and the page of the
state show. Nothing is written, no model is loaded; all of it works while a `sync` runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from assistant.i18n import Language
from assistant.ops.doctor import integrity, machine
from assistant.ops.doctor.check_results import Finding, Grade
from assistant.settings import Settings

__all__ = ["Finding", "Grade", "examine"]


def examine(
    settings: Settings, deep: bool = False, language: Language = "fr"
) -> tuple[Finding, ...]:
    """Return what each check found, what is well among it.

    `deep` hashes every file of the index, however large, and the model's weights, and recomputes
    the key of each passage: some ten seconds for 60,000 passages.
    """
    return tuple(_findings(settings, deep, language))


def _findings(settings: Settings, deep: bool, language: Language) -> Iterator[Finding]:
    meta = integrity.catalog_meta(settings)
    yield from integrity.catalog(settings, deep, language)
    yield from integrity.generation(settings, meta, deep, language)
    yield integrity.corpus(settings, language)
    yield from integrity.opinions(settings, language)
    yield from integrity.leftovers(settings, language)
    yield from integrity.permissions(settings, language)
    yield from machine.space(settings, language)
    yield from machine.model(settings, meta.get("identity", ""), deep, language)
    yield machine.sealed(machine.environment(), language)
    yield machine.listening(settings.host, language)
    yield machine.way_out(language)
    yield machine.clock(time.time(), _dates(settings), language)
    yield from machine.versions(language)
    yield from machine.programs(language)


def _dates(settings: Settings) -> Iterator[tuple[Path, float]]:
    """Yield the dates of the documents and of the index."""
    for folder, pattern in ((settings.corpus, "*/**/*"), (settings.index, "*")):
        for path in folder.glob(pattern):
            try:
                yield path, path.stat().st_mtime
            except OSError:
                continue  # gone meanwhile
