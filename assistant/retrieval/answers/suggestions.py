"""Questions to try: an `Answer` with its lines → the same without those that get no answer.

A suggestion is asked before it is shown. Who asks (`is_answered`) may keep what came of it for as
long as a generation answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from assistant.i18n import Language
from assistant.i18n.told import told_words
from assistant.records.answers import Answer, AssistantLine

#: What leads to questions to try, and says nothing without them.
_LEAD = "talk.try"


def with_answered(answer: Answer, is_answered: Callable[[str], bool]) -> Answer:
    """Return an answer that suggests only questions that are answered, in every language."""
    kept = [one for one in answer.told if not one.asks or _is_answered(one, is_answered)]
    if not any(one.asks for one in kept):
        kept = [one for one in kept if one.message != _LEAD]
    return replace(answer, told=tuple(kept))


def _is_answered(told: AssistantLine, is_answered: Callable[[str], bool]) -> bool:
    return all(is_answered(told_words(told, language)) for language in get_args(Language))
