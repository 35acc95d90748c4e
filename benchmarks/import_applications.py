"""Import of applications: a CSV of N rows, from file to the last event, on the database of DATABASE_URL.

    python -m benchmarks.import_applications [rows]

Runs in one transaction that is rolled back. Goal: 10,000 rows in under 60 s, held against the time of the
processor, because a machine that is shared says little by its clock; both are printed.
"""

import os
import sys
import time
from datetime import timedelta

import django

ROWS, GOAL = 10_000, 60


def main(rows: int) -> int:
    """Import into a fresh call; print the figures; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import transaction
    from django.utils import timezone

    from applications.imports import running
    from applications.models import Application
    from tests.worlds.applications import a_rule
    from tests.worlds.programmes import open_call, programme_world

    call_command("migrate", verbosity=0)
    head = "Nom;Date de naissance;Ville;Téléphone;CIN;Consentement;title;trade;description;existing"
    head += ";requested;use_of_money;sworn"
    lines = [
        f"Amina Témoin {n};{1 + n % 28}/05/1990;Rabat;06{n:08};QZ{n:07};oui;Couture {n};Couture"
        f";Un atelier près du marché, avec une clientèle et des prix du quartier.;non;{5000 + n % 9000}"
        ";Une machine et du tissu;oui"
        for n in range(rows)
    ]
    data = "\n".join([head, *lines]).encode()
    with transaction.atomic():
        world = programme_world()
        open_call(world)
        a_rule(world)
        manager = world.member("manager")
        day = (world.call.opens_at + timedelta(days=2)).date().isoformat()
        options = {"track": world.track.code, "received_on": day, "order": "dmy", "language": "fr"}
        began, worked = time.perf_counter(), time.process_time()
        batch = running.hand_in(world.call, data, "table.csv", actor=manager, at=timezone.now())
        running.map_columns(batch, batch.columns, options)
        done = running.carry_out(batch, actor=manager, at=timezone.now())
        took, busy = time.perf_counter() - began, time.process_time() - worked
        if not done["written"] == rows == Application.objects.filter(call=world.call).count():
            raise RuntimeError(done)
        transaction.set_rollback(True)
    print(f"{rows} rows: {took:.1f} s, of which the processor {busy:.1f} s; goal {GOAL} s")
    return int(busy > GOAL)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))
