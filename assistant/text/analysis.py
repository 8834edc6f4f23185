"""French text: cleaning, sentences, and the terms that BM25 counts. Pure functions.

What readers produce goes through `clean`; chunking and quoting cut with `split_sentences`;
the index and the question both go through `terms`, so that they meet.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

# Whoever analyses words compares them folded.
from assistant.text.folding import fold as fold
from assistant.text.stems import stem

_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_BLANK_LINES = re.compile(r" ?\n[ \n]*")
#: What carries no text: controls (but line feed and tab), soft hyphens, zero-width characters,
#: marks of direction, byte-order marks, lone surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
#: Anything that `clean` may change: what isn't Latin-1 may have marks to join.
_UNCLEAN = re.compile(
    r"[^ -~\n\u00a1-\u00ac\u00ae-\u00ff\u2013-\u2026\u20ac\u0153]|  | \n|\n[ \n]|\A[ \n]|[ \n]\Z"
)
#: Accents without end on one letter: sorting 200,000 of them into NFC takes half a minute.
_MARK = re.compile(r"[^\w\s\x00-\u02ff]")
_MARKS = re.compile(_MARK.pattern + "{31,}")
#: Unicode Standard Annex 15, "Stream-Safe Text Format": no language uses more.
_MOST_MARKS = 30


def without_endless_marks(text: str) -> str:
    """Return `text` with no more marks on one letter than any language puts there."""
    try:
        text.encode("latin-1")  # most texts have no such mark, and this is a tenth of the search
    except UnicodeEncodeError:
        return _MARKS.sub(_fewer_marks, text) if _may_be_endless(text) else text
    return text


def _may_be_endless(text: str) -> bool:
    """Tell whether a run of marks is too long: it would hold one of every 31st characters."""
    long = _MOST_MARKS + 1
    looked_at = (found.start() * long for found in _MARK.finditer(text[::long]))
    return any(_MARKS.search(text, max(0, at - _MOST_MARKS), at + long) for at in looked_at)


def _fewer_marks(found: re.Match[str]) -> str:
    kept: list[str] = []
    run = 0
    for character in found[0]:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def clean(text: str) -> str:
    """Return `text` in NFC, without invisible characters, its spaces and blank lines single.

    Line breaks stay: on a slide they separate bullets. No-break spaces become spaces.
    """
    if _UNCLEAN.search(text) is None:
        return text  # as most lines are
    text = (
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    )
    text = text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n")
    text = without_endless_marks(_INVISIBLE.sub("", text))
    text = unicodedata.normalize("NFC", text)
    return _BLANK_LINES.sub("\n", _SPACES.sub(" ", text)).strip()


# --- Sentences ---------------------------------------------------------------------------------

#: A full stop after these does not end a sentence. Written in lower case, without the stop.
_ABBREVIATIONS = frozenset(
    """m mm mr dr pr me mgr st ste art al alin av bd boul cf chap col coll dép dir éd ed env ex
    fig hab id ibid inf int max min nb niv no num obs op p par pp réf ref resp sect suiv
    sup t tél tel tit trad v vol vs approx arr arrdt conf doc janv févr fév avr juil sept
    oct nov déc""".split()
)
#: Each run of stops is tried once: 200,000 full stops took minutes.
_BREAK = re.compile(
    r"""(?<![.!?…])(?P<stop>[.!?…]++)               # the end
        (?P<close>[ ]?[»”]|["')\]])*+               # what closes after it
        (?P<gap>\s+)
        (?=[«“"'(\[—–-]*\s?[A-ZÀ-ÖØ-ÞŒ0-9])             # what a sentence may begin with
    """,
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"(?:^|[\s('’«\"-])([^\W\d_]{1,7})$")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the spans (start, end) of the sentences of `text`, in order.

    A line break always ends a sentence. Spans are without surrounding spaces; together they
    cover every character of `text` that is not a space.
    """
    spans = []
    offset = 0
    for line in text.split("\n"):
        start = 0
        for found in _BREAK.finditer(line):
            if _ends_sentence(line, start, found):
                spans.append((offset + start, offset + found.start("gap")))
                start = found.end()
        spans.append((offset + start, offset + len(line)))
        offset += len(line) + 1
    return [trimmed for span in spans if (trimmed := _trim(text, *span))[0] < trimmed[1]]


def _ends_sentence(line: str, start: int, found: re.Match[str]) -> bool:
    if found["stop"] != ".":
        # « Vraiment ? » dit-il: a lower-case letter follows, so the pattern did not match.
        return True
    before = line[max(start, found.start() - 9) : found.start()]
    word = _LAST_WORD.search(before)
    if word is None:
        return True
    if len(word[1]) == 1 and word[1].isupper():
        return False  # an initial: "J. Verne", "J.-C."
    return word[1].lower() not in _ABBREVIATIONS


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


# --- Terms -------------------------------------------------------------------------------------

_ELISION = re.compile(
    r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu|presqu)'(?=[^\W_])", re.IGNORECASE
)
_APOSTROPHES = "’‘ʼ`"
_INNER_SPACE = re.compile(r"\s")
_WORD = re.compile(
    r"""\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)   # 12 000
      | \d+(?:[.,]\d+)?                          # 2025, 12,5
      | [^\W\d_]+\d*                             # words, CO2
    """,
    re.VERBOSE,
)
#: What French uses to build sentences, and questions: frequent everywhere, telling nothing.
#: With their accents, as people write them; compared once folded.
_STOP_WORDS = """
    a à afin ai ainsi alors après as au aucun aucune aujourd auquel aussi autre autres aux
    auxquelles auxquels avaient avais avait avant avec avez avoir avons ayant beaucoup bien c ça
    car ce ceci cela celle celles celui ces cet cette ceux chaque chez ci combien comme comment
    d dans de depuis des desquels desquelles dès dit dite dites dits donc dont du duquel elle
    elles en encore entre es est et étaient étais était étant été être eu eux fait faire font
    fut hui il ils j jamais je jusque l la laquelle là le lequel les lesquelles lesquels leur leurs
    lors lorsque lui m ma mais me même mêmes mes moi moins mon n ne ni non nos notre nous on ont
    or ou où par parce pas pendant peu peut peuvent plus plusieurs pour pourquoi près puis puisque
    qu quand que quel quelle quelles quels quelque quelques qui quoi quoique s sa sans se sera
    seront serait ses si sinon son sont sous soi soit sur t ta tandis te tel telle telles tels tes
    toi ton tous tout toute toutes très tu un une va vers vos votre vous y ya
    the of is was were how what which who when where why did does to for in by with my your can we
    they it this that be been there and would could must much many
""".split()


#: Titles, headings and words come up in every question; in characters.
_KEPT = 100


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(fold(word) for word in _STOP_WORDS)


@lru_cache(maxsize=65536)
def _is_stop_word(word: str) -> bool:
    return fold(word) in _stop_words()


def words(text: str) -> list[str]:
    """Return the words and numbers of `text` in lower case, elisions taken off.

    "12 000" is one word, "12000"; so is "12,5", "12.5".
    """
    plain = _without_elisions(unicodedata.normalize("NFC", text))
    return [_as_word(found) for found in _WORD.findall(plain)]


def folded_words(text: str) -> str:
    """Return the words of `text` folded, one space between: what forms of questions are met by."""
    return " ".join(map(fold, words(text)))


def _words_at(text: str) -> list[tuple[str, int, int]]:
    """Return each word of `text`, as `words` does, with where it starts and ends."""
    return [
        (_as_word(found[0]), found.start(), found.end())
        for found in _WORD.finditer(_without_elisions(text))
    ]


def _without_elisions(text: str) -> str:
    """Return `text` with spaces where letters are elided, each character in its place."""
    for other in _APOSTROPHES:
        text = text.replace(other, "'")
    return _ELISION.sub(lambda elided: " " * len(elided[0]), text) if "'" in text else text


def _as_word(found: str) -> str:
    word = found.lower()
    return _INNER_SPACE.sub("", word).replace(",", ".") if word[0].isdigit() else word


def terms(text: str) -> list[str]:
    """Return what BM25 counts of `text`, in order, repeated terms repeated.

    Stop words are left out, unless there is nothing else.
    """
    return [*_terms_kept(text)] if len(text) <= _KEPT else _terms(text)


def _terms(text: str) -> list[str]:
    everything = words(text)
    telling = [term for term in map(_telling_term, everything) if term is not None]
    return telling or [stem(word) for word in everything]


@lru_cache(maxsize=65536)
def _telling_term(word: str) -> str | None:
    """Return the term of a word; None for a stop word."""
    return None if _is_stop_word(word) else stem(word)


@lru_cache(maxsize=16384)
def _terms_kept(text: str) -> tuple[str, ...]:
    return tuple(_terms(text))


#: What only helps a verb of a question to ask, or stands in a phrase: passages say it otherwise.
_HELPING = frozenset(
    fold(word)
    for word in """
    dois doit doivent devons devez devra devrai devront devrait devraient devrais
    peux pouvons pouvez pourra pourront pourrait pourraient pourrai pouvait
    faut faudra faudrait fallait veux veut voulez veulent voudrais voudrait
    aura auront aurait auraient aurez seraient vais vont allons allez ira iront
    sais sait savez dire
    """.split()
)
_PHRASES = re.compile(
    r"\b(?:[àa] partir (?=d[e'’])|gr[âa]ce (?=[àa]u?x?\b)|par rapport (?=[àa]u?x?\b)"
    r"|[àa] cause (?=d)|[àa] propos (?=d)|au sujet (?=d)|en termes? (?=d)|du coup\b|au juste\b"
    r"|y compris\b)",
    re.IGNORECASE,
)


def asked_terms(question: str) -> list[str]:
    """Return the terms of a question that ask for something, in order.

    "Doit" and "peut" ask for nothing, nor does "partir" of "à partir de": they count where there is
    nothing else.
    """
    every = terms(question)
    told = words(_PHRASES.sub(" ", question))
    asking = (word for word in told if fold(word) not in _HELPING)
    kept = {term for term in map(_telling_term, asking) if term is not None}
    return [term for term in every if term in kept] or every


def telling_spans(text: str) -> list[tuple[int, int]]:
    """Return where the words that `terms` counts start and end in `text`, in order."""
    everything = _words_at(text)
    telling = [one for one in everything if not _is_stop_word(one[0])]
    return [(start, end) for _, start, end in telling or everything]
