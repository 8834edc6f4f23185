"""A small OpenID Connect provider on 127.0.0.1, with RS256 keys, discovery and PKCE that it checks.

What decides whether a code is worth a token is Authlib's server, which a real provider runs; this
adds the pages around it, and one person, whom it always takes for signed in. `said` changes what
its ID tokens say, as a provider that is wrong would.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

SECRET = "un secret de client, long : 50 % & +"


@dataclass
class Client:
    """The site, as it is registered here."""

    client_id: str
    redirect: str
    secret: str = SECRET

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return self.redirect

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, address: str) -> bool:
        return address == self.redirect

    def check_client_secret(self, secret: str) -> bool:
        return secrets.compare_digest(secret.encode(), self.secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, kind: str) -> bool:
        return kind == "authorization_code"


@dataclass
class Code:
    """A code that was given, and what it was asked with."""

    code: str
    asked: dict[str, str]
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str | None:
        return self.asked.get("redirect_uri")

    def get_scope(self) -> str:
        return self.asked.get("scope", "")

    def get_nonce(self) -> str | None:
        return self.asked.get("nonce")

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class _Asked(OAuth2Request):
    """A request as Authlib reads it; its address is taken for HTTPS, as on a real server."""

    def __init__(self, method: str, address: str, headers: Any, values: dict[str, str]) -> None:
        super().__init__(method, address.replace("http://", "https://", 1), headers=headers)
        self.payload = BasicOAuth2Payload(values)
        self._values = values

    @property
    def args(self) -> dict[str, str]:
        return self._values

    @property
    def form(self) -> dict[str, str]:
        return self._values


class _Grant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")

    def save_authorization_code(self, code: str, request: Any) -> None:
        asked = dict(request.payload.data)
        self.server.codes[code] = Code(
            code, asked, asked.get("code_challenge"), asked.get("code_challenge_method")
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        found: Code | None = self.server.codes.get(code)
        return found if found and found.asked["client_id"] == client.client_id else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        self.server.codes.pop(authorization_code.code)

    def authenticate_user(self, authorization_code: Code) -> dict[str, Any]:
        user: dict[str, Any] = self.server.provider.user
        return user


class _IdTokens(OpenIDCode):  # type: ignore[misc]
    def __init__(self, provider: Provider) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return False

    def encode_id_token(self, token: dict[str, Any], request: Any) -> str:
        now = int(time.time())
        claims = {"iss": self.provider.issuer, "aud": request.client.client_id}
        claims |= {"iat": now, "exp": now + 300, "nonce": request.authorization_code.get_nonce()}
        claims |= {k: v for k, v in self.provider.user.items() if k not in self.provider.kept_back}
        claims |= self.provider.said
        key = self.provider.key
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key, algorithms=["RS256"])


class _Server(AuthorizationServer):  # type: ignore[misc]
    def __init__(self, provider: Provider) -> None:
        super().__init__()
        self.provider = provider
        self.codes: dict[str, Code] = {}
        self.register_token_generator(
            "default", BearerTokenGenerator(lambda **_: secrets.token_urlsafe(24))
        )
        self.register_grant(_Grant, [_IdTokens(provider), CodeChallenge(required=True)])

    def query_client(self, client_id: str) -> Client | None:
        client = self.provider.client
        return client if client.client_id == client_id else None

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        self.provider.access_tokens.add(token["access_token"])

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        pass

    def create_oauth2_request(self, request: Any) -> Any:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Response:
        return JSONResponse(body or {}, status, headers=dict(headers))


@dataclass
class Provider:
    """A provider at work. Its fields say what it answers, and what it was asked."""

    issuer: str
    client: Client
    #: Who is signed in there.
    user: dict[str, Any] = field(default_factory=dict)
    #: Claims that only /userinfo gives, and whether it signs them, as ProConnect does.
    kept_back: frozenset[str] = frozenset()
    is_user_signed: bool = False
    #: What its ID tokens say instead.
    said: dict[str, Any] = field(default_factory=dict)
    #: What its discovery document says instead.
    described: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: _new_key("cle-1"))
    access_tokens: set[str] = field(default_factory=set)
    #: The paths that were asked for, in order.
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server = _Server(self)

    def change_key(self) -> None:
        """Sign with another key from now on."""
        self.key = _new_key(secrets.token_hex(4))

    def application(self) -> Starlette:
        """Return its pages."""
        pages = {
            "/.well-known/openid-configuration": self._description,
            "/auth": self._authorize,
            "/token": self._token,
            "/keys": self._keys,
            "/userinfo": self._user,
            "/logout": self._log_out,
        }
        return Starlette(
            routes=[Route(path, page, methods=["GET", "POST"]) for path, page in pages.items()]
        )

    async def _description(self, request: Request) -> Response:
        self.asked.append("description")
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/auth",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "end_session_endpoint": f"{self.issuer}/logout",
                "code_challenge_methods_supported": ["plain", "S256"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_basic",
                    "client_secret_post",
                ],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
            | self.described
        )

    async def _authorize(self, request: Request) -> Response:
        self.asked.append("auth")
        asked = _Asked("GET", str(request.url), request.headers, dict(request.query_params))
        try:
            grant = self._server.get_consent_grant(asked, self.user)
            found: Response = self._server.create_authorization_response(asked, self.user, grant)
        except OAuth2Error as e:
            return JSONResponse(dict(e.get_body()), 400)
        return found

    async def _token(self, request: Request) -> Response:
        self.asked.append("token")
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        asked = _Asked("POST", str(request.url), request.headers, form)
        found: Response = self._server.create_token_response(asked)
        return found

    async def _keys(self, request: Request) -> Response:
        self.asked.append("keys")
        return JSONResponse({"keys": [self.key.as_dict(is_private=False)]})

    async def _user(self, request: Request) -> Response:
        self.asked.append("userinfo")
        _, _, token = request.headers.get("authorization", "").partition(" ")
        if token not in self.access_tokens:
            return JSONResponse({"error": "invalid_token"}, 401)
        if not self.is_user_signed:
            return JSONResponse(self.user)
        claims = {"iss": self.issuer, "aud": self.client.client_id, **self.user}
        header = {"alg": "RS256", "kid": self.key.kid}
        said = jwt.encode(header, claims, self.key, algorithms=["RS256"])
        return Response(said, media_type="application/jwt")

    async def _log_out(self, request: Request) -> Response:
        self.asked.append("logout")
        back = request.query_params.get("post_logout_redirect_uri", "")
        state = request.query_params.get("state", "")
        return RedirectResponse(f"{back}?state={state}")


@contextmanager
def provider(client_id: str, redirect: str) -> Iterator[Provider]:
    """Give a provider that listens on a free port of 127.0.0.1, in a thread of its own."""
    found = Provider("", Client(client_id, redirect))
    config = uvicorn.Config(
        found.application(), host="127.0.0.1", port=0, log_config=None, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        found.issuer = f"http://127.0.0.1:{port}"
        yield found
    finally:
        server.should_exit = True
        thread.join(10)


def _new_key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})
