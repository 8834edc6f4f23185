"""What is wrong with a site, and what to do: every check of `machine` and `integrity`, in order.

In: a site's settings. Out: check results, which the command `assistant doctor` and the page of the
state show. Nothing is written, no model is loaded; all of it works while a `sync` runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from assistant.i18n import Language
from assistant.ops.doctor import integrity, machine
from assistant.ops.doctor.check_results import CheckResult, Grade
from assistant.ops.doctor.identity import signing_in
from assistant.settings import Settings

__all__ = ["Finding", "Grade", "examine"]


def examine(
    settings: Settings, deep: bool = False, language: Language = "fr"
) -> tuple[CheckResult, ...]:
    """Return what each check found, what is well among it.

    `deep` hashes every file of the index, however large, and the model's weights, and recomputes
    the key of each passage: some ten seconds for 60,000 passages.
    """
    index, corpus = settings.index, settings.corpus
    meta = integrity.catalog_meta(index)
    written = _dates(index, corpus)
    return (
        *integrity.catalog(index, deep, language),
        *integrity.generation(index, meta, deep, language),
        integrity.corpus(settings.reading_options(), language),
        *integrity.rights(index, corpus, language),
        *integrity.opinions(index, language),
        *integrity.brought(index, settings.sources, language),
        *integrity.leftovers(index, corpus, language),
        *integrity.permissions(index, settings.accounts, language),
        *signing_in(settings.identity(), deep, language),
        *machine.space(index, corpus, language),
        *machine.model(settings.model_options(), meta.get("identity", ""), deep, language),
        machine.sealed(machine.environment(), language),
        machine.listening(settings.host, language),
        machine.way_out(language),
        machine.clock(time.time(), written, language),
        *machine.versions(language),
        *machine.programs(language),
    )


def _dates(index: Path, corpus: Path) -> Iterator[tuple[Path, float]]:
    """Yield the dates of the documents and of the index."""
    for folder, pattern in ((corpus, "*/**/*"), (index, "*")):
        for path in folder.glob(pattern):
            try:
                yield path, path.stat().st_mtime
            except OSError:
                continue  # gone meanwhile
