"""Links by which a letter about a measure is answered."""

from __future__ import annotations

from models.moderation import Sanction
from network.kernel import runtime
from network.kernel.errors import NotFound
from network.kernel.ids import keyed_digest, same_secret
from network.kernel.transaction import session
from network.moderation.rules.appeal_links import PURPOSE, appeal_path, named_in, written


def appeal_token(sanction: Sanction) -> str:
    """What stands in the link by which the person whose measure it is asks for another look without signing
    in. Nothing is stored; whoever holds it speaks as her about this measure and nothing else."""
    return written(sanction.id, keyed_digest(PURPOSE, sanction.id))


def appeal_link(sanction: Sanction) -> str:
    """The whole address of the page that the token opens; it goes into a letter to her alone."""
    return runtime.current().settings.base_url + appeal_path(appeal_token(sanction))


def sanction_of_link(token: str) -> Sanction:
    """The measure that a token of such a link names. Raises NotFound for one that is not ours."""
    sanction_id = named_in(token)
    if sanction_id is None:
        raise NotFound()
    if not same_secret(token, written(sanction_id, keyed_digest(PURPOSE, sanction_id))):
        raise NotFound()
    found = session().get(Sanction, sanction_id)
    if found is None:
        raise NotFound()
    return found
