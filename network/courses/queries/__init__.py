"""What can be seen of courses, of the people on their lists, and of a list before it is taken in."""
