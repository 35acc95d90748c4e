"""Processes die by SIGKILL while payments are signed over HTTP: what was answered stays, nothing is half."""

import subprocess

import pytest

from benchmarks.money_crashes import report, under_load
from benchmarks.own_postgres import OwnPostgres, programs
from benchmarks.served import Served, inside
from tests import requirements

ORDERS, KILLS = 6, 3


def survives(environment, kills, kill_with=None):
    """Kill so many times under load; whether every promise held."""
    orders, sessions = inside(environment, "prepare", str(ORDERS))
    with Served(environment, 1) as served:
        log, killed = under_load(served, orders, sessions, kills, kill_with or served.kill_a_worker)
    return killed == kills and report("short form", environment, orders, log, (killed, 0.0))


@pytest.mark.slow
def test_killing_web_workers_loses_halves_and_doubles_no_payment(real_database, engine):
    environment = real_database(engine).environment()
    assert survives(environment, KILLS)


@pytest.mark.slow
@pytest.mark.postgres
def test_killing_the_database_server_loses_halves_and_doubles_no_payment(real_database):
    if programs() is None:
        requirements.need_postgres()
        pytest.skip("PostgreSQL's programs are not installed on this machine.")
    database = real_database("postgres")
    with OwnPostgres() as server:
        url = f"{server.url.rsplit('/', 1)[0]}/jalon"
        copy(database.url, server.url, url)
        assert survives(database.environment(DATABASE_URL=url), 1, server.kill_and_start)


def copy(source, server, target):
    """Copy a database, triggers included, to another server."""
    tools = programs()
    subprocess.run([tools / "psql", "-q", "-d", server, "-c", "CREATE DATABASE jalon"], check=True)
    dump = subprocess.run([tools / "pg_dump", "-d", source], check=True, capture_output=True)
    restore = [tools / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", target]
    subprocess.run(restore, check=True, input=dump.stdout, stdout=subprocess.DEVNULL)
