"""What can be seen of profiles: one's own, the people of a network, one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from models.base import fold
from models.membership import Membership
from models.people import User
from models.profiles import Profile, ProfileLanguage, ProfileOffer
from network import blocks, membership, people
from network.blocks import hiding_from
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.paging import PageOf, PageRequest
from network.kernel.policy import require
from network.kernel.transaction import session
from network.membership import MemberView, PersonInNetworksView
from network.profiles.policy import audiences_of, may_see_my_profile, shown_within
from network.profiles.rules import FIELDS, PHOTO, Sought, slots_of, week_of

SUGGESTING = 300
"""Of how many people the offers and languages are proposed to others."""


class ProfileView(TypedDict):
    """What a person shows to who asks; None for what she does not."""

    introduction: str | None
    languages: list[str] | None
    country: str | None
    region: str | None
    offers: list[str] | None
    availability: list[str] | None
    can_help_now: bool | None


class OwnProfileView(ProfileView):
    """One's own profile, with who sees each field."""

    shown_to: dict[str, str]
    version: int


class PersonView(MemberView):
    """A person of a network, with what she shows there."""

    profile: ProfileView


class PersonWithProfileView(PersonInNetworksView):
    """One person, with what she shows to who asks."""

    profile: ProfileView


def empty_profile(user_id: str) -> Profile:
    """What somebody tells who has told nothing: nothing, to nobody."""
    shown = {f"{field}_for": "nobody" for field in FIELDS}
    return Profile(
        user_id=user_id, introduction="", country=None, region="", region_folded="", can_help_now=False,
        availability=week_of(()), version=0, **shown,
    )  # fmt: skip


def own_view(profile: Profile) -> OwnProfileView:
    """A profile as its owner sees it."""
    languages, offers = _spoken([profile.user_id]), _offered([profile.user_id])
    shown = _view(profile, languages, offers, frozenset({"nobody", "networks", "everyone"}))
    audiences = {field: getattr(profile, f"{field}_for") for field in FIELDS}
    user = people.user_row(profile.user_id)
    audiences[PHOTO] = user.photo_for if user is not None else "nobody"
    return OwnProfileView(**shown, shown_to=audiences, version=profile.version)


def show_my_profile(actor: Actor) -> OwnProfileView:
    """One's own profile; one that nobody has written yet has version 0. Raises Unauthenticated."""
    require(may_see_my_profile(actor))
    user_id = actor.user_id or ""
    return own_view(session().get(Profile, user_id) or empty_profile(user_id))


def list_people(actor: Actor, network_id: str, request: PageRequest, sought: Sought) -> PageOf[PersonView]:
    """The people of a network by name, without any rank (N15), with what each shows there. `q` is a part of
    the name in whatever case and with or without accents; `language` one that they read the pages in or say
    that they speak; `offers` a part of what they can help with. What somebody does not show does not answer
    either. Raises NotFound for a network that is not visible, Forbidden for outsiders."""
    found = membership.list_people(actor, network_id, request, sought.q, among=_matching(actor, sought))
    shown = _shown(actor, [each["id"] for each in found.items], shares_network=True)
    return PageOf([PersonView(**each, profile=shown[each["id"]]) for each in found.items], found.next)


def get_person(actor: Actor, user_id: str) -> PersonWithProfileView:
    """A person with whom the actor shares a network, the actor herself, or somebody who shows something to
    everybody; each with what she shows. Raises NotFound for everybody else."""
    try:
        known = membership.get_person(actor, user_id)
    except NotFound:
        known = _known_to_everybody(actor, user_id)
    shares = bool(known["networks"])
    return PersonWithProfileView(**known, profile=_shown(actor, [user_id], shares_network=shares)[user_id])


def find_photo(actor: Actor, key: str, side: int) -> bytes | None:
    """A photo by its key, as a square of this side in WebP; None for one that is not there and for one that
    is not shown to the actor. Asked again for every download (A16)."""
    owner = people.owner_of_photo(key)
    if owner is None:
        return None
    audiences = audiences_of(
        actor, owner.user_id,
        shares_network=owner.audience == "networks" and membership.shares_network(actor, owner.user_id),
        is_blocked=bool(blocks.who_hides_from(actor.user_id or "", [owner.user_id])),
    )  # fmt: skip
    if owner.audience not in audiences:
        return None
    return people.photo_file(key, side)


def known_offers(actor: Actor, network_id: str, most: int = 24) -> list[str]:
    """What the people who came last into a network say that they can help with, by the alphabet; to filter by
    and to choose from. Nothing for outsiders."""
    if not membership.may_see_members(actor, network_id):
        return []
    wanted = (
        select(func.min(ProfileOffer.offer), func.count())
        .join(Profile, Profile.user_id == ProfileOffer.user_id)
        .where(ProfileOffer.user_id.in_(_newest(network_id)))
        .where(shown_within(actor, Profile.offers_for))
        .group_by(ProfileOffer.folded)
        .order_by(func.count().desc(), ProfileOffer.folded)
        .limit(most)
    )
    return sorted((row[0] for row in session().execute(wanted)), key=fold)


def spoken_languages(actor: Actor, network_id: str) -> list[str]:
    """The languages that the people who came last into a network show that they speak. Nothing for
    outsiders."""
    if not membership.may_see_members(actor, network_id):
        return []
    wanted = (
        select(ProfileLanguage.language)
        .join(Profile, Profile.user_id == ProfileLanguage.user_id)
        .where(ProfileLanguage.user_id.in_(_newest(network_id)))
        .where(shown_within(actor, Profile.languages_for))
        .distinct()
    )
    return sorted(session().scalars(wanted))


