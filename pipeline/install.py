"""Fetches a released model with pip, from its released address."""

from __future__ import annotations

import re
import subprocess
import sys
from urllib.parse import urlsplit

from pipeline.catalogue import Release

_NO_CONNECTION = re.compile(
    r"NewConnectionError|Connection refused|Connection reset|Failed to establish|ProxyError|"
    r"[Nn]ame resolution|Name or service not known|getaddrinfo|unreachable|timed out|SSLError"
)
_NOT_THERE = re.compile(r"\b40[0-9] Client Error|HTTP error 40[0-9]|No such file or directory")


class InstallError(RuntimeError):
    """A model could not be installed; the message says which, from where and why."""


def pip_command(release: Release) -> list[str]:
    """The call of pip. The address goes with the name, so that pip refuses another package
    at that place; a bare name would be looked up on PyPI, where it belongs to strangers."""
    return [
        sys.executable, "-m", "pip", "install", "--no-deps", "--no-input",
        "--disable-pip-version-check", "--retries", "2", f"{release.name} @ {release.address}",
    ]  # fmt: skip


def install(release: Release) -> None:
    """Install one model into this Python; pip's progress goes to stderr.

    Raises InstallError, with pip's own last line.
    """
    try:
        done = subprocess.run(
            pip_command(release), stdout=2, stderr=subprocess.PIPE, text=True, check=False
        )
    except OSError as error:
        raise InstallError(f"cannot install {release.name}: {error}") from error
    if done.returncode:
        raise InstallError(
            f"cannot install {release.name} from {release.address}: "
            f"{_reason(done.stderr, release.address)}; pip says: {_last_line(done.stderr)}"
        )


def _reason(said: str, address: str) -> str:
    if "No module named pip" in said:
        return "this Python has no pip, run 'python -m ensurepip'"
    if "install build dependencies" in said:  # of the released archives; not from their address
        return "pip could not fetch setuptools, which makes a package of it"
    if _NO_CONNECTION.search(said):
        return f"no connection to {urlsplit(address).netloc}, check the network and the proxy"
    if _NOT_THERE.search(said):
        return "there is nothing at this address"
    return "pip failed"


def _last_line(said: str) -> str:
    """pip's last error with a meaning, else the last thing that it said."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error:")]
    told = [line for line in errors if not line.endswith("subprocess-exited-with-error")]
    return (told or errors or lines or ["nothing"])[-1]
