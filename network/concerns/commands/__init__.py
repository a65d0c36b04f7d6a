"""What can be done about concerns, and about the list of professionals."""
