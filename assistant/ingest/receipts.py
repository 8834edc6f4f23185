"""Receipts of erasures: the proof, in `index/recus/`, that a document left the disk for good.

In: what was erased. Out: a file each, without anything that the document said, and its words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.errors import IndexDamaged
from assistant.i18n import Language, count, say
from assistant.i18n.days import moment_in_words
from assistant.system.files import write_whole

#: The receipts' folder, in the index folder.
RECEIPTS = "recus"
#: How the name of a receipt ends that is of a speaker, whose name it doesn't say.
SPEAKER_RECEIPT = "-intervenant.txt"
#: What is counted, in the order of a receipt.
_COUNTED = (
    "passages",
    "sentences",
    "problems",
    "pictures",
    "transcriptions",
    "generations",
    "former",
)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased of a document, in numbers."""

    files: int = 0
    passages: int = 0
    sentences: int = 0
    problems: int = 0
    pictures: int = 0
    transcriptions: int = 0
    generations: int = 0
    former: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof that a document was erased; nothing of what it said.

    Times are ISO 8601. `bytes` and `sha256` are those of the file, `asked_by` the name of an
    account, or empty. `copies` are the documents left that have the same content. `former` are the
    files that held it in what a restore had put aside, and that went too.
    """

    document_id: str
    title: str
    sha256: str
    bytes: int
    asked_by: str
    asked: str
    erased: str
    erased_local: str
    what: Erased
    copies: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


def receipts(index: Path) -> list[Receipt]:
    """Return the receipts kept, the newest first. Raises IndexDamaged."""
    found = [read_receipt(path) for path in (index / RECEIPTS).glob("*.json")]
    return sorted(found, key=lambda receipt: (receipt.erased, receipt.document_id), reverse=True)


def receipt_name(receipt: Receipt) -> str:
    """Return the name of a receipt's file, without its suffix: when it was asked, and for what."""
    when = datetime.fromisoformat(receipt.asked).strftime("%Y%m%dT%H%M%S.%f")[:-3]
    digest = hashlib.blake2b(receipt.document_id.encode(), digest_size=6).hexdigest()
    return f"{when}-{digest}"


def receipt_lines(receipt: Receipt, language: Language = "fr") -> Iterator[str]:
    """Yield a receipt in words."""
    yield say("erasure.title", language)
    yield say("erasure.document", language, id=receipt.document_id)
    if receipt.title:
        yield say("erasure.document_title", language, title=receipt.title)
    if receipt.sha256:
        yield say("erasure.sha256", language, sha256=receipt.sha256)
    yield count("erasure.bytes", receipt.bytes, language)
    yield say("erasure.asked", language, when=moment_in_words(receipt.asked, language))
    yield say("erasure.erased", language, when=moment_in_words(receipt.erased, language))
    if receipt.asked_by:
        yield say("erasure.asked_by", language, who=receipt.asked_by)
    what = [say(f"erasure.{'file' if receipt.what.files else 'no_file'}", language)]
    for name in _COUNTED:
        if number := getattr(receipt.what, name):
            what.append(count(f"erasure.{name}", number, language))
    yield say("erasure.what", language, what=", ".join(what))
    if receipt.copies:
        yield say("erasure.copies", language, ids=", ".join(receipt.copies))
    for path in receipt.former:
        yield say("erasure.former_copy", language, path=path)
    yield say("erasure.backups", language)


def keep_receipts(index: Path, done: Sequence[Receipt]) -> None:
    """Write receipts; those of an erasure that is ended twice have the same names."""
    folder = index / RECEIPTS
    folder.mkdir(exist_ok=True)
    for receipt in done:
        content = json.dumps(asdict(receipt), ensure_ascii=False, indent=1)
        write_whole(folder / f"{receipt_name(receipt)}.json", content)


def read_receipt(path: Path) -> Receipt:
    """Return the receipt of a document. Raises IndexDamaged."""
    try:
        return receipt_from(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise IndexDamaged("index_damaged", path=path, cause=e) from e


def receipt_from(plain: dict[str, Any]) -> Receipt:
    """Return the receipt that `asdict` made plain. Raises KeyError or TypeError."""
    lists = {name: tuple(plain.get(name, ())) for name in ("copies", "former")}
    return Receipt(**(plain | lists | {"what": Erased(**plain["what"])}))
