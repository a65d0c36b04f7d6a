"""What can be done with files: send one, describe it, take it away; and what becomes of them in the end."""
