"""Whether somebody may only read in a room because she has not signed what it rests on."""

from __future__ import annotations

from typing import Any

from network import agreements
from network.kernel.actor import Actor


def check_signed(actor: Actor, room: Any) -> None:
    """Raise AgreementNotSigned in a room that needs the agreement, to who should have signed it and has not.
    Of a row with `needs_agreement` and `network_id`: every other room costs nothing."""
    if room.needs_agreement and agreements.must_read_only(actor, room.network_id):
        raise agreements.AgreementNotSigned()
