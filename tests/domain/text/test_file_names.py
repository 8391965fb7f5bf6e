import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.text.file_names import MOST_BYTES, safe_name
from supportcli.terminal import UNSAFE


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("Rechnung für Jürgen 注文.pdf", "Rechnung für Jürgen 注文.pdf"),
        ("../../.bashrc", "bashrc"),
        ("/etc/passwd", "passwd"),
        ("C:\\Windows\\system.ini", "system.ini"),
        ("C:evil.exe", "C_evil.exe"),
        ("..", "attachment"),
        ("", "attachment"),
        ("   ", "attachment"),
        ("folder/", "attachment"),
        ("-rf", "rf"),
        (".-. hidden", "hidden"),
        ("report.pdf. . ", "report.pdf"),
        ("a\x00b\x1bc\nd.txt", "a_b_c_d.txt"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ('what?"<is>|*this.txt', "what___is___this.txt"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("console.txt", "console.txt"),
        ("e\u0301.txt", "é.txt"),
    ],
)
def test_names_that_strangers_chose(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_suffix() -> None:
    assert safe_name("ä" * 300 + ".pdf") == "ä" * 58 + ".pdf"
    assert safe_name("x" * 300) == "x" * 120
    assert safe_name("x." + "y" * 300) == ("x." + "y" * 300)[:120]


@given(st.text())
def test_a_safe_name_is_safe_whatever_it_was(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe.encode()) <= MOST_BYTES + 1, "one more where a device's name was escaped"
    assert not set(safe) & set('/\\:*?"<>|')
    assert not UNSAFE.search(safe)
    assert safe[0] not in ".- "
    assert safe[-1] not in ". "
    assert safe_name(safe) == safe
