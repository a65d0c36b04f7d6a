"""What a letter about a decision says. Of a matter about a person nobody but she reads the question there."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from models.decisions import Attendee, Decision, DecisionChange, DecisionOption
from network import decisions
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import translate
from network.notifications.mails.saying import Said, moment, shortened
from network.notifications.queries.affairs import AffairView
from network.notifications.rules.affairs import (
    CANCELLED,
    CLOSED,
    CONCERNED,
    INTEGRATED,
    NEXT_ROUND,
    OBJECTED,
    OPENED,
    REVIEW,
    SOON,
)

_SUBJECTS = {
    OPENED: _("Your answer, please: %(title)s"),
    SOON: _("Ends soon: %(title)s"),
    NEXT_ROUND: _("A new round: %(title)s"),
    CLOSED: _("What came of it: %(title)s"),
    CANCELLED: _("Called off: %(title)s"),
    CONCERNED: _("%(network)s: a decision that is about you"),
    REVIEW: _("Time to look again: %(title)s"),
    OBJECTED: _("Somebody objects: %(title)s"),
    INTEGRATED: _("A way to meet your objection: %(title)s"),
}
_BEGINS = {
    OPENED: _("In “%(network)s” something is to be decided together: %(title)s"),
    SOON: _("In “%(network)s” a decision ends soon: %(title)s"),
    NEXT_ROUND: _("In “%(network)s” a question is asked once more: %(title)s"),
    CLOSED: _("In “%(network)s” a decision is over: %(title)s"),
    CANCELLED: _("In “%(network)s” a decision was called off: %(title)s"),
    CONCERNED: _("In “%(network)s” a decision is being prepared that is about you: %(title)s"),
    REVIEW: _("In “%(network)s” this was decided, and you wanted to look at it again now: %(title)s"),
    OBJECTED: _("In “%(network)s” somebody objects to what you proposed: %(title)s"),
    INTEGRATED: _("In “%(network)s” somebody suggests how to meet your objection: %(title)s"),
}
_CALL_SUBJECT = _("Agreed on a call: %(title)s")
_CALL_BEGINS = _("In “%(network)s” this was agreed on a call: %(title)s")
_LABELS = {
    CLOSED: _("See what came of it"), CANCELLED: _("Look at it"), REVIEW: _("Look at it"),
    CONCERNED: _("Read it and say something on it"), OBJECTED: _("Read the objection"),
    INTEGRATED: _("Read the suggestion"),
}  # fmt: skip
_ANSWERS = (
    ("consent", _("I agree")), ("reservation", _("I agree with a concern")),
    ("stand_aside", _("I stand aside")), ("objection", _("I object")),
)  # fmt: skip
_OUTCOMES = {
    "passed": _("It passed."),
    "not_passed": _("It did not pass."),
    "no_result": _("There is no result."),
}
_WHY = {
    "quorum": _("Too few of us answered."),
    "objection": _("An objection stood to the end."),
    "share": _("Too few of us were for it."),
    "tie": _("Two answers had the same number. We should talk more."),
    "only_abstentions": _("Everybody stood aside."),
    "nobody": _("Nobody answered."),
}
"""Why it ended as it did, where it did not pass."""
_REASONS = {
    "proposer_left": _("The person who proposed it has left the network. Somebody else can take it over."),
    "concerned_left": _("The person whom it was about has left the network."),
    "no_stances": _("Nobody answered."),
    "effect_refused": _("What was to follow from it was not possible any more."),
    "too_few_electors": _("Too few people could have taken part."),
    "outdated": _("The text that it was about has changed, or was given up."),
    "network_dormant": _("The network is asleep."),
    "network_archived": _("The network was closed."),
}
_ABOUT_A_PERSON = _("a matter about a person")


def say_of_decision(
    language: str, reader: Actor, affair: AffairView, words: Mapping[str, str]
) -> Said | None:
    """The letter about one decision; None where it is gone."""
    decision, kind = session().get(Decision, affair["entity_id"]), affair["kind"]
    if decision is None:
        return None
    if decision.kind == "person" and decision.concerned_user_id != reader.user_id:
        words = {**words, "title": translate(language, _ABOUT_A_PERSON)}
    on_a_call = decision.meeting_id is not None and kind == OPENED
    paragraphs = [translate(language, _CALL_BEGINS if on_a_call else _BEGINS[kind], words)]
    if kind in (OPENED, SOON, NEXT_ROUND):
        paragraphs += _asked(language, reader, decision, kind)
        return Said(
            translate(language, _CALL_SUBJECT if on_a_call else _SUBJECTS[kind], words), paragraphs,
            translate(language, _("Read and answer")), _answers(language, reader, decision),
        )  # fmt: skip
    if kind == CLOSED:
        paragraphs += _came_of_it(language, decision)
    if kind == CANCELLED:
        paragraphs += _why(language, decision)
    if kind == CONCERNED:
        paragraphs.append(translate(language, _(
            "You hear of it before everybody else. You can write down what you want to say: it stands at the "
            "top of the page, above what the others say. The decision begins a day from now at the earliest. "
            "You do not take part in it yourself."
        )))  # fmt: skip
    return Said(translate(language, _SUBJECTS[kind], words), paragraphs, translate(language, _LABELS[kind]))


def _asked(language: str, reader: Actor, decision: Decision, kind: str) -> list[str]:
    lines = []
    if kind == NEXT_ROUND:
        lines.append(translate(language, _("What was said before counts no more, so please answer again.")))
        lines += _changes(language, decision)
    elif decision.explanation and decision.kind != "person" and kind == OPENED:
        lines.append(shortened(decision.explanation))
    if kind == SOON:
        said = _("If you have answered already, there is nothing left to do.")
        lines.append(
            translate(language, said if decision.anonymous else _("You have not answered yet."))
        )  # fmt: skip
    when = {"when": moment(language, reader, decision.closes_at)}
    if decision.meeting_id is not None and decision.round == 1:
        return lines + _stands_unless(language, reader, decision, kind, when)
    lines.append(translate(language, _("It ends on %(when)s, where you are."), when))
    if decision.silence == "announced":
        lines.append(translate(language, _("Here silence counts: who says nothing goes along with it.")))
    return lines


def _stands_unless(
    language: str, reader: Actor, decision: Decision, kind: str, when: Mapping[str, str]
) -> list[str]:
    """Of what was agreed on a call: what is written of her, and until when she can say otherwise."""
    lines = []
    there = session().get(Attendee, (decision.id, reader.user_id))
    if kind == OPENED and there is not None and there.consented:
        lines.append(translate(language, _(
            "It is written down that you were there and agreed. If that is not so, say now what holds for "
            "you."
        )))  # fmt: skip
    lines.append(translate(language, _("If nobody objects, it holds from %(when)s on, where you are."), when))
    return lines


def _changes(language: str, decision: Decision) -> list[str]:
    changed = select(DecisionChange).where(DecisionChange.decision_id == decision.id)
    if decision.kind == "person":
        return []
    lines = []
    for change in session().scalars(changed.order_by(DecisionChange.id)):
        words = {"before": shortened(change.before), "after": shortened(change.after)}
        lines.append(translate(language, _("Before: “%(before)s”"), words))
        lines.append(translate(language, _("Now: “%(after)s”"), words))
    return lines


def _answers(language: str, reader: Actor, decision: Decision) -> list[tuple[str, str]]:
    """A link for each stance, or one to all answers. They lead to a page with a button: nothing happens by
    opening it."""
    link = decisions.stance_link(reader.user_id or "", decision.id)
    options = select(DecisionOption.id).where(DecisionOption.decision_id == decision.id).limit(1)
    if session().scalar(options) is not None:
        return [(translate(language, _("Answer without signing in")), link)]
    return [(translate(language, said), f"{link}?stance={stance}") for stance, said in _ANSWERS]


def _came_of_it(language: str, decision: Decision) -> list[str]:
    result = decision.result or {}
    came = _OUTCOMES.get(result.get("outcome", ""))
    lines = [translate(language, came)] if came is not None else []
    if result.get("outcome") != "passed" and result.get("rule") in _WHY:
        lines.append(translate(language, _WHY[result["rule"]]))
    won = session().get(DecisionOption, result["option_id"]) if result.get("option_id") else None
    if won is not None and won.text and decision.kind != "person":
        lines.append(translate(language, _("Most chose: %(text)s"), {"text": won.text}))
    if decision.effect_state == "refused":
        lines.append(translate(language, _("What was to follow from it was not possible any more.")))
    return lines


def _why(language: str, decision: Decision) -> list[str]:
    reason = decision.cancel_reason or ""
    if reason in _REASONS:
        return [translate(language, _REASONS[reason])]
    if not reason or decision.kind == "person":
        return []
    return [translate(language, _("The reason: “%(text)s”"), {"text": reason})]
