"""What to do next: the step that stands first is the one that is not done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def steps() -> dict[str, tuple[str, str]]:
    """State and text of each step, by the first two words of its heading."""
    from matcher.i18n.language import load_language
    from matcher.workspace.models import Run
    from matcher.workspace.next_steps import steps

    run, language = Run.latest(), load_language("en")
    return {
        " ".join(step.heading.split()[:2]): (step.state, step.text)
        for step in steps(run, lists(run), is_stale=False, language=language)
    }


def lists(run: Any) -> list[dict[str, Any]]:
    """Shortlists of the run, as the overview counts them."""
    from matcher.workspace.models import ListPage
    from matcher.workspace.reviewing import all_reviews

    decided = [review.unit_id for review in all_reviews() if review.decision]
    rows = ListPage.objects.filter(run=run, language="en").values("unit_id", "name", "pairs", "content")
    return [row | {"decided": decided.count(row["unit_id"]), "disputed": 0} for row in rows]


def test_the_steps_go_from_lists_to_a_publication(browser: Callable[..., Any]) -> None:
    from matcher.workspace.models import Run

    manager = browser("manager")
    assert [state for state, _ in steps().values()] == ["done", "done", "now", "later", "later"]
    filled = [found for found in lists(Run.latest()) if found["pairs"]]
    assert steps()["Look through"][1] == f"On 0 of {len(filled)} shortlists something is decided."
    shown = manager.get("/").content.decode()
    assert f'href="/shortlist/?unit={filled[0]["unit_id"]}">Open {filled[0]["name"]}' in shown
    for found in filled:
        pair = {"unit": found["unit_id"], "nonprofit": found["content"]["pairs"][0]["nonprofit_id"]}
        manager.post("/pair/answer/", {**pair, "answer": "maybe", "seen": 0})
    assert steps()["Look through"][0] == "done"
    shown = manager.get("/").content.decode()
    assert f"{len(filled)} answers are newer than the run." in shown
    assert f"{len(filled)} answers are newer than this run" in manager.get("/publications/").content.decode()


def test_a_list_with_errors_is_the_next_step_and_a_reviewer_sees_that_of_reviewing(
    browser: Callable[..., Any],
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    rows = "Code;Bedrijf;Naam;Missie\nu1;Bank;Bank;Lezen\nu1;Bank;Bank 2;Lezen"
    manager = browser("manager")
    answer = manager.post("/lists/upload/", {"table": "units", "file": SimpleUploadedFile("u.csv", rows.encode())})
    assert steps()["Bring your"] == ("now", "Business units: the newest version has errors and is not used yet.")
    assert f'href="{answer.headers["Location"]}">Mend them' in manager.get("/").content.decode()
    shown = browser("reviewer").get("/").content.decode()
    assert "Look through the shortlists" in shown
    assert "Bring your lists" not in shown


def test_the_overview_leads_to_the_lists_for_what_is_mended_there(browser: Callable[..., Any]) -> None:
    from matcher.jobs.runs import Stopwatch
    from matcher.workspace.list_versions import raw_cells
    from matcher.workspace.matching import match_lists
    from matcher.workspace.models import ListVersion

    manager = browser("manager")
    in_use = ListVersion.in_use("units")
    assert in_use is not None
    raw = raw_cells(in_use)
    row, heading = raw.rows[0], next(name for name in raw.headings if name.casefold() == "capacity")
    manager.post(f"/lists/{in_use.pk}/mend/", {f"cell:{row}:{heading}": "max 2", f"was:{row}:{heading}": ""})
    made = ListVersion.in_use("units")
    assert made is not None
    assert made.warnings == in_use.warnings + 1
    match_lists(Stopwatch())
    shown = manager.get("/").content.decode()
    assert f'href="/lists/{made.pk}/">Business units: {made.warnings} cell' in shown
    assert "max 2" not in shown
