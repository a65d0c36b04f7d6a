"""One demo in the making: what happens when, and what was made so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from network import membership
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from web.demo.content import Content, moment

ACCOUNTS = ("steward", "meta", "meta2", "mentor", "helper", "newcomer", "partner", "operator")
SYSTEM = system_actor("demo")
MINUTE = timedelta(minutes=1)


class Filling:
    """Happenings are put into the order of time first and then lived through, the clock moved to each."""

    def __init__(self, content: Content, now: datetime, password_hash: str) -> None:
        self.content = content
        self.now = now
        self.password_hash = password_hash
        self.ids: dict[tuple[str, str], str] = {}
        self.renewals: Counter[str] = Counter()
        self.networks = {row["key"]: row for row in content.networks}
        self.zones = {row["key"]: row["time_zone"] for row in content.networks}
        self.people = {row["slug"]: row for row in content.people}
        self._happenings: list[tuple[datetime, int, Callable[[], object]]] = []

    def at(
        self, offset: str, zone: str, act: Callable[[], object], *, later: timedelta = timedelta()
    ) -> None:
        """Let `act` happen at an offset of the texts, or that much later."""
        when = moment(offset, self.now, zone) + later
        self._happenings.append((when, len(self._happenings), act))

    def live_through(self) -> None:
        """Let everything happen, each thing at its time."""
        clock = runtime.current().clock
        for when, _order, act in sorted(self._happenings, key=lambda entry: entry[:2]):
            with clock.at(when):
                act()

    def actor(self, slug: str) -> Actor:
        """A person of the demo as she stands at this moment."""
        row = self.people[slug]
        actor = Actor(
            kind="person",
            user_id=self.ids["person", slug],
            name=row["name"],
            language=row["language"],
            time_zone=row["time_zone"],
            proof_at=runtime.current().clock.now(),
            is_operator=slug == "operator",
            has_second_factor=True,  # people of the demo need none
        )
        return membership.with_standings(actor)

    def steward_of(self, organisation: str) -> str:
        """The slug of who acts for an organisation."""
        found: str = next(o["steward"] for o in self.content.organisations if o["key"] == organisation)
        return found
