"""What an audit trail keeps: its kinds of actions, its entries, and which of them are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

#: The database's name in the index folder. A restore leaves the one that is there.
FILE = "historique.sqlite3"
#: What was done, by kind; a code is "kind.what".
KINDS: Mapping[str, tuple[str, ...]] = {
    "access": ("accepted", "refused"),
    "deposit": ("added", "replaced"),
    "document": ("renamed", "replaced"),
    "correction": ("saved", "undone", "dropped"),
    "programme": ("saved",),
    "erasure": ("document", "speaker", "recalled", "questions", "opinions", "retention"),
    "rights": ("rule", "groups"),
    "account": (
        "made",
        "link",
        "role",
        "password",
        "groups",
        "disabled",
        "enabled",
        "unlocked",
        "removed",
    ),
    "settings": ("changed",),
    "run": ("started", "rebuilt", "cancelled"),
    "backup": ("made", "failed", "restored", "drilled"),
}
#: Where somebody did it: in a browser, by a command; or the service did it by itself.
Origin = Literal["page", "command", "service"]
#: What is counted beside actions: those that could not be kept, passwords not looked at, and
#: sign-ins that a provider or a directory could not settle.
UNWRITTEN, WAITING, UNSETTLED = "unwritten", "access.waiting", "access.unsettled"
#: What stands in place of a name that was erased, before the name of the receipt, if there is one.
ERASED = "efface:"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What was done: when (ISO 8601, UTC), what, by whom and from where, to what.

    `account` is empty where nobody signed in; `former` is the name that a document had before;
    `number` how many there were, where they are not named.
    """

    at: str
    action: str
    account: str
    origin: Origin = "page"
    subject: str = ""
    former: str = ""
    number: int = 0

    @property
    def kind(self) -> str:
        """Return the kind of the action, a key of KINDS."""
        return self.action.partition(".")[0]


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries are asked for: a kind, an account, and moments (ISO 8601, UTC) from and to.

    Empty: all of them. `until` is left out itself.
    """

    kind: str = ""
    account: str = ""
    since: str = ""
    until: str = ""
