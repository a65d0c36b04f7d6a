"""Worries about somebody's safety: to the safeguarding lead and deputy, never to who is named in one."""

from network.concerns.commands.concerns import note_concern, raise_concern, read_concern
from network.concerns.commands.contacts import (
    add_contact,
    change_contact,
    remove_contact,
    take_over_contacts,
)
from network.concerns.commands.watching import forget_concerns
from network.concerns.policy import may_keep_contacts, may_raise_concern, safeguarded_by
from network.concerns.queries.concerns import (
    ConcernItemView,
    ConcernView,
    count_waiting,
    list_concerns,
    people_for_concerns,
)
from network.concerns.queries.contacts import (
    ContactView,
    countries_with_contacts,
    get_contact,
    list_contacts,
)
from network.concerns.rules.concerns import ADDITION, NOTES, STATES, NobodyAppointed
from network.concerns.rules.known import KINDS
from network.concerns.rules.numbers import EMERGENCY, GENERAL, Emergency

__all__ = [
    "ADDITION",
    "EMERGENCY",
    "GENERAL",
    "KINDS",
    "NOTES",
    "STATES",
    "ConcernItemView",
    "ConcernView",
    "ContactView",
    "Emergency",
    "NobodyAppointed",
    "add_contact",
    "change_contact",
    "count_waiting",
    "countries_with_contacts",
    "forget_concerns",
    "get_contact",
    "list_concerns",
    "list_contacts",
    "may_keep_contacts",
    "may_raise_concern",
    "note_concern",
    "people_for_concerns",
    "raise_concern",
    "read_concern",
    "remove_contact",
    "safeguarded_by",
    "take_over_contacts",
]
