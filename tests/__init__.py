"""The tests: they mirror `app/`, plus `conformity/`, `e2e/` (a browser) and `quality/` (promises)."""
