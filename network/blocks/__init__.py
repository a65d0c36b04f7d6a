"""Whom somebody does not want to meet, and whether others may write to her directly."""

from network.blocks.commands import block, choose_contact, unblock
from network.blocks.policy import hides_from, hiding_from, may_keep_blocks, refuses
from network.blocks.queries import (
    BlockView,
    ContactSettingsView,
    blocked_by,
    has_blocked,
    list_blocks,
    show_contact_settings,
    who_hides_from,
    who_refuses,
    whom_refuses,
)
from network.blocks.rules import SelfBlocked

__all__ = [
    "BlockView",
    "ContactSettingsView",
    "SelfBlocked",
    "block",
    "blocked_by",
    "choose_contact",
    "has_blocked",
    "hides_from",
    "hiding_from",
    "list_blocks",
    "may_keep_blocks",
    "refuses",
    "show_contact_settings",
    "unblock",
    "who_hides_from",
    "who_refuses",
    "whom_refuses",
]
