"""The SELECTs that a service call sends, to be sent again by the driver alone: the floor of a read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from app.database import engine


@dataclass
class Statements:
    """Texts and parameters as the driver got them."""

    texts: list[tuple[str, Any]] = field(default_factory=list)

    def run(self) -> None:
        """Sends them and fetches the answers."""
        connection = engine.current().engine.raw_connection()
        try:
            cursor = connection.cursor()
            for statement, parameters in self.texts:
                cursor.execute(statement, parameters)
                cursor.fetchall()
            connection.rollback()
        finally:
            connection.close()


def recorded(call: Callable[[], Any]) -> Statements:
    """What `call` sends when its caches are warm, without the counters that begin every unit and the sign-in."""
    call()
    found = Statements()

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if "schema_state" in statement or 'FROM "user"' in statement or "FROM user" in statement:
            return
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found.texts.append((statement, parameters))

    bound = engine.current().engine
    event.listen(bound, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(bound, "before_cursor_execute", note)
    return found
