"""The staff pages of the programme: through their forms, to the facets of what is indexed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from assistant.core import Assistant
from assistant.corpus.programme import COLUMNS
from assistant.curation.programme_table import load_table
from assistant.settings import Settings
from assistant.web.staff.programme_form import programme_address
from assistant.web.staff.programme_page import programme_routes
from tests.support.staffed import HOST, Staff, assistant_over, staffed

PROGRAMME = """seance;titre;Jauge;type;intervenants;date;heure;salle
atelier-1;L'été à l'école;40 <i>;atelier;Une agente / Un agent;18/03/2025;9h30;Salle A
conference-1;Ouverture;;conférence;;2025-03-18;;
"""
HERE = programme_address("forum")


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    site = Settings(
        corpus=tmp_path / "corpus",
        index=tmp_path / "index",
        accounts=tmp_path / "comptes.json",
        answer_threshold=0.0,
    )
    site.index.mkdir()
    for name in ("atelier-1", "atelier-2", "conference-1"):
        (site.corpus / "forum" / name).mkdir(parents=True)
    write(site, PROGRAMME)
    return site


def write(site: Settings, text: str) -> None:
    (site.corpus / "forum/programme.csv").write_text(text, encoding="utf-8")


def on_disk(site: Settings) -> str:
    return (site.corpus / "forum/programme.csv").read_bytes().decode("utf-8-sig")


@pytest.fixture
def assistant(site: Settings) -> Assistant:
    return assistant_over(site)


@pytest.fixture
def staff(site: Settings, assistant: Assistant) -> Iterator[Staff]:
    with staffed(site, programme_routes(assistant)) as browser:
        yield browser


def fields(html: str) -> dict[str, str]:
    """Return what the page's form would send as it is."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name = re.search(r' name="([^"]*)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        if name and value and ("checkbox" not in tag or " checked" in tag):
            found[name[1]] = unescape(value[1])
    boxes = r'<textarea name="([^"]*)"[^>]*>\n(.*?)</textarea>'
    return found | {name: unescape(text) for name, text in re.findall(boxes, html, re.DOTALL)}


def form(staff: Staff, address: str = HERE) -> dict[str, str]:
    return fields(staff.get(address).text)


def refused(staff: Staff, sent: dict[str, str]) -> str:
    answer = staff.post(HERE, data=sent, headers={"Origin": HOST})
    assert answer.status_code == 409
    return answer.text


def test_events_are_listed_with_what_their_programme_holds(staff: Staff, site: Settings) -> None:
    other = "salon d'été"
    (site.corpus / other).mkdir()
    page = staff.read("/personnel/programme")
    assert "2 lignes, 1 dossier sans ligne" in page
    assert "pas encore de programme" in page
    assert f'href="{programme_address(other)}"' in page
    assert "Programme de « salon d'été »" in staff.read(programme_address(other))


def test_a_cell_says_its_column_and_its_line_and_the_town_s_own_columns_are_shown(
    staff: Staff,
) -> None:
    raw = staff.get(HERE).text
    page = unescape(raw)
    assert 'aria-label="Titre, ligne 1 atelier-1"' in page
    assert "Jauge" in page and "40 <i>" in page and "40 <i>" not in raw
    assert form(staff)["l0.titre"] == "L'été à l'école"


def test_a_changed_cell_is_saved_and_reaches_the_answers_after_the_indexing(
    staff: Staff, site: Settings, assistant: Assistant
) -> None:
    notes = site.corpus / "forum/atelier-1/notes.txt"
    notes.write_text("Les classes ouvertes ont de l'ombre.", encoding="utf-8")
    assistant.sync()
    page = staff.sent(HERE, form(staff) | {"l0.titre": "L'école au frais", "l0.salle": "Salle B"})
    assert "Le programme est enregistré" in page and "Réindexer maintenant" in page
    # The rest is as it was, the town's own column too; nothing is added unasked.
    assert on_disk(site).splitlines() == [
        "seance;titre;Jauge;type;intervenants;date;heure;salle",
        "atelier-1;L'école au frais;40 <i>;atelier;Une agente / Un agent;18/03/2025;9h30;Salle B",
        "conference-1;Ouverture;;conférence;;2025-03-18;;",
    ]
    assistant.sync()
    (citation, *_) = assistant.ask("Quelles classes ont de l'ombre ?").citations
    facts = assistant.view().document(citation.passage.document_id).facts
    assert (facts["session_title"], facts["room"]) == ("L'école au frais", "Salle B")


def test_a_proposed_line_is_taken_when_ticked_or_filled_in(staff: Staff, site: Settings) -> None:
    sent = form(staff)
    assert sent["p2.seance"] == "atelier-2" and "p2" not in sent
    staff.sent(HERE, sent)
    assert "atelier-2" not in on_disk(site)
    staff.sent(HERE, form(staff) | {"p2": "1"})
    assert "atelier-2;Atelier 2;;atelier" in on_disk(site)
    (site.corpus / "forum/atelier-3").mkdir()
    staff.sent(HERE, form(staff) | {"p3.titre": "Le troisième"})
    assert "atelier-3;Le troisième;;atelier" in on_disk(site)


def test_without_a_file_what_is_proposed_is_ticked(staff: Staff, site: Settings) -> None:
    (site.corpus / "forum/programme.csv").unlink()
    sent = form(staff)
    assert [sent[f"p{at}"] for at in range(3)] == ["1", "1", "1"]
    del sent["p1"]
    staff.sent(HERE, sent)
    assert [row.split(";")[0] for row in on_disk(site).splitlines()] == [
        "seance", "atelier-1", "conference-1",
    ]  # fmt: skip