def _newest(network_id: str) -> Any:
    """So many that a list of choices is full, and so few that a large network costs no more than a small."""
    return (
        select(Membership.user_id)
        .where(Membership.network_id == network_id, Membership.state == "active")
        .order_by(Membership.id.desc())
        .limit(SUGGESTING)
    )


def _matching(actor: Actor, sought: Sought) -> list[ColumnElement[bool]]:
    """What must be true of each `User` who is found. First what few people offer, a plain list found in one
    go; then, of those who are left, what she says and whether the actor may know it, at one look each."""
    found: list[ColumnElement[bool]] = []
    of_profile: list[ColumnElement[bool]] = []
    if sought.offers and fold(sought.offers):
        part = ProfileOffer.folded.contains(fold(sought.offers), autoescape=True)
        found.append(Membership.user_id.in_(select(ProfileOffer.user_id).where(part)))
        of_profile.append(shown_within(actor, Profile.offers_for, User))
    if sought.region and fold(sought.region):
        of_profile.append(Profile.region_folded.contains(fold(sought.region), autoescape=True))
    if sought.country:
        of_profile.append(Profile.country == sought.country)
    if sought.country or (sought.region and fold(sought.region)):
        of_profile.append(shown_within(actor, Profile.region_for, User))
    if sought.can_help_now:
        of_profile.append(Profile.can_help_now.is_(True))
        of_profile.append(shown_within(actor, Profile.availability_for, User))
    if of_profile:
        found.append(_of_profile(*of_profile))
    if sought.language:
        reads = _tagged(User.language, sought.language)
        speaks = exists().where(
            ProfileLanguage.user_id == User.id, _tagged(ProfileLanguage.language, sought.language)
        )
        known = _of_profile(shown_within(actor, Profile.languages_for, User))
        found.append(or_(reads, and_(speaks.correlate(User), known)))
    return found


def _of_profile(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Profile.user_id == User.id, *conditions).correlate(User)


def _tagged(column: Any, language: str) -> ColumnElement[bool]:
    return or_(column == language, column.startswith(f"{language}-", autoescape=True))


def _known_to_everybody(actor: Actor, user_id: str) -> PersonInNetworksView:
    profile = session().get(Profile, user_id) if actor.is_person else None
    if profile is None or "everyone" not in {getattr(profile, f"{field}_for") for field in FIELDS}:
        raise NotFound()
    if blocks.who_hides_from(actor.user_id or "", [user_id]):
        raise NotFound()
    found, user = people.find_person(user_id), people.user_row(user_id)
    if found is None or user is None or user.state != "active" or user.frozen_at is not None:
        raise NotFound()
    return PersonInNetworksView(**found, roles=[], language=user.language, networks=[])


def _shown(actor: Actor, ids: list[str], *, shares_network: bool) -> Mapping[str, ProfileView]:
    """What these people show to the actor, in three statements."""
    hides = Profile.user_id.in_(hiding_from(actor.user_id or ""))
    wanted = select(Profile, hides, User.frozen_at.is_not(None)).join(User, User.id == Profile.user_id)
    rows = session().execute(wanted.where(Profile.user_id.in_(ids))).all() if ids else []
    found = {row.user_id: row for row, *_ in rows}
    hiding = {row.user_id for row, hides_from_me, _ in rows if hides_from_me}
    frozen = {row.user_id for row, _, is_frozen in rows if is_frozen}
    languages, offers = _spoken(found), _offered(found)
    return {
        user_id: _view(
            found.get(user_id) or empty_profile(user_id), languages, offers,
            audiences_of(
                actor, user_id, shares_network=shares_network, is_blocked=user_id in hiding,
                is_frozen=user_id in frozen,
            ),
        )
        for user_id in ids
    }  # fmt: skip


def _view(
    profile: Profile, languages: Mapping[str, list[str]], offers: Mapping[str, list[str]], to: frozenset[str]
) -> ProfileView:
    def shown(field: str, value: Any) -> Any:
        return value if getattr(profile, f"{field}_for") in to else None

    return ProfileView(
        introduction=shown("introduction", profile.introduction),
        languages=shown("languages", languages.get(profile.user_id, [])),
        country=shown("region", profile.country), region=shown("region", profile.region),
        offers=shown("offers", offers.get(profile.user_id, [])),
        availability=shown("availability", slots_of(profile.availability)),
        can_help_now=shown("availability", profile.can_help_now),
    )  # fmt: skip


def _spoken(ids: Iterable[str]) -> Mapping[str, list[str]]:
    return _in_order(ProfileLanguage, ProfileLanguage.language, ids)


def _offered(ids: Iterable[str]) -> Mapping[str, list[str]]:
    return _in_order(ProfileOffer, ProfileOffer.offer, ids)


def _in_order(table: Any, column: Any, ids: Iterable[str]) -> Mapping[str, list[str]]:
    wanted = sorted(ids)
    found: dict[str, list[str]] = defaultdict(list)
    if wanted:
        rows = select(table.user_id, column).where(table.user_id.in_(wanted)).order_by(table.position)
        for user_id, value in session().execute(rows):
            found[user_id].append(value)
    return found
