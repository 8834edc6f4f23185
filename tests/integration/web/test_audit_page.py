"""The staff page of who did what: what gestures leave there, filtered, taken away, erased."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from odfdo import Document

from assistant.audit import AuditQuery
from assistant.core import Assistant
from assistant.jobs import runs
from assistant.web.staff.audit.page import HERE, audit_routes
from assistant.web.staff.document_details import ERASE, RENAME
from assistant.web.staff.document_page import document_page_routes
from assistant.web.staff.indexing import indexing_routes
from assistant.web.staff.layout import document_page
from assistant.web.staff.receipts import receipt_routes
from assistant.web.staff.rights.page import rights_routes
from tests.support.small_site import write_site
from tests.support.staffed import NAME, Staff, assistant_over, staffed

REPORT = "forum/cantine/compte-rendu.md"
#: As a spreadsheet would run it.
RENAMED = "forum/cantine/=cmd.md"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Give a site in which a document was renamed, its rights were changed, and a run asked for."""
    with assistant_over(write_site(tmp_path_factory.mktemp("site"))) as assistant:
        assistant.sync()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(runs, "start", lambda settings, **_: None)
            with staffed_over(assistant) as staff:
                staff.sent(document_page(REPORT), {"geste": RENAME, "nom": "=cmd"})
                staff.sent("/personnel/droits", {"chemin": RENAMED, "lecteurs": "agents"})
                staff.sent("/personnel/indexation", {"geste": "relire"})
        yield assistant


def staffed_over(assistant: Assistant):  # type: ignore[no-untyped-def]
    routes = (audit_routes, rights_routes, indexing_routes, receipt_routes, document_page_routes)
    return staffed(assistant.settings, *(one(assistant) for one in routes))


@pytest.fixture
def staff(opened: Assistant) -> Iterator[Staff]:
    with staffed_over(opened) as browser:
        yield browser


def test_gestures_are_listed_by_who_made_them_when_in_paris(staff: Staff) -> None:
    page = staff.read(HERE)
    assert "Relecture complète lancée" in page
    assert "Lecteurs changés" in page
    assert f"{REPORT} → {RENAMED}" in page
    assert page.count(f">{NAME}</td>") == 3
    assert re.search(r"\d{1,2}(er)? \w+ \d{4} à \d{1,2} h \d\d", page)


def test_a_kind_an_account_and_days_narrow_the_list(staff: Staff) -> None:
    of_rights = staff.read(f"{HERE}?genre=rights&compte={NAME}&du=2001-01-01")
    assert "1 action<" in of_rights
    assert "Lecteurs changés" in of_rights
    assert "Relecture complète" not in of_rights.partition("<table>")[2]
    assert "Rien ne correspond" in staff.read(f"{HERE}?au=2001-01-01")
    assert f'{HERE}/export.ods?genre=rights"' in staff.read(f"{HERE}?genre=rights")
    assert "3 actions" in staff.read(f"{HERE}?genre=inconnu&du=hier")


def test_it_is_taken_away_as_tables_that_run_nothing(staff: Staff, opened: Assistant) -> None:
    text = staff.get(f"{HERE}/export.csv?genre=rights").content.decode("utf-8-sig")
    head, line = csv.reader(StringIO(text), delimiter=";")
    assert head[0] == "Moment (UTC)"
    assert line[0] == opened.trail.read(AuditQuery("rights"), most=1)[0].at
    assert line[2:] == ["Droits de lecture", "Lecteurs changés", NAME, RENAMED]
    sheet = Document(BytesIO(staff.get(f"{HERE}/export.ods").content)).body.tables[0]
    assert sheet.height == 4
    assert not sheet.get_elements("//@table:formula")


def test_a_document_erased_for_good_leaves_the_trail_its_receipt_only(
    staff: Staff, opened: Assistant
) -> None:
    opened.sync()
    staff.sent(document_page(RENAMED), {"geste": ERASE})
    page = staff.read(HERE)
    assert "Document effacé pour de bon" in page
    assert page.count("document effacé, reçu") == 3
    assert RENAMED not in page
    assert REPORT not in page
    kept = [one.read_bytes() for one in Path(opened.settings.index).glob("historique*")]
    assert not any(b"compte-rendu" in one or b"=cmd" in one for one in kept)
    [address, *_] = re.findall(r'href="(/personnel/recus/[^"]+)"', page)
    assert RENAMED in staff.read(address)
