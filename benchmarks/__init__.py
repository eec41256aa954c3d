"""Measurements of the whole program beside their floors, see README.md. `python -m benchmarks --help`."""
