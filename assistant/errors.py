"""The errors, each with the sentence that says what to do.

AssistantError
├── SettingsError          a setting, or assistant.toml, is wrong
├── CorpusError            the corpus folder, or a programme or a document in it, is wrong
├── DepositError           what is uploaded can't be taken
├── ReadError              a file can't be read; `sync` records it as a Problem
├── ModelError             the model is missing or is not what it should be
├── ClusterError           what reads and encodes on other machines is gone, or can't do it
├── IndexFault             the index as a whole
│   ├── IndexMissing       nothing has been indexed yet
│   ├── IndexMismatch      made with another encoder, format or chunking
│   ├── IndexDamaged       a file of the index is not as it was written
│   ├── IndexUnwritable    its folder can't be written, or the disk is full
│   ├── SearchServerError  the server that holds it elsewhere doesn't answer, or not as it should
│   ├── AudiencePending    what some readers may read is not ready yet
│   └── SyncRunning        another `sync` holds the lock
├── QuestionError          the question is empty or too long
├── RequestError           what a program asks is not written as it should be
├── SheetError             there is no sheet of what is asked, or not yet
├── FeedbackError          an opinion on an answer can't be kept or read
├── BackupError            a backup can't be written, or is not to be restored
├── SourceError            where files are brought from can't be read, or isn't as it is to be
├── RightsError            the file that says who reads what is wrong, or gone
├── AuditError             the audit trail can't be read or written
├── IdentityError          who signs in elsewhere can't be told: a provider, a directory
└── AccountError           an account, or the file that holds them, won't do
"""

from __future__ import annotations

from assistant.i18n import Language, say
from assistant.records.messages import Message

#: What `assistant` makes public.
__all__ = [
    "AccountError",
    "AssistantError",
    "AudiencePending",
    "AuditError",
    "BackupError",
    "ClusterError",
    "CorpusError",
    "DepositError",
    "FeedbackError",
    "IdentityError",
    "IndexDamaged",
    "IndexFault",
    "IndexMismatch",
    "IndexMissing",
    "IndexUnwritable",
    "ModelError",
    "QuestionError",
    "ReadError",
    "RequestError",
    "RightsError",
    "SearchServerError",
    "SettingsError",
    "SheetError",
    "SourceError",
    "SyncRunning",
]


class AssistantError(Exception):
    """The root of all errors a user can meet; `str()` gives its French message.

    `key` names the message in the catalogue, section "errors"; its remedy is at `key` + "_remedy".
    """

    def __init__(self, key: str, /, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(self.message())

    def as_message(self) -> Message:
        """Return what is wrong in no language: what a problem keeps of it."""
        values = {
            name: value if isinstance(value, Message) else str(value)
            for name, value in self.values.items()
        }
        return Message(f"errors.{self.key}", values)

    def message(self, language: Language = "fr") -> str:
        """Say what is wrong."""
        return say(f"errors.{self.key}", language, **self.values)

    @property
    def remedy(self) -> str:
        """Say in one French sentence what to do."""
        return self.remedy_in("fr")

    def remedy_in(self, language: Language) -> str:
        """Say in one sentence what to do."""
        return say(f"errors.{self.key}_remedy", language, **self.values)

    def in_a_line(self, language: Language = "fr") -> str:
        """Say what is wrong, then what to do."""
        return f"{self.message(language)} {self.remedy_in(language)}"


class SettingsError(AssistantError):
    """A setting, or assistant.toml, is wrong."""


class CorpusError(AssistantError):
    """The corpus folder, or a programme or a document in it, is wrong."""


class DepositError(AssistantError):
    """What is uploaded can't be taken: too large, damaged, or no space is left."""


class ReadError(AssistantError):
    """A file can't be read. `sync` records it as a Problem and goes on."""


class ModelError(AssistantError):
    """The model is missing, or is not what it should be."""


class ClusterError(AssistantError):
    """The machines that read and encode for this one are gone, or not as they should be."""


class IndexFault(AssistantError):  # noqa: N818  # IndexError is Python's own
    """The index as a whole is missing, damaged, busy or made otherwise."""


class IndexMissing(IndexFault):
    """Nothing has been indexed yet."""


class IndexMismatch(IndexFault):
    """The index was made with another encoder, format or chunking."""


class IndexDamaged(IndexFault):
    """A file of the index is not as it was written."""


class IndexUnwritable(IndexFault):
    """The index's folder can't be written, or the disk is full."""


class SearchServerError(IndexFault):
    """The server that holds the index elsewhere doesn't answer, or not as it should."""


class AudiencePending(IndexFault):
    """What some readers may read is not ready yet: rights have changed, or they come first."""


class SyncRunning(IndexFault):
    """Another `sync` holds the lock."""


class QuestionError(AssistantError):
    """The question is empty or too long."""


class RequestError(AssistantError):
    """What a program asks is not written as it should be, or can't be asked now."""


class SheetError(AssistantError):
    """There is no sheet of what is asked: the session is unknown, or sheets aren't made yet."""


class FeedbackError(AssistantError):
    """An opinion on an answer can't be kept, or those kept can't be read."""


class RightsError(AssistantError):
    """The file that says who reads what is wrong or gone: nothing is shown that needs a right."""


class AccountError(AssistantError):
    """A name or a password won't do, or the file of the accounts can't be read or written."""


class IdentityError(AssistantError):
    """A provider or a directory can't be asked, or says what can't be trusted."""


class BackupError(AssistantError):
    """A backup can't be written, or what it holds is not to be restored."""


class AuditError(AssistantError):
    """The audit trail can't be read or written."""


class SourceError(AssistantError):
    """Where files are brought from can't be read, or isn't as it is to be."""
