"""The commands of `comptoir`, one file each: `add_parser(subparsers)` and `run(args) -> int`."""
