"""Who did what: an audit trail of what staff and operators did to a site, append-only, for a time.

`trail` writes and reads it, `entries` says what it keeps, `database` how, and `forgetting` takes
out of it what erasing takes. Never a question, nor a word of a document. Times are UTC. See
docs/decisions/0030-audit-trail.md.
"""

from assistant.audit.entries import (
    ERASED,
    FILE,
    KINDS,
    UNSETTLED,
    UNWRITTEN,
    WAITING,
    AuditEntry,
    AuditQuery,
)
from assistant.audit.forgetting import forget_documents, forget_name
from assistant.audit.trail import Trail

#: What other rooms take.
__all__ = [
    "ERASED",
    "FILE",
    "KINDS",
    "UNSETTLED",
    "UNWRITTEN",
    "WAITING",
    "AuditEntry",
    "AuditQuery",
    "Trail",
    "forget_documents",
    "forget_name",
]
