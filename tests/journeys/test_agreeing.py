"""A network settles how its people talk and what they promise: from the first draft to the next phase."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.people import User
from network import agreements, decisions, membership, offices, roadmap
from network.agreements import VersionView
from network.kernel import outbox
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.membership import again, make_invitation, proven, standing_actor
from tests.factories.stories import Story, make_story
from tests.running import HandClock, LetterBox
from tests.web.discussions.test_live_pages import Opens, chromium, contexts, live, opens, server

__all__ = ["chromium", "contexts", "live", "opens", "server"]  # fixtures

pytestmark = pytest.mark.browser

BETTER = "We answer each other within three days, or say that we need longer."


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def asked_about(version: VersionView) -> str:
    with unit_of_work():
        found = decisions.open_decision_about("activate_agreement", version["id"])
    assert found is not None
    return found


def latest(story: Story, kind: str) -> VersionView:
    with unit_of_work():
        documents = agreements.list_agreements(again(story.meta), story.network.id, PageRequest()).items
    document = next(one for one in documents if one["kind"] == kind)
    return story.read(max(document["versions"], key=lambda one: one["number"])["id"])


def all_agree(story: Story, asked: str) -> None:
    for actor in (story.meta, *story.members):
        decisions.take_stance(again(actor), asked, stance="consent")
    story.close(asked)


def steps(story: Story) -> dict[str, str]:
    with unit_of_work():
        found = roadmap.get_roadmap(again(story.meta), story.network.id)
    return {one["key"]: one["state"] for one in found["steps"]} | {"ready": str(found["gate"]["ready"])}


def sign_as(story: Story, version: VersionView, who: list[Actor]) -> None:
    for actor in who:
        agreements.sign_version(proven(again(actor)), version["id"], version["text_hash"], "member")


def joins(story: Story) -> Actor:
    """Somebody new by invitation, who accepts the rules that hold."""
    _made, token = make_invitation(story.network)
    membership.accept_invitation(ANONYMOUS, token, display_name="Rosa Lind", language="en")
    with unit_of_work():
        person = session().scalars(select(User).where(User.display_name == "Rosa Lind")).one()
        actor = standing_actor(person)
    agreements.accept_rules(actor, story.network.id, latest(story, "communication_rules")["id"])
    return again(actor)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_the_first_draft_to_the_next_phase(
    live: Runtime, clock: HandClock, letterbox: LetterBox, opens: Opens
) -> None:
    story = make_story(clock, members=11)
    amina, *others = story.members
    here = f"/network/{story.network.slug}"

    # The meta-mentor writes rules from the template and opens the talk about them.
    rules = latest(story, "communication_rules")
    meta = opens(story.meta, f"{here}/agreements/{rules['agreement_id']}/begin", width=1280)
    meta.locator("input[name=start][value='template:communication_rules']").check()
    meta.get_by_label("two thirds of the members").check()
    meta.locator("input[name=organisation_signs]").uncheck()
    press(meta, "Begin to write")
    follow(meta, "Open the talk")
    press(meta, "Open the talk")
    expect(meta.locator("body")).to_contain_text("Everybody can talk about it now.")
    talked = latest(story, "communication_rules")
    assert (talked["state"], talked["number"]) == ("deliberation", 2)

    # A member proposes other words on her phone, and sees what would change before she sends it.
    clause = talked["clauses"][0]
    phone = opens(amina, f"{here}/agreements/v/{talked['id']}/talk")
    phone.locator(f"#clause-{clause['id']}").get_by_role("link", name="Propose other words").click()
    phone.get_by_label("How should it read?").fill(BETTER)
    phone.get_by_label("Why?").fill("Two days are too short beside work.")
    press(phone, "Show what changes")
    expect(phone.locator("ins").first).to_contain_text("three days")
    press(phone, "Send the proposal")
    meta.goto(f"{here}/agreements/v/{talked['id']}/talk")
    meta.get_by_role("link", name="Two days are too short beside work.").click()
    meta.get_by_label("We take it as it is").check()
    press(meta, "Answer")
    taken = story.read(talked["id"])
    assert taken["clauses"][0]["text"] == BETTER

    # Both fix the text; everybody is asked. An objection is met by other words, in a second round.
    clock.forward(days=15)
    meta = opens(story.meta, f"{here}/agreements/v/{talked['id']}/steps/freeze", width=1280)
    press(meta, "Fix the text")
    agreements.freeze_version(again(story.steward), talked["id"], story.read(talked["id"])["version"])
    meta.goto(f"{here}/agreements/v/{talked['id']}/steps/consent")
    press(meta, "Ask everybody")
    first = asked_about(talked)
    phone = opens(others[0], f"/decide/{first}")
    phone.locator(".stance", has_text="I object").click()
    phone.locator("textarea[name=reason]").fill("Three days are too long for somebody in need.")
    press(phone, "Say it")
    expect(phone.locator("body")).to_contain_text("Three days are too long for somebody in need.")
    for actor in (story.meta, *others[1:]):
        decisions.take_stance(again(actor), first, stance="consent")
    clock.forward(days=8)  # the end of the day that she chose
    again_open = story.read(talked["id"])
    assert again_open["state"] == "deliberation"
    proposal = agreements.submit_amendment(
        again(others[0]), talked["id"], clause["id"], again_open["clauses"][0]["hash"],
        f"{BETTER} In need: the same day.", "For whom it is urgent.",
    )  # fmt: skip
    agreements.accept_amendment(again(story.meta), proposal["id"], proposal["version"])
    clock.forward(days=8)
    for actor in (story.meta, story.steward):
        agreements.freeze_version(again(actor), talked["id"], story.read(talked["id"])["version"])
    with unit_of_work():
        ended = decisions.get_decision(again(story.meta), first)
    second = decisions.next_round(
        again(story.meta), first, ended["version"], closes_at=clock.now() + timedelta(days=7, minutes=1)
    )
    assert second["previous_id"] == first
    if second["state"] == "draft":
        decisions.open_decision(again(story.meta), second["id"], second["version"])
    all_agree(story, second["id"])

    # Twelve members sign, one of them on her phone; it comes into force.
    signing = story.read(talked["id"])
    assert (signing["state"], signing["counts"]["requested"]) == ("signing", 12)
    phone = opens(amina, f"{here}/agreements/v/{talked['id']}")
    follow(phone, "Sign")
    phone.locator("input[type=checkbox]").check()
    phone.locator("button.primary").click()
    expect(phone.locator("body")).to_contain_text("You signed it")
    sign_as(story, signing, [story.meta, *others])
    assert story.read(talked["id"])["counts"] == {"requested": 12, "signed": 12, "declined": 0}
    meta = opens(story.meta, f"{here}/agreements/v/{talked['id']}/steps/activation", width=1280)
    press(meta, "Put it into force")
    held = story.read(talked["id"])
    assert held["state"] == "in_force"
    assert steps(story)["rules_in_force"] == "done"

    # The agreement, the office and how members ask for help: the gate opens.
    agreement = story.in_force()
    assert steps(story)["ready"] == "False"
    asked = decisions.draft_decision(
        again(story.meta), story.network.id, kind="consent", question="Do we do without an office?",
        closes_at=clock.now() + timedelta(days=7, minutes=1),
    )  # fmt: skip
    decisions.open_decision(again(story.meta), asked["id"], asked["version"])
    all_agree(story, asked["id"])
    offices.decide_office(
        again(story.meta), story.network.id, {"exists": False, "reason": "We meet."}, decision_id=asked["id"]
    )
    assert (steps(story)["office_decided"], steps(story)["ready"]) == ("done", "False")
    meta = opens(story.meta, f"{here}/steps/help_process_set", width=1280)
    meta.locator("textarea[name=sentence]").fill("Ask in the Café, or call the meta-mentor.")
    press(meta, "Write down")
    expect(meta.locator("body")).to_contain_text("Ask in the Café, or call the meta-mentor.")
    assert steps(story)["ready"] == "True"

    # The network moves on by decision; the steward takes the step.
    moving = decisions.draft_decision(
        again(story.meta), story.network.id, kind="consent", question="Shall we begin our everyday life?",
        closes_at=clock.now() + timedelta(days=7, minutes=1),
        effect={"type": "phase_change", "id": None, "value": "maintenance"},
    )  # fmt: skip
    decisions.open_decision(again(story.meta), moving["id"], moving["version"])
    all_agree(story, moving["id"])
    steward = opens(story.steward, f"/decide/{moving['id']}")
    expect(steward.locator("body")).to_contain_text("The way is open.")
    steward.goto(here)
    expect(steward.locator("body")).to_contain_text("Everything is there for the next phase")
    steward.goto("/home")
    follow(steward, "Go on to the next phase")
    steward.locator("textarea[name=reason]").fill("We decided it together.")
    press(steward, "Begin the next phase")
    expect(steward.locator("h1")).to_be_visible()
    with unit_of_work():
        assert roadmap.get_roadmap(again(story.meta), story.network.id)["phase"] == "maintenance"

    # Somebody new accedes within her thirty days, reading the whole text.
    newcomer = joins(story)
    version = agreement["id"]
    clock.forward(days=20)
    phone = opens(newcomer, "/home")
    expect(phone.locator("body")).to_contain_text("signature")
    phone.goto(f"{here}/agreements/v/{version}/sign")
    phone.locator("input[type=checkbox]").check()
    phone.locator("button.primary").click()
    expect(phone.locator("body")).to_contain_text("You signed it")
    with unit_of_work():
        assert agreements.agreement_due(newcomer.user_id or "", story.network.id) is None

    # On paper it checks out; with another comma it does not.
    with phone.expect_download() as told:
        phone.get_by_role("link", name="As a PDF").click()
    paper = told.value.path().read_bytes()
    public = opens(newcomer, "/check")
    for content, sentence in (
        (paper, "Yes. This PDF is real and unchanged."),
        (paper.replace(b".", b",", 1), "We do not know this PDF."),
    ):
        public.goto("/check")
        public.locator("input[type=file]").set_input_files(
            {"name": "agreement.pdf", "mimeType": "application/pdf", "buffer": content}
        )
        press(public, "Check it")
        expect(public.locator("main")).to_contain_text(sentence)
    outbox.drain()
    copies = [one for one in letterbox.to("amina@mail.example") if list(one.iter_attachments())]
    assert copies, "whoever signs gets a copy"
