"""When two texts are the same, what a version says and what becomes of it, whose signature counts."""
