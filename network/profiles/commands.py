"""What can be done with profiles: change one's own, forget that of a closed account."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select, update

from models.base import fold
from models.profiles import Profile, ProfileLanguage, ProfileOffer
from network import people
from network.kernel.actor import Actor, system_actor
from network.kernel.consents import Consent, How, asks_consent, note_consent
from network.kernel.errors import Unauthenticated
from network.kernel.policy import require
from network.kernel.transaction import add_once, command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _
from network.profiles.policy import may_change_profile, may_forget_profile
from network.profiles.queries import OwnProfileView, empty_profile, own_view
from network.profiles.rules import FIELDS, clean_profile


@command
def change_profile(actor: Actor, expected_version: int, how: How = "api", **values: Any) -> OwnProfileView:
    """Change what one tells about oneself: `introduction`, `languages` (the best one first), `country`,
    `region`, `offers`, `availability` (slots), `can_help_now`, and `shown_to` (field → audience; `photo` is
    one); what is not given stays. A profile that nobody has written yet has version 0 and shows everything to
    nobody. To tell something is to agree that it is kept and shown so, which is written down with
    `how` one did. Raises Unauthenticated, DataFrozen, VersionConflict, Invalid by field. Records no fact:
    nobody is told."""
    require(may_change_profile(actor))
    person = people.lock_user(actor.user_id or "")
    if person is None:
        raise Unauthenticated()
    people.check_not_frozen(person)
    audience = (values.get("shown_to") or {}).get("photo")
    if audience is not None:
        people.show_photo(actor, audience)  # the person's row is locked before her profile's
    profile = _locked(actor.user_id or "")
    check_version(profile, expected_version, own_view)
    clean = clean_profile(values)
    if any(value for field, value in clean.items() if field not in ("shown_to", "availability")):
        note_consent(person.id, PROFILE, True, how, person.language)
    languages, offers = clean.pop("languages", None), clean.pop("offers", None)
    for field, chosen in clean.pop("shown_to", {}).items():
        if field in FIELDS:
            setattr(profile, f"{field}_for", chosen)
    for field, value in clean.items():
        setattr(profile, field, value)
    profile.region_folded = fold(profile.region)
    profile.version += 1
    if languages is not None:
        _put(ProfileLanguage, profile.user_id, [{"language": tag} for tag in languages])
    if offers is not None:
        _put(ProfileOffer, profile.user_id, [{"offer": offer, "folded": fold(offer)} for offer in offers])
    session().flush()
    return own_view(profile)


@command
def forget_profile(actor: Actor, user_id: str) -> None:
    """Delete everything that somebody told about herself. Refused to everybody but the system."""
    require(may_forget_profile(actor))
    for table in (ProfileLanguage, ProfileOffer, Profile):
        session().execute(delete(table).where(table.user_id == user_id))


def _locked(user_id: str) -> Profile:
    """One's profile for as long as the command lasts, made where there is none yet."""
    wanted = select(Profile).where(Profile.user_id == user_id).with_for_update()
    found = session().scalars(wanted).one_or_none()
    if found is None:
        add_once(empty_profile(user_id))
        found = session().scalars(wanted.execution_options(populate_existing=True)).one()
    return found


def _put(table: type[ProfileLanguage] | type[ProfileOffer], user_id: str, rows: list[dict[str, str]]) -> None:
    session().execute(delete(table).where(table.user_id == user_id))
    if rows:
        placed = [{**row, "user_id": user_id, "position": place} for place, row in enumerate(rows)]
        session().execute(insert(table), placed)


@command
def forget_own_words(actor: Actor, user_id: str) -> None:
    """Delete what somebody told about herself in words of her own: introduction and offers. Refused to
    everybody but the system."""
    require(may_forget_profile(actor))
    session().execute(delete(ProfileOffer).where(ProfileOffer.user_id == user_id))
    words = update(Profile).where(Profile.user_id == user_id)
    session().execute(words.values(introduction="", version=Profile.version + 1))


PROFILE = asks_consent(
    Consent(
        purpose="profile",
        version=1,
        title=_("What I tell about myself"),
        text=_(
            "I agree that what I write into my profile is stored and shown to those whom I choose for each "
            "part. When I take this back, my profile is emptied."
        ),
        stop=lambda user_id: forget_profile(system_actor("consents"), user_id),
    )
)

SENSITIVE = asks_consent(
    Consent(
        purpose="sensitive",
        version=1,
        title=_("Sensitive things about me"),
        text=_(
            "I agree that my own words in my profile may say something about my health, my religion, my "
            "origin, my political views or whom I love, if I write that there. Nobody asks me for it. When I "
            "take this back, my words in my profile are deleted."
        ),
        stop=lambda user_id: forget_own_words(system_actor("consents"), user_id),
    )
)
