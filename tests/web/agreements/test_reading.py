"""The pages on which documents are read, compared and signed."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from network import agreements
from network.agreements import ClauseIn
from network.agreements.queries.documents import paper_for
from network.kernel.paging import PageRequest
from network.kernel.transaction import unit_of_work
from tests.factories.membership import again, member_of, proven
from tests.running import HandClock
from tests.web.agreements.circle import WORDS, Circle, as_, make_circle, page_of, send


def test_without_an_agreement_there_is_one_sentence_and_one_act(client: FlaskClient, circle: Circle) -> None:
    as_(client, circle.meta)
    page = page_of(client, circle.here)
    assert "There is no agreement yet." in page and page.count("button primary") == 1
    assert "Our rules" in page, "the built-in ones are in force from the first day"
    as_(client, circle.members[0])
    assert "Write our agreement" in page_of(client, circle.here), "three members together write one too"
    as_(client, member_of(circle.network, suspended_until=circle.clock.now() + timedelta(days=3)))
    page = page_of(client, circle.here)
    assert "There is no agreement yet." in page and "Write our agreement" not in page


def test_documents_stand_under_in_force_being_made_and_earlier(client: FlaskClient, circle: Circle) -> None:
    held = circle.in_force(signers=[circle.meta, circle.members[0]])
    circle.drafted(document=held["agreement_id"], from_version=held["id"], clauses=None)
    given_up = circle.drafted(document=held["agreement_id"])
    agreements.abandon_version(again(circle.meta), given_up["id"], given_up["version"])
    as_(client, circle.members[0])
    page = page_of(client, circle.here)
    assert page.index("In force") < page.index("Being made") < page.index("Earlier")
    assert f"v/{held['id']}" in page and f"v/{given_up['id']}" in page


def test_what_is_exact_is_one_tap_away(client: FlaskClient, circle: Circle) -> None:
    made = circle.signing()
    as_(client, circle.members[0])
    page = page_of(client, f"{circle.here}/v/{made['id']}")
    assert page.index("Your signature is missing") < page.index(WORDS[0][1])
    before, folded = page.split("Exactly", 1)
    assert made["text_hash"] not in before and made["text_hash"] in folded
    assert "It comes into force when half of the members have signed." in page
    assert "0 of 3 members have signed" in page and "<progress" in page
    other = make_circle(circle.clock, name="Elsewhere")
    page_of(client, f"/network/{other.network.slug}/agreements/v/{made['id']}", 404)


def test_the_signatures_of_a_small_correction_say_for_which_words_they_were_given(
    client: FlaskClient, circle: Circle
) -> None:
    held = circle.in_force(signers=[circle.meta, circle.members[0]])
    made = agreements.draft_version(
        again(circle.meta), held["agreement_id"], from_version=held["id"], is_correction=True
    )
    said = [
        ClauseIn(one["heading"], one["text"].replace("every", "each"), one["short"], one["id"])
        for one in made["clauses"]
    ]
    made = agreements.change_version(again(circle.meta), made["id"], made["version"], {"clauses": said})
    agreements.open_deliberation(again(circle.meta), made["id"], made["version"])
    as_(client, circle.members[0])
    here = f"{circle.here}/v/{made['id']}"
    assert "They will hold for this small correction too" in page_of(client, here)
    circle.clock.forward(days=8)
    page = page_of(client, here)
    carried = f"Signatures carried over from version 1 (fingerprint {held['text_hash'][:8]}…)"
    assert carried in page and held["text_hash"] in page.split("Exactly", 1)[1]
    record = page_of(client, f"{here}/signatures")
    assert "<h2" in record and "Signatures carried over from version 1</h2>" in record
    assert held["text_hash"] in record
    with unit_of_work():
        paper, _taking = paper_for(again(circle.meta), made["id"])
    assert not paper.signatures and paper.carried[0].text_hash == held["text_hash"]
    assert "It does not hold any more." in page_of(client, f"{circle.here}/v/{held['id']}")


def test_reading_ticking_signing(client: FlaskClient, circle: Circle) -> None:
    made = circle.signing()
    here = f"{circle.here}/v/{made['id']}"
    as_(client, circle.members[0])
    refused = send(client, f"{here}/sign")
    assert refused.status_code == 422 and "Please tick that you have read it." in refused.text
    assert send(client, f"{here}/sign", read="y").status_code == 302
    assert circle.read(made["id"])["counts"]["signed"] == 1
    assert "You signed it: Today" in page_of(client, here)
    names = page_of(client, f"{here}/signatures")
    assert "Amina" in names.split("Signatures</h2>", 1)[1] and "Still to sign" not in names
    as_(client, circle.meta)
    waiting = page_of(client, f"{here}/signatures").split("Still to sign", 1)[1]
    assert "Omid" in waiting and "Amina" not in waiting


def test_who_signed_before_sees_only_what_differs(client: FlaskClient, circle: Circle) -> None:
    held = circle.in_force(signers=[circle.meta, circle.members[0]])
    kept = [ClauseIn(one["heading"], one["text"], one["short"], one["id"]) for one in held["clauses"]]
    other = ClauseIn("Time", "Everybody comes to two of three meetings.", None, kept[0].id)
    following = circle.signing(
        document=held["agreement_id"], from_version=held["id"], clauses=[other, kept[1]]
    )
    as_(client, circle.members[0])
    page = page_of(client, f"{circle.here}/v/{following['id']}/sign")
    assert "1 thing is new" in page and "You signed version 1" in page
    assert "two of three" in page and WORDS[1][1] not in page
    assert '<del><span class="sign" aria-hidden="true">−</span><span class="sr">Taken out:' in page
    as_(client, circle.members[1])
    assert WORDS[1][1] in page_of(client, f"{circle.here}/v/{following['id']}/sign"), "she signed nothing yet"
    beside = page_of(client, f"{circle.here}/v/{following['id']}/changes?shown=beside")
    assert beside.index("Before") < beside.index("Now") and "only-narrow" in beside


def test_c16_another_text_than_the_one_that_was_read(client: FlaskClient, circle: Circle) -> None:
    held = circle.in_force(signers=[circle.meta, circle.members[1]])
    kept = [ClauseIn(one["heading"], one["text"], one["short"], one["id"]) for one in held["clauses"]]
    other = ClauseIn("Time", "Everybody comes to two of three meetings.", None, kept[0].id)
    made = circle.signing(document=held["agreement_id"], from_version=held["id"], clauses=[other, kept[1]])
    as_(client, circle.members[0])
    sent = send(client, f"{circle.here}/v/{made['id']}/sign", text_hash=held["text_hash"], read="y")
    page = " ".join(sent.text.split())
    assert sent.status_code == 409 and "The text has changed since you opened it." in page
    assert "two of three" in page and WORDS[1][1] not in page, "what differs from what she read"
    assert 'name="read" value="y" checked' not in page
    assert f'name="text_hash" value="{made["text_hash"]}"' in page
    assert circle.read(made["id"])["counts"]["signed"] == 0


def test_c18_declining_with_a_reason_and_signing_after_all(client: FlaskClient, circle: Circle) -> None:
    made = circle.signing()
    here = f"{circle.here}/v/{made['id']}"
    as_(client, circle.members[0])
    assert send(client, f"{here}/declination", reason="Too often for me.").status_code == 302
    assert "You said that you do not sign. You can change your mind." in page_of(client, here)
    as_(client, circle.meta)
    assert "Too often for me." in page_of(client, f"{here}/signatures")
    as_(client, circle.members[0])
    assert send(client, f"{here}/sign", read="y").status_code == 302
    assert send(client, f"{here}/withdrawal").status_code == 302
    assert circle.read(made["id"])["counts"]["signed"] == 0
    assert send(client, f"{here}/sign", read="y").status_code == 409, "under the next version"


def test_signing_asks_who_it_is_first(client: FlaskClient, circle: Circle) -> None:
    made = circle.signing()
    as_(client, circle.members[0])
    circle.clock.forward(minutes=61)
    way = client.get(f"{circle.here}/v/{made['id']}/sign")
    assert way.status_code == 302 and way.location.startswith("/signin/proof?next=")


def test_home_says_what_waits_for_a_signature(client: FlaskClient, circle: Circle) -> None:
    made = circle.signing()
    as_(client, circle.members[0])
    way = f"{circle.here}/v/{made['id']}/sign"
    assert way in page_of(client, "/home")
    home = page_of(client, "/home")
    assert home.count(way) == 1
    assert way in home.split("Next for you")[1].split("</section>")[0], "before the hello"
    if made["signing_until"] is not None:
        assert "It is open until" in home
    agreements.sign_version(proven(circle.members[0]), made["id"], made["text_hash"], "member")
    assert way not in page_of(client, "/home")


def test_organisations_sign_where_the_network_uses_that(
    client: FlaskClient, clock: HandClock, circle: Circle
) -> None:
    made = circle.signing(organisations=[circle.network.organisation_id])
    as_(client, circle.steward)
    here = f"{circle.here}/v/{made['id']}"
    page = page_of(client, here)
    assert "Sign for " in page and "organisation_id=" in page
    home = page_of(client, "/home").split("Next for you")[1].split("</section>")[0]
    assert "The agreement waits for the signature of your organisation" in home and here in home
    small = make_circle(clock, name="Small", size="small")
    as_(client, small.meta)
    with unit_of_work():
        rules = agreements.list_agreements(again(small.meta), small.network.id, PageRequest()).items[0]
    begin = page_of(client, f"{small.here}/{rules['id']}/begin")
    assert "signs too" not in begin and "silence is a yes" in begin
    as_(client, circle.meta)
    begin = page_of(client, f"{circle.here}/{made['agreement_id']}/begin")
    assert "signs too" in begin and "silence is a yes" not in begin


def test_who_leads_finds_in_one_list_what_needs_her(client: FlaskClient, circle: Circle) -> None:
    as_(client, circle.meta)
    held = circle.signing()
    agreements.sign_version(proven(circle.members[0]), held["id"], held["text_hash"], "member")
    as_(client, circle.meta)
    assert "2 people have not signed yet." in page_of(client, circle.here)
    agreements.sign_version(proven(circle.members[1]), held["id"], held["text_hash"], "member")
    agreements.activate_version(again(circle.meta), held["id"], circle.read(held["id"])["version"])
    assert "Nothing at the moment." in page_of(client, circle.here)
    made = circle.talked_about(document=held["agreement_id"])
    clause = made["clauses"][0]
    agreements.submit_amendment(
        again(circle.members[0]), made["id"], clause["id"], clause["hash"], "We come twice a month.", "Less."
    )
    assert "1 proposal waits for an answer." in page_of(client, circle.here)
    circle.clock.forward(days=30)
    as_(client, circle.meta)
    assert "Now the text can be fixed." in page_of(client, circle.here)
    as_(client, circle.members[0])
    page = page_of(client, circle.here)
    assert "What needs you" not in page and "has not signed yet" not in page


def test_a_document_that_waits_for_ones_signature_says_so(client: FlaskClient, circle: Circle) -> None:
    made = circle.signing()
    as_(client, circle.members[0])
    assert "Waits for your signature" in page_of(client, circle.here)
    agreements.sign_version(proven(circle.members[0]), made["id"], made["text_hash"], "member")
    assert "Waits for your signature" not in page_of(client, circle.here)


def test_who_leads_is_told_that_a_fixed_text_still_has_to_be_asked_about(
    client: FlaskClient, circle: Circle
) -> None:
    made = circle.talked_about()
    circle.clock.forward(days=8)
    for actor in (circle.meta, circle.steward):
        made = dict(agreements.freeze_version(again(actor), made["id"], circle.read(made["id"])["version"]))
    as_(client, circle.meta)
    page = page_of(client, circle.here)
    assert "Nobody has been asked yet whether it should hold." in page
    assert f"v/{made['id']}/steps/consent" in page
