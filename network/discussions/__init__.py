"""Places to talk, the conversations in them, and how far each person has read."""

from network.discussions.commands.direct import (
    DirectRoom,
    leave_room,
    open_direct_room,
    write_directly,
)
from network.discussions.commands.drafting import forget_drafts, save_draft
from network.discussions.commands.erasing import erase_words
from network.discussions.commands.greeting import greet_while_waiting
from network.discussions.commands.indexing import forget_words, index, index_some
from network.discussions.commands.levels import choose_network_level, choose_room_level, choose_topic_level
from network.discussions.commands.moving import move_topic
from network.discussions.commands.ordering import place_room
from network.discussions.commands.pace import set_slow_mode
from network.discussions.commands.posting import (
    OpenedTopic,
    Sent,
    SentTopic,
    open_topic,
    post_message,
)
from network.discussions.commands.reacting import react, take_reaction_back
from network.discussions.commands.reading import ReadView, mark_network_read, mark_read, mark_unread
from network.discussions.commands.rewording import delete_message, edit_message
from network.discussions.commands.room_people import add_room_member, remove_room_member
from network.discussions.commands.rooms import (
    archive_room,
    change_room,
    lock_room,
    open_first_rooms,
    open_room,
    unarchive_room,
    unlock_room,
)
from network.discussions.commands.tidying import empty_silent_rooms, forget_deleted
from network.discussions.commands.topics import (
    lock_topic,
    pin_topic,
    rename_topic,
    reopen_topic,
    resolve_topic,
    unlock_topic,
    unpin_topic,
)
from network.discussions.policy import (
    AnnouncementsOnly,
    DirectMessagesClosed,
    DirectMessagesOff,
    MembershipPaused,
    MembershipRequired,
    Owned,
    Place,
    Rooms,
    belongs_since,
    may_change_message,
    may_change_room,
    may_change_topic,
    may_greet,
    may_lock_topic,
    may_open_room,
    may_post_message,
    may_react,
    may_see_room,
    visible_rooms,
)
from network.discussions.queries.audience import MentionView, list_mentionable, mentions_of
from network.discussions.queries.drafts import DraftView, draft_in, get_draft, last_opening
from network.discussions.queries.evidence import (
    first_rooms,
    has_introduced_herself,
    talk_evidence,
)
from network.discussions.queries.files import OpenedFile, open_file
from network.discussions.queries.levels import (
    is_muted,
    join_levels,
    network_levels,
    topic_level,
    topics_at,
)
from network.discussions.queries.messages import (
    MessageList,
    MessageView,
    RevisionView,
    get_message,
    list_messages,
    list_newest_in_room,
    list_revisions,
    messages_by_id,
)
from network.discussions.queries.places import room_to_write_in
from network.discussions.queries.reactions import list_reacted
from network.discussions.queries.resolving import preview
from network.discussions.queries.room_people import RoomMemberView, list_people_outside, list_room_members
from network.discussions.queries.rooms import (
    RoomView,
    find_direct_room,
    first_topic,
    get_room,
    list_rooms,
)
from network.discussions.queries.scopes import CatchUp, catch_up, may_see_scope, visible_scopes
from network.discussions.queries.searching import Filter, Hit, search_messages
from network.discussions.queries.topics import (
    ConversationView,
    TopicView,
    count_later,
    excerpt,
    get_topic,
    list_conversations,
    list_topics,
)
from network.discussions.queries.unread import UnreadView, count_unread, get_unread, unread_topics
from network.discussions.queries.waiting import WaitingView, list_waiting
from network.discussions.rules.drafts import room_context, topic_context
from network.discussions.rules.emoji import TooManyReactions, check_emoji
from network.discussions.rules.levels import ALL, LEVELS, MENTIONS, MUTED
from network.discussions.rules.mentions import as_typed
from network.discussions.rules.pace import SLOWEST, SlowMode
from network.discussions.rules.states import (
    FEWEST_TO_LEAVE,
    KINDS,
    MOST_IN_DIRECT_ROOM,
    POSTING,
    TELL_TYPING,
    AlreadyGreeted,
    RoomArchived,
    RoomLocked,
    RoomNotLeft,
    RoomOpenToAll,
    TopicLocked,
    TopicStays,
)
from network.discussions.rules.texts import (
    NAME_MAX,
    PURPOSE_MAX,
    REASON_MAX,
    TITLE_MAX,
    TRANSLATION_MAX,
    ClientMsgIdConflict,
)
from network.discussions.rules.words import LONGEST_QUERY

