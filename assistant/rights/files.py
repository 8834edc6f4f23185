"""The file of the rights, `droits.toml` in the corpus folder: read, checked, written whole.

In: the corpus folder. Out: `Rights`, or None where there is no file. A file that can't be read, or
says what can't be, raises RightsError: nothing is shown then to who needs a right.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from filelock import FileLock, Timeout

from assistant.errors import RightsError
from assistant.rights.rules import AGENTS, EVERYBODY, Rights, merged
from assistant.system.files import write_whole

#: Its name, in the corpus folder itself.
FILE = "droits.toml"
#: Its tables and its list.
GROUPS, READERS, PROGRAMS = "groupes", "lecteurs", "programmes"
_KEYS = frozenset({GROUPS, READERS, PROGRAMS})
#: Who waits longer than this for another's writing is told so.
_PATIENCE = 10
_MOST_BYTES = 1_000_000
#: Where Python's reader of TOML says that it stopped.
_LINE = re.compile(r"at line (\d+)")
#: Said at the top of the file, for who opens it.
_HEADING = (
    "# Qui peut lire quoi. La page « Droits de lecture » du personnel tient ce fichier.\n"
    '# Lecteurs : "tous", "agents" (connectés), ou des groupes. La règle la plus précise compte.\n'
)


def rights_in(corpus: Path) -> Rights | None:
    """Return the rights of a corpus, None where there is no file. Raises RightsError."""
    return RightsFile(corpus).read()


class RightsFile:
    """The file of the rights, read again when it has changed. For any thread."""

    def __init__(self, corpus: Path) -> None:
        self.path = corpus / FILE
        self._seen: tuple[tuple[int, ...], Rights] | None = None

    def read(self) -> Rights | None:
        """Return the rights, None where there is no file. Raises RightsError."""
        try:
            status = self.path.stat()
            look = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            seen = self._seen
            if seen is None or seen[0] != look:
                content = self.path.read_bytes()
                seen = self._seen = look, parsed(content, self.path)
        except FileNotFoundError:
            self._seen = None
            return None
        except OSError as e:
            raise _unreadable(self.path, e.strerror or type(e).__name__) from e
        return seen[1]


def parsed(content: bytes, path: Path = Path(FILE)) -> Rights:
    """Return the rights that a file's content says. Raises RightsError."""
    try:
        if len(content) > _MOST_BYTES:
            raise _unreadable(path, f"{len(content)} o")
        found = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as e:
        raise RightsError("rights_not_utf8", path=path) from e
    except tomllib.TOMLDecodeError as e:
        where = _LINE.search(str(e))
        line = where[1] if where else content.count(b"\n") + 1
        raise RightsError("rights_not_toml", path=path, line=line) from e
    if more := sorted(found.keys() - _KEYS):
        raise RightsError("rights_key_unknown", path=path, name=more[0])
    groups = {
        _group(name, path): tuple(_names(also, name, path))
        for name, also in _table(found, GROUPS, path).items()
    }
    rules: dict[str, tuple[str, ...]] = {}
    for written, named in _table(found, READERS, path).items():
        place = place_of(written)
        if not place:
            raise RightsError("rights_path", path=path, name=written)
        if place in rules:
            raise RightsError("rights_twice", path=path, name=place)
        rules[place] = _readers(named, written, groups, path)
    programs = found.get(PROGRAMS, [])
    named = _readers(programs, PROGRAMS, groups, path) if programs != [] else ()
    return Rights(groups, dict(sorted(rules.items())), named)


def change(corpus: Path, changed: Callable[[Rights], Rights]) -> Rights:
    """Write the rights as `changed` makes them of those of now, of none where there is no file.

    Return them. Raises RightsError.
    """
    path = corpus / FILE
    try:
        with _CHANGING, FileLock(corpus / f".{FILE}.lock", timeout=_PATIENCE):
            before = rights_in(corpus)
            after = changed(before or Rights())
            # What would not be read again is not written.
            content = written(after)
            parsed(content.encode(), path)
            if after != before:
                write_whole(path, content)
            return after
    except (OSError, Timeout) as e:
        cause = getattr(e, "strerror", None) or type(e).__name__
        raise RightsError("rights_unwritable", path=path, cause=cause) from e


_CHANGING = Lock()


def keep_rights(corpus: Path, restored: Path) -> None:
    """Have the rights of today count for what is restored, those restored for the rest of it.

    A file of today that can't be read stays as it is, and closes the site. Raises OSError.
    """
    today, then = corpus / FILE, restored / FILE
    if not today.is_file():
        return
    content = today.read_bytes()
    with suppress(RightsError):
        content = written(merged(parsed(content), rights_in(restored) or Rights())).encode()
    then.parent.mkdir(parents=True, exist_ok=True)
    then.write_bytes(content)


def written(rights: Rights) -> str:
    """Return rights as the file has them."""
    lines = [_HEADING]
    if rights.programs:
        lines.append(f"{PROGRAMS} = {_list(rights.programs)}\n")
    for title, table in ((GROUPS, rights.groups), (READERS, rights.rules)):
        lines.append(f"[{title}]")
        lines += [f"{_text(name)} = {_list(values)}" for name, values in table.items()]
        lines.append("")
    return "\n".join(lines)


def place_of(path: str) -> str:
    """Return a path of the corpus as ids have it, empty where it can't be one."""
    parts = unicodedata.normalize("NFC", path).strip().strip("/").split("/")
    if any(part in ("", ".", "..") or not part.isprintable() for part in parts):
        return ""
    return "/".join(parts)


def names_in(typed: str) -> tuple[str, ...]:
    """Return the names that are typed between commas."""
    return tuple(dict.fromkeys(name.strip() for name in typed.split(",") if name.strip()))


def _table(found: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any]:
    table = found.get(name, {})
    if not isinstance(table, dict):
        raise RightsError("rights_not_a_table", path=path, name=name)
    return table


def _group(name: str, path: Path) -> str:
    if name in (EVERYBODY, AGENTS) or not name.strip() or "," in name or not name.isprintable():
        raise RightsError("rights_group_name", path=path, name=name)
    return name


def _readers(
    named: object, where: str, groups: Mapping[str, object], path: Path
) -> tuple[str, ...]:
    """Return who a rule names, each of whom is known. Raises RightsError."""
    found = tuple(dict.fromkeys(_names(named, where, path)))
    if not found:
        raise RightsError("rights_no_reader", path=path, name=where)
    for one in found:
        if one not in (EVERYBODY, AGENTS) and one not in groups:
            known = ", ".join((EVERYBODY, AGENTS, *groups))
            raise RightsError("rights_group_unknown", path=path, name=one, where=where, known=known)
    return found


def _names(value: object, where: str, path: Path) -> Sequence[str]:
    """Return a list of names; one name alone may stand for a list of it."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise RightsError("rights_not_names", path=path, name=where)
    return names


def _list(names: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, names))}]"


def _text(text: str) -> str:
    """Return a text as TOML writes it: as JSON does, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _unreadable(path: Path, cause: str) -> RightsError:
    return RightsError("rights_unreadable", path=path, cause=cause)
