"""What stands below a reply, once, whatever its writer has typed of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.replies import signatures
from supportcli.domain.replies.signatures import SEPARATOR, signed

ADA, SHOP = "Ada Byron\nSupport", "Mill Shop GmbH · Tel. +49 30 1234"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Yes.", f"Yes.\n\n-- \n{ADA}\n{SHOP}"),
        ("Yes.\n\n\n", f"Yes.\n\n-- \n{ADA}\n{SHOP}"),
        ("Yes.\n-- \n", f"Yes.\n\n-- \n{ADA}\n{SHOP}"),
        (f"Yes.\n\n-- \n{ADA}\n{SHOP}", f"Yes.\n\n-- \n{ADA}\n{SHOP}"),
        (f"Yes.\n--\n{ADA}\n\n{SHOP}\n", f"Yes.\n\n-- \n{ADA}\n{SHOP}"),
        (f"Yes.\n\n{ADA}", f"Yes.\n\n-- \n{ADA}\n{SHOP}"),
        (f"Yes.\n\n-- \n{ADA}", f"Yes.\n\n-- \n{ADA}\n{SHOP}"),
        (f"Yes.\n\n{SHOP}\n\n-- \n{ADA}", f"Yes.\n\n-- \n{ADA}\n{SHOP}"),
        ("Yes.\n\n-- \nAda, from home", f"Yes.\n\n-- \nAda, from home\n{ADA}\n{SHOP}"),
        ("Both:\n--\nor", f"Both:\n--\nor\n\n-- \n{ADA}\n{SHOP}"),
        (f"{ADA}", f"{ADA}\n\n-- \n{ADA}\n{SHOP}"),
    ],
)
def test_it_stands_below_once(text: str, whole: str) -> None:
    assert signed(text, [ADA, SHOP]).whole == whole


def test_a_reply_without_one_stays_as_it_is() -> None:
    assert signed("Yes.\n\n", ["", " \n"]).whole == "Yes.\n\n"
    assert signed("Yes.", []).folds == ()


LINES = st.lists(st.sampled_from(["", "Yes.", "--", "-- ", "Ada Byron", "Support", SHOP]))


@given(LINES.map("\n".join).filter(str.strip))
def test_signing_again_changes_nothing(text: str) -> None:
    once = signed(text, [ADA, SHOP])
    assert signed(once.whole, [ADA, SHOP]).whole == once.whole
    assert once.whole.count(f"{ADA}\n{SHOP}") == 1 + once.words.count(f"{ADA}\n{SHOP}")
    (fold,) = once.folds
    assert once.whole[fold.start : fold.end] == once.signature
    assert once.whole[: fold.start].strip() == once.words.strip()


def test_it_is_kept_without_its_separator() -> None:
    assert signatures.typed("\r\n-- \r\nAda  \r\nShop\r\n") == "Ada\nShop"
    assert SEPARATOR not in signatures.typed("--\nAda")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * 2_001, "2,001 characters"),
        ("x\n" * 21, "22 lines"),
        ("Ada\n--\nShop", "A second separator"),
        ("Ada ⟦phone?⟧", "leave out ⟦"),
    ],
)
def test_what_is_wrong_with_one_is_named(text: str, words: str) -> None:
    assert [words in fault.sentence for fault in signatures.faults(text)] == [True]


def test_what_is_unknown_takes_its_line_along() -> None:
    filled = "Ada\nfor ⟦customer.name?⟧\n⟦mailbox.name?⟧ · Tel. 1\n⟦x.y?⟧ ·\n"
    assert signatures.without_blanks(filled) == "Ada\nfor\n · Tel. 1\n"
