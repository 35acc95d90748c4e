"""Processes press the same buttons at once: payments and imports are done once each, on both engines."""

import pytest

from benchmarks.money_races import crowd

ORDERS, PROCESSES, PRESSES = 50, 4, 2
VERBS = ("approve", "release", "execute")
AMOUNT = 1_000_00


def race(database, module, verb, told):
    """Let every process press a button on everything; return the answers with one key, and with others."""
    found = database.race(module, *[(verb, str(place), told) for place in range(PROCESSES)])
    return sum(words[0] for words in found), sum(words[1] for words in found)


def number(database, table, **fields):
    condition = " AND ".join(f"{name} = %s" for name in fields) or "1 = 1"
    return database.rows(f"SELECT COUNT(*) FROM {table} WHERE {condition}", *fields.values())[0][0]


@pytest.mark.slow
def test_a_raced_double_press_moves_money_once(real_database, engine, tmp_path):
    database = real_database(engine)
    told = str(tmp_path / "told.json")
    database.python("-m", "tests.disbursements.race_world", str(ORDERS), told)
    postings = {"approve": 0, "release": ORDERS, "execute": 3 * ORDERS}
    for verb in VERBS:
        if verb == "execute":
            database.python("-m", "tests.disbursements.race_world", verb, told)
        same, different = race(database, "tests.disbursements.press", verb, told)
        # With one key every retry gets the one answer; with others one press is answered, the rest refused.
        assert (same, different) == (ORDERS // 2 * PROCESSES * PRESSES, ORDERS // 2), verb
        kind = "disbursements.paymentorder"
        assert number(database, "workflow_event", kind=kind, verb=verb) == ORDERS
        assert number(database, "disbursements_posting", kind=kind, verb=verb) == postings[verb]
    assert number(database, "disbursements_ordersignature") == 4 * ORDERS
    assert number(database, "disbursements_tranche", state="paid") == ORDERS
    paid = "SELECT SUM(debit_minor - credit_minor) FROM disbursements_account WHERE kind = %s"
    assert int(database.rows(paid, "grant_advance")[0][0]) == ORDERS * AMOUNT
    assert "Every promise holds." in database.manage("verify").stdout


@pytest.mark.slow
def test_raced_imports_of_overlapping_statements_keep_each_line_once_and_pay_once(real_database, engine):
    database = real_database(engine)
    files, module = 3, "tests.disbursements.press_statements"
    database.python("-m", module, "world", str(files))
    matched = database.race(module, *[("press", str(place)) for place in range(files)])
    assert sum(words[0] for words in matched) == files
    assert number(database, "disbursements_bankline") == files + 2
    assert number(database, "disbursements_statementfile", state="imported") == files
    assert number(database, "disbursements_paymentorder", state="executed") == files
    assert "Every promise holds." in database.manage("verify").stdout


@pytest.mark.slow
def test_an_envelope_raced_by_several_processes_is_never_exceeded(real_database, engine):
    database = real_database(engine)
    # Room for six of twelve.
    assert crowd(database.environment(), 12, amount=500_000_00, processes=4)
    assert number(database, "disbursements_grant", state="offered") == 6
    assert "Every promise holds." in database.manage("verify").stdout


@pytest.mark.slow
def test_a_raced_double_press_recovers_keeps_back_and_writes_off_once(real_database, engine, tmp_path):
    database, told = real_database(engine), str(tmp_path / "told.json")
    recoveries, module = 10, "tests.disbursements.press_recovery"
    database.python("-m", module, "world", str(recoveries), told)
    for verb in ("repay", "offset", "write_off"):
        same, different = race(database, module, verb, told)
        assert (same, different) == (recoveries // 2 * PROCESSES * PRESSES, recoveries // 2), verb
        kind = "disbursements.recovery"
        assert number(database, "workflow_event", kind=kind, verb=verb) == recoveries
        assert number(database, "disbursements_posting", kind=kind, verb=verb) == recoveries
    assert number(database, "disbursements_recoverymove") == 3 * recoveries
    assert number(database, "disbursements_recovery", state="written_off", repaid_minor=10_00) == recoveries
    assert "Every promise holds." in database.manage("verify").stdout
