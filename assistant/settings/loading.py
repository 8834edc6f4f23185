"""The settings of a site, from its file and its environment.

What isn't known is refused, with the name of the nearest setting that exists.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError
from assistant.settings.site import ENVIRONMENT_PREFIX, Settings

#: Named as the settings file: the environment alone chooses.
NO_FILE = Path(os.devnull)


def load_settings(
    file: Path | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    **overrides: object,
) -> Settings:
    """Return the settings of a site.

    `file` defaults to `assistant.toml` in the current folder, which need not exist; one that is
    named must, but `NO_FILE`: no file is read then. Relative folders in it are relative to it.
    Overrides that are None are left out. Raises SettingsError.
    """
    named = file is not None
    file = file or Path("assistant.toml")
    chosen: dict[str, Any] = {}
    if file.is_file():
        chosen |= _from_file(file)
    elif named and file != NO_FILE:
        raise SettingsError("settings_missing", path=file)
    chosen |= _from_environment(os.environ if environment is None else environment)
    chosen |= {name: value for name, value in overrides.items() if value is not None}
    known = {setting.name: setting for setting in fields(Settings)}
    for name in chosen:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
            raise SettingsError("setting_unknown", name=name, nearest=near)
    return Settings(**{name: _typed(name, value) for name, value in chosen.items()})


def _from_file(file: Path) -> dict[str, Any]:
    try:
        chosen = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise SettingsError("settings_unreadable", path=file, cause=e) from e
    for name, kind in _paths().items():
        if isinstance(chosen.get(name), str) and chosen[name]:
            chosen[name] = kind(file.parent / Path(chosen[name]).expanduser())
    return chosen


def _paths() -> dict[str, type[Path] | type[str]]:
    """Return the settings that name files or folders, each with its type."""
    defaults = Settings()
    folders = {
        setting.name: Path
        for setting in fields(Settings)
        if isinstance(getattr(defaults, setting.name), Path)
    }
    files = {setting.name: str for setting in fields(Settings) if setting.metadata.get("is_path")}
    return {**folders, **files}


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(ENVIRONMENT_PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(ENVIRONMENT_PREFIX)
    }


def _typed(name: str, value: Any) -> Any:
    """Return `value` as the type of the setting `name`; text is read as a person writes it."""
    wanted = type(getattr(Settings(), name))
    if isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool)):
        return value
    try:
        if issubclass(wanted, Path) and isinstance(value, str | Path):
            return Path(value).expanduser()
        if wanted is bool and isinstance(value, str):
            return {"oui": True, "true": True, "1": True, "non": False, "false": False, "0": False}[
                value.strip().lower()
            ]
        if wanted in (int, float) and isinstance(value, str | int) and not isinstance(value, bool):
            return wanted(value)
    except (ValueError, KeyError) as e:
        raise SettingsError(
            "setting_wrong_type", name=name, value=value, wanted=wanted.__name__
        ) from e
    raise SettingsError("setting_wrong_type", name=name, value=value, wanted=wanted.__name__)
