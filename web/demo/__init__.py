"""The demo: made-up people, their networks and weeks of conversation, filled in through the real commands."""
