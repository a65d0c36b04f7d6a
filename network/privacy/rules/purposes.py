"""Why something about a person is stored: in plain words, with the ground, the time and who sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from network.kernel.translation import mark as _

Ground = Literal["contract", "legitimate_interest", "consent", "none"]

GROUNDS: dict[Ground, str] = {
    "contract": _("It is needed for what you asked us to do (GDPR, Article 6(1)(b))."),
    "legitimate_interest": _("We have a fair reason for it (GDPR, Article 6(1)(f)). You can object."),
    "consent": _("You agreed to it, and you can take that back (GDPR, Article 6(1)(a))."),
    "none": _("It says nothing about a person."),
}


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose; its sentences are English source texts, translated where they are shown."""

    title: str
    what: str
    ground: Ground
    kept: str
    seen_by: str


PURPOSES: dict[str, Purpose] = {
    "account": Purpose(
        _("Your account"),
        _("Your mail address, the name you chose, your language, time zone and picture."),
        "contract",
        _("As long as you have the account."),
        _("Your name and picture: people in your networks. Your mail address: only you."),
    ),
    "signing_in": Purpose(
        _("Signing in"),
        _("Devices on which you are signed in, codes and links that we sent, names of your tokens."),
        "contract",
        _("Ended sign-ins: 30 days. Codes and links: days."),
        _("Only you."),
    ),
    "security": Purpose(
        _("Keeping accounts safe"),
        _("Failed tries to sign in, as numbers that nobody can read back into an address."),
        "legitimate_interest",
        _("Failed tries: 90 days. Devices known to be yours: a year."),
        _("Nobody; the program uses it."),
    ),
    "profile": Purpose(
        _("Your profile"),
        _("What you tell: introduction, languages, country and region, and what you can help with."),
        "consent",
        _("Until you change it."),
        _("You choose for each field: nobody, your networks, or everyone."),
    ),
    "invitations": Purpose(
        _("Invitations"),
        _("Name and mail address of people who are invited, and what was written to them."),
        "legitimate_interest",
        _("The address of an unused invitation: 30 days after it ran out."),
        _("Those who invite for the network."),
    ),
    "courses": Purpose(
        _("Lists of graduates"),
        _("Name and mail address of people who took a course, and whether they finished it."),
        "legitimate_interest",
        _("Who is not invited: 90 days. Others: as long as the course is here, or until they say no."),
        _("Contact persons of the organisation that ran the course."),
    ),
    "membership": Purpose(
        _("Belonging to networks"),
        _("Networks you belong to, your roles, and what you wrote when you asked to join."),
        "contract",
        _("As long as you have the account. Then without your name."),
        _("People in the network. What you wrote when you asked to join: those who decide."),
    ),
    "agreements": Purpose(
        _("Rules and agreements"),
        _("Which rules you accepted, what you signed, and when. What you said about its words."),
        "contract",
        _(
            "As long as the network has them, without your name after you are gone. The name under which you "
            "signed: locked away, and destroyed three years after the network ends."
        ),
        _("People in the network."),
    ),
    "talk": Purpose(
        _("Talking"),
        _("What you write in rooms, earlier versions of it, the files you send, and how far you have read."),
        "contract",
        _(
            "Until you or the network delete it, then 30 days. In private rooms: two years after the last "
            "word."
        ),
        _("People in the room. How far you have read: only you."),
    ),
    "notices": Purpose(
        _("Telling you what concerns you"),
        _(
            "Where somebody wrote to you, named or answered you, how much you want to hear, and when. "
            "Devices on which you want notices."
        ),
        "contract",
        _(
            "What you were told of: three months. Your choices: until you change them. Devices: until you "
            "sign out."
        ),
        _(
            "Only you. The maker of the browser in which you turned notices on carries them, sealed: it sees "
            "when one comes, not what it says."
        ),
    ),
    "meetings": Purpose(
        _("Meetings"),
        _("Meetings you planned, whether you said that you come, whether you were there."),
        "contract",
        _("As long as you have the account."),
        _("People in the network."),
    ),
    "network_record": Purpose(
        _("What a network does together"),
        _("Goals, progress and steps that you wrote down for your network, and how you decided with it."),
        "contract",
        _("As long as the network is here, without your name after you are gone."),
        _("People in the network."),
    ),
    "organisations": Purpose(
        _("Organisations"),
        _("Who acts for an organisation, who is asked to, and drafts of networks."),
        "contract",
        _("As long as the organisation is here. Drafts: until the network is founded."),
        _("The organisation's contact persons and who runs this server."),
    ),
    "mail": Purpose(
        _("Mail to you"),
        _(
            "Your address and what kind of letter goes to you. The words of a letter are not kept; those of "
            "an answer by mail are, when it could not be posted, so that you get them back."
        ),
        "contract",
        _("Two weeks after a letter left. That you answered by mail: 60 days."),
        _("Nobody; who runs this server sees a part of the address when a letter fails."),
    ),
    "consents": Purpose(
        _("What you agreed to and objected to"),
        _("To what you agreed or objected, in which words, and when you took it back."),
        "legitimate_interest",
        _("What you agreed to: while it counts and three years more. Objections: as long as you are here."),
        _("Only you. Objections: also who runs this server."),
    ),
    "audit": Purpose(
        _("Who decided what"),
        _("A list of weighty acts, such as giving a role or closing an account, that nobody can change."),
        "legitimate_interest",
        _("As long as the server runs, without your name after you are gone."),
        _("Who runs this server; a network's own part: those who look after the network."),
    ),
    "running": Purpose(
        _("Running the program"),
        _("Numbers that keep open pages up to date and stop the same request from counting twice."),
        "none",
        _("Answers to requests: a week."),
        _("Nobody; the program uses it."),
    ),
}  # fmt: skip
