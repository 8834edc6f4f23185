"""Put a site back from a backup: checked and unpacked aside, then put in place by the journal.

In: an archive that `backup` wrote. Out: the site as it was then, what stood there before kept in
folders named after the day. Killed anywhere: nothing has changed, or the next `sync` finishes it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from assistant.corpus import corrections_store
from assistant.corpus.corrections import Corrections
from assistant.errors import BackupError, IndexDamaged, IndexFault
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.lock import index_held
from assistant.index.manifest import CURRENT, check_files, read_manifest, write_manifest
from assistant.index.publishing import name_after
from assistant.ingest.receipts import RECEIPTS, SPEAKER_RECEIPT
from assistant.ops.archive_checks import check_names, check_space, mode_of
from assistant.ops.backup import ACCOUNTS, Contents, SitePaths, read_contents
from assistant.ops.erasing_again import documents_of, erase_again, read_receipts
from assistant.ops.restore_steps import absolute, corpus_steps, index_steps, put_in_place
from assistant.rights.files import keep_rights
from assistant.settings import Settings
from assistant.system import journal
from assistant.system.files import sync_to_disk
from assistant.system.journal import FORMER, STAGED, Step

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: `former` are the folders that hold what stood there before.

    `erased` are the documents erased since the backup, of which nothing came back. `receipts` are
    those of erasures since that were not made again, which may have come back. `forgotten` tells
    whether speakers were forgotten since: the documents in which they speak answer again after the
    next `sync`, without them.
    """

    made: str
    generation: str
    files: int
    with_corpus: bool
    accounts_kept: bool
    former: tuple[Path, ...]
    erased: tuple[str, ...]
    receipts: tuple[str, ...]
    forgotten: bool


def restore(settings: Settings, source: Path, *, with_erased: bool = False) -> Restored:
    """Put a site back as a backup has it, and keep what it was beside.

    What was erased since is erased of it before anything is put in place, unless it is to come back
    `with_erased`.

    Raises BackupError (nothing has changed, or the message says how to finish), SyncRunning,
    IndexUnwritable.
    """
    site = SitePaths(settings.corpus, settings.index, settings.accounts)
    try:
        with zipfile.ZipFile(source) as archive:
            contents = read_contents(archive, source)
            check_names(archive, contents, source)
            check_space(site, contents)
            with index_held(site.index):
                return _Restoring(site, source, archive, contents, with_erased).run()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as e:
        raise BackupError("backup_unreadable", path=source, cause=e) from e
    except FileNotFoundError as e:
        raise BackupError("backup_unreadable", path=source, cause=e.strerror) from e
    except (OSError, sqlite3.Error, ValueError) as e:
        cause = getattr(e, "strerror", None) or e
        if journal.is_pending(site.index):
            raise BackupError("restore_interrupted", cause=cause) from e
        raise BackupError("backup_unreadable", path=source, cause=cause) from e


