"""When a text is a mail address or a link, and by which normal form two mail addresses are the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from network.kernel.errors import FieldFault, Invalid
from network.kernel.ids import keyed_digest
from network.kernel.translation import mark as _

MAX_LENGTH = 254
MAX_LOCAL_OCTETS = 64
"""Before the @ (RFC 5321, 4.5.3.1.1)."""

_PLAIN = re.compile(r"[a-z0-9][a-z0-9._%+'-]{0,62}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}\Z")


@lru_cache(maxsize=4096)
def normal_address(text: str) -> str | None:
    """The form by which accounts are told apart: NFC, casefolded, the domain in ASCII (IDNA); None for what
    is no address. Internationalised domains and the reserved `.example` are addresses (RFC 6530, RFC 2606);
    whether mail arrives is not asked."""
    cleaned = unicodedata.normalize("NFC", text.strip())
    if not cleaned or len(cleaned) > MAX_LENGTH:
        return None
    if len(cleaned.rpartition("@")[0].encode()) > MAX_LOCAL_OCTETS:
        return None
    lowered = cleaned.lower()
    if _PLAIN.match(lowered) and ".." not in lowered and ".@" not in lowered:
        return lowered
    try:
        checked = validate_email(cleaned, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return _reserved(cleaned)
    return f"{checked.local_part.casefold()}@{checked.ascii_domain.lower()}"


def _reserved(text: str) -> str | None:
    # The library refuses reserved names such as `.example`, which made-up people have; ask it about the
    # same address under a name that it takes.
    local, _, domain = text.rpartition("@")
    name, _, last = domain.rpartition(".")
    if last.casefold() not in ("example", "test", "invalid", "localhost") or not name:
        return None
    try:
        checked = validate_email(f"{local}@{name}.com", check_deliverability=False)
    except EmailNotValidError:
        return None
    stem = checked.ascii_domain.lower().removesuffix(".com")
    return f"{checked.local_part.casefold()}@{stem}.{last.casefold()}"


def check_email(text: str, field: str = "email") -> tuple[str, str]:
    """An address as it is written to, and its normal form. Raises Invalid under `field`."""
    address = normal_address(text)
    if address is None:
        raise Invalid({field: FieldFault.of(_("This is no mail address."))})
    return clean_email(text), address


def check_link(text: str, field: str, longest: int) -> str:
    """A link that anybody may click: http or https, a host, no name or password before it (which would only
    dress up another host), nothing that ends an attribute; at most `longest` characters. Raises Invalid under
    `field`."""
    link = text.strip()
    if len(link) > longest:
        raise Invalid({field: FieldFault.of(_("At most %(most)s characters, please."), most=longest)})
    try:
        parts = urlsplit(link)
        good = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
        good = good and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good or any(sign.isspace() or sign in "<>\"'`\\" or not sign.isprintable() for sign in link):
        raise Invalid({field: FieldFault.of(_("A link begins with https:// and has no blanks."))})
    return link


def clean_email(text: str) -> str:
    """An address as it is kept and shown: trimmed, NFC."""
    return unicodedata.normalize("NFC", text.strip())


def sealed_address(address: str) -> str:
    """What remains of an address that we were asked to delete: a keyed digest of its normal form, by which it
    is recognised when somebody brings it again."""
    return keyed_digest("invited address", address)


def hint(email: str) -> str:
    """Enough of an address to recognise one's own: `a…@mail.example`."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
