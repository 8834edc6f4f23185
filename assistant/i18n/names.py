"""Names of those who speak, one after the other."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.i18n import Language


def names_in_words(names: Iterable[str], language: Language = "fr") -> str:
    """Say who speaks; a comma belongs to a role's name: « Animatrice, état civil »."""
    return (" ; " if language == "fr" else "; ").join(name for name in names if name)
