"""People of a course's list: written to on a ground that they read, and kept nowhere when they say no (GDPR,
Articles 6, 14 and 17)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.courses import Completion, CourseSession
from models.membership import Invitation
from network import courses, membership
from network.courses import GroundMissing
from network.kernel import outbox
from network.kernel.addresses import sealed_address
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.membership.rules import invitation_secret
from tests.factories.courses import make_completion, make_course_session
from tests.factories.membership import steward_of_network
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation
from tests.running import LetterBox
from wsgi import load_capabilities

load_capabilities()

LIST = b"Name,Email address,Course complete\nErna Zeisig,Erna@mail.example,2026-01-12\n"


def people_on(course: CourseSession) -> list[tuple[str, str, str, str]]:
    with unit_of_work():
        rows = session().scalars(select(Completion).where(Completion.course_session_id == course.id))
        return [(row.name, row.email, row.address, row.state) for row in rows]


def test_no_list_is_taken_in_before_somebody_says_why(live: Runtime) -> None:
    organisation = make_organisation()
    steward = steward_of_network(make_network(organisation))
    course = make_course_session(organisation, contact_ground=None)
    for load in (
        lambda: courses.import_completions(steward, course.id, LIST),
        lambda: courses.keep_list(steward, course.id, "list.csv", LIST),
    ):
        with pytest.raises(GroundMissing) as refused:
            load()
        assert refused.value.code == "ground_missing"
    assert people_on(course) == []


def test_the_ground_stands_in_the_letter_and_at_the_door(live: Runtime, letterbox: LetterBox) -> None:
    organisation = make_organisation()
    network = make_network(organisation)
    course = make_course_session(organisation, contact_ground="You ticked it.")
    make_completion(course, email="erna@mail.example")
    membership.invite_graduates(steward_of_network(network), course.id, network.id)
    outbox.drain()
    body = letterbox.to("erna@mail.example")[0].get_body(("plain",))
    assert body is not None and "“You ticked it.”" in body.get_content()
    with unit_of_work():
        row = session().scalars(select(Invitation)).one()
        found = membership.find_invitation(invitation_secret(row.id, row.renewals))
    assert found["contact_ground"] == "You ticked it."


def test_who_says_no_stays_gone_on_every_list_of_the_organisation(live: Runtime) -> None:
    organisation = make_organisation()
    network = make_network(organisation)
    course, later = make_course_session(organisation), make_course_session(organisation)
    elsewhere = make_course_session()
    steward = steward_of_network(network)
    for one in (course, later, elsewhere):
        make_completion(one, email="Erna@mail.example", name="Erna Zeisig")
    membership.invite_graduates(steward, course.id, network.id)
    with unit_of_work():
        row = session().scalars(select(Invitation)).one()
        secret = invitation_secret(row.id, row.renewals)
    membership.decline_invitation(secret)
    gone = [("", "", sealed_address("erna@mail.example"), "invited")]
    assert people_on(course) == people_on(later) == gone
    assert people_on(elsewhere)[0][0] == "Erna Zeisig", (
        "the list of another organisation is not ours to change"
    )
    again = courses.import_completions(steward, course.id, LIST)
    assert (again["created"], again["updated"]) == (0, 0)
    assert people_on(course) == gone
    assert membership.invite_graduates(steward, course.id, network.id)["invited"] == 0
