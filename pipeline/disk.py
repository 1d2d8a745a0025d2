"""Files that are whole or absent, and on the disk, whenever the power goes."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import IO, Any


def sync(file: IO[Any]) -> None:
    """Bring what was written to the disk. Raises OSError."""
    file.flush()
    os.fsync(file.fileno())


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is whole or absent, and on the disk. Raises OSError."""
    # two machines may write the same part at once, and have the same process numbers
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            sync(file)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system lets one."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
