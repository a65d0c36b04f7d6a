"""Agreements: what differs, the time of a paper, a thousand people who sign within a minute, statements of a
long text's page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import event, insert

from bench.measuring import Figure, cpu_of, wall_of, wsgi_caller
from bench.messages import _environ
from bench.world import BODY, START, World, _user, world
from models.agreements import (
    Agreement,
    AgreementVersion,
    Clause,
    ClauseComment,
    SignatureRequest,
)
from models.membership import Membership
from models.people import User, UserSession
from network.agreements import ClauseWords, compare
from network.agreements.rules.printing import PrintedSignature, PrintedVersion, print_version
from network.agreements.rules.texts import clause_hash, text_hash
from network.kernel.ids import digest, keyed_digest, new_id

CLAUSES, COMMENTS, SIGNERS = 60, 500, 1_000
THREADS = 8
TRIES = 20
DIFFERENCE_MS, PAPER_SECONDS, SIGNING_SECONDS, MOST_STATEMENTS = 50.0, 2.0, 60.0, 20.0


@dataclass(frozen=True, slots=True)
class _Text:
    """A version with the clauses that it has, as rows."""

    version_id: str
    text_hash: str
    clauses: list[dict[str, Any]]


def run() -> list[Figure]:
    """The difference of two versions, the time of a paper, a thousand signatures at once, and how often a
    page asks the database."""
    before = [_clause(number) for number in range(CLAUSES)]
    after = [_changed(number, clause) for number, clause in enumerate(before)]
    (spent,) = cpu_of(lambda: compare(before, after), number=2, rounds=6)
    figures = [Figure(f"what differs, {CLAUSES} clauses", spent, "ms", DIFFERENCE_MS, "the goal")]
    paper = f"PDF of {CLAUSES} clauses and {SIGNERS:,} signatures"
    figures.append(Figure(paper, _paper_seconds(before), "s", PAPER_SECONDS, "the goal"))
    with world(100) as place:
        signers, text = _signers(place), _text(place)
        refused: list[int] = []
        seconds = wall_of(lambda: refused.extend(_all_sign(place, text, signers)))
        named = f"{SIGNERS} members sign, {THREADS} at a time"
        figures.append(Figure(named, seconds, "s", SIGNING_SECONDS, "the goal"))
        figures.append(Figure(f"{named}: refused as busy", sum(refused), "", 0.0, "the goal"))
        _comment(place, text, [signer[0] for signer in signers])
        page = f"/network/netz/agreements/v/{text.version_id}"
        version = f"/agreement-versions/{text.version_id}"
        for name, path in (
            ("its page", page),
            ("its page of comments", f"{page}/talk"),
            ("JSON", f"/api/v1{version}"),
            ("its signatures as JSON", f"/api/v1{version}/signatures?limit=200"),
            ("its comments as JSON", f"/api/v1{version}/comments?limit=200"),
        ):
            count = float(_statements(place, path))
            figures.append(Figure(f"statements: a version, {name}", count, "", MOST_STATEMENTS, "the goal"))
    return figures


def _clause(number: int) -> ClauseWords:
    return {
        "id": f"{number}", "heading": f"Punkt {number}", "text": f"{BODY} Das ist Punkt {number}.",
        "short": f"Punkt {number}",
    }  # fmt: skip


def _changed(number: int, clause: ClauseWords) -> ClauseWords:
    """Every clause has other words in the middle and at its end."""
    text = clause["text"].replace("eine beglaubigte", f"die {number}.").replace("Fragt", "Bitte fragt")
    return {**clause, "text": f"{text} So ist es."}


def _paper_seconds(clauses: list[ClauseWords]) -> float:
    """Of the best of three papers, each another one: the same one again is not printed again."""

    def paper(number: int, signers: int) -> PrintedVersion:
        signed_at = datetime(2026, 5, 2, 12, tzinfo=UTC)
        return PrintedVersion(
            network="Netz", title="Unsere Vereinbarung", language="de", number=number,
            clauses=[(clause["heading"], clause["text"]) for clause in clauses], text_hash="ab" * 32,
            check_url="https://mentors.example/check", members="2/3", organisations=[],
            in_force_at=signed_at, signing_until=None, ended_at=None, valid_until=None, review_on=None,
            requested=signers,
            signatures=[PrintedSignature(f"Olena Koval {n}", "", signed_at) for n in range(signers)],
        )  # fmt: skip

    print_version(paper(1, 1))  # Typst is loaded
    papers = [paper(number, SIGNERS) for number in range(2, 5)]
    return min(wall_of(lambda one=one: print_version(one)) for one in papers)  # type: ignore[misc]


def _signers(place: World) -> list[tuple[str, str, str]]:
    """So many members more, each signed in with a proof: id, token of the session, CSRF token."""
    now = place.runtime.clock.now()
    people = [(new_id(), new_id(), f"token-of-signer-{number}") for number in range(SIGNERS)]
    with place.runtime.database.engine.begin() as connection:
        connection.execute(insert(User), [_user(row[0], 1_000 + n) for n, row in enumerate(people)])
        connection.execute(insert(UserSession), [{
            "id": session_id, "user_id": user_id, "token_hash": digest(token), "shared_device": False,
            "device": "benchmark", "created_at": now, "last_used_at": now, "proof_at": now,
            "expires_at": now + timedelta(days=90),
        } for user_id, session_id, token in people])  # fmt: skip
        connection.execute(insert(Membership), [{
            "id": new_id(), "network_id": place.network_id, "user_id": row[0], "state": "active",
            "origin": "course_list", "since": START, "rules_version_id": None, "rules_accepted_at": START,
            "version": 1,
        } for row in people])  # fmt: skip
    return [(user_id, token, keyed_digest("csrf", session_id)) for user_id, session_id, token in people]


def _text(place: World) -> _Text:
    """A version of sixty clauses that is to be signed."""
    now, document, version = place.runtime.clock.now(), new_id(), new_id()
    clauses: list[dict[str, Any]] = []
    for number in range(CLAUSES):
        words = _clause(number)
        clauses.append({
            "version_id": version, "clause_id": new_id(), "position": number + 1,
            "heading": words["heading"], "text": words["text"], "short": words["short"],
            "hash": clause_hash(words["heading"], words["text"]),
        })  # fmt: skip
    whole = text_hash((clause["heading"], clause["text"]) for clause in clauses)
    with place.runtime.database.engine.begin() as connection:
        connection.execute(insert(Agreement), {
            "id": document, "network_id": place.network_id, "kind": "network_agreement",
            "title": "Unsere Vereinbarung", "language": "de", "created_at": now,
        })  # fmt: skip
        connection.execute(insert(AgreementVersion), {
            "id": version, "agreement_id": document, "number": 1, "state": "signing", "text_hash": whole,
            "activation_members": "2/3", "activation_organisations": [], "amendments_open": True,
            "deliberation_until": now + timedelta(days=7), "signing_until": now + timedelta(days=30),
            "opened_at": now, "created_by": place.user_id, "created_at": now, "version": 1,
        })  # fmt: skip
        connection.execute(insert(Clause), clauses)
    return _Text(version, whole, clauses)


def _all_sign(place: World, text: _Text, signers: list[tuple[str, str, str]]) -> list[int]:
    """Everybody signs, until it is taken; of each how often it was refused."""
    with place.runtime.database.engine.begin() as connection:
        connection.execute(insert(SignatureRequest), [{
            "version_id": text.version_id, "capacity": "member", "party": signer[0], "signed_before": None,
            "requested_at": place.runtime.clock.now(),
        } for signer in signers])  # fmt: skip
    path = f"/api/v1/agreement-versions/{text.version_id}/signatures"
    body = orjson.dumps({"text_hash": text.text_hash, "capacity": "member"})

    def sign(signer: tuple[str, str, str]) -> int:
        headers = {"Cookie": f"mentornet_session={signer[1]}", "X-CSRF-Token": signer[2]}
        client = place.app.test_client(use_cookies=False)
        for tries in range(TRIES):
            answer = client.post(path, data=body, content_type="application/json", headers=headers)
            if answer.status_code == 201:
                return tries
            if answer.status_code != 503:
                raise RuntimeError(f"{answer.status}: {answer.text[:300]}")
        raise RuntimeError(f"refused {TRIES} times")

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(sign, signers))


def _comment(place: World, text: _Text, people: list[str]) -> None:
    now = place.runtime.clock.now()
    with place.runtime.database.engine.begin() as connection:
        connection.execute(insert(ClauseComment), [{
            "id": new_id(), "version_id": text.version_id, "user_id": people[number],
            "clause_id": text.clauses[number % CLAUSES]["clause_id"],
            "clause_hash": text.clauses[number % CLAUSES]["hash"], "body": "Das ist gut so.",
            "created_at": now,
        } for number in range(COMMENTS)])  # fmt: skip


def _statements(place: World, path: str) -> int:
    """How many statements one answer takes, when it was asked once before."""
    call, seen = wsgi_caller(place.app.wsgi_app, _environ(place, "GET", path), 200), list[str]()

    def note(*args: Any) -> None:
        seen.append(args[2])

    call()
    engine = place.runtime.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
