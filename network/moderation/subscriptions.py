"""Whose words others use for what is ours: who may see the scope of a case."""

from __future__ import annotations

from network import discussions
from network.moderation.queries.cases import may_see_case_scope

discussions.register_scope("case", may_see_case_scope)
