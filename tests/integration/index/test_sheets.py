"""The sheets of a generation: made out of the catalog, kept, made again for what has changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pptx import Presentation

from assistant import open_assistant
from assistant.errors import SheetError
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.generation import open_generation
from assistant.index.manifest import current_name
from assistant.ingest.sync import sync
from assistant.settings import Settings
from assistant.sheets import making
from assistant.sheets.reading import EVENT, SESSION
from tests.conftest import ROOT
from tests.support.fakes import FakeEncoder
from tests.support.old_site import old_site

DECK, REPORT = "forum/cantine/diapositives.pptx", "forum/cantine/compte-rendu.md"
ELSEWHERE = "forum/voirie/compte-rendu.md"
SLIDES = [
    ("Les cantines", ["Atelier de la ville"]),
    ("Le problème", ["Un écart de 11 % entre prévu et servi", "128 grammes jetés par plateau"]),
    ("À retenir", ["Commencer par peser les restes", "Montrer les résultats aux enfants"]),
]
TEXT = """# Compte rendu

## Les repas

La cuisine centrale sert 900 repas par jour dans neuf restaurants scolaires de la ville.

## Conclusion

Il faut peser les restes pendant trois mois avant tout achat de logiciel.
"""
ROADS = """# Voirie

## Les dégradations

La première campagne a repéré 1 340 dégradations, dont 212 nids-de-poule à réparer en urgence.
"""


def write_deck(path: Path, slides: list[tuple[str, list[str]]]) -> None:
    deck = Presentation()
    for title, lines in slides:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = "\n".join(lines)
    deck.save(str(path))


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    settings = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")
    for name, text in {REPORT: TEXT, ELSEWHERE: ROADS}.items():
        path = settings.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    write_deck(settings.corpus / DECK, SLIDES)
    sync(settings, FakeEncoder())
    return settings


def quoted(site: Settings, part: str, session: str = "forum/cantine") -> list[str]:
    """Return what a part of a session's sheet quotes, in words."""
    index = open_generation(site.index)
    sheet = json.loads(index.sheet(SESSION, session) or "{}")
    words = []
    for document, ordinal, start, end in sheet[part]:
        passages = {one.ordinal: one for one in index.passages_of(sheet["documents"][document])}
        words.append(passages[ordinal].text[start:end])
    index.close()
    return words


