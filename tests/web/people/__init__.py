"""Tests of the pages at the door and about oneself."""
