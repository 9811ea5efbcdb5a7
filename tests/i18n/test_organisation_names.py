"""Names of organisations as keys."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.i18n.organisation_names import (
    FORMS_AFTER,
    FORMS_BEFORE,
    one_spelling,
    organisation_key,
    organisation_keys,
    words_of,
)

WORDS = st.sampled_from(sorted({*FORMS_BEFORE, *FORMS_AFTER, "Wold", "de", "Één", "B.V", "STICHTING", "interest"}))
BETWEEN = st.sampled_from([" ", ", ", ".", "_", "\n", "-", ""])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Eetclub de Lepel", "  EETCLUB  De Lepel "),
        ("Eetclub de Lepel", "Stichting Eetclub 'de Lepel'"),
        ("Eetclub de Lepel", "St. Eetclub de Lepel"),
        ("Eetclub de Lepel", "Eetclub de Lepel, Stichting"),
        ("Café Één", "cafe een"),
        ("Voedsel-bank Wold", "Voedselbank Wold B.V."),
        ("Coöperatie Wold U.A.", "cooperatie wold"),
        ("Harbour Food", "Harbour Food C.I.C."),
        ("Harbour Food", "Harbour Food Community Interest Company"),
        ("Harbour Food", "Harbour Food (Registered Charity)"),
        ("Leseclub", "Leseclub e.V."),
        ("Foundation Eetclub", "Stichting Eetclub"),
        ("S.O.S. Wold", "SOS Wold"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert organisation_key(one) == organisation_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Eetclub Noord", "Eetclub Zuid"),
        ("Stichting", "Vereniging"),
        ("Wold Fonds", "Wold"),
        ("Wold University", "Wold University Foundation"),
        ("The Street", "The Street St"),
        ("Thuis 1", "Thuis 2"),
        ("हाथ", "हिथ"),
        ("™", "®"),
    ],
)
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert organisation_key(one) != organisation_key(other)


@given(
    name=st.text(min_size=1), before=st.sampled_from(sorted(FORMS_BEFORE)), after=st.sampled_from(sorted(FORMS_AFTER))
)
def test_a_key_is_a_spelling_of_the_name_without_its_forms(name: str, before: str, after: str) -> None:
    key = organisation_key(name)
    assert organisation_key(f"  {name.upper()}\t") == organisation_key(name.upper())
    is_form = set(words_of(name)) <= FORMS_BEFORE | FORMS_AFTER
    if any(sign.isalpha() for sign in name) and "." not in name and not is_form:
        assert organisation_key(f"{before} {name}") == key
        assert organisation_key(f"{name} {after}") == key


@given(st.lists(st.lists(st.tuples(BETWEEN, WORDS), max_size=4).map(lambda parts: "".join(map("".join, parts)))))
def test_keys_of_many_names_are_those_of_each(names: list[str]) -> None:
    assert organisation_keys(names).to_pylist() == [organisation_key(name) for name in names]
    first: dict[str, str] = {}
    expected = [first.setdefault(organisation_key(name), name) for name in names]
    assert one_spelling(np.array(names, dtype=object)).tolist() == expected
