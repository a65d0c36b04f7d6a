"""Belonging: who is in a network and in which role, how one comes in, pauses and leaves."""

from network.membership.commands.absences import miss_members
from network.membership.commands.accepting import Acceptance, accept_invitation, decline_invitation
from network.membership.commands.applying import (
    apply_by_poster,
    apply_to_network,
    decide_application,
    withdraw_application,
)
from network.membership.commands.appointing import appoint, end_appointment, hand_over
from network.membership.commands.belonging import (
    end_all_memberships,
    leave_membership,
    pause_membership,
    resume_membership,
)
from network.membership.commands.deciding import appoint_as_decided, check_decided_role
from network.membership.commands.erasing import (
    check_handed_over,
    end_invitations_to,
    lock_networks_of,
)
from network.membership.commands.inviting import InvitedCounts, invite_by_hand, invite_graduates
from network.membership.commands.joining import (
    carry_rules_acceptance,
    join_founder,
    record_rules_acceptance,
)
from network.membership.commands.measures import (
    end_pause,
    end_suspension,
    pause_posting,
    remove_member,
    suspend_member,
)
from network.membership.commands.posters import (
    ask_by_poster,
    hang_poster,
    network_of_poster,
    take_poster_down,
)
from network.membership.commands.readdressing import (
    keep_address,
    readdress_invitation,
    wish_other_address,
)
from network.membership.commands.renewing import request_renewal, resend_invitation, revoke_invitation
from network.membership.commands.sending import send_all_waiting, send_waiting
from network.membership.commands.talking import write_about_application
from network.membership.commands.tidying import forget_unused_addresses
from network.membership.policy import (
    PostingPaused,
    accepted_rules,
    check_pause,
    decides_who_joins,
    is_active,
    may_appoint,
    may_change_invitation,
    may_change_membership,
    may_decide_application,
    may_end_appointment,
    may_hand_over,
    may_hang_poster,
    may_invite_by_hand,
    may_invite_graduates,
    may_see_all_invitations,
    may_see_applications,
    may_see_members,
    may_talk_about_application,
)
from network.membership.queries.applications import (
    ApplicationMessageView,
    ApplicationView,
    count_open_applications,
    decides_about,
    get_application,
    list_application_messages,
    list_applications,
    list_my_applications,
)
from network.membership.queries.appointments import (
    AppointmentView,
    acting_now,
    leading_now,
    list_appointments,
    running_appointments,
)
from network.membership.queries.evidence import belonging_evidence
from network.membership.queries.invitations import (
    INVITATION_STATES,
    TROUBLES,
    InvitationView,
    OpenInvitationView,
    count_in_trouble,
    count_waiting,
    find_invitation,
    get_invitation,
    list_invitations,
)
from network.membership.queries.memberships import (
    MembershipView,
    MyNetwork,
    OwnMembershipView,
    active_by_network,
    active_user_ids,
    count_active,
    get_membership,
    is_active_on,
    list_all_memberships,
    list_memberships,
    list_my_memberships,
    my_networks,
    running_membership,
)
from network.membership.queries.pauses import check_not_paused, last_pause, running_pause
from network.membership.queries.people import (
    MemberView,
    PersonInNetworksView,
    get_person,
    list_people,
    shares_network,
)
from network.membership.queries.posters import PosterView, get_poster
from network.membership.queries.standing import look_again, with_standings, with_standings_when_asked
from network.membership.rules import (
    APPOINTED_ROLES,
    CAPACITIES,
    AlreadyApplied,
    AlreadyAppointed,
    AlreadyInvited,
    AlreadyMember,
    AppointmentEnded,
    InvitationDeclined,
    InvitationExpired,
    LastMetaMentor,
    NotAnActiveMember,
    OtherAddress,
    RulesNotAccepted,
    WasRemoved,
    has_accepted,
)

__all__ = [
    "APPOINTED_ROLES", "CAPACITIES", "INVITATION_STATES", "TROUBLES", "Acceptance", "AlreadyApplied",
    "AlreadyAppointed", "AlreadyInvited", "AlreadyMember", "ApplicationMessageView", "ApplicationView",
    "AppointmentEnded", "AppointmentView", "InvitationDeclined", "InvitationExpired", "InvitationView",
    "InvitedCounts", "LastMetaMentor", "MemberView", "MembershipView", "MyNetwork", "NotAnActiveMember",
    "OpenInvitationView", "OtherAddress", "OwnMembershipView", "PersonInNetworksView", "PosterView",
    "PostingPaused", "RulesNotAccepted", "WasRemoved", "accept_invitation", "accepted_rules", "acting_now",
    "active_by_network", "active_user_ids", "apply_by_poster", "apply_to_network", "appoint",
    "appoint_as_decided", "ask_by_poster", "belonging_evidence", "carry_rules_acceptance",
    "check_decided_role", "check_handed_over", "check_not_paused", "check_pause", "count_active",
    "count_in_trouble", "count_open_applications", "count_waiting", "decide_application", "decides_about",
    "decides_who_joins", "decline_invitation", "end_all_memberships", "end_appointment",
    "end_invitations_to", "end_pause", "end_suspension", "find_invitation", "forget_unused_addresses",
    "get_application", "get_invitation", "get_membership", "get_person", "get_poster", "hand_over",
    "hang_poster", "has_accepted", "invite_by_hand", "invite_graduates", "is_active", "is_active_on",
    "join_founder", "keep_address", "last_pause", "leading_now", "leave_membership", "list_all_memberships",
    "list_application_messages", "list_applications", "list_appointments", "list_invitations",
    "list_memberships", "list_my_applications", "list_my_memberships", "list_people", "lock_networks_of",
    "look_again", "may_appoint", "may_change_invitation", "may_change_membership", "may_decide_application",
    "may_end_appointment", "may_hand_over", "may_hang_poster", "may_invite_by_hand", "may_invite_graduates",
    "may_see_all_invitations", "may_see_applications", "may_see_members", "may_talk_about_application",
    "miss_members", "my_networks", "network_of_poster", "pause_membership", "pause_posting",
    "readdress_invitation", "record_rules_acceptance", "remove_member", "request_renewal",
    "resend_invitation", "resume_membership", "revoke_invitation", "running_appointments",
    "running_membership", "running_pause", "send_all_waiting", "send_waiting", "shares_network",
    "suspend_member", "take_poster_down", "wish_other_address", "with_standings",
    "with_standings_when_asked", "withdraw_application", "write_about_application",
]  # fmt: skip
