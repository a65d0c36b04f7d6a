"""How an operation of the API is declared: who may call, what comes in, what goes out, which problems."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Literal

import marshmallow as ma
import orjson
from flask import Response, request
from flask_login import current_user
from flask_smorest import Blueprint
from werkzeug.exceptions import BadRequest, UnprocessableEntity, UnsupportedMediaType

from api.problems import CONTENT_TYPE
from api.schemas.base import ProblemOut, Schema, file_body
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, InsufficientScope, Unauthenticated
from network.kernel.idempotency import MAX_KEY, once
from network.kernel.ids import keyed_digest, same_secret
from network.kernel.paging import PageOf, PageRequest
from network.kernel.translation import mark as _

Audience = Literal["signed_in", "anyone"]
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
ALWAYS = {
    "GET": (429, 503),
    "POST": (400, 403, 413, 415, 422, 429, 503, 507),
    "PUT": (400, 403, 413, 415, 422, 429, 503, 507),
    "PATCH": (400, 403, 413, 415, 422, 429, 503, 507),
    "DELETE": (400, 403, 413, 415, 422, 429, 503, 507),
}
DESCRIPTIONS = {
    400: "Malformed", 401: "Not signed in", 403: "Visible, but not allowed", 404: "Unknown or not visible",
    409: "Conflict with the current state", 410: "Expired", 413: "Too large", 415: "Not JSON",
    422: "Fields that cannot be taken", 429: "Too often", 503: "Busy", 507: "Storage full",
}  # fmt: skip


class BadCsrfToken(Forbidden):
    """The cookie came, but not the token that shows that our own page sent the request."""

    code = "csrf_failed"
    message = _("The header X-CSRF-Token is missing or wrong. Get a fresh one from GET /api/v1/session.")


def operation(
    blueprint: Blueprint,
    method: str,
    path: str,
    *,
    out: type[ma.Schema] | None,
    status: int = 200,
    body: type[ma.Schema] | None = None,
    query: type[ma.Schema] | None = None,
    audience: Audience = "signed_in",
    problems: Sequence[int] = (),
    also: dict[int, type[ma.Schema] | None] | None = None,
    idempotent: bool = False,
    media_types: Sequence[str] = ("application/json",),
    raw: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a view `(actor, <path arguments>, body=…, query=…)` as an operation.

    `out` documents and dumps the answer (a Response passes through as it is); `also` documents further
    successful statuses, which the view answers by returning `(value, status)`; `problems` adds statuses to
    those that any operation may give. `raw` leaves the request body to the view. `idempotent` honours the
    header `Idempotency-Key`. The view's docstring is the operation's description.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def called(**path_values: Any) -> Any:
            actor = _admitted(method, audience)
            if method in UNSAFE:
                _check_media_type(media_types)
            values: dict[str, Any] = dict(path_values)
            if body is not None and not raw:
                values["body"] = _load_body(body)
            elif method in UNSAFE and not raw:
                _load_body(Schema)  # nothing is asked for, so every field is unknown
            if query is not None:
                values["query"] = _load_query(query)
            # A key belongs to a person: nobody's would be everybody's.
            key = request.headers.get("Idempotency-Key") if idempotent and actor.is_person else None
            if key is None:
                return _answered(view(actor, **values), out, status, also)
            return _once(actor, key, lambda now: _answered(view(now, **values), out, status, also))

        statuses = {*ALWAYS[method], *problems, 403}  # 403: a token without the scope
        if audience == "signed_in":
            statuses.add(401)
        if query is not None:
            statuses.add(422)
        statuses |= {409} if idempotent else set()
        manual = _manual(
            out, status, body, query, statuses, also or {}, media_types, idempotent, raw, audience
        )
        documented = blueprint.doc(**manual)(called)
        blueprint.route(path, methods=[method], endpoint=view.__name__)(documented)
        return view

    return decorate


def _manual(
    out: type[ma.Schema] | None, status: int, body: type[ma.Schema] | None, query: type[ma.Schema] | None,
    statuses: set[int], also: dict[int, type[ma.Schema] | None], media_types: Sequence[str],
    idempotent: bool, raw: bool, audience: Audience,
) -> dict[str, Any]:  # fmt: skip
    """What the OpenAPI document says of an operation, beside its docstring."""
    responses: dict[str, Any] = {}
    for code, schema in {status: out, **also}.items():
        responses[str(code)] = {"description": HTTPStatus(code).phrase}
        if schema is not None and code not in (204, 304):
            responses[str(code)]["content"] = {"application/json": {"schema": schema}}
    for code in sorted(statuses):
        responses[str(code)] = {
            "description": DESCRIPTIONS[code],
            "content": {CONTENT_TYPE: {"schema": ProblemOut}},
        }
    manual: dict[str, Any] = {"responses": responses}
    if audience == "anyone":
        manual["security"] = [{}, {"cookie": []}, {"bearer": []}]
    parameters: list[dict[str, Any]] = []
    if query is not None:
        parameters.append({"in": "query", "schema": query})
    if idempotent:
        parameters.append({
            "in": "header", "name": "Idempotency-Key", "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY},
            "description": "The same key and body give the first answer again; another body 409.",
        })  # fmt: skip
    if parameters:
        manual["parameters"] = parameters
    if body is not None:
        manual["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    elif raw:
        content = {media_type: {"schema": file_body(media_type)} for media_type in media_types}
        manual["requestBody"] = {"required": True, "content": content}
    return manual


def current_actor() -> Actor:
    """The actor of this request."""
    actor: Actor = current_user.actor
    return actor


def csrf_token(actor: Actor) -> str:
    """The token that goes with the actor's cookie; empty without one."""
    return keyed_digest("csrf", actor.session_id) if actor.session_id else ""


