"""The workspace: a foundation's team in a browser, on top of jobs, api and reports.

It judges nothing and words nothing by itself: a run is :func:`matcher.jobs.match.compute`, and what is shown of it are
the pieces of the page of results. Files by what they hold:

- ``environment``, ``settings``, ``urls``: where the data is, and how Django is set up for it;
- ``access``: roles, and who may open a view; ``middleware``: the user of this machine, the language, safe headers;
- ``models/``: accounts and the log, lists and their versions, runs and the queue, reviews, publications, outcomes;
- ``worker``, ``matching``, ``engine``: jobs one after another, what a matching run stores, and the run in memory;
- ``views/``: one module for each part; ``templates/``, ``static/``: what they show.

Nothing here is imported by ``import matcher`` or by the other commands: Django comes with ``matcher[workspace]``.
"""
