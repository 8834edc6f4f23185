"""What staff upload: hostile names, archives and contents; nothing is lost, nothing escapes."""

from __future__ import annotations

import errno
import io
import os
import stat
import time
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from pptx import Presentation
from reportlab.pdfgen.canvas import Canvas

from assistant.corpus.paths import clean_name
from assistant.corpus.walk import walk
from assistant.curation import uploads
from assistant.curation.accepting import Accepted, Choice, accept
from assistant.curation.upload_checks import Staged
from assistant.curation.uploads import FOLDER, Staging, drop_forgotten
from assistant.errors import CorpusError, DepositError
from assistant.settings import Settings

TEXT = "Les fontaines du parc coulent de nouveau."


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    settings = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")
    (settings.corpus / "forum/voirie").mkdir(parents=True)
    (settings.corpus / "forum/voirie/notes.txt").write_text("Ancien texte.", encoding="utf-8")
    return settings


def pdf() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(72, 700, TEXT)
    canvas.save()
    return file.getvalue()


def deck() -> bytes:
    file = io.BytesIO()
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = TEXT
    presentation.save(file)
    return file.getvalue()


def zipped(members: dict[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, content in members.items():
            archive.writestr(name, content, how)
    return file.getvalue()


def staged(site: Settings, name: str, content: bytes) -> Staging:
    staging = Staging(site.upload_options())
    staging.write(name, [content[:7], content[7:]])
    return staging


def there(site: Settings) -> dict[str, bytes]:
    """Return the documents of the corpus, whatever is in its depot."""
    return {
        path.relative_to(site.corpus).as_posix(): path.read_bytes()
        for path in site.corpus.rglob("*")
        if path.is_file() and FOLDER not in path.parts
    }


def outside(site: Settings) -> set[str]:
    return {one.name for one in site.corpus.parent.iterdir()}


# --- Taking ------------------------------------------------------------------------------------


def test_a_deposit_is_no_document_until_it_is_accepted(site: Settings) -> None:
    staging = staged(site, "diaporama.pptx", deck())
    Staging(site.upload_options(), staging.key).write("rapport.pdf", [pdf()])
    assert list(there(site)) == ["forum/voirie/notes.txt"]
    assert [one.id for one in walk(site.corpus, 10**9)[0]] == ["forum/voirie/notes.txt"]

    verdicts = staging.check("forum", "Atelier 3 : l'eau")
    assert [(one.state, one.target) for one in verdicts] == [
        ("ok", "forum/Atelier 3 - l'eau/diaporama.pptx"),
        ("ok", "forum/Atelier 3 - l'eau/rapport.pdf"),
    ]
    done = accept(staging, "forum", "Atelier 3 : l'eau")
    assert done == Accepted(tuple(one.target for one in verdicts), (), ())
    assert set(there(site)) == {"forum/voirie/notes.txt", *done.added}
    assert list((site.corpus / FOLDER).iterdir()) == []


def test_a_folder_that_was_zipped_gives_its_files_and_keeps_its_folders(site: Settings) -> None:
    members = {
        "Séance/notes.txt": b"un", "Séance/annexes/plan.md": b"# deux", "Séance/.DS_Store": b"x",
        "__MACOSX/Séance/._notes.txt": b"x", "Séance/vide/": b"",
    }  # fmt: skip
    staging = staged(site, "séance.zip", zipped(members))
    done = accept(staging, "forum", "quai")
    assert set(done.added) == {"forum/quai/notes.txt", "forum/quai/annexes/plan.md"}
    assert there(site)["forum/quai/annexes/plan.md"] == b"# deux"


@pytest.mark.parametrize("encoding", ["cp437", "cp850", "utf-8"])
def test_accents_of_a_zip_are_read_whatever_wrote_them(site: Settings, encoding: str) -> None:
    name = "été réussi.txt"
    plain = zipped({"x" * len(name.encode(encoding)): b"un"})
    content = plain.replace(b"x" * len(name.encode(encoding)), name.encode(encoding))
    staging = staged(site, "a.zip", content)
    assert [one.name for one in staging.files()] == [name]


# --- Names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("rapport.pdf", "rapport.pdf"),
        (unicodedata.normalize("NFD", "été.pdf"), "été.pdf"),
        ("a\0b\x1b[2J\n.pdf", "ab[2J.pdf"),
        ("gnp.‮fdp.pdf", "gnp.fdp.pdf"),
        ("CON.txt", "_CON.txt"),
        ("com1.notes.txt", "_com1.notes.txt"),
        ("bilan?*<>|.pdf", "bilan-----.pdf"),
        ("fin de ligne. . .", "fin de ligne"),
        ("  deux   espaces .pdf", "deux espaces.pdf"),
        ("é" * 300 + ".pdf", "é" * 98 + ".pdf"),
        ("\udce9.pdf", "pdf"),
        ("...", ""),
        ("???", ""),
        (".bashrc", "bashrc"),
    ],
)
def test_a_name_is_made_safe(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept
    assert clean_name(kept) == kept


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.txt", "..\\..\\evil.txt", "/etc/evil.txt", "C:\\Windows\\evil.txt",
        "forum/../../evil.txt", "a\0/../evil.txt",
    ],
)  # fmt: skip
def test_what_a_browser_calls_a_file_is_never_a_path(site: Settings, name: str) -> None:
    before = outside(site)
    done = accept(staged(site, name, b"texte"), "forum", "voirie")
    assert done.added == ("forum/voirie/evil.txt",)
    assert outside(site) == before


