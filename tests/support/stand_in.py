"""An assistant in memory, for what the demonstration corpus doesn't hold: hostile text, a
recording, slides, faults. Run as a program, it serves its page until it is ended.

    python -m tests.support.stand_in FOLDER [PORT]
"""

from __future__ import annotations

import re
import sys
import textwrap
import time
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from pptx import Presentation
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from assistant.audit import Trail
from assistant.errors import QuestionError
from assistant.query.followup import with_subject
from assistant.records import (
    Answer,
    Citation,
    DocumentState,
    Filters,
    Hit,
    Mark,
    Passage,
    Place,
    Problem,
    Said,
    Session,
    Shown,
)
from assistant.records.answers import Status
from assistant.records.vectors import Vectors
from assistant.rights.rules import Reader, Rights
from assistant.settings import Settings, load_settings
from assistant.sheets.naming import session_named
from assistant.sheets.records import EventSheet, SessionSheet
from tests.support.fakes import FakeEncoder
from tests.support.problems import as_written
from tests.support.stand_in_sheets import event_sheet_of, sheet_of

EVENT = "Forum IA et métiers municipaux"
HOSTILE = (
    "Le tampon officiel <img src=https://evil.example/x.png onerror=alert(1)> "
    "![pixel](https://evil.example/y.png) <script>document.title='pris'</script> "
    "[suite](javascript:alert(2)) <a href=https://evil.example/>lien</a> $$x^2$$ **gras** "
    "reste du texte. Voir aussi [2]."
)
LONG_TITLE = "Accueil du public : ce que l'intelligence artificielle change pour les agents"

DRAFTING = "Rédiger un courrier avec un assistant"
PRIVACY = "Protéger les données personnelles"

SESSIONS = (
    Session(
        id="forum/conference-1",
        event="forum",
        title=LONG_TITLE,
        event_title=EVENT,
        type="conférence",
        speakers=("Direction de l'accueil",),
        date="2026-03-12",
    ),
    Session(id="forum/atelier-2", event="forum", title=DRAFTING, event_title=EVENT, type="atelier"),
    Session(id="forum/atelier-3", event="forum", title=PRIVACY, event_title=EVENT, type="atelier"),
)

VOICE = "forum/conference-1/conference.vtt"
SLIDES = "forum/atelier-2/diapositives.pptx"
REPORT = "forum/atelier-3/compte-rendu.pdf"
NOTE = "forum/atelier-3/note.html"
MEMO = "forum/atelier-3/mémo d'été #1.txt"
DRAWING = "forum/atelier-3/plan.svg"

TITLES = {
    VOICE: "Conférence d'ouverture",
    SLIDES: "Rédiger un courrier – diapositives",
    REPORT: "Compte rendu de l'atelier « données personnelles »",
    NOTE: "Note reçue",
    MEMO: "Mémo d'été",
    DRAWING: "Plan de la salle",
}


