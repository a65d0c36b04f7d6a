"""What people tell about themselves, who sees each part of it, and finding somebody by it."""

from network.profiles.commands import change_profile, forget_profile
from network.profiles.policy import may_change_profile
from network.profiles.queries import (
    OwnProfileView,
    PersonView,
    PersonWithProfileView,
    ProfileView,
    find_photo,
    get_person,
    known_offers,
    list_people,
    show_my_profile,
    spoken_languages,
)
from network.profiles.rules import (
    AUDIENCES,
    DAYS,
    FIELDS,
    LONGEST_INTRODUCTION,
    LONGEST_OFFER,
    LONGEST_REGION,
    MOST_LANGUAGES,
    MOST_OFFERS,
    PARTS_OF_DAY,
    PHOTO,
    SLOTS,
    Sought,
)

__all__ = [
    "AUDIENCES",
    "DAYS",
    "FIELDS",
    "LONGEST_INTRODUCTION",
    "LONGEST_OFFER",
    "LONGEST_REGION",
    "MOST_LANGUAGES",
    "MOST_OFFERS",
    "PARTS_OF_DAY",
    "PHOTO",
    "SLOTS",
    "OwnProfileView",
    "PersonView",
    "PersonWithProfileView",
    "ProfileView",
    "Sought",
    "change_profile",
    "find_photo",
    "forget_profile",
    "get_person",
    "known_offers",
    "list_people",
    "may_change_profile",
    "show_my_profile",
    "spoken_languages",
]
