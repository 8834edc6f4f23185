"""A site for `bench.rounds`: real small files, and everything that changes them.

In: a seeded chance. Out: files of nine formats under a corpus, and acts on them as staff and the
share do them: each may be killed. No neural network: a fake encoder, and a transcriber that hears
what a recording's bytes say.
"""

from __future__ import annotations

import io
import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import docx
from pptx import Presentation
from reportlab.pdfgen.canvas import Canvas

from assistant.corpus import walk
from assistant.corpus.paths import is_ignored
from assistant.curation import correcting, forgetting_speakers
from assistant.curation import documents as upkeep
from assistant.curation.accepting import accept
from assistant.curation.programme_table import Row, load_table
from assistant.curation.programme_writing import save_table
from assistant.curation.uploads import Staging
from assistant.index.catalog import CATALOG, Catalog
from assistant.ingest import erasure, reading_pool
from assistant.ingest.sync import purge, sync
from assistant.jobs.own_run import exclusive_run, stoppable
from assistant.readers import read_parts, second_pass
from assistant.readers.parts import RECORDING_SUFFIXES, Fact, Options, Part
from assistant.readers.sandbox.parent import FileReading, ReadingProcess
from assistant.records import Block, Place, SyncReport
from assistant.rendering.cache import KeptPictures
from assistant.settings import Settings
from assistant.system.files import sha256_of
from tests.support.fakes import FakeEncoder

EVENTS = ("forum-ia", "forum-voirie")
SESSIONS = ("", "atelier-1", "atelier-2", "conference-1", "conference-2")
SUFFIXES = (".txt", ".md", ".vtt", ".srt", ".docx", ".pdf", ".pptx", ".html", ".mp3")
#: Nobody's name: those who speak are offices.
SPEAKERS = ("Direction de la voirie", "Service des archives", "Mission numérique")
WHO = ("La régie des eaux", "Le service des archives", "La cuisine centrale", "Le centre social",
       "La médiathèque", "Le bureau des marchés", "La direction de la voirie")  # fmt: skip
DID = ("a compté", "prévoit", "a reçu", "a commandé", "gère", "a remplacé", "suit")
WHAT = ("repas bio", "signalements de nids-de-poule", "dossiers d'urbanisme", "prêts de tablettes",
        "candélabres à diodes", "demandes de badges", "tonnes de verre",
        "courriers d'usagers")  # fmt: skip
WHEN = ("en janvier", "au mois de mars", "pendant l'été", "à la rentrée", "depuis deux ans")
LETTERS = "bcdfghjklmnpqrstvwxz"


def sentences(chance: random.Random, number: int) -> list[str]:
    """Return sentences, of which the first holds a word that no other text has."""
    found = [
        f"{chance.choice(WHO)} {chance.choice(DID)} {chance.randint(2, 980)}"
        f" {chance.choice(WHAT)} {chance.choice(WHEN)}."
        for _ in range(number)
    ]
    word = "".join(chance.choice(LETTERS) for _ in range(10))
    found[0] = f"{found[0][:-1]}, référence {word}."
    return found


def _txt(said: list[str], _: random.Random) -> bytes:
    return "\n\n".join(said).encode()


def _md(said: list[str], _: random.Random) -> bytes:
    return ("# Compte rendu\n\n" + "\n\n## Suite\n\n".join(said)).encode()


def _html(said: list[str], _: random.Random) -> bytes:
    body = "".join(f"<p>{one}</p>" for one in said)
    return f"<html><head><title>Note</title></head><body>{body}</body></html>".encode()


def _captions(said: list[str], chance: random.Random, mark: str, head: str) -> bytes:
    cues = []
    for at, one in enumerate(said):
        voice = f"<v {chance.choice(SPEAKERS)}>{one}" if mark == "." else one
        times = [f"00:00:{second:02d}{mark}000" for second in (5 * at, 5 * at + 4)]
        cues.append(f"{at + 1}\n{' --> '.join(times)}\n{voice}")
    return (head + "\n\n".join(cues) + "\n").encode()


def _docx(said: list[str], _: random.Random) -> bytes:
    document = docx.Document()
    document.add_heading("Rapport", 1)
    for one in said:
        document.add_paragraph(one)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _pptx(said: list[str], _: random.Random) -> bytes:
    deck = Presentation()
    for one in said[:3]:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = "Diapositive"
        slide.placeholders[1].text = one
    written = io.BytesIO()
    deck.save(written)
    return written.getvalue()