def _passages() -> dict[str, tuple[Passage, ...]]:
    spoken = [
        "Bonjour à toutes et à tous, et merci d'être venus si nombreux ce matin.",
        "L'accueil téléphonique reçoit mille deux cents appels par semaine. Un quart de ces appels "
        "porte sur les horaires des services.",
        "Nous avons essayé un assistant vocal pendant trois mois. Le temps d'attente moyen est "
        "passé de sept minutes à trois minutes. Les agents ont gardé les cas difficiles.",
        "Le syndicat a demandé que chaque agent puisse reprendre l'appel à tout moment. "
        "Cette demande a été acceptée.",
        "La formation dure deux jours. Elle est ouverte à tous les agents d'accueil.",
    ]
    voice = tuple(
        Passage(
            VOICE,
            at,
            text,
            f"{EVENT} › {LONG_TITLE}",
            Place("second", 700.0 + 24 * at, 723.0 + 24 * at),
            40,
            "Direction de l'accueil",
            (
                Mark(0, 700.0 + 24 * at, 711.0 + 24 * at),
                # From the second sentence on, where there is one.
                *(
                    [Mark(text.index(". ") + 2, 712.0 + 24 * at, 723.0 + 24 * at)]
                    if ". " in text
                    else []
                ),
            ),
        )
        for at, text in enumerate(spoken)
    )
    slides = tuple(
        Passage(
            SLIDES,
            at,
            text,
            f"{EVENT} › {DRAFTING} › {heading}",
            Place("slide", at + 1, at + 1),
            30,
            marks=(Mark(0, at + 1, at + 1),),
        )
        for at, (heading, text) in enumerate(
            [
                (
                    "Pourquoi relire chaque courrier ?",
                    "Un assistant peut inventer une référence juridique. Chaque courrier est "
                    "relu par un agent avant d'être signé.",
                ),
                (
                    "Une bonne consigne de rédaction",
                    "Donner le contexte, le destinataire et le ton attendu.\n"
                    "Ne jamais coller de données personnelles.",
                ),
                (
                    "Trois exemples à essayer",
                    "Réponse à une réclamation. Invitation. Note de service.",
                ),
            ]
        )
    )
    report = tuple(
        Passage(
            REPORT,
            at,
            text,
            f"{EVENT} › {PRIVACY}",
            Place("page", at + 1, at + 1),
            60,
            marks=(Mark(0, at + 1, at + 1),),
        )
        for at, text in enumerate(
            [
                "Compte rendu de l'atelier du 12 mars. Vingt-huit participants étaient présents.",
                "Les dossiers sociaux ne doivent jamais être envoyés à un service extérieur.",
                "La durée de conservation des enregistrements est fixée à trente jours. Au-delà, "
                "ils sont effacés par le service informatique, qui en tient le registre.",
            ]
        )
    )
    return {
        VOICE: voice,
        SLIDES: slides,
        REPORT: report,
        NOTE: (
            Passage(
                NOTE,
                0,
                HOSTILE,
                f"{EVENT} › {PRIVACY} › <b>Note</b>",
                Place("paragraph", 12, 12),
                50,
                "<i>x</i>",
                (Mark(0, 12, 12),),
            ),
        ),
        MEMO: (
            Passage(
                MEMO,
                0,
                "Les badges d'été ouvrent la salle bleue.",
                EVENT,
                Place("line", 1, 1),
                10,
                marks=(Mark(0, 1, 1),),
            ),
        ),
        DRAWING: (
            Passage(
                DRAWING,
                0,
                "La sortie de secours est au nord.",
                EVENT,
                Place("line", 1, 1),
                10,
                marks=(Mark(0, 1, 1),),
            ),
        ),
    }


class StandInDocument:
    """A document of the stand-in, looked up where the stand-in says, and when it is needed."""

    def __init__(self, stand_in: StandIn, id_: str) -> None:
        self.id = id_
        self._stand_in = stand_in

    @property
    def is_indexed(self) -> bool:
        return self.id in self._stand_in.by_document

    @property
    def title(self) -> str:
        return TITLES.get(self.id, "")

    @property
    def facts(self) -> dict[str, str]:
        return self._stand_in.facts(self.id)

    @property
    def version(self) -> str:
        return "0123456789ab"

    @property
    def language(self) -> str:
        return self._stand_in.language(self.id)

    @property
    def passages(self) -> tuple[Passage, ...]:
        return self._stand_in.by_document.get(self.id, ())

    @property
    def file(self) -> Path | None:
        return self._stand_in.file(self.id)

    @property
    def recording(self) -> Path | None:
        return self._stand_in.recording(self.id)

    def automatic(self, place: Place) -> str:
        return self._stand_in.automatic(self.id)


