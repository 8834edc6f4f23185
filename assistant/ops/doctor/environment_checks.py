"""What the server gives: disk, model, network, clock, versions, programs; checks for `doctor`.

In: the few settings that each check needs. Out: check results. Nothing is written, no model is
loaded, no packet is sent.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path

from assistant.embedding.choice import choice, keeps_of
from assistant.embedding.default_model import FOLDER_NAME
from assistant.embedding.site_models import open_encoder
from assistant.errors import ModelError
from assistant.i18n import Language
from assistant.ops.doctor.check_results import CheckResult, Grade, fault, result
from assistant.readers import engines
from assistant.readers.formats.legacy_office import can_convert
from assistant.settings.options import ModelOptions
from assistant.system.built_folders import is_complete
from assistant.system.files import sha256_of
from assistant.system.offline import SEALED_ENVIRONMENT
from assistant.version import DISTRIBUTION

#: Free space, in bytes, under which nothing can be counted on, and under which it is soon so.
LEAST_FREE, LITTLE_FREE = 200_000_000, 1_000_000_000
#: The weights that `e5` makes: the same bytes from the same file, always.
WEIGHTS_SHA256 = "ee6b69c2b2c257c95e8e57fa6992302fd465e07e48ca15b4b8b560f4509e96ce"
#: No year of this software is before this one.
_FIRST_YEAR, _LAST_YEAR = 2025, 2100
#: Kept for documentation (RFC 5737, RFC 3849): no machine has these addresses.
_NOBODY = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
#: What to say of each reason for which PyTorch computes.
_WHY_TORCH = {
    "setting": "engine_setting",
    "missing": "engine_missing",
    "structure": "engine_structure",
    "failed": "engine_failed",
    "differs": "engine_differs",
}
_LEAST_PYTHON, _LEAST_SQLITE = (3, 11), (3, 37)


# --- Disk --------------------------------------------------------------------------------------


def space(index: Path, corpus: Path, language: Language) -> Iterator[CheckResult]:
    """Look at what is free where the index, the documents and passing files stand."""
    needed = _size(index / "catalog.sqlite3")
    places = {"index": index, "corpus": corpus}
    for name, path in (places | {"temporary": Path(tempfile.gettempdir())}).items():
        try:
            free = shutil.disk_usage(_nearest(path)).free
        except OSError as e:
            cause = e.strerror or e
            yield result("disk", "error", "disk_unknown", language, path=path, cause=cause)
            continue
        yield disk(path, free, needed if name == "index" else 0, language)


def disk(path: Path, free: int, needed: int, language: Language) -> CheckResult:
    """Judge what is free, in bytes; `needed` is what the next index takes about."""
    values = {"path": path, "free": _megabytes(free)}
    if free < LEAST_FREE + needed:
        return result("disk", "error", "disk_full", language, **values)
    if free < LITTLE_FREE + 2 * needed:
        return result("disk", "warning", "disk_low", language, **values)
    return result("disk", "ok", "disk", language, **values)


def _nearest(path: Path) -> Path:
    """Return the first of a path's folders that is there."""
    path = path.absolute()
    return next((folder for folder in (path, *path.parents) if folder.exists()), path)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _megabytes(size: int) -> int:
    return round(size / 1e6)


# --- Model -------------------------------------------------------------------------------------


def model(
    options: ModelOptions, indexed_by: str, deep: bool, language: Language
) -> Iterator[CheckResult]:
    """Look at the encoder's folder; `indexed_by` is the identity of what made the index."""
    folder, own = options.models / FOLDER_NAME, bool(options.encoder)
    if not own and not is_complete(folder):
        key = "model_cut" if folder.exists() else "model_not_built"
        yield result("model", "warning", key, language, path=folder)
        return
    try:
        identity = open_encoder(options).identity
        if deep and not own and sha256_of(folder / "model.safetensors") != WEIGHTS_SHA256:
            yield result("model", "error", "model_altered", language, path=folder)
            return
    except ModelError as e:
        yield fault("model", e, language)
        return
    except OSError as e:
        yield result("model", "error", "model_unreadable", language, path=folder, cause=e)
        return
    if indexed_by and identity != indexed_by:
        values = {"found": indexed_by, "wanted": identity}
        yield result("model", "error", "model_other", language, **values)
        return
    yield result("model", "ok", "model", language, name=identity)
    yield engine(options, Path(options.encoder).expanduser() if own else folder, language)


def engine(options: ModelOptions, folder: Path, language: Language) -> CheckResult:
    """Say what computes the encoder, and what keeps it from being the faster engine."""
    keeps = keeps_of(options.models, options.index)
    found = choice(folder, options.engine, keeps)
    cosine = f"{found.verdict.cosine:.4f}" if found.verdict else ""
    if found.verdict and found.engine == "openvino":
        values = {"weights": found.verdict.weights, "cosine": cosine}
        return result("model", "ok", "engine", language, **values)
    if not found.engine:
        nearest = [_nearest(keep) for keep in keeps]
        if any(place.is_dir() and os.access(place, os.W_OK) for place in nearest):
            return result("model", "ok", "engine_waits", language)
        names = {"models": keeps[0], "index": options.index}
        return result("model", "warning", "engine_unwritable", language, **names)
    severity: Grade = "ok" if found.reason == "setting" else "warning"
    cause = found.verdict.cause if found.verdict else ""
    values = {"cosine": cosine, "cause": cause}
    return result("model", severity, _WHY_TORCH[found.reason], language, **values)


# --- Network -----------------------------------------------------------------------------------


