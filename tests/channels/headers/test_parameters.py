"""The name of a file in each form that programs write, and in those that attackers do."""

import pytest

from supportcli.channels import mime

NAMES = {
    "sections out of order": (b"filename*1=ld.pdf; filename*0=wor", "world.pdf"),
    "encoded sections out of order": (
        b"filename*1*=%20b.pdf; filename*0*=utf-8''a%C3%A4",
        "aä b.pdf",
    ),
    "a letter cut between sections": (b"filename*0*=utf-8''a%C3; filename*1*=%A4.pdf", "aä.pdf"),
    "encoded, then plain": (
        b"\n filename*0*=UTF-8''%e2%82%ac%20rates;\n filename*1=.pdf",
        "€ rates.pdf",
    ),
    "eleven sections": (
        b"filename*10=z; " + b"; ".join(b"filename*%d=%d" % (n, n) for n in range(10)),
        "0123456789z",
    ),
    "a missing section": (b"filename*0=a.pdf; filename*2=.exe", "a.pdf"),
    "no first section": (b"filename*1=b.pdf", "b.pdf"),
    "both forms": (b"filename*=iso-8859-1'de'%E4.pdf; filename=x.pdf", "ä.pdf"),
    "unknown charset": (b"filename*=nonsense''a%C3%A4.pdf", "aä.pdf"),
    "leading zeros": (b"filename*00=a; filename*01=.pdf", "a.pdf"),
    "twice": (b"filename=a.pdf; filename=b.pdf", "a.pdf"),
    "folders": (b'filename="../../etc/passwd"', "passwd"),
    "encoded folders": (b"filename*=utf-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
    "encoded Windows folders": (b"filename*=utf-8''%2e%2e%5c%2e%2e%5cwin.ini", "win.ini"),
    "folders in an encoded word": (b'filename="=?utf-8?Q?..=2F..=2Fx.pdf?="', "x.pdf"),
    "folders in sections": (b"filename*0*=utf-8''..%2; filename*1*=F..%2Fx.pdf", "x.pdf"),
    "a folder alone": (b"filename=/", ""),
    "dots": (b"filename=..", ""),
    "controls": (b"filename*=utf-8''a%00b%0d%0ac.pdf", "a\ufffdb c.pdf"),
}


@pytest.mark.parametrize("name", NAMES)
def test_name(name: str) -> None:
    said, wanted = NAMES[name]
    raw = (
        b"From: a@b.test\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: application/pdf\nContent-Disposition: attachment; "
        + said
        + b"\n\nPDF\n--m--\n"
    )
    assert [one.name for one in mime.parse(raw).attachments] == [wanted]
