"""Who may see a course and the people on its list, as a table."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from models.courses import UploadedList
from network import courses
from network.courses import policy
from network.kernel import runtime
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.courses import make_completion, make_course_session
from tests.factories.organisations import make_organisation, steward_of
from tests.factories.people import actor_of, make_user

OK, IN, NO = None, "not_signed_in", "forbidden"
TABLE = {
    # anonymous, stranger, another's steward, steward, steward without proof, operator, system
    "may_see_course_session": (OK, OK, OK, OK, OK, OK, OK),
    "may_see_contact_ground": (NO, NO, NO, OK, OK, OK, NO),
    "may_create_course_session": (IN, NO, NO, OK, OK, NO, IN),
    "may_change_course_session": (IN, NO, NO, OK, OK, NO, IN),
    "may_load_completions": (IN, NO, NO, OK, OK, NO, OK),
    "may_see_completions": (IN, NO, NO, OK, OK, NO, IN),
    "may_tidy": (NO, NO, NO, NO, NO, NO, OK),
}
OF_TWO_THINGS = {"may_use_uploaded_list"}


@pytest.mark.parametrize("law", sorted(TABLE))
def test_the_table_of_rights(live: Runtime, law: str) -> None:
    organisation, another = make_organisation(), make_organisation()
    course = make_course_session(organisation)
    late = live.clock.now() - timedelta(minutes=61)
    actors: tuple[Actor, ...] = (
        ANONYMOUS,
        actor_of(make_user()),
        steward_of(another),
        steward_of(organisation),
        steward_of(organisation, proof_at=late),
        actor_of(make_user(is_operator=True)),
        system_actor("console"),
    )
    asked = getattr(policy, law)
    thing = {"may_create_course_session": (organisation,), "may_tidy": ()}.get(law, (course,))
    assert tuple(asked(actor, *thing).code for actor in actors) == TABLE[law]


def test_names_and_addresses_take_a_second_factor_where_one_is_required(live: Runtime) -> None:
    settings = dataclasses.replace(live.settings, second_factor="required")  # type: ignore[type-var]
    runtime.install(dataclasses.replace(live, settings=settings))
    organisation = make_organisation()
    course, steward = make_course_session(organisation), steward_of(organisation)
    make_completion(course)
    for law in (policy.may_see_completions, policy.may_load_completions):
        assert law(steward, course).code == "second_factor_needed"
        assert law(dataclasses.replace(steward, has_second_factor=True), course)
        assert law(steward_of(make_organisation()), course).code == NO, "no word about what she lacks"
    assert policy.may_load_completions(system_actor("console"), course)
    with unit_of_work():
        assert session().scalars(policy.visible_completions(steward)).all() == []
        assert sum(courses.counts_by_course(steward, [course.id])[course.id].values()) == 1
        shown = policy.visible_completions(dataclasses.replace(steward, has_second_factor=True))
        assert len(session().scalars(shown).all()) == 1


def test_every_law_stands_in_a_table() -> None:
    assert {name for name in vars(policy) if name.startswith("may_")} == set(TABLE) | OF_TWO_THINGS


def test_a_chosen_list_is_its_steward_s_as_long_as_she_is_one(live: Runtime) -> None:
    organisation = make_organisation()
    course, steward, colleague = make_course_session(organisation), steward_of(organisation), make_user()
    chosen = UploadedList(user_id=steward.id, course_session_id=course.id)
    allowed = {
        "who chose it": steward,
        "a colleague": steward_of(organisation, colleague),
        "who chose it and left": actor_of(make_user(), user_id=steward.user_id),
        "nobody": ANONYMOUS,
    }
    verdicts = {
        who: bool(policy.may_use_uploaded_list(actor, chosen, course)) for who, actor in allowed.items()
    }
    assert verdicts == {who: who == "who chose it" for who in allowed}


def test_the_filters_say_what_the_laws_say(live: Runtime) -> None:
    organisations = [make_organisation(), make_organisation()]
    courses = [make_course_session(organisation) for organisation in organisations]
    people = {make_completion(course).id: course for course in [*courses, *courses]}
    actors = [
        ANONYMOUS, actor_of(make_user(is_operator=True)), steward_of(organisations[0]),
        steward_of(organisations[1]), system_actor("console"),
    ]  # fmt: skip
    for actor in actors:
        with unit_of_work():
            seen = {row.id for row in session().scalars(policy.visible_completions(actor))}
            runs = {row.id for row in session().scalars(policy.visible_course_sessions(actor))}
        assert seen == {each for each, course in people.items() if policy.may_see_completions(actor, course)}
        assert runs == {course.id for course in courses if policy.may_see_course_session(actor, course)}