class StandIn:
    """Answers with the sentence that shares most words with the question.

    It is its own view: nothing of it is ever published anew.
    """

    def __init__(self, folder: Path, port: int = 7860) -> None:
        # By the environment, a test may choose more.
        self.settings = load_settings(corpus=folder, index=folder / ".index", port=port)
        # Nothing is kept of who did what.
        self.trail = Trail(self.settings.index, 0)
        self.by_document = _passages()
        write_files(folder)

    #: As everybody reads everything.
    audience = ""
    rights: Rights | None = None

    def view(self) -> StandIn:
        return self

    def view_for(self, reader: Reader) -> StandIn:
        return self

    def sessions_for(self, reader: Reader) -> tuple[Session, ...]:
        return self.sessions

    def document(self, document_id: str) -> StandInDocument:
        return StandInDocument(self, document_id)

    @property
    def sessions(self) -> tuple[Session, ...]:
        return SESSIONS

    @property
    def document_ids(self) -> tuple[str, ...]:
        return tuple(self.by_document)

    def facts(self, document_id: str) -> dict[str, str]:
        id_ = document_id.rpartition("/")[0]
        return next(
            (
                {
                    "event": one.event,
                    "event_title": one.event_title,
                    "session": one.id,
                    "session_title": one.title,
                    "speakers": " / ".join(one.speakers),
                }
                for one in SESSIONS
                if one.id == id_
            ),
            {},
        )

    def values(self, facet: str) -> tuple[str, ...]:
        found = {"session": [one.id for one in SESSIONS], "type": [one.type for one in SESSIONS]}
        return tuple(sorted(set(found.get(facet, ()))))

    def language(self, document_id: str) -> str:
        return "en" if document_id == NOTE else "fr"

    def file(self, document_id: str) -> Path | None:
        if "panne" in document_id:
            raise ZeroDivisionError("secret-de-la-trace")
        return self.settings.corpus / document_id if document_id in self.by_document else None

    def recording(self, document_id: str) -> Path | None:
        return (
            self.settings.corpus / "forum/conference-1/conference.wav"
            if document_id == VOICE
            else None
        )

    def automatic(self, document_id: str) -> str:
        return ""

    def sheet(self, session: str) -> SessionSheet:
        return sheet_of(session_named(session, self.sessions), self.by_document, TITLES)

    def event_sheet(self, event: str = "") -> EventSheet:
        return event_sheet_of([self.sheet(one.id) for one in self.sessions])

    def slide_of(self, passage: Passage, place: Place | None = None) -> Shown | None:
        at = place or passage.place
        if passage.document_id != VOICE or at.first < 772:
            return None
        return Shown(SLIDES, Place("slide", 3, 3), TITLES[SLIDES], 0.9)

    def said_at(self, document: Passage | str, number: int | None = None) -> Said | None:
        if isinstance(document, Passage) and document.document_id == SLIDES:
            return Said(VOICE, Place("second", 772, 795), 0.9) if document.ordinal == 2 else None
        return None

    def question_vectors(self, questions: Sequence[str]) -> Vectors:
        return FakeEncoder(256).encode_passages(questions)

    def warm_up(self) -> None:
        return None

    @property
    def generation(self) -> str:
        return "gen-000001"

    @property
    def published_on(self) -> date:
        return date(2026, 3, 14)

    def refresh(self) -> bool:
        return False

    def documents(self) -> tuple[DocumentState, ...]:
        return tuple(
            DocumentState(id_, TITLES[id_], "report", {}, "0" * 64, 1, len(passages), ())
            for id_, passages in self.by_document.items()
        )

    def problems(self) -> tuple[Problem, ...]:
        return (as_written(NOTE, "warning", "La note est courte.", "Rien à faire."),)

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        asked = _words(question)
        chosen = filters.sessions if filters else ()
        scored = [
            (len(asked & _words(one.text)), one)
            for document, passages in self.by_document.items()
            for one in passages
            if not chosen or document.rpartition("/")[0] in chosen
        ]
        scored.sort(key=lambda pair: -pair[0])
        return [
            Hit(one, TITLES[one.document_id], rank, score, 0.5, 0.5, 0.5)
            for rank, (score, one) in enumerate(scored[:k], start=1)
            if score
        ]

    def ask(self, question: str, filters: Filters | None = None, previous: str = "") -> Answer:
        if not question.strip():
            raise RefusedQuestionError("La question est vide.", "Écrivez une question.")
        if len(question) > self.settings.max_question_characters:
            raise RefusedQuestionError("La question est trop longue.", "Raccourcissez-la.")
        if "lente" in question:
            time.sleep(2)
        if "panne" in question:
            raise ZeroDivisionError("secret-de-la-trace")
        searched = with_subject(previous, question)
        subject = previous if searched != question else ""
        hits = self.search(searched, filters=filters)
        good = [hit for hit in hits if hit.score >= 2][:2]
        citations = tuple(
            _cited(number, hit, _words(searched)) for number, hit in enumerate(good, start=1)
        )
        text = "\n".join(f"« {one.quote} » [{one.number}]" for one in citations)
        status: Status = "answered" if citations else "refused"
        if citations and "hésit" in question:
            status, text = "perhaps", ""
        return Answer(
            question, status, text, citations, 0.9, "extractive", tuple(hits), 0.01, subject
        )


