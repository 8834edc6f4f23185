"""Writes `index-620d34a.zip`: a small site with its index, as commit 620d34a made it.

That is the last version whose catalog has format 4 (its generations have format 3, what agents
think of answers format 2), and keeps problems as French sentences. The tests open it with the
code of today. It needs a checkout of that commit, whose code this runs, and nothing else:

    git worktree add /tmp/before 620d34a
    cd /tmp/before && PYTHONPATH=/tmp/before python HERE/old_index.py HERE/../index-620d34a.zip
"""

from __future__ import annotations

import sys
import tempfile
import unicodedata
import zipfile
from datetime import date
from pathlib import Path

from assistant.indexing import sync
from tests.fakes import FakeEncoder
from tests.readers.making.pdfs import report

from assistant import feedback, runs
from assistant.feedback import Feedback, Unanswered
from assistant.settings import Settings

TEXTS = {
    "forum/cantine/compte-rendu.md": "# Cantines\n\nLa cuisine centrale sert 900 repas par jour.\n",
    "forum/voirie/notes.txt": "Quarante nids-de-poule ont été signalés au mois de mars.\n",
    "forum/voirie/conference.vtt": (
        "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Claire>Le budget de la voirie augmente.\n\n"
        "00:09.000 --> 00:05.000\n<v Claire>Les travaux commencent en avril.\n"
    ),
    # What staff read of files that are left out, or read in part only.
    "forum/vide.txt": "",
    "forum/plan.dwg": "dessin",
    "forum/sans-suffixe": "rien",
    "forum/blanc.txt": "  \n",
    "forum/abime.pdf": "%PDF-1.4 n'importe quoi",
    "forum/cantine/programme.csv": "seance\n",
    f"forum/{unicodedata.normalize('NFD', 'été')}.txt": "Les cantines ouvrent en été.",
    "forum/été.txt": "Les cantines ouvrent en été.",
    "forum/message.eml": (
        "From: a@exemple.fr\nTo: b@exemple.fr\nSubject: Menus\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\n'
        "Les menus sont affichés le lundi.\n--x\nContent-Type: image/gif\n"
        'Content-Disposition: attachment; filename="photo.gif"\n\nGIF89a\n--x--\n'
    ),
    "forum/programme.csv": (
        "seance;titre;type\ncantine;Les cantines;atelier\ncantine;Encore;atelier\n"
        "piscine;La piscine;atelier\nvoirie;La voirie;débat\n"
    ),
    "salon/notes.txt": "Le salon ouvre à neuf heures.\n",
    "salon/programme.csv": "titre;type\nLe salon;atelier\n",
    "fete/notes.txt": "La fête a lieu en juin.\n",
    "fete/programme.csv": "\n",
    f".corrections/{'0' * 64}.json": '{"format": 1, "id": "forum/parti.txt", "texts": [], '
    '"speakers": {}, "forgotten": []}',
    f".corrections/{'1' * 64}.json": "{",
}
#: On the day when it was made: the page drops what is older than `feedback_days`.
TODAY = date(2026, 11, 28)


def write_site(folder: Path) -> Settings:
    """Write the documents, index them, and return the settings."""
    settings = Settings(corpus=folder / "corpus", index=folder / "index")
    for name, text in TEXTS.items():
        path = settings.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (settings.corpus / "forum/rapport.docx").write_bytes(report())
    with runs.exclusive_run(settings) as status:
        status.finish(sync(settings, FakeEncoder(), locked=True))
    kept = settings.index / feedback.FILE
    opinion = Feedback("Qui paie les repas ?", "answered", useful=True, word="Très clair")
    feedback.keep(kept, opinion, key="a", days=9999, today=TODAY)
    feedback.keep_unanswered(kept, Unanswered("Où est la mairie ?"), days=9999, today=TODAY)
    return settings


def main(target: Path) -> None:
    """Write the archive, each of its files with the same date."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(target, "w") as archive:
        write_site(Path(folder))
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file() and path.name != "sync.lock":
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
