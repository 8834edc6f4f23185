"""ID tokens: what proves who signed in, and each thing that proves nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from assistant.identity.id_tokens import (
    LEEWAY,
    OLDEST,
    Expected,
    TokenRefused,
    checked_id_token,
    signing_keys,
)

ISSUER, CLIENT, NONCE, NOW = "https://sso.ville.fr/realms/ville", "assistant", "n-1", 1_800_000_000
RSA = RSAKey.generate_key(2048, {"kid": "cle-1", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "cle-1", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "cle-2"})
SET = {"keys": [RSA.as_dict(is_private=False), EC.as_dict(is_private=False)]}
EXPECTED = Expected(ISSUER, CLIENT, NONCE)


def claims(**changed: Any) -> dict[str, Any]:
    """Return the claims of a good token, some of them changed, those of None left out."""
    good = {
        "iss": ISSUER, "aud": CLIENT, "sub": "f3a1", "nonce": NONCE,
        "iat": NOW, "exp": NOW + 300, "preferred_username": "accueil",
    }  # fmt: skip
    return {name: value for name, value in (good | changed).items() if value is not None}


def signed(key: Any = RSA, alg: str = "RS256", **changed: Any) -> str:
    header = {"alg": alg, "kid": key.kid}
    return jwt.encode(header, claims(**changed), key, algorithms=[alg])


def checked(token: str, now: float = NOW, access_token: str = "") -> Any:
    keys = signing_keys(SET)
    return checked_id_token(token, keys, EXPECTED, now=now, access_token=access_token)


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("audience", [CLIENT, [CLIENT]], ids=["text", "list"])
def test_a_token_of_the_provider_gives_its_claims(audience: object) -> None:
    assert checked(signed(aud=audience))["preferred_username"] == "accueil"


def test_a_key_of_an_elliptic_curve_signs_too() -> None:
    assert checked(signed(EC, "ES256"))["sub"] == "f3a1"


def test_clocks_may_differ_a_little() -> None:
    assert checked(signed(), now=NOW - LEEWAY + 1)
    assert checked(signed(), now=NOW + 300 + LEEWAY - 1)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://sso.ville.fr/realms/autre"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "un-autre-site"}, "aud"),
        ({"aud": ["un-autre-site"]}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": [CLIENT, "un-autre-site"]}, "azp"),
        ({"aud": [CLIENT, "un-autre-site"], "azp": "un-autre-site"}, "azp"),
        ({"azp": "un-autre-site"}, "azp"),
        ({"nonce": "n-2"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ["n-0", NONCE]}, "nonce"),
        ({"exp": NOW - LEEWAY - 1}, "exp"),
        ({"exp": None}, "exp"),
        ({"exp": "demain"}, "exp"),
        ({"iat": NOW + LEEWAY + 2}, "iat"),
        ({"iat": NOW - OLDEST - LEEWAY - 1}, "iat"),
        ({"iat": None}, "iat"),
        ({"nbf": NOW + LEEWAY + 2}, "nbf"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
    ],
    ids=str,
)
def test_a_token_that_says_other_than_expected_is_refused(
    changed: dict[str, Any], reason: str
) -> None:
    with pytest.raises(TokenRefused) as refused:
        checked(signed(**changed))
    assert refused.value.reason == reason


def _unsigned() -> str:
    return f"{_part({'alg': 'none'})}.{_part(claims())}."


def _unsigned_with_its_key_named() -> str:
    return f"{_part({'alg': 'none', 'kid': 'cle-1'})}.{_part(claims())}."


def _signed_with_the_public_key() -> str:
    """As many libraries took it: the public key, which all know, as the secret of an HMAC."""
    secret = RSA.as_pem(private=False)
    first = f"{_part({'alg': 'HS256', 'kid': 'cle-1'})}.{_part(claims())}"
    mac = hmac.new(secret, first.encode(), hashlib.sha256).digest()
    return f"{first}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _signed_by_a_secret() -> str:
    key = OctKey.import_key("un secret de trente-deux signes.", {"kid": "cle-1"})
    return signed(key, "HS256")


def _with_a_key_of_its_own() -> str:
    header = {"alg": "RS256", "kid": "cle-1", "jwk": OTHER.as_dict(is_private=False)}
    return jwt.encode(header, claims(), OTHER, algorithms=["RS256"])


def _changed_since() -> str:
    header, _, signature = signed().split(".")
    return f"{header}.{_part(claims(preferred_username='direction'))}.{signature}"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_unsigned, "alg"),
        (_unsigned_with_its_key_named, "alg"),
        (_signed_with_the_public_key, "alg"),
        (_signed_by_a_secret, "alg"),
        (lambda: signed(OTHER), "signature"),
        (_with_a_key_of_its_own, "signature"),
        (_changed_since, "signature"),
        (lambda: signed().rpartition(".")[0] + ".", "signature"),
        (lambda: signed(RSAKey.generate_key(2048, {"kid": "cle-9"})), "key"),
        (lambda: "", "form"),
        (lambda: "a.b.c", "form"),
        (lambda: _part([]) + ".e30.", "form"),
        (lambda: "x" * 200_000, "form"),
    ],
    ids=["alg none", "alg none with a key", "HS256 with the public key", "HS256", "another key",
         "a key of its own", "changed since", "no signature", "unknown key", "empty", "no JSON",
         "a list", "too long"],
)  # fmt: skip
def test_a_token_that_the_provider_did_not_sign_is_refused(
    make: Callable[[], str], reason: str
) -> None:
    with pytest.raises(TokenRefused) as refused:
        checked(make())
    assert refused.value.reason == reason


def test_the_access_token_has_to_be_the_one_that_came_with_it() -> None:
    digest = hashlib.sha256(b"jeton").digest()[:16]
    half = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert checked(signed(at_hash=half), access_token="jeton")
    with pytest.raises(TokenRefused, match="at_hash"):
        checked(signed(at_hash=half), access_token="un autre")


def test_keys_that_do_not_sign_are_left_out() -> None:
    encrypting = RSAKey.generate_key(2048, {"kid": "chiffre", "use": "enc"})
    others = [{"kty": "AKP", "kid": "x"}, {"kty": "RSA", "kid": "y"}, {"kty": "oct", "k": "YQ"}, 3]
    found = signing_keys({"keys": [encrypting.as_dict(is_private=False), *others, *SET["keys"]]})
    assert [key.kid for key in found] == ["cle-1", "cle-2"]
    assert signing_keys([]) == signing_keys({"keys": None}) == ()
