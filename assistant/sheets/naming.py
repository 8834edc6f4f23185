"""Which session, or event, somebody asks the sheet of: by id, by title, or as questions name them.

In: what was typed, and the sessions of the index. Out: one of them, or an error that names those
near. Pure.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from assistant.errors import SheetError
from assistant.query.titles import named_in, nearest
from assistant.records.documents import Session
from assistant.text.folding import fold
from assistant.text.lexicon import Lexicon

#: Sessions named in an error, at most.
_MOST_NEAR = 3


def session_named(
    asked: str, sessions: Sequence[Session], lexicon: Lexicon | None = None
) -> Session:
    """Return the session of an id, a folder, a title or a name ("atelier 3"). Raises SheetError."""
    plain = fold(asked.strip())
    for names in (_ids, _folders, _titles):
        found = [one for one in sessions if plain and fold(names(one)) == plain]
        if found:
            return _only(asked, found)
    named = named_in(asked, sessions, lexicon) if plain else None
    if named and not named.is_event and not named.theme:
        return _only(asked, named.sessions)
    near = nearest(asked, sessions, lexicon, most=_MOST_NEAR) or _alike(asked, sessions)
    raise SheetError("session_unknown", asked=asked.strip()[:100], nearest=_listed(near))


def event_named(asked: str, sessions: Sequence[Session]) -> str:
    """Return the event of an id or a title; of nothing typed, the only one. Raises SheetError."""
    events = {one.event: one.event_title for one in sessions if one.event}
    plain = fold(asked.strip())
    found = [id_ for id_, title in events.items() if plain in (fold(id_), fold(title))]
    if not plain:
        found = [*events]
    if len(found) != 1:
        raise SheetError(
            "sheet_event_unknown", asked=asked.strip()[:100], known=", ".join(sorted(events))
        )
    return found[0]


def _ids(session: Session) -> str:
    return session.id


def _folders(session: Session) -> str:
    return session.id.rpartition("/")[2]


def _titles(session: Session) -> str:
    return session.title


def _only(asked: str, found: Sequence[Session]) -> Session:
    if len(found) > 1:
        raise SheetError("session_several", asked=asked.strip()[:100], nearest=_listed(found))
    return found[0]


def _alike(asked: str, sessions: Sequence[Session]) -> list[Session]:
    """Return the sessions whose titles or folders are written most like what was typed."""
    names = {name: one for one in sessions for name in (fold(one.title), fold(one.id)) if name}
    close = difflib.get_close_matches(fold(asked), names, n=_MOST_NEAR, cutoff=0.0)
    return [*dict.fromkeys(names[name] for name in close)]


def _listed(sessions: Iterable[Session]) -> str:
    return ", ".join(f"{one.title or one.id} ({one.id})" for one in [*sessions][:_MOST_NEAR])
