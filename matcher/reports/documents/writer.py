"""Word documents with one look: headings, paragraphs, tables; text of the input stays text."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from matcher.errors import OutputError
from matcher.i18n.language import Language
from matcher.messages import Message

FONT = "Arial"
INK, QUIET, RULE = "1F3A4D", "4A5B66", "C9D3DA"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""Date of the files in a document, whenever it is made: the same results give the same bytes."""
MARGIN_CM = 1.9
_PAGE_CM = (21.0, 29.7)
Cell = str | Sequence[tuple[str, str]]
"""Text of a cell of a table, or its lines, each with what stands before it in bold and the rest."""


class DocumentWriter:
    """A document on A4, from top to bottom.

    Parameters
    ----------
    title : str
        For the properties of the document.
    language : Language
        For hyphenation and spelling.
    day : date
        Day of the properties.
    size : float
        Of the text, in points.
    letterhead : Path, optional
        Document to begin with: its margins, styles, header and footer are kept.

    Raises
    ------
    OutputError
        When the letterhead is no Word document.
    """

    def __init__(
        self, title: str, language: Language, day: dt.date, *, size: float = 10.0, letterhead: Path | None = None
    ) -> None:
        try:
            self._document = Document(None if letterhead is None else str(letterhead))
        except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, OSError):
            raise OutputError(
                Message(
                    "{file} is no Word document (.docx). Save it as one, or take it out of the folder", file=letterhead
                )
            ) from None
        self._size = size
        if letterhead is None:
            self._lay_out(language)
        properties = self._document.core_properties
        properties.title, properties.author, properties.language = plain(title), "matcher", language.locale
        properties.comments = ""
        properties.created = properties.modified = dt.datetime(day.year, day.month, day.day)

    def _lay_out(self, language: Language) -> None:
        section = self._document.sections[0]
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Cm(side) for side in _PAGE_CM)
        section.left_margin = section.right_margin = Cm(MARGIN_CM)
        section.top_margin = section.bottom_margin = Cm(1.6)
        for name, size, before, after in (
            ("Normal", self._size, 0, 3),
            ("Title", 20, 0, 0),
            ("Heading 1", 13, 8, 3),
            ("Heading 2", self._size + 1, 5, 1),
            ("List Bullet", self._size, 0, 1),
        ):
            style: Any = self._document.styles[name]
            style.font.name, style.font.size = FONT, Pt(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for key in list(fonts.keys()):
                if key.endswith("Theme"):
                    del fonts.attrib[key]
            for key in ("w:hAnsi", "w:cs", "w:eastAsia"):
                fonts.set(qn(key), FONT)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
            if name != "Normal":
                style.font.color.rgb = RGBColor.from_string(INK) if name != "List Bullet" else None
        title: Any = self._document.styles["Title"]
        for border in title.element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)
        normal: Any = self._document.styles["Normal"]
        spelling = OxmlElement("w:lang")
        spelling.set(qn("w:val"), language.locale.replace("_", "-"))
        normal.element.get_or_add_rPr().append(spelling)

    def heading(self, text: str, level: int = 1) -> None:
        """Add a heading.

        Parameters
        ----------
        text : str
        level : int
            0 for the title.
        """
        self._document.add_heading(plain(text), level).paragraph_format.keep_with_next = True

    def paragraph(
        self,
        text: str,
        *,
        bold: str = "",
        quiet: bool = False,
        bullet: bool = False,
        with_next: bool = False,
        after: float | None = None,
    ) -> None:
        """Add a paragraph.

        Parameters
        ----------
        text : str
        bold : str
            What stands before it, in bold.
        quiet : bool
            In grey.
        bullet : bool
            As an item of a list.
        with_next : bool
            On the page of the next paragraph.
        after : float, optional
            Space behind it, in points. Default: that of the style.
        """
        paragraph = self._document.add_paragraph(style="List Bullet" if bullet else None)
        paragraph.paragraph_format.keep_with_next = with_next
        if after is not None:
            paragraph.paragraph_format.space_after = Pt(after)
        if bold:
            paragraph.add_run(plain(bold)).bold = True
        run = paragraph.add_run(plain(text))
        if quiet:
            run.font.color.rgb = RGBColor.from_string(QUIET)

    def table(
        self, headings: Sequence[str], rows: Sequence[Sequence[Cell]], widths_cm: Sequence[float], *, bold: int = 0
    ) -> None:
        """Add a table whose heading is repeated on every page.

        Parameters
        ----------
        headings : sequence of str
        rows : sequence of sequence of str or of lines
            Each line of a cell is a paragraph: what stands before it, in bold, and the rest.
        widths_cm : sequence of float
            Of the columns.
        bold : int
            Column in bold.
        """
        table: Any = self._document.add_table(rows=0, cols=len(headings))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
        for column, width in zip(table.columns, widths_cm, strict=True):
            column.width = Cm(width)
        for number, cells in enumerate((headings, *rows)):
            row = table.add_row()
            _keep_whole(row, is_heading=number == 0)
            for column, (cell, content, width) in enumerate(zip(row.cells, cells, widths_cm, strict=True)):
                cell.width = Cm(width)
                _rule_below(cell, INK if number == 0 else RULE)
                whole = number == 0 or column == bold
                lines = content if not isinstance(content, str) else [(content, "") if whole else ("", content)]
                for position, line in enumerate(lines):
                    paragraph = cell.paragraphs[0] if position == 0 else cell.add_paragraph()
                    paragraph.paragraph_format.space_after = Pt(0.5)
                    for text, is_bold in zip(line, (True, False), strict=True):
                        if text:
                            run = paragraph.add_run(plain(text))
                            run.font.size, run.bold = Pt(self._size - 1), is_bold
                            if number == 0:
                                run.font.color.rgb = RGBColor.from_string(INK)

    def page_break(self) -> None:
        """Begin a new page."""
        self._document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def footer(self, text: str) -> None:
        """Put a line at the foot of every page."""
        paragraph = self._document.sections[0].footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        run = paragraph.add_run(plain(text))
        run.font.size, run.font.color.rgb = Pt(self._size - 2), RGBColor.from_string(QUIET)

    def content(self) -> bytes:
        """The document as a file; the same texts give the same bytes."""
        saved, packed = io.BytesIO(), io.BytesIO()
        self._document.save(saved)
        with zipfile.ZipFile(saved) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                target.writestr(zipfile.ZipInfo(name, _FIRST_DAY), source.read(name), zipfile.ZIP_DEFLATED)
        return packed.getvalue()


def plain(text: str) -> str:
    """Text without the characters that no document can hold."""
    return _NOT_IN_XML.sub(" ", text).replace("\r\n", "\n").replace("\r", "\n")


def _keep_whole(row: Any, *, is_heading: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(["w:tblHeader"] if is_heading else [])):
        properties.append(OxmlElement(name))


def _rule_below(cell: Any, colour: str) -> None:
    borders, bottom = OxmlElement("w:tcBorders"), OxmlElement("w:bottom")
    for key, value in (("w:val", "single"), ("w:sz", "4"), ("w:color", colour)):
        bottom.set(qn(key), value)
    borders.append(bottom)
    cell._tc.get_or_add_tcPr().append(borders)