@pytest.mark.parametrize("name", [".htaccess.txt", "~$diapo.pptx", "Thumbs.db", "desktop.ini", ""])
def test_hidden_files_and_those_without_a_name_are_refused(site: Settings, name: str) -> None:
    (verdict,) = staged(site, name, b"texte").check("forum", "voirie")
    assert verdict.state == "refused"


@pytest.mark.parametrize("event", ["", "..", "/", ".depot", "__MACOSX", "lien", "fichier"])
def test_an_event_that_cannot_be_is_refused(site: Settings, tmp_path: Path, event: str) -> None:
    (site.corpus / "lien").symlink_to(tmp_path)
    (site.corpus / "fichier").write_text("x", encoding="utf-8")
    staging = staged(site, "a.txt", b"texte")
    if event == ".depot":  # the dot goes: a folder like any other
        assert accept(staging, event).added == ("depot/a.txt",)
        return
    with pytest.raises(CorpusError):
        accept(staging, event, "voirie")
    assert [one.claimed for one in staging.files()] == ["a.txt"]


def test_a_session_typed_otherwise_is_the_one_that_is_there(site: Settings) -> None:
    done = accept(staged(site, "a.txt", b"texte"), "FORUM", " Voirie ")
    assert done.added == ("forum/voirie/a.txt",)


# --- Archives ----------------------------------------------------------------------------------


class Hostile(NamedTuple):
    """A member of an archive, and the message that refuses it."""

    name: str
    mode: int = 0
    reason: str = "deposit.zip_name"


@pytest.mark.parametrize(
    "member",
    [
        Hostile("../evil.txt"), Hostile("a/../../evil.txt"), Hostile("/evil.txt"),
        Hostile("C:/evil.txt"), Hostile("..\\evil.txt"), Hostile("a//evil.txt"),
        Hostile("/".join("abcdefghijkl") + ".txt", reason="deposit.zip_deep"),
        Hostile("lien.txt", stat.S_IFLNK | 0o777, "deposit.zip_link"),
        Hostile("tube.txt", stat.S_IFIFO | 0o666, "deposit.zip_link"),
    ],
    ids=lambda member: member.name,
)  # fmt: skip
def test_a_hostile_member_is_refused_and_the_others_are_not(
    site: Settings, member: Hostile
) -> None:
    info = zipfile.ZipInfo(member.name)
    info.external_attr = member.mode << 16
    before = outside(site)
    staging = staged(site, "a.zip", zipped({info: b"/etc/passwd", "sain.txt": b"texte"}))
    done = accept(staging, "forum", "voirie")
    assert done.added == ("forum/voirie/sain.txt",)
    assert [one.reasons[0].key for one in done.left] == [member.reason]
    assert outside(site) == before


