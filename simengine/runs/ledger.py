"""The ledger beside a store: what was asked, which chunks are done, and what happened.

``OUT.zarr.ledger/`` holds

- ``asked.json``: digest and chunk grid, written before anything else;
- ``job.pickle``: what a worker needs, there while a run goes on (it holds a path);
- ``done/NNNNNN.json``: the mark of a chunk, with the SHA-256 of its data, written last;
- ``done/NNNNNN.npz``: the integer tallies of that chunk;
- ``log.jsonl``: one line for each thing that happened;
- ``running``: there while a run goes on, so that its presence at a start tells of an unclean end.

Every file appears whole or not at all: written under another name, synced, and renamed.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it exists whole or not at all, also after a loss of power.

    Parameters
    ----------
    path
        Where; replaced if it is there.
    data
        The bytes.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def sha256(data: bytes | memoryview) -> str:
    """SHA-256 of some bytes, hex."""
    return hashlib.sha256(data).hexdigest()


class Ledger:
    """The ledger of one store.

    Parameters
    ----------
    store
        Path of the store, ``OUT.zarr``.
    """

    def __init__(self, store: Path) -> None:
        self.path = store.with_name(store.name + ".ledger")
        self.done = self.path / "done"

    def exists(self) -> bool:
        """Whether this is a ledger: a folder that says what was asked."""
        return (self.path / "asked.json").exists()

    def create(self, asked: dict[str, Any]) -> None:
        """Start a ledger, empty of marks.

        Parameters
        ----------
        asked
            Digest, chunk grid and whatever else a resume must find again.
        """
        self.done.mkdir(parents=True, exist_ok=True)
        for old in self.done.iterdir():
            old.unlink()
        write_whole(self.path / "asked.json", json.dumps(asked, indent=1).encode())

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked when the ledger was started."""
        found: dict[str, Any] = json.loads((self.path / "asked.json").read_text())
        return found

    def write_job(self, data: bytes) -> tuple[str, str]:
        """Write what a worker needs; gives the path and the SHA-256 it must have."""
        write_whole(self.path / "job.pickle", data)
        return str(self.path / "job.pickle"), sha256(data)

    # ------------------------------------------------------------------ marks
    def tally_file(self, number: int) -> Path:
        """File with the tallies of a chunk."""
        return self.done / f"{number:06d}.npz"

    def mark(self, number: int, entry: dict[str, Any], tallies: bytes) -> None:
        """Write a chunk's tallies and then its mark; to be called when its data are in the store.

        Parameters
        ----------
        number
            Number of the chunk.
        entry
            What the mark says besides the SHA-256 of the tallies.
        tallies
            Bytes of the tally file.
        """
        write_whole(self.tally_file(number), tallies)
        entry = {"chunk": number, **entry, "tallies": sha256(tallies)}
        write_whole(self.done / f"{number:06d}.json", json.dumps(entry).encode())

    def marked(self, number: int) -> bool:
        """Whether a chunk is done."""
        return (self.done / f"{number:06d}.json").exists()

    def marks(self) -> Iterator[dict[str, Any]]:
        """All marks, in order of chunk."""
        for file in sorted(self.done.glob("[0-9]*.json")):
            yield json.loads(file.read_text())

    def read_mark(self, number: int) -> dict[str, Any]:
        """What the mark of a chunk says."""
        found: dict[str, Any] = json.loads((self.done / f"{number:06d}.json").read_text())
        return found

    def unmark(self, number: int) -> None:
        """Take a mark away, so that the chunk is done again."""
        (self.done / f"{number:06d}.json").unlink(missing_ok=True)

    # ------------------------------------------------------------------ log
    def log(self, event: str, **facts: Any) -> None:
        """Add a line to the log.

        Parameters
        ----------
        event
            A word: start, chunk, retry, look, stopped, complete.
        **facts
            Numbers and texts that JSON knows.
        """
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event}
        with (self.path / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({**line, **facts}) + "\n")

    def start(self) -> bool:
        """Note that a run goes on; gives whether the one before ended uncleanly."""
        unclean = (self.path / "running").exists()
        write_whole(self.path / "running", b"")
        return unclean

    def end(self) -> None:
        """Note that the run ended cleanly, complete or not; what was for workers alone goes."""
        (self.path / "job.pickle").unlink(missing_ok=True)
        (self.path / "running").unlink(missing_ok=True)
