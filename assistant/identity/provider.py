"""An OpenID Connect provider (Keycloak, ProConnect, Entra): where to send a browser, and what for.

In: an issuer's address and what the site is known by there. Out: the address where somebody signs
in, and of the code they come back with a `Person`. The authorization code flow with PKCE (RFC 7636,
S256), `state` and `nonce`; what the provider is asked goes to the issuer's own machine only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client

from assistant.errors import IdentityError
from assistant.identity.claims import lacks, person_in
from assistant.identity.id_tokens import (
    Claims,
    Expected,
    SigningKey,
    TokenRefused,
    check_claims,
    checked_id_token,
    signed_claims,
    signing_keys,
)
from assistant.identity.options import (
    OidcOptions,
    check_oidc,
    is_safe_address,
    secret_in,
    trusted,
)
from assistant.identity.people import Person, SignInAttempt

#: How long what a provider says of itself, and its keys, are taken for what they are, in seconds.
KEPT_SECONDS = 3600
#: A key that isn't known is looked for again at most so often, in seconds.
KEYS_AGAIN_SECONDS = 10
#: How long the provider may take to answer, in seconds.
PATIENCE = 10.0
#: The longest ID token that is sent back to sign out: addresses end somewhere.
_LONGEST_HINT = 6000


@dataclass(frozen=True, slots=True)
class Discovered:
    """Where a provider does what, as it says itself; empty where it says nothing."""

    authorization: str
    token: str
    keys: str
    user: str
    end: str
    authentication: str


class Provider:
    """An OpenID Connect provider. For any thread."""

    def __init__(self, options: OidcOptions, now: Callable[[], float] = time.time) -> None:
        """Raises IdentityError for options that can't work; nothing is asked yet."""
        check_oidc(options)
        self._options = options
        self._now = now
        self._lock = Lock()
        self._discovered: tuple[float, Discovered] | None = None
        self._keys: tuple[float, tuple[SigningKey, ...]] | None = None
        self._trusted = trusted(options.ca, "oidc_ca")

    def authorization(self, attempt: SignInAttempt) -> str:
        """Return where a browser goes to sign in. Raises IdentityError."""
        found = self.discovered()
        with self._client(found) as client:
            address, _ = client.create_authorization_url(
                found.authorization,
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
                redirect_uri=attempt.redirect,
            )
        asked = parse_qs(urlsplit(address).query)
        # Authlib leaves PKCE out without a word where it is not told both of its halves.
        if asked.get("code_challenge_method") != ["S256"] or not asked.get("code_challenge"):
            raise IdentityError("oidc_no_pkce", issuer=self._options.issuer)
        return str(address)

    def came_back(self, said: Mapping[str, str], attempt: SignInAttempt) -> Person:
        """Return who came back, with what the provider had them bring. Raises IdentityError."""
        # RFC 9207: a provider that names itself is to be the one that was asked.
        if said.get("iss", self._options.issuer) != self._options.issuer:
            raise IdentityError("oidc_token", reason="iss")
        if error := _code(said.get("error")):
            is_cancelled = error == "access_denied"
            raise IdentityError("oidc_cancelled" if is_cancelled else "oidc_refused", error=error)
        if not said.get("code"):
            raise IdentityError("oidc_token", reason="code")
        return self.person(said["code"], attempt)

    def person(self, code: str, attempt: SignInAttempt) -> Person:
        """Return whose a code is. Raises IdentityError."""
        found = self.discovered()
        with self._client(found) as client, self._asked(found.token):
            given = client.fetch_token(
                found.token,
                code=code,
                grant_type="authorization_code",
                redirect_uri=attempt.redirect,
                code_verifier=attempt.verifier,
            )
        id_token, access_token = given.get("id_token"), given.get("access_token", "")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise IdentityError("oidc_token", reason="id_token")
        expected = Expected(self._options.issuer, self._options.client_id, attempt.nonce)
        claims = self._proved(
            lambda keys: checked_id_token(
                id_token, keys, expected, now=self._now(), access_token=access_token
            )
        )
        if lacks(claims, self._options) and access_token and self._is_asked(found.user):
            claims = {**self._told(found, access_token, claims["sub"]), **claims}
        hint = id_token if len(id_token) <= _LONGEST_HINT else ""
        return person_in(claims, self._options, hint)

    def sign_out(self, hint: str, back: str, state: str) -> str:
        """Return where a browser goes to sign out there too, empty where that can't be done."""
        try:
            end = self.discovered().end
        except IdentityError:
            return ""
        asked = {"client_id": self._options.client_id, "post_logout_redirect_uri": back}
        asked |= {"state": state} | ({"id_token_hint": hint} if hint else {})
        return f"{end}{'&' if '?' in end else '?'}{urlencode(asked)}" if end else ""

    def discovered(self) -> Discovered:
        """Return where the provider does what, asked for again now and then.

        Raises IdentityError.
        """
        with self._lock:
            kept = self._discovered
            if kept is None or self._now() - kept[0] > KEPT_SECONDS:
                kept = self._discovered = self._now(), self._discover()
            return kept[1]

    # --- What is asked of it --------------------------------------------------------------------

    def _discover(self) -> Discovered:
        issuer = self._options.issuer
        said = self._document(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if said.get("issuer") != issuer:
            found = str(said.get("issuer"))[:200]
            raise IdentityError("oidc_other_issuer", issuer=issuer, found=found)
        methods = said.get("code_challenge_methods_supported")
        if isinstance(methods, list) and "S256" not in methods:
            raise IdentityError("oidc_no_pkce", issuer=issuer)
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            address = said.get(name)
            is_fit = is_safe_address(address)
            if not is_fit or (name != "authorization_endpoint" and not self._is_asked(address)):
                raise IdentityError("oidc_endpoint", name=name, address=str(address)[:200])
        ways = said.get("token_endpoint_auth_methods_supported")
        way = "none"
        if self._options.client_secret:
            # RFC 6749 has names and secrets encoded for "basic", which not all do alike.
            is_posted = isinstance(ways, list) and "client_secret_post" in ways
            way = "client_secret_post" if is_posted else "client_secret_basic"
        user, end = said.get("userinfo_endpoint"), said.get("end_session_endpoint")
        return Discovered(
            authorization=said["authorization_endpoint"],
            token=said["token_endpoint"],
            keys=said["jwks_uri"],
            user=user if isinstance(user, str) and is_safe_address(user) else "",
            end=end if isinstance(end, str) and is_safe_address(end) else "",
            authentication=way,
        )

    def _proved(self, check: Callable[[tuple[SigningKey, ...]], Claims]) -> Claims:
        """Return what a check by the provider's keys gives; new keys are fetched where it needs.

        Raises IdentityError.
        """
        try:
            try:
                return check(self._key_set(KEPT_SECONDS))
            except TokenRefused as e:
                if e.reason not in ("key", "signature"):
                    raise
                return check(self._key_set(KEYS_AGAIN_SECONDS))
        except TokenRefused as e:
            raise IdentityError("oidc_token", reason=e.reason) from e

    def _key_set(self, oldest: float) -> tuple[SigningKey, ...]:
        """Return the keys, fetched at most so many seconds ago."""
        address = self.discovered().keys
        with self._lock:
            kept = self._keys
            if kept is None or self._now() - kept[0] > oldest:
                kept = self._keys = self._now(), signing_keys(self._document(address))
            return kept[1]

    def _told(self, found: Discovered, access_token: str, subject: str) -> Claims:
        """Return what the provider says besides of who signed in. Raises IdentityError.

        ProConnect signs it, as a token.
        """
        headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
        with self._client() as client, self._asked(found.user):
            answer = client.request("GET", found.user, headers=headers, withhold_token=True)
            answer.raise_for_status()
            is_signed = answer.headers.get("content-type", "").startswith("application/jwt")
            said: Any = None if is_signed else answer.json()
        if is_signed:
            wanted = {
                "iss": {"essential": True, "value": self._options.issuer},
                "aud": {"essential": True, "value": self._options.client_id},
            }

            def checked(keys: tuple[SigningKey, ...]) -> Claims:
                _, claims = signed_claims(answer.text.strip(), keys)
                check_claims(claims, wanted, self._now())
                return claims

            said = self._proved(checked)
        # Whose this is, nothing else tells.
        if not isinstance(said, dict) or said.get("sub") != subject:
            raise IdentityError("oidc_token", reason="userinfo")
        return said

    def _document(self, address: str) -> dict[str, Any]:
        with self._client() as client, self._asked(address):
            answer = client.request("GET", address, withhold_token=True)
            answer.raise_for_status()
            said = answer.json()
        if not isinstance(said, dict):
            raise IdentityError("oidc_unreachable", address=address, cause="JSON")
        return said

    def _is_asked(self, address: object) -> bool:
        """Tell whether an address is one of the issuer's machine, and may be asked."""
        if not isinstance(address, str) or not is_safe_address(address):
            return False
        return urlsplit(address).hostname == urlsplit(self._options.issuer).hostname

    def _client(self, found: Discovered | None = None) -> OAuth2Client:
        options = self._options
        has_secret = bool(found and options.client_secret)
        secret = secret_in(options.client_secret, "oidc_client_secret") if has_secret else None
        return OAuth2Client(
            client_id=options.client_id,
            client_secret=secret,
            token_endpoint_auth_method=found.authentication if found else "none",
            scope=options.scopes,
            code_challenge_method="S256",
            verify=self._trusted,
            timeout=PATIENCE,
            follow_redirects=False,
            trust_env=False,
        )

    @contextmanager
    def _asked(self, address: str) -> Iterator[None]:
        """Say what goes wrong while the provider is asked. Raises IdentityError."""
        try:
            yield
        except httpx2.HTTPStatusError as e:
            cause = str(e.response.status_code)
            raise IdentityError("oidc_unreachable", address=address, cause=cause) from e
        except httpx2.HTTPError as e:
            # Its words may hold what was sent: the kind is enough, with what TLS says.
            cause = type(e).__name__ if "CERTIFICATE" not in str(e) else "CERTIFICATE_VERIFY_FAILED"
            raise IdentityError("oidc_unreachable", address=address, cause=cause) from e
        except AuthlibBaseError as e:
            raise IdentityError("oidc_refused", error=_code(e.error)) from e
        except ValueError as e:
            raise IdentityError("oidc_unreachable", address=address, cause="JSON") from e


def _code(error: object) -> str:
    """Return an error's code as RFC 6749 has it; of other signs, none."""
    plain = str(error or "")[:64]
    return "".join(sign for sign in plain if sign.isascii() and (sign.isalnum() or sign in "_-."))
