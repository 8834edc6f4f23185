"""What is wrong with a site, and what to do: every check of the modules beside, in order.

In: a site's settings. Out: check results, which the command `assistant doctor` and the page of the
state show. Nothing is written, no model is loaded; all of it works while a `sync` runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from assistant.i18n import Language
from assistant.ops.doctor import (
    environment_checks,
    index_checks,
    sign_in_checks,
    state_checks,
)
from assistant.ops.doctor.check_results import CheckResult, Grade
from assistant.settings import Settings

__all__ = ["CheckResult", "Grade", "examine"]


def examine(
    settings: Settings, deep: bool = False, language: Language = "fr"
) -> tuple[CheckResult, ...]:
    """Return what each check found, what is well among it.

    `deep` hashes every file of the index, however large, and the model's weights, and recomputes
    the key of each passage: some ten seconds for 60,000 passages.
    """
    index, corpus = settings.index, settings.corpus
    meta = index_checks.catalog_meta(index)
    written = _dates(index, corpus)
    return (
        *index_checks.catalog(index, deep, language),
        *index_checks.generation(index, meta, deep, language),
        index_checks.corpus(settings.reading_options(), language),
        *index_checks.rights(index, corpus, language),
        *index_checks.opinions(index, language),
        *state_checks.shared_state(index, settings.accounts, language),
        *index_checks.brought(index, settings.sources, language),
        *index_checks.leftovers(index, corpus, language),
        *index_checks.permissions(index, settings.accounts, language),
        *sign_in_checks.signing_in(settings.identity(), deep, language),
        *environment_checks.space(index, corpus, language),
        *environment_checks.model(
            settings.model_options(), meta.get("identity", ""), deep, language
        ),
        environment_checks.sealed(environment_checks.environment(), language),
        environment_checks.listening(settings.host, language),
        *environment_checks.under_path(settings.public_names, settings.public_path, language),
        environment_checks.way_out(language),
        environment_checks.clock(time.time(), written, language),
        *environment_checks.versions(language),
        *environment_checks.programs(language),
    )


def _dates(index: Path, corpus: Path) -> Iterator[tuple[Path, float]]:
    """Yield the dates of the documents and of the index."""
    for folder, pattern in ((corpus, "*/**/*"), (index, "*")):
        for path in folder.glob(pattern):
            try:
                yield path, path.stat().st_mtime
            except OSError:
                continue  # gone meanwhile
