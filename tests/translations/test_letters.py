"""Every kind of letter is written in the reader's language, from its subject to its last line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from sqlalchemy import select

from deploy.setup.translations import read, sources
from models.agreements import Amendment, SignatureRequest
from models.arrivals import Buddy, BuddyPair
from models.decisions import Decision, Elector
from models.discussions import MessageMention
from models.membership import Poster
from models.notifications import HandledMail, Notice
from models.people import AddressChange, PasswordReset
from models.privacy import Erasure, Objection
from network import arrivals, discussions, notifications
from network.kernel import outbox, runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.ids import new_id, new_untimed_id
from network.kernel.outbox import Letter, as_message
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.kernel.translation import LANGUAGES
from network.notifications.rules.affairs import AFFAIRS, IN_ANY_CASE, OF_AMENDMENTS, OF_DECISIONS
from network.notifications.rules.answers import REASONS
from network.people.mails import _NOTICES
from tests.factories.agreements import make_agreement, make_version
from tests.factories.courses import make_completion, make_course_session
from tests.factories.discussions import Community, make_community, make_messages, make_room, make_topic
from tests.factories.meetings import make_meeting, make_reply
from tests.factories.membership import (
    make_application,
    make_appointment,
    make_invitation,
    make_membership,
    member_of,
)
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation, make_steward_invitation
from tests.factories.people import make_code, make_user, save
from tests.factories.signatures import make_signature
from tests.translations.words import NAMES
from wsgi import load_capabilities

load_capabilities()  # the rooms register their letters

Params = dict[str, Any]
NAMED = ("Person ", "Circle ", "House ", "Lindenstadt", "Brückenhaus")
"""How the people and things of the factories are called."""


def _invitations() -> Iterator[Params]:
    circle = make_network(make_organisation(name="Brückenhaus"), name="Lindenstadt", purpose="Xyz.")
    by_hand, _secret = make_invitation(circle, name=None)
    graduate = make_completion(make_course_session())
    from_list, _secret = make_invitation(
        circle, "b@mail.example", completion_id=graduate.id, message="Xyz xyz"
    )
    for invitation in (by_hand, from_list):
        yield {"invitation_id": invitation.id, "renewals": 0}


def _wishes() -> Iterator[Params]:
    yield {"invitation_id": make_invitation(make_network(), wished_email="e@mail.example")[0].id}


def _applications() -> Iterator[Params]:
    for state in ("accepted", "declined"):
        yield {"application_id": make_application(make_network(), state=state, reason="Xyz xyz").id}


def _talks() -> Iterator[Params]:
    yield {"application_id": make_application(make_network()).id}


def _posters() -> Iterator[Params]:
    now, circle = runtime.current().clock.now(), make_network(name="Lindenstadt", purpose="Xyz.")
    poster = Poster(
        network_id=circle.id, code_hash="0" * 64, renewals=0, hung_by=make_user().id, created_at=now,
        expires_at=now + timedelta(days=30), ended_at=None, sent=0, sent_since=None,
    )  # fmt: skip
    save(poster)
    yield {"network_id": circle.id, "renewals": 0}


def _appointments() -> Iterator[Params]:
    until = runtime.current().clock.now().date() + timedelta(days=300)
    for role in ("meta_mentor", "deputy", "safeguarding_lead", "safeguarding_deputy"):
        yield {"appointment_id": make_appointment(make_membership(make_network()), role, until=until).id}


def _waiting() -> Iterator[Params]:
    user = make_user()
    for answer in (None, "Xyz xyz"):
        yield {"organisation_id": make_organisation(user, state="pending", answer=answer).id, "by": user.id}


def _decisions() -> Iterator[Params]:
    for state in ("verified", "refused"):
        yield {"organisation_id": make_organisation(state=state, decided_reason="Xyz").id, "version": 1}


def _added() -> Iterator[Params]:
    user = make_user()
    yield {"organisation_id": make_organisation(user).id, "user_id": user.id, "by": make_user().id}


def _removed() -> Iterator[Params]:
    yield {"organisation_id": make_organisation().id, "user_id": make_user().id}


def _asked() -> Iterator[Params]:
    invitation, _secret = make_steward_invitation(make_organisation(), "c@mail.example")
    yield {"invitation_id": invitation.id}


def _erasures() -> Iterator[Params]:
    now = runtime.current().clock.now()
    asked = Erasure(
        id=new_untimed_id(), user_id=make_user().id, token_hash="0" * 64, remove_texts=False,
        requested_at=now, erases_at=now + timedelta(days=7),
    )  # fmt: skip
    yield {"erasure_id": save(asked).id}


def _objections(**over: Any) -> Callable[[], Iterator[Params]]:
    def occasions() -> Iterator[Params]:
        for outcome in ("followed", "declined") if over else (None,):
            made = Objection(
                **{
                    "id": new_id(), "user_id": make_user().id, "purpose": "audit", "reason": "Xyz xyz",
                    "created_at": runtime.current().clock.now(), "outcome": outcome, "answer": None,
                    "answered_by": None, "answered_at": None, "version": 1,
                } | over
            )  # fmt: skip
            yield {"objection_id": save(made).id}

    return occasions


def _codes() -> Iterator[Params]:
    yield {"code_id": make_code("d@mail.example").id}


def _resets() -> Iterator[Params]:
    now, user = runtime.current().clock.now(), make_user()
    reset = PasswordReset(
        id=new_id(), user_id=user.id, address=user.address, token_hash="0" * 64, created_at=now,
        expires_at=now + timedelta(hours=1), used_at=None,
    )  # fmt: skip
    yield {"reset_id": save(reset).id}


def _notices() -> Iterator[Params]:
    for what in _NOTICES:
        yield {"what": what}


def _new_addresses() -> Iterator[Params]:
    yield {"change_id": _address_change().id}


def _old_addresses() -> Iterator[Params]:
    now = runtime.current().clock.now()
    yield {"change_id": _address_change(confirmed_at=now, ended_at=now).id}


def _address_change(**over: Any) -> AddressChange:
    user, change_id = make_user(), new_untimed_id()
    values = {
        "id": change_id, "user_id": user.id, "old_email": user.email, "email": "new@mail.example",
        "token_hash": f"1{change_id}", "undo_hash": f"2{change_id}",
        "created_at": runtime.current().clock.now(), "ended_at": None, "confirmed_at": None,
    }  # fmt: skip
    return save(AddressChange(**values | over))


def _silences() -> Iterator[Params]:
    soon = runtime.current().clock.now() + timedelta(days=30)
    yield {"room_id": make_room(make_network(name="Lindenstadt"), [], forgets_at=soon).id}


def _reminders() -> Iterator[Params]:
    circle = make_network(name="Lindenstadt")
    for zone, before in (("Europe/Berlin", "day"), ("America/New_York", "hour")):
        reader = member_of(circle, user=make_user(time_zone=zone))
        meeting = make_meeting(circle, title="Xyz xyz")
        make_reply(meeting, reader)
        yield {
            "meeting_id": meeting.id, "key": "", "before": before, "user_id": reader.id,
            "starts_at": meeting.starts_at.isoformat(),
        }  # fmt: skip


def _missed() -> Iterator[Params]:
    for step, state in (("asked", "active"), ("pause_offered", "active"), ("lapsed", "lapsed")):
        yield {"membership_id": make_membership(make_network(), state=state).id, "step": step}


def _newcomers() -> Iterator[Params]:
    circle = make_network(name="Lindenstadt")
    buddy, newcomer = member_of(circle), member_of(circle)
    save(Buddy(network_id=circle.id, user_id=buddy.user_id, since=runtime.current().clock.now()))
    arrivals.find_buddy(system_actor("test"), newcomer.standings[circle.id].membership_id or "")
    with unit_of_work():
        pair_id = session().scalars(select(BuddyPair.id)).one()
    yield {"pair_id": pair_id, "user_id": buddy.user_id}


def _notices_at_once() -> Iterator[Params]:
    circle = make_community(name="Lindenstadt")
    author, reader = circle.member(), circle.member()
    network, me = circle.network, reader.user_id or ""
    topic = make_topic(make_room(network), author, title="Xyz")
    hidden = make_topic(make_room(network, [author, reader]), author)
    first = discussions.post_message(reader, topic.id, "Xyz xyz", "0").message["id"]
    said = [
        discussions.post_message(author, place.id, "Xyz xyz", f"{number}", answered).message["id"]
        for number, (place, answered) in enumerate(((topic, None), (topic, first), (hidden, None)), start=1)
    ]
    for message_id in (said[0], said[2]):
        save(MessageMention(message_id=message_id, user_id=me, kind="person"))
    discussions.write_directly(author, network.id, [me], "Xyz", "9")
    notifications.derive_notices()
    with unit_of_work():
        ids = list(session().scalars(select(Notice.id).where(Notice.user_id == me).order_by(Notice.id)))
    assert len(ids) == 4
    for some in (*([one] for one in ids), ids):
        yield {"user_id": me, "notice_ids": some}


def _digests() -> Iterator[Params]:
    circle = make_community(name="Lindenstadt")
    author, reader = circle.member(), circle.member()
    make_meeting(circle.network, title="Xyz xyz")
    room = make_room(circle.network)
    for title in "abcdefghij":
        make_messages(make_topic(room, author, title=title), author, 2)
    hidden = make_topic(make_room(circle.network, [author, reader]), author)
    make_messages(hidden, author, 1)
    since = runtime.current().clock.now() - timedelta(days=7)
    yield {"user_id": reader.user_id, "since": since.isoformat()}


def _changes() -> Iterator[Params]:
    circle = make_network()
    reader = member_of(circle)
    for rule in (None, "FREQ=WEEKLY"):
        meeting = make_meeting(circle, title="Xyz xyz", recurrence=rule)
        yield {"meeting_id": meeting.id, "key": "", "user_id": reader.id}


def _cancellations() -> Iterator[Params]:
    circle = make_network()
    reader = member_of(circle)
    for rule in (None, "FREQ=WEEKLY"):
        meeting = make_meeting(circle, title="Xyz xyz", recurrence=rule, state="cancelled", reason="Xyz xyz")
        yield {"meeting_id": meeting.id, "key": "", "user_id": reader.id}


def _answers() -> Iterator[Params]:
    said = {"user_id": make_user().id, "message_id": new_id(), "handled_at": runtime.current().clock.now()}
    for why in (*REASONS, "not_found"):
        save(HandledMail(key=why, outcome=why, words="Xyz xyz" if why == "expired" else None, **said))
        yield {"key": why}


def _copies() -> Iterator[Params]:
    person = make_user()
    circle = make_network()
    version = make_version(circle, make_agreement(circle, title="Xyz xyz"))
    make_signature(version, person)
    yield {"version_id": version.id, "user_id": person.id}


def _affairs(*kinds: str) -> Callable[[], Iterator[Params]]:
    """Each of what people are told about decisions and documents, to somebody to whom it still applies."""

    def occasions() -> Iterator[Params]:
        circle = make_community(name="Lindenstadt")
        reader, now = circle.member(), runtime.current().clock.now()
        for kind in kinds:
            thing = (
                _decision(circle, reader, kind) if kind in OF_DECISIONS else _document(circle, reader, kind)
            )
            notice = Notice(
                id=new_id(), user_id=reader.user_id, event=new_id(), kind=kind,
                network_id=circle.network.id, entity_id=thing, created_at=now, read_at=None,
            )  # fmt: skip
            save(notice)
            yield {"user_id": reader.user_id, "notice_id": notice.id}

    return occasions


def _decision(circle: Community, reader: Actor, kind: str) -> str:
    state = {
        "decision_closed": "closed", "decision_cancelled": "cancelled", "outcome_review": "outcome_published",
    }.get(kind, "open")  # fmt: skip
    now = runtime.current().clock.now()
    decision = save(
        Decision(
            id=new_id(), network_id=circle.network.id, kind="consent", question="Xyz xyz",
            explanation="", language="en", state=state, closes_at=now + timedelta(days=3), opened_at=now,
            quorum="1/2", threshold="0/1", anonymous=False, hidden_until_closed=False,
            silence="announced" if kind == "decision_soon" else "never", round=1,
            proposed_by=reader.user_id, concerned_user_id=reader.user_id, raised_at=now, created_at=now,
            result={"outcome": "passed"}, cancel_reason="no_stances", effect_state="refused", version=1,
        )
    )  # fmt: skip
    save(Elector(decision_id=decision.id, user_id=reader.user_id))
    return decision.id


def _document(circle: Community, reader: Actor, kind: str) -> str:
    states = {"deliberation": "deliberation", "version_frozen": "frozen", "sign_requested": "signing"}
    states["consent_not_asked"] = "frozen"
    now = runtime.current().clock.now()
    document = make_agreement(circle.network, title="Xyz xyz", kind="network_agreement")
    ends = now + timedelta(days=9)
    version = make_version(
        circle.network, document, state=states.get(kind, "in_force"), signing_until=ends, builtin=None,
        deliberation_until=ends, review_on=ends.date(), valid_until=ends.date(), read_only_after=30,
        frozen_at=now,
    )  # fmt: skip
    if kind not in OF_AMENDMENTS:
        save(
            SignatureRequest(
                version_id=version.id, capacity="member", party=reader.user_id, requested_at=now,
                due_at=ends, signed_before=version.id,
            )
        )  # fmt: skip
        return version.id
    return save(
        Amendment(
            id=new_id(), version_id=version.id, clause_id=new_id(), clause_hash="x", before="Xyz", text="Xyz",
            reason="Xyz", state="accepted", submitted_by=reader.user_id, answer="Xyz xyz", created_at=now,
            version=1,
        )
    ).id  # fmt: skip


OCCASIONS: dict[str, Callable[[], Iterator[Params]]] = {
    "invitation": _invitations,
    "erasure_requested": _erasures,
    "account_notice": _notices,
    "affair": _affairs(*(kind for kind in AFFAIRS if kind not in IN_ANY_CASE)),
    "affair_of_hers": _affairs(*IN_ANY_CASE),
    "address_change": _new_addresses,
    "address_changed": _old_addresses,
    "address_wished": _wishes,
    "application_decided": _applications,
    "application_talked": _talks,
    "appointed": _appointments,
    "meeting_cancelled": _cancellations,
    "meeting_changed": _changes,
    "meeting_reminder": _reminders,
    "member_missed": _missed,
    "newcomer_to_greet": _newcomers,
    "answer_refused": _answers,
    "digest": _digests,
    "notices": _notices_at_once,
    "organisation_decided": _decisions,
    "organisation_waits": _waiting,
    "objection_answered": _objections(answer="Xyz xyz"),
    "objection_waits": _objections(),
    "objection_overdue": _objections(),
    "poster_way": _posters,
    "room_falls_silent": _silences,
    "signed_copy": _copies,
    "steward_added": _added,
    "steward_removed": _removed,
    "steward_invited": _asked,
    "sign_in_code": _codes,
    "password_reset": _resets,
}


def test_every_kind_of_letter_has_its_occasion_here() -> None:
    assert set(outbox._composers) == set(OCCASIONS)


@pytest.mark.parametrize("kind", sorted(OCCASIONS))
def test_letters_are_written_in_the_readers_language(live: Runtime, kind: str) -> None:
    for params in OCCASIONS[kind]():
        letters = {language: _compose(kind, language, params) for language in LANGUAGES}
        english, german = _lines(letters["en"]), _lines(letters["de"])
        assert len(german) == len(english)
        same = [line for line, other in zip(german, english, strict=True) if line == other]
        assert not same, f"said in both languages alike: {same}"
        assert not (left := [line for line in german if _holds_english(line)]), f"English in German: {left}"
        for language, letter in letters.items():
            message = as_message(letter, "reader@mail.example", language)
            assert message["Content-Language"] == language
            footer = "This mail was sent by" if language == "en" else "Diese Mail kommt von"
            body = message.get_body(("plain",))
            assert body is not None and footer in body.get_content()


@pytest.mark.parametrize("kind", sorted(OCCASIONS))
def test_what_follows_the_greeting_begins_as_the_language_does(live: Runtime, kind: str) -> None:
    """After "Hallo," German goes on with a small letter, English begins anew; a name stays as it is."""
    for params in OCCASIONS[kind]():
        for language, right in (("en", str.isupper), ("de", str.islower)):
            greeting, first, *_ = _compose(kind, language, params).paragraphs
            assert greeting.endswith(",")
            begins = first.lstrip("“„")
            right_so = right(begins[0]) or begins[0].isdigit() or begins.startswith(NAMED)
            assert right_so, f"{language}: {greeting} {first}"


def test_no_stop_is_doubled_after_a_name_that_ends_with_one() -> None:
    """An association is called "Brückenhaus e. V.": where a full stop follows, its name stands in quotes."""
    ends = re.compile(r"%\((organisation|network|title|room)\)s\.(\s|$)")
    texts = [
        text
        for catalogue in (sources(), read("de"))
        for message in catalogue
        for forms in (message.id, message.string)
        for text in (forms if isinstance(forms, list | tuple) else [forms])
    ]
    assert len(texts) > 2_000
    assert not [text for text in texts if ends.search(text or "")]


def test_what_was_left_in_english_is_noticed() -> None:
    assert _holds_english("Hallo Amina, Your account and your networks stay as they are.")
    assert _holds_english("Jonas Brandt invites you to Lindenstadt")
    assert not _holds_english("Jonas Brandt lädt dich ein: Lindenstadt")


def _compose(kind: str, language: str, params: Params) -> Letter:
    with unit_of_work():
        letter = outbox._composers[kind](language, params)
    assert letter is not None, f"{kind} has a reason to be written"
    return letter


def _lines(letter: Letter) -> list[str]:
    """Everything in a letter that is said, without its link and code."""
    labels = [letter.action[0]] if letter.action else []
    return [letter.subject, *letter.paragraphs, *labels, *letter.after]


def _holds_english(line: str) -> bool:
    return any(pattern.search(line) for pattern in _english())


@cache
def _english() -> list[re.Pattern[str]]:
    """Every marked text of at least two words of its own, as it would look with its values filled in."""
    found = []
    for message in sources():
        forms = message.id if isinstance(message.id, list | tuple) else [message.id]
        for text in map(str, forms):
            own = re.sub(r"%\(\w+\)s", " ", text)
            if len([word for word in re.findall(r"[^\W\d_]{2,}", own) if word not in NAMES]) > 1:
                pieces = (re.escape(piece) for piece in re.split(r"%\(\w+\)s", text))
                found.append(re.compile(r"(?<!\w)" + ".+".join(pieces) + r"(?!\w)"))
    return found
