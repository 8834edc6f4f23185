"""What clamd says of a file: a file and clamd's socket → the name of what it found, "" for nothing.

The file's bytes go over the socket (INSTREAM), so that clamd needs no right to read our folders. It
is on this machine: no other is asked.
"""

from __future__ import annotations

import socket
import struct
from pathlib import Path

_PIECE = 1 << 18
#: Seconds that an answer is waited for: clamd bounds its own scans below.
_PATIENCE = 120.0
#: Less than clamd's own bound on what it takes (StreamMaxLength): the rest is not looked at.
MOST_SCANNED = 25_000_000


def virus_in(path: Path, address: str) -> str:
    """Return what clamd finds in the beginning of a file. Raises OSError where it can't tell."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as clamd, path.open("rb") as file:
        clamd.settimeout(_PATIENCE)
        clamd.connect(address)
        clamd.sendall(b"zINSTREAM\0")
        left = MOST_SCANNED
        while left and (piece := file.read(min(_PIECE, left))):
            clamd.sendall(struct.pack("!I", len(piece)) + piece)
            left -= len(piece)
        clamd.sendall(struct.pack("!I", 0))
        answer = clamd.recv(4096).rstrip(b"\0\n").decode("utf-8", "replace")
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    if not answer.endswith(" OK"):
        raise OSError(answer or "clamd")
    return ""
