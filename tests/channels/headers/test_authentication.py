"""Authentication-Results: whose word counts, and what it says about From. Only the topmost header
of our own server does, whatever a sender wrote."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels import mime
from supportcli.channels.headers.authentication import LONGEST, MOST, results_of
from supportcli.domain.sender_authentication import AuthenticationVerdict, verdict

OURS = "mx.shop.test"
FROM = "ada@shop.test"


def said(*values: str, sender: str = FROM, ours: str = OURS) -> AuthenticationVerdict:
    return verdict(results_of(values, ours), sender, ours=True)


SAID = {
    "none": AuthenticationVerdict.NONE,
    "dmarc=none": AuthenticationVerdict.NONE,
    "dmarc=pass": AuthenticationVerdict.PASS,
    "DMARC=PASS": AuthenticationVerdict.PASS,
    "dmarc=pass header.from=shop.test": AuthenticationVerdict.PASS,
    "dmarc=pass header.from=Shop.Test": AuthenticationVerdict.PASS,
    "dmarc=pass header.from=ada@shop.test": AuthenticationVerdict.PASS,
    "dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=shop.test": AuthenticationVerdict.PASS,
    "dmarc=pass header.from=evil.test": AuthenticationVerdict.NONE,
    "dmarc=bestguesspass": AuthenticationVerdict.NONE,
    "dmarc=passed": AuthenticationVerdict.NONE,
    "dmarc=fail": AuthenticationVerdict.FAIL,
    "dmarc=fail; dkim=pass header.d=shop.test": AuthenticationVerdict.FAIL,
    "dmarc=pass; dmarc=fail": AuthenticationVerdict.FAIL,
    "dmarc=temperror; dkim=pass header.d=shop.test": AuthenticationVerdict.PASS,
    "dmarc / 1 = pass": AuthenticationVerdict.PASS,
    "x-dmarc=pass": AuthenticationVerdict.NONE,
    "arc=pass": AuthenticationVerdict.NONE,
    "auth=pass smtp.auth=ada@shop.test": AuthenticationVerdict.NONE,
    "iprev=pass policy.iprev=192.0.2.1": AuthenticationVerdict.NONE,
    "spf=pass smtp.mailfrom=shop.test": AuthenticationVerdict.PASS,
    "spf=pass smtp.mailfrom=bounce@shop.test": AuthenticationVerdict.PASS,
    "spf=pass smtp.mailfrom=bounce@mail.shop.test": AuthenticationVerdict.PASS,
    "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x@evil.test": AuthenticationVerdict.NONE,
    "spf=pass smtp.helo=shop.test": AuthenticationVerdict.NONE,
    "spf=fail smtp.mailfrom=shop.test": AuthenticationVerdict.FAIL,
    "spf=fail smtp.mailfrom=evil.test": AuthenticationVerdict.NONE,
    "spf=softfail smtp.mailfrom=shop.test": AuthenticationVerdict.NONE,
    'spf=pass smtp.mailfrom="a; dmarc=pass b"@evil.test': AuthenticationVerdict.NONE,
    'spf=none reason="; dmarc=pass"': AuthenticationVerdict.NONE,
    "spf=none (; dmarc=pass)": AuthenticationVerdict.NONE,
    "spf=none (a (nested; dmarc=pass) comment)": AuthenticationVerdict.NONE,
    r"spf=none (a \) still; dmarc=pass)": AuthenticationVerdict.NONE,
    'spf=none (a " quote); dmarc=pass': AuthenticationVerdict.PASS,
    "spf=none (never closed; dmarc=pass": AuthenticationVerdict.NONE,
    'spf=none "never closed; dmarc=pass': AuthenticationVerdict.NONE,
    "dmarc=pass )": AuthenticationVerdict.NONE,
    "dkim=pass header.d=shop.test": AuthenticationVerdict.PASS,
    "dkim=pass header.i=@shop.test header.s=s1": AuthenticationVerdict.PASS,
    "dkim=pass header.d=mail.shop.test": AuthenticationVerdict.PASS,
    "dkim=pass header.d=evilshop.test": AuthenticationVerdict.NONE,
    "dkim=pass header.d=shop.test.evil.test": AuthenticationVerdict.NONE,
    "dkim=pass header.d=test": AuthenticationVerdict.NONE,
    "dkim=pass header.d=": AuthenticationVerdict.NONE,
    "dkim=pass": AuthenticationVerdict.NONE,
    "dkim=fail header.d=shop.test": AuthenticationVerdict.FAIL,
    "dkim=fail header.d=evil.test; dkim=pass header.d=shop.test": AuthenticationVerdict.PASS,
    "dkim=fail header.d=shop.test; spf=pass smtp.mailfrom=shop.test": AuthenticationVerdict.PASS,
}


@pytest.mark.parametrize(("results", "expected"), SAID.items(), ids=SAID)
def test_results_mean_what_their_grammar_says(
    results: str, expected: AuthenticationVerdict
) -> None:
    assert said(f"{OURS}; {results}") is expected
    assert said(f"other.test; {results}") is AuthenticationVerdict.NONE


@pytest.mark.parametrize(
    "name", [OURS, "MX.Shop.test", f"{OURS} 1", f" {OURS}\t", f"(x) {OURS} (y)", f'"{OURS}"']
)
def test_our_server_is_known_by_its_name(name: str) -> None:
    assert said(f"{name}; dmarc=pass") is AuthenticationVerdict.PASS


@pytest.mark.parametrize(
    "name",
    [
        "",
        f"{OURS}.",
        f"{OURS}..",
        f".{OURS}",
        f"{OURS}.evil.test",
        f"x{OURS}",
        f"evil {OURS}",
        f"({OURS})",
        "dmarc=pass",
        f"{OURS}\\;x",
        f"{OURS} 9",
        f"{OURS} 11",
    ],
)
def test_another_name_is_not_ours(name: str) -> None:
    assert said(f"{name}; dmarc=pass") is AuthenticationVerdict.NONE


STRANGE = "".join(
    mark
    for mark in map(chr, range(0x3001))
    if (mark.isspace() or unicodedata.category(mark) in {"Cc", "Cf"}) and mark not in " \t"
)
"""What other programs take for white space, or do not show, and no mail server takes away from
around a name."""


def raw(value: str) -> AuthenticationVerdict:
    """What a mail proves that has this Authentication-Results."""
    head = (
        b"Authentication-Results: "
        + value.encode("utf-8", "surrogatepass")
        + b"\r\nFrom: ada@shop.test\r\nTo: help@shop.test\r\n\r\nx"
    )
    return said(*mime.parse(head).authentication)


@pytest.mark.parametrize(
    "mark",
    [
        "\u00a0",
        "\x0b",
        "\x0c",
        "\x1c",
        "\x1d",
        "\x1e",
        "\x1f",
        "\x85",
        "\u2003",
        "\u2028",
        "\u3000",
        "\ufeff",
        "\0",
        "\r",
    ],
)
def test_only_the_white_space_of_mail_may_stand_around_our_name(mark: str) -> None:
    for name in (
        f"{OURS}{mark}",
        f"{mark}{OURS}",
        f"{mark} {OURS} {mark}",
        f"{OURS} {mark}1",
        f"({mark}){OURS}{mark}",
        f"{OURS[:4]}{mark}{OURS[4:]}",
    ):
        assert raw(f"{name}; dmarc=pass") is AuthenticationVerdict.NONE, ascii(name)
    for results in (
        f"{mark}dmarc=pass",
        f"dmarc{mark}=pass",
        f"dmarc={mark}pass",
        f"dmarc=pass{mark}",
        f"dmarc=none{mark};dmarc=pa{mark}ss",
    ):
        assert raw(f"{OURS}; {results}") is AuthenticationVerdict.NONE, ascii(results)


@given(
    st.text(alphabet=STRANGE, min_size=1, max_size=3),
    st.sampled_from(
        ["{0}{1}", "{1}{0}", "{1} {0}", "{0} {1}", "{0}{1} 1", "(x){1}{0}", '{1}"{0}"']
    ),
)
def test_no_strange_mark_around_our_name_is_overlooked(marks: str, form: str) -> None:
    value = form.format(OURS, marks)
    assert said(f"{value}; dmarc=pass") is AuthenticationVerdict.NONE
    assert "\n" in marks or raw(f"{value}; dmarc=pass") is AuthenticationVerdict.NONE


@pytest.mark.parametrize(
    "name",
    [
        f"\r\n {OURS}\r\n\t",
        f"\t{OURS} ",
        f"(a\r\n b) {OURS}\r\n (c) 1",
        f"\r\n \r\n {OURS}",
        f"\n {OURS}\n ",
    ],
)
def test_folds_and_comments_may_stand_around_our_name(name: str) -> None:
    assert raw(f"{name}; dmarc=pass") is AuthenticationVerdict.PASS
    assert raw(f"{name}; dmarc\r\n =\tpass") is AuthenticationVerdict.PASS


SPELLED = (
    "m\\x.shop.test",
    '"mx".shop.test',
    'mx.shop."test"',
    'mx.shop.test""',
    '""mx.shop.test',
    '"mx" ".shop.test"',
    "mx(x).shop.test",
    "mx.shop.te\u017ft",
)
SPELLED_WITH_K = (
    "mx.wor\N{KELVIN SIGN}.test",
    "MX.WOR\N{KELVIN SIGN}.TEST",
    "mx.wor\N{FULLWIDTH LATIN SMALL LETTER K}.test",
)


@pytest.mark.parametrize("name", SPELLED)
def test_our_name_in_a_spelling_of_no_server_is_not_ours(name: str) -> None:
    assert said(f"{name}; dmarc=pass") is AuthenticationVerdict.NONE


@pytest.mark.parametrize("name", SPELLED_WITH_K)
def test_letters_that_are_ours_only_in_lower_case_are_not_ours(name: str) -> None:
    assert said(f"{name}; dmarc=pass", ours="mx.work.test") is AuthenticationVerdict.NONE
    assert said("MX.WORK.TEST; dmarc=pass", ours="mx.work.test") is AuthenticationVerdict.PASS


@pytest.mark.parametrize(
    "results",
    [
        "none; dmarc=pass",
        "dmarc=pass; none",
        "NONE (x); dmarc=pass",
        "none ; dkim=pass header.d=shop.test",
        "none;none;dmarc=fail",
        "none",
    ],
)
def test_whoever_says_that_there_is_no_result_has_none(results: str) -> None:
    """RFC 8601, section 2.2: `none` stands alone."""
    assert said(f"{OURS}; {results}", f"{OURS}; dmarc=pass") is AuthenticationVerdict.NONE


def test_only_the_topmost_of_ours_counts() -> None:
    assert (
        said("relay.test; dmarc=fail", f"{OURS}; dmarc=pass", f"{OURS}; dmarc=fail")
        is AuthenticationVerdict.PASS
    )
    for broken in (
        f"{OURS}; spf=none (",
        f'{OURS}; "',
        f"{OURS}; {'x' * LONGEST}",
        f"{OURS}",
        f"{OURS}; none",
    ):
        assert said(broken, f"{OURS}; dmarc=pass") is AuthenticationVerdict.NONE


def test_an_international_domain_is_one_in_both_spellings() -> None:
    assert (
        said(f"{OURS}; dmarc=pass header.from=bücher.test", sender="a@xn--bcher-kva.test")
        is AuthenticationVerdict.PASS
    )
    assert (
        said(f"{OURS}; dkim=pass header.d=xn--bcher-kva.test", sender="a@bücher.test")
        is AuthenticationVerdict.PASS
    )


def test_a_mail_holds_what_stands_on_top_of_it_unfolded_and_no_more() -> None:
    lines = b"".join(
        b"Authentication-Results: m%d.test;\r\n\tspf=pass\r\n" % number for number in range(100)
    )
    found = mime.parse(lines + b"From: a@b\r\n\r\nx").authentication
    assert len(found) == MOST
    assert " ".join(found[0].split()) == "m0.test; spf=pass"


@given(st.text(alphabet='ab="();\\. dmarc=pass\n', max_size=80))
def test_nothing_that_a_sender_writes_into_a_quote_or_a_comment_is_grammar(words: str) -> None:
    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
    commented = quoted.replace("(", "\\(").replace(")", "\\)")
    assert (
        said(f'{OURS}; spf=pass smtp.mailfrom="{quoted}"@evil.test; dmarc=none')
        is AuthenticationVerdict.NONE
    )
    assert (
        said(f"{OURS} ({commented}); spf=none ({commented}); dmarc=none")
        is AuthenticationVerdict.NONE
    )


@pytest.mark.parametrize(
    "piece", ["(", ")", '"', "\\", ";", "a=b;", "( ) ", "x.y= ", " ", "a" * 50]
)
def test_a_hostile_header_is_read_at_once(piece: str) -> None:
    began = time.process_time()
    for start in (f"{OURS}; ", f"{OURS}; dmarc=pass ", ""):
        said((start + piece * LONGEST)[:LONGEST])
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "results",
    [
        "spf=fail smtp.mailfrom=shop.test",
        "dkim=fail header.d=shop.test",
        "spf=softfail smtp.mailfrom=shop.test",
    ],
)
def test_what_a_redirect_breaks_speaks_against_nobody_else(results: str) -> None:
    assert verdict(results_of([f"{OURS}; {results}"], OURS), FROM) is AuthenticationVerdict.NONE
    assert (
        verdict(results_of([f"{OURS}; {results}; dmarc=fail"], OURS), FROM)
        is AuthenticationVerdict.FAIL
    )
