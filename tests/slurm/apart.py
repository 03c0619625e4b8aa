"""Runs a command beside nothing but a loopback interface: ``python -m tests.slurm.apart -- ...``.

Slurm sends each message in two small writes, and the kernel waits 40 ms before it acknowledges the
first. In a network of its own the command can tell it not to, which makes Slurm's tests three times
as fast, and nothing can leave the machine. Where that cannot be had, the command runs all the same.
"""

from __future__ import annotations

import os
import subprocess
import sys

_SCRIPT = """set -e
ip link set lo up
ip addr add 127.0.0.2/8 dev lo
for to in 127.0.0.0/8 127.0.0.1; do
  ip route change local $to dev lo table local proto kernel scope host src 127.0.0.1 quickack 1
done
exec "$@"
"""
_APART = ["unshare", "--net", "sh", "-c", _SCRIPT, "apart"]


def main(arguments: list[str]) -> None:
    """Become the command, apart if that can be."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    try:
        probe = subprocess.run([*_APART, "true"], capture_output=True, check=False)
        can = probe.returncode == 0
    except FileNotFoundError:
        can = False
    if not can:
        sys.stderr.write("No network of its own can be had here; going on without.\n")
    whole = [*_APART, *command] if can else command
    os.execvp(whole[0], whole)


if __name__ == "__main__":
    main(sys.argv[1:])
