"""Where a document is put: the events and sessions there are, to choose from, or a new one.

One list holds them all, so that it works without a script; `deposit.js` hides the fields of new
names until they are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from assistant.corpus.programme import folders_of, load_programme
from assistant.i18n import Language, say
from assistant.web.shared.escaping import escape

#: Begin a value of the list: a place that is there, a new session of an event, a new event.
_THERE, _NEW = "=", "+"


def chooser_piece(corpus: Path, chosen: tuple[str, str], language: Language) -> str:
    """Return the fields that choose an event and a session; `chosen` are folders, or empty."""
    wanted = _THERE + "/".join(one for one in chosen if one) if chosen[0] else ""
    groups = []
    for event, folder in folders_of(corpus).items():
        sessions, _ = load_programme(folder)
        title = sessions[""].title or event
        whole = say("destinations.whole", language, event=title)
        options = [_option(f"{_THERE}{event}", whole, wanted)]
        for name, one in sessions.items():
            if name:
                options.append(_option(f"{_THERE}{event}/{name}", one.title or name, wanted))
        new = say("destinations.new_session", language, event=title)
        options.append(_option(f"{_NEW}{event}", new, wanted))
        groups.append(f'<optgroup label="{escape(title)}">{"".join(options)}</optgroup>')
    first = _option("", say("destinations.choose", language), wanted) if groups else ""
    last = _option(_NEW, say("destinations.new_event", language), wanted)
    return (
        f'<div class="destination"><p class="champ"><label for="lieu">{_told("where", language)}'
        f'</label><select id="lieu" name="lieu" required>{first}{"".join(groups)}{last}'
        f"</select></p>"
        f"{_field('nouvel_evenement', 'event_name', 'event_help', language)}"
        f"{_field('nouvelle_seance', 'session_name', 'session_help', language)}</div>"
    )


def chosen_in(form: Mapping[str, str]) -> tuple[str, str]:
    """Return the event and the session that a form chooses; no event where it chooses nothing."""
    place = form.get("lieu", "")[:600]
    event_name = form.get("nouvel_evenement", "").strip()[:300]
    session_name = form.get("nouvelle_seance", "").strip()[:300]
    if place == _NEW:
        return event_name, session_name if event_name else ""
    if place.startswith(_NEW):
        return (place[1:], session_name) if session_name else ("", "")
    event, _, session = place.removeprefix(_THERE).partition("/")
    return event, session


def words_of(corpus: Path, event: str, session: str) -> str:
    """Return a place in words: the titles of its event and session, or their folders' names."""
    folder = folders_of(corpus).get(event)
    sessions = load_programme(folder)[0] if folder else {}
    titles = [sessions[one].title if one in sessions else "" for one in ("", session)]
    parts = [titles[0] or event, *([titles[1] or session] if session else [])]
    return " › ".join(parts)


def asked(event: str, session: str) -> str:
    """Return a place as an address asks for it."""
    return urlencode({"evenement": event, "seance": session})


def _option(value: str, words: str, wanted: str) -> str:
    selected = " selected" if value and value == wanted else ""
    return f'<option value="{escape(value)}"{selected}>{escape(words)}</option>'


def _field(name: str, label: str, aid: str, language: Language) -> str:
    return (
        f'<p class="champ nouveau"><label for="{name}">{_told(label, language)}</label>'
        f'<input id="{name}" name="{name}" maxlength="150" autocomplete="off"'
        f' aria-describedby="{name}-aide">'
        f'<span class="aide" id="{name}-aide">{_told(aid, language)}</span></p>'
    )


def _told(key: str, language: Language) -> str:
    return escape(say(f"destinations.{key}", language))