class RefusedQuestionError(QuestionError):
    """A question refused in the words given, the catalogue of errors not being ours to fill."""

    def __init__(self, words: str, what_to_do: str) -> None:
        self.words, self.what_to_do = words, what_to_do
        Exception.__init__(self, words)

    def message(self, language: str = "fr") -> str:
        return self.words

    def remedy_in(self, language: str) -> str:
        return self.what_to_do


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3}


def _cited(number: int, hit: Hit, asked: set[str]) -> Citation:
    text = hit.passage.text
    if text == HOSTILE:
        return Citation(number, hit.passage, hit.title, 0, len(text))
    sentences = [(found.start(), found.end()) for found in re.finditer(r"[^.\s][^.]*\.", text)]
    start, end = max(sentences, key=lambda span: len(asked & _words(text[span[0] : span[1]])))
    return Citation(number, hit.passage, hit.title, start, end)


def write_files(folder: Path) -> None:
    """Write the files of the stand-in's documents: a real PDF, a real recording, and others."""
    for document in TITLES:
        (folder / document).parent.mkdir(parents=True, exist_ok=True)
    canvas = Canvas(str(folder / REPORT), pagesize=A4)
    for passage in _passages()[REPORT]:
        canvas.setFont("Helvetica", 13)
        canvas.drawString(72, 760, f"Page {int(passage.place.first)}")
        for line, words in enumerate(textwrap.wrap(passage.text, 60)):
            canvas.drawString(72, 720 - 20 * line, words)
        canvas.showPage()
    canvas.save()
    deck = Presentation()
    for passage in _passages()[SLIDES]:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = passage.context.rpartition(" › ")[2]
        slide.placeholders[1].text = passage.text
    deck.save(str(folder / SLIDES))
    with wave.open(str(folder / "forum/conference-1/conference.wav"), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(1)
        recording.setframerate(8000)
        recording.writeframes(bytes([128]) * 8000 * 900)
    (folder / VOICE).write_text(
        "WEBVTT\n\n00:11:40.000 --> 00:11:51.000\nBonjour\n", encoding="utf-8"
    )
    (folder / NOTE).write_text(f"<html><body>{HOSTILE}</body></html>", encoding="utf-8")
    (folder / MEMO).write_bytes("Les badges d'été ouvrent la salle bleue.".encode("cp1252"))
    (folder / DRAWING).write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(3)</script></svg>', encoding="utf-8"
    )
    (folder / "secret.txt").write_text("jamais indexé", encoding="utf-8")


def serve(kind: type[StandIn]) -> None:
    """Serve a stand-in through the page's own server."""
    from assistant.web import app

    folder, port = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0

    @contextmanager
    def opened(_: Settings) -> Iterator[StandIn]:
        yield kind(folder, port)

    app.open_assistant = opened  # type: ignore[assignment]
    app.serve(load_settings(corpus=folder, index=folder / ".index", port=port))


if __name__ == "__main__":
    serve(StandIn)
