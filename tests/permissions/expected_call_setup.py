"""Who sets up the forms and the eligibility rules of a call."""

from typing import Any

from tests.permissions.expected_programmes import MEMBERS_AND_SET_UP
from tests.permissions.matrix import World, row
from tests.worlds.applications import a_form_import, a_rule, prepare_call

FORM: dict[str, Any] = {
    "of": "programmes.call",
    "code": "programme.code",
    "call": "code",
    "stage": "=idea",
}
PLAN = {**FORM, "stage": "=plan"}
BUDGET = {**PLAN, "question": "=budget"}

CALL = {name: value for name, value in FORM.items() if name != "stage"}
RULE: dict[str, Any] = {
    "of": "applications.rule",
    "code": "call.programme.code",
    "call": "call.code",
    "pk": "pk",
}

IMPORT: dict[str, Any] = {
    "of": "applications.formimport",
    "code": "call.programme.code",
    "call": "call.code",
    "stage": "=idea",
    "pk": "pk",
}

ROWS: list = [
    row("applications:add_rule", "manager", posts="manager", **CALL),
    row("applications:edit_rule", "manager", posts="manager", **RULE),
    row("applications:arrange_rule", posts="manager", **RULE),
    row("applications:builder", "manager", **FORM),
    row("applications:preview_form", MEMBERS_AND_SET_UP, posts=MEMBERS_AND_SET_UP, set_up=True, **FORM),
    row("applications:preview_jurors", MEMBERS_AND_SET_UP, set_up=True, **FORM),
    row("applications:blank_form", MEMBERS_AND_SET_UP, set_up=True, language="=fr", **FORM),
    # The calls of this world are drafts: their forms are not for the public yet.
    row("applications:public_blank", "nobody", language="=fr", leads_to_sign_in=True, **FORM),
    row("applications:choose_form", posts="manager", **FORM),
    row("applications:drop_form", posts="manager", **FORM),
    row("applications:publish_form", "manager", posts="manager", **FORM),
    row("applications:import_form", "manager", posts="manager", **FORM),
    row("applications:form_import", "manager", **IMPORT),
    row("applications:take_form_import", posts="manager", **IMPORT),
    row("applications:drop_form_import", posts="manager", **IMPORT),
    row("applications:arrange_form", posts="manager", **FORM),
    row("applications:form_lists", "manager", posts="manager", **FORM),
    row("applications:add_section", "manager", posts="manager", **FORM),
    row("applications:edit_section", "manager", posts="manager", section="=budget", **PLAN),
    row("applications:insert_part", posts="manager", section="=budget", **PLAN),
    row("applications:remove_section", "manager", posts="manager", section="=budget", **PLAN),
    row("applications:add_question", "manager", posts="manager", section="=budget", **PLAN),
    row("applications:edit_question", "manager", posts="manager", question="=budget", **PLAN),
    row("applications:remove_question", "manager", posts="manager", question="=budget", **PLAN),
    row("applications:add_table_part", "manager", posts="manager", part="=columns", **BUDGET),
    row("applications:edit_table_part", "manager", posts="manager", part="=columns", row="=item", **BUDGET),
    row("applications:arrange_table_part", posts="manager", part="=columns", row="=item", **BUDGET),
]


def fill(world: World) -> None:
    """Both calls have both standard forms and a rule."""
    for side in (world.here, world.there):
        prepare_call(side.call)
    world.objects["applications.rule"] = world.twins(a_rule)
    world.objects["applications.formimport"] = world.twins(a_form_import)
