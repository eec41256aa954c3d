"""A process that saves deals until it is killed, and confirms on a pipe what the service confirmed to it."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

from app.base import ids
from app.database import engine
from app.database.lock import NodeLease
from app.services import actor as actors
from app.services import records

THREADS = 2


def write(url: str, folder: str, person: int, inherited: Any) -> None:
    """Creates deals and changes each three times, in two threads; a line `id version amount` for each confirmed save.

    `inherited` is the pipe's end as multiprocessing hands it over.
    """
    pipe: int = inherited.detach()
    database = engine.connect(url)
    engine.use(database)
    NodeLease(database, Path(folder)).acquire()
    actor = actors.load(person)

    def save() -> None:
        while True:
            deal = records.create(actor, "Deals", {"deal_name": f"Affaire {ids.new_id()}", "amount": "1"})
            _confirm(pipe, deal.id, deal.version, 1)
            for amount, stage in ((2, "Qualification"), (3, "Negotiation/Review"), (4, "Closed Won")):
                deal = records.update(actor, "Deals", deal.id, {"amount": str(amount), "stage": stage})
                _confirm(pipe, deal.id, deal.version, amount)

    threads = [threading.Thread(target=save) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _confirm(pipe: int, record_id: str, version: int, amount: int) -> None:
    os.write(pipe, f"{record_id} {version} {amount}\n".encode())  # short writes to a pipe are whole or absent
