"""Letters about reports, cases, measures and appeals."""

from network.moderation.mails import cases as cases
from network.moderation.mails import statements as statements
