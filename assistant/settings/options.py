"""The few settings that a room takes instead of all of them, by the same names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

#: Raised when what a reader or the chunker makes of a same file changes: stored passages are
#: then out of date, and `sync --rebuild` is asked for.
PASSAGE_FORMAT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOptions:
    """How a site has its files read: the few settings that readers need, by the same names.

    `corpus` is where they lie, `index` where transcriptions are kept.
    """

    corpus: Path
    index: Path
    models: Path
    transcriber: str
    spoken_language: str
    encoding_threads: int
    voices: bool
    hidden_slides: bool
    speaker_notes: bool
    reading_workers: int
    reading_seconds: int
    reading_megabytes: int
    max_file_megabytes: int

    @property
    def limits(self) -> str:
        """What a file might be read better under, if it were other."""
        limits = (self.reading_seconds, self.reading_megabytes, self.max_file_megabytes)
        voices = " voices" if self.voices else ""
        return f"{PASSAGE_FORMAT} {limits} {self.transcriber}{voices}"

    @property
    def max_file_bytes(self) -> int:
        """The size of the largest file that is read, recordings aside."""
        return self.max_file_megabytes * 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """Which models a site computes with, and how.

    Converted ones are kept in `models`, or in `index` where that can't be written to.
    """

    index: Path
    models: Path
    encoder: str
    question_prefix: str
    passage_prefix: str
    reranker: str
    engine: str
    encoding_threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """How passages are found: how many each side proposes, with which words of a site's own."""

    candidates: int
    reranker_candidates: int
    lexicon: str
    thesaurus: str
    answer_threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOptions:
    """What is answered and what is refused, and where the files shown with an answer lie."""

    corpus: Path
    index: Path
    answer_threshold: float
    perhaps_threshold: float
    max_question_characters: int
    max_quotes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadOptions:
    """Where what staff upload is put aside, how much of it is taken, and what looks at it first."""

    corpus: Path
    max_file_megabytes: int
    max_upload_megabytes: int
    antivirus: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessOptions:
    """Who may come in, and who signs people in."""

    public: bool
    accounts: Path
    sso_secret: str
    sso_staff_group: str
    oidc_issuer: str
    ldap_servers: str

    @property
    def is_elsewhere(self) -> bool:
        """Whether a provider or a directory signs people in."""
        return bool(self.oidc_issuer or self.ldap_servers)


@dataclass(frozen=True, slots=True, kw_only=True)
class MilvusOptions:
    """The Milvus server that a site's index is published on, and as which of its tenants."""

    milvus_address: str
    milvus_tenant: str
    milvus_token: str
    milvus_ca: str
