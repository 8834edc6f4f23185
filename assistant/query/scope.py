"""Where a question itself says to search: "à l'atelier 3", "selon l'animatrice, accessibilité".

In: a question, and what the index holds. Out: `Filters` for what the words name beyond doubt, and
those words. A wrong filter hides the answer and a missing one costs little, so that whatever is
open to two readings filters nothing: a theme alone, a session that is only talked about, a role
that two speakers share, a question on where or when a session takes place. Pure functions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.query.sessions import Places
from assistant.query.speakers import named_speaker
from assistant.query.tokens import (
    ARTICLES,
    CLAUSE,
    LINKS,
    SAYING,
    Mention,
    Token,
    ends_here,
    read,
    word_at,
)
from assistant.records.documents import Session
from assistant.records.hits import Filters

#: The words of a question on how sessions were run: anything may answer it, a welcome or a page.
_RUNNING = re.compile(
    r"(inscri|particip|salles?$|heures?$|horaire|dur(e|er|ent)$|assist(e|er|es|aient)$|invite|annule"
    r"|deplace|deroule|commence(nt|ra|ait)?$|anim(e|es|er|ent|ait)$|suivie?s?$|venue?s?$|presents$"
    r"|publics?$|satisfaction|places?$|affluence|personnes$|monde$)"
)
#: The words of a question that looks elsewhere: "ailleurs que dans l'atelier 3".
_ELSEWHERE = frozenset("sauf hormis excepte ailleurs hors contrairement autre autres".split())
_KINDS = {
    **dict.fromkeys(("diapositives", "diapos", "diaporama", "diaporamas", "slides"), "slides"),
    **dict.fromkeys(("diapositive", "diapo", "slide"), "slides"),
    **dict.fromkeys(("transcription", "transcriptions"), "transcript"),
    **dict.fromkeys(("compte rendu", "comptes rendus"), "report"),
}


#: What tells nothing to search for by itself: "qu'a dit … ?"
_BARE = LINKS | CLAUSE | SAYING


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to search, and the words of the question that say so, as they are written.

    `rest` is the question without them, and without words that ask what somebody thinks; or the
    whole one where they are all it tells.
    """

    filters: Filters
    understood: tuple[str, ...]
    rest: str

    def __bool__(self) -> bool:
        return bool(self.filters)


def scope_of(
    question: str,
    sessions: Sequence[Session],
    speakers: Sequence[str],
    *,
    kinds: Sequence[str] = (),
    given: Filters | None = None,
) -> Scope:
    """Return where a question says to search; nothing where it is not certain.

    `sessions`, `speakers` and `kinds` are what the index holds, as it spells them. A facet that
    is `given` is never resolved, and only what it leaves open is looked at.
    """
    given = given or Filters()
    question = unicodedata.normalize("NFC", question)
    tokens = read(question)
    open_ = [one for one in sessions if _left_open(one, given)]
    mentions: list[Mention] = []
    if not given.speakers and (named := named_speaker(tokens, speakers)):
        mentions.append(named)
    if not given.kinds:
        mentions += _kinds(tokens, kinds)
    inside = (
        []
        if given.sessions
        else Places(tokens, open_, told=[one.end for one in mentions]).mentions()
    )
    if given.types or len({one.type for one in open_}) < 2:
        inside = [one for one in inside if one.sessions]
    if not _is_about_running(tokens, [*mentions, *inside]):
        mentions += inside
    return _scope(question, tokens, mentions)


def _left_open(session: Session, given: Filters) -> bool:
    return (not given.events or session.event in given.events) and (
        not given.types or session.type in given.types
    )


def _is_about_running(tokens: Sequence[Token], mentions: Sequence[Mention]) -> bool:
    spoken = {at for one in mentions for at in range(one.start, one.end)}
    return any(
        one.word in _ELSEWHERE or _RUNNING.match(one.word)
        for at, one in enumerate(tokens)
        if at not in spoken
    )


def _scope(question: str, tokens: Sequence[Token], mentions: Sequence[Mention]) -> Scope:
    mentions = sorted(mentions, key=lambda one: one.start)
    if any(one.end > other.start for one, other in pairwise(mentions)):
        mentions = []  # the same words, read in two ways
    filters = Filters(
        sessions=_distinct(mentions, "sessions"),
        types=_distinct(mentions, "types"),
        speakers=_distinct(mentions, "speakers"),
        kinds=_distinct(mentions, "kinds"),
    )
    spans = [(tokens[one.start].start, tokens[one.end - 1].end) for one in mentions]
    understood = tuple(question[start:end] for start, end in spans)
    firsts = [one.start if one.asks is None else one.asks for one in mentions]
    rest = question
    for start, (_, end) in reversed(
        [*zip((tokens[at].start for at in firsts), spans, strict=True)]
    ):
        rest = f"{rest[:start]} {rest[end:]}"
    rest = re.sub(
        r"^(?:[\s,;:.]|et\b)+", "", re.sub(r"\s+([,;:.?!])", r" \1", " ".join(rest.split()))
    )
    telling = any(one.word and one.word not in _BARE for one in read(rest))
    return Scope(filters, understood, rest if telling else question)


def _distinct(mentions: Sequence[Mention], facet: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for one in mentions for value in getattr(one, facet)))


# --- Kinds of documents ------------------------------------------------------------------------


def _kinds(tokens: Sequence[Token], known: Sequence[str]) -> list[Mention]:
    """Read "Sur les diapositives, …", "écrit dans le compte rendu ?": at an edge, or as a source.

    Elsewhere it may be the theme: "quelles erreurs la transcription fait-elle ?".
    """
    found = []
    for at in range(len(tokens)):
        for size in (1, 2):
            kind = _KINDS.get(" ".join(one.word for one in tokens[at : at + size]), "")
            article = at - 1 if word_at(tokens, at - 1) in ARTICLES else at
            if kind not in known or word_at(tokens, article - 1) not in ("dans", "sur"):
                continue
            before, after = word_at(tokens, article - 2), at + size
            first = article == 1 and after < len(tokens) and tokens[after].text == ","
            if first or (before in SAYING and ends_here(tokens, after)):
                found.append(Mention(article - 1, after, kinds=(kind,)))
    return found
