"""The stand-in's page, leaking on purpose: what the checks of `egress` must find.

python -m tests.support.leaky analytics|policy|markup FOLDER
"""

from __future__ import annotations

import sys
from typing import Any

from assistant.system import offline


def analytics() -> None:
    """Let Gradio's server tell its makers that a page was opened."""
    offline.SEALED_ENVIRONMENT["GRADIO_ANALYTICS_ENABLED"] = "True"
    offline.seal()
    import gradio

    closed = gradio.Blocks

    def opened(**choices: Any) -> gradio.Blocks:
        return closed(**{**choices, "analytics_enabled": True})

    gradio.Blocks = opened  # type: ignore[assignment,misc]


def policy() -> None:
    """Let the browser fetch from anywhere."""
    from assistant.web.http import protection

    protection.POLICY = "default-src * 'unsafe-inline' 'unsafe-eval' data: blob:"


def markup() -> None:
    """Let a document's words be HTML: its pictures are fetched."""
    from assistant.web.shared import templates

    # What Gradio's Markdown gets is written by this; its environment is not made yet.
    templates.escape = lambda text: text


if __name__ == "__main__":
    {"analytics": analytics, "policy": policy, "markup": markup}[sys.argv.pop(1)]()
    from tests.support import stand_in

    stand_in.serve(stand_in.StandIn)
