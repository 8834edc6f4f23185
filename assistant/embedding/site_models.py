"""The models of a site: what encodes its texts, and what scores passages again.

In: settings. Out: an `Encoder`, a `Reranker`. Models are read from a folder of this server, never
from a hub. Importing this module loads no network; the first text does.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from assistant.embedding.choice import ChosenEngine, keeps_of
from assistant.embedding.default_model import default_encoder_folder
from assistant.embedding.encoder import SentenceTransformerEncoder
from assistant.embedding.models import Encoder, Reranker
from assistant.embedding.torch_models import CrossEncoderReranker
from assistant.errors import ModelError
from assistant.settings import Settings


def open_encoder(settings: Settings) -> Encoder:
    """Return the encoder that the settings name, the default one built if need be.

    Raises ModelError.
    """
    if settings.encoder:
        folder = Path(settings.encoder).expanduser()
        if not folder.is_dir():
            raise ModelError("model_not_a_folder", path=settings.encoder)
    else:
        folder = default_encoder_folder(settings.models)
    keeps, threads = keeps_of(settings.models, settings.index), settings.encoding_threads
    return SentenceTransformerEncoder(
        folder,
        threads,
        question_prefix=settings.question_prefix,
        passage_prefix=settings.passage_prefix,
        engine=partial(ChosenEngine, folder, settings.engine, keeps, threads),
    )


def open_reranker(settings: Settings) -> Reranker | None:
    """Return the reranker that the settings name; None where they name none, as by default.

    Raises ModelError.
    """
    if not settings.reranker:
        return None
    folder = Path(settings.reranker).expanduser()
    if not folder.is_dir():
        raise ModelError("reranker_not_a_folder", path=settings.reranker)
    return CrossEncoderReranker(folder, settings.encoding_threads)
