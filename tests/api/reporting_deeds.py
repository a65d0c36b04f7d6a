"""What a report brings about for who told and for who handles it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from network import hints, moderation
from network.kernel.paging import PageRequest
from network.kernel.transaction import unit_of_work

if TYPE_CHECKING:
    from tests.api.deeds import Village


def ask_about_words(v: Village) -> None:
    """The network looks for one word more."""
    with unit_of_work():
        version = hints.get_hints(v.meta, v.network_id)["version"]
    hints.change_hints(v.meta, v.network_id, words=[{"text": "Linz", "note": ""}], expected_version=version)


def report_and_answer(v: Village, message_id: str) -> None:
    """Somebody tells of a message; she is asked, answers, and hears that nothing was done."""
    told = moderation.report(v.ann, "message", message_id, reason="Hm.").report
    with unit_of_work():
        waiting = moderation.list_cases(v.meta, v.network_id, PageRequest()).items
    case = next(one for one in waiting if one["target"]["id"] == message_id)
    taken = moderation.claim_case(v.meta, case["id"], case["version"])
    asked = moderation.ask_question(
        v.meta, case["id"], to="reporter", question="When?", expected_version=taken["version"]
    )
    moderation.answer_question(v.ann, case["id"], answer="Now.")
    moderation.set_report_aside(
        v.meta, case["id"], told["id"], reason="Nothing.", expected_version=asked["version"] + 1
    )
