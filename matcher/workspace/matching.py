"""A matching run of the workspace: computed by the job of the command line, and kept to be shown."""

from __future__ import annotations

from django.conf import settings as django_settings
from django.db import transaction
from django.db.models import Max

from matcher.jobs.match import MatchedRun, compute
from matcher.jobs.records import Stopwatch
from matcher.workspace.engine import put_engine
from matcher.workspace.inputs import RunInputs, run_files, settings_of, write_partnerships_of
from matcher.workspace.models import Account, ListPage, Outcome, ReviewEvent, Run, RunPage
from matcher.workspace.pages import OVERVIEW, PROGRAMMES, ShownRun, shown_in_every_language


def match_lists(watch: Stopwatch, by: Account | None = None) -> Run:
    """Match the lists in use, and keep the run. What is shown stays that of the last run until all of it is kept.

    Parameters
    ----------
    watch : Stopwatch
        Times the stages; may stop between them.
    by : Account, optional

    Raises
    ------
    MatcherError
        When a list or a setting cannot be used.
    """
    inputs = RunInputs.in_use()
    settings = settings_of(inputs.settings, inputs.lists)
    run = Run(
        units=inputs.lists["units"],
        nonprofits=inputs.lists["nonprofits"],
        partnerships=inputs.lists.get("partnerships"),
        settings=inputs.settings,
        last_event=_last(ReviewEvent),
        last_outcome=_last(Outcome),
        made_by=by,
        pk=(_last(Run) + 1),
    )
    run.record = {"left_out": write_partnerships_of(run, settings)}
    cache_folder = django_settings.ENVIRONMENT.cache_folder
    computed = compute(run_files(run), settings, cache_folder=cache_folder, with_snapshot=False, watch=watch)
    with watch.stage("keep"):
        pages = list(shown_in_every_language(computed))
        _keep(run, computed, pages)
    put_engine(run, computed)
    return run


def _keep(run: Run, computed: MatchedRun, pages: list[ShownRun]) -> None:
    with transaction.atomic():
        run.record |= {**computed.results.run, "warnings": []}
        run.save(force_insert=True)
        for page in pages:
            RunPage.objects.create(run=run, name=OVERVIEW, language=page.language, content=page.overview)
            RunPage.objects.create(run=run, name=PROGRAMMES, language=page.language, content=page.programmes)
            ListPage.objects.bulk_create(
                ListPage(
                    run=run,
                    language=page.language,
                    unit_id=found.unit_id,
                    position=position,
                    name=found.name,
                    under=found.under,
                    pairs=found.pairs,
                    content=found.content,
                )
                for position, found in enumerate(page.lists)
            )


def _last(model: type[Run | ReviewEvent | Outcome]) -> int:
    return int(model.objects.aggregate(last=Max("id"))["last"] or 0)
