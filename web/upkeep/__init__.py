"""What those who run a server do with it: back up, bring back, upgrade, look after it."""
