"""The documentation page of all machines, generated from the declarations."""

from django.utils import translation

from workflow.declare import Arrow
from workflow.guards import guards_of
from workflow.machines import Machine, machines, mermaid


def page() -> str:
    """Return docs/states.md: per machine a diagram and a table of its arrows."""
    with translation.override("en"):
        parts = [
            "# State machines",
            "",
            "Generated from the code by `manage.py machines --write`; a test fails when it is stale.",
        ]
        for machine in machines():
            parts += ["", *_section(machine)]
    return "\n".join(parts) + "\n"


def _section(machine: Machine) -> list[str]:
    lines = [f"## {machine.name} (`{machine.kind}`)", "", "```mermaid", mermaid(machine), "```", ""]
    lines += ["| from | verb | to | rule | guards |", "|---|---|---|---|---|"]
    lines += [_row(machine, arrow) for arrow in machine.arrows]
    return lines


def _row(machine: Machine, arrow: Arrow) -> str:
    instance = machine.model()
    words = [_sentence(guard.__name__) for guard in guards_of(instance, arrow)]
    words += ["reason"] if arrow.reason else []
    words += ["second person"] if arrow.second_person else []
    return (
        f"| {', '.join(arrow.sources)} | {arrow.verb} | {', '.join(arrow.targets)} "
        f"| `{machine.permission(arrow.verb)}` | {'; '.join(words)} |"
    )


def _sentence(name: str) -> str:
    return name.strip("_").replace("_", " ")
