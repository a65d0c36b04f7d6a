"""A network's office: whether it has one, whom one reaches there, when, and for what."""

from network.offices.commands import decide_office
from network.offices.policy import may_decide_office, may_describe_office, may_see_office
from network.offices.queries import (
    Candidate,
    OfficeStanding,
    OfficeView,
    fitting_decisions,
    get_office,
    office_standing,
    settles_alone,
)
from network.offices.rules import Hours, hours_in

__all__ = [
    "Candidate",
    "Hours",
    "OfficeStanding",
    "OfficeView",
    "decide_office",
    "fitting_decisions",
    "get_office",
    "hours_in",
    "may_decide_office",
    "may_describe_office",
    "may_see_office",
    "office_standing",
    "settles_alone",
]
