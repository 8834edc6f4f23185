"""The rights as indexing meets them: which audiences a generation needs, and what is wrong.

In: `droits.toml` of the corpus, the documents indexed, and which standings of readers are in use.
Out: an audience for each set of documents that some of them may read, short of all; the rights kept
in step with documents that are renamed or erased.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import RightsError
from assistant.index.audiences import MOST_AUDIENCES, audience_key
from assistant.records.messages import Problem
from assistant.rights.files import FILE, change, rights_in
from assistant.rights.rules import Rights, followed
from assistant.rights.standings import standings_in

#: What a corpus says of who may read it: None where it says nothing, an error where it can't be
#: read.
StatedRights = Rights | RightsError | None


@dataclass(frozen=True, slots=True)
class Protected:
    """The rights before documents that were renamed got rules of their own, and after."""

    before: Rights
    after: Rights


def stated_rights(corpus: Path) -> StatedRights:
    """Return the rights of a corpus as they are now, or why they can't be read."""
    try:
        return rights_in(corpus)
    except RightsError as e:
        return e


def audiences_of(ids: Sequence[str], index: Path, rights: StatedRights) -> dict[str, list[str]]:
    """Return which documents each audience reads, by its name, that of everybody first.

    None where the rights can't be read: nothing is shown then, and `rights_problems` says why.
    """
    if rights is None or isinstance(rights, RightsError):
        return {}
    found: dict[str, list[str]] = {}
    for standing in standings_in(index, rights):
        hidden = rights.hidden_from(standing, ids)
        if hidden and len(found) < MOST_AUDIENCES:
            read = [id_ for id_ in ids if id_ not in hidden]
            found[audience_key(read)] = read
    return found


def rights_problems(ids: Sequence[str], rights: StatedRights) -> Iterator[Problem]:
    """Yield what is wrong with the rights: a file that can't be read, rules of nothing."""
    if isinstance(rights, RightsError):
        message = rights.as_message()
        yield Problem(FILE, "error", message.key, message.values)
        return
    for path in rights.unused(ids) if rights else ():
        message = RightsError("rights_unused", name=path).as_message()
        yield Problem(FILE, "warning", message.key, message.values)


def protect_renamed(
    corpus: Path, renamed: Sequence[tuple[str, str]], ids: Sequence[str]
) -> Protected | None:
    """Give documents that were renamed the readers that they had, before any is committed.

    `ids` are those of before and of today: rules of before stay, until `settle_renamed`. Raises
    RightsError where the rights can't be read or written: nothing is published then.
    """
    if not renamed or rights_in(corpus) is None:
        return None
    before = [Rights()]

    def protected(now: Rights) -> Rights:
        before[0] = now
        return followed(now, renamed, ids)

    after = change(corpus, protected)
    return Protected(before[0], after)


def settle_renamed(
    corpus: Path, done: Protected | None, renamed: Sequence[tuple[str, str]], ids: Sequence[str]
) -> None:
    """Have the rules of folders go with them, now that it is known which documents are there.

    Where somebody changed the rights meanwhile, what `protect_renamed` wrote stays.
    """
    if done is not None:
        change(
            corpus,
            lambda now: followed(done.before, renamed, ids) if now == done.after else now,
        )


def forget_rules(corpus: Path, ids: Sequence[str]) -> None:
    """Take the rules of erased documents out of the rights, which name them."""
    try:
        rights = rights_in(corpus)
    except RightsError:
        return
    if rights and not rights.rules.keys().isdisjoint(ids):
        change(corpus, lambda now: now.without(ids))
