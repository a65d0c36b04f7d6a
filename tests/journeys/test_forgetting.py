"""Who was invited and says "No, thank you" is forgotten: her address is nowhere any more when the periods are
over (trust.md, D.1 and D.3)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Base
from models.membership import Invitation
from models.organisations import Organisation
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.membership.rules import invitation_secret
from tests.api.callers import Caller
from tests.factories.courses import make_completion, make_course_session
from tests.running import HandClock, LetterBox
from tests.web.invitations.community import Founded, found
from tests.web.people.browsing import press
from web import jobs
from wsgi import load_capabilities

CANARY = "zeisig"
ADDRESS = "Erna.Zeisig@mail.example"
LIST = {"completions.name", "completions.email", "completions.address"}
"""The course's list is the organisation's, and says who finished (contract.md, object `completion`)."""


@pytest.fixture
def founded(live: Runtime) -> Founded:
    load_capabilities()
    return found()


def where() -> set[str]:
    """In which columns of the whole database the canary sits."""
    seen = set()
    with unit_of_work():
        for table in Base.metadata.sorted_tables:
            for row in session().execute(select(table)).mappings():
                for name, value in row.items():
                    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    if CANARY in text.casefold():
                        seen.add(f"{table.name}.{name}")
    return seen


def in_files(live: Runtime) -> set[str]:
    """In which files of the data folder it sits, the database's among them."""
    return {
        path.name
        for path in Path(live.settings.data_dir).rglob("*")
        if path.is_file() and CANARY.encode() in path.read_bytes().lower()
    }


def decline(client: FlaskClient, address: str) -> None:
    with unit_of_work():
        invitation = session().scalars(select(Invitation).where(Invitation.email == address)).one()
        path = f"/i/{invitation_secret(invitation.id, invitation.renewals)}"
    assert press(client, path, f"{path}/refusal").status_code == 200


def tidy(clock: HandClock, **later: float) -> None:
    clock.forward(**later)
    assert jobs.run_once() == []


def test_who_says_no_is_nowhere_when_the_periods_are_over(
    live: Runtime,
    founded: Founded,
    client: FlaskClient,
    make_client: Callable[[], FlaskClient],
    clock: HandClock,
    letterbox: LetterBox,
) -> None:
    steward = Caller(make_client, founded.steward.id)
    anybody = Caller(make_client)
    path = f"/networks/{founded.network.id}/invitations"
    steward.headers["Idempotency-Key"] = "once"
    invited = steward("post", path, {"email": ADDRESS, "message": "Dear Erna, come!"})
    assert invited.status_code == 201, invited.json
    steward.headers["Idempotency-Key"] = "again"
    assert steward("post", f"/invitations/{invited.json['id']}/resend", {}).status_code == 200
    del steward.headers["Idempotency-Key"]
    assert anybody("post", "/session-codes", {"email": ADDRESS}).status_code == 202
    assert anybody("post", "/password-resets", {"email": ADDRESS}).status_code == 202
    assert anybody("post", "/session", {"email": ADDRESS, "password": "wrong word"}).status_code == 401
    asked = steward("post", f"/organisations/{founded.network.organisation_id}/stewards", {"email": ADDRESS})
    assert asked.status_code in (200, 201, 202), asked.json
    tidy(clock)
    assert letterbox.to(ADDRESS)
    decline(client, ADDRESS)
    assert where() == {
        "idempotency_keys.body", "outbox_mails.address", "password_resets.address", "sign_in_codes.address",
        "sign_in_codes.email", "steward_invitations.address", "steward_invitations.email",
    }  # fmt: skip

    tidy(clock, days=6)
    assert {"idempotency_keys.body", "outbox_mails.address"} <= where(), "a day too soon"
    tidy(clock, days=2)
    assert "outbox_mails.address" in where()
    assert "idempotency_keys.body" not in where()
    tidy(clock, days=5)
    assert "outbox_mails.address" in where(), "a day too soon"
    tidy(clock, days=2)
    assert where() == {"steward_invitations.address", "steward_invitations.email"}, "she was asked 30 days"
    tidy(clock, days=46)
    assert where() == set()
    tidy(clock, days=1)
    assert in_files(live) == set(), "nor does a copy of the database's file hold it"


def test_who_never_answers_is_forgotten_but_by_the_courses_list(
    live: Runtime, founded: Founded, make_client: Callable[[], FlaskClient], clock: HandClock
) -> None:
    with unit_of_work() as unit:
        organisation = unit.session.get_one(Organisation, founded.network.organisation_id)
        unit.session.expunge(organisation)
    course = make_course_session(organisation)
    make_completion(course, email=ADDRESS, name="Erna Zeisig")
    steward = Caller(make_client, founded.steward.id)
    sent = steward("post", f"/course-sessions/{course.id}/invitations", {"network_id": founded.network.id})
    assert sent.json["invited"] == 1
    tidy(clock)
    tidy(clock, days=30 + 29)
    assert where() == {*LIST, "invitations.email", "invitations.address", "invitations.name"}, (
        "a day too soon"
    )
    tidy(clock, days=2)
    assert where() == LIST
