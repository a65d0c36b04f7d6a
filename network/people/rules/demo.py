"""Which accounts are the demo's: everybody knows their password, so they are nobody's where no demo runs."""

from __future__ import annotations

from network.kernel.addresses import normal_address

DEMO_DOMAIN = "@demo.example"


def is_demo_address(email: str | None) -> bool:
    """True for the addresses of the demo's accounts, in whatever spelling."""
    return email is not None and (normal_address(email) or email.strip().casefold()).endswith(DEMO_DOMAIN)
