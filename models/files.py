"""Files that people send: what is told of each; its bytes lie in the data directory."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class File(Base):
    """One file, whole before its row is there. `store_key` names what lies on the disk. Until a message takes
    it, `message_id` is empty and only who sent it sees it; then `position` is its place among the message's
    files. `upload_key` is what its sender called the sending, so that one sent twice is the same file, which
    `source_digest` tells. Pictures have `width` and `height`, voice notes `seconds`."""

    __tablename__ = "files"
    __table_args__ = (
        UniqueConstraint("uploader_id", "upload_key"),
        Index("ix_files_message_id_position", "message_id", "position"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"), index=True)
    uploader_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    bytes: Mapped[int] = mapped_column(Integer)
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    seconds: Mapped[int | None] = mapped_column(Integer)
    alt: Mapped[str | None] = mapped_column(String(300))
    store_key: Mapped[str] = mapped_column(String(32), unique=True)
    stored_bytes: Mapped[int] = mapped_column(Integer)
    source_digest: Mapped[str] = mapped_column(String(64))
    upload_key: Mapped[str | None] = mapped_column(String(255))
    message_id: Mapped[str | None] = mapped_column(Id, ForeignKey("messages.id"))
    position: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
