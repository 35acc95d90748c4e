"""No code changes a state in any other way than through the door: read from the syntax tree."""

import ast
from pathlib import Path

import pytest

from workflow.machines import machines
from workflow.states import StateModel

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "workflow",
    "accounts",
    "documents",
    "programmes",
    "applications",
    "scoring",
    "disbursements",
    "followup",
    "reporting",
    "demo",
    "config",
)
GATE = {"workflow.gate", "workflow.gate.opened", "workflow.gate.*"}
KERNEL = {"workflow/history.py", "workflow/states.py", "workflow/door.py", "workflow/gate.py"}


def offences(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, words = node.func.attr, {keyword.arg for keyword in node.keywords}
            if name in {"update", "create", "get_or_create", "update_or_create"} and "state" in words:
                found.append(f"line {node.lineno}: .{name}(state=...)")
            if name == "bulk_update" and "'state'" in ast.unparse(node):
                found.append(f"line {node.lineno}: bulk_update of a state")
            if name in {"_unlocked", "opened"}:
                found.append(f"line {node.lineno}: opens the gate")
            if name in {"execute", "executemany"} and " set state" in ast.unparse(node).lower():
                found.append(f"line {node.lineno}: raw SQL on a state")
        if isinstance(node, ast.ImportFrom | ast.Import) and GATE & _imported(node):
            found.append(f"line {node.lineno}: imports the gate")
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr == "state" and _is_record(target):
                found.append(f"line {target.lineno}: assigns a state")
    return found


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    """Return the dotted names that a node imports."""
    within = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
    return {f"{within}{alias.name}" for alias in node.names}


def _is_record(target: ast.Attribute) -> bool:
    return not (isinstance(target.value, ast.Name) and target.value.id == "cls")


def modules():
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            relative = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in relative and relative not in KERNEL:
                yield path


def test_no_record_hides_the_name_of_its_machine():
    for machine in machines():
        assert machine.model.kind is StateModel.kind, f"{machine.name} has a field named kind"


def test_no_module_changes_a_state_outside_the_door():
    found = {
        path.relative_to(ROOT).as_posix(): hits for path in modules() if (hits := offences(path.read_text()))
    }
    assert found == {}


@pytest.mark.parametrize(
    "planted",
    [
        "Grant.objects.filter(pk=1).update(state='paid')",
        "Grant.objects.bulk_update(grants, ['state'])",
        "grant.state = 'paid'",
        "Grant.objects.create(state='paid')",
        "from workflow import gate",
        "cursor.execute('UPDATE grant SET state = 1')",
        "with grant._unlocked(): pass",
    ],
)
def test_a_planted_shortcut_is_found(planted):
    assert offences(planted)
