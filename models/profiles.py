"""What people tell about themselves, each field with who sees it."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class Profile(Base):
    """One person's profile. Each `…_for` says who sees the field: `nobody`, `networks` or `everyone`.
    `availability` is the week as 21 signs, 1 or 0: morning, afternoon, evening from Monday on."""

    __tablename__ = "profiles"
    __table_args__ = (Index("ix_profiles_country_user_id", "country", "user_id"),)

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    introduction: Mapped[str] = mapped_column(Text)
    introduction_for: Mapped[str] = mapped_column(String(10))
    languages_for: Mapped[str] = mapped_column(String(10))
    country: Mapped[str | None] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(100))
    region_folded: Mapped[str] = mapped_column(String(200))
    region_for: Mapped[str] = mapped_column(String(10))
    offers_for: Mapped[str] = mapped_column(String(10))
    availability: Mapped[str] = mapped_column(String(21))
    can_help_now: Mapped[bool] = mapped_column(Boolean)
    availability_for: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(Integer)


class ProfileLanguage(Base):
    """A language that somebody speaks; the one she speaks best comes first."""

    __tablename__ = "profile_languages"
    __table_args__ = (Index("ix_profile_languages_language_user_id", "language", "user_id"),)

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)


class ProfileOffer(Base):
    """Something that somebody can help with, in her own words; `folded` is what is searched."""

    __tablename__ = "profile_offers"
    __table_args__ = (Index("ix_profile_offers_folded_user_id", "folded", "user_id"),)

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    folded: Mapped[str] = mapped_column(String(200), primary_key=True)
    offer: Mapped[str] = mapped_column(String(60))
    position: Mapped[int] = mapped_column(Integer)
