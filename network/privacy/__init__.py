"""What is stored about people: the register of it, why, and what becomes of it."""

from network.privacy.commands.consents import ConsentView, decide_consent, forget_consents, list_consents
from network.privacy.commands.erasing import erase_account, erase_again, erase_due, erase_who_waits
from network.privacy.commands.exporting import request_export, take_export, tidy_exports
from network.privacy.commands.leaving import (
    ErasureView,
    request_erasure,
    take_back_erasure,
    waiting_erasure,
)
from network.privacy.commands.objections import (
    ObjectionView,
    WaitingObjectionView,
    answer_objection,
    count_open_objections,
    count_overdue_objections,
    list_my_objections,
    list_open_objections,
    object_to,
    remind_of_objections,
)
from network.privacy.policy import (
    may_answer_objections,
    may_decide_for_me,
    may_erase,
    may_erase_me,
    may_export_me,
    may_take_back,
)
from network.privacy.rules.objections import OBJECTABLE, OUTCOMES, ObjectionAnswered, ObjectionOpen
from network.privacy.rules.purposes import GROUNDS, PURPOSES, Purpose
from network.privacy.rules.register import Entry, register

__all__ = [
    "GROUNDS",
    "OBJECTABLE",
    "OUTCOMES",
    "PURPOSES",
    "ConsentView",
    "Entry",
    "ErasureView",
    "ObjectionAnswered",
    "ObjectionOpen",
    "ObjectionView",
    "Purpose",
    "WaitingObjectionView",
    "answer_objection",
    "count_open_objections",
    "count_overdue_objections",
    "decide_consent",
    "erase_account",
    "erase_again",
    "erase_due",
    "erase_who_waits",
    "forget_consents",
    "list_consents",
    "list_my_objections",
    "list_open_objections",
    "may_answer_objections",
    "may_decide_for_me",
    "may_erase",
    "may_erase_me",
    "may_export_me",
    "may_take_back",
    "object_to",
    "register",
    "remind_of_objections",
    "request_erasure",
    "request_export",
    "take_back_erasure",
    "take_export",
    "tidy_exports",
    "waiting_erasure",
]
