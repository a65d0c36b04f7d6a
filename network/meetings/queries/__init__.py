"""What can be seen of meetings: one, the list, the agenda, who comes, who was there, the calendar files."""
