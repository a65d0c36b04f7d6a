"""Handing out a version on paper: printed without keeping others waiting, and known again by its digest."""

from __future__ import annotations

from dataclasses import dataclass

from models.agreements import IssuedDocument
from network.agreements.policy.versions import may_take_document
from network.agreements.queries.documents import digest_of, paper_for
from network.agreements.rules.printing import PrintedVersion, print_version
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.policy import require
from network.kernel.transaction import add_once, command, let_go, session, unit_of_work


@dataclass(frozen=True, slots=True)
class Document:
    """A paper as it is handed out: a PDF, its digest (SHA-256, hex) and a name for the file."""

    content: bytes
    sha256: str
    name: str


def issue_document(actor: Actor, version_id: str, *, own_name_alone: bool = False) -> Document:
    """The version on paper with who signed, for everybody who reads the network's documents, and for who
    signed it also when she has left. The same state gives the same bytes, and one row of what was handed out.
    With `own_name_alone` nobody else is named. Raises NotFound to everybody else, TextNotFixed before the
    freeze."""
    with unit_of_work():
        paper, _taking = paper_for(actor, version_id, own_name_alone=own_name_alone)
        let_go()  # printing takes a moment
    content = print_version(paper)
    sha256 = digest_of(content)
    with unit_of_work():
        known = session().get(IssuedDocument, sha256) is not None
    if not known:
        _remember(actor, sha256, version_id, paper)
    return Document(content, sha256, f"agreement-{paper.text_hash[:8]}.pdf")


@command
def _remember(actor: Actor, sha256: str, version_id: str, paper: PrintedVersion) -> None:
    _paper, taking = paper_for(actor, version_id)
    require(may_take_document(actor, taking))
    issued = IssuedDocument(
        sha256=sha256, version_id=version_id, text_hash=paper.text_hash,
        issued_at=runtime.current().clock.now(),
    )  # fmt: skip
    add_once(issued)  # somebody else may take the same paper at this moment
