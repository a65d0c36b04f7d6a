"""What is asked at each route: a request that would succeed for whoever may, so that a refusal has no other
reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.matrix.documents import PAGES_OF, TEXT_HASH, VERSION_OF
from tests.matrix.talking import AMENDMENT_OF, TALKED_ABOUT
from tests.matrix.world import World

CSV = b"Name,Email address,Course complete\nNora Neu,nora.neu@mail.example,2026-01-12\n"
REASON = "Because the matrix asks."
NO_CREDENTIAL = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON": "e30"}}
"""What no device gave."""
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
"""The key of a browser in RFC 8291, Appendix A."""
NEXT_WEEK = (datetime.now(UTC) + timedelta(days=9)).replace(microsecond=0)


def body_of(world: World, endpoint: str) -> dict[str, Any] | None:
    """The JSON body, or the form's fields, that go with a route; None where there are none."""
    ids, versions = world.ids, world.versions
    bodies: dict[str, dict[str, Any]] = {
        # API
        "api_agreements.accept_rules": {"version_id": ids["version_id"]},
        "api_documents.check_document": {"sha256": "ab" * 32},
        "api_agreements.abandon_version": {"expected_version": 1},
        "api_agreements.activate_version": {"expected_version": 1},
        "api_agreements.change_version": {"review_on": "2031-01-01", "expected_version": 1},
        "api_agreements.decline_version": {"reason": REASON},
        "api_agreements.discuss_correction": {"reason": REASON},
        "api_agreements.draft_version": {"clauses": [{"heading": "One", "text": "Two", "short": "Three"}]},
        "api_agreements.found_agreement": {
            "kind": "network_agreement",
            "title": "Our agreement",
            "language": "en",
        },
        "api_agreements.freeze_version": {"expected_version": 1},
        "api_agreements.open_deliberation": {"expected_version": 1},
        "api_agreements.request_signatures": {"expected_version": 1},
        "api_agreements.rework_version": {"expected_version": 1},
        "api_agreements.sign_version": {"text_hash": TEXT_HASH, "capacity": "member"},
        "api_agreements.terminate_version": {
            "reason": REASON,
            "decision_id": ids["closed_decision_id"],
            "expected_version": 1,
        },
        "api_agreements.withdraw_signature": {"reason": REASON},
        "api_deliberation.accept_amendment": {"expected_version": 1},
        "api_deliberation.add_comment": {"clause_id": ids["clause_id"], "body": "Yes, please."},
        "api_deliberation.co_sponsor_amendment": {"expected_version": 1},
        "api_deliberation.discuss_amendment": {"expected_version": 1},
        "api_deliberation.open_amendments": {"open": False, "expected_version": 1},
        "api_deliberation.put_amendment_to_vote": {"expected_version": 1},
        "api_deliberation.reject_amendment": {"reason": REASON, "expected_version": 1},
        "api_deliberation.resubmit_amendment": {"clause_hash": ids["clause_hash"], "expected_version": 1},
        "api_deliberation.submit_amendment": {
            "clause_id": ids["clause_id"],
            "clause_hash": ids["clause_hash"],
            "text": "We listen first.",
            "reason": REASON,
        },
        "api_deliberation.take_over_amendment": {"expected_version": 1},
        "api_deliberation.withdraw_amendment": {"expected_version": 1},
        "api_files.describe_file": {"alt": "Our table"},
        "api_courses.change_course_session": {
            "title": "Another title",
            "expected_version": versions["course_session"],
        },
        "api_courses.create_course_session": {
            "title": "Second course",
            "platform": "Moodle",
            "language": "de",
            "starts_on": "2026-01-01",
            "ends_on": "2026-02-01",
            "contact_ground": "Agreed on the form.",
        },
        "api_blocks.choose_contact": {"direct_messages": True},
        "api_discussions.open_direct_room": {"user_ids": [ids["user_id"]]},
        "api_discussions.archive_room": {"expected_version": versions["room"]},
        "api_discussions.change_room": {"purpose": "New purpose", "expected_version": versions["room"]},
        "api_discussions.lock_room": {"expected_version": versions["room"]},
        "api_discussions.lock_topic": {"expected_version": versions["topic"]},
        "api_discussions.mark_read": {"seq": 1},
        "api_notifications.choose_room_level": {"level": "muted"},
        "api_notifications.choose_topic_level": {"level": "muted"},
        "api_discussions.mark_unread": {"seq": 1},
        "api_discussions.open_room": {"name": "New room", "purpose": "", "kind": "open"},
        "api_discussions.open_topic": {"title": "New topic", "body": "Hello"},
        "api_discussions.reopen_topic": {"expected_version": versions["topic"]},
        "api_discussions.rename_topic": {"title": "Another", "expected_version": versions["topic"]},
        "api_discussions.resolve_topic": {"expected_version": versions["topic"]},
        "api_rooms.move_topic": {"room_id": ids["other_room_id"], "expected_version": versions["topic"]},
        "api_rooms.pin_topic": {"expected_version": versions["topic"]},
        "api_rooms.place_room": {"before": ids["other_room_id"], "expected_version": versions["room"]},
        "api_rooms.set_slow_mode": {"seconds": 30, "expected_version": versions["room"]},
        "api_rooms.unarchive_room": {"expected_version": versions["room"]},
        "api_rooms.unpin_topic": {"expected_version": versions["topic"]},
        "api_discussions.unlock_room": {"expected_version": versions["room"]},
        "api_discussions.unlock_topic": {"expected_version": versions["topic"]},
        "api_founding.found_network": {
            "name": "Second network",
            "purpose": "To talk",
            "organisation_id": ids["organisation_id"],
            "languages": ["de"],
            "country": "DE",
            "visibility": "private",
        },
        "api_reports.report": {
            "target": {"type": "message", "id": ids["message_id"]},
            "reason": REASON,
        },
        "api_reports.withdraw_report": {"expected_version": versions["report"]},
        "api_reports.notice": {
            "url": "http://localhost/talk",
            "why": REASON,
            "email": "outside@mail.example",
            "good_faith": True,
        },
        "api_cases.open_case": {
            "target": {"type": "meeting", "id": ids["meeting_id"]},
            "reason": REASON,
        },
        "api_cases.claim_case": {"expected_version": versions["case"]},
        "api_cases.ask_question": {
            "to": "reporter",
            "question": REASON,
            "expected_version": versions["case"],
        },
        "api_cases.answer_question": {"answer": REASON},
        "api_cases.veil_case": {"reason": REASON, "expected_version": versions["case"]},
        "api_cases.escalate_case": {"reason": REASON, "expected_version": versions["case"]},
        "api_cases.step_aside": {"expected_version": versions["case"]},
        "api_cases.reopen_case": {"evidence": REASON, "expected_version": versions["closed_case"]},
        "api_cases.set_report_aside": {
            "report_id": ids["report_id"],
            "reason": REASON,
            "expected_version": versions["case"],
        },
        "api_decisions.draft_decision": {
            "kind": "consent",
            "question": "Shall we meet in the park?",
            "closes_at": NEXT_WEEK.isoformat(),
            "quorum": "1/2",
            "threshold": "0/1",
            "anonymous": False,
            "silence": "never",
        },
        "api_decisions.open_decision": {"expected_version": versions["draft_decision"]},
        "api_decisions.change_decision": {
            "question": "Shall we meet by the river?",
            "expected_version": versions["draft_decision"],
        },
        "api_decisions.cancel_decision": {"reason": REASON, "expected_version": versions["decision"]},
        "api_decisions.publish_outcome": {
            "text": "Olena looks for a place.",
            "expected_version": versions["closed_decision"],
        },
        "api_decisions.next_round": {
            "explanation": "With a roof, in case it rains.",
            "expected_version": versions["decision"],
        },
        "api_decisions.take_stance": {"stance": "consent"},
        "api_decisions.make_statement": {"statement": "I see it otherwise."},
        "api_decisions.integrate_objection": {
            "answer": "We could stand under the bridge.",
            "expected_version": 1,
        },
        "api_decisions.resolve_objection": {"stance": "consent", "expected_version": 1},
        "api_decisions.withdraw_objection": {"expected_version": 1},
        "api_goals.adopt_goal": {"expected_version": versions["goal"]},
        "api_goals.change_goal": {"title": "Other words", "expected_version": versions["goal"]},
        "api_goals.close_goal": {
            "outcome": "reached",
            "sentence": "We did it.",
            "expected_version": versions["goal"],
        },
        "api_goals.note_progress": {"note": "We asked five people.", "percent": 20},
        "api_goals.propose_goal": {"title": "A goal", "why": "Because", "review_on": "2030-01-01"},
        "api_invitations.accept_invitation": {"display_name": "Nora", "language": "de", "time_zone": "UTC"},
        "api_invitations.invite_by_hand": {"email": "somebody.new@mail.example"},
        "api_invitations.readdress_invitation": {"email": "another@mail.example"},
        "api_invitations.wish_other_address": {"email": "another@mail.example"},
        "api_hints.change_hints": {"words": [{"text": "camp", "note": "Say where."}], "expected_version": 0},
        "api_offices.decide_office": {"exists": True, "reason": REASON, "contact": "Room 2"},
        "offices.change": {
            "exists": "yes",
            "reason": REASON,
            "contact": "Room 2",
            "expected_version": "0",
        },
        "api_organisations.resubmit_organisation": {
            "answer": REASON,
            "expected_version": versions["organisation"],
        },
        "organisations.answer": {"answer": REASON, "expected_version": versions["organisation"]},
        "readdressing.address": {"email": "another@mail.example"},
        "readdressing.answer_wish": {"answer": "yes"},
        "readdressing.other_address": {"email": "another@mail.example"},
        "api_invitations.invite_graduates": {"network_id": ids["network_id"]},
        "api_meetings.cancel_meeting": {"reason": REASON, "expected_version": versions["meeting"]},
        "api_meetings.change_meeting": {"title": "Another", "expected_version": versions["meeting"]},
        "api_meetings.plan_meeting": {
            "title": "An evening",
            "kind": "exchange",
            "starts_at": NEXT_WEEK.isoformat(),
            "time_zone": "Europe/Berlin",
            "duration_minutes": 60,
        },
        "api_meetings.decide_at_meeting": {
            "meeting_id": ids["meeting_id"],
            "wording": "We meet on Tuesdays.",
            "present": [ids["user_id"]],
            "consents": [ids["user_id"]],
        },
        "api_meetings.record_attendance": {"user_ids": [ids["user_id"]]},
        "api_meetings.reply_to_meeting": {"reply": "yes"},
        "api_membership.apply_to_network": {"experience": "Ten years", "statement": "I would like to."},
        "api_membership.appoint": {
            "membership_id": ids["membership_id"],
            "role": "safeguarding_lead",
            "capacity": "volunteer",
        },
        "api_membership.decide_application": {
            "decision": "accept",
            "reason": REASON,
            "expected_version": versions["application"],
        },
        "api_membership.hand_over": {
            "membership_id": ids["membership_id"],
            "expected_version": versions["appointment"],
        },
        "api_membership.leave_membership": {"expected_version": versions["membership"]},
        "api_membership.pause_membership": {"expected_version": versions["membership"]},
        "api_membership.resume_membership": {"expected_version": versions["membership"]},
        "api_membership.greet_while_waiting": {"body": "Hello, I am new."},
        "api_membership.write_about_application": {"body": "May I ask something?"},
        "api_membership.withdraw_application": {"expected_version": versions["application"]},
        "reactions.message": {"emoji": "\U0001f44d"},
        "api_drafts.save_draft": {"body": "Half a thought", "expected_version": 0},
        "api_messages.preview": {"body": "Hello **you**"},
        "api_messages.edit_message": {"body": "Other words", "expected_version": versions["message"]},
        "api_messages.post_message": {"body": "Hello", "client_msg_id": "matrix-1"},
        "api_networks.change_network": {"purpose": "To talk more", "expected_version": versions["network"]},
        "api_networks.set_features": {"typing": False},
        "api_organisations.add_steward": {"email": "somebody.new@mail.example"},
        "api_organisations.change_organisation": {
            "name": "Brückenhaus",
            "website": "https://www.brueckenhaus.example",
            "register_entry": "VR 1234",
            "expected_version": versions["organisation"],
        },
        "api_organisations.decide_verification": {
            "decision": "refused",
            "reason": REASON,
            "expected_version": versions["organisation"],
        },
        "api_organisations.found_organisation": {
            "name": "New house",
            "country": "DE",
            "website": "https://house.example",
            "contact_note": "Ask Mara, mornings",
        },
        "api_organisations.remove_steward": {"user_id": ids["user_id"]},
        "api_push.choose_push_words": {"brief": True},
        "api_push.subscribe_to_push": {
            "endpoint": "https://fcm.googleapis.com/fcm/send/matrix",
            "keys": {"p256dh": POINT, "auth": "BTBZMqHH6r4Tts7J_aSIgg"},
        },
        "api_passkeys.add_passkey": {"credential": NO_CREDENTIAL},
        "api_passkeys.rename_passkey": {"name": "Old phone"},
        "api_passkeys.sign_in": {"credential": NO_CREDENTIAL},
        "api_people.change_email": {"email": "another@mail.example"},
        "api_people.change_me": {"display_name": "Another name"},
        "api_notifications.choose_notification_settings": {"mails": {"reminders": "none"}},
        "api_people.change_password": {"password": "six cups of warm tea"},
        "api_profiles.change_profile": {"introduction": "Hello", "expected_version": 1},
        "api_roadmap.change_phase": {
            "to": "organisation",
            "reason": REASON,
            "expected_version": versions["network"],
        },
        "api_roadmap.note_step": {"sentence": "This is how we ask."},
        "api_consents.answer_objection": {
            "outcome": "followed",
            "answer": REASON,
            "expected_version": 1,
        },
        "api_consents.decide_consent": {"given": True},
        "api_consents.freeze": {"frozen": False},
        "api_consents.object_to": {"purpose": "audit", "reason": REASON},
        "rights.decide": {"answer": "yes"},
        "rights.freeze": {"answer": "no"},
        "rights.own": {"purpose": "audit", "objection": REASON},
        "rights.answer": {
            "objection_id": "01990000-0000-7000-8000-000000000000",
            "outcome": "followed",
            "answer": REASON,
            "expected_version": "1",
        },
        "api_arrivals.put_off": {"step": "hello"},
        "api_hosting.choose_day": {"day": 4},
        "host.do": {"day": "4"},
        "arrivals.put_off": {"step": "hello"},
        "arrivals.greeting": {"greets": "1"},
        "features.features": {"typing": "y"},
        "api_second_factor.answer_challenge": {"challenge": "x" * 43, "code": "123456"},
        "api_second_factor.confirm_second_factor": {"code": "123456"},
        "api_sessions.prove": {"password": "wrong password"},
        "api_sessions.request_code": {"email": "somebody.new@mail.example"},
        "api_sessions.request_password_reset": {"email": "somebody.new@mail.example"},
        "api_sessions.reset_password": {"password": "six cups of warm tea"},
        "api_sessions.sign_in": {"email": "somebody.new@mail.example", "password": "wrong password"},
        "api_tokens.create_token": {"name": "Script", "scopes": ["read"]},
        # pages
        "addresses.ask": {"email": "another@mail.example"},
        "agreements.rules": {"version_id": ids["version_id"]},
        "agreement_steps.step": {"expected_version": 1},
        "check.check": {"sha256": "ab" * 32},
        "deliberation.amend": {
            "text": "We listen, and then we ask.",
            "reason": REASON,
            "clause_hash": ids.get("clause_hash"),
            "go": "send",
        },
        "deliberation.answer": {"outcome": "accept", "expected_version": 1},
        "deliberation.comment": {"body": REASON},
        "deliberation.step": {"expected_version": 1},
        "drafting.start": {"kind": "network_agreement", "title": "Our agreement", "language": "de"},
        "drafting.begin": {
            "start": "blank",
            "members": "2/3",
            "deliberation_until": "2031-01-01",
            "signing_until": "2031-02-01",
        },
        "drafting.terms": {
            "members": "2/3",
            "deliberation_until": "2031-01-01",
            "signing_until": "2031-02-01",
            "expected_version": 1,
        },
        "drafting.add": {"heading": "One", "text": "Two", "short": "Three", "expected_version": 1},
        "drafting.clause": {"heading": "One", "text": "Two", "short": "Three", "expected_version": 1},
        "drafting.arrange": {"act": "down", "expected_version": 1},
        "signing.sign": {"text_hash": TEXT_HASH, "read": "y"},
        "organisation_signing.sign": {"text_hash": TEXT_HASH, "read": "y"},
        "signing.decline": {"reason": REASON},
        "signing.withdraw": {"organisation_id": ""},
        "courses.change": {
            "title": "Another title",
            "platform": "Moodle",
            "language": "de",
            "starts_on": "2026-01-01",
            "ends_on": "2026-02-01",
            "contact_ground": "Agreed.",
            "expected_version": versions["course_session"],
        },
        "blocks.block": {"blocked": "1"},
        "blocks.blocks": {"direct_messages": "y"},
        "decision_ends.cancel": {"reason": REASON, "expected_version": versions["decision"]},
        "decision_ends.change": {
            "question": "Shall we meet by the river?",
            "expected_version": versions["draft_decision"],
        },
        "decision_ends.next_round": {
            "question": "Shall we meet under a roof?",
            "closes_on": NEXT_WEEK.date().isoformat(),
            "expected_version": versions["decision"],
        },
        "decision_ends.open_now": {"expected_version": versions["draft_decision"]},
        "decision_ends.outcome": {
            "outcome": "Olena looks for a place.",
            "responsible_id": ids["user_id"],
            "expected_version": versions["closed_decision"],
        },
        "decision_ends.statement": {"statement": "I see it otherwise."},
        "decision_making.write": {
            "question": "Shall we meet in the park?",
            "closes_on": NEXT_WEEK.date().isoformat(),
            "quorum": "1/2",
        },
        "decisions.say": {"stance": "consent"},
        "meeting_decisions.decide": {"wording": "We meet on Tuesdays.", "consents": ids["user_id"]},
        "objections.integrate": {"answer": "We could stand under the bridge.", "expected_version": 1},
        "objections.settle": {"stance": "consent", "expected_version": 1},
        "direct.choose": {"to": ids["user_id"], "body": "Hello", "client_msg_id": "matrix-5"},
        "direct.write": {"body": "Hello", "client_msg_id": "matrix-6"},
        "discussions.mark_read": {"seq": "1"},
        "discussions.mark_unread": {"seq": "1"},
        "inbox.mark_topic_read": {"seq": "1"},
        "discussions.read_all": {"seq": "1"},
        "discussions.room": {"title": "New topic", "body": "Hello", "client_msg_id": "matrix-2"},
        "discussions.topic": {"body": "Hello", "client_msg_id": "matrix-3"},
        "discussions.write": {
            "room": ids["room_id"],
            "title": "New topic",
            "body": "Hello",
            "client_msg_id": "matrix-4",
        },
        "first_steps.step": {"introduction": "Hello", "introduction_for": "nobody", "expected_version": 1},
        "goals.adopt": {"expected_version": versions["goal"]},
        "goals.change": {"title": "Other words", "expected_version": versions["goal"]},
        "goals.close": {
            "outcome": "reached",
            "sentence": "We did it.",
            "expected_version": versions["goal"],
        },
        "goals.progress": {"note": "We asked five people.", "percent": "20"},
        "goals.propose": {"title": "A goal", "why": "Because"},
        "invitations.decide": {
            "decision": "accept",
            "reason": REASON,
            "expected_version": versions["application"],
        },
        "invitations.manage": {"email": "somebody.new@mail.example"},
        "meeting_changes.attendance": {"user_ids": ids["user_id"]},
        "meeting_changes.cancel": {"reason": REASON, "expected_version": versions["meeting"]},
        "meeting_changes.change": {
            "title": "Another",
            "day": f"{NEXT_WEEK:%Y-%m-%d}",
            "time": "18:30",
            "duration_minutes": "60",
            "repeats": "once",
            "time_zone": "Europe/Berlin",
            "kind": "exchange",
            "expected_version": versions["meeting"],
        },
        "api_posters.ask_by_poster": {"email": "somebody.new@mail.example"},
        "posters.join": {"email": "somebody.new@mail.example"},
        "posters.apply": {"experience": "Ten years", "statement": "I would like to."},
        "applications.apply": {"experience": "Ten years", "statement": "I would like to."},
        "applications.say": {"body": "May I ask something?"},
        "applications.greet": {"hello": "Hello, I am new."},
        "applications.withdraw": {"expected_version": versions["application"]},
        "meetings.propose": {
            "title": "An evening",
            "day": f"{NEXT_WEEK:%Y-%m-%d}",
            "time": "18:30",
            "duration_minutes": "60",
            "repeats": "once",
            "time_zone": "Europe/Berlin",
            "kind": "exchange",
        },
        "meetings.reply": {"reply": "yes", "on": ""},
        "membership.appoint": {
            "membership_id": ids["membership_id"],
            "role": "safeguarding_lead",
            "capacity": "volunteer",
        },
        "messages.edit": {"body": "Other words", "expected_version": versions["message"]},
        "messages.delete": {"expected_version": versions["message"]},
        "organisations.start": {"name": "New house", "country": "DE"},
        "passkeys.passkey": {"name": "Old phone"},
        "push.choose": {"brief": "y"},
        "push.turn_on": {
            "endpoint": "https://fcm.googleapis.com/fcm/send/matrix",
            "p256dh": POINT,
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
            "brief": "y",
        },
        "people.me": {"display_name": "Another", "language": "de", "time_zone": "Europe/Berlin"},
        "profiles.own": {"introduction": "Hello", "expected_version": 1},
        "rooms.change": {
            "name": "Café",
            "purpose": "To talk",
            "posting": "members",
            "expected_version": versions["room"],
        },
        "rooms.move": {"step": "lock", "reason": "Quiet", "expected_version": versions["room"]},
        "rooms.pace": {"seconds": "30", "reason": "Quiet", "expected_version": versions["room"]},
        "rooms.place": {"step": "down", "expected_version": versions["room"]},
        "room_people.person": {"inside": "1"},
        "moving.move": {
            "room_id": ids["other_room_id"],
            "reason": "Plants",
            "expected_version": versions["topic"],
        },
        "moving.lock": {"reason": "Quiet", "expected_version": versions["topic"]},
        "levels.of_room": {"level": "muted"},
        "levels.of_topic": {"level": "muted"},
        "roadmap.note_sentence": {"sentence": "This is how we ask."},
        "roadmap.waive": {"waived": "yes"},
        "second_factor.answer": {"code": "123456"},
        "second_factor.set_up": {"code": "123456"},
        "topics.move": {"step": "resolve", "expected_version": versions["topic"]},
        "topics.rename": {"title": "Another", "expected_version": versions["topic"]},
    }
    return bodies.get(endpoint)


