"""What `doctor` says of signing in elsewhere, without asking anybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.identity import opening
from assistant.ops.doctor.sign_in_checks import signing_in
from assistant.settings import Settings


def _found(settings: Settings) -> list[tuple[str, str]]:
    results = signing_in(settings.identity(), False, "fr")
    return [(one.severity, f"{one.message} {one.remedy}") for one in results]


def test_a_site_without_any_is_told_nothing() -> None:
    assert _found(Settings()) == []


def test_what_is_set_well_is_told_and_that_nobody_is_staff(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mot de passe")
    settings = Settings(
        oidc_issuer="https://sso.ville.fr",
        oidc_client_id="assistant",
        oidc_staff_groups="documentation",
        ldap_servers="ldaps://ad.ville.fr",
        ldap_base="DC=ville,DC=fr",
        ldap_bind="CN=assistant",
        ldap_password=str(tmp_path / "secret"),
    )
    assert [severity for severity, _ in _found(settings)] == ["ok", "ok", "warning"]
    assert "mot de passe" not in str(_found(settings)).replace("mots de passe", "")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (Settings(oidc_issuer="http://sso.ville.fr", oidc_client_id="a"), "https"),
        (Settings(oidc_issuer="https://sso.ville.fr"), "oidc_client_id"),
        (Settings(oidc_issuer="https://a.fr", oidc_client_id="a", oidc_only="x"), "oidc_only"),
        (Settings(ldap_servers="ldaps://ad.ville.fr"), "ldap_base"),
        (Settings(ldap_servers="ad.ville.fr", ldap_base="DC=fr"), "ldap_servers"),
        (
            Settings(ldap_servers="ldaps://a.fr", ldap_base="DC=fr", ldap_bind="CN=a"),
            "ldap_password",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_set_wrongly_is_an_error_with_what_to_do(settings: Settings, words: str) -> None:
    ((severity, said),) = _found(settings)
    assert severity == "error"
    assert words in said


def test_an_extra_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def without(name: str, *more: object, **others: object) -> object:
        if name in ("assistant.identity.provider", "assistant.identity.directory"):
            raise ImportError(name)
        return real(name, *more, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    settings = Settings(oidc_issuer="https://sso.ville.fr", oidc_client_id="a",
                        ldap_servers="ldaps://ad.ville.fr", ldap_base="DC=fr")  # fmt: skip
    said = [said for _, said in _found(settings)]
    assert ".[oidc]" in said[0] and ".[ldap]" in said[1]
    assert opening.Elsewhere().staff_groups == {}
