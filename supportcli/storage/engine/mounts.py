"""Whether a file is on a network file system. SQLite's locks do not hold there
(sqlite.org/howtocorrupt.html, 2.1), so such a desk is refused."""

import re
from pathlib import Path

NETWORK = frozenset(
    [
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "fuse.davfs",
        "fuse.davfs2",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.goofys",
        "fuse.juicefs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "orangefs",
        "pvfs2",
        "smb2",
        "smb3",
        "smbfs",
    ]
)
"""Network file systems, by their type in mountinfo."""

_MOUNTS = Path("/proc/self/mountinfo")
_OCTAL = re.compile(r"\\([0-7]{3})")


def network_file_system(path: Path, mounts: str | None = None) -> str | None:
    """The type of the network file system that `path` is on; None if it is local, or the system
    does not say.

    `mounts` is the text of /proc/self/mountinfo (proc(5)): the mount point is its fifth field, the
    type the first after a lone hyphen. Of the mount points that contain the path the longest
    counts; of equal ones the last, which covers the others."""
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:  # not Linux, or no /proc
            return None
    real = path.resolve()
    deepest, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        point = Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        if len(point.parts) >= deepest and real.is_relative_to(point):
            deepest, kind = len(point.parts), fields[fields.index("-", 6) + 1]
    return kind if kind in NETWORK else None
