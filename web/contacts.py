"""The list of professionals whom one can call, as who runs the platform keeps it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import concerns
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, Forbidden, NotFound
from network.kernel.policy import require, sees_platform
from web.forms.concerns import KIND_NAMES, ContactForm
from web.operator import sections
from web.pages import page
from web.people import shown
from web.places import country_choices

blueprint = Blueprint("contacts", __name__)


@page(blueprint, "/admin/contacts")
def contacts(actor: Actor) -> Any:
    """The contacts of a country: those of the list, or those whom we know until somebody keeps one."""
    require(sees_platform(actor, None))
    there = concerns.countries_with_contacts()
    country = request.args.get("country", "").upper() or (there[0] if there else "")
    found = concerns.list_contacts(country)
    return render_template(
        "contacts/contacts.html", sections=sections(), country=country, countries=there, contacts=found,
        kept=any(one["id"] for one in found), kinds=KIND_NAMES,
    )  # fmt: skip


@page(blueprint, "/admin/contacts/new", methods=("GET", "POST"))
def add(actor: Actor) -> Any:
    """Put a contact on the list of a country."""
    require(sees_platform(actor, None))
    return _written(actor, ContactForm(country=request.args.get("country")), None)


@page(blueprint, "/admin/contacts/<id:contact_id>", methods=("GET", "POST"))
def change(actor: Actor, contact_id: str) -> Any:
    """Change a contact, or say that it is still right."""
    found = concerns.get_contact(actor, contact_id)
    return _written(actor, ContactForm(data={**found, "expected_version": found["version"]}), contact_id)


@page(blueprint, "/admin/contacts/<id:contact_id>/remove", methods=("POST",))
def remove(actor: Actor, contact_id: str) -> Any:
    """Take a contact off the list."""
    country = concerns.get_contact(actor, contact_id)["country"]
    concerns.remove_contact(actor, contact_id)
    flash(_("Taken off the list."), "ok")
    return redirect(url_for("contacts.contacts", country=country))


@page(blueprint, "/admin/contacts/take-over", methods=("POST",))
def take_over(actor: Actor) -> Any:
    """Put those whom we know in a country on its list."""
    country = request.form.get("country", "")
    concerns.take_over_contacts(actor, country)
    flash(_("They are on your list now. Please check each of them."), "ok")
    return redirect(url_for("contacts.contacts", country=country))


def _written(actor: Actor, form: ContactForm, contact_id: str | None) -> Any:
    refusal = None
    form.country.choices = country_choices(form.country.data)
    if form.validate_on_submit():
        try:
            if contact_id is None:
                made = concerns.add_contact(actor, form.said)
            else:
                made = concerns.change_contact(actor, contact_id, form.said, form.expected_version.data or 0)
            flash(_("Written down."), "ok")
            return redirect(url_for("contacts.contacts", country=made["country"]))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            refusal = error
    return shown("contacts/contact.html", form, refusal, contact_id=contact_id, kinds=KIND_NAMES)
