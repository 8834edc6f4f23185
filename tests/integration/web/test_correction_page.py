"""The staff page that corrects a document: through its forms, to the answer that quotes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from assistant.core import Assistant
from assistant.corpus.corrections_store import load_corrections
from assistant.curation.correcting import MOST_CHARACTERS, blocks_of, correct
from assistant.curation.forgetting_speakers import forget_speaker
from assistant.readers.sandbox.parent import ReadingProcess
from assistant.settings import Settings
from assistant.web.staff.corrections.form import correction_of
from assistant.web.staff.corrections.page import correction_routes
from assistant.web.staff.corrections.query import BlockQuery, Typed, correction_address
from tests.support.staffed import HOST, Staff, assistant_over, content, staffed

TALK = "forum/cantine/propos.vtt"
VTT = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v LOCUTEUR 1>La quantine sert neuf cents repas par jour.

00:00:20.000 --> 00:00:24.000
<v LOCUTEUR 2>Le pain <script>alert(1)</script> vient d'une boulangerie.

00:00:50.000 --> 00:00:53.000
<v LOCUTEUR 1>Sous-titrage automatique.
"""
HERE = correction_address(TALK)


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    site = Settings(
        corpus=tmp_path / "corpus",
        index=tmp_path / "index",
        accounts=tmp_path / "comptes.json",
        reading_workers=1,
        answer_threshold=0.0,
    )
    site.index.mkdir()
    write(site, TALK, VTT)
    return site


def write(site: Settings, name: str, text: str) -> None:
    path = site.corpus / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def assistant(site: Settings) -> Assistant:
    return assistant_over(site)


@pytest.fixture
def staff(site: Settings, assistant: Assistant) -> Iterator[Staff]:
    with staffed(site, correction_routes(assistant)) as browser:
        yield browser


