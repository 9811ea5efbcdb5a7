"""Addresses of the workspace."""

from __future__ import annotations

from django.urls import path

from matcher.workspace.views import accounts, errors, home, look, review

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
    path("programmes/", home.programmes, name="programmes"),
]
handler400 = errors.bad_request
handler403 = errors.refused
handler404 = errors.not_found
handler500 = errors.failed
