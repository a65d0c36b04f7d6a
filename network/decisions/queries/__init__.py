"""What can be seen of decisions."""
