"""How a list is shown before it is taken in: its columns, and what happens to each line, bad ones first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from network.courses import FindingView, ImportReport, RowView
from network.kernel import runtime

PER_PAGE = 50
MANY = 3
"""More columns of one kind do not fit into the head of the table."""
ROLES = ("name", "first_name", "surname", "email", "completed", "completed_on")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list as the page shows it."""

    line: int
    name: str
    stand_in: bool
    email: str
    finished: str
    said: str
    kind: str
    sign: str
    skip: bool


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of the file and what it was taken for."""

    index: int
    heading: str
    samples: str
    role: str


def chosen_mapping(chosen: Mapping[str, str]) -> tuple[dict[str, Any] | None, bool]:
    """The columns that the selects `column_<index>` name, or None where nothing was chosen; and whether one
    that can be given only once was given twice."""
    by_role: dict[str, list[int]] = {role: [] for role in ROLES}
    for name, role in chosen.items():
        number = name.removeprefix("column_")
        if name != number and number.isdecimal() and len(number) < 4 and role in by_role:
            by_role[role].append(int(number))
    if not any(by_role.values()):
        return None, False
    for indexes in by_role.values():
        indexes.sort()
    email, completed_on = by_role["email"], by_role["completed_on"]
    mapping = {
        "name": [*by_role["first_name"], *by_role["name"], *by_role["surname"]],
        "email": email[0] if email else None,
        "completed": by_role["completed"],
        "completed_on": completed_on[0] if completed_on else None,
    }
    return mapping, len(email) > 1 or len(completed_on) > 1


class Preview:
    """A report in the words of the page."""

    def __init__(self, report: ImportReport, date_order: str | None, shown: int) -> None:
        self.report = report
        self.date_order = date_order
        self._shown = shown

    @property
    def changed(self) -> int:
        """How many people are new or change."""
        return self.report["created"] + self.report["updated"]

    @property
    def sums(self) -> list[tuple[int, str, str]]:
        """The numbers on top: how many, of what, how grave."""
        report = self.report
        found = [
            (report["created"], _("to be taken in"), ""),
            (report["updated"], _("there already, to be updated"), ""),
            (report["unchanged"], _("there already, unchanged"), ""),
            (report["not_completed"], _("of all these not finished yet"), ""),
            (report["repeated"], _("with an address for the second time"), ""),
            (len(report["rejected"]), _("left out, please look"), "danger"),
        ]
        kept = [entry for entry in found if entry[0] or entry[1] == _("to be taken in")]
        return kept

    @cached_property
    def roles(self) -> dict[int, str]:
        """What each column of the file was taken for."""
        mapping = self.report["mapping"]
        found = dict.fromkeys(mapping["completed"], "completed")
        names = mapping["name"]
        if len(names) == 1:
            found[names[0]] = "name"
        elif names:
            found |= dict.fromkeys(names[:-1], "first_name") | {names[-1]: "surname"}
        for role in ("email", "completed_on"):
            if mapping[role] is not None:
                found[mapping[role]] = role
        return found

    @cached_property
    def columns(self) -> list[FileColumn]:
        """The columns of the file."""
        return [
            FileColumn(
                index=column["index"],
                heading=column["heading"] or _("column %(number)s", number=column["index"] + 1),
                samples=", ".join(column["samples"]),
                role=self.roles.get(column["index"], ""),
            )
            for column in self.report["columns"]
        ]

    def in_head(self, *roles: str) -> list[FileColumn]:
        """The columns whose choice stands in the head of a column of the table."""
        found = [column for column in self.columns if column.role in roles]
        return found if len(found) <= MANY else []

    @property
    def beside(self) -> list[FileColumn]:
        """The columns whose choice does not fit there."""
        head = {column.index for roles in HEADS for column in self.in_head(*roles)}
        return [column for column in self.columns if column.index not in head]

    @property
    def seen(self) -> str:
        """The choice that the page shows, to be compared with the one that comes back."""
        chosen = {f"column_{column.index}": column.role for column in self.columns if column.role}
        return " ".join(f"{name}={chosen[name]}" for name in sorted(chosen))

    @property
    def query(self) -> dict[str, str]:
        """The choice as the address has it."""
        chosen = {f"column_{column.index}": column.role for column in self.columns if column.role}
        return chosen | ({"date_order": self.date_order} if self.date_order else {})

    @cached_property
    def question(self) -> dict[str, str] | None:
        """The date that could mean two days, and how to say that it means the other. None where one of them
        lies ahead, for nobody finished on that: then there is nothing to ask."""
        asked = next((each for each in self.report["warnings"] if each["code"] == "ambiguous_date"), None)
        if asked is None:
            return None
        params = asked["params"]
        other = "month_first" if params["chosen"] == "day_first" else "day_first"
        meant, else_meant = (date.fromisoformat(params[order]) for order in (params["chosen"], other))
        if max(meant, else_meant) > runtime.current().clock.now().date():
            return None
        return {
            "value": params["value"],
            "chosen": _day(meant),
            "other": _day(else_meant),
            "other_order": other,
        }

    @cached_property
    def lines(self) -> list[Line]:
        """The lines that are shown: first what does not work, then what was mended, then the rest."""
        warned: dict[int, list[FindingView]] = {}
        for finding in self.report["warnings"]:
            if finding["code"] != "ambiguous_date":
                warned.setdefault(finding["line"], []).append(finding)
        bad = [_left_out(finding) for finding in self.report["rejected"][: self._shown]]
        rows = [_line(row, warned.get(row["line"], [])) for row in self.report["rows"]]
        mended = [line for line in rows if line.kind == "warn"]
        return [*bad, *mended, *(line for line in rows if line.kind != "warn")][: self._shown]

    @property
    def more(self) -> int:
        """How many lines are not shown."""
        return max(0, self.report["lines"] - len(self.lines))


HEADS = (("name", "first_name", "surname"), ("email",), ("completed", "completed_on"))
"""The roles whose choice stands in the head of each column of the table."""


def _left_out(finding: FindingView) -> Line:
    missing = finding["code"] == "missing_email"
    said = _("address is missing, will be left out") if missing else _("no valid address, will be left out")
    return Line(
        line=finding["line"],
        name=finding["params"].get("name", ""),
        stand_in=False,
        email="" if missing else finding["params"].get("value", ""),
        finished="",
        said=said,
        kind="danger",
        sign="",
        skip=True,
    )


def _line(row: RowView, findings: list[FindingView]) -> Line:
    codes = {finding["code"]: finding for finding in findings}
    words = [_CHANGES[row["change"]]()] if row["change"] in _CHANGES else []
    if row["repeats"] is not None:
        words.append(_("same address as line %(line)s, the later line counts", line=row["repeats"]))
    if not row["completed"]:
        words.append(_("not finished yet, will not be invited"))
    if "missing_name" in codes:
        words.append(_("without a name, we take the beginning of the address"))
    if "name_too_long" in codes:
        words.append(_("the name is too long, we keep its beginning"))
    finished = _("no")
    if row["completed"]:
        finished = _day(row["completed_on"]) if row["completed_on"] else _("yes")
    if "unreadable_date" in codes:
        value = codes["unreadable_date"]["params"]["value"]
        words.append(_("“%(value)s” cannot be right, the date stays empty", value=value))
    if findings or row["repeats"] is not None:
        kind, sign = "warn", ""
    elif not row["completed"]:
        kind, sign = "", "minus"
    else:
        kind, sign = ("", "check") if row["change"] == "unchanged" else ("ok", _SIGNS[row["change"]])
    return Line(
        line=row["line"], name=row["name"], stand_in="missing_name" in codes, email=row["email"],
        finished=finished, said="; ".join(words), kind=kind, sign=sign, skip=not row["completed"],
    )  # fmt: skip


_CHANGES = {
    "created": lambda: _("new"),
    "updated": lambda: _("there already, will be updated"),
    "unchanged": lambda: _("there already, unchanged"),
}
_SIGNS = {"created": "plus", "updated": "refresh"}


def _day(when: date) -> str:
    return str(format_date(when, "medium"))
