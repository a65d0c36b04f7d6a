"""What can be done about belonging."""
