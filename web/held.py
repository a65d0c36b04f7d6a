"""What was typed into a form that cannot be taken right now: the page keeps it and sends it when it can.

The session ended while somebody wrote, or she signed in anew elsewhere. Nothing is stored: the text goes
back into her own browser, into a form with a fresh hidden token, and it is she who sends it. Files have to be
chosen again, and passwords and codes typed again.
"""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from network.kernel.actor import Actor

SECRETS = frozenset({"csrf_token", "password", "current", "code", "credential"})
SHOWN_FROM = 20
"""Shorter values are choices and numbers; longer ones somebody wrote."""


def is_worth_keeping() -> bool:
    """True for a form that somebody filled on a page of ours: the browser names that page's origin, which the
    guard looked at. What another site sent is never offered to be sent again."""
    from_a_script = "HX-Request" in request.headers
    written = any(value and name not in SECRETS for name, value in request.form.items())
    return written and "Origin" in request.headers and not from_a_script


def hold(actor: Actor, status: int) -> Response:
    """The page that keeps what was typed: with the way to sign in again for who is signed out."""
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in SECRETS]
    body = render_template(
        "held.html", fields=kept, action=request.full_path.rstrip("?"), signed_in=actor.is_person,
        written=[value for _name, value in kept if len(value) >= SHOWN_FROM],
        files=any(file.filename for file in request.files.values()),
        secrets=any(name in request.form for name in SECRETS - {"csrf_token"}),
    )  # fmt: skip
    return make_response(body, status)
