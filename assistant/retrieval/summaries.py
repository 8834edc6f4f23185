"""The headings under which documents sum up: "À retenir", "Trois conseils", "Conclusion". Pure."""

from __future__ import annotations

import re

from assistant.records.documents import Passage
from assistant.text.analysis import fold

#: Headings under which documents sum up.
_SUMS_UP = re.compile(
    r"\b(?:(?:a|faut|dois|doit|nous) retenir|retenons|retiens|conclusions?|synthese"
    r"|recommandations?|(?:en )?resume|bilan|points? cles?|engagements?|conseils?"
    r"|enseignements?|lecons?|(?:key )?takeaways|summary|par ou commencer)\b"
)


def sums_up(passage: Passage) -> bool:
    """Tell whether a passage stands under a heading that sums up: "À retenir", "Trois conseils"."""
    return is_summary_title(f"{passage.heading} {passage.title_line}")


def is_summary_title(title: str) -> bool:
    """Tell whether a title says that what follows sums up."""
    return _SUMS_UP.search(fold(title)) is not None
