"""How the signatures of a version are said: the members by number, the organisations by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from network import agreements, organisations
from network.agreements import SigningProgress, VersionView
from network.kernel.actor import Actor

Said = tuple[str, str, str]
"""A sentence with its kind and its sign."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """`head` counts the members; `organisations` has one sentence for each that signs; `takes` says what the
    rule takes, or with how many the version came into force; `carried` whose signatures a correction has."""

    progress: SigningProgress
    head: str
    organisations: list[Said]
    takes: str
    carried: str

    @property
    def missing(self) -> list[Said]:
        """What there is and what is missing, before it comes into force."""
        done = self.progress.reached >= self.progress.need
        words = {"signed": self.progress.reached, "needed": self.progress.need}
        said = _("%(signed)s members have signed, it takes %(needed)s.", **words)
        return [(said, "ok" if done else "warn", "check" if done else "clock"), *self.organisations]


def signatures_of(actor: Actor, seen: VersionView) -> Signatures:
    """The signatures of a version in words."""
    found = agreements.signing_progress(actor, seen)
    wanted = organisations.organisations_by_id(found.organisations) if found.organisations else {}
    names = {key: one["name"] for key, one in wanted.items()}
    head = _("%(signed)s of %(requested)s members have signed", signed=found.signed, requested=found.asked)
    return Signatures(
        found, head if found.asked else _("Who has signed"), _organisations(found, names),
        _ended(_takes(seen, found, names)), _carried(seen, found),
    )  # fmt: skip


def _organisations(found: SigningProgress, names: Mapping[str, str]) -> list[Said]:
    said = []
    for each in found.organisations:
        name = names.get(each, _("An organisation"))
        if each in found.organisations_missing:
            said.append((_("%(name)s has not signed yet.", name=name), "warn", "clock"))
        else:
            said.append((_("%(name)s has signed.", name=name), "ok", "check"))
    return said


def _takes(seen: VersionView, found: SigningProgress, names: Mapping[str, str]) -> str:
    if not found.counted and not found.organisations:
        return ""
    if seen["in_force_at"] is None:
        wanted, many = list(found.organisations), found.need
    else:
        wanted = [each for each in found.organisations if each not in found.organisations_missing]
        many = found.reached
    listed = ", ".join(names.get(each, _("an organisation")) for each in wanted)
    who = ngettext("%(num)s member", "%(num)s members", many)
    if seen["in_force_at"] is not None and not found.carried:
        if listed and many:
            return _("It came into force with these signatures: %(who)s and %(names)s", who=who, names=listed)
        return _("It came into force with these signatures: %(who)s", who=listed or who)
    if seen["state"] != "signing":
        return ""
    if listed and many:
        return _("It takes these signatures: %(who)s and %(names)s", who=who, names=listed)
    return _("It takes these signatures: %(who)s", who=listed or who)


def _ended(said: str) -> str:
    """With its full stop, also where the last name brings one of its own."""
    return said if not said or said.endswith(".") else f"{said}."


def _carried(seen: VersionView, found: SigningProgress) -> str:
    if found.carried is None:
        return ""
    number, text_hash = found.carried
    words = {"number": number, "hash": f"{text_hash[:8]}…"}
    if seen["in_force_at"] is None:
        return _(
            "These signatures are those of version %(number)s (fingerprint %(hash)s). They will hold for "
            "this small correction too when nobody wants to talk about it within seven days.", **words,
        )  # fmt: skip
    return _(
        "Signatures carried over from version %(number)s (fingerprint %(hash)s): this is a small correction, "
        "and nobody objected to it in seven days.", **words,
    )  # fmt: skip
