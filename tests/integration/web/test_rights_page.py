"""The staff page of the rights: who reads what is seen, changed, and refused in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.core import Assistant
from assistant.errors import SyncRunning
from assistant.jobs import runs
from assistant.rights.files import FILE, rights_in
from assistant.rights.rules import Rights
from assistant.web.staff.document_page import document_page_routes
from assistant.web.staff.layout import ADDRESSES
from assistant.web.staff.rights.page import rights_routes
from tests.support.small_site import write_site
from tests.support.staffed import Staff, assistant_over, staffed

HERE = ADDRESSES["rights"]
REPORT = "forum/cantine/compte-rendu.md"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with assistant_over(write_site(tmp_path_factory.mktemp("site"))) as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    asked: list[bool] = []
    monkeypatch.setattr(runs, "start", lambda settings, rights_only: asked.append(rights_only))
    return asked


@pytest.fixture
def staff(opened: Assistant, started: list[bool]) -> Iterator[Staff]:
    (opened.settings.corpus / FILE).unlink(missing_ok=True)
    (opened.settings.index / "audiences.json").unlink(missing_ok=True)
    with staffed(opened.settings, rights_routes(opened), document_page_routes(opened)) as browser:
        yield browser


def rights(opened: Assistant) -> Rights | None:
    return rights_in(opened.settings.corpus)


def test_a_site_without_rules_says_that_everybody_reads_everything(
    staff: Staff, opened: Assistant
) -> None:
    page = staff.read(HERE)
    assert page.count("Tout le monde</td>") == 3
    # Nothing stands above an event.
    assert (page.count(">aucune</td>"), page.count(">celle du dessus</td>")) == (1, 2)
    assert "Changer<span" in page
    assert "forum/cantine" in page
    assert rights(opened) is None


def test_groups_then_rules_are_made_in_the_browser(
    staff: Staff, opened: Assistant, started: list[bool]
) -> None:
    form = {"groupes": "rh = /ville/rh, 3f2a\r\n\r\nelus\r\n", "programmes": " agents, "}
    page = staff.sent(HERE, form)
    assert "Enregistré." in page
    assert "rh = /ville/rh, 3f2a\nelus" in page
    assert "rh" in staff.read(f"{HERE}?chemin=forum/cantine")
    chosen = {"chemin": "forum/cantine", "lecteurs": "groupes", "groupe": ["rh", "elus"]}
    page = staff.sent(HERE, chosen)
    assert ">rh, elus</td>" in page
    staff.sent(HERE, {"chemin": REPORT, "lecteurs": "agents"})
    assert rights(opened) == Rights(
        {"rh": ("/ville/rh", "3f2a"), "elus": ()},
        {"forum/cantine": ("rh", "elus"), REPORT: ("agents",)},
        ("agents",),
    )
    form_page = staff.read(f"{HERE}?chemin={REPORT}")
    assert 'value="agents" checked' in form_page
    assert "Comme ce qui est au-dessus : rh, elus" in form_page
    staff.sent(HERE, {"chemin": REPORT, "lecteurs": "herite"})
    assert REPORT not in (rights(opened) or Rights()).rules
    assert started == [True] * 4


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"chemin": "forum", "lecteurs": "groupes"}, "ne nomme aucun lecteur"),
        ({"chemin": "forum", "lecteurs": "groupes", "groupe": "rh"}, "Le groupe « rh »"),
        ({"chemin": "../etc", "lecteurs": "tous"}, "n'est pas le chemin"),
        ({"groupes": "agents"}, "ne peut pas être celui d'un groupe"),
        ({"groupes": "", "programmes": "rh"}, "Le groupe « rh », que « programmes » nomme"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    staff: Staff, opened: Assistant, started: list[bool], form: dict[str, str], told: str
) -> None:
    assert told in staff.sent(HERE, form)
    assert rights(opened) is None
    assert started == []


def test_a_group_that_a_rule_names_is_not_taken_away(staff: Staff, opened: Assistant) -> None:
    staff.sent(HERE, {"groupes": "rh"})
    staff.sent(HERE, {"chemin": "forum", "lecteurs": "groupes", "groupe": "rh"})
    assert "Ajoutez-le aux groupes" in staff.sent(HERE, {"groupes": ""})
    assert (rights(opened) or Rights()).groups == {"rh": ()}


def test_a_file_that_is_wrong_is_told_and_left(staff: Staff, opened: Assistant) -> None:
    path = opened.settings.corpus / FILE
    path.write_text("[lecteurs\n")
    assert "mal écrit vers la ligne 1" in staff.read(HERE)
    assert "mal écrit" in staff.sent(HERE, {"groupes": "rh"})
    assert path.read_text() == "[lecteurs\n"


def test_a_file_that_is_gone_is_told_until_it_is_saved_anew(
    staff: Staff, opened: Assistant
) -> None:
    (opened.settings.index / "audiences.json").write_text("{}")
    assert "n'est plus là" in staff.read(HERE)
    assert "Enregistré." in staff.sent(HERE, {"groupes": ""})
    assert "n'est plus là" not in staff.read(HERE)


def test_a_rule_of_nothing_is_shown_apart(staff: Staff, opened: Assistant) -> None:
    staff.sent(HERE, {"chemin": "forum/ancienne", "lecteurs": "agents"})
    page = staff.read(HERE)
    assert "Règles sans objet" in page
    assert "Rien d'indexé ne porte ce nom" in staff.read(f"{HERE}?chemin=forum/ancienne")


def test_a_run_under_way_is_said(
    staff: Staff, opened: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(settings: object, *, rights_only: bool) -> None:
        raise SyncRunning("sync_running", path=Path("index"))

    monkeypatch.setattr(runs, "start", busy)
    assert "attendent qu'elle se termine" in staff.sent(HERE, {"groupes": "rh"})


def test_the_page_of_a_document_leads_to_its_readers(staff: Staff) -> None:
    page = staff.read(f"{ADDRESSES['document']}/{REPORT}")
    assert f"{HERE}?chemin=forum%2Fcantine%2Fcompte-rendu.md" in page
