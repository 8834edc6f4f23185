"""Seal the process: no library that it loads afterwards may look anything up outside.

Called before the first import of torch, transformers, sentence_transformers, huggingface_hub,
gradio, openvino or nncf, which read these variables once, when they are imported.
"""

from __future__ import annotations

import os
import sys

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


#: Modules that report what is done to their makers; those that import one go on without it.
#: OpenVINO's tells Google Analytics of each conversion, and knows no variable that keeps it silent.
BARRED_MODULES = ("openvino_telemetry",)


def seal() -> None:
    """Set the variables that keep every model and page library offline, and bar what reports."""
    os.environ.update(SEALED_ENVIRONMENT)
    for name in BARRED_MODULES:
        sys.modules[name] = None  # type: ignore[assignment]  # how Python spells "not to be found"
