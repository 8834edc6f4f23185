"""The staff page of the service's state: what the doctor finds, the gravest first."""

from __future__ import annotations

from html import unescape
from pathlib import Path

from assistant.core import Assistant
from assistant.i18n import catalogue
from assistant.ingest.sync import sync
from assistant.ops.doctor.check_results import CheckResult
from assistant.settings import Settings
from assistant.web.staff.checkup import _COMMAND, HERE, checkup_routes, state_of
from tests.support.fakes import FakeEncoder
from tests.support.staffed import content, staffed

FINDINGS = (
    CheckResult("catalog", "ok", "Le catalogue est entier.", ""),
    CheckResult("space", "warning", "Peu de place.", "Libérez-en."),
    CheckResult("generation", "error", "L'index <b> est abîmé.", "Lancez la synchronisation."),
)


def test_what_is_to_mend_comes_first_with_its_remedy() -> None:
    html = content("staff/state.html", state_of(FINDINGS, deep=False))
    page = unescape(html)
    assert page.index("À réparer") < page.index("Lancez la synchronisation.")
    assert page.index("est abîmé") < page.index("Peu de place.") < page.index("est entier")
    assert "1 chose à réparer" in page
    assert "<b>" not in html


def test_a_browser_is_given_a_page_and_no_command() -> None:
    findings = (
        CheckResult(
            "corpus", "warning", "2 documents en défaut.", "« assistant status » dit tout."
        ),
        CheckResult("permissions", "error", "L'index est ouvert.", "Lancez « chmod o-rwx index »."),
    )
    page = unescape(content("staff/state.html", state_of(findings, deep=False)))
    assert "/personnel?etat=probleme" in page
    assert "chmod" not in page
    assert "assistant status" not in page
    assert "À transmettre au service informatique" in page


def test_no_check_says_a_command_where_it_says_what_it_found() -> None:
    found = [key for key in catalogue() if key.startswith("doctor.") and "_remedy" not in key]
    assert len(found) > 40
    assert not [key for key in found if _COMMAND.search(catalogue()[key]["fr"])]


def test_the_page_says_what_the_doctor_finds_of_this_site(tmp_path: Path) -> None:
    site = Settings(
        corpus=tmp_path / "corpus", index=tmp_path / "index", accounts=tmp_path / "comptes.json"
    )
    (site.corpus / "forum").mkdir(parents=True)
    (site.corpus / "forum" / "notes.txt").write_text("La cantine sert neuf cents repas.")
    sync(site, FakeEncoder())
    with staffed(site, checkup_routes(Assistant(site))) as staff:
        assert "Le catalogue est entier." in staff.read(HERE)
        (site.index / "CURRENT").write_text("gen-999999\n")
        page = staff.read(f"{HERE}?tout=1")
    assert page.index("À réparer") < page.index("En ordre")
    assert "gen-999999" in page
