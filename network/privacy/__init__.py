"""What is stored about people: the register of it, why, and what becomes of it."""

from network.privacy.commands.erasing import erase_account, erase_again, erase_due, erase_who_waits
from network.privacy.commands.exporting import request_export, take_export, tidy_exports
from network.privacy.commands.leaving import (
    ErasureView,
    request_erasure,
    take_back_erasure,
    waiting_erasure,
)
from network.privacy.policy import may_erase, may_erase_me, may_export_me, may_take_back
from network.privacy.rules.purposes import GROUNDS, PURPOSES, Purpose
from network.privacy.rules.register import Entry, register

__all__ = [
    "GROUNDS",
    "PURPOSES",
    "Entry",
    "ErasureView",
    "Purpose",
    "erase_account",
    "erase_again",
    "erase_due",
    "erase_who_waits",
    "may_erase",
    "may_erase_me",
    "may_export_me",
    "may_take_back",
    "register",
    "request_erasure",
    "request_export",
    "take_back_erasure",
    "take_export",
    "tidy_exports",
    "waiting_erasure",
]
