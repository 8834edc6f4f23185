"""The rules: who asks and a path of the corpus → whether they may read it. Pure.

A rule names a path, that of an event, of a session (a folder of it) or of a document, and who
reads what is there: `EVERYBODY`, `AGENTS`, or groups. The rule of the longest path counts alone, so
that a document may be open in a session that isn't; what no rule names is for everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.errors import RightsError

#: What a rule says of who reads, besides the names of groups.
EVERYBODY, AGENTS = "tous", "agents"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: nobody known, somebody who signed in and their groups, or who may see all.

    Groups are as accounts and the single sign-on name them.
    """

    is_signed_in: bool = False
    groups: frozenset[str] = frozenset()
    sees_all: bool = False


#: Nobody known: what they read, everybody reads.
ANYBODY = Reader()
#: Staff, and who runs the service.
EVERY_RIGHT = Reader(is_signed_in=True, sees_all=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts of a reader: whether they signed in, and which groups of the rules are theirs.

    Readers of one standing read the same.
    """

    is_signed_in: bool = False
    groups: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What rules may name for it."""
        return (EVERYBODY, *([AGENTS] if self.is_signed_in else []), *self.groups)


@dataclass(frozen=True, slots=True)
class Rights:
    """The rules of a site: its groups with what else they are called, and who reads each path.

    `programs` are the names that count for programs, which ask by the site's token, and for the
    tools of language models.
    """

    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    programs: tuple[str, ...] = ()

    def readers_of(self, path: str) -> tuple[str, ...]:
        """Return who reads a path of the corpus, as its rule or that of a folder above names it."""
        for rule in _upwards(path):
            if rule in self.rules:
                return self.rules[rule]
        return (EVERYBODY,)

    def standing_of(self, reader: Reader) -> Standing:
        """Return what counts of a reader."""
        if not reader.is_signed_in:
            return Standing()
        theirs = {plain_group(name) for name in reader.groups}
        return Standing(
            True,
            tuple(
                group
                for group in sorted(self.groups)
                if theirs & {plain_group(name) for name in (group, *self.groups[group])}
            ),
        )

    def may_read(self, standing: Standing, path: str) -> bool:
        """Tell whether readers of a standing may read what lies at a path of the corpus."""
        return not set(self.readers_of(path)).isdisjoint(standing.names)

    def hidden_from(self, standing: Standing, ids: Iterable[str]) -> frozenset[str]:
        """Return which of the documents are not for readers of a standing."""
        return frozenset(id_ for id_ in ids if not self.may_read(standing, id_))

    def for_programs(self) -> Reader:
        """Return what programs read as."""
        return reader_named(self.programs, self)

    def unused(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return the paths of rules under which there is none of the documents."""
        there = {path for id_ in ids for path in _upwards(id_)}
        return tuple(path for path in self.rules if path not in there)

    def with_rule(self, path: str, readers: Sequence[str]) -> Rights:
        """Return the rights with another rule for a path; without any where `readers` is empty."""
        rules = {one: names for one, names in self.rules.items() if one != path}
        if readers:
            rules[path] = tuple(readers)
        return replace(self, rules=dict(sorted(rules.items())))

    def without(self, paths: Iterable[str]) -> Rights:
        """Return the rights without the rules of some paths."""
        gone = set(paths)
        return replace(self, rules={one: by for one, by in self.rules.items() if one not in gone})


def plain_group(name: str) -> str:
    """Return a group's name as it is compared: Keycloak writes "/rh" for "rh"."""
    return name.strip().strip("/")


def reader_named(names: Sequence[str], rights: Rights | None) -> Reader:
    """Return who reads as `EVERYBODY`, as `AGENTS`, or as an agent of groups.

    Raises RightsError for a group that the rights don't know.
    """
    known = (EVERYBODY, AGENTS, *(rights.groups if rights else ()))
    for name in names:
        if name not in known:
            raise RightsError("rights_name_unknown", name=name, known=", ".join(known))
    groups = frozenset(names) - {EVERYBODY, AGENTS}
    return Reader(is_signed_in=bool(groups) or AGENTS in names, groups=groups)


def followed(rights: Rights, renamed: Iterable[tuple[str, str]], ids: Iterable[str]) -> Rights:
    """Return the rights once documents were renamed: none of them is read by more than before.

    `renamed` are pairs of a former id and the new one, `ids` all documents of today. A rule goes
    with a folder whose documents went on together; else a document gets a rule of its own.
    """
    pairs, there = list(renamed), set(ids)
    former, own = {old for old, _ in pairs}, {new for _, new in pairs}
    found = rights
    for path in rights.unused(there):
        if path in former:
            continue  # a document, which is looked at below
        moved = _moved(path, pairs)
        if moved and moved not in found.rules and own.issuperset(_under(moved, there)):
            found = found.without([path]).with_rule(moved, rights.rules[path])
    for old, new in pairs:
        before = rights.readers_of(old)
        if not _is_within(found.readers_of(new), before):
            found = found.with_rule(new, before)
        if old not in there:
            found = found.without([old])
    return found


def merged(today: Rights, then: Rights) -> Rights:
    """Return the rights of today with those of a former day, where today says nothing of a path."""
    groups = {**then.groups, **today.groups}
    return Rights(groups, dict(sorted({**then.rules, **today.rules}.items())), today.programs)


def _moved(folder: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return where all that was under a folder went, empty where it went to several."""
    beginning = f"{folder}/"
    targets = set()
    for old, new in pairs:
        if old.startswith(beginning):
            rest = old[len(folder) :]
            targets.add(new[: -len(rest)] if new.endswith(rest) else "")
    return targets.pop() if len(targets) == 1 else ""


def _under(folder: str, ids: Iterable[str]) -> Iterator[str]:
    return (id_ for id_ in ids if id_.startswith(f"{folder}/"))


def _is_within(some: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether all who are named first are among those named second."""
    if EVERYBODY in others:
        return True
    if EVERYBODY in some:
        return False
    return AGENTS in others or set(some) <= set(others)


def _upwards(path: str) -> Iterator[str]:
    """Yield a path, then each folder above it."""
    while path:
        yield path
        path = path.rpartition("/")[0]
