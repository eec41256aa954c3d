"""Comptoir: a CRM that a sales team runs on its own machine. ARCHITECTURE.md is the map of this package."""

__version__ = "0.1.0"
