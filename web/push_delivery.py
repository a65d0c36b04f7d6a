"""How a push leaves: by one request to a push service, which is on the internet and nowhere near us (A18).

The address of the service came from a browser. Its name is looked up once, every address that it has must be
one that anybody on the internet could reach, and the connection goes to the very address that was looked at.
Nobody is followed elsewhere, and of an answer its status counts alone.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

import structlog

from config import BadSetting, Settings, is_loopback
from network.kernel.runtime import PushAnswer, SendPush
from network.notifications import services_of

log = structlog.get_logger("push")

SECONDS = 5.0
READ_AT_MOST = 4096
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # an address of the old kind within one of the new


class AddressRefused(Exception):
    """A push service is not where anybody on the internet could reach it: nothing is sent there."""


def choose(settings: Settings) -> SendPush:
    """The way out. Raises BadSetting for a service on this machine (`http://127.0.0.1:port`, for tests) where
    the server itself listens to others."""
    services = services_of(settings.push_services)
    origins = frozenset(name for name in services if "://" in name)
    for origin in origins:
        if not (origin.startswith("http://") and is_loopback(urlsplit(origin).hostname)):
            raise BadSetting("MENTORNET_PUSH_SERVICES holds names of hosts, such as *.push.apple.com")
        if not is_loopback(settings.host):
            raise BadSetting("MENTORNET_PUSH_SERVICES on this machine is for tests on loopback only")

    def send(endpoint: str, sealed: bytes, headers: Mapping[str, str]) -> PushAnswer:
        parts = urlsplit(endpoint)
        try:
            within = f"{parts.scheme}://{parts.netloc}" in origins
            line = _line_within(parts) if within else _line_to(parts)
        except AddressRefused as refusal:
            log.warning("push_address_refused", service=parts.hostname, why=str(refusal))
            return PushAnswer(0)
        try:
            line.request("POST", parts._replace(scheme="", netloc="").geturl(), sealed, dict(headers))
            answer = line.getresponse()
            answer.read(READ_AT_MOST)
            wait = answer.headers.get("Retry-After", "")
            return PushAnswer(answer.status, int(wait) if wait.isdecimal() and len(wait) < 7 else 0)
        except http.client.HTTPException as error:
            raise ConnectionError(type(error).__name__) from error
        finally:
            line.close()

    return send


class _Line(http.client.HTTPSConnection):
    """A connection to an address that was looked at, under the name that its certificate has to bear."""

    def __init__(self, host: str, address: str) -> None:
        self._address, self._tls = address, ssl.create_default_context()
        super().__init__(host, 443, timeout=SECONDS, context=self._tls)

    def connect(self) -> None:
        """As the library does, but without looking the name up again."""
        plain = socket.create_connection((self._address, 443), SECONDS)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except OSError:
            plain.close()
            raise


def _line_to(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme != "https" or parts.port not in (None, 443):
        raise AddressRefused("not https")
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise AddressRefused("not on the internet")
    return _Line(host, addresses[0])


def _line_within(parts: SplitResult) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)


def is_public(address: str) -> bool:
    """True for an address that anybody on the internet reaches: none of this machine, of our own network, of
    the cloud that we run in, nor one that leads to such a one in another dress."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        teredo = found.teredo[1] if found.teredo else None
        within = found.ipv4_mapped or found.sixtofour or teredo
        if found in _NAT64:
            within = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if within is not None:
            return is_public(str(within))
    return found.is_global and not found.is_multicast and not found.is_reserved
