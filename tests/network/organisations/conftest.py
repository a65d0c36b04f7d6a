"""Loads who writes the letters, as the composition root does."""

import network.organisations.mails  # noqa: F401
