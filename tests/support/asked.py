"""Questions asked as the page's own script asks them: by Gradio's queue, without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import httpx

from assistant.web.shared.facets import FACETS

#: The first event of the page, a question sent.
ASKING = 0


def ask(client: httpx.Client, address: str, question: str) -> Iterator[dict[str, Any]]:
    """Ask, and give each message of the stream as it comes, to the last."""
    session = token_hex(8)
    data = [question, None, None, *[[] for _ in FACETS]]
    sent = {"data": data, "fn_index": ASKING, "session_hash": session}
    headers = {"Origin": address}
    client.post(f"{address}/gradio_api/queue/join", json=sent, headers=headers).raise_for_status()
    stream = f"{address}/gradio_api/queue/data?session_hash={session}"
    with client.stream("GET", stream, timeout=60) as answer:
        for line in answer.iter_lines():
            if line.startswith("data:"):
                message = json.loads(line.removeprefix("data:"))
                yield message
                if message["msg"] in ("process_completed", "close_stream"):
                    return


def shown(messages: Iterator[dict[str, Any]]) -> str:
    """Return all that a question brought to the page, as JSON; it must have ended well."""
    all_of_it = [*messages]
    assert all_of_it[-1]["success"], all_of_it[-1]
    return json.dumps(all_of_it, ensure_ascii=False)