def _pdf(said: list[str], _: random.Random) -> bytes:
    written = io.BytesIO()
    canvas = Canvas(written)
    for one in said[:3]:
        canvas.setFont("Helvetica", 9)
        canvas.drawString(50, 700, one)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def _mp3(said: list[str], _: random.Random) -> bytes:
    return b"ID3" + "\n".join(said).encode()


_WRITERS: dict[str, Callable[[list[str], random.Random], bytes]] = {
    ".txt": _txt,
    ".md": _md,
    ".html": _html,
    ".vtt": lambda said, chance: _captions(said, chance, ".", "WEBVTT\n\n"),
    ".srt": lambda said, chance: _captions(said, chance, ",", ""),
    ".docx": _docx,
    ".pptx": _pptx,
    ".pdf": _pdf,
    ".mp3": _mp3,
}


class Hearing(ReadingProcess):
    """The reading process, but for recordings: what their bytes say is heard."""

    def read(self, path: Path, **asked: object) -> FileReading:
        if path.suffix not in RECORDING_SUFFIXES:
            return self._read(path, **asked)
        said = path.read_bytes().removeprefix(b"ID3").decode().split("\n")
        parts: list[Part] = [Fact("seconds", str(5 * len(said))), Fact("kind", "recording")]
        if asked.get("transcriber"):
            parts.append(Fact("automatic", "speech"))
            parts += [
                Block(one, "speech", Place("second", 5.0 * at, 5.0 * at + 4))
                for at, one in enumerate(said)
            ]
        return FileReading(parts, "done")

    def _read(self, path: Path, **asked: object) -> FileReading:
        return super().read(path, **asked)  # type: ignore[arg-type]


class ReadingHere(Hearing):
    """Reads in this very process: in a fork that lives for one `sync`, as well."""

    def _read(self, path: Path, **asked: object) -> FileReading:
        return FileReading(list(read_parts(path, Options())), "done")


def without_models(*, apart: bool) -> None:
    """Have this process transcribe without a model; read files `apart`, or here."""
    reading_pool.ReadingProcess = Hearing if apart else ReadingHere  # type: ignore[attr-defined]
    walk.can_transcribe = lambda: True  # type: ignore[attr-defined]
    second_pass.transcriber_folder = lambda *_: Path("none")  # type: ignore[attr-defined]


# --- The corpus --------------------------------------------------------------------------------


def files(corpus: Path) -> list[Path]:
    """Return the documents of a corpus, in order: no programme, nothing hidden."""
    found = []
    for folder, names, leaves in os.walk(corpus):
        names[:] = [one for one in names if not is_ignored(one)]
        found += [Path(folder, one) for one in leaves if not is_ignored(one)]
    return sorted(one for one in found if one.name != "programme.csv")


def contents(corpus: Path) -> Counter[str]:
    """Return how many documents have each content."""
    return Counter(sha256_of(one) for one in files(corpus))


def id_of(corpus: Path, file: Path) -> str:
    """Return a document's id."""
    return file.relative_to(corpus).as_posix()


@dataclass(slots=True)
class Act:
    """Something done to the site, in words; `gone`: contents that it may take away.

    `work` is done in a fork, and may be killed; where there is none, it was done at once.
    `forgotten` is the document that is erased; `work` then returns its copies.
    """

    words: str
    work: Callable[[], object] | None = None
    gone: frozenset[str] = frozenset()
    forgotten: str = ""


