"""Who asked for what is stored about her."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class ExportRequest(Base):
    """One person may fetch her archive, once, within a day. The archive itself is never stored."""

    __tablename__ = "export_requests"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
