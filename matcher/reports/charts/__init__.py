"""Charts of explanation records and plain frames, for notebooks and for the page; each returns an Altair chart.

A chart shows what it is given and computes nothing: scores, intervals and rankings come from the layers below.
"""
