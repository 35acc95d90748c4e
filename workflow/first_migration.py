"""First migrations that make a fresh database in seconds.

Django draws every related model again for each table that a migration adds: with a hundred and thirty tables
around one user that is ten thousand drawings. A first migration holds only tables, with their constraints and
indexes folded in (`scripts/fold_migrations.py`), so its tables can all be made from its end state.
"""

from typing import Any

from django.db import migrations


class FirstMigration(migrations.Migration):
    """A migration of `CreateModel` operations alone."""

    initial = True

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        """Take all tables into the state, draw it once, and make them."""
        others = [
            type(one).__name__ for one in self.operations if not isinstance(one, migrations.CreateModel)
        ]
        if others:
            raise TypeError(f"{self}: a first migration creates tables only, not {', '.join(others)}")
        project_state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        for operation in self.operations:
            operation.database_forwards(self.app_label, schema_editor, project_state, project_state)
        return project_state
