"""The pure functions that the table names, but for those of dates and times."""

from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context import SagaContext, UnsupportedValueException
from minos_saga_context.codec.types import scalars as special


@given(number=st.integers())
def test_ints(number: int) -> None:
    assert special.int_from_text(special.int_to_text(number)) == number


@pytest.mark.parametrize("bits", [13_999, 14_000, 14_001, 14_284, 100_000])
@pytest.mark.parametrize("sign", [1, -1])
def test_ints_beyond_the_limit_of_digits(bits: int, sign: int) -> None:
    number = sign << bits
    assert special.int_from_text(special.int_to_text(number)) == number


@pytest.mark.parametrize(
    ("number", "form"),
    [
        (0, 0),
        (2**31 - 1, 0),
        (-(2**31), 0),
        (2**31, 1),
        (-(2**31) - 1, 1),
        (2**63 - 1, 1),
        (2**63, 2),
        (-(2**63) - 1, 2),
    ],
)
def test_form_of_an_int(number: int, form: int) -> None:
    assert special.int_variant(number) == (form, None)


@given(text=st.text(st.characters(exclude_categories=())))
def test_texts(text: str) -> None:
    assert special.from_wtf8(special.to_wtf8(text)) == text
    assert special.is_utf8(text) == all(not "\ud800" <= letter <= "\udfff" for letter in text)


@given(value=st.uuids())
def test_uuids(value: UUID) -> None:
    text = special.to_uuid_text(value)
    assert text == str(value)
    found = special.from_uuid_text(text)
    assert found == value and type(found) is UUID and hash(found) == hash(value)
    assert found.is_safe is value.is_safe and repr(found) == repr(value)


@pytest.mark.parametrize("text", ["", "a", "x" * 32, "6ba7b810-9dad-11d1-80b4-00c04fd430c", "-" * 36])
def test_no_uuids(text: str) -> None:
    with pytest.raises(ValueError):
        special.from_uuid_text(text)


@given(value=st.fractions())
def test_fractions(value: Fraction) -> None:
    found = special.fraction_from_text(str(value))
    assert found == value and type(found) is Fraction


@pytest.mark.parametrize("text", ["", "1/", "1.5", "1e1000000000", "1/2e9", " 1", "1_0", "\u0661", "9" * 4301])
def test_no_fractions(text: str) -> None:
    with pytest.raises(ValueError, match="no fraction"):
        special.fraction_from_text(text)


@pytest.mark.parametrize("places", [Fraction(10**4500, 3), Fraction(3, 10**4500)], ids=["numerator", "denominator"])
def test_fractions_that_could_not_be_stored_are_refused_when_they_are_put(places: Fraction) -> None:
    kept = Fraction(10**4200, 3)
    assert SagaContext.from_avro_str(SagaContext(a=[kept]).avro_str) == {"a": [kept]}
    with pytest.raises(UnsupportedValueException, match=r"at 'a\[1\]': it has more than 4,200 digits"):
        SagaContext(a=[kept, places])
