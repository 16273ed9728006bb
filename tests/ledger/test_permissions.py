"""Three roles: the application writes tables and never the ledger, the sealer moves the inbox and nothing else."""

import os
import threading
from pathlib import Path

import psycopg2
import pytest
from django.db import Error, IntegrityError, ProgrammingError, transaction

import ledger.migrations
from ledger.services import seal
from ledger.verify import check_chain, check_rows
from tests.ledger.samples import TABLE, AsRole, Note, close_quietly, drain, one, pending, raw_connection, run

REFUSED = [
    "INSERT INTO ledger_event VALUES (1, 1, 1, 1, 900, 'I', '')",
    "UPDATE ledger_event SET op = 'D'",
    "DELETE FROM ledger_event",
    "TRUNCATE ledger_event",
    "INSERT INTO ledger_block VALUES (1, 1, 1, now(), 1, '', '', '')",
    "UPDATE ledger_block SET hash = ''",
    "DELETE FROM ledger_block",
    "TRUNCATE ledger_block",
    "INSERT INTO ledger_context (action, basis) VALUES ('假', '')",
    "UPDATE ledger_context SET actor = 1",
    "DELETE FROM ledger_context",
    "INSERT INTO ledger_table VALUES (999, 'x', '{}')",
    "UPDATE ledger_table SET ignoring = '{plain}'",
    "DELETE FROM ledger_table",
    f"TRUNCATE {TABLE}",
    f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL",
    f"ALTER TABLE {TABLE} DISABLE TRIGGER ledger_capture_update",
    f"DROP TRIGGER ledger_capture_update ON {TABLE}",
    "DROP FUNCTION ledger_capture() CASCADE",
    "CREATE OR REPLACE FUNCTION ledger_capture() RETURNS trigger LANGUAGE plpgsql AS 'begin return null; end'",
    "SET session_replication_role = replica",
    "SELECT ledger_context_id()",
    f"SELECT ledger_snapshot('{TABLE}'::regclass, 'D')",
    f"SELECT ledger_untrack('{TABLE}'::regclass)",
    "SELECT setval('ledger_pending_id_seq', 1)",
    "SELECT nextval('ledger_context_id_seq')",
    # events could be forged through a table of one's own
    "CREATE TEMP TABLE mine (id bigint); CREATE TRIGGER t AFTER INSERT ON mine REFERENCING NEW TABLE AS new_rows "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_capture('900')",
]  # fmt: skip
INBOX = [
    "INSERT INTO ledger_pending (context_id, object_id, tbl, op, digest) VALUES (1, 1, 900, 'I', '')",
    "UPDATE ledger_pending SET op = 'D'",
    "TRUNCATE ledger_pending",
]


@pytest.mark.parametrize("sql", [*REFUSED, *INBOX, "DELETE FROM ledger_pending"])
def test_the_application_is_refused(notes: None, sql: str) -> None:
    Note.objects.create(id=1, code="甲")
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), AsRole("credit_app"):
        run(sql)


@pytest.mark.parametrize(
    "sql", [*[s for s in REFUSED if "INTO ledger_event" not in s and "INTO ledger_block" not in s], *INBOX]
)
def test_the_sealer_is_refused(notes: None, sql: str) -> None:
    Note.objects.create(id=1, code="甲")
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), AsRole("credit_sealer"):
        run(sql)


@pytest.mark.parametrize("act", ["INSERT INTO {0} (code) VALUES ('x')", "UPDATE {0} SET plain = 'x'", "DELETE FROM {0}", "SELECT * FROM {0}"])  # fmt: skip
def test_the_sealer_has_no_business_in_other_tables(notes: None, act: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), AsRole("credit_sealer"):
        run(act.format(TABLE))


def test_the_application_writes_tables_created_later_and_is_recorded(notes: None) -> None:
    with AsRole("credit_app"):
        Note.objects.create(code="甲")
        Note.objects.bulk_create([Note(id=50, code="乙")])
        Note.objects.filter(id=50).update(plain="改")
        Note.objects.get(id=50).delete()
        assert one("SELECT count(*) FROM ledger_pending WHERE tbl = 900") == 4
    assert [op for _, op in pending()] == ["I", "I", "U", "D"]


