"""Signing in by a real LDAP directory: Debian's slapd."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import IdentityError
from assistant.identity.directory import Directory
from assistant.identity.people import role_of
from tests.support.identity import BASE, ldap_options
from tests.support.slapd import (
    LIMITED,
    MANY,
    ODD_NAMES,
    PASSWORD,
    PROGRAM,
    READER,
    READER_PASSWORD,
    Slapd,
    free_ports,
    slapd,
    write_certificates,
)

pytestmark = pytest.mark.skipif(not PROGRAM, reason="slapd is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with slapd(tmp_path_factory.mktemp("slapd")) as found:
        yield found


@pytest.fixture
def secret(tmp_path: Path) -> str:
    path = tmp_path / "secret-ldap"
    path.write_text(READER_PASSWORD + "\n", encoding="utf-8")
    return str(path)


def directory(server: Slapd, secret: str, **changed: Any) -> Directory:
    usual = {"bind": READER, "password": secret}
    return Directory(ldap_options(server.plain, **(usual | changed)))


@pytest.fixture
def ours(server: Slapd, secret: str) -> Directory:
    return directory(server, secret)


def test_a_password_of_the_directory_signs_in(ours: Directory) -> None:
    person = ours.person("archiviste", PASSWORD)
    assert person is not None
    assert (person.name, person.source) == ("archiviste", "ldap")


def test_groups_come_with_those_that_they_are_in(ours: Directory) -> None:
    person = ours.person("archiviste", PASSWORD)
    assert person is not None
    names = {one for one in person.groups if "=" not in one}
    assert names == {"archives", "documentation", "unix", "tournante-1", "tournante-2"}
    place = f"cn=documentation,ou=groupes,{BASE}"
    assert place in person.groups
    assert role_of(person.groups, ["documentation"]) == role_of(person.groups, [place]) == "staff"
    accueil = ours.person("accueil", PASSWORD)
    assert accueil is not None and accueil.groups == frozenset()


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("archiviste", "faux"), ("archiviste", ""), ("personne", PASSWORD), ("", PASSWORD),
        ("*", PASSWORD), ("archiv*", PASSWORD), ("archiviste)(uid=*", PASSWORD),
        ("archiviste\0", PASSWORD), ("lecture", READER_PASSWORD), ("a" * 300, PASSWORD),
    ],
    ids=["wrong", "empty", "unknown", "no name", "all", "beginning", "another filter", "a null",
         "the reader", "long"],
)  # fmt: skip
def test_what_opens_nobody_is_nobody(ours: Directory, name: str, password: str) -> None:
    assert ours.person(name, password) is None


@pytest.mark.parametrize("name", ODD_NAMES)
def test_names_with_signs_of_filters_are_names(ours: Directory, name: str) -> None:
    person = ours.person(name, PASSWORD)
    assert person is not None
    assert person.name == name
    assert f"de-{ODD_NAMES.index(name)}" in person.groups


def test_a_name_that_two_have_opens_neither(ours: Directory, server: Slapd, secret: str) -> None:
    with pytest.raises(IdentityError, match="Plusieurs"):
        ours.person("doublon", PASSWORD)
    narrow = directory(server, secret, base=f"ou=agents,{BASE}")
    assert narrow.person("doublon", PASSWORD)


def test_groups_come_page_by_page_to_the_last(ours: Directory) -> None:
    person = ours.person("direction", PASSWORD)
    assert person is not None
    assert len({one for one in person.groups if one.startswith("groupe-")}) == MANY


def test_a_limit_of_the_server_is_told_and_never_silently_fewer_groups(
    server: Slapd, secret: str
) -> None:
    limited = directory(server, secret, bind=LIMITED)
    assert limited.person("accueil", PASSWORD)
    with pytest.raises(IdentityError, match="limite le nombre"):
        limited.person("direction", PASSWORD)


def test_groups_may_lie_elsewhere(server: Slapd, secret: str) -> None:
    elsewhere = directory(server, secret, group_base=f"ou=anciens,{BASE}")
    person = elsewhere.person("archiviste", PASSWORD)
    assert person is not None and person.groups == frozenset()


@pytest.mark.parametrize("how", ["LDAPS", "StartTLS"])
def test_passwords_go_encrypted(server: Slapd, secret: str, how: str) -> None:
    options = {"bind": READER, "password": secret, "ca": server.authority}
    address = server.encrypted if how == "LDAPS" else server.plain
    encrypted = Directory(ldap_options(address, with_start_tls=True, **options))
    assert encrypted.person("archiviste", PASSWORD)


@pytest.mark.parametrize("how", ["LDAPS", "StartTLS"])
@pytest.mark.parametrize("wrong", ["another authority", "the system's", "another name"])
def test_a_server_that_does_not_prove_itself_gets_no_password(
    server: Slapd, secret: str, tmp_path: Path, how: str, wrong: str
) -> None:
    write_certificates(tmp_path)
    ca = {"another authority": str(tmp_path / "ca.pem"), "the system's": ""}
    address = server.encrypted if how == "LDAPS" else server.plain
    if wrong == "another name":
        address = address.replace("127.0.0.1", "localhost")
    options = {"bind": READER, "password": secret, "ca": ca.get(wrong, server.authority)}
    doubted = Directory(ldap_options(address, with_start_tls=True, **options))
    with pytest.raises(IdentityError) as refused:
        doubted.person("archiviste", PASSWORD)
    assert refused.value.key == "ldap_tls"


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"bind": f"cn=autre,{BASE}"}, "ldap_bind"),
        ({"base": "dc=autre,dc=fr"}, "ldap_base"),
        ({"bind": "", "password": ""}, "ldap_base"),
        ({"user_filter": "(uid={name}"}, "ldap_unreachable"),
    ],
    ids=["wrong account", "wrong base", "anonymous", "no filter"],
)
def test_what_is_set_wrongly_is_told_with_what_to_do(
    server: Slapd, secret: str, changed: dict[str, Any], key: str
) -> None:
    with pytest.raises(IdentityError) as refused:
        directory(server, secret, **changed).person("archiviste", PASSWORD)
    assert refused.value.key == key
    assert READER_PASSWORD not in refused.value.in_a_line()
    assert PASSWORD not in refused.value.in_a_line()


def test_the_second_server_answers_for_the_first(server: Slapd, secret: str) -> None:
    (nobody,) = free_ports(1)
    both = Directory(
        ldap_options(f"ldap://127.0.0.1:{nobody}", server.plain, bind=READER, password=secret)
    )
    assert both.person("archiviste", PASSWORD)


def test_a_directory_that_is_dead_says_so(secret: str) -> None:
    (nobody,) = free_ports(1)
    dead = Directory(ldap_options(f"ldap://127.0.0.1:{nobody}", bind=READER, password=secret))
    with pytest.raises(IdentityError, match="ne répond pas") as told:
        dead.person("archiviste", PASSWORD)
    assert "comptes propres" in told.value.remedy
