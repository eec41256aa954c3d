"""The field types, one file each. A new one is a class here and a line in `fields/registry.py`; its tests come by themselves."""
