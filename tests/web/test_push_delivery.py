"""Where a push may go: to a service on the internet, by the very address that was looked at (A18)."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from config import BadSetting, Settings
from tests.factories.push import push_service
from web import push_delivery

OURS = (
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1",
    "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "2002:7f00:1::", "2001:db8::1", "ff02::1", "no address",
)  # fmt: skip


def test_addresses_near_us_are_not_on_the_internet() -> None:
    assert [address for address in OURS if push_delivery.is_public(address)] == []
    for address in ("142.250.74.10", "17.57.144.1", "2a00:1450:4001:82a::200a", "64:ff9b::8efa:4a0a"):
        assert push_delivery.is_public(address), address


def found(*addresses: str) -> Any:
    return lambda _host, port, **_kind: [(0, 0, 0, "", (address, port)) for address in addresses]


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("142.250.74.10", "10.0.0.1"), ()])
def test_a_name_that_leads_to_us_is_not_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", found(*addresses))
    monkeypatch.setattr(socket, "create_connection", _never)
    send = push_delivery.choose(Settings(data_dir=tmp_path))
    assert send("https://fcm.googleapis.com/a", b"", {}).status == 0
    assert send("http://fcm.googleapis.com/a", b"", {}).status == 0
    assert send("https://fcm.googleapis.com:22/a", b"", {}).status == 0


def _never(*arguments: Any) -> None:
    raise AssertionError(f"called {arguments}")


def test_the_address_that_was_looked_at_is_the_one_that_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called, names = [], []

    def call(address: tuple[str, int], _seconds: float) -> socket.socket:
        called.append(address)
        return socket.socket()

    def wrap(_self: ssl.SSLContext, plain: socket.socket, *, server_hostname: str) -> None:
        names.append(server_hostname)
        raise ssl.SSLError("no further than here")

    monkeypatch.setattr(socket, "getaddrinfo", found("142.250.74.10"))
    monkeypatch.setattr(socket, "create_connection", call)
    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    with pytest.raises(OSError, match="no further"):
        push_delivery.choose(Settings(data_dir=tmp_path))("https://fcm.googleapis.com/a", b"", {})
    assert (called, names) == ([("142.250.74.10", 443)], ["fcm.googleapis.com"])


def test_nobody_is_followed_elsewhere_and_the_wait_is_a_number(tmp_path: Path) -> None:
    with push_service() as service, push_service() as other:
        send = push_delivery.choose(Settings(data_dir=tmp_path, push_services=service.origin))
        service.answers["/push/a"] = (307, {"Location": other.endpoint("a")})
        assert send(service.endpoint("a"), b"x", {"TTL": "1"}).status == 307
        assert other.came == []
        for said, wait in (("120", 120), ("Fri, 20 Nov 2026 12:00:00 GMT", 0), ("99999999", 0)):
            service.answers["/push/a"] = (429, {"Retry-After": said})
            assert send(service.endpoint("a"), b"x", {}).retry_after == wait
        assert send(other.endpoint("a"), b"x", {}).status == 0, "another port of this machine"
    with pytest.raises(ConnectionRefusedError):
        send(service.endpoint("a"), b"x", {})


def test_a_service_on_this_machine_is_for_tests(tmp_path: Path) -> None:
    for services, host in (
        ("http://127.0.0.1:9", "0.0.0.0"), ("https://push.example:443", "127.0.0.1"),
        ("http://push.example", "127.0.0.1"),
    ):  # fmt: skip
        settings = Settings(
            data_dir=tmp_path, host=host, push_services=services, base_url="https://mentors.example"
        )
        with pytest.raises(BadSetting, match="MENTORNET_PUSH_SERVICES"):
            push_delivery.choose(settings)
