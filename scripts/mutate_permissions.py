"""Break every permission, one at a time, and see whether the permission matrix notices.

A mutant is a rule, a predicate of a package's `rules.py` or `predicates.py`, or a `visible_to`, turned into
"always yes" or "always no". The matrix of `tests/permissions/` judges each mutated product; a mutant that
it does not notice is a survivor and is listed by name. Run on demand: it takes minutes.

    .venv/bin/python scripts/mutate_permissions.py [--only programmes] [--list]
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

import rules  # noqa: E402 - Django first
from django.apps import apps  # noqa: E402
from django.db import connections, transaction  # noqa: E402
from django.test.utils import (  # noqa: E402
    setup_databases,
    setup_test_environment,
    teardown_databases,
)
from rules.permissions import permissions  # noqa: E402

PACKAGES = (
    "workflow", "accounts", "documents", "programmes", "applications",
    "scoring", "disbursements", "followup", "reporting",
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One way of breaking one permission; `planted()` breaks it for the length of a `with`."""

    name: str
    package: str
    planted: Callable[[], Any]
    permission: str = ""


def mutants() -> Iterator[Mutant]:
    """Yield every mutant of the product, packages from the ground floor up."""
    for package in PACKAGES:
        for name in sorted(permissions):
            if name.partition(".")[0] == package:
                yield from _of_rule(name, package)
        for module_name in ("rules", "predicates"):
            yield from _of_module(sys.modules.get(f"{package}.{module_name}"), package)
        yield from _of_lists(package)


def _of_rule(name: str, package: str) -> Iterator[Mutant]:
    for answer, predicate in (("yes", rules.always_true), ("no", rules.always_false)):

        @contextmanager
        def planted(predicate: Any = predicate) -> Iterator[None]:
            original = permissions[name]
            rules.set_perm(name, predicate)
            try:
                yield
            finally:
                rules.set_perm(name, original)

        yield Mutant(f"rule {name}: always {answer}", package, planted, name)


def _of_module(module: Any, package: str) -> Iterator[Mutant]:
    for name, predicate in sorted(vars(module).items()) if module else ():
        if not isinstance(predicate, rules.Predicate):
            continue
        for word, answer in (("yes", True), ("no", False)):
            yield Mutant(
                f"predicate {module.__name__}.{name}: always {word}",
                package,
                partial(_replaced, predicate, fn=partial(_say, answer), var_args=True),
            )


def _say(answer: bool, *asked: Any) -> bool:
    return answer


def _of_lists(package: str) -> Iterator[Mutant]:
    seen = set()
    for model in apps.get_app_config(package).get_models():
        rows = type(model._default_manager.get_queryset())
        owner = next((one for one in rows.__mro__ if "visible_to" in vars(one)), None)
        if owner is None or owner in seen:
            continue
        seen.add(owner)
        for word, method in (("everything", _everything), ("nothing", _nothing)):
            yield Mutant(
                f"list {owner.__module__}.{owner.__name__}.visible_to: {word}",
                package,
                partial(_replaced, owner, visible_to=method),
            )


def _everything(self: Any, user: Any) -> Any:
    return self.all()


def _nothing(self: Any, user: Any) -> Any:
    return self.none()


@contextmanager
def _replaced(owner: Any, **wanted: Any) -> Iterator[None]:
    kept = {attribute: getattr(owner, attribute) for attribute in wanted}
    for attribute, new in wanted.items():
        setattr(owner, attribute, new)
    try:
        yield
    finally:
        for attribute, old in kept.items():
            setattr(owner, attribute, old)


def complaint(judge: Any, mutant: Mutant | None = None) -> str:
    """The first thing that the matrix finds wrong, empty when none; what names the mutant is asked first."""
    for judged, line in sorted(_questions(judge), key=lambda question: _distance(question[1], mutant)):
        for sentence in judged(line):
            return str(sentence)
    return ""


def _questions(judge: Any) -> list[tuple[Callable[[Any], Iterator[str]], Any]]:
    from tests.permissions import tables

    return [
        *((judge.ask_violations, line) for line in tables.ASKS),
        *((judge.sees_violations, line) for line in tables.SEES),
        *((judge.act_violations, line) for line in tables.ACTS),
        *((judge.violations, line) for line in tables.ROWS),
    ]


def _distance(line: Any, mutant: Mutant | None) -> int:
    """How far a line of the tables is from a mutant; equal ones keep the order cheap first."""
    if mutant is None:
        return 0
    words = {str(value).partition(".")[0].partition(":")[0] for value in vars(line).values()}
    if getattr(line, "rule", None) == mutant.permission:
        return 0
    if isinstance(getattr(line, "verb", None), str) and mutant.permission == _permission_of(line):
        return 0
    return 1 if mutant.package in words else 2


def _permission_of(act: Any) -> str:
    package, _, model = act.kind.partition(".")
    return f"{package}.{act.verb}_{model}"


def main() -> int:
    """Judge every mutant; exit 1 when an unexpected one survives."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--only", default="", help="mutants whose name contains this")
    arguments.add_argument("--list", action="store_true", help="name the mutants and stop")
    options = arguments.parse_args()
    wanted = [mutant for mutant in mutants() if options.only in mutant.name]
    if options.list:
        print("\n".join(mutant.name for mutant in wanted))
        return 0
    setup_test_environment(debug=False)
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        return _judge_all(wanted)
    finally:
        teardown_databases(databases, verbosity=0)


def _judge_all(wanted: list[Mutant]) -> int:
    import logging

    from tests.permissions.equivalent_mutants import EQUIVALENT
    from tests.permissions.matrix import ELSEWHERE_HALF, judging
    from tests.permissions.world import build

    logging.disable(logging.CRITICAL)
    survivors = []
    with ExitStack() as stack:
        stack.enter_context(transaction.atomic())
        judge = stack.enter_context(judging(build(), ELSEWHERE_HALF))
        if first := complaint(judge):
            print(f"the product itself fails the matrix: {first}")
            return 2
        for number, mutant in enumerate(wanted, start=1):
            with mutant.planted():
                judge.absent.clear()
                found = complaint(judge, mutant)
            verdict = "killed" if found else "SURVIVED"
            print(f"[{number}/{len(wanted)}] {verdict}: {mutant.name}", flush=True)
            if not found:
                survivors.append(mutant.name)
        transaction.set_rollback(True)
    unknown = [name for name in survivors if name not in EQUIVALENT]
    print(f"\n{len(wanted)} mutants, {len(wanted) - len(survivors)} killed, {len(survivors)} survived.")
    for name in survivors:
        print(f"  {name}{' (equivalent: ' + EQUIVALENT[name] + ')' if name in EQUIVALENT else ''}")
    connections.close_all()
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
