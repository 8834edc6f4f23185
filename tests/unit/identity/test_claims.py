"""What a provider says of somebody: their name, their groups, whether they may come in."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.errors import IdentityError
from assistant.identity.claims import lacks, person_in
from assistant.identity.options import (
    LdapOptions,
    OidcOptions,
    check_ldap,
    check_oidc,
    is_safe_address,
    listed,
    only_in,
)
from assistant.identity.people import role_of
from tests.support.identity import ldap_options, oidc_options


def _options(**changed: Any) -> OidcOptions:
    return oidc_options("https://sso.ville.fr", **changed)


def test_keycloak_says_names_and_groups_in_the_token() -> None:
    claims = {"sub": "1", "preferred_username": "accueil", "groups": ["/ville/rh", " "]}
    person = person_in(claims, _options(), "jeton")
    assert (person.name, person.groups, person.hint) == ("accueil", {"/ville/rh"}, "jeton")


def test_groups_may_lie_in_another_claim() -> None:
    claims = {"sub": "1", "realm_access": {"roles": ["documentation"]}, "a.b": "c"}
    options = _options(groups_claims=("realm_access.roles", "a.b", "absent.roles"))
    assert person_in(claims, options).groups == {"documentation", "c"}


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"email": "accueil@ville.fr", "sub": "1"}, "accueil@ville.fr"),
        ({"preferred_username": "a\nb", "sub": "1"}, "1"),
        ({"preferred_username": "", "sub": "1"}, "1"),
        ({"preferred_username": ["a"], "sub": "1"}, "1"),
        ({"preferred_username": "x" * 201, "sub": "1"}, "1"),
    ],
    ids=["ProConnect", "a line break", "empty", "a list", "too long"],
)
def test_somebody_goes_by_the_first_name_that_is_one(claims: dict[str, Any], name: str) -> None:
    assert person_in(claims, _options()).name == name


def test_an_address_that_nobody_verified_is_no_group() -> None:
    options = _options(groups_claims=("email",))
    claims = {"sub": "1", "email": "direction@ville.fr"}
    assert person_in(claims, options).groups == {"direction@ville.fr"}
    assert person_in(claims | {"email_verified": False}, options).groups == frozenset()
    assert person_in(claims | {"email_verified": "true"}, options).groups == frozenset()


@pytest.mark.parametrize(
    ("siret", "may"),
    [("21350238800019", True), (["0", "21350238800019"], True), ("0", False), (None, False)],
)
def test_a_site_may_be_for_some_of_those_whom_the_provider_knows(siret: object, may: bool) -> None:
    options = _options(only=only_in("siret=21350238800019;21350238800027"))
    claims = {"sub": "1", "siret": siret}
    if may:
        assert person_in(claims, options)
    else:
        with pytest.raises(IdentityError, match="pas parmi ceux"):
            person_in(claims, options)


def test_groups_that_entra_leaves_out_are_told_and_never_silently_fewer() -> None:
    claims = {"sub": "1", "_claim_names": {"groups": "src1"}, "_claim_sources": {}}
    with pytest.raises(IdentityError, match="trop de groupes"):
        person_in(claims, _options())


def test_what_is_not_in_the_token_is_asked_for() -> None:
    options = _options(only=("siret", ("1",)))
    whole = {"email": "a@ville.fr", "groups": [], "siret": "1"}
    assert not lacks(whole, options)
    for name in whole:
        assert lacks({key: value for key, value in whole.items() if key != name}, options)


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["/documentation"], "staff"),
        (["CN=Doc,DC=ville,DC=fr"], "staff"),
        (["accueil", "", "Documentation"], "agent"),
        ([], "agent"),
    ],
)
def test_members_of_a_group_of_staff_are_staff(groups: list[str], role: str) -> None:
    staff = listed("documentation; CN=Doc,DC=ville,DC=fr;")
    assert role_of(groups, staff) == role
    assert role_of(groups, listed("")) == "agent"


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        ("https://sso.ville.fr/realms/ville", True), ("http://127.0.0.1:8080", True),
        ("http://localhost/realms/ville", True), ("http://sso.ville.fr", False),
        ("https://a:b@sso.ville.fr", False), ("https://", False), ("ftp://sso.ville.fr", False),
        ("https://sso.ville.fr/#a", False), ("https://[", False), (None, False),
    ],
)  # fmt: skip
def test_a_provider_is_asked_by_https_but_on_this_machine(address: object, is_safe: bool) -> None:
    assert is_safe_address(address) is is_safe


@pytest.mark.parametrize(
    ("options", "key"),
    [
        (_options(client_id=""), "setting_needed"),
        (oidc_options("http://sso.ville.fr"), "oidc_not_https"),
        (_options(client_secret="/nulle/part"), "secret_unreadable"),
        (_options(ca="/nulle/part"), "ca_unreadable"),
        (ldap_options("ldaps://ad.ville.fr", base=""), "setting_needed"),
        (ldap_options("ad.ville.fr"), "ldap_address"),
        (ldap_options("http://ad.ville.fr"), "ldap_address"),
        (ldap_options("ldaps://ad.ville.fr", user_filter="(uid=*)"), "ldap_filter"),
        (ldap_options("ldaps://ad.ville.fr", bind="cn=lecture"), "secret_unreadable"),
        (ldap_options("ldaps://ad.ville.fr", ca="/nulle/part"), "ca_unreadable"),
    ],
    ids=str,
)
def test_settings_that_can_not_work_are_told_with_what_to_do(
    options: OidcOptions | LdapOptions, key: str
) -> None:
    with pytest.raises(IdentityError) as told:
        check_oidc(options) if isinstance(options, OidcOptions) else check_ldap(options)
    assert told.value.key == key
    assert told.value.remedy


@pytest.mark.parametrize("value", ["siret", "siret=", "=1", "siret=;"])
def test_who_may_come_in_is_written_as_a_claim_and_its_values(value: str) -> None:
    with pytest.raises(IdentityError, match="oidc_only"):
        only_in(value)


def test_an_empty_secret_is_none(tmp_path: Any) -> None:
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(IdentityError, match="oidc_client_secret"):
        check_oidc(_options(client_secret=str(tmp_path / "secret")))