__all__ = [
    "ALL",
    "FEWEST_TO_LEAVE",
    "KINDS",
    "LEVELS",
    "LONGEST_QUERY",
    "MENTIONS",
    "MOST_IN_DIRECT_ROOM",
    "MUTED",
    "NAME_MAX",
    "POSTING",
    "PURPOSE_MAX",
    "REASON_MAX",
    "SLOWEST",
    "TELL_TYPING",
    "TITLE_MAX",
    "TRANSLATION_MAX",
    "AlreadyGreeted",
    "AnnouncementsOnly",
    "CatchUp",
    "ClientMsgIdConflict",
    "ConversationView",
    "DirectMessagesClosed",
    "DirectMessagesOff",
    "DirectRoom",
    "DraftView",
    "Filter",
    "Hit",
    "MembershipPaused",
    "MembershipRequired",
    "MentionView",
    "MessageList",
    "MessageView",
    "OpenedFile",
    "OpenedTopic",
    "Owned",
    "Place",
    "ReadView",
    "RevisionView",
    "RoomArchived",
    "RoomLocked",
    "RoomMemberView",
    "RoomNotLeft",
    "RoomOpenToAll",
    "RoomView",
    "Rooms",
    "Sent",
    "SentTopic",
    "SlowMode",
    "TooManyReactions",
    "TopicLocked",
    "TopicStays",
    "TopicView",
    "UnreadView",
    "WaitingView",
    "add_room_member",
    "archive_room",
    "as_typed",
    "belongs_since",
    "catch_up",
    "change_room",
    "check_emoji",
    "choose_network_level",
    "choose_room_level",
    "choose_topic_level",
    "count_later",
    "count_unread",
    "delete_message",
    "draft_in",
    "edit_message",
    "empty_silent_rooms",
    "erase_words",
    "excerpt",
    "find_direct_room",
    "first_rooms",
    "first_topic",
    "forget_deleted",
    "forget_drafts",
    "forget_words",
    "get_draft",
    "get_message",
    "get_room",
    "get_topic",
    "get_unread",
    "greet_while_waiting",
    "has_introduced_herself",
    "index",
    "index_some",
    "is_muted",
    "join_levels",
    "last_opening",
    "leave_room",
    "list_conversations",
    "list_mentionable",
    "list_messages",
    "list_newest_in_room",
    "list_people_outside",
    "list_reacted",
    "list_revisions",
    "list_room_members",
    "list_rooms",
    "list_topics",
    "list_waiting",
    "lock_room",
    "lock_topic",
    "mark_network_read",
    "mark_read",
    "mark_unread",
    "may_change_message",
    "may_change_room",
    "may_change_topic",
    "may_greet",
    "may_lock_topic",
    "may_open_room",
    "may_post_message",
    "may_react",
    "may_see_room",
    "may_see_scope",
    "messages_by_id",
    "move_topic",
    "network_levels",
    "open_direct_room",
    "open_file",
    "open_first_rooms",
    "open_room",
    "open_topic",
    "pin_topic",
    "place_room",
    "post_message",
    "preview",
    "react",
    "remove_room_member",
    "rename_topic",
    "reopen_topic",
    "resolve_topic",
    "room_context",
    "room_to_write_in",
    "save_draft",
    "search_messages",
    "set_slow_mode",
    "take_reaction_back",
    "talk_evidence",
    "topic_context",
    "topic_level",
    "topics_at",
    "unarchive_room",
    "unlock_room",
    "unlock_topic",
    "unpin_topic",
    "unread_topics",
    "visible_rooms",
    "visible_scopes",
    "write_directly",
]
