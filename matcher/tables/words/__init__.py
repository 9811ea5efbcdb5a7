"""Words in cells: how several in one cell are separated, and how each is understood.

``index`` finds a known word by its spelling, in another form or with a typing error; ``reading`` splits a cell into
words and reads each of them. What no spelling explains is left to the encoder, in :mod:`matcher.scoring.causes`.
"""
