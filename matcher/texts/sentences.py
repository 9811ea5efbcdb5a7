"""Sentences of a text, as written."""

from __future__ import annotations

import html
import re
import unicodedata

from matcher.texts.cleaning import clean_text

SHORTEST_SENTENCE = 25
"""Characters; a shorter sentence is joined with the one before."""

_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+(?=[^a-z\s])|\n\s*")
_CLAUSE_END = re.compile(r"[,;:]\s|\s[–—-]\s")
_MARKUP = re.compile(r"<[^<>]*>|[{}<>]")
_EMPHASIS = re.compile(r"\*\*|__|``|(?<![\w*])\*(?=\w)|(?<=\w)\*(?![\w*])")
_TITLES = """
adv arch burg dhr dir dr drs ds em fam gebr ing ir jhr jkvr kand lic mej mevr mgr min-pres mr mrs ms mw past pr prof
penn secr st vz wed weth wnd
capt col gen gov hon lt messrs pres rep rev sen sgt
"""
"""A name follows."""
_MID_SENTENCE = """
afd alg bijv bv ca cf evt excl geb ged gem i.c incl int jl jr lt m.n nat nl o.a ong opm prov resp sr t/m u.o v.d vgl vs zgn
approx dept est univ
jan feb febr mrt apr jun jul aug sept okt nov dec
"""
"""More of the sentence follows, whether it is a name, a place or a number."""
_BEFORE_NUMBERS = """
art artt bijl blz cap ch col ed fig hfdst jrg kol lid max min mln mld nr nrs no nos p pag par pct post pp sec sect tab tel
vol wk
"""
"""Part of the sentence before a number; before anything else it may well be the last word of one."""
_SENTENCE_ENDS = frozenset(
    [
        "a.m",
        "a.u.b",
        "b.v",
        "c.s",
        "d.v",
        "e.d",
        "e.v",
        "m.m",
        "n.v",
        "n.v.t",
        "o.i.d",
        "p.m",
        "s.v.p",
        "u.k",
        "u.s",
        "u.s.a",
        "v.o.f",
        "v.s",
    ]
)
"""Dotted abbreviations that often end a sentence, so that a capital begins the next one."""
_LAST_WORD = re.compile(r"(?:^|[\s(\[\"'“‘„])((?:[^\W\d_]+[./-])*[^\W\d_]+)\.$")
_PLURAL = re.compile(r"\w['’]s\.$")
"""A Dutch plural or an English genitive, whose letter is no initial."""
_CONTINUED = frozenset((*_TITLES.split(), *_MID_SENTENCE.split()))
_CONTINUED_BY_NUMBERS = _CONTINUED | frozenset(_BEFORE_NUMBERS.split())


def split_sentences(text: str, shortest: int = SHORTEST_SENTENCE) -> list[str]:
    """Sentences of a text as written; very short ones are joined with the one before.

    Parameters
    ----------
    text : str
    shortest : int
        Characters; a shorter sentence is joined.

    Examples
    --------
    >>> split_sentences("Wij helpen gezinnen met schulden. Dat doen wij o.a. met maatjes! Altijd.")
    ['Wij helpen gezinnen met schulden.', 'Dat doen wij o.a. met maatjes! Altijd.']
    >>> split_sentences("Opgericht door ds. Visser, m.b.v. Humanitas en dr. A.B. Smit. Wij zijn er voor iedereen.")
    ['Opgericht door ds. Visser, m.b.v. Humanitas en dr. A.B. Smit.', 'Wij zijn er voor iedereen.']
    """
    bounds: list[tuple[int, int]] = []
    start = 0
    for end in _END.finditer(text):
        if end.start() > start and not _goes_on(text[start : end.start()], text[end.end() : end.end() + 1]):
            bounds.append((start, end.start()))
            start = end.end()
    bounds.append((start, len(text)))
    joined: list[tuple[int, int]] = []
    for begin, stop in bounds:
        if joined and (stop - begin < shortest or joined[-1][1] - joined[-1][0] < shortest):
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((begin, stop))
    return [sentence for begin, stop in joined if clean_text(sentence := text[begin:stop].strip())]


def _goes_on(before: str, following: str) -> bool:
    """Whether a sentence goes on after a full stop, which is then that of an abbreviation or an initial."""
    found = _LAST_WORD.search(before[-40:])
    if found is None or _PLURAL.search(before):
        return False
    word = found[1].lower()
    if len(word) == 1:
        return True
    if "." in word and len(max(word.split("."), key=len)) == 1:
        return word not in _SENTENCE_ENDS or following.isdigit()
    return word in (_CONTINUED_BY_NUMBERS if following.isdigit() else _CONTINUED)


def plain_text(text: str) -> str:
    """Text on one line without markup: tags, entities, marks of emphasis, bullets and control characters.

    Examples
    --------
    >>> plain_text("- <b>Samen</b> eten &amp; **praten**")
    'Samen eten & praten'
    """
    flat = " ".join(_MARKUP.sub(" ", html.unescape(_MARKUP.sub(" ", text))).split())
    visible = flat if flat.isprintable() else "".join(char for char in flat if unicodedata.category(char)[0] != "C")
    return _EMPHASIS.sub("", visible).lstrip("-–—•*·>#+ ").strip()


def shorten(text: str, most: int) -> str:
    """Text on one line of at most ``most`` characters, cut at the end of a clause, else between words, with an ellipsis.

    A clause that fills less than half of the room is too little to end at.

    Parameters
    ----------
    text : str
    most : int

    Examples
    --------
    >>> shorten("Wij helpen gezinnen met schulden, en hun kinderen, met raad en daad.", 42)
    'Wij helpen gezinnen met schulden …'
    >>> shorten("Wij helpen gezinnen met schulden en kinderen.", 35)
    'Wij helpen gezinnen met schulden …'
    >>> shorten("Kort.", 35)
    'Kort.'
    """
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    cut = flat[: most - 1]
    # Without a space there is no word to end at.
    whole = cut.rpartition(" ")[0] if " " in cut else cut[:-1]
    if (clauses := [end.start() for end in _CLAUSE_END.finditer(whole)]) and clauses[-1] >= most / 2:
        whole = whole[: clauses[-1]]
    return f"{whole.rstrip(' ,;:.–—-(')} …"
