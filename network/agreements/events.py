"""What can become true of the documents a network stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class AgreementCameIntoForce(Fact):
    """A version holds from now on, instead of `previous_id`; `correction` where signatures under that one
    go on to count. Scope `network:<id>`."""

    kind: ClassVar[str] = "agreement.in_force"
    entity_type: ClassVar[str] = "agreement_version"

    agreement_id: str
    agreement_kind: str
    number: int
    previous_id: str | None = None
    correction: bool = False


@dataclass(frozen=True, kw_only=True)
class RulesAccepted(Fact):
    """A person accepted the rules of a network. Scope `user:<id>`: nobody else needs to see it happen. Which
    edition is told by id and number; its words are where the rules are read."""

    kind: ClassVar[str] = "rules.accepted"
    entity_type: ClassVar[str] = "rules_acceptance"

    network_id: str
    version_id: str
    number: int


@dataclass(frozen=True, kw_only=True)
class _OfVersion:
    """What every fact about one version carries. Scope `network:<id>`."""

    entity_type: ClassVar[str] = "agreement_version"

    agreement_id: str
    agreement_kind: str
    number: int


@dataclass(frozen=True, kw_only=True)
class AgreementFounded(Fact):
    """A document was begun; it says nothing yet. Scope `network:<id>`."""

    kind: ClassVar[str] = "agreement.founded"
    entity_type: ClassVar[str] = "agreement"


@dataclass(frozen=True, kw_only=True)
class VersionDrafted(_OfVersion, Fact):
    """Somebody drafted a version of a document."""

    kind: ClassVar[str] = "agreement.drafted"


@dataclass(frozen=True, kw_only=True)
class VersionChanged(_OfVersion, Fact):
    """What a version says or when it is talked about changed before it was frozen, or the first of two said
    that it may be frozen."""

    kind: ClassVar[str] = "agreement.changed"


@dataclass(frozen=True, kw_only=True)
class DeliberationOpened(_OfVersion, Fact):
    """The network may talk about a version, until the moment that it names. `again` where an objection to the
    frozen text brought it back; `correction` where the change is small and comes into force unless a signer
    wants to talk about it."""

    kind: ClassVar[str] = "agreement.deliberation"

    again: bool = False
    correction: bool = False


@dataclass(frozen=True, kw_only=True)
class VersionFrozen(_OfVersion, Fact):
    """The words of a version are fixed for good."""

    kind: ClassVar[str] = "agreement.frozen"


@dataclass(frozen=True, kw_only=True)
class SigningOpened(_OfVersion, Fact):
    """The network said yes to a version; who is asked to sign it is in `signature_requests`."""

    kind: ClassVar[str] = "agreement.signing"


@dataclass(frozen=True, kw_only=True)
class VersionEnded(_OfVersion, Fact):
    """A version holds no more, or never will. `state` is superseded, expired, terminated or failed;
    `last_rules` where the term of communication rules is over and they go on until others replace them."""

    kind: ClassVar[str] = "agreement.ended"

    state: str
    last_rules: bool = False


@dataclass(frozen=True, kw_only=True)
class TerminationAnnounced(_OfVersion, Fact):
    """A version that is in force will end on a day that its `valid_until` names."""

    kind: ClassVar[str] = "agreement.termination"


@dataclass(frozen=True, kw_only=True)
class VersionAbandoned(_OfVersion, Fact):
    """A draft is not worked on any more."""

    kind: ClassVar[str] = "agreement.abandoned"


@dataclass(frozen=True, kw_only=True)
class _OfSignature:
    """What every fact about a signature carries. Scope `network:<id>`."""

    entity_type: ClassVar[str] = "signature"

    version_id: str
    agreement_id: str


@dataclass(frozen=True, kw_only=True)
class VersionSigned(_OfSignature, Fact):
    """A person signed a version, for herself or for her organisation."""

    kind: ClassVar[str] = "signature.signed"


@dataclass(frozen=True, kw_only=True)
class VersionDeclined(_OfSignature, Fact):
    """A person said that she does not sign; she may sign later all the same."""

    kind: ClassVar[str] = "signature.declined"


@dataclass(frozen=True, kw_only=True)
class SignatureWithdrawn(_OfSignature, Fact):
    """A person takes her signature back for the future; that she signed stays in the record."""

    kind: ClassVar[str] = "signature.withdrawn"


@dataclass(frozen=True, kw_only=True)
class ClauseCommentAdded(Fact):
    """Somebody said something about a clause. Scope `network:<id>`."""

    kind: ClassVar[str] = "clause_comment.added"
    entity_type: ClassVar[str] = "clause_comment"

    version_id: str
    clause_id: str


@dataclass(frozen=True, kw_only=True)
class ClauseCommentDeleted(ClauseCommentAdded):
    """Who wrote a comment took its words back; that there was one stays."""

    kind: ClassVar[str] = "clause_comment.deleted"


@dataclass(frozen=True, kw_only=True)
class _OfAmendment:
    """Something became true of an amendment by `author_id`, which is in `state` now. Scope `network:<id>`."""

    entity_type: ClassVar[str] = "amendment"

    version_id: str
    clause_id: str
    author_id: str
    state: str


@dataclass(frozen=True, kw_only=True)
class AmendmentSubmitted(_OfAmendment, Fact):
    """Somebody proposes another wording of a clause, for the first time or anew on the words of now."""

    kind: ClassVar[str] = "amendment.submitted"


@dataclass(frozen=True, kw_only=True)
class AmendmentChanged(_OfAmendment, Fact):
    """It is being talked about, somebody joined or took it over, or there is a vote about it."""

    kind: ClassVar[str] = "amendment.changed"


@dataclass(frozen=True, kw_only=True)
class AmendmentAnswered(_OfAmendment, Fact):
    """It was accepted, accepted in other words or rejected, by who leads or by a vote."""

    kind: ClassVar[str] = "amendment.answered"


@dataclass(frozen=True, kw_only=True)
class AmendmentWithdrawn(_OfAmendment, Fact):
    """Its author took it back."""

    kind: ClassVar[str] = "amendment.withdrawn"


@dataclass(frozen=True, kw_only=True)
class AmendmentOutdated(_OfAmendment, Fact):
    """Its clause says something else by now; its author may bring it forward anew."""

    kind: ClassVar[str] = "amendment.outdated"
