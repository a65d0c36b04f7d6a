"""What can be done with courses: enter and change them, load their lists, say who was invited."""
