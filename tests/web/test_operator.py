"""Who runs the platform sees how it is and nothing that people wrote; nobody else learns of these pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.audit import AuditRow
from models.outbox import OutboxMail
from network.kernel import jobs as registry
from network.kernel import outbox, runtime
from network.kernel.ids import new_id
from network.kernel.outbox import Letter, composes
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.kernel.undelivered import masked
from tests.factories.discussions import make_community, make_messages, make_room, make_topic
from tests.factories.people import make_user, save, sign_in
from tests.running import HandClock, LetterBox
from web import jobs
from web.job_runs import note_run

PAGES = ("/admin", "/admin/networks", "/admin/jobs", "/admin/mail")


@pytest.fixture
def operator(client: FlaskClient) -> FlaskClient:
    sign_in(client, make_user(is_operator=True).id)
    return client


def give_up(address: str = "mina.secret@mail.example", **over: object) -> OutboxMail:
    now = runtime.current().clock.now()
    values = {
        "id": new_id(), "kind": "invitation", "address": address, "language": "en",
        "params": {"id": "canary-9"},
        "state": "failed", "attempts": 8, "next_attempt_at": now, "created_at": now, "settled_at": now,
        "error": "SMTPRecipientsRefused",
    }  # fmt: skip
    mail: OutboxMail = save(OutboxMail(**values | over))
    return mail


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("path", PAGES)
def test_for_everybody_else_there_is_nothing(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/signin?next=")
    community = make_community()
    for person in (community.member("meta_mentor"), community.steward()):
        sign_in(client, person.user_id or "")
        there, nowhere = client.get(path), client.get("/admin/no-such-page")
        assert there.status_code == nowhere.status_code == 404
        assert "Running the platform" not in there.get_data(as_text=True)


def test_the_overview_names_what_waits_and_what_runs(operator: FlaskClient) -> None:
    give_up()
    body = read(operator, "/admin")
    for said in (
        "1 letter did not arrive",
        "They never ran.",
        "Free on the disk",
        "SQLAlchemy",
        "There is none yet.",
    ):
        assert said in body, said
    assert "Running the platform" in read(operator, "/home")


def test_networks_are_listed_without_what_is_in_them(operator: FlaskClient) -> None:
    community = make_community(name="Bridges", purpose="canary-purpose")
    author = community.member()
    community.member(state="left")
    topic = make_topic(make_room(community.network, name="canary-room"), author, title="canary-title")
    make_messages(topic, author, 3)
    body = read(operator, "/admin/networks")
    assert "Bridges" in body and community.organisation.name in body and "Starting" in body
    assert "canary" not in body
    assert author.name not in body
    assert '<td role="cell" class="num" data-label="Members">1</td>' in body


def test_many_networks_come_page_by_page(operator: FlaskClient, clock: HandClock) -> None:
    made = []
    for number in range(60):
        clock.forward(seconds=1)
        made.append(make_community(name=f"Net {number:03}"))
    first = read(operator, "/admin/networks")
    assert made[-1].network.name in first and made[0].network.name not in first
    following = (
        first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    )
    second = read(operator, following)
    assert made[0].network.name in second and made[-1].network.name not in second


def test_jobs_are_listed_with_how_they_went(operator: FlaskClient, live: Runtime) -> None:
    folder, now = live.settings.data_dir / "jobs", live.clock.now()
    names = [job.name for job in registry.all_jobs()]
    note_run(folder, names[0], now - timedelta(hours=1), 0.2)
    for _ in range(3):
        note_run(folder, names[1], now, 0.2, "RuntimeError")
    body = read(operator, "/admin/jobs")
    assert all(name in body for name in names)
    for said in ("went well", "failed 3 times in a row", "RuntimeError", "They never ran.", "not yet"):
        assert said in body, said
    jobs.beat()
    assert "1 fails" in read(operator, "/admin")
    assert "They never ran." not in read(operator, "/admin/jobs")


def test_mail_that_failed_is_shown_masked_and_can_be_sent_again(
    operator: FlaskClient, letterbox: LetterBox
) -> None:
    composes("test_kind")(lambda _language, _params: Letter("Hello", ["Hello."]))
    try:
        mail = give_up(kind="test_kind")
        sent = give_up(state="sent", error=None)
        body = read(operator, "/admin/mail")
        assert "m…@mail.example" in body and "SMTPRecipientsRefused" in body and "tried 8 times" in body
        assert "mina.secret" not in body and "canary" not in body
        assert sent.id not in body
        answer = operator.post(f"/admin/mail/{mail.id}/again", data={"csrf_token": token_in(body)})
        assert answer.headers["Location"] == "/admin/mail"
        assert outbox.drain() == 1
        assert len(letterbox.to("mina.secret@mail.example")) == 1
        for gone in (mail.id, sent.id, new_id()):
            again = operator.post(f"/admin/mail/{gone}/again", data={"csrf_token": token_in(body)})
            assert again.status_code == 404
        with unit_of_work():
            row = session().scalars(select(AuditRow).where(AuditRow.action == "mail.sent_again")).one()
            assert (row.entity_id, row.acting_role) == (mail.id, "operator")
    finally:
        outbox._composers.pop("test_kind", None)


def test_nobody_else_sends_mail_again(client: FlaskClient) -> None:
    mail = give_up()
    sign_in(client, make_user().id)
    body = read(client, "/me")
    assert client.post(f"/admin/mail/{mail.id}/again", data={"csrf_token": token_in(body)}).status_code == 404
    with unit_of_work():
        assert session().get(OutboxMail, mail.id).state == "failed"  # type: ignore[union-attr]


def token_in(body: str) -> str:
    return body.partition('name="csrf_token" value="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mina@mail.example", "m…@mail.example"),
        ('"a@b"@mail.example', '"…@mail.example'),
        ("ä@b.example", "ä…@b.example"),
    ],
)
def test_an_address_is_masked(address: str, said: str) -> None:
    assert masked(address) == said
