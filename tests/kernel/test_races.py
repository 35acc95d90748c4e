"""Several processes press the same button at once: it happens once, on both engines."""

import pytest

LANTERNS, PROCESSES = 50, 4
PREPARE = (
    "import django; django.setup()\n"
    "from accounts.models import User\n"
    "from tests.machine.models import Lantern\n"
    "keeper = User.objects.create_user(email='keeper@example.org')\n"
    f"Lantern.objects.bulk_create(Lantern(name=str(n), keeper=keeper.pk) for n in range({LANTERNS}))\n"
)


@pytest.mark.slow
@pytest.mark.parametrize("way", [(), ("together",)], ids=["alone", "together"])
@pytest.mark.parametrize("keys", ["same", "different"])
def test_a_raced_double_press_happens_once(real_database, engine, keys, way):
    database = real_database(engine)
    database.python("-c", PREPARE)
    answers = database.race("tests.kernel.press", *[(keys, str(n), *way) for n in range(PROCESSES)])

    assert database.rows("SELECT COUNT(*) FROM testmachine_spark") == [(LANTERNS,)]
    assert database.rows("SELECT COUNT(*) FROM workflow_event") == [(LANTERNS,)]
    assert database.rows("SELECT COUNT(*) FROM testmachine_lantern WHERE oil <> 0") == [(0,)]
    answered = sum(first for first, _ in answers)
    assert answered == (LANTERNS * PROCESSES if keys == "same" else LANTERNS)
    assert "Every promise holds." in database.manage("verify").stdout
