"""Where a file lies, read from the kernel's table of mounts (proc(5), /proc/pid/mountinfo)."""

from pathlib import Path

import pytest

from supportcli.storage.engine.mounts import network_file_system

TABLE = """\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
23 22 0:21 / /proc rw,nosuid shared:12 - proc proc rw
40 22 0:40 / /mnt/team rw,relatime shared:22 master:3 - nfs4 files:/team rw,vers=4.2
41 40 254:2 / /mnt/team/local rw - xfs /dev/vdb rw
42 22 0:41 / /mnt/with\\040space rw - cifs //server/share rw
43 22 0:42 / /mnt/laptop rw,nosuid - fuse.sshfs ada@laptop: rw
44 22 0:43 / /mnt/windows rw - fuseblk /dev/sdb1 rw
45 22 254:3 / /mnt/hidden rw - ext4 /dev/vdc rw
46 45 0:44 / /mnt/hidden rw - 9p host rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/desk.db", None),
        ("/mnt/team/desk.db", "nfs4"),
        ("/mnt/team/a/b/desk.db", "nfs4"),
        ("/mnt/team/local/desk.db", None),
        ("/mnt/teamwork/desk.db", None),
        ("/mnt/with space/desk.db", "cifs"),
        ("/mnt/laptop/desk.db", "fuse.sshfs"),
        ("/mnt/windows/desk.db", None),
        ("/mnt/hidden/desk.db", "9p"),
    ],
)
def test_the_deepest_mount_decides(path: str, kind: str | None) -> None:
    assert network_file_system(Path(path), TABLE) == kind


def test_a_link_is_followed(tmp_path: Path) -> None:
    link = tmp_path / "desk.db"
    link.symlink_to("/mnt/team/desk.db")
    assert network_file_system(link, TABLE) == "nfs4"


def test_the_table_of_this_machine_can_be_read(tmp_path: Path) -> None:
    assert network_file_system(tmp_path) is None, "tests write on a local disk"


def test_a_system_without_a_table_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supportcli.storage.engine.mounts._MOUNTS", tmp_path / "mountinfo")
    assert network_file_system(tmp_path) is None
