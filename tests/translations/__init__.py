"""Every text for people is marked, translated, and arrives in the reader's language."""
