"""Whether what stands before a colon is a name, or only the start of a sentence.

In: the start of a line. Out: yes or no. Shared by captions and plain transcripts.
"""

from __future__ import annotations

import re

#: "Nom : texte" at the start of a line.
NAMED = re.compile(r"^(?:[-–—]\s{1,3})?([^\W\d_][^:<>.!?;«»\"\n]{0,59}?)\s?:\s{1,9}(?=\S)")
#: Starts of lines that read like a name and are not one.
_NOT_NAMES = frozenset(
    """note notes exemple exemples remarque remarques attention conclusion titre date lieu
    durée licence source sources résumé important rappel bref objet sujet thème question réponse par
    je tu il elle on nous vous ils elles ce ça cela c'est et mais donc or car alors parce si que
    qui comme quand puis après d'abord ensuite enfin voilà voici deuxièmement
    premièrement""".split()
)
#: Roles that are a speaker's name even where they are met once.
_ROLES = re.compile(
    r"^(?:intervenant|animat(?:eur|rice)|participant|modérat(?:eur|rice)|orat(?:eur|rice)"
    r"|présentat(?:eur|rice)|interprète|journaliste|public\b|voix off|voix dans la salle)",
    re.IGNORECASE,
)
MAX_NAME_WORDS = 7
#: Beyond this share of what is said, a name is the rule: one met once counts as well.
INTRODUCED_SHARE = 0.6


def may_be_name(text: str) -> bool:
    """Tell whether `text` is written like a name: a capital, few words, no known other use."""
    words = text.replace("’", "'").split()
    return (
        0 < len(words) <= MAX_NAME_WORDS
        and text[0].isupper()
        and words[0].lower() not in _NOT_NAMES
    )


def is_role(text: str) -> bool:
    """Tell whether `text` names a role: a speaker even where met once."""
    return _ROLES.match(text) is not None
