"""Fixtures of the tests that walk through all pages."""

from tests.pages.opened import opened

__all__ = ["opened"]
