"""What Comptoir needs to run, pinned with hashes, and the code that installs it into `.venv`.

`run.txt` is for the application, `dev.txt` for the application and its tests; both are made from the `.in` files
(the command stands in CONTRIBUTING.md). The code here is run by whatever Python people have, before anything is
installed: the standard library only.
"""
