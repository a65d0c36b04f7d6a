"""What weighs asks for a fresh proof (A21): an hour after the last one, each such operation refuses with one
code and does nothing, and everything else goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from models.people import UserSession
from network.kernel import runtime
from tests.api.successes import SUCCESSES
from tests.matrix.asking import methods_of, request_options
from tests.matrix.test_slipping_in import client_of, path_to, who_may
from tests.matrix.watching import Watch
from tests.matrix.world import World, make_world

WEIGHTY = {
    # Who may do what, for whom, and what a whole network does.
    "api_membership.appoint", "api_membership.end_appointment", "api_membership.hand_over",
    "api_organisations.add_steward", "api_organisations.remove_steward",
    "api_organisations.remove_steward_by_path", "api_organisations.revoke_steward_invitation",
    "api_roadmap.change_phase", "api_networks.set_features",
    "api_agreements.sign_version", "api_agreements.withdraw_signature", "api_agreements.terminate_version",
    # Ways in.
    "api_people.change_email", "api_people.change_password", "api_tokens.create_token",
    "api_passkeys.add_passkey", "api_passkeys.begin_passkey", "api_passkeys.remove_passkey",
    "api_second_factor.begin_second_factor", "api_second_factor.remove_second_factor",
    "api_second_factor.renew_recovery_codes", "api_second_factor.confirm_second_factor",
    # All of one's data at once, and its end.
    "api_privacy.request_export", "api_privacy.request_erasure",
}  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """SQLite alone, as in the table of routes."""
    with make_world(tmp_path_factory.mktemp("proof")) as made:
        yield made


def make_proofs_old() -> None:
    before = runtime.current().clock.now() - timedelta(minutes=61)
    with runtime.current().database.engine.begin() as connection:
        connection.execute(update(UserSession).values(proof_at=before))


def test_a21_what_weighs_asks_again_and_does_nothing_meanwhile(world: World) -> None:
    watch = Watch(world)
    asked_again = set()
    for rule in world.app.url_map.iter_rules():
        for method in set(methods_of(rule)) - {"GET"} if rule.endpoint.startswith("api_") else ():
            watch.begin()
            special = SUCCESSES[rule.endpoint](world) if rule.endpoint in SUCCESSES else {}
            actor = special.get("actor") or who_may(rule.endpoint, method) or "member"
            make_proofs_old()
            watch.from_here()
            options = request_options(world, rule)
            if "body" in special:
                options = {} if special["body"] is None else {"json": special["body"]}
            path = path_to(world, rule, method, special.get("path", {}))
            answer = client_of(world, actor).open(path, method=method, headers=world.csrf(actor), **options)
            said = answer.get_json(silent=True) if answer.status_code == 403 else {}
            if said.get("code") == "proof_required":
                asked_again.add(rule.endpoint)
                assert watch.nothing_written(), rule.rule
    watch.close()
    assert asked_again == WEIGHTY
