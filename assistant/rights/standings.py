"""Which standings of readers are in use, as the index folder keeps them: `audiences.json`.

In: a standing whose readers came. Out: those that came of late, so that what they read is ready
again with the next generation. No name of a person is in it. Where servers share a database, those
that came to any of them are there too, for the machine that indexes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import RightsError
from assistant.rights.files import RightsFile
from assistant.rights.rules import EVERYBODY, Rights, Standing
from assistant.state.opening import reading, writing
from assistant.state.places import shared_address
from assistant.state.tables import Database, StateFault, StoreTables
from assistant.system.files import write_whole

#: Its name, in the index folder. It is no part of a backup.
FILE = "audiences.json"
#: Always ready, before anybody comes.
ALWAYS = (Standing(), Standing(is_signed_in=True))
#: A standing that nobody of has come for so long is made ready again when somebody does.
_KEPT = timedelta(days=30)
_MOST = 200


def _make_table(db: Database) -> None:
    db.execute(
        "CREATE TABLE standings (written TEXT PRIMARY KEY, last TEXT NOT NULL) WITHOUT ROWID"
    )


TABLES = StoreTables("standings", {0: _make_table})


def _are_known(index: Path) -> bool:
    """Tell whether an index was ever made for readers of several standings."""
    return (index / FILE).exists()


def kept_rights(file: RightsFile, index: Path) -> Rights | None:
    """Return the rights of a site, None where it never had any.

    Raises RightsError, also where the file was there once and has gone.
    """
    found = file.read()
    if found is None and _are_known(index):
        raise RightsError("rights_missing", path=file.path)
    return found


def standings_in(index: Path, rights: Rights, today: date | None = None) -> tuple[Standing, ...]:
    """Return the standings in use, those that came first first; of groups that are still known."""
    since = _since(today or date.today())
    found = dict.fromkeys(ALWAYS)
    found[rights.standing_of(rights.for_programs())] = None
    for written, last in (_read(index) | _shared(index)).items():
        names = written.split(",")
        groups = tuple(name for name in names if name in rights.groups)
        if last >= since and len(groups) + 2 == len(names):
            found[Standing(True, groups)] = None
    return tuple(found)


def note(index: Path, standing: Standing, today: date | None = None) -> None:
    """Take note that readers of a standing came; what the disk refuses is left unsaid."""
    with suppress(OSError, Timeout):
        index.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(index / f".{FILE}.lock", timeout=2):
            now, before = today or date.today(), _read(index)
            found = {name: last for name, last in before.items() if last >= _since(now)}
            if before.get(_written(standing)) != now.isoformat() and len(found) < _MOST:
                found[_written(standing)] = now.isoformat()
                write_whole(index / FILE, json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    if shared_address(index / FILE):
        _share(index, _written(standing), today or date.today())


def note_rights(index: Path) -> None:
    """Take note that the site has rights: a file of them that goes away is missed then."""
    if not _are_known(index):
        note(index, Standing())


def _since(today: date) -> str:
    return (today - _KEPT).isoformat()


def _written(standing: Standing) -> str:
    return ",".join(standing.names)


def _share(index: Path, written: str, today: date) -> None:
    with suppress(StateFault), writing(index / FILE, TABLES) as db:
        db.execute("DELETE FROM standings WHERE last < ?", (_since(today),))
        (number,) = db.execute("SELECT count(*) FROM standings").fetchone()
        if number < _MOST:
            db.execute(
                "INSERT INTO standings VALUES (?, ?)"
                " ON CONFLICT (written) DO UPDATE SET last = excluded.last",
                (written, today.isoformat()),
            )


def _shared(index: Path) -> dict[str, str]:
    """Return those that came to any server; none while the database is away: they wait a run."""
    if not shared_address(index / FILE):
        return {}
    try:
        with reading(index / FILE, TABLES) as db:
            return dict(db.execute("SELECT written, last FROM standings ORDER BY written"))
    except StateFault:
        return {}


def _read(index: Path) -> dict[str, str]:
    try:
        found: Mapping[object, object] = json.loads((index / FILE).read_text(encoding="utf-8"))
        return {
            name: day
            for name, day in found.items()
            if isinstance(name, str) and isinstance(day, str) and name.startswith(EVERYBODY)
        }
    except (OSError, ValueError, AttributeError):
        return {}  # lost: readers who come are noted anew
