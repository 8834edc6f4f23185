"""What the routes of a running page share: one record, made of an assistant when the page starts.

Each room of the web has a module `router`, whose `routes(services)` takes what it needs of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.core import Assistant
from assistant.identity.opening import Elsewhere, opened
from assistant.identity.options import ldap_options, oidc_options
from assistant.rendering import Pictures
from assistant.settings import Settings
from assistant.web.http.sessions import FILE, Sessions
from assistant.web.http.shared_throttle import FILE as TRIES
from assistant.web.http.shared_throttle import SharedThrottle
from assistant.web.http.throttle import PasswordTries, Throttle
from assistant.web.ops.health import Health
from assistant.web.ops.metrics import Meters


@dataclass(frozen=True, slots=True)
class Services:
    """What answers, who is signed in, what draws pages, and what is told of how it goes."""

    assistant: Assistant
    sessions: Sessions
    pictures: Pictures
    health: Health
    meters: Meters
    elsewhere: Elsewhere
    throttle: PasswordTries

    @classmethod
    def over(cls, assistant: Assistant) -> Services:
        """Return the services of a page that answers from `assistant`; nothing starts yet.

        Raises IdentityError where the settings of a provider or a directory can't work.
        """
        settings = assistant.settings
        identity = settings.identity()
        elsewhere = opened(oidc_options(identity), ldap_options(identity))
        health = Health(assistant)
        is_shared = bool(settings.state_database)
        return cls(
            assistant=assistant,
            sessions=Sessions(
                settings.index / FILE,
                settings.accounts,
                settings.session_hours,
                trail=assistant.trail,
                staff_groups=elsewhere.staff_groups,
            ),
            pictures=Pictures(settings.index),
            health=health,
            meters=Meters(assistant, health.report),
            elsewhere=elsewhere,
            throttle=SharedThrottle(settings.index / TRIES) if is_shared else Throttle(),
        )

    @property
    def settings(self) -> Settings:
        """The site's settings."""
        return self.assistant.settings

    def close(self) -> None:
        """End the processes that draw."""
        self.pictures.close()
