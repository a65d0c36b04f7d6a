"""Notices on devices: turned on in a browser, for as long as one is signed in there."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation
from api.schemas.push import (
    PushSubscriptionIn,
    PushSubscriptionOut,
    PushSubscriptionPatchIn,
    PushSubscriptionsOut,
)
from network import notifications
from network.kernel.actor import Actor

blueprint = Blueprint("push", __name__, description="Notices on devices (Web Push)")


@operation(blueprint, "GET", "/me/push-subscriptions", out=PushSubscriptionsOut)
def list_push_subscriptions(actor: Actor) -> Any:
    """One's own devices that show notices, at most 20, and the key with which a browser is asked."""
    return notifications.show_push(actor)


@operation(
    blueprint, "POST", "/me/push-subscriptions", out=PushSubscriptionOut, status=201, body=PushSubscriptionIn,
    problems=(409,),
)  # fmt: skip
def subscribe_to_push(actor: Actor, body: dict[str, Any]) -> Any:
    """Show notices in the browser of this session; said again it takes the place of what was said before. A
    notice never says what was written or by whom. 403 `session_required` for a token; 409
    `push_on_shared_device` where others use the device, `push_unavailable` where the operator wants none."""
    keys = body["keys"]
    return notifications.subscribe_to_push(
        actor, body["endpoint"], keys["p256dh"], keys["auth"], brief=body["brief"]
    )


@operation(
    blueprint, "PATCH", "/me/push-subscriptions/<id:subscription_id>", out=PushSubscriptionOut,
    body=PushSubscriptionPatchIn, problems=(404,),
)  # fmt: skip
def choose_push_words(actor: Actor, subscription_id: str, body: dict[str, Any]) -> Any:
    """Have notices on a device say only that something waits, or also what for and in which network."""
    return notifications.choose_push_words(actor, subscription_id, body["brief"])


@operation(
    blueprint, "DELETE", "/me/push-subscriptions/<id:subscription_id>", out=None, status=204, problems=(404,)
)
def unsubscribe_from_push(actor: Actor, subscription_id: str) -> None:
    """Show no more notices on a device."""
    notifications.unsubscribe_from_push(actor, subscription_id)
