"""A pytest plugin: with SUPPORTCLI_REQUIRE_SERVERS=1 a test that skips has failed, because then
every real server must be there."""

import os
from collections.abc import Generator

import pytest

VARIABLE = "SUPPORTCLI_REQUIRE_SERVERS"


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that repeats its reason. A failure that was expected is no
    skip."""
    if os.environ.get(VARIABLE) == "1" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{VARIABLE}=1 and yet: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The report of a test, in which no skip is left."""
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The report of a module, in which no skip is left."""
    report = yield
    refuse_skip(report)
    return report
