"""Whether people can sign in elsewhere: the provider and the directory of a site, for `doctor`.

In: the settings that name them. Out: check results. Files, addresses and libraries are looked at;
with `deep` the provider and the directory are asked too, nobody being signed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.errors import IdentityError
from assistant.i18n import Language
from assistant.identity.opening import open_directory, open_provider
from assistant.identity.options import ldap_options, oidc_options
from assistant.ops.doctor.check_results import CheckResult, fault, result


def signing_in(values: Mapping[str, str], deep: bool, language: Language) -> Iterator[CheckResult]:
    """Look at what signs people in besides the site's own accounts; nothing where nothing does."""
    for looked_at in (_provider, _directory):
        try:
            yield from looked_at(values, deep, language)
        except IdentityError as e:
            yield fault("identity", e, language)


def _provider(values: Mapping[str, str], deep: bool, language: Language) -> Iterator[CheckResult]:
    if provider := open_provider(oidc_options(values)):
        if deep:
            provider.discovered()
        yield result("identity", "ok", "oidc_asked" if deep else "oidc_set", language)
        yield from _staff(values, "oidc_staff_groups", language)


def _directory(values: Mapping[str, str], deep: bool, language: Language) -> Iterator[CheckResult]:
    if directory := open_directory(ldap_options(values)):
        if deep:
            directory.try_out()
        yield result("identity", "ok", "ldap_asked" if deep else "ldap_set", language)
        yield from _staff(values, "ldap_staff_groups", language)


def _staff(values: Mapping[str, str], setting: str, language: Language) -> Iterator[CheckResult]:
    if not values[setting].strip():
        yield result("identity", "warning", "no_staff_group", language, setting=setting)
