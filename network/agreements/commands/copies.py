"""Every signer gets a copy: of what came into force, and of what somebody signs later. The letter stands here
and not in a room of letters, because writing it hands out a document, which is remembered."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date
from sqlalchemy import select

from models.agreements import AgreementVersion, Signature
from models.people import User
from network import membership, networks
from network.agreements.commands.documents import issue_document
from network.agreements.policy.versions import may_send_copies
from network.agreements.queries.documents import list_signed_copies
from network.agreements.rules.printing import check_path, document_path
from network.agreements.rules.signing import SIGNED, WITHDRAWN
from network.agreements.rules.texts import IN_FORCE
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.outbox import Letter, composes, post_many
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.kernel.translation import regional, translate

COPY = "signed_copy"
LARGEST_PAPER = 400_000
"""Bytes of a document that a letter carries; a larger one waits behind the link."""


@command
def send_copies(actor: Actor, version_id: str) -> int:
    """Promise a letter with the version to everybody who signed it, as it comes into force; how many. A
    correction sends none: its signatures are those of the version before. Refused to all but the system."""
    require(may_send_copies(actor))
    version = session().get_one(AgreementVersion, version_id)
    said = select(Signature).where(
        Signature.version_id == version_id, Signature.state.in_((SIGNED, WITHDRAWN)),
        Signature.signed_at <= version.in_force_at,
    )  # fmt: skip
    rows = session().scalars(said).all()
    back = {_party(row) for row in rows if row.state == WITHDRAWN}
    return _post(version, {row.user_id for row in rows if row.state == SIGNED and _party(row) not in back})


@command
def send_copy(actor: Actor, signature_id: str) -> int:
    """The same to one who signs what is in force already; none before that. Refused to all but the system."""
    require(may_send_copies(actor))
    row = session().get_one(Signature, signature_id)
    version = session().get_one(AgreementVersion, row.version_id)
    since = version.in_force_at
    # Whoever signed before that gets hers with all the others, however late this is brought about.
    is_late = version.state == IN_FORCE and since is not None and row.signed_at > since
    return _post(version, {row.user_id}) if is_late else 0


def _party(row: Signature) -> tuple[str, str, str]:
    return row.user_id, row.capacity, row.organisation_id


def _post(version: AgreementVersion, user_ids: set[str]) -> int:
    wanted = select(User.id, User.email, User.language).where(User.id.in_(user_ids), User.email.is_not(None))
    letters = [
        (row.email, row.language, {"version_id": version.id, "user_id": row.id})
        for row in session().execute(wanted.order_by(User.id))
    ]
    post_many(COPY, letters)
    return len(letters)


@composes(COPY, essential=True)
def compose_copy(language: str, params: dict[str, Any]) -> Letter | None:
    """The document itself and the link to it; no letter to who has no account any more."""
    reader = session().get(User, params["user_id"])
    if reader is None or reader.state != "active":
        return None
    actor = membership.with_standings(Actor("person", reader.id, reader.display_name, language=language))
    copy = next((one for one in list_signed_copies(actor) if one.version_id == params["version_id"]), None)
    if copy is None:
        return None
    document = issue_document(actor, copy.version_id)
    settings = runtime.current().settings
    words = {
        "name": reader.display_name, "title": copy.title, "number": copy.number,
        "network": networks.network_row(copy.network_id).name, "url": settings.base_url + check_path(),
        "day": format_date(copy.signed_at, format="long", locale=regional(language)),
    }  # fmt: skip
    carried = len(document.content) <= LARGEST_PAPER
    return Letter(
        subject=translate(language, _("Your copy: %(title)s"), words),
        paragraphs=[
            translate(language, _("Hello %(name)s,"), words),
            translate(language, _("In %(network)s “%(title)s” holds now. You signed it on %(day)s."), words),
            translate(language, _("This is your copy. It comes with this mail."), words)
            if carried
            else translate(language, _("This is your copy. It is too large for a mail."), words),
        ],
        action=(
            translate(language, _("Open my copy")),
            settings.base_url + document_path(copy.version_id),
        ),
        after=[
            translate(
                language, _("Everybody can check here that a copy was not changed: %(url)s"), words
            )
        ],
        papers=[(document.name, document.content)] if carried else [],
    )  # fmt: skip
