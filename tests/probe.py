"""Operations and pages of no capability, to see what the frame does with whatever comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Blueprint as Pages
from flask import Flask, render_template_string
from flask_smorest import Blueprint
from marshmallow import fields, validate
from sqlalchemy import func, select
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from api.operations import operation, page_request
from api.schemas.base import Id, Instant, PageQuery, Schema, WholeNumber, choice, page_of, text
from models import Base
from models.outbox import OutboxMail
from network.kernel import outbox, runtime
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, DatabaseBusy, NotFound, StorageFull, TooMany, VersionConflict
from network.kernel.paging import PageOf, page
from network.kernel.policy import is_signed_in, require
from network.kernel.transaction import command, session, unit_of_work
from tests.applications import make_application
from tests.running import running
from web.pages import page as web_page
from web.pages import safe_next

CANARY = "canary-7Q@mail.example"

FAULTS: dict[str, Exception] = {
    "busy": DatabaseBusy(),
    "full": StorageFull(),
    "reading": OperationalError("SELECT 1", {"address": CANARY}, Exception("database is locked")),
    "connections": NoConnectionFree("QueuePool limit"),
    "data": DataError("INSERT", {"address": CANARY}, Exception("out of range")),
    "ours": RuntimeError("a fault of ours"),
    "database": ValueError(f"Key (address)=({CANARY}) already exists"),
    "many": TooMany(retry_after=7),
    "conflict": Conflict(since=3),
    "version": VersionConflict(current={"id": "x", "version": 4}),
}


class ProbeIn(Schema):
    """What may come in."""

    name = text(100, minimum=1, required=True)
    number = WholeNumber(load_default=0)
    at = Instant(load_default=None)
    kind = choice("a", "b", load_default="a")
    thing_id = Id(load_default=None)
    tags = fields.List(text(20), validate=validate.Length(max=3), load_default=list)


class ProbeOut(Schema):
    """What goes out."""

    name = fields.String(required=True)
    count = fields.Integer(required=True)


@command
def make(actor: Actor, name: str) -> int:
    """Promise one letter; the number of letters there are now."""
    require(is_signed_in(actor, None))
    outbox.post("probe", name, "en")
    session().flush()
    return count()


def count() -> int:
    """How often something was made."""
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(OutboxMail)) or 0


@contextmanager
def probed(folder: Path, **settings: object) -> Iterator[Flask]:
    """An application with probes over tables of its own, under other settings than usual where said."""
    outer = runtime._installed[:]
    try:
        with running(f"sqlite:///{folder}/probed.db", folder, **settings) as made:
            Base.metadata.create_all(made.database.engine)
            app = make_application(made)
            app.testing = True
            app.config["PROPAGATE_EXCEPTIONS"] = False
            install(app)
            yield app
    finally:
        runtime._installed[:] = outer


def install(app: Flask) -> None:
    """Put the probes on an application that has not answered yet."""
    probe = Blueprint("probe", __name__)

    @operation(probe, "POST", "/probe", out=ProbeOut, status=201, body=ProbeIn, idempotent=True)
    def create(actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
        """Make one."""
        return {"name": body["name"], "count": make(actor, body["name"])}

    @operation(probe, "GET", "/probe", out=page_of(ProbeOut), query=PageQuery)
    def several(_actor: Actor, query: dict[str, Any]) -> PageOf[Any]:
        """A page of what was made."""
        wanted = select(OutboxMail)
        return page(
            wanted, [OutboxMail.id], page_request(query), lambda row: {"name": row.address, "count": 1}
        )

    @operation(probe, "POST", "/probe/echo", out=None, status=204, body=ProbeIn, audience="anyone")
    def echo(_actor: Actor, body: dict[str, Any]) -> None:
        """Take and forget."""

    @operation(probe, "POST", "/probe/bare", out=None, status=204, audience="anyone")
    def bare(_actor: Actor) -> None:
        """Ask for nothing."""

    @operation(probe, "GET", "/probe/things/<id:thing_id>", out=ProbeOut, problems=(404,))
    def thing(_actor: Actor, thing_id: str) -> None:
        """Never visible."""
        raise NotFound()

    @operation(probe, "POST", "/probe/things/<id:thing_id>", out=ProbeOut, body=ProbeIn, problems=(404,))
    def change_thing(_actor: Actor, thing_id: str, body: dict[str, Any]) -> None:
        """Never visible."""
        raise NotFound()

    @operation(probe, "GET", "/probe/faults/<kind>", out=None, status=204, audience="anyone")
    def fault(_actor: Actor, kind: str) -> None:
        """Fail."""
        raise FAULTS[kind]

    app.register_blueprint(probe, url_prefix="/api/v1")
    app.register_blueprint(_pages())


def _pages() -> Pages:
    pages = Pages("probe_pages", __name__)

    @web_page(pages, "/probe/open", methods=("GET", "POST"), audience="anyone")
    def open_page(_actor: Actor) -> str:
        return render_template_string("<form>{{ csrf_token() }}</form>")

    @web_page(pages, "/probe/own", methods=("GET", "POST"))
    def own(actor: Actor) -> str:
        return f"<p>{actor.name}</p>"

    @web_page(pages, "/probe/weighty", methods=("GET", "POST"), proof=True)
    def weighty(_actor: Actor) -> str:
        return "<p>weighty</p>"

    @web_page(pages, "/probe/next", audience="anyone")
    def next_page(_actor: Actor) -> str:
        return safe_next("/default")

    @web_page(pages, "/probe/faults/<kind>", audience="anyone")
    def fault(_actor: Actor, kind: str) -> None:
        raise FAULTS[kind]

    @web_page(pages, "/probe/secret/<token>", audience="anyone")
    def secret(_actor: Actor, token: str) -> str:
        return "<p>secret</p>"

    return pages
