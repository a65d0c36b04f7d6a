"""Profiles: what can be told, who sees it, finding somebody by it."""
