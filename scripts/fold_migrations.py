"""Fold constraints, indexes and options of an initial migration into the tables that it creates.

SQLite rebuilds a table for every constraint that is added later, and Django writes them one by one: with
hundreds of constraints a fresh `migrate` takes minutes. Folded, it takes seconds.

Later migrations rebuild tables again. To fold them too, take the migrations of all packages away, run
`makemigrations`, then `python scripts/fold_migrations.py`, name each result `0001_squashed_<last>` and let it
replace what it holds. From the first release on those stay beside it, for databases that are halfway.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Rewrite the initial migrations of each of our packages as one."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.writer import MigrationWriter

    loader = MigrationLoader(None)
    for config in apps.get_app_configs():
        initial = [
            loader.disk_migrations[key]
            for key in sorted(loader.disk_migrations)
            if key[0] == config.label and key[1].endswith("_initial")
        ]
        if Path(config.path).parent != ROOT or not initial:
            continue
        first: Any = initial[0]
        before = sum(len(one.operations) for one in initial)
        first.operations = folded([operation for one in initial for operation in one.operations])
        needed = {needed for one in initial for needed in one.dependencies if needed[0] != config.label}
        first.dependencies = sorted(
            {(label, "0001_initial" if name.endswith("_initial") else name) for label, name in needed}
        )
        folder = Path(config.path) / "migrations"
        written = MigrationWriter(first, include_header=False).as_string()
        (folder / "0001_initial.py").write_text(_as_first(written), encoding="utf-8")
        for other in initial[1:]:
            (folder / f"{other.name}.py").unlink()
        sys.stdout.write(f"{config.label}: {before} operations, now {len(first.operations)}\n")


def _as_first(written: str) -> str:
    """Let a migration be a `FirstMigration`, which makes all its tables at once."""
    head, _class, body = written.partition("class Migration(migrations.Migration):")
    head = f"{head.rstrip()}\n\nfrom workflow.first_migration import FirstMigration\n\n\n"
    return f"{head}class Migration(FirstMigration):{body}"


def folded(operations: list[Any]) -> list[Any]:
    """Return the operations with fields, constraints and indexes moved into the `CreateModel` of their table.

    Tables come in the order in which they point at each other, as far as they do not point in a circle: a
    `FirstMigration` makes them all from its end state.
    """
    from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel

    created = {op.name.lower(): op for op in operations if isinstance(op, CreateModel)}
    needs = {name: _targets(op.fields, created) - {name} for name, op in created.items()}
    rest = []
    for op in operations:
        if isinstance(op, AddField):
            name = op.model_name.lower()
            wanted = _targets([(op.name, op.field)], created) - {name}
            needs[name] |= {target for target in wanted if not _reaches(needs, target, name)}
            created[name].fields.append((op.name, op.field))
        elif isinstance(op, AddConstraint | AddIndex):
            kind = "constraints" if isinstance(op, AddConstraint) else "indexes"
            row = op.constraint if isinstance(op, AddConstraint) else op.index
            options = created[op.model_name.lower()].options
            options[kind] = [*options.get(kind, []), row]
        elif not isinstance(op, CreateModel):
            rest.append(op)
    return [*_in_order(created, needs), *rest]


def _targets(fields: Iterable[tuple[str, Any]], created: dict[str, Any]) -> set[str]:
    """Return the tables of this package that some fields point at."""
    found = set()
    for _name, field in fields:
        related = getattr(field, "remote_field", None)
        if related is not None and related.model:
            label = related.model if isinstance(related.model, str) else related.model._meta.label
            found.add(label.rpartition(".")[2].lower())
    return found & set(created)


def _reaches(needs: dict[str, set[str]], start: str, goal: str) -> bool:
    """Tell whether a table needs another one, directly or through others."""
    seen, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting += needs[name]
    return False


def _in_order(created: dict[str, Any], needs: dict[str, set[str]]) -> list[Any]:
    """Return the tables so that each comes after those it points at."""
    done: dict[str, object] = {}
    while len(done) < len(created):
        ready = [name for name in created if name not in done and needs[name] <= done.keys()]
        done.update({name: created[name] for name in ready})
    return list(done.values())


if __name__ == "__main__":
    main()
