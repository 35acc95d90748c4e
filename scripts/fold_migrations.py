"""Fold constraints, indexes and options of an initial migration into the tables that it creates.

SQLite rebuilds a table for every constraint that is added later, and Django writes them one by one: with
hundreds of constraints a fresh `migrate` takes minutes. Folded, it takes seconds. Run after `makemigrations`
of a package's `0001_initial`; `python scripts/fold_migrations.py [package ...]`.

Later migrations rebuild tables again. To squash them, take the package's migrations away, make and fold
`0001_initial`, name it `0001_squashed_<last>`, let it replace all others, and bring those back: databases
that are halfway still go through them one by one.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def main(labels: list[str]) -> None:
    """Rewrite `0001_initial` of the packages named, of all our packages without arguments."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.writer import MigrationWriter

    loader = MigrationLoader(None)
    for config in apps.get_app_configs():
        ours = Path(config.path).parent == ROOT
        key = (config.label, "0001_initial")
        if not ours or key not in loader.disk_migrations or (labels and config.label not in labels):
            continue
        migration: Any = loader.disk_migrations[key]
        before = len(migration.operations)
        migration.operations = folded(migration.operations)
        if len(migration.operations) == before:
            continue
        path = Path(config.path) / "migrations" / "0001_initial.py"
        written = MigrationWriter(migration, include_header=False).as_string()
        path.write_text(_as_first(written), encoding="utf-8")
        sys.stdout.write(f"{config.label}: {before} operations, now {len(migration.operations)}\n")


def _as_first(written: str) -> str:
    """Let a migration be a `FirstMigration`, which makes all its tables at once."""
    head, _class, body = written.partition("class Migration(migrations.Migration):")
    head = f"{head.rstrip()}\n\nfrom workflow.first_migration import FirstMigration\n\n\n"
    return f"{head}class Migration(FirstMigration):{body}"


def folded(operations: Iterable[Any]) -> list[Any]:
    """Return the operations with fields, constraints and indexes moved into the `CreateModel` of their table.

    Tables come in the order in which they point at each other. Where two point at each other in a circle, the
    field that closes the circle stays apart, with what may need it.
    """
    from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel

    created = {op.name.lower(): op for op in operations if isinstance(op, CreateModel)}
    needs = {name: _targets(op.fields, created) - {name} for name, op in created.items()}
    apart = []
    for op in operations:
        if isinstance(op, AddField):
            name = op.model_name.lower()
            wanted = _targets([(op.name, op.field)], created) - {name}
            if any(_reaches(needs, target, name) for target in wanted):
                apart.append(op)
            else:
                needs[name] |= wanted
                created[name].fields.append((op.name, op.field))
    late = {op.model_name.lower() for op in apart}
    rest = []
    for op in operations:
        if isinstance(op, AddConstraint | AddIndex) and op.model_name.lower() in created.keys() - late:
            kind = "constraints" if isinstance(op, AddConstraint) else "indexes"
            row = op.constraint if isinstance(op, AddConstraint) else op.index
            options = created[op.model_name.lower()].options
            options[kind] = [*options.get(kind, []), row]
        elif not isinstance(op, AddField | CreateModel):
            rest.append(op)
    return [*_in_order(created, needs), *apart, *rest]


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
    main(sys.argv[1:])