def looked_through(site: Settings, monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """Sync, and return the titles of the documents whose digests were made anew."""
    seen: list[set[str]] = []
    digest_of = making.digest_of

    def counting(passages, vectors, *, titles, is_deck):  # type: ignore[no-untyped-def]
        seen.append({one.document_id for one in passages})
        return digest_of(passages, vectors, titles=titles, is_deck=is_deck)

    monkeypatch.setattr(making, "digest_of", counting)
    sync(site, FakeEncoder())
    monkeypatch.undo()
    return seen


def test_a_session_s_own_synthesis_and_points_are_quoted_word_for_word(site: Settings) -> None:
    assert quoted(site, "synthesis") == [
        "À retenir\nCommencer par peser les restes\nMontrer les résultats aux enfants",
        "Il faut peser les restes pendant trois mois avant tout achat de logiciel.",
    ]
    (problem,) = (one for one in quoted(site, "points") if "11 %" in one)
    assert problem.startswith("Le problème\n")
    assert "Atelier de la ville" not in " ".join(quoted(site, "points"))
    assert "Les repas" in quoted(site, "outline")


def test_of_one_edited_slide_only_the_deck_is_looked_through_again(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = [*SLIDES[:2], ("À retenir", ["Former les agents avant tout achat", "Peser le pain"])]
    write_deck(site.corpus / DECK, changed)
    assert looked_through(site, monkeypatch) == [{DECK}]
    assert "Former les agents" in quoted(site, "synthesis")[0]


def test_other_words_of_the_programme_make_the_sheets_of_its_session_only(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = site.corpus / "forum" / "programme.csv"
    programme.write_text("seance;titre\nvoirie;Les rues de la ville\n", encoding="utf-8")
    assert looked_through(site, monkeypatch) == [{ELSEWHERE}]


def test_digests_go_with_their_documents(site: Settings) -> None:
    (site.corpus / DECK).unlink()
    sync(site, FakeEncoder())
    with Catalog(site.index / CATALOG) as catalog:
        kept = [id_ for (id_,) in catalog._db.execute("SELECT document_id FROM digests")]
    assert kept == [REPORT, ELSEWHERE]


def test_an_event_has_a_sheet_and_a_session_without_documents_none(site: Settings) -> None:
    index = open_generation(site.index)
    assert index.has_sheets
    assert json.loads(index.sheet(EVENT, "forum") or "")["figures"]
    assert index.sheet(SESSION, "forum/ailleurs") is None
    index.close()


def test_a_view_gives_the_sheet_of_a_session_as_it_is_named(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: FakeEncoder())
    with open_assistant(site) as assistant:
        view = assistant.view()
        sheet = view.sheet("cantine")
        assert sheet == view.sheet("forum/cantine")
        assert [one.id for one in sheet.documents] == [DECK, REPORT]
        assert [one.quote for one in sheet.synthesis] == quoted(site, "synthesis")
        assert sheet.synthesis[0].place.kind == "slide"
        assert sheet.synthesis[0].place.first == 3
        numbers = [one.number for one in (*sheet.synthesis, *sheet.points)]
        assert numbers == [*range(1, len(numbers) + 1)]
        event = view.event_sheet()
        assert (event.event, len(event.sessions)) == ("forum", 2)
        assert any("1 340" in one.quote for one in event.figures)
        with pytest.raises(SheetError) as caught:
            view.sheet("la piscine")
        assert "forum/cantine" in caught.value.remedy


def test_an_older_index_has_no_sheets_until_the_next_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.core.open_encoder", lambda settings: FakeEncoder())
    site = old_site(tmp_path)
    with open_assistant(site) as assistant:
        (first, *_) = assistant.view().sessions
        with pytest.raises(SheetError) as caught:
            assistant.view().sheet(first.id)
        assert caught.value.key == "sheets_missing"
        assert "assistant sync" in caught.value.remedy
        assistant.sync()
        assert assistant.view().sheet(first.id).documents


#: Syncs, and kills itself at the given step of making the sheets.
KILLED = """
import os, signal, sys
from pathlib import Path
from assistant.index.catalog import Catalog
from assistant.ingest.sync import sync
from assistant.settings import Settings
from assistant.sheets import making
from tests.support.fakes import FakeEncoder
from tests.support.old_site import old_site

corpus, index, step = sys.argv[1:]

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def after(function):
    def called(*arguments, **named):
        result = function(*arguments, **named)
        die() if result is None or step == "chosen" else None
        return result
    return called

if step == "weighed":
    making.digest_of = die
elif step == "kept":
    Catalog.keep_digest = after(Catalog.keep_digest)
elif step == "chosen":
    making.chosen = after(making.chosen)
elif step == "event":
    making.event_choice = die
sync(Settings(corpus=Path(corpus), index=Path(index)), FakeEncoder())
"""


@pytest.mark.parametrize("step", ["weighed", "kept", "chosen", "event"])
def test_killed_while_sheets_are_made_the_former_generation_answers(
    site: Settings, step: str
) -> None:
    before = current_name(site.index)
    (site.corpus / REPORT).write_text(TEXT.replace("trois mois", "six mois"), encoding="utf-8")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(site.corpus), str(site.index), step],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert killed.returncode == -9, killed.stderr
    assert current_name(site.index) == before
    assert "trois mois" in quoted(site, "synthesis")[1]

    sync(site, FakeEncoder())
    assert "six mois" in quoted(site, "synthesis")[1]
    assert not list(site.index.glob(".*building"))
