"""The names of months and days, as French writes them and as they are compared. Pure."""

from __future__ import annotations

from assistant.text.folding import fold

#: The months of the year, in order.
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre"),
    *("octobre", "novembre", "décembre"),
)
#: The same, folded.
FOLDED_MONTHS = tuple(map(fold, MONTHS))
#: The days of the week from Monday; folded, they are the same.
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
