"""What is stored about people: the register of it, why, and what becomes of it."""

from network.privacy.rules.purposes import GROUNDS, PURPOSES, Purpose
from network.privacy.rules.register import Entry, register

__all__ = ["GROUNDS", "PURPOSES", "Entry", "Purpose", "register"]
