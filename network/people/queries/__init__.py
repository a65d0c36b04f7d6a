"""What can be seen of accounts and the ways in."""