def test_a_line_is_added_and_another_removed_without_losing_what_was_typed(
    staff: Staff, site: Settings
) -> None:
    page = staff.post(
        HERE, data=form(staff) | {"l1.titre": "Clôture", "geste": "ajouter"},
        headers={"Origin": HOST},
    ).text  # fmt: skip
    sent = fields(page)
    assert sent["l1.titre"] == "Clôture" and sent["n0.seance"] == ""
    assert "Clôture" not in on_disk(site)
    staff.sent(HERE, sent | {"n0.seance": "*", "n0.titre": "Le forum", "l0": "1"})
    lines = on_disk(site).splitlines()[1:]
    assert lines == ["conference-1;Clôture;;conférence;;2025-03-18;;", "*;Le forum;;;;;;"]


def test_wrong_cells_are_saved_and_marked_with_their_message(staff: Staff) -> None:
    sent = form(staff) | {"l0.date": "31/02/2025", "l1.seance": "nulle-part"}
    page = staff.sent(HERE, sent)
    assert "2 cases sont à vérifier" in page
    assert re.search(
        r'name="l0\.date"[^>]* aria-describedby="l0\.date-faute" aria-invalid="true"'
        r' value="31/02/2025"',
        page,
    )
    assert 'id="l0.date-faute"><b>Date</b> : « 31/02/2025 » n\'est pas une date' in page
    assert (
        'id="l1.seance-faute"><b>Dossier</b> : Aucun dossier ne s\'appelle « nulle-part »' in page
    )


def test_who_comes_second_finds_what_they_typed_in_the_programme_as_it_is_now(
    staff: Staff, site: Settings
) -> None:
    sent = form(staff) | {"l0.salle": "Salle C", "l1.titre": "La mienne", "n0.titre": "Neuve"}
    write(
        site, "seance;titre;Jauge;salle\n*;Forum;;\nconference-1;La leur;9;Hall\natelier-1;T;8;\n"
    )
    html = refused(staff, sent)
    page = unescape(html)
    assert "a changé depuis que vous l'avez ouvert" in page
    assert "Enregistré entre-temps : La leur" in page
    again = fields(html)
    assert (again["l1.titre"], again["l1.salle"]) == ("La mienne", "Hall")
    assert (again["l2.titre"], again["l2.salle"]) == ("T", "Salle C")
    assert again["n0.titre"] == "Neuve"
    staff.sent(HERE, again)
    assert on_disk(site).splitlines()[1:] == [
        "*;Forum;;;;;;",
        "conference-1;La mienne;9;Hall;;;;",
        "atelier-1;T;8;Salle C;;;;",
        ";Neuve;;;;;;",
    ]


def test_adding_a_line_to_a_programme_that_changed_says_so_and_loses_nothing(
    staff: Staff, site: Settings
) -> None:
    sent = form(staff) | {"l1.titre": "La mienne", "geste": "ajouter"}
    write(site, PROGRAMME.replace("Salle A", "Salle Z"))
    again = fields(refused(staff, sent))
    assert (again["l1.titre"], again["l0.salle"]) == ("La mienne", "Salle Z")


def test_what_can_t_be_saved_is_shown_again(staff: Staff, site: Settings) -> None:
    html = refused(staff, form(staff) | {"l0.titre": "x" * 2_001})
    assert "trop grand" in unescape(html)
    assert fields(html)["l0.titre"] == "x" * 2_001
    assert on_disk(site) == PROGRAMME


def test_what_was_typed_is_shown_where_the_file_became_unreadable(
    staff: Staff, site: Settings
) -> None:
    sent = form(staff) | {"l0.titre": "Mon titre"}
    (site.corpus / "forum/programme.csv").write_bytes(b"PK\x03\x04 un classeur")
    page = unescape(refused(staff, sent))
    assert "ne peut pas être lu comme un tableau" in page and "Mon titre" in page
    assert "Conference" not in page and "Ouverture" not in page


def test_a_long_programme_is_edited_a_page_at_a_time(staff: Staff, site: Settings) -> None:
    rows = "".join(f"seance-{n};Titre {n}\n" for n in range(130))
    write(site, f"seance;titre\n{rows}")
    assert "Page 1 sur 2" in staff.read(HERE)
    sent = form(staff, f"{HERE}?page=2")
    assert "l99.titre" not in sent and sent["l129.titre"] == "Titre 129"
    staff.sent(f"{HERE}?page=2", sent | {"l129.titre": "Le dernier"})
    table = load_table(site.corpus, "forum")
    titles = [row.cells[1] for row in table.rows if not row.proposed]
    assert titles == [*(f"Titre {n}" for n in range(129)), "Le dernier"]


def test_the_programme_is_downloaded_as_a_spreadsheet_opens_it(staff: Staff) -> None:
    answer = staff.get(f"{HERE}/telecharger")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].split(";")[0] == "seance" and set(COLUMNS) < set(lines[0].split(";"))
    assert lines[3].startswith("atelier-2;")


@pytest.mark.parametrize("event", ["rien", "..", "%2e%2e", ".git", "forum%2Fatelier-1", "%00"])
def test_only_events_of_the_corpus_are_opened(staff: Staff, site: Settings, event: str) -> None:
    (site.corpus / ".git").mkdir()
    for address in (f"/personnel/programme/{event}", f"/personnel/programme/{event}/telecharger"):
        assert staff.get(address, follow_redirects=False).status_code in (307, 404)
