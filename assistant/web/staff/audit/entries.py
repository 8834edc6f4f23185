"""Entries of the audit trail in words: `AuditEntry` → when, what, by whom, to what.

Times are kept in UTC and shown as Paris has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from assistant.audit import ERASED, KINDS, AuditEntry, AuditQuery
from assistant.i18n import Language, say
from assistant.i18n.days import PARIS, moment_in_words
from assistant.web.staff.layout import RECEIPTS, document_page

#: Kinds whose subjects are documents.
_OF_DOCUMENTS = ("deposit", "document", "correction")


@dataclass(frozen=True, slots=True)
class AuditChoice:
    """What of the trail is asked for, as it stands in the page's form and addresses.

    `first` and `last` are days of Paris, both shown; None: no bound.
    """

    kind: str = ""
    account: str = ""
    first: date | None = None
    last: date | None = None

    def query(self) -> AuditQuery:
        """Return what to ask of the trail."""
        after = self.last + timedelta(days=1) if self.last and self.last < date.max else None
        return AuditQuery(self.kind, self.account, _midnight(self.first), _midnight(after))

    def asked(self, page: int = 1) -> str:
        """Return what stands after the "?" of an address, empty where all is asked for."""
        fields = {
            "genre": self.kind,
            "compte": self.account,
            "du": self.first.isoformat() if self.first else "",
            "au": self.last.isoformat() if self.last else "",
            "page": str(page) if page > 1 else "",
        }
        return urlencode({name: value for name, value in fields.items() if value})


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry in words; `address` is where its subject is, empty where that has no page."""

    when: str
    kind: str
    what: str
    who: str
    subject: str
    address: str


def choice_of(sent: Mapping[str, str]) -> AuditChoice:
    """Return what an address asks for; what it can't mean is left out."""
    kind = sent.get("genre", "")
    return AuditChoice(
        kind if kind in KINDS else "",
        sent.get("compte", "")[:200],
        _day(sent.get("du", "")),
        _day(sent.get("au", "")),
    )


def line_of(entry: AuditEntry, language: Language) -> AuditLine:
    """Return an entry in words."""
    kind, _, what = entry.action.partition(".")
    subject, address = _subject(entry, language)
    return AuditLine(
        when=moment_in_words(entry.at, language),
        kind=say(f"audit.kind_{kind}", language),
        what=say(f"audit.{kind}_{what}", language),
        who=_who(entry, language),
        subject=subject,
        address=address,
    )


def _who(entry: AuditEntry, language: Language) -> str:
    if entry.origin == "page":
        return entry.account or say("audit.nobody_known", language)
    if entry.origin == "service":
        return say("audit.by_service", language)
    return say("audit.by_command", language, account=entry.account or "?")


def _subject(entry: AuditEntry, language: Language) -> tuple[str, str]:
    """Return what an entry is about, in words, and the address of its page."""
    if entry.subject.startswith(ERASED):
        receipt = entry.subject.removeprefix(ERASED)
        if not receipt:
            return say("audit.name_erased", language), ""
        return say("audit.document_erased", language, receipt=receipt), f"{RECEIPTS}/{receipt}"
    if entry.former:
        former = say("audit.name_erased", language) if _is_out(entry.former) else entry.former
        words = say("audit.from_to", language, former=former, now=entry.subject)
        return words, document_page(entry.subject)
    if entry.number:
        return say("audit.number", language, number=entry.number), ""
    address = document_page(entry.subject) if entry.kind in _OF_DOCUMENTS else ""
    return entry.subject, address


def _is_out(name: str) -> bool:
    return name.startswith(ERASED)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _midnight(day: date | None) -> str:
    """Return when a day of Paris begins, as the trail writes moments; empty for none."""
    if day is None or day.year < 2:
        return ""
    return datetime.combine(day, time(), PARIS).astimezone(UTC).isoformat(timespec="seconds")