def test_a_member_under_a_password_is_refused(site: Settings) -> None:
    content = bytearray(zipped({"secret.txt": b"texte"}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (verdict,) = staged(site, "a.zip", bytes(content)).check("forum", "voirie")
    assert verdict.reasons[0].key == "deposit.zip_encrypted"


def test_a_member_whose_bytes_are_damaged_is_refused_alone(site: Settings) -> None:
    content = zipped({"a.txt": b"du texte", "b.txt": b"autre"}, zipfile.ZIP_STORED)
    staging = staged(site, "a.zip", content.replace(b"du texte", b"DU TEXTE"))
    states = [(one.staged.claimed, one.state) for one in staging.check("forum", "voirie")]
    assert states == [("a.txt", "refused"), ("b.txt", "ok")]


def bomb() -> bytes:
    return zipped({"zeros.txt": bytes(60_000_000)})


def lying_bomb() -> bytes:
    """Return an archive that declares a small size, in both places."""
    content = bytearray(bomb())
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = content.index(signature) + at
        content[start : start + 4] = (1000).to_bytes(4, "little")
    return bytes(content)


def crowded() -> bytes:
    return zipped({f"{number}.txt": b"x" for number in range(2001)}, zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (bomb(), "deposit_zip_bomb"),
        (crowded(), "deposit_crowded"),
        (b"PK\x03\x04 pas un zip", "deposit_zip_damaged"),
        (b"rien du tout", "deposit_zip_damaged"),
        (zipped({}), "deposit_zip_empty"),
        # A list of entries of 9 MB, which would take ten times that to read.
        (zipped({f"{'x' * 60000}{n}.txt": b"" for n in range(150)}), "deposit_zip_damaged"),
    ],
    ids=["bomb", "crowded", "damaged", "none", "empty", "large_directory"],
)
def test_a_hostile_archive_is_refused_whole_and_leaves_nothing(
    site: Settings, content: bytes, key: str
) -> None:
    staging = Staging(site.upload_options())
    with pytest.raises(DepositError) as refused:
        staging.write("a.zip", [content])
    assert refused.value.key == key
    assert list((site.corpus / FOLDER / staging.key).iterdir()) == []


def test_a_bomb_that_declares_a_small_size_gives_no_more_than_that(site: Settings) -> None:
    staging = staged(site, "a.zip", lying_bomb())
    (verdict,) = staging.check("forum", "voirie")
    assert verdict.reasons[0].key == "deposit.zip_entry_damaged"
    assert sum(one.stat().st_size for one in (site.corpus / FOLDER).rglob("*")) < 20_000


def test_what_a_zip_unpacks_to_counts(site: Settings) -> None:
    small = Settings(corpus=site.corpus, index=site.index, max_upload_megabytes=1)
    content = zipped({"a.txt": os.urandom(10) * 60_000, "b.txt": os.urandom(10) * 60_000})
    staging = Staging(small.upload_options())
    with pytest.raises(DepositError, match="trop gros"):
        staging.write("a.zip", [content])
    assert staging.files() == ()


# --- Contents ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.pdf", b"MZ\x90\0", "errors.file_damaged"),
        ("a.txt", b"\x7fELF\0\0", "deposit.content_differs"),
        ("a.txt", b"MZ\x90\0\0\0", "deposit.content_other"),
        ("a.mp4", b"MZ\x90\0\0\0\0\0\0", "deposit.content_other"),
        ("a.png", b"<svg onload='alert(1)'/>", "deposit.content_other"),
        ("a.svg", b"<svg onload='alert(1)'/>", "deposit.format_unknown"),
        ("a.exe", b"MZ\x90\0", "deposit.format_unknown"),
        ("a", b"texte", "deposit.format_unknown"),
        ("a.pdf", b"<html><script>", "deposit.content_differs"),
        ("a.docx", pdf(), "deposit.content_differs"),
        ("a.docx", zipped({"x.txt": b"x"}), "deposit.content_differs"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
         "errors.file_protected"),
        ("a.odt", zipped({"mimetype": b"\0" * 50_000_000}), "deposit.content_differs"),
        ("a.txt", b"", "errors.file_empty"),
    ],
)  # fmt: skip
def test_a_content_that_its_name_belies_is_refused(
    site: Settings, name: str, content: bytes, key: str
) -> None:
    (verdict,) = staged(site, name, content).check("forum", "voirie")
    assert (verdict.state, [one.key for one in verdict.reasons]) == ("refused", [key])
    assert all(one.words("fr") and one.words("en") for one in verdict.reasons)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", pdf()), ("a.pptx", deck()), ("a.html", b"<html><script>1</script>"),
        ("a.mp3", b"ID3\x04 son"), ("a.mp3", b"\xff\xfb\x90 son"), ("a.m4a", b"\0\0\0 ftypM4A "),
        ("a.txt", "é".encode("utf-16")), ("a.txt", b"WEBVTT\n"), ("a.csv", b"a;b"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ],
)  # fmt: skip
def test_a_content_that_is_what_it_says_is_fine(site: Settings, name: str, content: bytes) -> None:
    (verdict,) = staged(site, name, content).check("forum", "voirie")
    assert (verdict.state, verdict.reasons) == ("ok", ())


