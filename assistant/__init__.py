"""A local assistant that answers questions over an event's material, and cites its sources.

Importing this package loads no model and no index: the public names are looked up when used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.core import Assistant, open_assistant
    from assistant.errors import (
        AccountError,
        AssistantError,
        BackupError,
        CorpusError,
        DepositError,
        FeedbackError,
        IndexDamaged,
        IndexFault,
        IndexMismatch,
        IndexMissing,
        IndexUnwritable,
        ModelError,
        QuestionError,
        ReadError,
        RequestError,
        SettingsError,
        SyncRunning,
    )
    from assistant.records import (
        Answer,
        Block,
        Citation,
        Document,
        DocumentState,
        Filters,
        Hit,
        Mark,
        Passage,
        Place,
        Problem,
        Progress,
        Said,
        Session,
        Shown,
        SyncReport,
    )
    from assistant.settings import Settings, load_settings

_HOMES = {
    "core": ("Assistant", "open_assistant"),
    "errors": (
        "AccountError", "AssistantError", "BackupError", "CorpusError", "DepositError",
        "FeedbackError", "IndexDamaged", "IndexFault", "IndexMismatch", "IndexMissing",
        "IndexUnwritable", "ModelError", "QuestionError", "ReadError", "RequestError",
        "SettingsError",
        "SyncRunning",
    ),
    "records": (
        "Answer", "Block", "Citation", "Document", "DocumentState", "Filters", "Hit", "Mark",
        "Passage", "Place", "Problem", "Progress", "Said", "Session", "Shown", "SyncReport",
    ),
    "settings": ("Settings", "load_settings"),
}  # fmt: skip
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AccountError",
    "Answer",
    "Assistant",
    "AssistantError",
    "BackupError",
    "Block",
    "Citation",
    "CorpusError",
    "DepositError",
    "Document",
    "DocumentState",
    "FeedbackError",
    "Filters",
    "Hit",
    "IndexDamaged",
    "IndexFault",
    "IndexMismatch",
    "IndexMissing",
    "IndexUnwritable",
    "Mark",
    "ModelError",
    "Passage",
    "Place",
    "Problem",
    "Progress",
    "QuestionError",
    "ReadError",
    "RequestError",
    "Said",
    "Session",
    "Settings",
    "SettingsError",
    "Shown",
    "SyncReport",
    "SyncRunning",
    "load_settings",
    "open_assistant",
]


def __getattr__(name: str) -> Any:
    """Import the module of a public name when it is first used (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    return getattr(import_module(f"assistant.{_HOME[name]}"), name)
