"""What browsers keep: our style and scripts, Gradio's own, and nothing else."""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from assistant.web.app import _bound
from assistant.web.shared.assets import MOST_ASSET_BYTES, SERVED, KeptAssets, address_of, content_of
from tests.support import patient


@pytest.mark.parametrize("name", SERVED)
def test_our_look_is_kept_for_good_under_its_own_address(stand_in: str, name: str) -> None:
    served = patient.get(stand_in + address_of(name))
    assert served.content == content_of(name)
    assert "immutable" in served.headers["cache-control"]
    other = patient.get(f"{stand_in}/apparence/{name}?v=0")
    assert (other.content, other.headers["cache-control"]) == (content_of(name), "no-cache")


def test_every_page_asks_for_the_same_look(stand_in: str) -> None:
    for path in ("/", "/en/", "/accessibilite", "/passage/forum/conference-1/conference.vtt"):
        html = patient.get(stand_in + path).text
        assert address_of("style.css") in html
        assert address_of("page.js") in html


def test_the_page_comes_compressed_to_who_takes_it(stand_in: str) -> None:
    with httpx.stream("GET", stand_in, headers={"Accept-Encoding": "gzip"}) as packed:
        content = b"".join(packed.iter_raw())
        assert packed.headers["content-encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(content)
    plain = patient.get(stand_in, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert "</html>" in plain.text


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_gradio_s_scripts_are_the_same_at_each_visit(stand_in: str, encoding: str) -> None:
    found = re.search(r'src="\./(assets/index-[\w-]+\.js)"', patient.get(stand_in).text)
    assert found
    asked = [
        patient.get(f"{stand_in}/{found[1]}", headers={"Accept-Encoding": encoding})
        for _ in range(3)
    ]
    assert len({one.content for one in asked}) == 1
    assert [one.headers.get("content-encoding", "identity") for one in asked] == [encoding] * 3
    policies = [one.headers.get_list("content-security-policy") for one in asked]
    assert [len(one) for one in policies] == [1, 1, 1]
    assert len({one[0] for one in policies}) == 3, "each answer has a nonce of its own"


def test_small_answers_are_not_held_back() -> None:
    """Of a socket that isn't named TCP, asyncio leaves Nagle's algorithm on: 40 ms each."""
    with _bound("127.0.0.1", 0) as bound:
        assert bound.proto == socket.IPPROTO_TCP


def test_what_is_kept_in_memory_is_bounded() -> None:
    """Whoever asks for every script, under every header, fills no more than the space."""
    packed = 0

    async def packing(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal packed
        packed += 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": bytes(MOST_ASSET_BYTES // 4)})

    kept = KeptAssets(packing)

    async def asked(path: str, encoding: str) -> None:
        async def nothing() -> Message:
            return {"type": "http.request"}

        async def taken(message: Message) -> None:
            return None

        headers = [(b"accept-encoding", encoding.encode())]
        scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
        await kept(scope, nothing, taken)

    async def flood() -> None:
        for number in range(20):
            await asked("/assets/a.js", f"gzip, x{number}")
        for number in range(20):
            await asked(f"/assets/{number}.js", "br")

    # The browser's own loop runs in this thread.
    with ThreadPoolExecutor() as apart:
        apart.submit(asyncio.run, flood()).result()
    assert packed == 1 + 20, "the same script is packed once, whatever else a browser says it takes"
    held = sum(len(one.get("body", b"")) for messages in kept.kept.values() for one in messages)
    assert 0 < held <= MOST_ASSET_BYTES


@pytest.mark.parametrize("name", ["style.css", "page.js"])
def test_comments_are_for_who_reads_the_files(name: str) -> None:
    served = content_of(name).decode()
    assert not re.search(r"^\s*(?://|/\*)", served, re.MULTILINE)
    assert "#resultat" in served
