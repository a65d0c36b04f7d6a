"""From where somebody comes: what a device is called, and which addresses count as one neighbour."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

_BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Opera", re.compile(r"\b(?:OPR|Opera)/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS|Chromium)/")),
    ("Safari", re.compile(r"\bSafari/")),
)
_SYSTEMS = (
    ("Android", re.compile(r"\bAndroid\b")),
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Mac", re.compile(r"\bMac(?:intosh| OS X)\b")),
    ("Linux", re.compile(r"\bLinux\b")),
)
LONGEST_DEVICE = 120


@dataclass(frozen=True, slots=True)
class Visit:
    """How somebody comes to the door: the network address, what the browser calls itself, the secret by
    which this device is known, and whether others use the device too."""

    peer: str
    user_agent: str = ""
    device_token: str | None = None
    shared_device: bool = False


def device_name(user_agent: str) -> str:
    """What a device is called in the list of one's own: `Firefox · Android`; proper names only, so that no
    language is needed. A programme is called by its first word."""
    browser = next((name for name, sign in _BROWSERS if sign.search(user_agent)), None)
    system = next((name for name, sign in _SYSTEMS if sign.search(user_agent)), None)
    if browser is None:
        first = re.split(r"[\s/(;]", user_agent.strip(), maxsplit=1)[0]
        browser = "".join(sign for sign in first if sign.isascii() and sign.isprintable()) or "?"
    return " · ".join(part for part in (browser, system) if part)[:LONGEST_DEVICE]


def peer_group(peer: str) -> str:
    """The address by which failed sign-ins are counted: IPv4 as it is, IPv6 by its /64, which one household
    can use at will (trust.md C)."""
    try:
        address = ipaddress.ip_address(peer.strip())
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return str(address)


def is_this_machine(peer: str) -> bool:
    """True for loopback: behind a proxy that nobody told us of, everybody would seem to come from there."""
    try:
        address = ipaddress.ip_address(peer.strip())
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
