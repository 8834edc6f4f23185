"""The stand-in with more recordings: a long talk, a film, a text in disguise, one that goes away.

python -m tests.support.recorded FOLDER [PORT]
"""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

from assistant.records import Mark, Passage, Place
from assistant.records.documents import Automatic
from tests.support import stand_in
from tests.support.stand_in import DRAWING, EVENT, StandIn, serve

TALK = "forum/conference-2/longue.vtt"
FILM = "forum/atelier-2/film.fr.vtt"
ALONE = "forum/atelier-2/seul.mp3"
BROKEN = "forum/atelier-2/abîmé.vtt"
LEAVING = "forum/atelier-2/départ.vtt"

RECORDINGS = {
    TALK: "forum/conference-2/longue.wav",
    FILM: "forum/atelier-2/film.webm",
    ALONE: ALONE,
    BROKEN: "forum/atelier-2/abîmé.wav",
    LEAVING: "forum/atelier-2/départ.wav",
}
#: The talk has a line every so many seconds.
TALK_LINE_SECONDS = 4.0
TALK_LINES = 600
HOSTILE_LINE = "<img src=x onerror=alert(1)> & </li></ol><script>document.title='pris'</script>"
SPEAKERS = ("Direction de l'accueil", "<i>Mairie</i> & ville")


def _passages() -> dict[str, tuple[Passage, ...]]:
    talk = [f"Phrase numéro {number} du long exposé sur la voirie." for number in range(TALK_LINES)]
    talk[303] = HOSTILE_LINE
    talk[300] = "Le revêtement silencieux divise le bruit des pneus par deux."
    return {
        TALK: _spoken(TALK, talk, 10, TALK_LINE_SECONDS),
        FILM: _spoken(
            FILM,
            [
                "Bienvenue dans la médiathèque rénovée.",
                "Les automates de prêt libèrent deux heures par jour et par agent, que "
                "l'équipe consacre à l'accueil des classes et aux ateliers numériques.",
                "Nous voyons ici la salle des périodiques.",
                "Merci de votre visite filmée.",
            ],
            2,
            12.0,
        ),
        ALONE: _spoken(ALONE, ["Bonjour.", "La piscine ferme en février pour vidange."], 2, 20.0),
        BROKEN: _spoken(BROKEN, ["Bonjour.", "Le cimetière ouvre plus tôt en novembre."], 2, 20.0),
        LEAVING: _spoken(LEAVING, ["Bonjour.", "La crèche accueille soixante enfants."], 2, 20.0),
    }


def _spoken(
    document: str, sentences: list[str], by_passage: int, seconds: float
) -> tuple[Passage, ...]:
    """Return passages of so many sentences, each sentence at its own seconds."""
    passages = []
    for first in range(0, len(sentences), by_passage):
        text, marks = "", []
        for at, sentence in enumerate(sentences[first : first + by_passage], start=first):
            text += " " if text else ""
            marks.append(Mark(len(text), at * seconds, (at + 1) * seconds - 0.5))
            text += sentence
        ordinal = first // by_passage
        place = Place("second", marks[0].first, marks[-1].last)
        speaker = SPEAKERS[ordinal // 3 % 2]
        passages.append(Passage(document, ordinal, text, EVENT, place, 40, speaker, tuple(marks)))
    return tuple(passages)


class Recorded(StandIn):
    """The stand-in, over recordings that can be deleted."""

    def __init__(self, folder: Path, port: int = 7860) -> None:
        super().__init__(folder, port)
        more = _passages()
        self.by_document = {**self.by_document, **more}
        stand_in.TITLES.update({TALK: "Conférence sur la voirie", FILM: "Visite filmée"})
        stand_in.TITLES.update(dict.fromkeys((ALONE, BROKEN, LEAVING), "Annonces"))
        for document, recording in RECORDINGS.items():
            (folder / document).parent.mkdir(parents=True, exist_ok=True)
            (folder / document).write_text("WEBVTT\n", encoding="utf-8")
            write_silence(folder / recording, more[document][-1].place.last + 5)
        shutil.copy(Path(__file__).parent / "film.webm", folder / RECORDINGS[FILM])
        (folder / RECORDINGS[BROKEN]).write_bytes(b"no recording at all" * 1000)

    def recording(self, document_id: str) -> Path | None:
        if document_id not in RECORDINGS:
            return super().recording(document_id)
        path = self.settings.corpus / RECORDINGS[document_id]
        return path if path.is_file() else None

    def language(self, document_id: str) -> str:
        return "fr" if document_id != DRAWING else ""

    def automatic(self, document_id: str) -> Automatic:
        return "speech" if document_id == ALONE else ""


def write_silence(path: Path, seconds: float) -> None:
    """Write a real recording of nothing, at the lowest rate that browsers play."""
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(1)
        recording.setframerate(3000)
        recording.writeframes(bytes([128]) * round(3000 * seconds))


if __name__ == "__main__":
    serve(Recorded)
