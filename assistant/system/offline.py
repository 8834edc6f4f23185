"""Seal the process: no library that it loads afterwards may look anything up outside.

Called before the first import of torch, transformers, sentence_transformers, huggingface_hub or
gradio, which read these variables once, when they are imported.
"""

from __future__ import annotations

import os

#: Set, not merely defaulted: what a site's environment says otherwise does not count.
SEALED_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "DO_NOT_TRACK": "1",
    # Without it Gradio's server looks up api.gradio.app and huggingface.co.
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_SHARE": "False",
    # Keeps questions and answers in clear in the browser's storage.
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_SSR_MODE": "False",
    # Not about the network: tokenizers' thread pool does not survive a fork, and its progress
    # bars would be drawn over ours.
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
}


def seal() -> None:
    """Set the variables that keep every model and page library offline."""
    os.environ.update(SEALED_ENVIRONMENT)