class Site:
    """A corpus, its index, and the chance that decides what is done to them."""

    def __init__(self, folder: Path, chance: random.Random, *, documents: int = 30) -> None:
        self.settings = Settings(
            corpus=folder / "corpus", index=folder / "index", reading_workers=1
        )
        self.chance = chance
        self.documents = documents
        self._made = 0
        self._words: dict[str, str] = {}
        for event in EVENTS:
            (self.settings.corpus / event).mkdir(parents=True)
            rows = [f"{one};Séance {one};;{SPEAKERS[0]};;;" for one in SESSIONS if one]
            lines = ["seance;titre;type;intervenants;date;heure;salle", *rows]
            path = self.settings.corpus / event / "programme.csv"
            path.write_text("\n".join(lines), encoding="utf-8")
        for _ in range(documents):
            self._add()

    def any_act(self) -> Act:
        """Choose what is done next."""
        here = files(self.settings.corpus)
        # About as many documents at any time.
        more = max(0, self.documents + 5 - len(here))
        fewer = max(0, len(here) - self.documents + 5)
        weights = {
            self._add: more, self._upload: more // 2, self._edit: 6, self._rename: 4,
            self._move: 4, self._remove: fewer // 2, self._forget: fewer // 2, self._correct: 4,
            self._name_speaker: 2, self._programme: 3, self._picture: 4, self._forget_speaker: 1,
        }  # fmt: skip
        (chosen,) = self.chance.choices([*weights], [*weights.values()])
        if len(here) < 3:
            chosen = self._add
        return chosen()

    def words_in(self, contents_: Iterable[str]) -> list[str]:
        """Return the words that only these contents have."""
        return [self._words[one] for one in contents_ if one in self._words]

    def _content(self, suffix: str) -> bytes:
        """Return a new file of a format."""
        said = sentences(self.chance, self.chance.randint(2, 9))
        new = _WRITERS[suffix](said, self.chance)
        self._words[sha256(new).hexdigest()] = said[0].split()[-1][:-1]
        return new

    def _indexed(self, id_: str) -> set[str]:
        """Return the content under which a document is indexed, if it is."""
        path = self.settings.index / CATALOG
        if not path.exists():
            return set()
        with Catalog(path, read_only=True) as catalog:
            return {one.sha256 for one in catalog.states() if one.id == id_}

    def _any(self, *suffixes: str) -> Path:
        here = files(self.settings.corpus)
        fitting = [one for one in here if not suffixes or one.suffix in suffixes]
        return self.chance.choice(fitting or here)

    def _id(self, file: Path) -> str:
        return id_of(self.settings.corpus, file)

    def _folder(self) -> Path:
        event, session = self.chance.choice(EVENTS), self.chance.choice(SESSIONS)
        folder = self.settings.corpus / event / session
        folder.mkdir(exist_ok=True)
        return folder

    def _name(self, suffix: str) -> str:
        self._made += 1
        word = self.chance.choice(("notes", "bilan", "Été à l'école", "point n° 4"))
        return f"{word} {self._made}{suffix}"

    # What the share brings: done at once.

    def _add(self) -> Act:
        twin = self.chance.random() < 0.1 and files(self.settings.corpus)
        suffix = self.chance.choice(SUFFIXES)
        new = self._content(suffix)
        if twin:  # the same content under another name
            suffix, new = (one := self._any()).suffix, one.read_bytes()
        file = self._folder() / self._name(suffix)
        file.write_bytes(new)
        return Act(f"add {self._id(file)}")

    def _edit(self) -> Act:
        file = self._any()
        before = sha256_of(file)
        file.write_bytes(self._content(file.suffix))
        return Act(f"edit {self._id(file)}", gone=frozenset({before}))

    def _remove(self) -> Act:
        file = self._any()
        before = sha256_of(file)
        file.unlink()
        with suppress(OSError):
            file.parent.rmdir()
        return Act(f"remove {self._id(file)}", gone=frozenset({before}))

    # What staff do: in a fork.

    def _upload(self) -> Act:
        settings, folder = self.settings, self._folder()
        suffix = self.chance.choice(SUFFIXES)
        old = self._any(suffix) if self.chance.random() < 0.4 else None
        new, name = self._content(suffix), self._name(suffix)
        if old is not None and old.suffix != suffix:
            old = None

        def work() -> None:
            staging = Staging(settings.upload_options())
            staging.write(name, [new[:100], new[100:]], declared=len(new))
            if old is not None:
                upkeep.replace(settings.corpus, self._id(old), staging)
            else:
                event, _, session = self._id(folder).partition("/")
                accept(staging, event, session)

        if old is not None:
            return Act(f"replace {self._id(old)}", work, frozenset({sha256_of(old)}))
        return Act(f"upload {name}", work)

    def _rename(self) -> Act:
        file = self._any()
        name = self._name(file.suffix)
        if self.chance.random() < 0.5:
            file.rename(file.with_name(name))
            return Act(f"rename {self._id(file)} {name}")
        return Act(
            f"rename by staff {self._id(file)} {name}",
            lambda: upkeep.rename(self.settings.corpus, self._id(file), name),
        )

    def _move(self) -> Act:
        file, folder = self._any(), self._folder()
        event, _, session = self._id(folder).partition("/")
        if self.chance.random() < 0.5:
            if not (folder / file.name).exists():
                file.rename(folder / file.name)
            return Act(f"move {self._id(file)} {event}/{session}")
        return Act(
            f"move by staff {self._id(file)} {event}/{session}",
            lambda: upkeep.move(self.settings.corpus, [self._id(file)], event, session),
        )

    def _forget(self) -> Act:
        file = self._any()
        id_ = self._id(file)
        act = upkeep.remove if self.chance.random() < 0.5 else erasure.forget
        return Act(
            f"forget {id_}",
            lambda: act(self.settings.index, self.settings.corpus, [id_])[0].copies,
            frozenset({sha256_of(file), *self._indexed(id_)}),
            forgotten=id_,
        )

    def _correct(self) -> Act:
        settings, id_ = self.settings, self._id(self._any())
        number = self.chance.randint(0, 3)
        text = self.chance.choice(("", None, *sentences(self.chance, 2)))

        def work() -> None:
            without_models(apart=False)
            opened = correcting.blocks_of(settings.reading_options(), id_)
            number_there = min(number, len(opened.blocks) - 1)
            kept_words = opened.blocks[number_there].text if text else ""
            new = None if text is None else f"{kept_words} {text}".strip()
            correcting.correct(settings.reading_options(), id_, {number_there: new}, opened.version)

        return Act(f"correct {id_}", work)

    def _name_speaker(self) -> Act:
        settings, id_ = self.settings, self._id(self._any(".vtt"))
        new = self.chance.choice((None, "Atelier des cartes", "Bureau du courrier"))

        def work() -> None:
            without_models(apart=False)
            opened = correcting.blocks_of(settings.reading_options(), id_)
            old = (*opened.speakers, "")[0]
            correcting.rename_speakers(settings.reading_options(), id_, {old: new}, opened.version)

        return Act(f"name a speaker of {id_}", work)

    def _forget_speaker(self) -> Act:
        settings, chance = self.settings, self.chance
        name = chance.choice((*SPEAKERS, "Bureau du courrier"))

        def work() -> None:
            without_models(apart=False)
            forgetting_speakers.forget_speaker(settings.reading_options(), name)
            sync(settings, FakeEncoder())
            purge(settings)

        # Not often: they would soon all be forgotten.
        return Act(f"forget {name}", work) if chance.random() < 0.3 else self._picture()

    def _programme(self) -> Act:
        settings, event = self.settings, self.chance.choice(EVENTS)
        title = f"Séance du {self.chance.randint(1, 28)} mars"
        at = self.chance.randint(0, 3)

        def work() -> None:
            table = load_table(settings.corpus, event)
            rows = list(table.rows)
            cells = list(rows[at].cells)
            cells[1] = title
            rows[at] = Row(tuple(cells))
            save_table(settings.corpus, replace(table, rows=tuple(rows)))

        return Act(f"programme of {event}", work)

    def _picture(self) -> Act:
        digest = sha256_of(self._any())
        number = self.chance.randint(1, 9)
        return Act(
            f"picture of {digest[:8]}",
            lambda: KeptPictures(self.settings.index).keep(digest, f"{number}.webp", bytes(2000)),
        )

    # Indexing.

    def syncing(self, *, apart: bool = False, as_command: bool = False) -> Callable[[], SyncReport]:
        """Return the work of one `sync`, `as_command`: one whose state others see."""

        def work() -> SyncReport:
            without_models(apart=apart)
            if not as_command:
                return sync(self.settings, FakeEncoder())
            with stoppable(), exclusive_run(self.settings.index) as status:
                report = sync(self.settings, FakeEncoder(), progress=status.tell, locked=True)
                status.finish(report)
            return report

        return work

    def let_a_day_pass(self) -> None:
        """Make what was left aside as old as it is when nobody comes back to it."""
        before = time.time() - 2 * 24 * 3600
        for path in leftovers(self.settings):
            os.utime(path, (before, before))

    def copy(self, folder: Path) -> Settings:
        """Return the settings of a site of the same documents, and nothing in its index."""
        shutil.copytree(self.settings.corpus, folder / "corpus")
        return replace(self.settings, corpus=folder / "corpus", index=folder / "index")


def leftovers(settings: Settings) -> Iterator[Path]:
    """Yield what a crash left aside, in the index and among the documents."""
    for folder in (settings.corpus, settings.index):
        for pattern in ("**/*.writing", "**/.programme.new.csv", "**/.*.building", ".depot/*"):
            yield from folder.glob(pattern)
            yield from (one for path in folder.glob(".depot/*") for one in path.iterdir())
