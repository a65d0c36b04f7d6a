"""What can be done with accounts and the ways in."""
