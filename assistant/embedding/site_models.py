"""The models of a site: what encodes its texts, and what scores passages again.

In: options. Out: an `Encoder`, a `Reranker`. Models are read from a folder of this server, never
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
from assistant.settings.options import ModelOptions


def open_encoder(options: ModelOptions) -> Encoder:
    """Return the encoder that a site names, the default one built if need be.

    Raises ModelError.
    """
    if options.encoder:
        folder = Path(options.encoder).expanduser()
        if not folder.is_dir():
            raise ModelError("model_not_a_folder", path=options.encoder)
    else:
        folder = default_encoder_folder(options.models)
    keeps, threads = keeps_of(options.models, options.index), options.encoding_threads
    return SentenceTransformerEncoder(
        folder,
        threads,
        question_prefix=options.question_prefix,
        passage_prefix=options.passage_prefix,
        engine=partial(ChosenEngine, folder, options.engine, keeps, threads),
        # torch takes far more memory than a whole tokenizer.
        keeps=() if options.engine == "torch" else keeps,
    )


def open_reranker(options: ModelOptions) -> Reranker | None:
    """Return the reranker that a site names; None where it names none, as by default.

    Raises ModelError.
    """
    if not options.reranker:
        return None
    folder = Path(options.reranker).expanduser()
    if not folder.is_dir():
        raise ModelError("reranker_not_a_folder", path=options.reranker)
    return CrossEncoderReranker(folder, options.encoding_threads)
