"""The poster: an open link that writes to nobody too often and tells nobody who is on a list."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from models.membership import Application, Invitation, Poster
from models.outbox import OutboxMail
from network import membership
from network.kernel import outbox
from network.kernel.errors import Forbidden, Invalid, NotFound
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from network.membership import mails
from network.membership.commands.posters import LETTERS_PER_ADDRESS
from network.organisations import OrganisationNotVerified
from tests.factories.courses import make_completion, make_course_session
from tests.factories.membership import make_invitation, member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation
from tests.factories.people import make_user
from tests.recorded import audited, counted, promised
from tests.running import HandClock, LetterBox

assert mails  # they register themselves


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body else ""


def code_in(url: str) -> str:
    return url.rpartition("/")[2]


def test_a_listed_address_gets_its_personal_link_and_others_the_way_to_ask(
    live: Runtime, letterbox: LetterBox
) -> None:
    course = make_course_session()
    network = make_network(organisation_id=course.organisation_id, course_session_id=course.id)
    make_completion(course, email="Amina@mail.example", state="ready")
    host = member_of(network, "meta_mentor")
    code = code_in(membership.hang_poster(host, network.id)["url"])
    assert membership.ask_by_poster(code, "amina@MAIL.example") is None
    assert membership.ask_by_poster(code, "nobody@mail.example") is None
    assert [address for address, _language, _params in promised("invitation")] == ["Amina@mail.example"]
    assert [address for address, _language, _params in promised("poster_way")] == ["nobody@mail.example"]
    outbox.drain()
    assert any(f"/join/{code}/apply" in plain(letter) for letter in letterbox.letters)
    # Typed again, the same invitation gets a new link, and there is still one.
    membership.ask_by_poster(code, "amina@mail.example")
    assert counted(Invitation) == 1 and len(promised("invitation")) == 2


def test_letters_have_caps(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    code = code_in(membership.hang_poster(member_of(network, "meta_mentor"), network.id)["url"])
    _invitation, _secret = make_invitation(network, "open@mail.example")
    for _number in range(LETTERS_PER_ADDRESS + 2):
        membership.ask_by_poster(code, "nobody@mail.example")
        membership.ask_by_poster(code, "open@mail.example")
    assert len(promised("poster_way")) == LETTERS_PER_ADDRESS
    assert len(promised("invitation")) == 3
    for number in range(live.settings.poster_mails_per_day):
        membership.ask_by_poster(code, f"p{number}@mail.example")
    most = live.settings.poster_mails_per_day
    assert counted(OutboxMail) <= most
    clock.forward(days=1, minutes=1)
    membership.ask_by_poster(code, "tomorrow@mail.example")
    assert promised("poster_way")[-1][0] == "tomorrow@mail.example"


def test_a_link_that_does_not_count_sends_nothing_and_says_nothing(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    host = member_of(network, "meta_mentor")
    first = code_in(membership.hang_poster(host, network.id)["url"])
    second = code_in(membership.hang_poster(host, network.id)["url"])
    assert first != second and counted(Poster) == 1
    for code in (first, "unknown", second[:-1]):
        membership.ask_by_poster(code, "nobody@mail.example")
        with pytest.raises(NotFound):
            membership.apply_by_poster(standing_actor(make_user()), code, "x", "y")
    with pytest.raises(Invalid):
        membership.ask_by_poster("unknown", "no address")
    clock.forward(days=31)
    membership.ask_by_poster(second, "nobody@mail.example")
    third = code_in(membership.hang_poster(host, network.id)["url"])
    membership.take_poster_down(host, network.id)
    membership.ask_by_poster(third, "nobody@mail.example")
    assert counted(OutboxMail) == 0
    assert [row.action for row in audited(network.id)] == [*["poster.hang"] * 3, "poster.take_down"]


def test_the_way_leads_into_a_network_that_shows_itself_to_nobody(live: Runtime) -> None:
    network = make_network()
    code = code_in(membership.hang_poster(steward_of_network(network), network.id)["url"])
    made = membership.apply_by_poster(standing_actor(make_user()), code, "Ten years", "To help")
    assert made["state"] == "open" and counted(Application) == 1


def test_who_may_hang_it_up(live: Runtime) -> None:
    network = make_network()
    with pytest.raises(Forbidden):
        membership.hang_poster(member_of(network), network.id)
    with pytest.raises(NotFound):
        membership.hang_poster(standing_actor(make_user()), network.id)
    with pytest.raises(NotFound), unit_of_work():
        membership.get_poster(steward_of_network(network), network.id)
    waiting = make_network(organisation=make_organisation(make_user(), state="pending"))
    with pytest.raises(OrganisationNotVerified):
        membership.hang_poster(member_of(waiting, "meta_mentor"), waiting.id)
