"""Loads who writes the letters and who is woken, as the composition root does."""

import network.organisations.mails
import network.organisations.subscriptions  # noqa: F401
