"""What the pages of an upload show: the form that sends files, and what may become of each sent.

In: a deposit kept aside, and the place chosen for it. Out: records, which templates show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.curation.upload_checks import UploadCheck
from assistant.curation.uploads import Staging
from assistant.errors import CorpusError
from assistant.i18n import Language, count, say
from assistant.i18n.sizes import size_in_words
from assistant.readers import READERS
from assistant.web.http.guard import UPLOADS as HERE
from assistant.web.staff.layout import document_page
from assistant.web.staff.uploads.destinations import Destinations, destinations_of, words_of

#: The choices of a file, by what it is; the first is chosen.
CHOICES: dict[str, tuple[str, ...]] = {
    "ok": ("keep", "leave"),
    "same_name": ("leave", "replace", "both"),
    "same_content": ("leave", "both"),
    "unreadable": ("leave", "anyway"),
}


@dataclass(frozen=True, slots=True)
class SendingPage:
    """The form that sends files; `most` is in megabytes.

    `said_by_script` are the words that the script shows, by the attributes it finds them in.
    """

    destinations: Destinations
    formats: str
    accept: str
    most: int
    said_by_script: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file sent: what it would become, its verdict, and the choices that there are for it."""

    number: int
    name: str
    target: str
    size: str
    state: str
    reasons: Sequence[str]
    existing: str
    existing_address: str
    choices: Sequence[str]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What was sent, file by file, or the `fault` for which nothing can be checked yet."""

    here: str
    destinations: Destinations
    event: str
    session: str
    place: str
    summary: str = ""
    files: Sequence[CheckedFile] = ()
    can_accept: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class GonePage:
    """What to do where files sent are no longer aside."""

    remedy: str


def sending_page(corpus: Path, most: int, language: Language) -> SendingPage:
    """Return the form that sends files, of `most` megabytes."""
    suffixes = sorted(suffix for suffix in READERS if suffix != ".htm")
    return SendingPage(
        destinations=destinations_of(corpus, language),
        formats=", ".join(suffix[1:].upper() for suffix in suffixes),
        accept=",".join((*READERS, ".zip")),
        most=most,
        said_by_script={
            "envoi": _for_script("sending", language),
            "verification": _for_script("checking", language),
            "trop": _for_script("too_much", language),
            "coupure": _for_script("cut_off", language),
            "deconnecte": _for_script("signed_out", language),
            "fichiers": _for_script("chosen", language),
        },
    )


def checked_page(
    corpus: Path, staging: Staging, event: str, session: str, language: Language
) -> CheckPage:
    """Return what was sent: where it goes, each file with its verdict."""
    page = CheckPage(
        here=f"{HERE}/{staging.key}",
        destinations=destinations_of(corpus, language, event, session),
        event=event,
        session=session,
        place=words_of(corpus, event, session),
    )
    if not event:
        return replace(page, fault=say("depositing.no_place", language))
    try:
        checks = staging.check(event, session)
    except CorpusError as e:
        return replace(page, fault=e.in_a_line(language))
    return replace(
        page,
        summary=_summary(checks, language),
        files=[_file(check, language) for check in checks],
        can_accept=any(check.state != "refused" for check in checks),
    )


def _summary(checks: Sequence[UploadCheck], language: Language) -> str:
    states = [check.state for check in checks]
    named = ("ok", "same_name", "same_content", "unreadable", "refused")
    parts = [
        count(f"depositing.sum_{name}", states.count(name), language)
        for name in named
        if name in states
    ]
    return ", ".join(parts)


def _file(check: UploadCheck, language: Language) -> CheckedFile:
    return CheckedFile(
        number=check.staged.number,
        name=check.staged.claimed,
        target=check.target,
        size=size_in_words(check.staged.size, language),
        state=check.state,
        reasons=[reason.words(language) for reason in check.reasons],
        existing=check.existing,
        existing_address=document_page(check.existing),
        choices=CHOICES.get(check.state, ()),
    )


def _for_script(key: str, language: Language) -> str:
    """Return a message whose figures the script fills in."""
    unfilled = {name: f"{{{name}}}" for name in ("n", "mo", "pour_cent", "fait", "tout")}
    return say(f"depositing.{key}", language, **unfilled)
