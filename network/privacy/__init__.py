"""What is stored about people: the register of it, why, and what becomes of it."""

from network.privacy.commands.exporting import request_export, take_export, tidy_exports
from network.privacy.policy import may_export_me
from network.privacy.rules.purposes import GROUNDS, PURPOSES, Purpose
from network.privacy.rules.register import Entry, register

__all__ = [
    "GROUNDS",
    "PURPOSES",
    "Entry",
    "Purpose",
    "may_export_me",
    "register",
    "request_export",
    "take_export",
    "tidy_exports",
]
