"""The pages of the conversations: all of a network, one room, one topic; and what can be sent from them.

A GET changes nothing (trust, A22), so opening a topic does not mark it as read: the script does, for what
was really on the screen; without it the button at the end does, and so does an answer, up to what the page
showed.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from network import blocks, discussions, meetings, networks, notifications
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, DomainError, Forbidden, TooMany
from network.kernel.events import heads
from network.kernel.ids import new_untimed_id
from network.kernel.paging import PageOf, PageRequest
from web import bubbles, slow
from web.composing import answering, open_box, send
from web.direct import way_into
from web.forms.base import PageForm
from web.forms.discussions import MarkForm, NewTopicForm, TopicForm
from web.languages import written_in
from web.live import live_list, live_topic
from web.opening import opening_in
from web.pages import page
from web.rooms import room_menu, room_sign, rooms_of
from web.shell import Place, Shell
from web.topics import topic_menu
from web.waiting import waiting_rows
from web.windows import window_of

blueprint = Blueprint("discussions", __name__)

SAID_LAST = 50  # the contract says so
BESIDE, LISTED, EARLIER = 15, 20, 8
"""Beside a topic; in the list of all; of these the read ones that are not folded."""
AT_FIRST = 3
"""So many of those beside a topic come with its page; the script fetches the rest where they are seen."""
TOPICS = 50
"""Of a room at once: so many that what was said last finds the title of its topic among them."""


@page(blueprint, "/talk")
def talk(actor: Actor) -> Any:
    """Everything that the network talks about: what is new since one was here, then earlier, then the
    rooms."""
    place = _current_network(actor)
    if place is None:
        return redirect(url_for("home.home"))
    show = request.args.get("show", "")
    rooms = discussions.list_rooms(actor, place.id).items
    user = heads([f"user:{actor.user_id}"])
    new: PageOf[discussions.WaitingView] = PageOf([], None)
    if show != "rooms":
        asked = PageRequest(LISTED, request.args.get("cursor"))
        new = notifications.list_unread(actor, place.id, asked)
    return render_template(
        "discussions/talk.html", place=place, rooms=_named(rooms), show=show, me=actor.user_id,
        waiting=waiting_rows(new.items), following=new.next,
        earlier=discussions.list_conversations(actor, place.id, LISTED, left=False) if not show else [],
        shown=EARLIER, back=url_for("discussions.talk", show=show or None),
        total=next((tab.badge for tab in g.shell.tabs if tab.key == "talk"), 0), sign=room_sign,
        writes=any(bubbles.obstacle(actor, room, place.slug, "") is None for room in rooms),
        live=live_list(actor, place.id, rooms, user),
        sets_up=bool(discussions.may_open_room(actor, rooms_of(place.id))),
    )  # fmt: skip


@page(blueprint, "/talk/side")
def side(actor: Actor) -> Any:
    """The list beside a topic, alone: what the script fetches when something was said elsewhere."""
    place = _current_network(actor)
    topics = discussions.list_conversations(actor, place.id, most=BESIDE) if place else []
    here, me = request.args.get("topic", ""), actor.user_id
    return render_template("discussions/side.html", conversations=topics[:BESIDE], here=here, me=me)


@page(blueprint, "/talk/read", methods=("POST",))
def read_all(actor: Actor) -> Any:
    """Everything of the network was read."""
    place = _current_network(actor)
    if place is None or not PageForm().validate_on_submit():
        abort(400)
    discussions.mark_network_read(actor, place.id)
    return redirect(url_for("discussions.talk"), 303)


@page(blueprint, "/talk/new", methods=("GET", "POST"))
def write(actor: Actor) -> Any:
    """Open a topic, in a room of one's choice."""
    place = _current_network(actor)
    if place is None:
        return redirect(url_for("home.home"))
    rooms = _named(discussions.list_rooms(actor, place.id).items)
    obstacles = {
        room["id"]: bubbles.obstacle(actor, room, place.slug, url_for("discussions.write")) for room in rooms
    }
    free = [room for room in rooms if obstacles[room["id"]] is None]
    wanted, seen = request.args.get("room") or discussions.last_opening(actor), {room["id"] for room in rooms}
    where = wanted if wanted in seen else _everyday(free)
    opening = opening_in(actor, where)
    form = NewTopicForm(data={**opening.values, "room": where})
    form.room.choices = [SelectChoice(room["id"], room["name"]) for room in free]
    status = 200
    if form.validate_on_submit():
        status, answer = _opened(actor, form, form.room.data)
        if answer is not None:
            return answer
    return render_template(
        "discussions/write.html", form=form, free=free, opening=opening,
        obstacle=None if free else next(filter(None, obstacles.values()), None),
    ), 422 if form.errors and status == 200 else status  # fmt: skip


