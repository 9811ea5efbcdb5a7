"""The collection of garbage is paused as long as any thread asks for it, and is left as it was found."""

from __future__ import annotations

import gc

from matcher.compute import collection_paused


def test_the_last_to_leave_takes_it_up_again() -> None:
    one, other = collection_paused(), collection_paused()
    with one:
        other.__enter__()
        assert not gc.isenabled()
    assert not gc.isenabled()
    other.__exit__(None, None, None)
    assert gc.isenabled()


def test_who_paused_it_for_good_keeps_it_so() -> None:
    gc.disable()
    try:
        with collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
