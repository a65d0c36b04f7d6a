"""Shares of a group, written as "2/3" and compared with whole numbers only: never rounded."""

from __future__ import annotations

import re
from dataclasses import dataclass

from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

_WRITTEN = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`: nothing (0/1) up to everybody (1/1). Kept as it was written."""

    part: int
    whole: int

    def is_reached(self, count: int, total: int) -> bool:
        """True when `count` of `total` is at least this share: 4 of 6 are 2/3."""
        return count * self.whole >= self.part * total

    def needed(self, total: int) -> int:
        """The smallest number of people that is at least this share of `total`."""
        return -(-self.part * total // self.whole)

    def __str__(self) -> str:
        return f"{self.part}/{self.whole}"


def parse_share(text: str, field: str = "share") -> Share:
    """Read "2/3". Raises Invalid under `field` for anything else, and for more than everybody: nobody could
    ever reach it."""
    found = _WRITTEN.fullmatch(text.strip())
    part, whole = (int(found[1]), int(found[2])) if found else (0, 0)
    if whole == 0:
        raise Invalid({field: FieldFault.of(_("Please write a fraction such as 2/3."))})
    if part > whole:
        raise Invalid({field: FieldFault.of(_("More than everybody is not possible."))})
    return Share(part, whole)