@page(blueprint, "/talk/r/<id:room_id>", methods=("GET", "POST"))
def room(actor: Actor, room_id: str) -> Any:
    """A room: what it is for, its topics, what was said last, and the form of a new topic, which a POST
    sends."""
    user = heads([f"user:{actor.user_id}"])
    found = discussions.get_room(actor, room_id)
    g.network_id = found["network_id"]
    if found["kind"] == "direct" and (way := way_into(found)) is not None:
        return redirect(way)
    network = networks.get_network(actor, found["network_id"])
    welcomes = found["opening"] == "welcome" and not discussions.has_introduced_herself(actor, network["id"])
    opening = opening_in(actor, room_id)
    if welcomes:
        opening.values.setdefault("title", _("Hello from %(name)s", name=actor.name))
    form = TopicForm(data=opening.values)
    status = 200
    if form.validate_on_submit():
        status, answer = _opened(actor, form, room_id)
        if answer is not None:
            return answer
    newest, paged = discussions.list_newest_in_room(actor, room_id, SAID_LAST), "cursor" in request.args
    topics = discussions.list_topics(
        actor, room_id, PageRequest(limit=TOPICS, cursor=request.args.get("cursor"))
    )
    words = bubbles.host_words(network["id"])
    here = url_for("discussions.room", room_id=room_id)
    return render_template(
        "discussions/room.html", room=found, topics=topics.items, following=topics.next, form=form,
        sign=room_sign(found), welcomes=welcomes, opening=opening,
        meeting=meetings.next_meeting(actor, network["id"]) if welcomes else None,
        obstacle=bubbles.obstacle(actor, found, network["slug"], f"{here}#new"),
        said=bubbles.conversation(actor, newest["items"], words, blocked=blocks.blocked_by(actor)).entries,
        titles={} if paged else _titles(actor, topics.items, newest["items"]),
        menu_items=room_menu(actor, found),
        slow_left=slow.seconds_left(found), slow_span=slow.span(found["slow_mode_seconds"]),
        paged=paged, me=actor.user_id,
        live=live_list(actor, network["id"], [{**found, "head_seq": newest["as_of_seq"]}], user),
    ), 422 if form.errors and status == 200 else status  # fmt: skip


@page(blueprint, "/talk/t/<id:topic_id>", methods=("GET", "POST"))
def topic(actor: Actor, topic_id: str) -> Any:
    """A topic: the last messages, or those before or after one, and the box in which a POST writes."""
    user = heads([f"user:{actor.user_id}"])
    found = discussions.get_topic(actor, topic_id)
    at = discussions.get_room(actor, found["room_id"])
    g.network_id = at["network_id"]
    network = networks.get_network(actor, at["network_id"])
    here = url_for("discussions.topic", topic_id=topic_id)
    box = open_box(actor, topic_id, network)
    form = box.form
    status, hindered = 200, bubbles.obstacle(actor, at, network["slug"], here, found)
    if form.validate_on_submit() and not form.preview.data:
        try:
            return send(actor, topic_id, box)
        except (Forbidden, Conflict) as error:
            status, hindered = 409, bubbles.explained(error, network["slug"], here)
            if isinstance(error, Forbidden):
                status = 403
            elif error.code == "client_msg_id_conflict":
                # She went back and wrote something else into the same form: it is another message.
                hindered = bubbles.Obstacle(
                    _("The text before this one was sent already. Send this one as well?")
                )
                form.client_msg_id.raw_data = None
                form.client_msg_id.data = new_untimed_id()
        except DomainError as error:
            status = 429 if isinstance(error, TooMany) else 422
            form.show_faults(error)
    shown = window_of(actor, found, here)
    words, blocked = bubbles.host_words(network["id"]), blocks.blocked_by(actor)
    view = bubbles.conversation(
        actor, shown.messages, words, writes=hindered is None, reacts=bubbles.reacts(actor, at, found),
        unread=found["unread"], first_unread=found["first_unread_seq"], blocked=blocked,
    )  # fmt: skip
    beside = discussions.list_conversations(actor, network["id"], most=BESIDE)[:BESIDE]
    return render_template(
        "discussions/topic.html", topic=found, room=at, entries=view.entries, seqs=view.seqs, form=form,
        shown=shown, me=actor.user_id, obstacle=hindered,
        box=box, answering=answering(actor, form, topic_id), menu_items=topic_menu(actor, found, at),
        conversations=beside[:AT_FIRST],
        live=live_topic(actor, network, found, at, shown, user, beside, words, blocked),
        slow_left=slow.seconds_left(at), slow_span=slow.span(at["slow_mode_seconds"]),
        pattern=bubbles.pattern(topic_id, writes=hindered is None, reacts=bubbles.reacts(actor, at, found)),
    ), status  # fmt: skip


