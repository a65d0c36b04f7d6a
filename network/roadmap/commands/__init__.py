"""What can be done on a network's way."""
