"""What the frame around every page shows: where one is, where one can go, who one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from network import membership, networks, notifications, organisations, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.policy import has_second_factor
from network.kernel.translation import LANGUAGES
from web.cookies import remembered
from web.languages import NAMES, choose_language, direction
from web.pages import own_path

NETWORK_COOKIE = "mentornet_network"
THEME_COOKIE = "mentornet_theme"
DAY_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Place:
    """A network or organisation in the switch."""

    id: str
    name: str
    url: str
    slug: str = ""
    state: str | None = None
    roles: tuple[str, ...] = ()
    inside: bool = False
    answer_by: datetime | None = None
    """By when an organisation that waits is verified."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One way to go; only what leads somewhere is made."""

    key: str
    label: str
    url: str
    icon: str
    badge: int = 0
    current: bool = False


class Shell:
    """Made for each page; what the page does not show is not looked up."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        # After a fault of ours the frame asks the database nothing more.
        self._bare = bool(g.get("shell_failed")) or not actor.is_person
        self.concern_url = None

    @cached_property
    def language(self) -> str:
        """The page's language."""
        return choose_language()

    @cached_property
    def direction(self) -> str:
        """Which way the page is read."""
        return direction(self.language)

    @property
    def theme(self) -> str:
        """`light`, `dark`, or empty for what the device says."""
        chosen = remembered(THEME_COOKIE)
        return chosen if chosen in ("light", "dark") else ""

    @property
    def path(self) -> str:
        """This page's path."""
        return request.path

    @property
    def home_url(self) -> str:
        """Where the mark leads."""
        return url_for("home.home") if self._actor.is_person else url_for("landing.landing")

    @property
    def me(self) -> dict[str, Any] | None:
        """Who is signed in."""
        actor = self._actor
        if not actor.is_person:
            return None
        return {
            "name": actor.name, "photo_url": people.photo_url(actor.face), "url": url_for("people.me"),
        }  # fmt: skip

    @property
    def needs_second_factor(self) -> bool:
        """She runs the platform or acts for an organisation, and weighty acts wait for a second factor."""
        return self._actor.is_person and not has_second_factor(self._actor, None)

    @property
    def session_left(self) -> int | None:
        """In how many seconds the session ends, where that is today: on a device that others use."""
        if self._actor.session_ends_at is None:
            return None
        left = int((self._actor.session_ends_at - runtime.current().clock.now()).total_seconds())
        return left if 0 < left < DAY_SECONDS else None

    @property
    def signin_url(self) -> str | None:
        """The way in, for who is outside."""
        if self._actor.is_person or request.endpoint == "people.sign_in":
            return None
        return url_for("people.sign_in")

    @property
    def notices_url(self) -> str | None:
        """Where the bell leads, for who is signed in."""
        return None if self._bare else url_for("notices.notices")

    @cached_property
    def unread(self) -> int:
        """The number at the bell, looked up by the pages that show it."""
        return 0 if self._bare else self._counted[1]

    @cached_property
    def _counted(self) -> tuple[int, int]:
        # The numbers at the way to the conversations and at the bell, in one statement.
        place = self.network
        if place is not None and place.inside:
            return notifications.count_all(self._actor, place.id)
        return 0, notifications.count_notices(self._actor)

    @cached_property
    def networks(self) -> list[Place]:
        """The person's networks."""
        if self._bare:
            return []
        return [
            Place(
                row["id"], row["name"], url_for("home.home", network=row["id"]), row["slug"],
                row["state"], tuple(row["roles"]), bool(networks.sees_inside(self._actor, row["id"])),
            )
            for row in membership.my_networks(self._actor)
        ]  # fmt: skip

    @cached_property
    def organisations(self) -> list[Place]:
        """The organisations that the person acts for."""
        if self._bare:
            return []
        return [
            Place(
                row["id"],
                row["name"],
                url_for("organisations.organisation", organisation_id=row["id"]),
                answer_by=row["answer_by"],
            )
            for row in organisations.my_organisations(self._actor)
        ]

    @cached_property
    def network(self) -> Place | None:
        """The network that the page is about: said by the view, else looked at last, else the first."""
        if self.organisation is not None:
            return None
        wanted = g.get("network_id") or request.args.get("network") or remembered(NETWORK_COOKIE)
        by_id = {place.id: place for place in self.networks}
        if wanted in by_id:
            return by_id[wanted]
        return next((p for p in self.networks if p.state == "active"), next(iter(self.networks), None))

    @property
    def search_url(self) -> str | None:
        """Where one finds what was said, for who sees inside the network that the page is about."""
        place = None if self._bare else self.network
        return url_for("search.search") if place is not None and place.inside else None

    @cached_property
    def organisation(self) -> Place | None:
        """The organisation that the page is about."""
        wanted = g.get("organisation_id")
        return next((place for place in self.organisations if place.id == wanted), None)

    @cached_property
    def tabs(self) -> list[Tab]:
        """The ways to go from here."""
        if self._bare:
            return []
        if self.organisation is not None:
            return self._organisation_tabs(self.organisation)
        found = [Tab("home", _("Home"), url_for("home.home"), "home", current=self._is("home.home"))]
        network = self.network
        if network is None:
            return found
        if network.inside:
            unread = self._counted[0]
            talks = self._in("/talk") or self._in("/inbox")
            way, people = url_for("roadmap.network", slug=network.slug), url_for("membership.people")
            found += [
                Tab("talk", _("Talk"), url_for("discussions.talk"), "talk", unread, talks),
                Tab(
                    "meetings",
                    _("Meetings"),
                    url_for("meetings.agenda"),
                    "calendar",
                    current=self._in("/meetings"),
                ),
                Tab("network", _("Network"), way, "route", current=self._in("/network")),
                Tab("people", _("People"), people, "people", current=self._in("/people")),
            ]
        return found

    def _organisation_tabs(self, place: Place) -> list[Tab]:
        tabs = [Tab("home", _("Home"), url_for("home.home"), "home")]
        tabs.append(
            Tab("organisation", _("Overview"), place.url, "building", current=request.path == place.url)
        )
        courses = url_for("courses.course_sessions", organisation_id=place.id)
        tabs.append(
            Tab(
                "courses",
                _("Courses"),
                courses,
                "course",
                current=self._in("/org/") and "/courses" in request.path,
            )
        )
        return tabs

    @property
    def languages(self) -> list[dict[str, Any]]:
        """The languages that a visitor can choose. The account's counts for whoever is signed in."""
        return [] if self._actor.is_person else [
            {"code": code, "name": NAMES[code], "current": code == self.language,
             "url": url_for("landing.choose_language", language=code, next=own_path())}
            for code in LANGUAGES
        ]  # fmt: skip

    @property
    def footer(self) -> list[dict[str, str]]:
        """What stands under the pages."""
        return [
            {"label": _("About mentorNET"), "url": url_for("landing.about")},
            {"label": _("Privacy"), "url": url_for("privacy.notice")},
            {"label": _("Imprint"), "url": url_for("privacy.imprint")},
            {"label": _("Accessibility"), "url": url_for("privacy.accessibility")},
        ]

    def _is(self, endpoint: str) -> bool:
        return request.endpoint == endpoint

    def _in(self, prefix: str) -> bool:
        return request.path.startswith(prefix)
