"""How the clauses of a version are written down, with their ids and hashes; only this writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select

from models.agreements import Agreement, AgreementVersion, Clause
from network.agreements.rules.texts import canonical, clause_hash, text_hash
from network.agreements.rules.versions import ClauseIn
from network.kernel.ids import new_id
from network.kernel.transaction import session


def known_clause_ids(agreement_id: str) -> frozenset[str]:
    """The ids of all clauses that any version of the document has or had."""
    wanted = (
        select(Clause.clause_id)
        .join(AgreementVersion, AgreementVersion.id == Clause.version_id)
        .where(AgreementVersion.agreement_id == agreement_id)
        .distinct()
    )
    return frozenset(session().scalars(wanted))


def hash_of(clauses: Iterable[ClauseIn]) -> str:
    """The hash of the canonical text of clauses."""
    return text_hash((clause.heading, clause.text) for clause in clauses)


def write_clauses(version: AgreementVersion, clauses: Sequence[ClauseIn]) -> None:
    """Give a version these clauses instead of those that it has. Who said that the old text may be fixed has
    not said it of the new one."""
    work = session()
    work.execute(delete(Clause).where(Clause.version_id == version.id))
    work.add_all(
        Clause(
            version_id=version.id, clause_id=clause.id or new_id(), position=position,
            heading=clause.heading, text=clause.text, short=clause.short,
            hash=clause_hash(clause.heading, clause.text),
        )
        for position, clause in enumerate(clauses, start=1)
    )  # fmt: skip
    work.flush()
    version.text_hash = hash_of(clauses)
    version.frozen_by_meta_mentor = version.frozen_by_steward = None


def put_wording(version: AgreementVersion, clause_id: str, text: str, heading: str | None = None) -> Clause:
    """Give one clause other words, within a command that holds the version's lock and knows that it is talked
    about: clause hash, text hash and version go on. The caller records `VersionChanged`. Raises
    NoResultFound for a clause that the version has not."""
    rows = list(
        session().scalars(select(Clause).where(Clause.version_id == version.id).order_by(Clause.position))
    )
    changed = next(row for row in rows if row.clause_id == clause_id)
    changed.text = canonical(text).strip()
    changed.heading = changed.heading if heading is None else canonical(heading).strip()
    changed.hash = clause_hash(changed.heading, changed.text)
    version.text_hash = text_hash((row.heading, row.text) for row in rows)
    version.frozen_by_meta_mentor = version.frozen_by_steward = None
    version.version += 1
    session().flush()
    return changed


def lock_version(version: AgreementVersion) -> AgreementVersion:
    """The version as it is now, kept from others who change it until the running command ends."""
    session().refresh(version, with_for_update=True)
    return version


def lock_agreement(document: Agreement) -> Agreement:
    """The document, kept from others who number or fix its versions until the running command ends."""
    session().refresh(document, with_for_update={"key_share": True})
    return document
