"""The pages of belonging: people, roles, one's own membership."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from models.membership import Appointment, Membership
from network.kernel.actor import Actor
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.membership import make_appointment, make_membership, member_of
from tests.factories.people import PASSWORD_HASH, make_user, sign_in
from tests.running import START, HandClock
from tests.web.invitations.community import Founded, found
from tests.web.people.browsing import Form, forms, press, send


@pytest.fixture
def founded(live: object) -> Founded:
    return found()


def page_of(founded: Founded, kind: str) -> str:
    return f"/network/{founded.network.slug}/{kind}"


def enter(client: FlaskClient, actor: Actor) -> Actor:
    sign_in(client, actor.user_id or "")
    return actor


def membership_id(founded: Founded, actor: Actor) -> str:
    return actor.standings[founded.network.id].membership_id or ""


def state_of(founded: Founded, actor: Actor) -> tuple[str, date | None]:
    with unit_of_work():
        row = session().get_one(Membership, membership_id(founded, actor))
        return row.state, row.paused_until


def holders(founded: Founded, role: str) -> list[tuple[str, str]]:
    with unit_of_work():
        wanted = select(Appointment.user_id, Appointment.capacity).where(
            Appointment.network_id == founded.network.id, Appointment.role == role,
            Appointment.ended_at.is_(None),
        )  # fmt: skip
        return [(user_id, capacity) for user_id, capacity in session().execute(wanted)]


def form_to(client: FlaskClient, path: str, action: str) -> Form:
    return next(form for form in forms(client.get(path)) if form.action.startswith(action))


def test_members_see_each_other(client: FlaskClient, founded: Founded) -> None:
    amina = make_user(display_name="Amina Yusuf", language="de")
    make_appointment(make_membership(founded.network, amina), "meta_mentor")
    make_membership(founded.network, make_user(display_name="Bogdan"))
    make_membership(found(name="Elsewhere").network, make_user(display_name="Stranger"))
    make_membership(founded.network, make_user(display_name="Applicant"), state="applied")
    enter(client, member_of(founded.network))
    shown = client.get("/people")
    assert shown.status_code == 200
    for word in ("Amina Yusuf", "Bogdan", "Henrik Vogt", "Meta-mentor", f"/people/{amina.id}"):
        assert word in shown.text, word
    for word in ("Stranger", "Applicant", amina.email):
        assert word not in shown.text
    found_by_name = client.get("/people?q=amina").text
    assert "Amina Yusuf" in found_by_name
    assert "Bogdan" not in found_by_name
    assert "Bogdan" not in client.get("/people?language=de").text
    assert "Bogdan" in client.get("/people?language=nonsense").text
    assert client.get("/people?q=%00%f0").status_code == 200
    assert client.get("/people?cursor=nonsense").status_code == 422


def test_a_long_list_goes_on_at_a_link(client: FlaskClient, founded: Founded) -> None:
    for number in range(51):
        make_membership(founded.network, make_user(display_name=f"Member {number:02}"))
    enter(client, member_of(founded.network))
    further, pages = "/people?q=Member", []
    while further:
        shown = client.get(further).text
        pages.append([number for number in range(51) if f"Member {number:02}" in shown])
        links = [part for part in shown.split('"') if part.startswith("/people?") and "cursor" in part]
        further = links[0].replace("&amp;", "&") if links else ""
    assert pages == [[*range(20)], [*range(20, 40)], [*range(40, 51)]], "each person once, by name"


def test_the_list_costs_the_same_for_few_and_for_many(
    client: FlaskClient, founded: Founded, live: Runtime
) -> None:
    enter(client, member_of(founded.network))
    client.get("/people")
    said: list[str] = []
    event.listen(live.database.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    client.get("/people")
    few = len(said)
    for _ in range(20):
        make_membership(founded.network)
    said.clear()
    assert client.get("/people").text.count('href="/people/') == 20, "a full page"
    assert len(said) == few


def test_who_belongs_to_nothing_is_led_home(client: FlaskClient, founded: Founded) -> None:
    sign_in(client, make_user().id)
    assert client.get("/people").location == "/home"
    assert client.get(f"/people/{founded.steward.id}").status_code == 404, "nobody learns who is there"


def test_a_person_is_seen_by_whom_she_shares_a_network_with(client: FlaskClient, founded: Founded) -> None:
    elsewhere = found(name="Elsewhere")
    amina = make_user(display_name="Amina Yusuf")
    for place in (founded, elsewhere):
        make_membership(place.network, amina)
    viewer = enter(client, member_of(founded.network))
    shown = client.get(f"/people/{amina.id}").text
    assert "Amina Yusuf" in shown
    assert founded.network.name in shown
    assert "Elsewhere" not in shown
    assert amina.email not in shown
    assert 'href="/me"' in client.get(f"/people/{viewer.user_id}").text
    assert client.get(f"/people/{make_user().id}").status_code == 404


def test_n8_every_member_sees_who_has_which_role(client: FlaskClient, founded: Founded) -> None:
    host = make_user(display_name="Fatma Demir")
    make_appointment(make_membership(founded.network, host), "meta_mentor", capacity="staff")
    enter(client, member_of(founded.network))
    shown = client.get(page_of(founded, "roles")).text
    for word in ("Fatma Demir", "Employed", "Henrik Vogt", "Bridge House"):
        assert word in shown, word
    assert "roles/new" not in shown
    assert ">Change<" not in shown
    sign_in(client, make_user().id)
    assert client.get(page_of(founded, "roles")).status_code == 404


def test_n6_the_organisation_appoints_with_a_proof(
    client: FlaskClient, clock: HandClock, founded: Founded
) -> None:
    sign_in(client, founded.steward.id)
    member = member_of(founded.network)
    path = page_of(founded, "roles/new")
    empty = client.get(path)
    assert empty.status_code == 200
    chosen = {"membership_id": membership_id(founded, member), "role": "meta_mentor", "capacity": "staff"}
    for missing in ("membership_id", "role"):
        refused = send(client, path, **(chosen | {missing: ""}))
        assert refused.status_code == 422
    past = send(client, path, **chosen, until=(START.date() - timedelta(days=3)).isoformat())
    assert past.status_code == 422
    given = send(client, path, **chosen, until="2027-03-01")
    assert given.location == page_of(founded, "roles")
    assert holders(founded, "meta_mentor") == [(member.user_id, "staff")]
    again = send(client, path, **chosen)
    assert again.status_code == 422
    assert "has this role already" in again.text
    clock.forward(minutes=61)
    assert client.get(path).location.startswith("/signin/proof?next=")


def test_only_the_organisation_appoints(client: FlaskClient, founded: Founded) -> None:
    enter(client, member_of(founded.network, "meta_mentor", user=make_user(password_hash=PASSWORD_HASH)))
    assert client.get(page_of(founded, "roles/new")).status_code == 403


def test_a_meta_mentor_hands_over_her_own_role_only(client: FlaskClient, founded: Founded) -> None:
    host, heir = member_of(founded.network, "meta_mentor"), member_of(founded.network)
    deputy = make_appointment(make_membership(founded.network), "deputy")
    enter(client, host)
    with unit_of_work():
        own = session().scalars(select(Appointment.id).where(Appointment.user_id == host.user_id)).one()
    assert client.get(page_of(founded, f"roles/{deputy.id}")).status_code == 403
    path = page_of(founded, f"roles/{own}")
    page = client.get(path)
    assert "/end" not in page.text
    assert membership_id(founded, host) not in page.text, "not to herself"
    done = send(client, path, membership_id=membership_id(founded, heir), capacity="volunteer")
    assert done.location == page_of(founded, "roles")
    assert holders(founded, "meta_mentor") == [(heir.user_id, "volunteer")]
    assert client.get(path).status_code == 404, "it is over"


def test_the_organisation_ends_a_role(client: FlaskClient, founded: Founded) -> None:
    deputy = make_appointment(make_membership(founded.network), "deputy")
    sign_in(client, founded.steward.id)
    path = page_of(founded, f"roles/{deputy.id}")
    ended = press(client, path, f"{path}/end")
    assert ended.location == page_of(founded, "roles")
    assert holders(founded, "deputy") == []


def test_b8_the_only_meta_mentors_role_can_be_handed_over_and_not_ended(
    client: FlaskClient, founded: Founded
) -> None:
    lead = make_appointment(make_membership(founded.network), "meta_mentor")
    sign_in(client, founded.steward.id)
    path = page_of(founded, f"roles/{lead.id}")
    assert f"{path}/end" not in client.get(path).text
    refused = client.post(f"{path}/end", data={"csrf_token": csrf_of(client)})
    assert refused.location == path
    assert "the only meta-mentor here" in client.get(path).text
    assert len(holders(founded, "meta_mentor")) == 1
    make_appointment(make_membership(founded.network), "meta_mentor")
    assert press(client, path, f"{path}/end").location == page_of(founded, "roles")
    assert len(holders(founded, "meta_mentor")) == 1


def test_a_member_has_a_break_and_comes_back(client: FlaskClient, founded: Founded) -> None:
    member = enter(client, member_of(founded.network))
    path = page_of(founded, "membership")
    form = form_to(client, path, f"{path}/pause")
    refused = client.post(form.action, data=form.values | {"until": "2026-01-01"})
    assert refused.status_code == 422
    assert 'value="2026-01-01"' in refused.text
    assert state_of(founded, member) == ("active", None)
    assert client.post(form.action, data=form.values | {"until": "2027-01-31"}).location == path
    assert state_of(founded, member) == ("paused", date(2027, 1, 31))
    assert "31 January" in client.get(path).text
    assert press(client, path, f"{path}/return").location == path
    assert state_of(founded, member) == ("active", None)
    late = client.post(form.action, data=form.values | {"until": ""})
    assert late.status_code == 422, "the page was from another time"
    assert state_of(founded, member) == ("active", None)


def test_a_member_leaves_within_three_clicks(client: FlaskClient, founded: Founded) -> None:
    member = enter(client, member_of(founded.network))
    path = page_of(founded, "membership")
    assert f'href="{path}"' in client.get("/people").text
    page = client.get(path)
    assert "What you wrote stays" in page.text
    gone = press(client, path, f"{path}/end")
    assert (gone.status_code, gone.location) == (302, "/home")
    assert state_of(founded, member)[0] == "left"
    assert client.get(path).status_code == 404


def test_b8_the_last_meta_mentor_is_told_to_hand_over_first(client: FlaskClient, founded: Founded) -> None:
    host = enter(client, member_of(founded.network, "meta_mentor"))
    path = page_of(founded, "membership")
    page = client.get(path)
    assert "/membership/end" not in page.text
    with unit_of_work():
        own = session().scalars(select(Appointment.id).where(Appointment.user_id == host.user_id)).one()
    assert page_of(founded, f"roles/{own}") in page.text
    token = {"csrf_token": csrf_of(client), "expected_version": "1"}
    for step in ("end", "pause"):
        refused = client.post(f"{path}/{step}", data=token)
        assert refused.status_code == 422
        assert "hand over first" in refused.text.lower()
    assert state_of(founded, host)[0] == "active"
    second = make_appointment(make_membership(founded.network), "meta_mentor")
    assert second.role == "meta_mentor"
    assert f"{path}/end" in client.get(path).text


def csrf_of(client: FlaskClient) -> str:
    return forms(client.get("/me"))[0].values["csrf_token"]


def test_an_applicant_takes_her_wish_back(client: FlaskClient, founded: Founded) -> None:
    asker = enter(client, member_of(founded.network, state="applied"))
    path = page_of(founded, "membership")
    page = client.get(path)
    assert page.status_code == 200
    assert "/pause" not in page.text
    assert press(client, path, f"{path}/end").location == "/home"
    assert state_of(founded, asker)[0] in ("withdrawn", "left")


def test_a_steward_who_is_no_member_has_nothing_to_pause(client: FlaskClient, founded: Founded) -> None:
    outsider = found(name="Elsewhere")
    sign_in(client, outsider.steward.id)
    assert client.get(page_of(founded, "membership")).status_code == 404


def test_a22_nothing_happens_without_the_hidden_token(client: FlaskClient, founded: Founded) -> None:
    member = enter(client, member_of(founded.network))
    for step in ("pause", "return", "end"):
        answer = client.post(page_of(founded, f"membership/{step}"), data={"expected_version": "1"})
        assert answer.status_code == 403
    assert state_of(founded, member) == ("active", None)
