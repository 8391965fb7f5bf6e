"""Where a file lies. SQLite's locks do not hold on network file systems
(sqlite.org/howtocorrupt.html, 2.1), so a desk there is refused."""

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
"""File systems whose files lie on another machine, as mountinfo names their kinds."""

_MOUNTS = Path("/proc/self/mountinfo")
_OCTAL = re.compile(r"\\([0-7]{3})")


def network_file_system(path: Path, mounts: str | None = None) -> str | None:
    """The kind of the network file system that `path` lies on; None on a local one, or where the
    system does not tell.

    `mounts` is the text of /proc/self/mountinfo (proc(5)): the mount point is its fifth field, the
    kind the first after a lone hyphen. Of mount points that contain the path the longest counts, of
    equal ones the last, which covers the others."""
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:  # no Linux, or no /proc
            return None
    real = path.resolve()
    deepest, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        point = Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        if len(point.parts) >= deepest and real.is_relative_to(point):
            deepest, kind = len(point.parts), fields[fields.index("-", 6) + 1]
    return kind if kind in NETWORK else None
