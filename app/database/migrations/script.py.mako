"""${message}

Revision ${up_revision}, after ${down_revision or "nothing"}. Made by `python -m app.database.migrations.generate`; read it before you keep it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From the schema before to this one."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """There is no way back but the backup that every upgrade makes first."""
    raise NotImplementedError("restore the backup made before the upgrade")