def test_every_ordinary_table_is_open_to_the_application_and_none_can_be_emptied(db: None) -> None:
    rows = run(
        "SELECT relname, has_table_privilege('credit_app', oid, 'SELECT'), has_table_privilege('credit_app', oid, 'INSERT'), "
        "has_table_privilege('credit_app', oid, 'UPDATE'), has_table_privilege('credit_app', oid, 'DELETE'), "
        "has_table_privilege('credit_app', oid, 'TRUNCATE') FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
    )
    by = {
        name: "".join(letter for letter, may in zip("SIUDT", rights, strict=True) if may)
        for name, *rights in rows
    }
    assert set(by.values()) == {"S", "SI", "SIU", "SIUD"}  # nothing is emptied, and nothing is written unread
    own = {"ledger_event", "ledger_block", "ledger_context", "ledger_pending", "ledger_table"}
    by_trigger = {"records_recordversion"}  # how a record stood before each change: nobody writes it by hand
    assert {name for name, rights in by.items() if rights == "S"} == own | by_trigger
    # registers and steps of a procedure: nobody takes one back or writes it anew
    written_once = {"records_lookup", "records_recordchange", "blacklist_casestep", "blacklist_entrychange"}
    assert written_once <= {name for name, rights in by.items() if rights == "SI"}
    # what once had an effect is ended, never deleted
    assert {"blacklist_listentry", "records_consent"} <= {
        name for name, rights in by.items() if rights == "SIU"
    }


def test_the_sealer_seals(notes: None) -> None:
    drain()
    Note.objects.bulk_create([Note(code=str(i)) for i in range(5)])
    with AsRole("credit_sealer"):
        assert seal(using="default") == 5
    assert list(check_chain()) == []


def test_the_application_cannot_seal(notes: None) -> None:
    Note.objects.create(code="甲")
    with pytest.raises(ProgrammingError, match="permission denied"), AsRole("credit_app"):
        seal(using="default")


def test_the_application_can_verify_rows(notes: None) -> None:
    Note.objects.create(code="甲")
    with AsRole("credit_app"):
        assert list(check_rows()) == []


# --- creating the roles ----------------------------------------------------------------------------------

_RUN = os.urandom(4).hex()  # roles are cluster-wide, and test processes share the cluster
ROLES = (f"credit_test_app_{_RUN}", f"credit_test_sealer_{_RUN}", f"credit_test_owner_{_RUN}")


def role_script() -> str:
    """The part of the migration that creates roles, under names of the test's own: the real ones are everybody's."""
    assert ledger.migrations.__file__ is not None
    sql = (Path(ledger.migrations.__file__).parent / "0001_roles.sql").read_text(encoding="utf-8")
    head = sql[: sql.index("grant usage on schema")]
    return head.replace("credit_app", ROLES[0]).replace("credit_sealer", ROLES[1])


def drop_roles() -> None:
    for role in ROLES:
        run(f"DROP ROLE IF EXISTS {role}")


@pytest.fixture
def roles(committed_db: str) -> object:
    drop_roles()
    yield committed_db
    drop_roles()


@pytest.mark.parametrize("owner", ["", f"SET ROLE {ROLES[2]};"], ids=["superuser", "owner with CREATEROLE"])
def test_databases_migrating_at_once_do_not_fail_over_the_roles(roles: str, owner: str) -> None:
    run(f"CREATE ROLE {ROLES[2]} CREATEROLE")
    errors: list[psycopg2.Error] = []
    start = threading.Barrier(4)

    def migrate() -> None:
        connection = raw_connection(roles)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(owner + "SELECT 1")
                start.wait(timeout=10)
                cursor.execute(role_script())
        except psycopg2.Error as error:
            errors.append(error)
        finally:
            close_quietly(connection)

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert errors == []
    assert one("SELECT count(*) FROM pg_roles WHERE rolname IN %s AND NOT rolcanlogin", [ROLES[:2]]) == 2


def test_an_owner_who_may_not_create_roles_is_told_what_to_do(roles: str) -> None:
    run(f"CREATE ROLE {ROLES[2]}")
    with pytest.raises(Error) as refused, transaction.atomic():
        run(f"SET LOCAL ROLE {ROLES[2]}")
        run(role_script())
    told = str(refused.value)
    assert f"{ROLES[2]} may not create roles" in told
    assert f"GRANT {ROLES[0]}, {ROLES[1]} TO {ROLES[2]}" in told


def test_a_refused_truncate_is_an_integrity_error(notes: None) -> None:
    with pytest.raises(IntegrityError, match="TRUNCATE on ledger_event refused"), transaction.atomic():
        run("TRUNCATE ledger_event")
