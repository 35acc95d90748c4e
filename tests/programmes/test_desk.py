"""The start page puts the late first, today second, the rest after; what is not shown is counted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from programmes.desk import arrange
from workflow.inbox import Queue, Row, Waiting


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


NOW = datetime(2023, 6, 15, 8, tzinfo=UTC)


def row(title, *, due=None, since=None):
    days = timedelta(days=1)
    return Row(
        title,
        "",
        "/",
        since=NOW - since * days if since is not None else None,
        due=NOW + due * days if due is not None else None,
    )


def waiting(*rows, count=None, list_url=None, ask=""):
    queue = Queue(
        "q", "Orders", waiting=lambda user: None, row=lambda record: record, list_url=list_url, ask=ask
    )
    return Waiting(queue, count or len(rows), list(rows))


def test_tasks_stand_by_urgency_and_the_oldest_first():
    desk = arrange(
        [
            waiting(row("soon", due=4), row("late", due=-2, since=11), row("now", due=0.1)),
            waiting(row("later", since=1), row("old", since=9), row("very late", due=-7)),
        ],
        NOW,
    )
    assert [group.label for group in desk.groups] == ["Late", "Today", "This week and after"]
    assert [[task.what for task in group.tasks] for group in desk.groups] == [
        ["very late", "late"],
        ["now"],
        ["soon", "old", "later"],
    ]
    late = desk.groups[0].tasks[1]
    assert (late.age, late.due, late.late) == ("11 days", "due 13 Jun 2023", True)
    assert desk.groups[1].tasks[0].due == "today"
    assert (desk.total, desk.late) == (6, 2)


def test_what_was_due_this_morning_is_due_today_not_late():
    with timezone.override("UTC"):
        desk = arrange([waiting(row("this morning", due=-0.2))], NOW)
    assert desk.groups[0].label == "Today"
    assert not desk.groups[0].tasks[0].late


def test_a_line_says_first_what_is_asked_and_then_of_what():
    desk = arrange(
        [waiting(Row("Order 12", "300.00 MAD", "/"), Row("Order 13", "", "/"), ask="Approve it")], NOW
    )
    tasks = desk.groups[0].tasks
    assert [(task.what, task.meta) for task in tasks] == [
        ("Approve it", "Order 12 · 300.00 MAD"),
        ("Approve it", "Order 13"),
    ]


def test_a_long_queue_is_counted_and_leads_to_its_list():
    desk = arrange([waiting(row("one"), count=31, list_url=lambda: "/all/")], NOW)
    assert desk.total == 31
    assert [(more.count, more.url) for more in desk.more] == [(30, "/all/")]


def test_an_empty_desk_has_no_groups():
    desk = arrange([], NOW)
    assert (desk.groups, desk.more, desk.total, desk.late) == ([], [], 0, 0)
