"""Alembic's side of the schema: our own declared tables only. What users and plugins made at run time is left alone."""
