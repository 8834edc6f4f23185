"""The nouns that flow through the assistant, as frozen dataclasses.

File → `Document` (made of `Block`s) → `Passage` → vector → `Hit` → `Answer` (with `Citation`s).
Nothing here computes more than a property of its own fields. Code of the package takes a record
from its module; who uses the package takes the public ones from here, or from `assistant`.
"""

from assistant.records.answers import Answer, Cell, Citation, Said, Shown
from assistant.records.documents import (
    Block,
    Document,
    DocumentState,
    Mark,
    Passage,
    Place,
    Session,
)
from assistant.records.hits import Filters, Hit
from assistant.records.messages import Problem
from assistant.records.runs import Progress, SyncReport

#: What `assistant` makes public.
__all__ = [
    "Answer",
    "Block",
    "Cell",
    "Citation",
    "Document",
    "DocumentState",
    "Filters",
    "Hit",
    "Mark",
    "Passage",
    "Place",
    "Problem",
    "Progress",
    "Said",
    "Session",
    "Shown",
    "SyncReport",
]
