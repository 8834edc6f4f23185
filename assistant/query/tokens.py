"""A question as words and marks: where `scope`, `sessions`, `speakers` and `days` look for names.

In: a question as typed. Out: its words without case and accents, each with where it stands, and
the punctuation between them, which ends a name as a verb does. Pure functions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant.text.analysis import fold, terms

_TOKEN = re.compile(
    r"""(?P<word>\d{1,2}/\d{1,2}(?:/\d{4})? | [^\W_]+)   # 18/03/2025, atelier, 3e
      | (?P<mark>[,;:?!.()«»"“”…–—] | (?<=\s)-(?=\s))
    """,
    re.VERBOSE,
)
#: A number is a session's only when written so: "atelier 3", "3e atelier", "troisième atelier".
_ORDINALS = (
    *("premier", "deuxieme", "troisieme", "quatrieme", "cinquieme", "sixieme", "septieme"),
    *("huitieme", "neuvieme", "dixieme"),
)
ARTICLES = frozenset("l le la les un une cet cette ces notre".split())
#: What goes on with a name: "l'atelier de la voirie", "déchets et propreté".
LINKS = ARTICLES | frozenset("de d du des et en a au aux".split())
#: What can't be inside a name: a verb, a pronoun or a question begins.
CLAUSE = frozenset(
    """qui que qu quoi quel quelle quels quelles quand comment combien pourquoi ou dont est ce c
    ca cela on il elle ils elles je j tu nous vous se s y ne n ont sont etait etaient avait avaient
    sera fait font peut faut dit a""".split()
)
#: Said, written or shown: what is told at a session, by somebody.
SAYING = frozenset(
    fold(word)
    for word in """dit dite dites dits dire disait dits pense pensait pensent explique expliqué
    expliquée expliqués expliquait recommande recommandé conseille conseillé propose proposé
    proposée proposées proposés affirme affirmé précise précisé déclare déclaré raconte raconté
    annonce annoncé annoncée annoncés annoncées présente présenté présentée présentés présentées
    répond répondu conclut conclu estime estimé parle parlé évoque évoqué évoquée évoqués évoquées
    mentionne mentionné mentionnée mentionnés mentionnées indique indiqué indiquée indiqués
    indiquées souligne souligné rappelle rappelé insiste insisté critique critiqué défend défendu
    cite cité citée cités citées donné donnés montré montrée montrés montrées
    appris discuté discutée discutés discutées abordé abordée abordés abordées entendu écrit
    écrite affiché affichée affichés débattu débattue partagé suggéré suggère""".split()
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a question (`word`, folded) or a mark of punctuation (`word` is then empty)."""

    word: str
    start: int
    end: int
    text: str

    @property
    def term(self) -> str:
        """The word as `terms_of` counts it."""
        return next(iter(terms_of(self.word)), self.word)


@dataclass(frozen=True, slots=True)
class Mention:
    """The tokens `start`..`end` of a question name these values of a facet.

    From `asks` on, words before them only ask for what somebody thinks.
    """

    start: int
    end: int
    sessions: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    asks: int | None = None


def read(question: str) -> list[Token]:
    """Return the words and marks of a question in order; elisions are words: "l", "atelier"."""
    return [
        Token(fold(found[0]) if found["word"] else "", found.start(), found.end(), found[0])
        for found in _TOKEN.finditer(unicodedata.normalize("NFC", question))
    ]


def terms_of(text: str) -> list[str]:
    """Return the telling words of a text, stemmed; the same whether typed with accents or not."""
    return terms(fold(text))


def word_at(tokens: Sequence[Token], at: int) -> str:
    """Return the word at `at`; "" for a mark and beyond both ends."""
    return tokens[at].word if 0 <= at < len(tokens) else ""


def ends_here(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a name can't go on at `at`: the end, a mark, or the beginning of a clause.

    Without its accent, "à" is taken for the verb: a name that goes on is one that isn't known.
    """
    word = word_at(tokens, at)
    return not word or (word in CLAUSE and tokens[at].text.lower() != "à")


def preceded_by(tokens: Sequence[Token], at: int, phrases: Collection[tuple[str, ...]]) -> int:
    """Return the length of the longest of `phrases` that ends just before `at`; 0 if none does."""
    return max(
        (
            len(phrase)
            for phrase in phrases
            if len(phrase) <= at
            and tuple(one.word for one in tokens[at - len(phrase) : at]) == phrase
        ),
        default=0,
    )


def ordinal(word: str) -> int:
    """Return the number that "3e" or "troisième" writes, 0 if it writes none."""
    if found := re.fullmatch(r"(\d{1,3})(?:er|re|ere|e|eme|nd|nde)", word):
        return int(found[1])
    masculine = {"premiere": "premier", "second": "deuxieme", "seconde": "deuxieme"}.get(word, word)
    return _ORDINALS.index(masculine) + 1 if masculine in _ORDINALS else 0
