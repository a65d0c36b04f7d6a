"""Languages, time zones, devices, neighbours, and what was typed as a code."""

from __future__ import annotations

import pytest

from network.kernel.errors import Invalid
from network.people.rules.codes import clean_code
from network.people.rules.places import clean_language, clean_time_zone, default_time_zone
from network.people.rules.visits import device_name, is_this_machine, peer_group


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("de", "de"), ("DE-at", "de-AT"), ("zh-hant-TW", "zh-Hant-TW"), ("es-419", "es-419"),
        ("prs", "prs"), ("ti", "ti"), ("ku", "ku"), ("ckb", "ckb"), ("en_GB", "en-GB"),
        ("de-DE-1996", "de-DE-1996"), ("sl-rozaj", "sl-rozaj"),
    ],
)  # fmt: skip
def test_a_language_is_kept_in_its_usual_spelling(typed: str, kept: str) -> None:
    assert clean_language(typed) == kept


@pytest.mark.parametrize("typed", ["", "x", "xx", "deutsch", "de-", "de--AT", "und", "de-a-bc", "d\u0435"])
def test_what_names_no_language_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_language(typed)
    assert list(refused.value.faults) == ["language"]


def test_time_zones_have_names() -> None:
    assert clean_time_zone(" Europe/Berlin ") == "Europe/Berlin"
    assert clean_time_zone("UTC") == "UTC"
    for typed in ("", "Berlin", "europe/berlin", "+02:00", "localtime", "../etc/passwd"):
        with pytest.raises(Invalid) as refused:
            clean_time_zone(typed)
        assert list(refused.value.faults) == ["time_zone"]
    assert (default_time_zone("de-AT"), default_time_zone("en")) == ("Europe/Berlin", "UTC")


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0", "Firefox · Android"),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile "
            "Safari/537.36",
            "Chrome · Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 "
            "Safari/537.36 Edg/130.0",
            "Edge · Windows",
        ),
        ("curl/8.5.0", "curl"),
        ("", "?"),
        ("\x00\x1b", "?"),
        ("x" * 500, "x" * 120),
    ],
)
def test_a_device_has_a_name_that_its_owner_recognises(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


def test_neighbours_are_counted_together() -> None:
    assert peer_group("192.0.2.7") == "192.0.2.7"
    assert peer_group("::ffff:192.0.2.7") == "192.0.2.7"
    assert peer_group("2001:db8:1:2:aaaa::1") == peer_group("2001:db8:1:2:bbbb::9")
    assert peer_group("2001:db8:1:2::1") != peer_group("2001:db8:1:3::1")
    assert peer_group("") == peer_group("nonsense") == "unknown"
    assert [is_this_machine(peer) for peer in ("127.0.0.9", "::1", "::ffff:127.0.0.1", "192.0.2.7", "")] == [
        True, True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["407192", " 407 192 ", "407-192", "٤٠٧١٩٢", "４０７１９２", "\u200e407192"]
)
def test_a_code_is_its_six_digits(typed: str) -> None:
    assert clean_code(typed) == "407192"


@pytest.mark.parametrize("typed", ["", "40719", "4071921", "abcdef", "40719x", "²²²²²²", "-407192e"])
def test_anything_else_is_no_code(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_code(typed)
    assert list(refused.value.faults) == ["code"]
