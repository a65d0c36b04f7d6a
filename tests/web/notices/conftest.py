"""A network that talks, and its people at their browsers."""

from tests.web.discussions.conftest import Cafe, cafe, visitor

__all__ = ["Cafe", "cafe", "visitor"]
