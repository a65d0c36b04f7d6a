"""Reading what the clock may have moved on: whoever reads first writes that down, then everybody sees it."""

from __future__ import annotations

from sqlalchemy import select

from models.agreements import Agreement, Amendment
from network import decisions, networks
from network.agreements.commands.settling import CLOCK, settle_version
from network.agreements.policy.deliberation import may_see_deliberation, visible_amendments
from network.agreements.policy.versions import may_read_agreements
from network.agreements.queries.agreements import AgreementView, show_agreements, visible_agreement
from network.agreements.queries.deliberation import OwnAmendmentView, show_amendments, visible_amendment
from network.agreements.queries.due import due_versions
from network.agreements.queries.signatures import SignatureView, signatures_page
from network.agreements.queries.versions import VersionView, shown, visible_version
from network.agreements.rules.amendments import PUT_TO_VOTE
from network.kernel.actor import Actor
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import once


def get_agreement_version(actor: Actor, version_id: str) -> VersionView:
    """One version with its clauses in order, its terms and counts. Raises NotFound where it is not open to
    the actor."""
    version, document = visible_version(actor, version_id)
    if version.builtin is None and _settle(document.network_id):
        version, document = visible_version(actor, version_id)
    return shown(version, document)


def get_agreement(actor: Actor, agreement_id: str) -> AgreementView:
    """One document with its versions, the newest first. Raises NotFound where it is not open to the actor."""
    document = visible_agreement(actor, agreement_id)
    if _settle(document.network_id):
        document = visible_agreement(actor, agreement_id)
    return show_agreements(actor, [document])[0]


def list_agreements(actor: Actor, network_id: str, request: PageRequest) -> PageOf[AgreementView]:
    """A network's documents in the order in which they were begun. Raises NotFound where the network is not
    visible, Forbidden to who does not belong to it."""
    network = networks.visible_network_row(actor, network_id)
    require(may_read_agreements(actor, network.id))
    if _settle(network.id):
        network = networks.visible_network_row(actor, network_id)
    rows = select(Agreement).where(Agreement.network_id == network.id)
    found = page(rows, [Agreement.id.expression], request, lambda row: row)
    return PageOf(show_agreements(actor, found.items), found.next)


def get_amendment(actor: Actor, amendment_id: str) -> OwnAmendmentView:
    """One amendment, after a vote about it whose time is over was counted. Raises NotFound where it is not
    open to the actor."""
    row = visible_amendment(actor, amendment_id)
    if row.state == PUT_TO_VOTE and row.decision_id is not None:
        decisions.settle_due(decision_id=row.decision_id)
        row = visible_amendment(actor, amendment_id)
    return show_amendments(actor, [row])[0]


def list_amendments(
    actor: Actor, version_id: str, request: PageRequest, clause_id: str | None = None
) -> PageOf[OwnAmendmentView]:
    """The amendments to a version, or to one of its clauses, in the order in which they came; drafts only the
    actor's own. Raises NotFound where the version is not open to the actor, Forbidden to who is no member."""
    _version, document = visible_version(actor, version_id)
    require(may_see_deliberation(actor, document.network_id))
    _settle(document.network_id)
    wanted = visible_amendments(actor).where(Amendment.version_id == version_id)
    if clause_id is not None:
        wanted = wanted.where(Amendment.clause_id == clause_id)
    rows = page(wanted, [Amendment.id.expression], request, lambda row: row)
    return PageOf(show_amendments(actor, rows.items), rows.next)


def list_signatures(actor: Actor, version_id: str, request: PageRequest) -> PageOf[SignatureView]:
    """The record of who signed, declined and withdrew, the oldest row first. Raises NotFound where the
    version is not open to the actor."""
    return signatures_page(actor, version_id, request)


def _settle(network_id: str) -> bool:
    """True when the clock had moved something on; looked at once for all that a page reads."""
    return once(("settled", network_id), lambda: _moved(network_id))


def _moved(network_id: str) -> bool:
    moved = decisions.settle_due(network_id)
    for _, version_id in due_versions(network_id):
        moved += settle_version(CLOCK, version_id)
    return moved > 0
