"""All corrections of a corpus, in files beside its documents, one a content.

`corpus/.corrections/<sha256>.json` holds those of one content: they follow a document that is
renamed or moved, and outlive the index. `corpus.walk.walk` ignores the folder, whose name is
hidden.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.corpus.corrections import BlockKey, Corrections, TextCorrection
from assistant.errors import CorpusError
from assistant.records.messages import Message
from assistant.system.files import ASIDE, write_whole

FOLDER = ".corrections"
_FORMAT = 1
#: A transcript of three hours holds 3,000 sentences; a file beyond this is none of ours.
_MAX_BYTES = 50_000_000
#: Seconds that one who saves waits for another.
_PATIENCE = 10
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredCorrections:
    """The corrections of each content, by its SHA-256; why some files can't be read, likewise."""

    by_content: Mapping[str, Corrections]
    damaged: Mapping[str, str | Message]

    def of(self, id_: str, sha256: str, present: Collection[str]) -> Corrections | None:
        """Return those of a document: of its content, and of its id where it was replaced.

        `present` are the contents of the corpus: corrections of one of them stay with it.
        """
        own = self.by_content.get(sha256)
        former = self.former(id_, sha256, present)
        if not former:
            return own
        newest = own or Corrections(sha256, id_)
        texts: dict[BlockKey, TextCorrection] = {}
        speakers: dict[str, str] = {}
        # Nothing that was forgotten comes back with another version of the file.
        forgotten = newest.forgotten.union(*(corrections.forgotten for corrections in former))
        for corrections in (*former, newest):
            texts |= corrections.texts
            speakers |= corrections.speakers
        return replace(newest, texts=texts, speakers=speakers, forgotten=forgotten)

    def former(self, id_: str, sha256: str, present: Collection[str]) -> list[Corrections]:
        """Return the corrections of contents that a document had and nothing has any more."""
        return [
            corrections
            for corrections in self.by_content.values()
            if corrections.id == id_
            and corrections.sha256 != sha256
            and corrections.sha256 not in present
        ]

    def check_readable(self, id_: str, sha256: str) -> None:
        """Raise CorpusError where the corrections of a document's content can't be read."""
        if cause := self.damaged.get(sha256):
            name = f"{FOLDER}/{sha256}.json"
            raise CorpusError("corrections_damaged", id=id_, name=name, cause=cause)


def load_corrections(corpus: Path) -> StoredCorrections:
    """Return all corrections of a corpus; a file that can't be read is among the `damaged`."""
    by_content: dict[str, Corrections] = {}
    damaged: dict[str, str | Message] = {}
    for file in _files(corpus):
        try:
            by_content[file.stem] = _parsed(file)
        except OSError as e:
            damaged[file.stem] = e.strerror or type(e).__name__
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            damaged[file.stem] = Message("corrections.not_ours")
    return StoredCorrections(by_content, damaged)


@contextmanager
def editing(index: Path, corpus: Path) -> Iterator[StoredCorrections]:
    """Give the corrections as they are now, to one process at a time. Raises CorpusError."""
    # The lock is beside the index: a shared folder's locks can't be relied on.
    try:
        index.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(index / "corrections.lock", timeout=_PATIENCE):
            yield load_corrections(corpus)
    except Timeout as e:
        raise CorpusError("corrections_busy") from e
    except OSError as e:
        cause = e.strerror or type(e).__name__
        raise CorpusError("corrections_unwritable", path=index, cause=cause) from e


def rename(index: Path, corpus: Path, sha256: str, id_: str) -> None:
    """Keep what a content's document is called now. Raises CorpusError."""
    with editing(index, corpus) as stored:
        if own := stored.by_content.get(sha256):
            save(corpus, replace(own, id=id_))


def save(corpus: Path, corrections: Corrections) -> None:
    """Write corrections whole; their file goes where nothing is corrected any more.

    Raises CorpusError when the disk refuses.
    """
    file = corpus / FOLDER / f"{corrections.sha256}.json"
    written = {"format": _FORMAT, "id": corrections.id} | corrections.plain()
    try:
        if corrections:
            file.parent.mkdir(exist_ok=True)
            write_whole(file, json.dumps(written, ensure_ascii=False, indent=1))
        else:
            for path in (file, file.with_name(f"{file.name}{ASIDE}")):  # what a crash left of it
                path.unlink(missing_ok=True)
            with suppress(OSError):  # others are kept there
                file.parent.rmdir()
    except OSError as e:
        cause = e.strerror or type(e).__name__
        raise CorpusError("corrections_unwritable", path=file.parent, cause=cause) from e


def save_over(
    corpus: Path, stored: StoredCorrections, corrections: Corrections, present: Collection[str]
) -> None:
    """Save corrections; those of the contents that the document had before are now in them.

    `present` are the contents of the corpus.
    """
    save(corpus, corrections)
    for former in stored.former(corrections.id, corrections.sha256, present):
        save(corpus, Corrections(former.sha256, former.id))


def keep_forgotten(source: Path, target: Path) -> list[Corrections]:
    """Have a corpus forget whom another one forgets; return the corrections that now do more.

    What can't be read of either stays as it is. Raises CorpusError.
    """
    there = load_corrections(target).by_content
    changed = []
    for sha256, one in load_corrections(source).by_content.items():
        own = there.get(sha256, Corrections(sha256, one.id))
        if one.forgotten - own.forgotten:
            changed.append(own.forgetting(one.forgotten))
            save(target, changed[-1])
    return changed


def _files(corpus: Path) -> list[Path]:
    """Return the files of corrections. Raises CorpusError when its folder can't be listed."""
    folder = corpus / FOLDER
    try:
        found = sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as e:
        # Indexing without them would bring back what somebody asked to be forgotten.
        cause = e.strerror or type(e).__name__
        raise CorpusError("corrections_unreadable", path=folder, cause=cause) from e
    return [path for path in found if path.suffix == ".json" and _SHA256.fullmatch(path.stem)]


def _parsed(file: Path) -> Corrections:
    """Return the corrections of a file. Raises OSError, and what a file not ours makes of it."""
    if file.stat().st_size > _MAX_BYTES:
        raise ValueError(file)
    found = json.loads(file.read_text(encoding="utf-8"))
    if found["format"] != _FORMAT:
        raise ValueError(found["format"])
    texts = {}
    for change in found["texts"]:
        at = BlockKey(
            _text(change["kind"]), float(change["first"]), float(change["last"]),
            _text(change["text_hash"]), int(change["nth"]),
        )  # fmt: skip
        texts[at] = TextCorrection(_text(change["text"]), _text(change["speaker"]))
    return Corrections(
        sha256=file.stem,
        id=_text(found["id"]),
        texts=texts,
        speakers={_text(old): _text(new) for old, new in found["speakers"].items()},
        forgotten=frozenset(_text(name) for name in found["forgotten"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    value.encode()  # half a character alone: no file and no database can hold it
    return value