@page(blueprint, "/talk/t/<id:topic_id>/read", methods=("POST",))
def mark_read(actor: Actor, topic_id: str) -> Any:
    """Read up to here, and on to what is left."""
    form = MarkForm()
    if not form.validate_on_submit():
        abort(400)
    marked = discussions.mark_read(actor, topic_id, form.seq.data, form.room_id.data or None)
    on: dict[str, Any] = {"_anchor": "end"}
    if marked["unread"]:
        on = {"from": "unread", "_anchor": "unread"}
    return redirect(url_for("discussions.topic", topic_id=topic_id, **on), 303)


@page(blueprint, "/talk/t/<id:topic_id>/unread", methods=("POST",))
def mark_unread(actor: Actor, topic_id: str) -> Any:
    """To be read again from here on; back to the list, because the topic is for later."""
    form = MarkForm()
    if not form.validate_on_submit():
        abort(400)
    discussions.mark_unread(actor, topic_id, form.seq.data)
    flash(_("The topic is marked as unread."), "ok")
    return redirect(url_for("discussions.talk"), 303)


def _titles(actor: Actor, topics: list[Any], messages: list[Any]) -> dict[str, str]:
    """What the topics of these messages are called; few are not among the topics: where pinned ones, in which
    nobody speaks, stand before them."""
    titles = {topic["id"]: topic["title"] for topic in topics}
    beyond = {message["topic_id"] for message in messages} - set(titles)
    return titles | {topic_id: discussions.get_topic(actor, topic_id)["title"] for topic_id in beyond}


def _current_network(actor: Actor) -> Place | None:
    g.shell = Shell(actor)
    place: Place | None = g.shell.network
    return place if place is not None and place.inside else None


def _named(rooms: list[Any]) -> list[Any]:
    """Without those between people, which are conversations rather than rooms."""
    return [room for room in rooms if room["kind"] != "direct"]


def _everyday(rooms: list[Any]) -> str | None:
    cafe = next((room["id"] for room in rooms if room["opening"] == "cafe"), None)
    return cafe or (rooms[0]["id"] if rooms else None)


def _opened(actor: Actor, form: TopicForm, room_id: str) -> tuple[int, Any]:
    """The answer after a topic was opened; else the status with which the form is shown again."""
    try:
        sent = discussions.open_topic(
            actor, room_id, form.title.data, form.body.data, form.client_msg_id.data or None,
            written_in(form.body.data),
        )  # fmt: skip
        first = sent.topic["first_message"]
        discussions.mark_read(actor, sent.topic["id"], first["seq"])
        return 303, redirect(url_for("discussions.topic", topic_id=sent.topic["id"]), 303)
    except discussions.ClientMsgIdConflict as error:
        form.client_msg_id.raw_data = None
        form.client_msg_id.data = new_untimed_id()
        form.show_faults(error)
        return 409, None
    except DomainError as error:
        form.show_faults(error)
        status = {Forbidden: 403, Conflict: 409, TooMany: 429}
        return next((code for kind, code in status.items() if isinstance(error, kind)), 422), None
