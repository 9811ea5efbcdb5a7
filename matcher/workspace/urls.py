"""Addresses of the workspace."""

from __future__ import annotations

from django.urls import path

from matcher.workspace.views import (
    accounts,
    errors,
    home,
    letters,
    lists,
    look,
    outcomes,
    privacy,
    programmes,
    publications,
    review,
    weigh,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("look/<str:name>", look.shared_file, name="look"),
    path("language/", home.choose_language, name="language"),
    path("runs/start/", home.start_run, name="start-run"),
    path("runs/cancel/", home.cancel_run, name="cancel-run"),
    path("runs/state/", home.run_state, name="run-state"),
    path("shortlist/", review.shortlist, name="shortlist"),
    path("shortlist/why-not/", review.why_not, name="why-not"),
    path("shortlist/answer/", review.answer_many, name="answer-many"),
    path("pair/", review.pair, name="pair"),
    path("pair/answer/", review.answer, name="answer"),
    path("pair/undo/", review.undo, name="undo"),
    path("pair/assign/", review.assign, name="assign"),
    path("discuss/", review.disputed, name="disputed"),
    path("discuss/mode/", review.choose_mode, name="choose-mode"),
    path("sign-in/", accounts.sign_in, name="sign-in"),
    path("sign-out/", accounts.sign_out, name="sign-out"),
    path("people/", accounts.people, name="people"),
    path("people/invite/", accounts.invite, name="invite"),
    path("people/role/", accounts.change_role, name="change-role"),
    path("join/<str:token>/", accounts.join, name="join"),
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/plan/", programmes.plan, name="plan"),
    path("programmes/keep/", programmes.keep_plan, name="keep-plan"),
    path("lists/", lists.lists, name="lists"),
    path("lists/upload/", lists.upload, name="upload"),
    path("lists/match/", lists.use_lists, name="use-lists"),
    path("lists/<int:number>/", lists.one_list, name="list"),
    path("lists/<int:number>/mend/", lists.mend_list, name="mend"),
    path("lists/<int:number>/columns/", lists.choose_columns, name="choose-columns"),
    path("lists/<int:number>/workbook/", lists.download_list, name="download-list"),
    path("weigh/", weigh.weigh, name="weigh"),
    path("weigh/try/", weigh.try_settings, name="try"),
    path("weigh/adopt/", weigh.adopt_settings, name="adopt"),
    path("publications/", publications.publications, name="publications"),
    path("publications/publish/", publications.publish, name="publish"),
    path("publications/<int:number>/", publications.publication, name="publication"),
    path("publications/<int:number>/files/<str:name>/", publications.publication_file, name="publication-file"),
    path("publications/<int:number>/share/", publications.share, name="share"),
    path("links/<int:number>/revoke/", publications.revoke, name="revoke"),
    path("board/<str:token>/", publications.board, name="board"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<str:name>/", letters.letters_file, name="letters-file"),
    path("outcomes/", outcomes.outcomes, name="outcomes"),
    path("outcomes/record/", outcomes.record, name="record"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/limits/", privacy.choose_limits, name="choose-limits"),
    path("privacy/export/", privacy.export_known, name="export-known"),
    path("privacy/erase/", privacy.erase_known, name="erase-known"),
    path("log/", privacy.show_log, name="log"),
]
handler400 = errors.bad_request
handler403 = errors.refused
handler404 = errors.not_found
handler500 = errors.failed
