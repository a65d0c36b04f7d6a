"""Answers that come by mail: read, told apart from what no person wrote, and handed to the rules."""