def page_request(query: dict[str, Any]) -> PageRequest:
    """The page that `?limit=&cursor=` asks for."""
    return PageRequest(limit=query["limit"], cursor=query["cursor"])


def as_page(page: PageOf[Any]) -> dict[str, Any]:
    """A page as the wire has it."""
    return {"items": page.items, "next": page.next}


def json_response(value: Any, status: int = 200) -> Response:
    """A value as JSON without a schema in between: for the hot paths, whose views already have the
    contract's fields."""
    response = Response(orjson.dumps(value, option=orjson.OPT_UTC_Z), status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _admitted(method: str, audience: Audience) -> Actor:
    actor = current_actor()
    if method in UNSAFE and actor.session_id is not None:
        sent = request.headers.get("X-CSRF-Token", "")
        if not same_secret(sent, csrf_token(actor)):
            raise BadCsrfToken()
    if audience == "signed_in" and not actor.is_person:
        raise Unauthenticated()
    if actor.token_scopes is not None:
        needed = "write" if method in UNSAFE else "read"
        if needed not in actor.token_scopes:
            raise InsufficientScope()
    return actor


def _check_media_type(allowed: Sequence[str]) -> None:
    # Only a request without any body may leave out what kind it is (A22: form-encoded and plain text, which
    # other sites' pages can send, are refused).
    has_body = bool(request.content_length) or request.headers.get("Transfer-Encoding") is not None
    if (request.mimetype or has_body) and request.mimetype not in allowed:
        raise UnsupportedMediaType()


def _load_body(schema: type[ma.Schema]) -> Any:
    content = request.get_data()
    if not content:
        return _loaded(schema, {}, "json")
    try:
        data: Any = orjson.loads(content)
    except orjson.JSONDecodeError:
        _refuse_half_characters(content)
        raise BadRequest() from None
    return _loaded(schema, data, "json")


def _refuse_half_characters(content: bytes) -> None:
    """Text with half a character is well-formed JSON all the same (RFC 8259, 8.2), so it is the fields that
    cannot be taken. Returns when it was not that which made the body unreadable."""
    try:
        data = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return
    members = data.items() if isinstance(data, dict) else [("_schema", data)]
    broken = [
        name if _is_whole(name) else "_schema" for name, value in members if not _is_whole([name, value])
    ]
    if broken:
        _refuse("json", {name: ["Not a valid string."] for name in broken})


def _no_number(said: str) -> Any:
    raise ValueError(said)


def _is_whole(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _load_query(schema: type[ma.Schema]) -> Any:
    doubled = [name for name in request.args if len(request.args.getlist(name)) > 1]
    if doubled:
        _refuse("query", {name: ["Unknown field."] for name in doubled})
    return _loaded(schema, request.args.to_dict(), "query")


@functools.cache
def _made(schema: type[ma.Schema]) -> ma.Schema:
    # One of each kind: making one costs more than using it, and using it leaves nothing in it.
    return schema()


def _loaded(schema: type[ma.Schema], data: Any, location: str) -> Any:
    try:
        return _made(schema).load(data)
    except ma.ValidationError as error:
        return _refuse(location, error.messages)


def _refuse(location: str, messages: Any) -> Any:
    refusal = UnprocessableEntity()
    refusal.data = {"messages": {location: messages}}  # type: ignore[attr-defined]
    raise refusal


def _answered(
    result: Any, out: type[ma.Schema] | None, status: int, also: dict[int, Any] | None = None
) -> Response:
    if isinstance(result, Response):
        return result
    if isinstance(result, tuple):
        result, status = result
        if isinstance(result, Response):
            result.status_code = status
            return result
        out = (also or {}).get(status, out)
    if out is None or status == 204:
        response = Response(status=status)
        response.headers["Cache-Control"] = "no-store"
        return response
    value = as_page(result) if isinstance(result, PageOf) else result
    return json_response(_made(out).dump(value), status)


def _once(actor: Actor, key: str, perform: Callable[[Actor], Response]) -> Response:
    if not 1 <= len(key) <= MAX_KEY:
        raise BadRequest()
    extra: list[Response] = []

    def answer(now: Actor) -> tuple[int, bytes]:
        response = perform(now)
        extra.append(response)
        return response.status_code, response.get_data()

    asked = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    status, content = once(actor, key, asked, answer)
    if extra:
        return extra[0]
    response = Response(content, status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