class _Restoring:
    """One restore, the index's lock held."""

    def __init__(
        self,
        site: SitePaths,
        source: Path,
        archive: zipfile.ZipFile,
        contents: Contents,
        with_erased: bool,
    ) -> None:
        self._site = site
        self._with_erased = with_erased
        self._source = source
        self._archive = archive
        self._contents = contents
        self._index, self._corpus = site.index, site.corpus
        self._former = f"{FORMER}{time.strftime('%Y%m%d-%H%M%S')}"
        self._accounts = site.accounts.with_name(f".{site.accounts.name}{STAGED}")

    def run(self) -> Restored:
        receipts = self._newer_receipts()
        accounts_kept = ACCOUNTS in self._contents.files and self._site.accounts.exists()
        self._clear()
        try:
            self._unpack_all()
            # Damaged ones aside: a restore is what mends a site.
            forgotten = self._keep_forgotten()
            if self._contents.with_corpus:
                keep_rights(self._corpus, self._corpus / STAGED)
            generation = self._generation()
            erased: tuple[str, ...] = ()
            left = self._of_documents(receipts)
            if not self._with_erased:
                generation, erased, left = self._erase_again(generation, left, forgotten)
            steps = [*index_steps(self._index, self._former)]
            if self._contents.with_corpus:
                steps += corpus_steps(self._corpus, self._former)
            if ACCOUNTS in self._contents.files and not accounts_kept:
                # A password revoked since stays so: accounts are put back where there are none.
                steps.append(put_in_place(self._accounts, self._site.accounts))
            if generation:
                steps.append(Step("point", "", str(self._index / CURRENT), generation + "\n"))
            steps += [Step("clear", "", str(one / STAGED)) for one in (self._index, self._corpus)]
            journal.begin(self._index, absolute(steps))
            journal.finish(self._index)
        finally:
            if not journal.is_pending(self._index):
                self._clear()
        former = tuple(
            place / self._former
            for place in (self._index, self._corpus)
            if (place / self._former).exists()
        )
        return Restored(
            made=self._contents.made,
            generation=generation,
            files=len(self._contents.files),
            with_corpus=self._contents.with_corpus,
            accounts_kept=accounts_kept,
            former=former,
            erased=erased,
            receipts=left,
            forgotten=bool(forgotten) or self._of_documents(receipts) != receipts,
        )

    def _newer_receipts(self) -> tuple[str, ...]:
        """Return the receipts of erasures that the backup doesn't know."""
        there = (path.name for path in sorted((self._index / RECEIPTS).glob("*")))
        return tuple(one for one in there if f"index/{RECEIPTS}/{one}" not in self._contents.files)

    @staticmethod
    def _of_documents(receipts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(receipt for receipt in receipts if not receipt.endswith(SPEAKER_RECEIPT))

    def _keep_forgotten(self) -> list[Corrections]:
        """Have the restored documents forget whom those of today do; return where that is more.

        Where the documents of today stay, the index may know of none of those.
        """
        if self._contents.with_corpus:
            return corrections_store.keep_forgotten(self._corpus, self._corpus / STAGED)
        stored = corrections_store.load_corrections(self._corpus)
        return [one for one in stored.by_content.values() if one.forgotten]

    def _erase_again(
        self, generation: str, receipts: tuple[str, ...], forgotten: list[Corrections]
    ) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Erase of what is unpacked what was erased since.

        Return the generation that is left, the documents erased, the receipts that can't be read.
        """
        index, corpus = self._index / STAGED, self._corpus / STAGED
        read, unreadable = read_receipts(self._index / RECEIPTS, receipts)
        hidden = documents_of(index, forgotten)
        if read or hidden:
            for folder in (index, corpus):
                folder.mkdir(parents=True, exist_ok=True)
            generation, erased = erase_again(index, corpus, generation, read, hidden)
            return generation, erased, unreadable
        return generation, (), unreadable

    def _clear(self) -> None:
        for place in (self._index, self._corpus):
            if (place / STAGED).exists():
                shutil.rmtree(place / STAGED)
        self._accounts.unlink(missing_ok=True)

    # --- Unpacking -----------------------------------------------------------------------------

    def _unpack_all(self) -> None:
        for name in self._contents.files:
            self._unpack(name, self._staged(name))
        for place in (self._index, self._corpus):
            for folder, _, _ in os.walk(place / STAGED):
                sync_to_disk(Path(folder))

    def _staged(self, name: str) -> Path:
        """Return where a file of the archive waits, on the disk where it will stand."""
        if name == ACCOUNTS:
            return self._accounts
        root, _, rest = name.partition("/")
        return (self._index if root == "index" else self._corpus) / STAGED / rest

    def _unpack(self, name: str, path: Path) -> None:
        size, wanted, mtime_ns = self._contents.files[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        digest, left = hashlib.sha256(), size
        mode = mode_of(self._archive.getinfo(name))
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as out, self._archive.open(name) as file:
            while piece := file.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    break
                digest.update(piece)
                out.write(piece)
        if left or digest.hexdigest() != wanted:
            raise BackupError("backup_altered", path=self._source, name=name)
        os.utime(path, ns=(mtime_ns, mtime_ns))
        sync_to_disk(path)

    def _generation(self) -> str:
        """Check what was unpacked as an index; return the name its generation takes here.

        Never one that was used: a page that has that one open would take it for its own.
        """
        staged = self._index / STAGED
        try:
            if (staged / CATALOG).exists():
                with Catalog(staged / CATALOG, read_only=True) as catalog:
                    if wrong := catalog.fault():
                        raise IndexDamaged("catalog_damaged", path=CATALOG, cause=wrong)
            if not self._contents.generation:
                return ""
            folder = staged / PurePosixPath(self._contents.generation).name
            manifest = read_manifest(folder)
            check_files(folder, manifest)
        except IndexFault as e:
            raise BackupError("backup_altered", path=self._source, name=e.values["path"]) from e
        used = [path.name for path in self._index.glob("gen-*") if path.name[4:].isdigit()]
        name = name_after([*used, folder.name])
        write_manifest(folder, replace(manifest, generation=name))
        sync_to_disk(folder / "manifest.json")
        folder.rename(staged / name)
        return name
