"""A network with its people and documents, and the pages as they see them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.agreements import AgreementVersion
from models.networks import Network
from network import agreements, decisions
from network.agreements import ClauseIn
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest
from network.kernel.transaction import unit_of_work
from tests.factories.agreements import make_acceptance, make_version
from tests.factories.membership import (
    again,
    make_appointment,
    make_membership,
    standing_actor,
    steward_of_network,
)
from tests.factories.networks import make_network
from tests.factories.people import make_user, sign_in
from tests.running import HandClock

WORDS = (
    ("Time", "Everybody comes to every meeting.", "Every meeting"),
    ("Trust", "What is said here stays here.", "Stays here"),
)


@dataclass
class Circle:
    """A network of three, and its documents through the real commands."""

    network: Network
    rules: AgreementVersion
    clock: HandClock
    host: Actor
    steward: Actor
    member: Actor
    other: Actor

    def draft(self, **over: Any) -> dict[str, Any]:
        """An agreement of two parts, drafted."""
        document = (
            over.pop("document", None)
            or agreements.found_agreement(
                self.host, self.network.id, "network_agreement", "Our agreement", "en"
            )["id"]
        )
        clauses = [ClauseIn(*words) for words in WORDS]
        values = {"clauses": clauses, "organisations": [], "members": "1/2"} | over
        return dict(agreements.draft_version(self.host, document, **values))

    def opened(self, **over: Any) -> dict[str, Any]:
        """The same, talked about."""
        made = self.draft(**over)
        return dict(agreements.open_deliberation(self.host, made["id"], made["version"]))

    def signing(self, **over: Any) -> dict[str, Any]:
        """The same, decided and waiting for signatures."""
        return self.decide(self.opened(**over)["id"])

    def take_proposals(self, version_id: str) -> None:
        """The host takes whatever is proposed for a version."""
        with unit_of_work():
            found = agreements.list_amendments(again(self.host), version_id, PageRequest()).items
        for one in found:
            agreements.accept_amendment(again(self.host), one["id"], one["version"])

    def decide(self, version_id: str) -> dict[str, Any]:
        """A version that is talked about is fixed, and the network says yes to it."""
        self.clock.forward(days=8)
        made = self.seen(version_id)
        for actor in (self.host, self.steward):
            made = dict(agreements.freeze_version(again(actor), made["id"], made["version"]))
        asked = decisions.draft_decision(
            again(self.host), self.network.id, kind="consent", question="Is it ours?",
            closes_at=self.clock.now() + timedelta(days=7),
            effect={"type": "activate_agreement", "id": made["id"], "value": None},
        )  # fmt: skip
        decisions.open_decision(again(self.host), asked["id"], asked["version"])
        for actor in (self.host, self.member, self.other):
            decisions.take_stance(again(actor), asked["id"], stance="consent")
        self.clock.forward(days=8)
        decisions.settle_due(self.network.id)
        return self.seen(made["id"])

    def in_force(self, *signers: Actor, **over: Any) -> dict[str, Any]:
        """The same, signed and in force."""
        made = self.signing(**over)
        for actor in signers:
            agreements.sign_version(proven(actor), made["id"], made["text_hash"], "member")
        made = self.seen(made["id"])
        return dict(agreements.activate_version(again(self.host), made["id"], made["version"]))

    def seen(self, version_id: str) -> dict[str, Any]:
        with unit_of_work():
            return dict(agreements.get_agreement_version(again(self.host), version_id))

    @property
    def here(self) -> str:
        return f"/network/{self.network.slug}/agreements"


def proven(actor: Actor) -> Actor:
    """The same person, who has just shown that it is her."""
    return replace(again(actor), proof_at=runtime.current().clock.now())


def make_circle(clock: HandClock, **over: Any) -> Circle:
    """A host, a steward and two members who accepted the rules."""
    network = make_network(**{"name": "Lindenstadt", "size": "full"} | over)
    rules = make_version(network)
    people = []
    for name in ("Host", "Amina", "Omid"):
        user = make_user(display_name=name, language="en")
        joined = make_membership(network, user)
        make_acceptance(rules, joined)
        if name == "Host":
            make_appointment(joined)
        people.append(standing_actor(user))
    return Circle(network, rules, clock, people[0], steward_of_network(network), people[1], people[2])


def page_of(client: FlaskClient, path: str, status: int = 200) -> str:
    """The words of a page and its tags, blanks as one."""
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return " ".join(unescape(answer.text).split())


def send(client: FlaskClient, path: str, to: str = "", **typed: str) -> TestResponse:
    """Open a page and send its form with these fields besides the hidden ones."""
    opened = client.get(path).text
    form = opened[opened.rindex("<form") if to == "last" else 0 :]
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    version = re.search(r'name="expected_version"[^>]*value="(\d+)"', form)
    clause_hash = re.search(r'name="clause_hash"[^>]*value="([0-9a-f]+)"', form)
    if version is not None:
        hidden["expected_version"] = version[1]
    if clause_hash is not None:
        hidden["clause_hash"] = clause_hash[1]
    return client.post(to if to.startswith("/") else path, data={**hidden, **typed})


def as_(client: FlaskClient, actor: Actor) -> None:
    """Sign in as somebody, with a fresh proof."""
    sign_in(client, actor.id)


def token_of(client: FlaskClient, path: str) -> dict[str, str]:
    """The hidden token of a page, for a form that the test writes itself."""
    return dict(re.findall(r'name="(csrf_token)" value="([^"]+)"', client.get(path).text))
