"""The sessions, types and days that a question names as where to search.

In: a question's words and the sessions of the index. Out: mentions, for `scope`: "dans l'atelier
3", "lors de la conférence sur les achats publics", "dans les conférences", "le deuxième jour". A
session that is only talked about ("de quoi parle l'atelier 3 ?") is not a place to search in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.query.days import day_at, day_terms
from assistant.query.tokens import (
    ARTICLES,
    LINKS,
    SAYING,
    Mention,
    Token,
    ends_here,
    ordinal,
    preceded_by,
    read,
    terms_of,
    word_at,
)
from assistant.records.documents import Session
from assistant.text.analysis import fold

#: What a programme doesn't call a type and people call a session.
_ANY_TYPE = dict.fromkeys(
    (
        *("seance", "seances", "session", "sessions", "episode", "episodes", "emission"),
        *("emissions", "reunion", "reunions", "comite", "comites", "conseil", "webinaire"),
        *("webinaires", "podcast", "podcasts"),
    ),
    "",
)
_SHORTENED = {"conf": "conference", "confs": "conferences"}
#: In a session: what stands before its name, articles left out.
_INSIDE = (
    *(("dans",), ("pendant",), ("durant",), ("lors", "de"), ("lors", "d"), ("lors", "des")),
    *(("au", "cours", "de"), ("au", "cours", "d"), ("au", "cours", "des")),
    *(("a", "l", "occasion", "de"), ("que", "retenir", "de")),
)
#: "À l'atelier" is inside only after what is told there: "s'inscrire à", "grâce à" are not.
_AT = (("a",), ("aux",))
#: Between a type and a theme: "l'atelier sur la voirie", "consacré à".
_ABOUT = frozenset("sur consacre consacree consacres dedie dediee concernant intitule".split())
#: What begins another place: "dans l'atelier 3 et dans l'atelier 5".
_ANOTHER = frozenset("dans lors pendant durant".split())
_OF = frozenset("de d du des".split())
_NOT_BEFORE = frozenset("pas non ni comme que qu".split())
_DAYS = frozenset({"jour", "journee"})
_NOT_A_DAY = frozenset("depuis avant apres partir jusqu jusque des ici pour".split())
#: A title of fewer telling words may be a theme.
_LONG_TITLE = 4


@dataclass(frozen=True, slots=True)
class _NamedSession:
    """A session by the words that name it: its number, its title, its day."""

    session: Session
    number: int
    title: frozenset[str]
    first: str
    around: frozenset[str]
    titles: tuple[tuple[str, ...], ...]


class Places:
    """The sessions, types and days that a question names as where to search.

    `told` are the tokens that follow the name of a speaker: "qu'a dit … à l'atelier 3".
    """

    def __init__(
        self, tokens: Sequence[Token], sessions: Sequence[Session], *, told: Collection[int] = ()
    ) -> None:
        self._tokens = tokens
        self._told = told
        self._known = [_known(one) for one in sessions]
        self._nouns = dict(_ANY_TYPE)
        for type_ in {one.type for one in sessions if one.type}:
            self._nouns |= {fold(type_): type_, f"{fold(type_)}s": type_}
        self._nouns |= {
            short: self._nouns[long] for short, long in _SHORTENED.items() if long in self._nouns
        }

    def mentions(self) -> list[Mention]:
        """Return what is named; nothing where a session is named that can't be resolved."""
        found = [*self._titles()]
        for at, token in enumerate(self._tokens):
            if token.word in self._nouns and not any(m.start <= at < m.end for m in found):
                mention = self._named_at(at)
                if mention:
                    found.append(mention)
                elif token.word not in _ANY_TYPE:
                    return []
        if not found and (day := self._day()):
            found.append(day)
        if any(one.types for one in found) and any(one.sessions for one in found):
            return []  # filters narrow each other, and these words add up
        return found

    def _named_at(self, at: int) -> Mention | None:
        """Read a session whose noun ("atelier") stands at `at`."""
        noun = self._tokens[at].word
        number = ordinal(word_at(self._tokens, at - 1))
        start = self._start(at - bool(number), label=not number)
        if start is None:
            return None
        numbers, end = ([number], at + 1) if number else self._numbers(at + 1)
        asked, linked, end = self._theme(end)
        if start == at:
            if not self._is_label(at, end):
                return None
            start, end = at - (at > 0), end + (at > 0)  # with its brackets
        fitting = [
            one
            for one in self._known
            if self._nouns[noun] in ("", one.session.type) and asked <= one.title | one.around
        ]
        if numbers:
            return self._numbered(numbers, fitting, start, end, ordinals=bool(number))
        if not asked:
            return self._whole_type(noun, start, end)
        if len(fitting) == 1 and self._is_telling(asked, fitting[0], of=linked):
            return Mention(start, end, sessions=(fitting[0].session.id,))
        if fitting and noun.endswith("s") and all(asked <= one.around for one in fitting):
            return Mention(start, end, sessions=tuple(one.session.id for one in fitting))
        return None

    def _start(self, at: int, *, label: bool) -> int | None:
        """Return where the phrase that says "inside" starts before the noun at `at`, if it does."""
        article = at - 1 if word_at(self._tokens, at - 1) in ARTICLES else at
        for phrases in (_INSIDE, _AT):
            size = preceded_by(self._tokens, article, phrases)
            before = word_at(self._tokens, article - size - 1)
            if size and phrases is _INSIDE and self._may_begin(article - size):
                return article - size
            if (
                size
                and phrases is _AT
                and (not before or before in SAYING or article - size in self._told)
            ):
                return article - size
        return at if label and article == at and not word_at(self._tokens, at - 1) else None

    def _may_begin(self, at: int) -> bool:
        """Tell whether "dans …" at `at` limits the question: not "comme dans", "et pas dans"."""
        if preceded_by(self._tokens, at, (("est", "ce", "que"), ("est", "ce", "qu"))):
            return True
        return word_at(self._tokens, at - 1) not in _NOT_BEFORE

    def _is_label(self, at: int, end: int) -> bool:
        """Tell whether a bare name is a label: "Atelier 3 : …" first, or between brackets."""
        after = self._tokens[end].text if end < len(self._tokens) else ""
        return (at == 0 and after in (":", ",")) or (
            at > 0 and self._tokens[at - 1].text == "(" and after == ")"
        )

    def _numbers(self, at: int) -> tuple[list[int], int]:
        """Return the numbers from `at` on, "3", "3 et 5", and where they end."""
        numbers: list[int] = []
        while re.fullmatch(r"\d{1,3}", word_at(self._tokens, at)):
            numbers.append(int(self._tokens[at].word))
            joined = word_at(self._tokens, at + 1) == "et" or (
                at + 1 < len(self._tokens) and self._tokens[at + 1].text == ","
            )
            more = joined and re.fullmatch(r"\d{1,3}", word_at(self._tokens, at + 2))
            at += 2 if more else 1
            if not more:
                break
        return numbers, at

    def _theme(self, at: int) -> tuple[frozenset[str], bool, int]:
        """Return the terms that follow a noun up to where its name ends, and that end.

        The second tells that they are joined to the noun by "de" alone.
        """
        tokens, start = self._tokens, at
        if at < len(tokens) and tokens[at].text in ("«", '"', "“"):
            close = {"«": "»", "“": "”"}.get(tokens[at].text, '"')
            end = next((n for n in range(at + 1, len(tokens)) if tokens[n].text == close), None)
            if end is not None:
                words = " ".join(one.text for one in tokens[at + 1 : end])
                return frozenset(terms_of(words)), False, end + 1
        said: set[str] = set()
        while not ends_here(tokens, at) and tokens[at].word not in _ANOTHER:
            if tokens[at].word not in LINKS | _ABOUT:
                said.add(tokens[at].term)
            at += 1
        at -= word_at(tokens, at - 1) == "et" and at > start
        return frozenset(said), word_at(tokens, start) in _OF, at

    def _numbered(
        self,
        numbers: list[int],
        fitting: list[_NamedSession],
        start: int,
        end: int,
        *,
        ordinals: bool,
    ) -> Mention | None:
        if ordinals and not _in_time(fitting):
            return None
        by_number = [[one for one in fitting if one.number == number] for number in numbers]
        if any(len(found) != 1 for found in by_number):
            return None
        return Mention(start, end, sessions=tuple(found[0].session.id for found in by_number))

    def _whole_type(self, noun: str, start: int, end: int) -> Mention | None:
        """Read "dans les conférences", or "dans l'atelier" where there is only one."""
        type_ = self._nouns[noun]
        of_type = [one for one in self._known if type_ and one.session.type == type_]
        if noun.endswith("s") and of_type:
            return Mention(start, end, types=(type_,))
        if len(of_type) == 1:
            return Mention(start, end, sessions=(of_type[0].session.id,))
        return None

    def _is_telling(self, asked: frozenset[str], one: _NamedSession, *, of: bool) -> bool:
        """Tell whether a theme names this session: two words of its title, or one only its own."""
        own = asked & one.title
        alone = not any(own & other.title for other in self._known if other is not one)
        return len(own) > 1 or (len(own) == 1 and alone and (not of or own == {one.first}))

    def _titles(self) -> list[Mention]:
        """Read whole titles, where they are long or said to be where to search."""
        at_words = [at for at, one in enumerate(self._tokens) if one.word]
        said = [self._tokens[at].word for at in at_words]
        found: list[Mention] = []
        for title, ids in sorted(self._by_title().items(), key=lambda pair: -len(pair[0])):
            for first in _occurrences(title, said):
                start, end = at_words[first], at_words[first + len(title) - 1] + 1
                taken = any(m.start < end and start < m.end for m in found)
                begins = self._before_title(start, title)
                if len(ids) == 1 and not taken and begins is not None:
                    closed = end < len(self._tokens) and self._tokens[end].text in ("»", '"', "”")
                    found.append(Mention(begins, end + closed, sessions=ids))
        return found

    def _by_title(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        by_title: dict[tuple[str, ...], tuple[str, ...]] = {}
        for one in self._known:
            for title in one.titles:
                by_title[title] = (*by_title.get(title, ()), one.session.id)
        return by_title

    def _before_title(self, at: int, title: tuple[str, ...]) -> int | None:
        """Return where the phrase starts that a title at `at` ends; None where it is a theme."""
        quoted = at > 0 and self._tokens[at - 1].text in ("«", '"', "“")
        at -= quoted
        noun = at - 1 if word_at(self._tokens, at - 1) in self._nouns else at
        start = self._start(noun, label=False)
        if start is not None:
            return start
        whole = len(set(terms_of(" ".join(title)))) >= _LONG_TITLE
        return at if whole and noun == at and word_at(self._tokens, at - 1) not in _OF else None

    # --- Days ----------------------------------------------------------------------------------

    def _day(self) -> Mention | None:
        """Read "le 18 mars" or "le deuxième jour", where days tell sessions apart."""
        days = sorted({one.session.date for one in self._known if one.session.date})
        if len(days) < 2:
            return None
        found = [
            mention
            for at in range(1, len(self._tokens))
            if (mention := self._date_at(at, days) or self._rank_at(at, days))
        ]
        return found[0] if len(found) == 1 else None

    def _date_at(self, at: int, days: Sequence[str]) -> Mention | None:
        size, meant = day_at(self._tokens, at, days)
        if meant is None or not ends_here(self._tokens, at + size):
            return None
        return self._on(meant, at, at + size)

    def _rank_at(self, at: int, days: Sequence[str]) -> Mention | None:
        number = ordinal(self._tokens[at].word)
        if not 1 <= number <= len(days) or len({one.session.event for one in self._known}) > 1:
            return None
        if word_at(self._tokens, at + 1) not in _DAYS or not ends_here(self._tokens, at + 2):
            return None
        return self._on(days[number - 1], at, at + 2)

    def _on(self, day: str, at: int, end: int) -> Mention | None:
        """Return the sessions of a day that is where to search: something was said then."""
        before = word_at(self._tokens, at - 1)
        outside = word_at(self._tokens, at - 2) in _NOT_A_DAY
        if before not in ("le", "la", "du") or outside:
            return None
        journey = before == "du" and word_at(self._tokens, at - 2) in _DAYS
        start = self._start(at - 2, label=False) if journey else at - 1
        said = any(one.word in SAYING for one in self._tokens)
        if start is None or (before == "du" and not journey) or not (journey or said):
            return None
        ids = tuple(one.session.id for one in self._known if one.session.date == day)
        return Mention(start, end, sessions=ids)


@lru_cache(maxsize=4096)
def _known(session: Session) -> _NamedSession:
    folder = session.id.rpartition("/")[2]
    slug = re.sub(r"[-_]+", " ", folder)
    kind = fold(session.type) or "seance"
    kinds = "|".join((f"{kind}s?", *_ANY_TYPE))
    found = re.match(rf"(?:{kinds})\s*(\d{{1,3}})\b", fold(slug)) or re.match(
        rf"(?:{kinds})\s*(?:n°\s*)?(\d{{1,3}})\b", fold(session.title)
    )
    event = frozenset(terms_of(session.event_title)) | {kind}
    ordered = [one for one in terms_of(session.title) if one not in event]
    named = frozenset(terms_of(re.sub(r"\d+", " ", slug)))
    head = re.split(r"\s+:\s+|\s+[-–—]\s+|\s*\(", session.title)[0]
    titles = tuple(dict.fromkeys(_words(one) for one in (session.title, head)))
    return _NamedSession(
        session=session,
        number=int(found[1]) if found else 0,
        title=(frozenset(ordered) | named) - event - set(terms_of(kind)),
        first=ordered[0] if ordered else "",
        around=event | day_terms(session.date),
        titles=tuple(one for one in titles if len(one) > 1),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(one.word for one in read(text) if one.word)


def _in_time(sessions: Sequence[_NamedSession]) -> bool:
    """Tell whether sessions are numbered in the order of their days, when "deuxième" is clear."""
    numbered = sorted((one.number, one.session.date, one.session.time) for one in sessions)
    times = [(date, time.replace("h", ":").zfill(5)) for _, date, time in numbered]
    return times == sorted(times) and len({one.session.event for one in sessions}) == 1


def _occurrences(wanted: tuple[str, ...], said: Sequence[str]) -> list[int]:
    return [
        at
        for at in range(len(said) - len(wanted) + 1)
        if said[at] == wanted[0] and tuple(said[at : at + len(wanted)]) == wanted
    ]
