"""The door: in with a code or a password, out, showing once more that it is them; and one's own page."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask import url_for as url
from flask_babel import gettext as _

from network import people
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, TooMany
from network.people import (
    CodeRefused,
    ErasureWaiting,
    ProofRefused,
    SecondFactorRefused,
    SecondFactorRequired,
    SignedIn,
)
from web import cookies
from web.arrivals import greeting_switches
from web.forms.base import PageForm
from web.forms.people import (
    AddressForm,
    CodeForm,
    CodeProofForm,
    PasswordForm,
    PasswordProofForm,
    ProfileForm,
)
from web.languages import choose_language
from web.pages import page, safe_next
from web.places import language_choices, time_zone_choices
from web.shell import Shell

blueprint = Blueprint("people", __name__)

ADDRESS = "address"
"""Where the form's cookie keeps the address from one step to the next: no address stands in a URL."""
CHALLENGE = "challenge"
"""Where it keeps what the second step of signing in answers."""
HOME = "/home"


@page(blueprint, "/signin", methods=("GET", "POST"), audience="anyone")
def sign_in(actor: Actor) -> Any:
    """The first step: where the code goes."""
    if actor.is_person and request.method == "GET":
        return redirect(safe_next())
    form, refusal = AddressForm(email=session.get(ADDRESS, "")), None
    if form.validate_on_submit():
        try:
            _send_code(actor, form.email.data)
            return redirect(url("people.sign_in_code", next=further()))
        except DomainError as error:
            refusal = error
    return shown("people/sign_in.html", form, refusal, passkeys=people.are_passkeys_possible())


@page(blueprint, "/signin/code", methods=("GET", "POST"), audience="anyone")
def sign_in_code(actor: Actor) -> Any:
    """The second step: the digits out of the mail."""
    email = session.get(ADDRESS)
    if not email:
        return redirect(url("people.sign_in", next=further()))
    form, refusal = CodeForm(stay=True), None
    if form.validate_on_submit():
        try:
            here = cookies.visit(shared_device=not form.stay.data)
            return _let_in(people.sign_in_with_code(actor, email, form.code.data, here))
        except SecondFactorRequired as challenge:
            return _ask_further(challenge)
        except ErasureWaiting as leaving:
            return redirect(url("erasure.take_back", token=leaving.params["take_back"]))
        except DomainError as error:
            refusal = error
    settings = current_app.config["SETTINGS"]
    return shown(
        "people/code.html", form, refusal, "code", email=email, minutes=settings.sign_in_code_minutes,
        sender=settings.mail_from.rpartition("<")[2].rstrip(">"),
    )  # fmt: skip


@page(blueprint, "/signin/code/again", methods=("POST",), audience="anyone")
def send_code_again(actor: Actor) -> Any:
    """Another code to the same address; the one before is void."""
    email = session.get(ADDRESS)
    if email:
        _send_code(actor, email)
        flash(_("A new code is on its way. The one before no longer works."), "ok")
    return redirect(url("people.sign_in_code", next=further()))


@page(blueprint, "/signin/password", methods=("GET", "POST"), audience="anyone")
def sign_in_password(actor: Actor) -> Any:
    """In with a password."""
    if actor.is_person and request.method == "GET":
        return redirect(safe_next())
    form, refusal = PasswordForm(email=session.get(ADDRESS, ""), stay=True), None
    if form.validate_on_submit():
        try:
            here = cookies.visit(shared_device=not form.stay.data)
            return _let_in(people.sign_in_with_password(actor, form.email.data, form.password.data, here))
        except SecondFactorRequired as challenge:
            return _ask_further(challenge)
        except ErasureWaiting as leaving:
            return redirect(url("erasure.take_back", token=leaving.params["take_back"]))
        except DomainError as error:
            refusal = error
    return shown("people/password.html", form, refusal)


@page(blueprint, "/signout", methods=("POST",), audience="anyone")
def sign_out(actor: Actor) -> Any:
    """Out: the session is over, on the server as well."""
    if actor.is_person:
        people.sign_out(actor)
    response = cookies.forget(redirect(url("landing.landing")))
    flash(_("You are signed out. See you soon."), "ok")
    return response


