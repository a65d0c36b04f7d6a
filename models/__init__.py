"""The tables, one file per capability; importing this package loads them all."""

from models import (
    agreements,
    audit,
    courses,
    discussions,
    event_log,
    goals,
    idempotency,
    meetings,
    membership,
    networks,
    organisations,
    outbox,
    people,
    privacy,
    profiles,
    roadmap,
)
from models.base import Base, UtcDateTime

__all__ = [
    "Base",
    "UtcDateTime",
    "agreements",
    "audit",
    "courses",
    "discussions",
    "event_log",
    "goals",
    "idempotency",
    "meetings",
    "membership",
    "networks",
    "organisations",
    "outbox",
    "people",
    "privacy",
    "profiles",
    "roadmap",
]
