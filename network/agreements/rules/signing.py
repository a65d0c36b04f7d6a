"""In which capacity somebody signs, what a rule for coming into force may say, and how a signature counts."""

from __future__ import annotations

from collections.abc import Collection

from models.agreements import AgreementVersion
from models.networks import Network
from network.agreements.rules.texts import COMMUNICATION_RULES
from network.kernel.errors import FieldFault, Invalid
from network.kernel.fractions import parse_share
from network.kernel.translation import mark as _

CAPACITY_MEMBER, CAPACITY_ORGANISATION = "member", "organisation"
CAPACITIES = (CAPACITY_MEMBER, CAPACITY_ORGANISATION)
SIGNED, DECLINED, WITHDRAWN = "signed", "declined", "withdrawn"
NO_ORGANISATION = ""
"""Stands in the row of who signs for herself: NULL is never equal to itself, and a signature exists once."""

USUAL_SHARE = "2/3"


class SilenceSignsNothing(Invalid):
    """Where silence is announced to count, nobody's signature is asked for: neither members' nor
    organisations'. Silence adopts a text, it never signs one (state-machines, B4)."""

    code = "silence_signs_nothing"
    message = _("Where silence counts, nobody signs. Choose one of the two.")


def state_of(said: Collection[str]) -> str | None:
    """What somebody's rows under one version amount to: a withdrawal ends a signature, a signature a
    declination, whichever was written first."""
    return next((state for state in (WITHDRAWN, SIGNED, DECLINED) if state in said), None)


def is_quiet(version: AgreementVersion) -> bool:
    """True for a version that the network's yes alone brings into force: it was announced from the first that
    silence counts, and nobody's signature belongs to its rule (state-machines, B4)."""
    needs_nobody = parse_share(version.activation_members).part == 0 and not version.activation_organisations
    return version.silence == "announced" and needs_nobody


def check_rule(
    network: Network, kind: str, members: str, organisations: Collection[str], silence: str
) -> None:
    """Raise Invalid for a share that is none, and for a rule by which nobody would have to sign. Only the
    communication rules of a Small network come into force without a signature, where everybody was told from
    the first that silence counts (state-machines, B4); and SilenceSignsNothing where both are wanted."""
    faults: dict[str, FieldFault] = {}
    quietly = kind == COMMUNICATION_RULES and network.size == "small" and silence == "announced"
    share = parse_share(members, "activation_rule")
    if share.part == 0 and not organisations and not quietly:
        faults["activation_rule"] = FieldFault.of(_("Somebody has to sign it."))
    if silence == "announced" and (kind != COMMUNICATION_RULES or network.size != "small"):
        faults["silence"] = FieldFault.of(_("Only the rules of a small network can be adopted by silence."))
    if faults:
        raise Invalid(faults)
    if quietly and (share.part > 0 or organisations):
        raise SilenceSignsNothing({"silence": FieldFault.of(SilenceSignsNothing.message)})
