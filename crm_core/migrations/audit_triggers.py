"""What the database itself holds against a change of the audit log; the chain of hashes tells who goes around it.

Allowed is: adding; and emptying a detail of its words (`crm_core.audit.erase_details`), once.
"""

import sqlalchemy as sa

SQLITE = {
    "audit_log_no_delete": """
        BEFORE DELETE ON audit_log
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
    "audit_log_no_update": """
        BEFORE UPDATE ON audit_log
        WHEN NOT (
            NEW.id IS OLD.id AND NEW.at IS OLD.at AND NEW.user_id IS OLD.user_id AND NEW.action IS OLD.action
            AND NEW.object_kind IS OLD.object_kind AND NEW.object_id IS OLD.object_id
            AND NEW.address IS OLD.address AND NEW.detail_hash IS OLD.detail_hash
            AND NEW.link_hash IS OLD.link_hash AND NEW.salt = '' AND json(NEW.detail) = '{"erased":true}'
        )
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
    "audit_log_head": """
        AFTER INSERT ON audit_log
        BEGIN
            UPDATE audit_head SET entry_id = NEW.id, link_hash = NEW.link_hash WHERE id = 1 AND entry_id < NEW.id;
        END""",
    "audit_head_no_delete": """
        BEFORE DELETE ON audit_head
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
    "audit_head_forward": """
        BEFORE UPDATE ON audit_head WHEN NEW.entry_id <= OLD.entry_id OR NEW.id <> OLD.id
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
}
FUNCTIONS = {
    "callroom_audit_refuse": "BEGIN RAISE EXCEPTION 'the audit log only grows'; END",
    "callroom_audit_keep": """
        BEGIN
            IF (NEW.id, NEW.at, NEW.action, NEW.object_kind, NEW.object_id, NEW.address, NEW.detail_hash,
                NEW.link_hash) IS DISTINCT FROM (OLD.id, OLD.at, OLD.action, OLD.object_kind, OLD.object_id,
                OLD.address, OLD.detail_hash, OLD.link_hash)
                OR NEW.user_id IS DISTINCT FROM OLD.user_id
                OR NEW.salt <> '' OR NEW.detail <> jsonb_build_object('erased', true)
            THEN RAISE EXCEPTION 'the audit log only grows';
            END IF;
            RETURN NEW;
        END""",
    "callroom_audit_head": """
        BEGIN
            UPDATE audit_head SET entry_id = NEW.id, link_hash = NEW.link_hash WHERE id = 1 AND entry_id < NEW.id;
            RETURN NULL;
        END""",
    "callroom_audit_forward": """
        BEGIN
            IF NEW.entry_id <= OLD.entry_id OR NEW.id <> OLD.id
            THEN RAISE EXCEPTION 'the audit log only grows';
            END IF;
            RETURN NEW;
        END""",
}
POSTGRESQL = {
    "audit_log_no_delete": "BEFORE DELETE OR TRUNCATE ON audit_log FOR EACH STATEMENT|callroom_audit_refuse",
    "audit_log_no_update": "BEFORE UPDATE ON audit_log FOR EACH ROW|callroom_audit_keep",
    "audit_log_head": "AFTER INSERT ON audit_log FOR EACH ROW|callroom_audit_head",
    "audit_head_no_delete": "BEFORE DELETE OR TRUNCATE ON audit_head FOR EACH STATEMENT|callroom_audit_refuse",
    "audit_head_forward": "BEFORE UPDATE ON audit_head FOR EACH ROW|callroom_audit_forward",
}


def create(connection: sa.Connection) -> None:
    """Make them all."""
    if connection.dialect.name == "sqlite":
        for name, body in SQLITE.items():
            connection.exec_driver_sql(f"CREATE TRIGGER {name} {body}")
        return
    for name, body in FUNCTIONS.items():
        connection.exec_driver_sql(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $callroom${body}$callroom$"
        )
    for name, body in POSTGRESQL.items():
        when, function = body.split("|")
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}()")


def drop(connection: sa.Connection) -> None:
    """Take them all away."""
    if connection.dialect.name == "sqlite":
        for name in SQLITE:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return
    for name in POSTGRESQL:
        connection.exec_driver_sql(f"DROP TRIGGER {name} ON {name.partition('_')[0]}_{name.split('_')[1]}")
    for name in FUNCTIONS:
        connection.exec_driver_sql(f"DROP FUNCTION {name}()")
