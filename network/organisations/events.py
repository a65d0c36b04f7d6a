"""Which facts about organisations and their stewards can become true. Their scope is `organisation:<id>`,
unless they say another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class OrganisationFounded(Fact):
    """Somebody entered an organisation and acts for it from now on."""

    kind: ClassVar[str] = "organisation.founded"
    entity_type: ClassVar[str] = "organisation"


@dataclass(frozen=True, kw_only=True)
class OrganisationChanged(Fact):
    """An organisation is called something else, sits in another country, or says other things of itself."""

    kind: ClassVar[str] = "organisation.changed"
    entity_type: ClassVar[str] = "organisation"


@dataclass(frozen=True, kw_only=True)
class OrganisationDecided(Fact):
    """The platform vouches for an organisation (`verified`) or does not (`refused`)."""

    kind: ClassVar[str] = "organisation.decided"
    entity_type: ClassVar[str] = "organisation"

    state: str


@dataclass(frozen=True, kw_only=True)
class OrganisationResubmitted(Fact):
    """The contacts of an organisation answered its refusal; it waits again."""

    kind: ClassVar[str] = "organisation.resubmitted"
    entity_type: ClassVar[str] = "organisation"


@dataclass(frozen=True, kw_only=True)
class StewardAdded(Fact):
    """A person acts for the organisation from now on."""

    kind: ClassVar[str] = "steward.added"
    entity_type: ClassVar[str] = "organisation"

    user_id: str


@dataclass(frozen=True, kw_only=True)
class StewardRemoved(Fact):
    """A person no longer acts for the organisation: what she saw as its steward is closed to her."""

    kind: ClassVar[str] = "steward.removed"
    entity_type: ClassVar[str] = "organisation"

    user_id: str


@dataclass(frozen=True, kw_only=True)
class StewardshipEnded(Fact):
    """The same, told to the person herself, so that her open connections leave what she saw as a steward.
    `reason` is `removed`, `left` or `account_closed`. Scope `user:<id>`; the entity is the organisation."""

    kind: ClassVar[str] = "stewardship.ended"
    # Of a type of its own, so that nothing of the organisation is shown with it later.
    entity_type: ClassVar[str] = "stewardship"

    organisation_id: str
    reason: str