def sealed(environment: Mapping[str, str], language: Language) -> CheckResult:
    """Look whether the variables that keep the libraries offline are set."""
    missing = [name for name, value in SEALED_ENVIRONMENT.items() if environment.get(name) != value]
    if missing:
        names = ", ".join(missing)
        return result("egress", "error", "unsealed", language, names=names)
    return result("egress", "ok", "sealed", language)


def listening(host: str, language: Language) -> CheckResult:
    """Look who can reach the page."""
    if is_loopback(host):
        return result("egress", "ok", "listens_here", language, host=host)
    return result("egress", "warning", "listens_outside", language, host=host)


def under_path(public_names: str, public_path: str, language: Language) -> Iterator[CheckResult]:
    """Look where agents open a site that a proxy has under a path of its host."""
    if not public_path:
        return
    names = [one.strip() for one in public_names.split(",") if one.strip()]
    grade: Grade = "ok" if names else "warning"
    key = "stands_under" if names else "stands_under_no_name"
    address = f"https://{names[0]}{public_path}/" if names else f"{public_path}/"
    yield result("egress", grade, key, language, address=address)


def is_loopback(host: str) -> bool:
    """Tell whether an address or a name is this machine's own."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def way_out(language: Language) -> CheckResult:
    """Say what is known of whether this process could reach the outside."""
    if not any(_has_route(family, address) for family, address in _NOBODY):
        return result("egress", "ok", "no_route", language)
    unit = unit_of(_read("/proc/self/cgroup"))
    if unit and denies_all(_asked_of_systemd(unit)):
        return result("egress", "ok", "denied", language, unit=unit)
    return result("egress", "warning", "route", language)


def _has_route(family: int, address: str) -> bool:
    """Tell whether the system knows a way to an address: connecting UDP sends nothing."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as one:
            one.connect((address, 9))
    except OSError:
        return False
    return True


def unit_of(cgroup: str) -> str:
    """Return the systemd service that /proc/self/cgroup names, empty where there is none."""
    parts = (part for line in cgroup.splitlines() for part in reversed(line.split("/")))
    return next((part for part in parts if part.endswith(".service")), "")


def denies_all(shown: str) -> bool:
    """Tell whether `systemctl show` says that all addresses are refused but those of loopback."""
    properties = dict(line.partition("=")[::2] for line in shown.splitlines())
    denied = set(properties.get("IPAddressDeny", "").split())
    allowed = properties.get("IPAddressAllow", "").split()
    here = all(ipaddress.ip_network(network, strict=False).is_loopback for network in allowed)
    return here and ("any" in denied or {"0.0.0.0/0", "::/0"} <= denied)


def _asked_of_systemd(unit: str) -> str:
    command = ["systemctl", "show", "--property=IPAddressDeny,IPAddressAllow", unit]
    try:
        shown = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return shown.stdout


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


# --- Clock, versions, programs -----------------------------------------------------------------


def clock(now: float, written: Iterable[tuple[Path, float]], language: Language) -> CheckResult:
    """Judge the clock by the year, and by files (path, date) that can't be of tomorrow."""
    year = time.gmtime(now).tm_year
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return result("clock", "error", "clock_wrong", language, year=year)
    newest = max(written, key=lambda one: one[1], default=None)
    if newest and newest[1] > now + 86_400:
        return result("clock", "warning", "clock_behind", language, path=newest[0])
    return result("clock", "ok", "clock", language, day=time.strftime("%Y-%m-%d", time.gmtime(now)))


def versions(language: Language) -> Iterator[CheckResult]:
    """Compare Python, SQLite and the packages with what the code works with."""
    mine = ".".join(map(str, sys.version_info[:3]))
    is_fit = sys.version_info[:2] >= _LEAST_PYTHON and sqlite3.sqlite_version_info >= _LEAST_SQLITE
    key = "interpreter" if is_fit else "interpreter_old"
    values = {"python": mine, "sqlite": sqlite3.sqlite_version}
    yield result("versions", "ok" if is_fit else "error", key, language, **values)
    wrong = wrong_packages(_requirements())
    if wrong is None:
        yield result("versions", "warning", "packages_unknown", language)
    elif wrong:
        yield result("versions", "error", "packages", language, names=", ".join(wrong))
    else:
        yield result("versions", "ok", "packages_fit", language)


def wrong_packages(requirements: Iterable[str]) -> list[str] | None:
    """Return the packages that are missing or out of range; None where that can't be told."""
    try:
        from packaging.requirements import InvalidRequirement, Requirement
    except ImportError:
        return None
    wrong, known = [], False
    for text in requirements:
        try:
            wanted = Requirement(text)
        except InvalidRequirement:
            continue
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        known = True
        try:
            version = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            version = ""
        if not version or not wanted.specifier.contains(version, prereleases=True):
            wrong.append(f"{wanted.name} {version or '∅'} ({wanted.specifier})")
    return wrong if known else None


def _requirements() -> list[str]:
    """Return what is required, as installed, or as the sources say where nothing is."""
    try:
        return metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        project = _read(str(Path(__file__).parents[3] / "pyproject.toml"))
        found = tomllib.loads(project).get("project", {}).get("dependencies", [])
        return [str(one) for one in found]


def programs(language: Language) -> Iterator[CheckResult]:
    """Say which of the programs that only some files need are there."""
    there = (
        (engines.ocr_engine() is not None, "program_ocr", "program_ocr_missing"),
        (can_convert(), "program_office", "program_office_missing"),
        (engines.can_transcribe(), "program_audio", "program_audio_missing"),
        (engines.can_tell_voices(), "program_voices", "program_voices_missing"),
    )
    for is_there, present, missing in there:
        # They are optional: their absence is said, and is no fault.
        yield result("programs", "ok", present if is_there else missing, language)


def environment() -> Mapping[str, str]:
    """Return the variables of this process."""
    return os.environ