@page(blueprint, "/signin/proof", methods=("GET", "POST"))
def prove(actor: Actor) -> Any:
    """Once more, before something weighty: the password, or a code by mail."""
    has_password = people.show_me(actor)["has_password"]
    by_code = not has_password or request.args.get("way") == "code"
    form, refusal = (CodeProofForm() if by_code else PasswordProofForm()), None
    if form.validate_on_submit():
        given = {"code": form.code.data} if by_code else {"password": form.password.data}
        try:
            people.prove(actor, **given, peer=request.remote_addr or "")
            return redirect(safe_next())
        except DomainError as error:
            refusal = error
    return shown(
        "people/proof.html", form, refusal, "code" if by_code else "password", by_code=by_code,
        has_password=has_password, email=actor.email, sent=request.args.get("sent") == "1",
        has_passkey=people.show_second_factor(actor)["passkeys"] > 0, origin=people.passkey_origin(),
    )  # fmt: skip


@page(blueprint, "/signin/proof/code", methods=("POST",))
def send_proof_code(actor: Actor) -> Any:
    """A code to one's own address, to show once more that it is them."""
    email = actor.email or ""
    people.request_sign_in_code(actor, email, language=choose_language(), peer=request.remote_addr or "")
    return redirect(url("people.prove", way="code", sent="1", next=further()))


@page(blueprint, "/me", methods=("GET", "POST"))
def me(actor: Actor) -> Any:
    """One's own page: what the others call me, how the pages speak to me, and the ways to the rest."""
    form, refusal = profile_form(people.show_me(actor)), None
    if form.validate_on_submit():
        try:
            save_profile(actor, form)
            flash(_("Saved."), "ok")
            return redirect(url("people.me"))
        except DomainError as error:
            refusal = error
    g.shell = shell = Shell(actor)
    return shown(
        "people/me.html", form, refusal, user=people.show_me(actor),
        greets=greeting_switches(actor, shell.networks),
    )  # fmt: skip


def profile_form(user: people.MeView) -> ProfileForm:
    """The form about oneself, filled with what is known."""
    known = {name: user[name] for name in ("display_name", "language", "time_zone")}
    form = ProfileForm(data=known)
    form.language.choices = language_choices(user["language"])
    form.time_zone.choices = time_zone_choices(user["time_zone"], choose_language())
    return form


def save_profile(actor: Actor, form: ProfileForm) -> None:
    """Keep what was said in the form about oneself."""
    people.change_me(
        actor, display_name=form.display_name.data, language=form.language.data,
        time_zone=form.time_zone.data,
    )  # fmt: skip


def further() -> str | None:
    """Where it goes on afterwards, for the next link; None for home, so that addresses stay short."""
    wanted = safe_next(HOME)
    return None if wanted == HOME else wanted


def shown(template: str, form: PageForm, refusal: DomainError | None, at: str = "", **values: Any) -> Any:
    """A page with its form, what was refused beside it; `at` names the field that a secret was typed into."""
    if at and isinstance(refusal, CodeRefused | ProofRefused | SecondFactorRefused):
        form[at].errors = [_(refusal.message)]
    elif refusal is not None:
        form.show_faults(refusal)
    response = make_response(render_template(template, form=form, next=further(), **values))
    response.status_code = 422 if form.errors else 200
    if isinstance(refusal, TooMany):
        response.status_code = 429
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _send_code(actor: Actor, email: str) -> None:
    people.request_sign_in_code(actor, email, language=choose_language(), peer=request.remote_addr or "")
    session[ADDRESS] = email


def _let_in(signed_in: SignedIn) -> Any:
    target = url("me.welcome", next=further()) if signed_in.is_new else safe_next(HOME)
    return cookies.keep_signed_in(redirect(target), signed_in)


def _ask_further(required: SecondFactorRequired) -> Any:
    session[CHALLENGE] = required.params["challenge"]
    return redirect(url("second_factor.answer", next=further()))
