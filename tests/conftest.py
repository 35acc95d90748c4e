"""Fixtures that every test may use: real databases, a real web server, a browser.

Most tests need none of them: `django_db` and the test client are quicker. Builders of people, calls and
grants are in `tests/worlds/`.
"""

import gc
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import hypothesis
import pytest
from django.utils import timezone, translation

from tests import databases, requirements
from tests.databases import POSTGRES, SQLITE, RealDatabase
from tests.servers import Site, serve

PRODUCT = "config.settings"
DEMO = {"live", "own_live"}
OWN_DATABASE = {"real_database", "module_database", *DEMO}
# A busy machine is slow: only a wrong answer fails a property. Continuous integration repeats the same
# examples, so that a change is judged by what it changes; everybody else looks for new ones.
hypothesis.settings.register_profile(
    "jalon",
    deadline=None,
    derandomize=requirements.REQUIRE_ALL,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("jalon")
TOGETHER = (
    "tests/applications/test_after_sending.py",
    "tests/applications/test_autosave.py",
    "tests/applications/test_light.py",
    "tests/canaries/test_canaries.py",
    "tests/config/test_web.py",
    "tests/followup/test_light_app.py",
    "tests/followup/test_loss.py",
    "tests/lists/test_query_counts.py",
    "tests/look/test_in_a_browser.py",
)
"""Tests of a module that share a server, or a world that takes long to build: one process takes them all."""
FORBIDDEN = {"transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_configure(config: pytest.Config) -> None:
    """Name this run and give it a folder; processes started by pytest-xdist inherit both."""
    if "JALON_TEST_RUN" not in os.environ:
        folder = tempfile.mkdtemp(prefix="jalon-tests-")
        os.environ["JALON_TEST_RUN"] = f"{os.getpid()}:{folder}"
        config.add_cleanup(_end_of_run)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Deal single tests out to the processes, but those of `TOGETHER` by their module.

    Only with `--dist loadgroup`. Marks cannot say it: pytest 9.2 forgets the names that pytest-xdist 3.8
    gives.
    """
    if config.getoption("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.partition("::")[0]
            return module if module in TOGETHER else nodeid

    return Together(config, log)


def _end_of_run() -> None:
    databases.of_this_run().drop()
    del os.environ["JALON_TEST_RUN"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the database they use; refuse those that Django would clean up by a flush.

    Append-only tables do not allow a flush. A test in a browser gets a second try, of which the summary
    tells: Chromium, the server and the test share two cores.
    """
    for item in items:
        if OWN_DATABASE & set(getattr(item, "fixturenames", ())):
            item.add_marker("own_database")
        mark = item.get_closest_marker("django_db")
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if item.get_closest_marker("browser") is not None:
            item.add_marker(pytest.mark.flaky(reruns=1))
        if mark is not None or "db" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
        flushes = mark is not None and (mark.kwargs.get("transaction") or mark.kwargs.get("reset_sequences"))
        if flushes or FORBIDDEN & set(getattr(item, "fixturenames", ())):
            raise pytest.UsageError(
                f"{item.nodeid}: append-only tables cannot be flushed; use the fixture real_database"
            )
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """When a test has its turn: slow ones first, the quick ones last, so that all processes end together.

    Those on the demo come between: it is loaded beside the slow ones, and they are long themselves.
    """
    if _needs_the_demo(item):
        return 1
    if item.get_closest_marker("slow") is not None:
        return 0
    return 2 if item.get_closest_marker("long") is not None else 3


def _needs_the_demo(item: pytest.Item) -> bool:
    return not DEMO.isdisjoint(getattr(item, "fixturenames", ()))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Load the demo beside the first tests, so that no process of the run waits for it."""
    gc.collect()
    gc.freeze()  # what is loaded now stays to the end: nobody looks through it for cycles again
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    wanted = [item for item in session.items if _needs_the_demo(item)]
    if (
        not wanted
        or len(wanted) == len(session.items)
        or worker != "gw0"
        or session.config.option.collectonly
    ):
        return
    if requirements.chromium() is None:
        return
    loading = subprocess.Popen(
        [sys.executable, "-m", "tests.databases", databases.SQLITE, "demo", PRODUCT],
        cwd=databases.ROOT,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    session.config.add_cleanup(lambda: _end(loading))


def _end(loading: subprocess.Popen[bytes]) -> None:
    if loading.poll() is None:
        os.killpg(loading.pid, signal.SIGTERM)
    loading.wait()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """With JALON_REQUIRE_ALL=1 a skipped test is a failed one."""
    report: pytest.TestReport = yield
    if requirements.REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"JALON_REQUIRE_ALL=1 and yet this was skipped: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Any:
    """The same for a whole module that skips itself."""
    report: pytest.CollectReport = yield
    if requirements.REQUIRE_ALL and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"JALON_REQUIRE_ALL=1 and yet {collector.nodeid} was skipped"
    return report


@pytest.fixture(scope="session")
def _written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Names of folders that nobody else has; whoever writes makes the folder."""
    base = tmp_path_factory.mktemp("written")
    return (base / str(number) for number in count())


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, _written: Iterator[Path]) -> None:
    """Files and checkpoints that a test writes go to its own folder."""
    folder = next(_written)
    settings.MEDIA_ROOT = folder / "files"
    settings.CHECKPOINT_DIR = folder / "checkpoints"


@pytest.fixture(autouse=True)
def _own_chance(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws, lots and case numbers fall the same way in every run of a test.

    JALON_TEST_CHANCE=7 lets them fall another way, for whoever looks for tests that pass by luck.
    """
    chance = Random(f"{os.environ.get('JALON_TEST_CHANCE', '')} {request.node.nodeid}")
    monkeypatch.setattr(secrets, "randbits", chance.getrandbits)
    monkeypatch.setattr(secrets, "token_bytes", lambda size=32: chance.randbytes(size))
    monkeypatch.setattr("applications.models.case.CHANCE", chance)


@pytest.fixture(autouse=True)
def _own_language_and_zone() -> None:
    """No test speaks the language or keeps the hours of the one before it."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> str:
    """Run the test once on each database engine."""
    return str(request.param)


@pytest.fixture
def real_database(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., RealDatabase]]:
    """A maker of databases with real commits: `real_database(engine, recipe="empty")`.

    `engine` is "sqlite" or "postgres", `recipe` a name in `tests.databases.RECIPES`. Each call gives a
    fresh database under the settings of the tests (or `settings_module`), dropped after the test.
    """
    with ExitStack() as stack:

        def make(engine: str, *, recipe: str = "empty", settings_module: str | None = None) -> RealDatabase:
            if engine == POSTGRES:
                requirements.need_postgres()
            copy = databases.of_this_run().copy(
                engine,
                tmp_path_factory.mktemp(engine),
                recipe=recipe,
                settings_module=settings_module or os.environ["DJANGO_SETTINGS_MODULE"],
            )
            return stack.enter_context(copy)

        yield make


@pytest.fixture(scope="module")
def module_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDatabase]:
    """One empty SQLite database under the product's own settings, for all tests of a module."""
    folder = tmp_path_factory.mktemp("module")
    with databases.of_this_run().copy(SQLITE, folder, settings_module=PRODUCT) as database:
        yield database


