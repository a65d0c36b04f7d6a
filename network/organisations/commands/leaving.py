"""Whether somebody can go without leaving an organisation to nobody. Within the command of who erases her."""

from __future__ import annotations

from network import people
from network.organisations.queries.organisations import lock_organisation
from network.organisations.queries.stewards import stewards_of, stewardships_of
from network.organisations.rules import NobodyToAct


def check_handed_over(user_id: str) -> None:
    """Raise NobodyToAct, with the organisation's name, where she is the last one who acts for an organisation
    that was verified; one that nobody vouches for has nobody who relies on it."""
    for organisation_id in sorted(stewardships_of(user_id)):
        organisation = lock_organisation(organisation_id)
        others = (other for other in stewards_of(organisation_id) if other != user_id)
        if organisation.state == "verified" and not any(people.address_of(other) for other in others):
            raise NobodyToAct(organisation=organisation.name, organisation_id=organisation_id)