PATH_VALUES = {
    "kind": "consent",
    "key": "help_process_set",
    "token": "x" * 43,
    "code": "x" * 22,
    "seed": "amina",
    "language": "de",
    "theme": "dark",
    "step": "name",
    "part": "introduction",
    "emoji": "\U0001f44d",
    "name": "20260101-00000000",
    "uploaded_list_id": "01990000-0000-7000-8000-000000000000",
    "mail_id": "01990000-0000-7000-8000-000000000000",
    "passkey_id": "01990000-0000-7000-8000-000000000000",
    "subscription_id": "01990000-0000-7000-8000-000000000000",
    "token_id": "01990000-0000-7000-8000-000000000000",
    "scope": "room",
    "secret": "x" * 43,
    "side": 96,
    "act": "rework",
    "deed": "day",
    "wish": "support",
    "mails": "reminders",
    "purpose": "sensitive",
    "objection_id": "01990000-0000-7000-8000-000000000000",
}


OTHER_DECISION = {
    "api_decisions.open_decision": "draft_decision_id",
    "api_decisions.change_decision": "draft_decision_id",
    "api_decisions.publish_outcome": "closed_decision_id",
    "api_decisions.get_result": "closed_decision_id",
    "api_decisions.make_statement": "person_decision_id",
    "decision_ends.open_now": "draft_decision_id",
    "decision_ends.change": "draft_decision_id",
    "decision_ends.outcome": "closed_decision_id",
    "decision_ends.statement": "person_decision_id",
}
"""Which decision a route is asked about that takes none which is open."""

OTHER_CASE = {
    "api_cases.answer_question": "asked_case_id", "api_cases.reopen_case": "closed_case_id",
}  # fmt: skip
"""Which case a route is asked about that takes none which somebody has."""


def named(endpoint: str) -> dict[str, str]:
    """Parts of an address that stand for another thing than they are called after."""
    capability, _, name = endpoint.partition(".")
    found = dict(PAGES_OF.get(endpoint, {}))
    if capability == "api_agreements" and name in VERSION_OF:
        found["version_id"] = VERSION_OF[name]
    if capability == "api_deliberation":
        found["amendment_id"] = AMENDMENT_OF.get(name, "amendment_id")
        if name in TALKED_ABOUT:
            found["version_id"] = "debate_version_id"
    if endpoint in OTHER_CASE:
        found["case_id"] = OTHER_CASE[endpoint]
    if endpoint in OTHER_DECISION:
        found["decision_id"] = OTHER_DECISION[endpoint]
    return found


def path_values(world: World, rule: Any) -> dict[str, Any]:
    """The values of a route's variable parts."""
    known, other = {**PATH_VALUES, **world.ids}, named(rule.endpoint)
    return {name: known[other.get(name, name)] for name in rule.arguments}
