"""Made-up people and phases for the style pages."""

from types import SimpleNamespace
from typing import Any

from markupsafe import Markup


def _person(name: str, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(
        **{
            "name": name,
            "display_name": name,
            "url": "#",
            "photo_url": None,
            "face": None,
            "face_svg": None,
            **more,
        }
    )


def _drawn(name: str, seed: str) -> SimpleNamespace:
    from_seed = Markup("<!--{}-->").format(seed)
    return _person(name, face=seed, note=from_seed)


PEOPLE = {
    "amina": _drawn("Amina Yıldız", "amina"),
    "fatma": _drawn("Fatma Demir", "fatma"),
    "jonas": _drawn("Jonas Brandt", "jonas"),
    "olena": _drawn("Olena Kovalenko", "olena"),
    "samuel": _drawn("Samuel Mensah", "samuel"),
    "maria": _drawn("Maria Schulte", "maria"),
    "lan": _drawn("Nguyễn Thị Lan", "lan"),
    "piotr": _drawn("Piotr Zieliński", "piotr"),
    "moussa": _person("Moussa Keita"),
}


def _tab(key: str, label: str, icon: str, *, badge: int = 0, current: bool = False) -> SimpleNamespace:
    return SimpleNamespace(key=key, label=label, url="#", icon=icon, badge=badge, current=current)


NETWORK = SimpleNamespace(id="1", slug="lindenstadt", name="Network Lindenstadt", url="#")

SHELL = SimpleNamespace(
    language="en",
    direction="ltr",
    theme="",
    path="/style",
    home_url="#",
    me=SimpleNamespace(
        name="Amina Yıldız", display_name="Amina Yıldız", url="#", photo_url=None, face="amina", face_svg=None
    ),
    network=NETWORK,
    networks=[NETWORK, SimpleNamespace(id="2", slug="malopolska", name="Sieć mentorów Małopolska", url="#")],
    organisation=None,
    organisations=[SimpleNamespace(id="9", name="Brückenhaus Lindenstadt e. V.", url="#")],
    tabs=[
        _tab("home", "Home", "home", current=True),
        _tab("talk", "Talk", "talk", badge=5),
        _tab("ask", "Ask", "ask"),
        _tab("events", "Meetings", "calendar"),
        _tab("people", "People", "people"),
    ],
    unread=2,
    notices_url="#",
    search_url="#",
    concern_url="#",
    signin_url="#",
    languages=[
        SimpleNamespace(code="en", name="English", url="#", current=True),
        SimpleNamespace(code="de", name="Deutsch", url="#", current=False),
    ],
    footer=[
        SimpleNamespace(label=label, url="#") for label in ("About", "Accessibility", "Privacy", "Imprint")
    ],
)


def _step(key: str, title: str, strand: str, state: str, evidence: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "title": title, "strand": strand, "state": state, "evidence": evidence, "url": "#",
            "gate": False, "next": False, "guide": None, **more}  # fmt: skip


def roadmap_phases() -> list[dict[str, Any]]:
    """Return four phases with every state of a step."""
    guide = {
        "why": "With the agreement you know what you promise each other: how much time, how you decide.",
        "ways": [
            "Whoever has not signed yet reads the one page. That takes four minutes.",
            "Ask your questions right at the place in the text.",
            "It holds from 21 signatures on. Until Friday, 4 December.",
        ],
        "have": 19, "need": 31, "measure": "Signatures", "helper": PEOPLE["fatma"],
        "helper_text": "Fatma helps with this step.",
        "action": {"label": "Read and sign", "url": "#", "primary": True},
    }  # fmt: skip
    start = [
        _step(
            "organisation_verified",
            "The organisation is verified",
            "organisation",
            "done",
            "on 3 March",
            gate=True,
        ),
        _step("course_session_held", "The course was held", "organisation", "done", "spring 2026"),
        _step("graduates_invited", "Graduates are invited", "organisation", "done", "38 of 38"),
        _step("graduates_joined", "Enough graduates joined", "mentors", "done", "31 members", gate=True),
        _step(
            "purpose_and_goals",
            "Purpose and a first goal",
            "activities",
            "done",
            "adopted in April",
            gate=True,
        ),
        _step("introductions", "People said hello", "mentors", "done", "27 of 31"),
        _step("first_meeting", "A first meeting", "activities", "done", "on 12 April"),
    ]
    building = [
        _step("meta_mentor_appointed", "A meta-mentor is there",
             "organisation", "done", "1 appointed, 2 would be better", gate=True),
        _step("roles_known", "Everybody knows the roles", "organisation",
             "flagged", "the list is a year old"),
        _step("rules_in_force", "Our rules hold", "activities",
             "done", "since 12 October, version 2", gate=True),
        _step("agreement_decided", "The agreement is decided",
             "mentors", "open", "19 of 31 have signed, 21 are needed",
              gate=True, next=True, guide=guide),
        _step("office_decided", "An office: yes or no", "organisation",
             "waived", "we do without, since May", gate=True),
        _step("help_process_set", "How we ask for help", "organisation",
             "open", "no sentence about it yet", gate=True),
    ]  # fmt: skip
    everyday = [
        _step("rhythm_set", "A rhythm is set", "activities", "done", "every first Tuesday"),
        _step("talking_regularly", "We talk regularly", "mentors", "open", "5 of 9 weeks", gate=True),
        _step("help_answered", "Questions get answers", "mentors", "open", "not yet", gate=True),
        _step("resources_shared", "We share material", "activities", "open", "nothing yet"),
        _step("goals_reviewed", "Goals are looked at", "activities", "open", "in spring", gate=True),
        _step("volunteers_thanked", "Volunteers are thanked", "organisation", "open", "not yet"),
    ]
    reach = [
        _step("public_page", "A public page", "organisation", "open", "still off"),
        _step("outreach_plan", "A plan for reaching out", "activities", "open", "not yet", gate=True),
        _step("partner_contacted", "A partner is contacted", "organisation", "open", "not yet"),
        _step("partner_course", "A partner's course", "organisation", "open", "not yet"),
        _step("sub_network_or_join", "A partner founds or joins", "mentors", "open", "not yet"),
    ]
    return [
        {"number": 1, "name": "Starting", "done": 7, "total": 7, "state": "done", "steps": start},
        {"number": 2, "name": "Organising", "done": 3, "total": 6, "state": "now", "steps": building},
        {"number": 3, "name": "Keeping going", "done": 1, "total": 6, "state": "ahead", "steps": everyday},
        {"number": 4, "name": "Reaching out", "done": 0, "total": 5, "state": "ahead", "steps": reach},
    ]