def test_a_large_document_is_refused_and_a_large_recording_is_not(site: Settings) -> None:
    small = Settings(corpus=site.corpus, index=site.index, max_file_megabytes=1)
    staging = staged(small, "a.txt", b"x" * 1_100_000)
    staging.write("a.mp3", [b"ID3" + bytes(1_100_000)])
    assert [one.state for one in staging.check("forum", "voirie")] == ["refused", "ok"]


# --- Space -------------------------------------------------------------------------------------


def endless(given: list[int]) -> Iterator[bytes]:
    while True:
        given.append(1)
        yield bytes(1_000_000)


def test_an_oversized_upload_is_stopped_while_it_comes(site: Settings) -> None:
    small = Settings(corpus=site.corpus, index=site.index, max_upload_megabytes=2)
    staging, given = Staging(small.upload_options()), list[int]()
    with pytest.raises(DepositError, match="dépasse 2 Mo"):
        staging.write("a.txt", endless(given))
    assert len(given) == 3
    with pytest.raises(DepositError, match="dépasse 2 Mo"):
        staging.write("a.txt", endless(given), declared=2_000_001)
    assert len(given) == 3
    assert list((site.corpus / FOLDER / staging.key).iterdir()) == []


def test_files_are_not_counted_again_for_each_that_comes(site: Settings) -> None:
    class Counting(Staging):
        counts = 0

        def files(self) -> tuple[Staged, ...]:
            self.counts += 1
            return super().files()

    staging = Counting(site)
    for number in range(40):
        staging.write(f"note {number}.txt", [b"Oui."])
    assert staging.counts == 1
    again = Counting(site, staging.key)
    for number in range(40):
        again.write(f"mot {number}.txt", [b"Non."])
    assert again.counts <= 2
    assert len(staging.files()) == 80
    for file in staging.files()[1:]:
        staging.forget(file)
    # To see them here, not to find the last one left.
    assert staging.counts == 3


def test_two_who_write_to_a_deposit_share_its_limit(site: Settings) -> None:
    site = replace(site, max_upload_megabytes=1)
    one = Staging(site.upload_options())
    one.write("a.txt", [b"x" * 600_000])
    two = Staging(site.upload_options(), one.key)
    two.write("b.txt", [b"x" * 300_000])
    for staging in (one, two):
        with pytest.raises(DepositError) as refused:
            staging.write("c.txt", [b"x" * 300_000])
        assert refused.value.key == "deposit_too_large"


