"""An ID token that a provider gave → its claims, or why it proves nothing. No network.

What is checked, after OpenID Connect Core 3.1.3.7: the signature, by a key of the provider and an
algorithm of `ALGORITHMS` whatever the token says of itself; who gave it, for whom, when, until
when, and for which sign-in; the access token that came with it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, JoseError
from joserfc.jwk import ECKey, RSAKey

#: Signatures by a private key only: with "none" or HS256 anybody could write one.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
#: How far clocks may differ, and how old a token may be when it comes, in seconds.
LEEWAY, OLDEST = 60, 600
#: No token is longer; Keycloak's with a hundred groups are a tenth of it.
_MOST_CHARACTERS = 100_000

Claims = Mapping[str, Any]
SigningKey = RSAKey | ECKey


class TokenRefused(Exception):  # noqa: N818  # says why, and never leaves the room
    """A token proves nothing; `reason` is a word for the log."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token has to say: who gave it, for which client, for which sign-in."""

    issuer: str
    client_id: str
    nonce: str


def signing_keys(found: object) -> tuple[SigningKey, ...]:
    """Return the keys of a provider's set that sign; others, of encryption or unknown, are left."""
    listed = found.get("keys") if isinstance(found, dict) else None
    keys = [_key(one) for one in listed or () if isinstance(one, dict)]
    return tuple(key for key in keys if key is not None)


def _key(written: dict[str, Any]) -> SigningKey | None:
    if written.get("use", "sig") != "sig":
        return None
    public = {name: value for name, value in written.items() if name != "d"}
    try:
        if written.get("kty") == "RSA":
            return RSAKey.import_key(public)
        return ECKey.import_key(public) if written.get("kty") == "EC" else None
    except (JoseError, ValueError, TypeError):
        return None


def checked_id_token(
    token: str,
    keys: Iterable[SigningKey],
    expected: Expected,
    *,
    now: float,
    access_token: str = "",
) -> Claims:
    """Return the claims of an ID token. Raises TokenRefused.

    The reason is "key" where none of the keys is the one that it names: they may have changed.
    """
    header, claims = signed_claims(token, keys)
    wanted = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
        "exp": {"essential": True},
        "iat": {"essential": True},
        "sub": {"essential": True},
        "nonce": {"essential": True, "value": expected.nonce},
    }
    check_claims(claims, wanted, now)
    if not isinstance(claims["nonce"], str):
        raise TokenRefused("nonce")
    if claims["iat"] < now - OLDEST - LEEWAY:
        raise TokenRefused("iat")
    is_for_several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (is_for_several or "azp" in claims) and claims.get("azp") != expected.client_id:
        raise TokenRefused("azp")
    if access_token and "at_hash" in claims:
        _check_access_token(claims["at_hash"], access_token, header["alg"])
    return claims


def check_claims(claims: Claims, wanted: Mapping[str, Any], now: float) -> None:
    """Check what claims say, and when they count. Raises TokenRefused."""
    try:
        jwt.JWTClaimsRegistry(now=int(now), leeway=LEEWAY, **wanted).validate(dict(claims))
    except ClaimError as e:
        # "missing_claim" names several claims in its words; the first one is enough.
        raise TokenRefused(str(e.claim).split(",")[0]) from e


def signed_claims(token: str, keys: Iterable[SigningKey]) -> tuple[Claims, Claims]:
    """Return the header and the claims of a token that one of the keys signed.

    Raises TokenRefused.
    """
    header = _header(token)
    if header.get("alg") not in ALGORITHMS:
        raise TokenRefused("alg")
    named = header.get("kid")
    tried = [key for key in keys if named is None or key.kid in (named, None)]
    if not tried:
        raise TokenRefused("key")
    for key in tried:
        try:
            found = jwt.decode(token, key, algorithms=list(ALGORITHMS))
        except BadSignatureError:
            continue
        except (JoseError, ValueError, TypeError):
            continue  # of another kind than the algorithm asks for
        return found.header, found.claims
    raise TokenRefused("signature")


def _header(token: str) -> Claims:
    """Return what a token says of itself, which nothing vouches for yet. Raises TokenRefused."""
    first = token.partition(".")[0]
    try:
        if len(token) > _MOST_CHARACTERS:
            raise ValueError
        header = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, RecursionError) as e:
        raise TokenRefused("form") from e
    if not isinstance(header, dict):
        raise TokenRefused("form")
    return header


def _check_access_token(said: object, access_token: str, algorithm: str) -> None:
    digest = hashlib.new(f"sha{algorithm[2:]}", access_token.encode()).digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), half.encode()):
        raise TokenRefused("at_hash")
