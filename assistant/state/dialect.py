"""What our stores ask in SQLite's words → the same in PostgreSQL's. Pure.

Not any SQL: that of our stores. A statement holds no `?` but those to be filled in. Texts are
compared byte by byte there too, whatever the language of the database.
"""

from __future__ import annotations

import re
from functools import cache

_TYPES = (
    (re.compile(r"\bINTEGER PRIMARY KEY AUTOINCREMENT\b"),
     "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
    (re.compile(r"\bINTEGER\b"), "BIGINT"),
    (re.compile(r"\bREAL\b"), "DOUBLE PRECISION"),
    (re.compile(r"\bTEXT\b"), 'TEXT COLLATE "C"'),
    (re.compile(r"\s*\bWITHOUT ROWID\b"), ""),
)  # fmt: skip
#: A trigger that refuses what changes rows, as ours are written.
_REFUSING = re.compile(
    r"CREATE TRIGGER (?P<name>\w+) BEFORE (?P<what>DELETE|UPDATE) ON (?P<table>\w+)\s+"
    r"WHEN (?P<when>.*)\s+BEGIN SELECT RAISE\(ABORT, '(?P<told>[^']*)'\); END",
    re.DOTALL,
)
_AS_FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {when} THEN RAISE EXCEPTION '{told}' USING ERRCODE = 'check_violation'; END IF;
    RETURN {row};
END $$;
CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()
"""


@cache
def in_postgresql(statement: str) -> str:
    """Return a statement as psycopg takes it."""
    said = statement.strip()
    if refusing := _REFUSING.fullmatch(said):
        row = "OLD" if refusing["what"] == "DELETE" else "NEW"
        said = _AS_FUNCTION.format(row=row, **refusing.groupdict())
    elif said.startswith(("CREATE TABLE", "ALTER TABLE")):
        for known, theirs in _TYPES:
            said = known.sub(theirs, said)
    return said.replace("%", "%%").replace("?", "%s")
