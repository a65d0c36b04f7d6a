"""What can be done about what is stored of people."""
