"""Where pushes may go, how often they are tried, and in which words they come.

The address of a push comes from a browser: only services that browsers are known to use are called (A18).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Collection
from datetime import timedelta
from types import ModuleType
from urllib.parse import urlsplit

from network.kernel.errors import Conflict, FieldFault, Invalid
from network.kernel.translation import mark as _

NO_SERVICES, KNOWN_SERVICES = "none", "known"
SERVICES = (
    "fcm.googleapis.com", "*.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com",
)  # fmt: skip
"""Those of Chromium and its kin, Firefox, Safari, Edge."""
LONGEST_ENDPOINT = 1000
DEVICES = 20
"""So many browsers one person can have notices shown in."""

PUSH_AFTER = timedelta(seconds=15)
"""Who has the conversation before her eyes has read it by then, and her phone stays silent."""
TOO_LATE = timedelta(days=1)
KEPT_BY_SERVICE = timedelta(hours=12)
"""So long a push waits for a device that is off, and never into quiet hours."""
ATTEMPTS = 6
LONGEST_PAUSE = timedelta(hours=2)

_PLAIN = re.compile(r"[!-\[\]-~]+")  # ASCII without spaces and the stroke that some read as another


class PushUnavailable(Conflict):
    """Whoever runs this server wants no pushes."""

    code = "push_unavailable"
    message = _("Notices on devices are not available here.")


class PushOnSharedDevice(Conflict):
    """Others use the device too, and would see them."""

    code = "push_on_shared_device"
    message = _("Others use this device too. Notices are shown on your own devices only.")


class TooManyPushDevices(Conflict):
    """One person needs no more."""

    code = "too_many_push_devices"
    message = _("You have notices on %(n)s devices. Please turn them off on one first.")


def sealing() -> ModuleType:
    """`kernel/webpush.py`, loaded when the first key or push is looked at."""
    return importlib.import_module("network.kernel.webpush")


def services_of(setting: str) -> tuple[str, ...]:
    """The names in the setting; none where nothing is to be sent."""
    names = setting.replace(",", " ").casefold().split()
    if names == [NO_SERVICES]:
        return ()
    return tuple(name for said in names for name in (SERVICES if said == KNOWN_SERVICES else (said,)))


def is_known(endpoint: str, services: Collection[str]) -> bool:
    """Whether an address is one of a service: https, its own port, no name or password in it. A service that
    is named with its scheme and port is that origin alone: for tests on this machine."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if _PLAIN.fullmatch(endpoint) is None or parts.username is not None or "#" in endpoint:
        return False
    if f"{parts.scheme}://{parts.netloc}" in services:
        return True
    names = (host, f"*.{host.partition('.')[2]}")
    return parts.scheme == "https" and port in (None, 443) and any(name in services for name in names)


def check_subscription(endpoint: str, public_key: str, auth_secret: str, services: Collection[str]) -> None:
    """Raise Invalid for an address that is not one of a service, and for keys that are none."""
    faults, keys = {}, sealing()
    if len(endpoint) > LONGEST_ENDPOINT or not is_known(endpoint, services):
        faults["endpoint"] = FieldFault.of(_("We do not know the service that would carry the notices."))
    for field, text, is_right in (
        ("p256dh", public_key, keys.is_point),
        ("auth", auth_secret, lambda key: len(key) == keys.AUTH_LENGTH),
    ):  # fmt: skip
        try:
            right = is_right(keys.decoded(text))
        except ValueError:
            right = False
        if not right:
            faults[field] = FieldFault.of(_("This is no key of a browser."))
    if faults:
        raise Invalid(faults)


def pause_after(attempts: int, asked: int = 0) -> timedelta:
    """How long until the next try; longer where the service asks for it, in seconds."""
    own = timedelta(seconds=30 * 4 ** min(attempts - 1, 8))
    return min(max(own, timedelta(seconds=max(0, asked))), LONGEST_PAUSE)
