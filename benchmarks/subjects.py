"""What is measured: the pages that people wait for, and the works that change or carry away many rows."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications import batches, screening
from applications.models import Application
from benchmarks.bench_databases import SEED
from demo.synthetic.scene import DOMAIN, SCORING, code_of
from programmes.models import Programme
from scoring import entry, standings
from scoring.models import JuryAssignment, RankingSnapshot, Round, Scoresheet
from workflow import fire, jobs
from workflow.door import new_key

ACTIONS = 9
BATCH = 50


@dataclass(frozen=True)
class Goals:
    """The goals of the design: milliseconds, queries, kilobytes; None where it sets none."""

    ms: float | None = None
    q: int | None = None
    kb: float | None = None


@dataclass(frozen=True)
class Subject:
    """One thing to measure. run returns the bytes of its answer, None when there is none."""

    work: str
    goals: Goals
    run: Callable[[], int | None]
    times: int = 15


class World:
    """The synthetic call and the people who open its pages, each with a browser of the own."""

    def __init__(self) -> None:
        self.programme = Programme.objects.get(code=code_of(SEED))
        self.code = self.programme.code
        self.round = Round.objects.get(session__number=SCORING)
        self._clients: dict[str, Client] = {}

    def person(self, name: str) -> User:
        """The account of a role, or of a juror."""
        return User.objects.get(email=f"{name}.{SEED}@{DOMAIN}")

    def client(self, name: str) -> Client:
        """A signed-in browser."""
        if name not in self._clients:
            self._clients[name] = Client(HTTP_ACCEPT_LANGUAGE="fr")
            self._clients[name].force_login(self.person(name))
        return self._clients[name]

    def get(self, name: str, address: str) -> Callable[[], int]:
        """A visit of a page; it fails unless the page opens."""

        def run() -> int:
            answer = self.client(name).get(address)
            assert answer.status_code == 200, f"{address}: {answer.status_code}"
            return len(answer.getvalue())

        return run


def pages(world: World) -> Iterator[Subject]:
    """The pages, the floor first."""
    rows = reverse("applications:list", args=[world.code])
    last = Application.objects.visible_to(world.person("manager")).exclude(state="draft").count() // 50
    one = Application.objects.filter(state="in_review").order_by("pk").first()
    ranking = RankingSnapshot.objects.filter(round=world.round).latest("pk")
    listed = Goals(45, 12, 60)
    manager = "manager"
    yield Subject("floor: 50 rows in a bare view", Goals(), world.get(manager, f"/floor/{world.code}/"))
    yield Subject("list, first page", listed, world.get(manager, rows))
    yield Subject("list, one state", listed, world.get(manager, f"{rows}?state=in_review"))
    yield Subject("list, last page", Goals(60, 12, 60), world.get(manager, f"{rows}?page={last}"))
    yield Subject("list, search", Goals(60, 12, 60), world.get(manager, f"{rows}?q=coop"))
    yield Subject(
        "one case, staff", Goals(35, 20), world.get("screening-officer", one.case.get_absolute_url())
    )
    waiting = reverse("applications:screening", args=[world.code])
    yield Subject("screening queue", listed, world.get("screening-officer", waiting))
    hundred = f"{ranking.get_absolute_url()}?per_page=100"
    yield Subject("ranking, 100 rows", Goals(80, 12), world.get("jury-secretary", hundred))
    desk = reverse("scoring:desk")
    yield Subject("juror's desk", Goals(40, 12), world.get("juror-1", desk))
    yield Subject("finance start page", Goals(45, 15), world.get("verifier", "/"))
    grants = reverse("disbursements:grants", args=[world.code])
    yield Subject("grants, first page", listed, world.get("verifier", grants))
    board = reverse("scoring:round", args=[world.round.pk])
    yield Subject("board of the round", Goals(100), world.get("jury-secretary", board))
    copies = reverse("scoring:copies", args=[world.round.session_id])
    yield Subject("masked copies, first page", Goals(), world.get("jury-secretary", copies))
    line = reverse("scoring:line", args=[ranking.pk])
    yield Subject("funding line", Goals(), world.get("jury-secretary", line))


def works(world: World) -> Iterator[Subject]:
    """The works, in an order in which none of them takes another's rows."""
    yield Subject("one transition", Goals(20, 20), _transitions(world), times=ACTIONS)
    yield Subject("submit a scoresheet", Goals(20, 18), _submissions(world), times=ACTIONS)
    if Application.objects.filter(state="submitted").count() > BATCH:  # a small call has too few
        yield Subject("50 transitions at once", Goals(500), _batches(world), times=1)
    address = reverse("applications:list", args=[world.code])
    yield Subject("CSV of all applications", Goals(1500), _file(world, address), times=3)
    yield Subject("ranking computed and kept", Goals(2000), _rankings(world), times=3)


def _file(world: World, address: str) -> Callable[[], int]:
    """The whole list as a file, asked for with a reason and fetched."""
    client, asking = world.client("manager"), reverse("workflow:export_ask")

    def run() -> int:
        asked = {"list": address, "query": "", "kind": "csv", "reason": "To measure how long it takes"}
        answer = client.post(asking, asked, follow=True)
        assert answer["Content-Type"].startswith("text/csv"), answer["Content-Type"]
        return len(answer.getvalue())

    return run


def _ready(world: World, wanted: int) -> list[Application]:
    """Submitted files with every rule settled, so that only the decision is left."""
    officer = world.person("screening-officer")
    found = list(Application.objects.with_papers().filter(state="submitted").order_by("pk")[:wanted])
    assert len(found) == wanted, f"{wanted} submitted files are needed"
    for one in found:
        for rule in one.call.eligibility_rules.all():
            screening.decide(one, rule, outcome="met", reason="Seen", actor=officer, at=timezone.now())
    return found


def _transitions(world: World) -> Callable[[], int | None]:
    files, officer = itertools.cycle(_ready(world, ACTIONS + 1)), world.person("screening-officer")

    def run() -> None:
        one = next(files)
        assert one.state == "submitted"
        fire(one, "mark_eligible", actor=officer, key=new_key())

    return run


def _submissions(world: World) -> Callable[[], int | None]:
    begun = JuryAssignment.objects.filter(sheets__state="draft", state="opened")
    waiting = list(begun.select_related("engagement__user").order_by("pk")[: ACTIONS + 1])
    criteria = list(world.round.grid.criteria.all())

    def written(assignment: JuryAssignment) -> tuple[Scoresheet, User]:
        sheet = assignment.sheets.get(state="draft")
        given = {line.pk: entry.Given(value=line.high, comment="Read with care.") for line in criteria}
        entry.save(sheet, given, revision=sheet.revision, at=timezone.now())
        return sheet, assignment.engagement.user

    sheets_with_jurors = iter([written(assignment) for assignment in waiting])

    def run() -> None:
        sheet, juror = next(sheets_with_jurors)
        fire(sheet, "submit", actor=juror, key=new_key())

    return run


def _batches(world: World) -> Callable[[], int | None]:
    keys = [one.pk for one in _ready(world, BATCH)]

    def run() -> None:
        rows = Application.objects.filter(pk__in=keys)
        actor = world.person("screening-officer")
        job = batches.start(rows, batches.ELIGIBLE, {}, actor=actor, at=timezone.now())
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.result["done"] == BATCH, job.result

    return run


def _rankings(world: World) -> Callable[[], int | None]:
    def run() -> None:
        with transaction.atomic():
            standings.make_snapshot(
                Round.objects.get(pk=world.round.pk), by=world.person("jury-secretary"), at=timezone.now()
            )
            transaction.set_rollback(True)

    return run
