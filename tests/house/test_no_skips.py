from pathlib import Path

import pytest

from tests import no_skips

SKIPS = """
import pytest

@pytest.fixture
def server():
    pytest.skip("no dovecot: install dovecot-imapd")

def test_in_body():
    pytest.skip("no smtp-sink: install postfix")

def test_in_fixture(server):
    pass

@pytest.mark.skipif(True, reason="no strace")
def test_by_mark():
    pass

@pytest.mark.xfail(reason="known")
def test_expected_to_fail():
    assert False
"""


@pytest.fixture(autouse=True)
def plugin(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1"
    )  # this plugin alone is tried; the others take seconds to load
    pytester.makeconftest(Path(no_skips.__file__).read_text(encoding="utf-8"))


def test_skips_stay_skips_where_servers_are_optional(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(no_skips.VARIABLE, raising=False)
    pytester.makepyfile(SKIPS)
    pytester.runpytest_subprocess().assert_outcomes(skipped=3, xfailed=1)


def test_skips_fail_with_their_reason_where_servers_are_required(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(no_skips.VARIABLE, "1")
    pytester.makepyfile(SKIPS)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=1, errors=2, xfailed=1)
    result.stdout.fnmatch_lines_random(
        ["*no dovecot: install dovecot-imapd*", "*no smtp-sink: install postfix*", "*no strace*"]
    )


def test_a_module_that_skips_itself_fails_too(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(no_skips.VARIABLE, "1")
    pytester.makepyfile("import pytest\npytest.skip('no postgres', allow_module_level=True)")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines("*no postgres*")
