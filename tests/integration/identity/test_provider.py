"""Signing in by a real OpenID Connect provider: Authlib's server, asked over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import httpx2
import pytest

from assistant.errors import IdentityError
from assistant.identity.people import Person, SignInAttempt
from assistant.identity.provider import KEPT_SECONDS, KEYS_AGAIN_SECONDS, Provider
from tests.support.identity import CLIENT, oidc_options
from tests.support.oidc_provider import SECRET
from tests.support.oidc_provider import Provider as RealProvider
from tests.support.oidc_provider import provider as real_provider

REDIRECT = "https://assistant.ville.fr/connexion/retour"
ATTEMPT = SignInAttempt("etat", "unique-1", "v" * 64, REDIRECT)
USER = {"sub": "f3a1", "preferred_username": "accueil", "groups": ["/ville/rh", "documentation"]}


class Clock:
    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture(scope="module")
def running() -> Iterator[RealProvider]:
    with real_provider(CLIENT, REDIRECT) as found:
        yield found


@pytest.fixture
def real(running: RealProvider) -> RealProvider:
    running.user, running.said, running.described = dict(USER), {}, {}
    running.kept_back, running.is_user_signed = frozenset(), False
    running.asked.clear()
    return running


@pytest.fixture
def secret(tmp_path: Path) -> str:
    path = tmp_path / "secret-oidc"
    path.write_text(SECRET + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ours(real: RealProvider, secret: str, clock: Clock) -> Provider:
    return Provider(oidc_options(real.issuer, client_secret=secret), clock)


def code_for(address: str) -> str:
    """Go where a browser goes, and return the code that it comes back with."""
    answer = httpx2.get(address)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["location"])
    assert urlunsplit(back._replace(query="")) == REDIRECT
    said = parse_qs(back.query)
    assert said["state"] == [ATTEMPT.state]
    return said["code"][0]


def signed_in(ours: Provider, attempt: SignInAttempt = ATTEMPT) -> Person:
    return ours.person(code_for(ours.authorization(attempt)), attempt)


def test_somebody_who_signs_in_there_is_known_here(ours: Provider) -> None:
    person = signed_in(ours)
    assert (person.name, person.source) == ("accueil", "oidc")
    assert person.groups == {"/ville/rh", "documentation"}
    assert person.hint.count(".") == 2


@pytest.mark.parametrize("ways", [["client_secret_post"], ["client_secret_basic"], None])
def test_the_site_proves_itself_as_the_provider_asks(
    real: RealProvider, ours: Provider, ways: list[str] | None
) -> None:
    real.described = {"token_endpoint_auth_methods_supported": ways}
    real.client.secret = SECRET
    assert signed_in(ours).name == "accueil"


def test_pkce_is_sent_with_s256_and_never_the_verifier(ours: Provider) -> None:
    asked = parse_qs(urlsplit(ours.authorization(ATTEMPT)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert asked["nonce"] == [ATTEMPT.nonce]
    assert asked["state"] == [ATTEMPT.state]
    assert ATTEMPT.verifier not in ours.authorization(ATTEMPT)


def _without_challenge(address: str) -> str:
    parts = urlsplit(address)
    asked = {name: one[0] for name, one in parse_qs(parts.query).items() if "challenge" not in name}
    return urlunsplit(parts._replace(query=urlencode(asked)))


def test_a_code_asked_for_without_pkce_is_worth_nothing(ours: Provider) -> None:
    code = code_for(_without_challenge(ours.authorization(ATTEMPT)))
    with pytest.raises(IdentityError, match="invalid_request"):
        ours.person(code, ATTEMPT)


def test_a_code_of_another_browser_is_worth_nothing(ours: Provider) -> None:
    code = code_for(ours.authorization(ATTEMPT))
    with pytest.raises(IdentityError, match="invalid_grant"):
        ours.person(code, replace(ATTEMPT, verifier="w" * 64))


def test_a_code_is_worth_one_token(ours: Provider) -> None:
    code = code_for(ours.authorization(ATTEMPT))
    assert ours.person(code, ATTEMPT)
    with pytest.raises(IdentityError, match="invalid_grant"):
        ours.person(code, ATTEMPT)


def test_a_token_for_another_sign_in_is_refused(ours: Provider) -> None:
    code = code_for(ours.authorization(ATTEMPT))
    with pytest.raises(IdentityError, match=r"\(nonce\)"):
        ours.person(code, replace(ATTEMPT, nonce="un autre"))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"iss": "https://sso.autre.fr"}, "iss"),
        ({"aud": "un-autre-site"}, "aud"),
        ({"exp": int(time.time()) - 3600}, "exp"),
        ({"iat": int(time.time()) + 3600}, "iat"),
        ({"nonce": "x"}, "nonce"),
        ({"at_hash": "x"}, "at_hash"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_a_provider_says_wrongly_proves_nothing(
    real: RealProvider, ours: Provider, said: dict[str, Any], reason: str
) -> None:
    real.said = said
    with pytest.raises(IdentityError) as refused:
        signed_in(ours)
    assert refused.value.values["reason"] == reason


def test_another_secret_is_refused_and_none_is_told(real: RealProvider, tmp_path: Path) -> None:
    wrong = tmp_path / "secret"
    wrong.write_text("un autre secret")
    ours = Provider(oidc_options(real.issuer, client_secret=str(wrong)))
    with pytest.raises(IdentityError, match="invalid_client") as refused:
        signed_in(ours)
    assert "un autre secret" not in refused.value.in_a_line()


def test_keys_are_asked_for_once_and_again_when_they_change(
    real: RealProvider, ours: Provider, clock: Clock
) -> None:
    signed_in(ours)
    signed_in(ours)
    assert (real.asked.count("description"), real.asked.count("keys")) == (1, 1)
    real.change_key()
    # So soon that somebody who sends tokens of no key can't have them asked for at each.
    with pytest.raises(IdentityError, match=r"\(key\)"):
        signed_in(ours)
    clock.ahead += KEYS_AGAIN_SECONDS + 1
    assert signed_in(ours).name == "accueil"
    assert real.asked.count("keys") == 2
    clock.ahead += KEPT_SECONDS + 1
    with pytest.raises(IdentityError, match=r"\((exp|iat)\)"):
        signed_in(ours)  # the clock of this test went on, not the provider's
    assert (real.asked.count("description"), real.asked.count("keys")) == (2, 3)


@pytest.mark.parametrize("is_signed", [False, True], ids=["JSON", "a signed token"])
def test_what_the_token_leaves_out_is_asked_for(
    real: RealProvider, ours: Provider, is_signed: bool
) -> None:
    real.kept_back, real.is_user_signed = frozenset({"groups"}), is_signed
    assert signed_in(ours).groups == {"/ville/rh", "documentation"}
    assert "userinfo" in real.asked


def test_what_is_said_of_somebody_else_counts_for_nothing(
    real: RealProvider, ours: Provider
) -> None:
    real.kept_back, real.said = frozenset({"groups"}), {"sub": "un autre"}
    with pytest.raises(IdentityError, match="userinfo"):
        signed_in(ours)


@pytest.mark.parametrize(
    ("described", "key"),
    [
        ({"issuer": "https://sso.autre.fr"}, "oidc_other_issuer"),
        ({"code_challenge_methods_supported": ["plain"]}, "oidc_no_pkce"),
        ({"token_endpoint": "http://sso.autre.fr/token"}, "oidc_endpoint"),
        ({"jwks_uri": "https://sso.autre.fr/keys"}, "oidc_endpoint"),
        ({"authorization_endpoint": None}, "oidc_endpoint"),
    ],
    ids=["issuer", "no PKCE", "token elsewhere", "keys elsewhere", "nowhere to go"],
)
def test_a_provider_that_describes_itself_otherwise_is_not_used(
    real: RealProvider, ours: Provider, described: dict[str, Any], key: str
) -> None:
    real.described = described
    with pytest.raises(IdentityError) as refused:
        ours.authorization(ATTEMPT)
    assert refused.value.key == key
    # Once it is put right, nothing has to be started again.
    real.described = {}
    assert signed_in(ours)


def test_a_provider_that_does_not_answer_is_told_with_what_to_do() -> None:
    ours = Provider(oidc_options("http://127.0.0.1:9"))
    with pytest.raises(IdentityError, match="ne répond pas") as told:
        ours.authorization(ATTEMPT)
    assert "oidc_ca" in told.value.remedy
    assert ours.sign_out("", "https://assistant.ville.fr/", "x") == ""


def test_one_signs_out_there_too(real: RealProvider, ours: Provider) -> None:
    address = ours.sign_out(signed_in(ours).hint, "https://assistant.ville.fr/", "etat-2")
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{real.issuer}/logout?")
    assert asked["client_id"] == [CLIENT]
    assert asked["id_token_hint"][0].count(".") == 2
    back = httpx2.get(address).headers["location"]
    assert back == "https://assistant.ville.fr/?state=etat-2"
