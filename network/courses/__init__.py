"""The runs of a course and the people who finished: their lists loaded, what became of each."""

from network.courses.commands.course_sessions import (
    MAX_GROUND,
    MAX_PLATFORM,
    MAX_TITLE,
    change_course_session,
    create_course_session,
)
from network.courses.commands.erasing import let_go_of_graduate, remove_lists_of
from network.courses.commands.importing import GroundMissing, OrganisationRefused, import_completions
from network.courses.commands.marking import (
    forget_graduate,
    mark_invited,
    mark_member,
    mark_not_invited,
)
from network.courses.commands.tidying import forget_uninvited
from network.courses.commands.uploads import forget_uploaded_lists, keep_list, take_in_uploaded_list
from network.courses.policy import (
    may_change_course_session,
    may_create_course_session,
    may_load_completions,
    may_see_completions,
    may_see_course_session,
    visible_completions,
    visible_course_sessions,
)
from network.courses.queries.completions import (
    STATES,
    CompletionView,
    address_listed,
    count_by_state,
    count_completed,
    count_completions,
    counts_by_course,
    course_evidence,
    list_completions,
    ready_completion,
    ready_completions,
)
from network.courses.queries.course_sessions import (
    CourseSessionView,
    course_session_row,
    course_sessions_by_id,
    get_course_session,
    ground_of_completion,
    list_course_sessions,
    visible_course_session_row,
)
from network.courses.queries.reading import DATE_ORDERS, ListTooLarge, ListUnreadable
from network.courses.queries.reports import ROWS_SHOWN, FindingView, ImportReport, RowView
from network.courses.queries.uploads import UploadedListView, get_uploaded_list, preview_uploaded_list

__all__ = [
    "DATE_ORDERS",
    "MAX_GROUND",
    "MAX_PLATFORM",
    "MAX_TITLE",
    "ROWS_SHOWN",
    "STATES",
    "CompletionView",
    "CourseSessionView",
    "FindingView",
    "GroundMissing",
    "ImportReport",
    "ListTooLarge",
    "ListUnreadable",
    "OrganisationRefused",
    "RowView",
    "UploadedListView",
    "address_listed",
    "change_course_session",
    "count_by_state",
    "count_completed",
    "count_completions",
    "counts_by_course",
    "course_evidence",
    "course_session_row",
    "course_sessions_by_id",
    "create_course_session",
    "forget_graduate",
    "forget_uninvited",
    "forget_uploaded_lists",
    "get_course_session",
    "get_uploaded_list",
    "ground_of_completion",
    "import_completions",
    "keep_list",
    "let_go_of_graduate",
    "list_completions",
    "list_course_sessions",
    "mark_invited",
    "mark_member",
    "mark_not_invited",
    "may_change_course_session",
    "may_create_course_session",
    "may_load_completions",
    "may_see_completions",
    "may_see_course_session",
    "preview_uploaded_list",
    "ready_completion",
    "ready_completions",
    "remove_lists_of",
    "take_in_uploaded_list",
    "visible_completions",
    "visible_course_session_row",
    "visible_course_sessions",
]
