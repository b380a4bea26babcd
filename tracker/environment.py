"""Reads settings from the environment and refuses values it cannot understand."""

import os
from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The variable as it stands, or `default` when it is not set."""
    return os.environ.get(name, default)


def flag(name: str, default: bool) -> bool:
    """A yes or no: 1/0, true/false, yes/no, on/off."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def number(name: str, default: float, least: float = 0) -> float:
    """A number not below `least`."""
    value = os.environ.get(name, "").strip()
    try:
        found = float(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {value!r}.") from None
    if found < least:
        raise ImproperlyConfigured(f"{name} must be at least {least:g}, not {value}.")
    return found


def whole(name: str, default: int, least: int = 0) -> int:
    """A whole number not below `least`."""
    found = number(name, default, least)
    if found != int(found):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {found}.")
    return int(found)


def words(name: str, default: str = "") -> tuple[str, ...]:
    """A comma-separated list, blanks dropped."""
    return tuple(part.strip() for part in text(name, default).split(",") if part.strip())


def extra(name: str, package: str, target: str) -> bool:
    """A yes or no, off by default, that needs a package which is only installed on request.

    Args:
        target: what `make` is asked for to install it.
    """
    asked = flag(name, default=False)
    if asked and find_spec(package) is None:
        raise ImproperlyConfigured(
            f"{name} is on, but {package} is not installed. Run `make {target}`, or set {name}=0."
        )
    return asked
