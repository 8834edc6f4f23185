"""Accounts: names, passwords, and the file that holds their hashes."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from assistant import accounts
from assistant.accounts import accounts_in, remove_account, set_groups, set_password, verified
from assistant.errors import AccountError

PASSWORD = "quatre mots bien rangés"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "comptes.json"


def test_a_password_opens_its_account_and_no_other(path: Path) -> None:
    set_password(path, "archiviste", PASSWORD)
    set_password(path, "accueil", "cinq autres mots sans lien", "agent")
    found = verified(path, "archiviste", PASSWORD)
    assert found is not None
    assert (found.name, found.role) == ("archiviste", "staff")
    assert verified(path, "accueil", PASSWORD) is None
    assert verified(path, "archiviste", PASSWORD + "!") is None
    assert verified(path, "personne", PASSWORD) is None
    assert accounts_in(path)["accueil"].role == "agent"


def test_the_file_holds_argon2_hashes_and_is_for_this_user_only(path: Path) -> None:
    set_password(path, "archiviste", PASSWORD)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (kept,) = json.loads(path.read_text())["accounts"]
    assert kept["hash"].startswith("$argon2id$")
    assert "quatre" not in path.read_text()


def test_the_same_password_typed_on_another_keyboard_opens_the_account(path: Path) -> None:
    set_password(path, "archiviste", "été à la cantine")
    assert verified(path, "archiviste", "e\u0301te\u0301 a\u0300 la cantine")


def test_a_new_password_replaces_the_former_one(path: Path) -> None:
    set_password(path, "archiviste", PASSWORD)
    set_password(path, "archiviste", "cinq autres mots sans lien")
    assert verified(path, "archiviste", PASSWORD) is None
    assert verified(path, "archiviste", "cinq autres mots sans lien")
    assert len(accounts_in(path)) == 1


def test_an_account_removed_opens_nothing(path: Path) -> None:
    set_password(path, "archiviste", PASSWORD)
    remove_account(path, "archiviste")
    assert verified(path, "archiviste", PASSWORD) is None
    with pytest.raises(AccountError, match="Aucun compte"):
        remove_account(path, "archiviste")


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("", PASSWORD), ("deux mots", PASSWORD), ("x" * 65, PASSWORD), ("a/b", PASSWORD),
        ("archiviste", "court"), ("archiviste", "x" * 257), ("archiviste", "aaaaaaaaaaaaaaaa"),
        ("archiviste", "Archiviste-2025"),
    ],
    ids=["none", "space", "long", "slash", "short", "too long", "repeated", "the name"],
)  # fmt: skip
def test_a_name_or_a_password_that_will_not_do_is_refused(
    path: Path, name: str, password: str
) -> None:
    with pytest.raises(AccountError) as refused:
        set_password(path, name, password)
    assert refused.value.remedy
    assert not path.exists()


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"format": 99, "accounts": []}', '{"format": 1, "accounts": [{"name": 1}]}',
     '{"format": 1, "accounts": [{"name":"a","role":"roi","hash":"","since":""}]}'],
)  # fmt: skip
def test_a_damaged_file_opens_nothing_and_says_so(path: Path, content: str) -> None:
    path.write_text(content)
    with pytest.raises(AccountError) as refused:
        accounts_in(path)
    assert "comptes.json" in str(refused.value)


def test_a_hash_that_is_none_opens_nothing(path: Path) -> None:
    account = {"name": "archiviste", "role": "staff", "hash": "secret", "since": ""}
    path.write_text(json.dumps({"format": accounts.FORMAT, "accounts": [account]}))
    assert verified(path, "archiviste", "secret") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(AccountError, match="ne peut pas être écrit"):
        set_password(tmp_path / "comptes.json", "archiviste", PASSWORD)


def test_an_account_keeps_its_groups_with_another_password(path: Path) -> None:
    set_password(path, "accueil", PASSWORD, "agent", ["rh"])
    set_password(path, "accueil", f"{PASSWORD} encore", "agent")
    assert accounts_in(path)["accueil"].groups == ("rh",)
    before = accounts_in(path)["accueil"].hash
    set_groups(path, "accueil", ["elus", "rh"])
    assert accounts_in(path)["accueil"].groups == ("elus", "rh")
    assert accounts_in(path)["accueil"].hash == before
    set_groups(path, "accueil", [])
    assert "groups" not in path.read_text()
    with pytest.raises(AccountError):
        set_groups(path, "personne", ["rh"])


@pytest.mark.parametrize("groups", ['"rh"', "[3]", "3"])
def test_groups_that_are_no_list_of_names_are_refused(path: Path, groups: str) -> None:
    account = f'{{"name": "a", "role": "agent", "hash": "", "since": "", "groups": {groups}}}'
    path.write_text(f'{{"format": 1, "accounts": [{account}]}}')
    with pytest.raises(AccountError):
        accounts_in(path)