def _demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("live")
    with (
        databases.of_this_run().copy(
            databases.SQLITE, folder, recipe="demo", settings_module=PRODUCT
        ) as database,
        serve(database) as site,
    ):
        yield site


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product with its demo programmes, served; shared, so tests only look at it."""
    requirements.need_chromium()
    yield from _demo_site(tmp_path_factory)


@pytest.fixture
def own_live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same, served from a copy for one test, which may change it."""
    requirements.need_chromium()
    yield from _demo_site(tmp_path_factory)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, started once."""
    path = requirements.need_chromium()
    from playwright.sync_api import sync_playwright

    from tests.browser import CHROMIUM_ARGUMENTS

    # Playwright keeps an event loop running in this thread; the database is still used by one thread only.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _sessions() -> dict[tuple[str, str], Any]:
    return {}


@pytest.fixture
def visitor(
    chromium: Any, _sessions: dict[tuple[str, str], Any], request: pytest.FixtureRequest
) -> Iterator[Any]:
    """Opens pages: `visitor.open(live, "/", user="...", language="ar", width=360)`.

    Fails the test when a page had an error in its console or asked another machine for anything; a
    failed test leaves a picture of its pages in `test-results/`.
    """
    from tests.browser import Visitor

    visitor = Visitor(chromium, _sessions)
    failed_before = request.session.testsfailed
    yield visitor
    if request.session.testsfailed > failed_before:
        _keep_pictures(visitor, request.node.nodeid)
    visitor.close()
    assert not visitor.problems, "\n".join(visitor.problems)


def _keep_pictures(visitor: Any, nodeid: str) -> None:
    folder = Path(__file__).parent.parent / "test-results"
    folder.mkdir(exist_ok=True)
    name = "".join(letter if letter.isalnum() else "-" for letter in nodeid)[-120:]
    pages = [page for context in visitor.contexts for page in context.pages]
    for number, page in enumerate(pages, start=1):
        page.screenshot(path=folder / f"{name}-{number}.png", full_page=True)


@pytest.fixture(scope="session", autouse=True)
def _clean_pictures() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(Path(__file__).parent.parent / "test-results", ignore_errors=True)