def test_a_full_disk_refuses_before_and_while_a_file_comes(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging = Staging(site.upload_options())
    monkeypatch.setattr(uploads, "free_bytes", lambda corpus: 100_000_000)
    with pytest.raises(DepositError, match="il en reste 100"):
        staging.write("a.txt", [b"x"], declared=5)
    frees = iter((10**12, 0))
    monkeypatch.setattr(uploads, "free_bytes", lambda corpus: next(frees))
    with pytest.raises(DepositError, match="libres sur le disque"):
        staging.write("a.txt", endless([]))
    assert list((site.corpus / FOLDER / staging.key).iterdir()) == []


def test_an_acceptance_that_the_disk_refuses_loses_nothing_and_goes_on(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging = staged(site, "a.txt", b"un")
    staging.write("notes.txt", [b"Nouveau texte."])
    choices: dict[int, Choice] = {2: "replace"}

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("assistant.curation.accepting.os.replace", full)
        with pytest.raises(DepositError):
            accept(staging, "forum", "voirie", choices)
    assert there(site)["forum/voirie/notes.txt"] == b"Ancien texte."
    done = accept(Staging(site.upload_options(), staging.key), "forum", "voirie", choices)
    assert (done.added, done.replaced) == ((), ("forum/voirie/notes.txt",))
    assert there(site) == {"forum/voirie/notes.txt": b"Nouveau texte.", "forum/voirie/a.txt": b"un"}


def test_a_file_whose_move_was_killed_is_not_there_twice(site: Settings) -> None:
    staging = staged(site, "a.txt", b"un")
    # What a kill leaves between the link and the end of the name aside.
    os.link(staging.path(staging.files()[0]), site.corpus / "forum/voirie/a.txt")
    assert accept(staging, "forum", "voirie") == Accepted((), (), ())
    assert set(there(site)) == {"forum/voirie/notes.txt", "forum/voirie/a.txt"}


# --- What is there already ---------------------------------------------------------------------


def test_the_same_content_is_named_and_left_out(site: Settings) -> None:
    staging = staged(site, "copie.txt", b"Ancien texte.")
    (verdict,) = staging.check("forum", "quai")
    assert (verdict.state, verdict.existing) == ("same_content", "forum/voirie/notes.txt")
    assert "« forum/voirie/notes.txt »" in verdict.reasons[0].words()
    assert accept(staging, "forum", "quai").added == ()
    assert accept(staging, "forum", "quai", {1: "both"}).added == ("forum/quai/copie.txt",)


@pytest.mark.parametrize("name", ["notes.txt", "NOTES.TXT"])
def test_the_same_name_is_replaced_kept_beside_or_left_as_chosen(site: Settings, name: str) -> None:
    staging = staged(site, name, b"Nouveau texte.")
    (verdict,) = staging.check("forum", "voirie")
    assert (verdict.state, verdict.target) == ("same_name", "forum/voirie/notes.txt")
    assert accept(staging, "forum", "voirie").left == (verdict,)
    assert there(site)["forum/voirie/notes.txt"] == b"Ancien texte."
    assert accept(staging, "forum", "voirie", {1: "replace"}).replaced == (verdict.target,)
    assert there(site) == {"forum/voirie/notes.txt": b"Nouveau texte."}

    other = staged(site, name, b"Encore un autre.")
    (added,) = accept(other, "forum", "voirie", {1: "both"}).added
    assert added.lower() == "forum/voirie/notes (2).txt"


def test_two_files_of_one_deposit_never_share_a_name(site: Settings) -> None:
    staging = staged(site, "a.txt", b"un")
    staging.write("A.txt", [b"deux"])
    staging.write("b.txt", [b"un"])
    first, second, third = staging.check("forum", "voirie")
    assert (second.state, second.target) == ("ok", "forum/voirie/A (2).txt")
    assert (third.state, third.reasons[0].key) == ("same_content", "deposit.twice")
    assert accept(staging, "forum", "voirie").added == (first.target, second.target)


def test_a_programme_goes_into_its_event_only(site: Settings) -> None:
    staging = staged(site, "programme.csv", b"seance;titre\n")
    assert staging.check("forum", "voirie")[0].state == "refused"
    assert accept(staging, "forum").added == ("forum/programme.csv",)


# --- Keys and leftovers ------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["../../etc", "x", "A" * 22, ".", "a/b"])
def test_a_key_that_names_no_deposit_is_refused(site: Settings, key: str) -> None:
    with pytest.raises(DepositError, match="n'existe plus"):
        Staging(site.upload_options(), key)


def test_a_depot_that_is_a_link_is_refused(site: Settings, tmp_path: Path) -> None:
    (site.corpus / FOLDER).symlink_to(tmp_path)
    with pytest.raises(DepositError):
        Staging(site.upload_options())


def test_what_nobody_came_back_to_goes_after_a_day(site: Settings) -> None:
    staging = staged(site, "a.txt", b"un")
    assert drop_forgotten(site.corpus) == 0
    assert drop_forgotten(site.corpus, now=time.time() + 25 * 3600) == 1
    with pytest.raises(DepositError):
        Staging(site.upload_options(), staging.key)