def fields(html: str) -> dict[str, str]:
    """Return what the page's form would send as it is."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name = re.search(r' name="([^"]*)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        if name and value and "checkbox" not in tag and name[1] != "q":
            found[unescape(name[1])] = unescape(value[1])
    for name, text in re.findall(
        r'<textarea[^>]* name="(t\d+)"[^>]*>\n(.*?)</textarea>', html, re.S
    ):
        found[name] = unescape(text)
    return found


def form(staff: Staff, address: str = HERE) -> dict[str, str]:
    return fields(staff.get(address).text)


def texts(site: Settings) -> list[str | None]:
    return [block.new_text for block in blocks_of(site.reading_options(), TALK).blocks]


def test_each_block_stands_with_its_place_its_speaker_and_its_text(staff: Staff) -> None:
    raw = staff.get(HERE).text
    page = unescape(raw)
    assert "À 20 s" in page and "LOCUTEUR 2" in page
    assert form(staff)["t0"] == "La quantine sert neuf cents repas par jour."
    assert "<script>alert" not in raw


def test_corrected_words_are_quoted_after_the_indexing(
    staff: Staff, site: Settings, assistant: Assistant
) -> None:
    assistant.sync()
    sent = form(staff) | {"t0": "La cantine sert neuf cents repas par jour.", "s0": "Cheffe"}
    page = staff.sent(HERE, sent)
    assert "sera visible à la prochaine indexation" in page
    assert "Réindexer maintenant" in page
    assert "Texte d'origine" in page and "La quantine" in page
    # Only what was changed is a correction.
    assert texts(site) == ["La cantine sert neuf cents repas par jour.", None, None]
    assistant.sync()
    answer = assistant.ask("Combien de repas la cantine sert-elle ?")
    quotes = [one.quote for one in answer.citations]
    assert "La cantine sert neuf cents repas par jour." in quotes
    assert assistant.view().document(TALK).passages[0].speaker == "Cheffe"
    page = staff.read(HERE)
    assert "Réindexer maintenant" not in page
    assert "/passage/forum/cantine/propos.vtt?lieu=second-1#extrait" in page


def test_a_block_is_given_back_its_text_and_what_else_was_typed_is_saved(
    staff: Staff, site: Settings
) -> None:
    staff.sent(HERE, form(staff) | {"t0": "Corrigé.", "t1": ""})
    assert "retiré de l'index" in staff.read(HERE)
    staff.sent(HERE, form(staff) | {"retablir": "0", "t2": "Merci."})
    assert texts(site) == [None, "", "Merci."]
    page = staff.sent(HERE, form(staff) | {"geste": "tout-retablir"})
    assert "sont rétablis" in page
    assert texts(site) == [None, None, None]
    assert not load_corrections(site.corpus).by_content


def test_a_form_sent_back_as_it_came_changes_nothing(staff: Staff, site: Settings) -> None:
    sent = form(staff)
    sent["t1"] = sent["t1"].replace("\n", "\r\n")
    assert "rien à enregistrer" in staff.sent(HERE, sent)
    assert not load_corrections(site.corpus).by_content


def test_a_speaker_is_renamed_and_given_the_name_back(staff: Staff, site: Settings) -> None:
    staff.sent(HERE, form(staff) | {"s0": "Une agente", "s1": "Un agent"})
    assert blocks_of(site.reading_options(), TALK).renamed == {
        "LOCUTEUR 1": "Une agente",
        "LOCUTEUR 2": "Un agent",
    }
    staff.sent(HERE, form(staff) | {"rendre": "LOCUTEUR 1", "s1": ""})
    assert blocks_of(site.reading_options(), TALK).renamed == {}


def test_one_wrong_name_saves_none_and_shows_them_all_again(staff: Staff, site: Settings) -> None:
    sent = form(staff) | {"s0": "Une agente", "s1": "A / B", "t0": "Corrigé."}
    answer = staff.post(HERE, data=sent, headers={"Origin": HOST})
    assert answer.status_code == 409
    again = fields(answer.text)
    assert (again["s0"], again["s1"], again["t0"]) == ("Une agente", "A / B", "Corrigé.")
    assert "ne peut pas servir de nom" in unescape(answer.text)
    assert not load_corrections(site.corpus).by_content


def test_who_comes_second_sees_both_texts_and_may_save_then(staff: Staff, site: Settings) -> None:
    sent = form(staff) | {"t0": "La mienne.", "s1": "Un agent"}
    correct(site.reading_options(), TALK, {0: "La première.", 2: "Ailleurs."}, sent["version"])
    answer = staff.post(HERE, data=sent, headers={"Origin": HOST})
    assert answer.status_code == 409
    page = unescape(answer.text)
    assert "ont changé depuis que vous l'avez ouvert" in page
    assert "Texte enregistré entre-temps" in page and "La première." in page
    again = fields(answer.text)
    assert (again["t0"], again["t2"], again["s1"]) == ("La mienne.", "Ailleurs.", "Un agent")
    staff.sent(HERE, again)
    assert texts(site) == ["La mienne.", None, "Ailleurs."]
    assert blocks_of(site.reading_options(), TALK).renamed == {"LOCUTEUR 2": "Un agent"}


def test_what_was_typed_over_a_file_replaced_meanwhile_is_shown(
    staff: Staff, site: Settings
) -> None:
    sent = form(staff) | {"t0": "Mon texte <b>tapé</b>."}
    write(site, TALK, VTT.replace("quantine", "cantine"))
    answer = staff.post(HERE, data=sent, headers={"Origin": HOST})
    assert answer.status_code == 409
    assert "Mon texte <b>tapé</b>." in unescape(answer.text) and "<b>tapé" not in answer.text
    assert fields(answer.text).get("t0") in (None, "La cantine sert neuf cents repas par jour.")


def test_corrections_without_object_are_said_and_dropped(staff: Staff, site: Settings) -> None:
    staff.sent(HERE, form(staff) | {"t0": "Mille repas.", "s1": "Un agent"})
    write(site, TALK, VTT.replace("quantine", "cantine").replace("LOCUTEUR 2", "Cheffe"))
    page = staff.read(HERE)
    assert "Corrections sans objet" in page and "Mille repas." in page
    assert "« LOCUTEUR 2 » devait s'appeler « Un agent »" in page
    page = staff.sent(HERE, form(staff) | {"geste": "retirer"})
    assert "Corrections sans objet" not in page
    assert not load_corrections(site.corpus).by_content


def test_a_forgotten_person_s_words_are_not_shown(
    staff: Staff, site: Settings, assistant: Assistant
) -> None:
    assistant.sync()
    forget_speaker(site.reading_options(), "LOCUTEUR 1")
    page = staff.read(HERE)
    assert "quantine" not in page and "LOCUTEUR 1" not in page
    assert "Une personne a été oubliée dans ce document" in page
    assert "LOCUTEUR 2" in page


def test_blocks_are_searched_and_shown_a_page_at_a_time(staff: Staff, site: Settings) -> None:
    lines = "\n".join(f"[00:{n:02d}:00] Phrase {n} du long débat." for n in range(55))
    write(site, "forum/long.txt", lines)
    here = correction_address("forum/long.txt")
    assert len([name for name in form(staff, here) if name.startswith("t")]) == 50
    assert "Page 1 sur 2" in staff.read(here)
    last = form(staff, f"{here}?page=2")
    assert [name for name in last if name.startswith("t")] == [f"t{n}" for n in range(50, 55)]
    found = form(staff, f"{here}?q=PHRASE+53")
    assert [name for name in found if name.startswith("t")] == ["t53"]
    staff.sent(f"{here}?q=PHRASE+53", found | {"t53": "Autre chose."})
    corrected = form(staff, f"{here}?etat=corriges")
    assert [name for name in corrected if name.startswith("t")] == ["t53"]


def test_the_document_is_read_once_until_its_file_changes(
    staff: Staff, site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []
    read = ReadingProcess.read
    monkeypatch.setattr(ReadingProcess, "read", lambda *a, **k: (reads.append(1), read(*a, **k))[1])
    staff.sent(HERE, form(staff) | {"t0": "Corrigé."})
    assert len(reads) == 1
    write(site, TALK, VTT.replace("quantine", "cantine"))
    assert form(staff)["t0"] == "La cantine sert neuf cents repas par jour."
    assert len(reads) == 2


@pytest.mark.parametrize(
    "id_", ["forum/rien.vtt", "secret.txt", "forum/cantine", "%2e%2e/secret.txt"]
)
def test_only_documents_of_the_corpus_are_opened(staff: Staff, site: Settings, id_: str) -> None:
    (site.corpus.parent / "secret.txt").write_text("Un secret.")
    address = f"/personnel/document/{id_}/corriger"
    assert staff.get(address).status_code == 404
    answer = staff.post(address, data={"t0": "x", "e0": "y"}, headers={"Origin": HOST})
    assert answer.status_code == 404


def test_a_document_that_can_t_be_opened_says_why(staff: Staff, site: Settings) -> None:
    write(site, "forum/vide.pdf", "rien d'un PDF")
    page = staff.read(correction_address("forum/vide.pdf"))
    assert "ne peut pas être corrigé maintenant" in page


def test_what_a_machine_wrote_is_said(site: Settings) -> None:
    opened = replace(blocks_of(site.reading_options(), TALK), facts={"automatic": "speech"})
    page = correction_of(opened, BlockQuery(), Typed(), "fr", is_indexed=False, is_heard=False)
    assert "Transcription automatique" in page.notes[0]
    # Not indexed, it can't be opened at its place.
    assert "/passage/" not in content("staff/correction.html", page)


def test_a_block_too_long_is_shown_without_a_box(site: Settings, staff: Staff) -> None:
    write(site, "forum/long.md", "mot " * (MOST_CHARACTERS // 3))
    page = staff.get(correction_address("forum/long.md")).text
    assert "trop long pour être corrigé ici" in unescape(page)
    assert "<textarea" not in page
