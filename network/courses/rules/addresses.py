"""Decides what counts as a mail address in a list, and when two of them are the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

# Ordinary addresses, nearly all of any list. It must never accept what email-validator refuses (a test
# compares them), hence no label with hyphens at both its third and fourth place and no reserved ending.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ORDINARY_ADDRESS = re.compile(
    rf"(?=.{{3,250}}\Z)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@"
    r"(?:(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"(?!(?:arpa|invalid|local|localhost|onion)\Z)[A-Za-z]{2,63}",
    re.ASCII | re.IGNORECASE,
)
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+-](?:\.?[A-Za-z0-9_+-]){0,31}")
# Many of them, each at most 64 characters long and in small letters, with a line's end behind it.
_ORDINARY_STRETCH = re.compile(
    r"(?:[a-z0-9_+-]++(?:\.[a-z0-9_+-]++)*+@(?:[a-z0-9]++(?:-[a-z0-9]++)*+\.)++"
    r"(?!(?:arpa|invalid|local|localhost|onion)\n)[a-z]{2,63}+\n)++"
)
_STRETCH = 256
_IN_ANGLES = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>\s]+@[^<>\s]+)>\s*[;,]?\Z")
# Marks that cannot be seen and come along when an address is copied from a page or a phone.
_INVISIBLE = dict.fromkeys(
    [
        *range(0x20),
        0x7F,
        0xAD,
        0x61C,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x206A),
        0xFEFF,
    ]
)


def cleaned_address(cell: str) -> tuple[str, str]:
    """Return the address in a cell as (address, name), without spaces and marks around it, in NFC.

    Takes `mailto:` and the form `Maria Rossi <maria@mail.example>` apart; the name is empty otherwise.
    Does not tell whether it is an address.
    """
    text = unicodedata.normalize("NFC", cell.translate(_INVISIBLE)).strip()
    name = ""
    if match := _IN_ANGLES.match(text):
        name, text = match["name"].strip(" \t\"'"), match["address"]
    if text[:7].lower() == "mailto:":
        text = text[7:]
    return text.strip(" \t\u00a0\"'").rstrip(";,").strip(), name


@lru_cache(maxsize=4096)
def _domain_in_ascii(domain: str) -> str | None:
    try:
        return validate_email(
            f"a@{domain}", check_deliverability=False, test_environment=True
        ).ascii_domain.lower()
    except (EmailNotValidError, UnicodeError):
        return None


def normal_addresses(column: Sequence[str]) -> list[str | None]:
    """Return the normal form of each text of a column, None where it is no address.

    Ordinary addresses are told a stretch at a time; in the others, each domain is judged once.
    """
    result: list[str | None] = []
    domains: dict[str, str | None] = {}
    for start in range(0, len(column), _STRETCH):
        stretch = column[start : start + _STRETCH]
        joined = "\n".join((*stretch, "")).lower() if max(map(len, stretch)) <= 64 else ""
        if joined.isascii() and _ORDINARY_STRETCH.fullmatch(joined):
            result += joined.split("\n")[:-1]
        else:
            result += [_normal_in_column(text, domains) for text in stretch]
    return result


def _normal_in_column(text: str, domains: dict[str, str | None]) -> str | None:
    local, _, domain = text.partition("@")
    if domain not in domains:
        domains[domain] = _domain_in_ascii(domain) if 0 < len(domain) < 180 and "@" not in domain else None
    normal = domains[domain]
    if normal is not None and _PLAIN_LOCAL.fullmatch(local):
        return f"{local.lower()}@{normal}"
    return normal_address(text) if local and domain else None


def is_address(text: str) -> bool:
    """Tell whether mail can be addressed to `text`, international domains and local parts included.

    Reserved endings are refused as email-validator does, `.example` and `.test` are accepted.
    Nothing is looked up in the network.
    """
    return normal_address(text) is not None


def normal_address(text: str) -> str | None:
    """Return the form by which addresses are compared, or None where `text` is no address.

    Letter case is ignored, the domain is in its ASCII form (IDNA 2008, UTS 46), the local part in NFC.
    """
    if ORDINARY_ADDRESS.fullmatch(text):
        return text.lower()
    local, at, domain = text.rpartition("@")
    if not at or "@" in local or not local or len(local.encode()) > 64:
        return None
    ascii_domain = _domain_in_ascii(domain)
    if ascii_domain is None:
        return None
    try:
        # The domain was judged above; a short one in its place leaves only the local part to judge.
        checked = validate_email(f"{local}@a.example", check_deliverability=False)
    except (EmailNotValidError, UnicodeError):
        return None
    if len(local.encode()) + 1 + len(ascii_domain) > 254:
        return None
    return unicodedata.normalize("NFC", checked.local_part.casefold()) + "@" + ascii_domain
