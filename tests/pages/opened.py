"""Windows in which every page of the table can be opened: each visitor signed in, each thing there."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import APIResponse, Browser, Page

from network.decisions.rules.answer_links import PURPOSE, written
from tests.browsing import Layout, Theme, Visitor, visitor
from tests.factories.passkeys import Device
from tests.live_server import LiveServer
from tests.pages.table import (
    APPLICANT,
    CALLER,
    FRESH,
    GUEST,
    KEYED,
    LEAVER,
    MOVED,
    NOBODY,
    PARTNER,
    Visit,
)  # fmt: skip

DRAFT = {"kind": "choice", "question": "Tee oder Kaffee?", "options": ["Tee", "Kaffee"]} | {
    "closes_at": (datetime.now(UTC) + timedelta(days=7)).isoformat()
}
SAMPLES = Path(__file__).parents[1] / "samples"
TALL = 4000
"""High enough that nothing that sticks to an edge lies over the text that is looked at."""

LONG_LIST = 2_100
"""More people than a page takes in at once, so that it says how far it is."""


class Opened:
    """Opens the pages of the table. One window per visitor, used again and again."""

    def __init__(self, browser: Browser, server: LiveServer) -> None:
        self._browser = browser
        self.server = server
        self._windows: dict[tuple[str, bool], Visitor] = {}
        self._layouts: dict[tuple[str, bool], Layout] = {}
        self.places = self._things_of_the_demo()
        self.places |= self._things_to_prepare()

    def open(self, visit: Visit) -> Page:
        """The page, loaded."""
        return self.window(visit).page

    def window(self, visit: Visit) -> Visitor:
        """The visitor's window with the page in it."""
        who = self.as_(visit.who, script=visit.script)
        who.complaints.clear()
        who.strange_requests.clear()
        answer = who.page.goto(self.server.address + visit.path.format(**self.places))
        assert answer is not None and answer.status == visit.status, f"{visit}: {answer and answer.status}"
        return who

    def show(self, visit: Visit, width: int, theme: Theme) -> None:
        """Give the visitor's window this width and theme, without loading its page again."""
        page, key = self.as_(visit.who, script=visit.script).page, (visit.who, visit.script)
        self._layouts.setdefault(key, Layout(page, TALL)).become(width, theme)

    def fetch(self, visit: Visit) -> APIResponse:
        """The page as the server sends it, without showing it."""
        who = self.as_(visit.who, script=visit.script)
        return who.context.request.get(self.server.address + visit.path.format(**self.places))

    def as_(self, name: str, *, script: bool = True) -> Visitor:
        """The window of a visitor of the table."""
        if (name, script) not in self._windows:
            size = {"width": 1280, "height": TALL}
            window = visitor(self._browser, self.server, bypass_csp=True, viewport=size)
            if not script:
                # The page's own script would lead on; the one that looks at the page must run.
                nothing = {"status": 200, "content_type": "text/javascript", "body": ""}
                window.page.route("**/static/*.js", lambda route: route.fulfill(**nothing))  # type: ignore[arg-type]
            self._windows[name, script] = window
            if name == FRESH:
                sign_in_with_code(window, "fresh@mail.example")
                call(window, "post", "/api/v1/me/second-factor", {})
            elif name not in (NOBODY, APPLICANT, GUEST, CALLER, KEYED, MOVED, LEAVER):
                window.sign_in(f"{name}@demo.example")
        return self._windows[name, script]

    def close(self) -> None:
        for window in self._windows.values():
            window.context.close()

    def _things_of_the_demo(self) -> dict[str, str]:
        one = self.server.one
        network = one("SELECT id FROM networks WHERE phase = 'organisation'")
        room = "SELECT id FROM rooms WHERE network_id = ? AND "
        topic = "SELECT t.id FROM topics t JOIN rooms r ON r.id = t.room_id WHERE r.network_id = ? AND "
        message = "SELECT m.id FROM messages m JOIN users u ON u.id = m.author_id WHERE "
        decision = "SELECT id FROM decisions WHERE network_id = ? AND "
        found = {
            "network": network,
            "slug": one("SELECT slug FROM networks WHERE id = ?", network),
            "small_network": one("SELECT id FROM networks WHERE phase = 'initiation' ORDER BY id"),
            "organisation": one("SELECT organisation_id FROM networks WHERE id = ?", network),
            "partner_organisation": one("SELECT id FROM organisations WHERE country = 'PL'"),
            "course": one("SELECT course_session_id FROM networks WHERE id = ?", network),
            "ready_course": one("SELECT course_session_id FROM completions WHERE state = 'ready'"),
            "room": one(room + "opening = 'cafe'", network),
            "welcome_room": one(room + "opening = 'welcome'", network),
            "private_room": one(room + "kind = 'private'", network),
            "announcements": one(room + "kind = 'announcement'", network),
            "topic": one(topic + "r.opening = 'cafe' ORDER BY t.message_count DESC", network),
            "long_topic": one(topic + "1 ORDER BY t.message_count DESC", network),
            "own_message": one(message + "u.email = 'mentor@demo.example' AND deleted_at IS NULL"),
            "changed_message": one("SELECT message_id FROM message_revisions"),
            "appointment": one("SELECT id FROM appointments WHERE role = 'deputy'"),
            "open_invitation": one(
                "SELECT id FROM invitations WHERE network_id = ? AND state = 'open' ORDER BY id", network
            ),
            "goal": one("SELECT id FROM goals WHERE network_id = ? AND state = 'proposed'", network),
            "person": one("SELECT id FROM users WHERE email = 'samuel@people.example'"),
            "meeting": one("SELECT id FROM meetings WHERE recurrence LIKE 'FREQ=MONTHLY%'"),
            "decision": one(decision + "kind = 'consent' AND state = 'open'", network),
            "mood": one(decision + "kind = 'temperature'", network),
            "passed_decision": one(decision + "state = 'closed'", network),
            "decided": one(decision + "state = 'outcome_published'", network),
            "decision_objection": one("SELECT id FROM decision_objections"),
            "held_meeting": one("SELECT id FROM meetings WHERE recurrence IS NULL ORDER BY starts_at"),
        }
        version = "SELECT v.id FROM agreement_versions v JOIN agreements a ON a.id = v.agreement_id WHERE "
        held, talked = "v.state = 'in_force' AND a.kind = 'network_agreement'", "v.state = 'deliberation'"
        found["agreement_version"], found["rules_version"] = one(version + held), one(version + talked)
        found["agreement"] = one(
            "SELECT agreement_id FROM agreement_versions WHERE id = ?", found["agreement_version"]
        )
        found["proposal"] = one("SELECT id FROM amendments")
        found["rules_part"] = one("SELECT clause_id FROM amendments")
        found["message"] = one("SELECT id FROM messages WHERE topic_id = ? ORDER BY seq", found["topic"])
        return found

    def _things_to_prepare(self) -> dict[str, str]:
        """What the demo does not have, made by the people concerned."""
        steward, member = self.as_("steward"), self.as_("mentor")
        networks = f"/api/v1/networks/{self.places['network']}"
        call(member, "post", f"{networks}/invitations", {"email": "applicant@mail.example"})
        token = self.server.link("applicant@mail.example").rpartition("/")[2]
        person = {"display_name": "Noor", "language": "de", "time_zone": "Europe/Berlin"}
        call(self.as_(APPLICANT), "post", f"/api/v1/i/{token}/acceptance", person)

        call(steward, "post", f"{networks}/invitations", {"email": "guest@mail.example"})
        call(self.as_(NOBODY), "post", "/api/v1/password-resets", {"email": "helper@demo.example"})
        contacts = f"/api/v1/organisations/{self.places['organisation']}"
        call(steward, "post", f"{contacts}/stewards", {"email": "contact@mail.example"})
        three = [self.places["person"], self.server.one("SELECT id FROM users WHERE email LIKE 'meta@%'")]
        made = {
            "application": self.server.one("SELECT id FROM applications"),
            "own_application": self.server.one(
                "SELECT a.id FROM applications a JOIN users u ON u.id = a.user_id WHERE u.email = ?",
                "applicant@mail.example",
            ),
            "direct_room": call(member, "post", f"{networks}/direct-rooms", {"user_ids": three})["id"],
            "poster_code": call(steward, "post", f"{networks}/poster", {})["url"].rpartition("/")[2],
            "listed_slug": self._list_small_network(),
            "pending_organisation": call(
                self.as_(APPLICANT), "post", "/api/v1/organisations", {"name": "Neues Haus", "country": "DE"}
            )["id"],
            "invitation": self.server.link("guest@mail.example").rpartition("/")[2],
            "reset": self.server.link("helper@demo.example").rpartition("/")[2],
            "contact": self.server.link("contact@mail.example").rpartition("/")[2],
            "draft_decision": call(member, "post", f"{networks}/decisions", DRAFT)["id"],
            "stance_token": self._stance_token("helper@demo.example"),
            "letter": sorted((self.server.data_dir / "outbox").glob("*.eml"))[0].stem,
            "empty_course": self._make_course("Abendkurs"),
            "running_course": self._make_course("Großer Kurs"),
        }
        made |= self._draft_a_version()
        listed = (SAMPLES / "moodle-course-completion-en.csv").read_bytes()
        faulty = (SAMPLES / "plain-list-with-faults.csv").read_bytes()
        many = "Name,Email\n" + "".join(f"Person {n},person{n}@mail.example\n" for n in range(LONG_LIST))
        made["uploaded"] = self._upload(made["empty_course"], listed)
        made["faulty"] = self._upload(made["empty_course"], faulty)
        made["running"] = self._upload(made["running_course"], many.encode())
        quiet = self.as_("steward", script=False)
        quiet.primary().click()  # takes in the first part of the long list

        self._found_half()
        caller = self.as_(CALLER)
        caller.open("/signin")
        caller.page.locator("#email").fill("caller@mail.example")
        caller.primary().click()
        self._stand_at_the_second_step()
        made |= self._change_addresses()
        made["passkey"] = self._make_passkey()
        made["erasure"] = self._leave()
        guest = self.as_(GUEST)
        guest.open(f"/i/{made['invitation']}/name")
        guest.page.locator("#display_name").fill("Gül")
        guest.primary().click()
        return made

    def _stance_token(self, address: str) -> str:
        """What stands in a letter to somebody about the open decision, sealed with the server's key."""
        person = self.server.one("SELECT id FROM users WHERE email = ?", address)
        key = (self.server.data_dir / "keys" / "secret.key").read_bytes()
        content = f"{PURPOSE}\0{person} {self.places['decision']}".encode()
        seal = hmac.new(key, content, hashlib.sha256).hexdigest()
        return written(person, self.places["decision"], seal)

    def _draft_a_version(self) -> dict[str, str]:
        """What comes after the agreement in force, still being written."""
        path = f"/api/v1/agreements/{self.places['agreement']}/versions"
        body = {"from_version": self.places["agreement_version"], "review_on": "2031-01-01"}
        drafted = call(self.as_("meta"), "post", path, body)
        return {"draft_version": drafted["id"], "draft_part": drafted["clauses"][0]["id"]}

    def _list_small_network(self) -> str:
        """The partner's network shows itself to everybody."""
        path = f"/api/v1/networks/{self.places['small_network']}"
        seen = call(self.as_("partner"), "get", path, None)
        change = {"visibility": "listed", "expected_version": seen["version"]}
        call(self.as_("partner"), "patch", path, change)
        return str(seen["slug"])

    def _stand_at_the_second_step(self) -> None:
        keyed, email = self.as_(KEYED), "keyed@mail.example"
        sign_in_with_code(keyed, email)
        call(keyed, "put", "/api/v1/me/password", {"password": "six cups of warm tea"})
        secret = call(keyed, "post", "/api/v1/me/second-factor", {})["secret"]
        call(keyed, "put", "/api/v1/me/second-factor", {"code": pyotp.TOTP(secret).now()})
        keyed.context.clear_cookies()
        keyed.open("/signin/password")
        keyed.page.locator("#email").fill(email)
        keyed.page.locator("#password").fill("six cups of warm tea")
        keyed.primary().click()

    def _change_addresses(self) -> dict[str, str]:
        """One that waits to be confirmed, one that can be taken back."""
        moved, old = self.as_(MOVED), "moved@mail.example"
        sign_in_with_code(moved, old)
        call(moved, "put", "/api/v1/me/email", {"email": "moved.on@mail.example"})
        token = self.server.link("moved.on@mail.example").rpartition("/")[2]
        call(moved, "post", f"/api/v1/email-changes/{token}", {})
        undo = self.server.link(old, 2)
        call(moved, "put", "/api/v1/me/email", {"email": "moved.further@mail.example"})
        return {
            "new_address": self.server.link("moved.further@mail.example").rpartition("/")[2],
            "old_address": undo.removesuffix("/undo").rpartition("/")[2],
        }

    def _make_passkey(self) -> str:
        """Who moved has one, too; its id."""
        asked = call(self.as_(MOVED), "post", "/api/v1/passkeys/challenges", {})["public_key"]
        device = Device(origin=self.server.address.replace("127.0.0.1", "localhost"))
        made = call(self.as_(MOVED), "post", "/api/v1/passkeys", {"credential": device.make(asked)})
        return str(made["id"])

    def _leave(self) -> str:
        """Somebody wants to be erased, and stands before the page that says when."""
        leaver, email = self.as_(LEAVER), "leaver@mail.example"
        sign_in_with_code(leaver, email)
        leaver.open("/me/erase")
        leaver.primary().click()
        return self.server.link(email, 2).rpartition("/")[2]

    def _make_course(self, title: str) -> str:
        path = f"/api/v1/organisations/{self.places['organisation']}/course-sessions"
        made = call(self.as_("steward"), "post", path, {
            "title": title, "platform": "Moodle", "language": "de", "starts_on": "2026-01-10",
            "ends_on": "2026-03-10", "contact_ground": "Alle haben zugestimmt.",
        })  # fmt: skip
        return str(made["id"])

    def _upload(self, course: str, content: bytes) -> str:
        """Send a list by the page; the page that shows it afterwards names its id."""
        window = self.as_("steward", script=False)
        window.open(f"/org/courses/{course}/load")
        chosen = {"name": "liste.csv", "mimeType": "text/csv", "buffer": content}
        window.page.locator("input[type=file]").set_input_files(chosen)  # type: ignore[arg-type]
        window.primary().click()
        return window.page.url.partition("?")[0].rpartition("/")[2]

    def _found_half(self) -> None:
        """Go through the questions of founding, up to the last look."""
        partner = self.as_(PARTNER)
        page = partner.open(f"/org/{self.places['partner_organisation']}/found/name")
        page.locator("#name").fill("Mosty Tarnów")
        page.locator("#purpose").fill("We help each other.")
        partner.primary().click()
        page.locator("#title").fill("We know each other by name")
        partner.primary().click()
        page.locator("#country").select_option("PL")
        partner.primary().click()
        page.locator("input[value=none]").check()
        partner.primary().click()


def call(who: Visitor, method: str, path: str, body: dict[str, Any]) -> Any:
    """Ask the API as this visitor; gives the JSON of the answer, or None for an empty one."""
    address = who.server.address + path
    session = who.context.request.get(f"{who.server.address}/api/v1/session")
    headers = {"X-CSRF-Token": session.json()["csrf_token"]} if session.ok else {}
    answer = who.context.request.fetch(address, method=method.upper(), data=body, headers=headers)
    assert answer.ok, f"{method} {path}: {answer.status} {answer.text()}"
    return answer.json() if answer.body() else None


def sign_in_with_code(who: Visitor, email: str) -> None:
    """Make an account by its first code, or sign in to it."""
    before = len(who.server.letters(email))
    call(who, "post", "/api/v1/session-codes", {"email": email})
    code = who.server.code(email, before + 1)
    call(who, "post", "/api/v1/session", {"email": email, "code": code})


@pytest.fixture(scope="session")
def opened(browser: Browser, demo_server: LiveServer) -> Iterator[Opened]:
    """Every page of the table, ready to be opened."""
    made = Opened(browser, demo_server)
    yield made
    made.close()
