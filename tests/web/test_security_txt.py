"""security.txt in the form of RFC 9116, for everybody, never run out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from config import BadSetting, Settings
from network.kernel.runtime import Runtime
from tests.running import HandClock
from web.security_txt import contact


def fields(text: str) -> dict[str, str]:
    lines = text.splitlines()
    assert text.endswith("\n")
    found = dict(line.split(": ", 1) for line in lines)
    assert len(found) == len(lines), "each field once"
    return found


def test_it_says_whom_to_tell_until_when_and_where(
    client: FlaskClient, live: Runtime, clock: HandClock
) -> None:
    for _ in range(2):
        answer = client.get("/.well-known/security.txt")
        assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
        said = fields(answer.get_data(as_text=True))
        assert said["Contact"] == "mailto:post@mentornet.example"
        assert said["Canonical"] == "http://localhost/.well-known/security.txt"
        assert said["Preferred-Languages"] == "en, de"
        expires = datetime.strptime(said["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        assert timedelta(days=170) < expires - clock.moment < timedelta(days=365)
        clock.forward(days=300)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("", "mailto:post@mentornet.example"),
        ("security@mentors.example", "mailto:security@mentors.example"),
        ("https://mentors.example/security", "https://mentors.example/security"),
        ("a b@mentors.example", "mailto:a%20b@mentors.example"),
    ],
)
def test_the_contact_is_the_setting_or_the_sender(setting: str, said: str) -> None:
    assert contact(Settings(security_contact=setting)) == said


@pytest.mark.parametrize("setting", ["nobody", "http://mentors.example", "a@b.example\nExpires: never"])
def test_b16_a_contact_that_leads_nowhere_stops_the_start(setting: str) -> None:
    with pytest.raises(BadSetting, match="MENTORNET_SECURITY_CONTACT"):
        Settings(security_contact=setting)
