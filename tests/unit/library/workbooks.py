"""Workbooks made by hand, so that they can be as wrong as nobody's spreadsheet would make them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
Cell = str | float
STYLES = (f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
          '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>')  # fmt: skip


def sheet(rows: str) -> str:
    """A worksheet with these ``<row>`` elements."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def row(cells: Sequence[Cell], number: int) -> str:
    """One row: text and numbers; a number below zero stands for a day, counted from 1900."""
    return f'<row r="{number}">{"".join(map(_cell, cells))}</row>'


def _cell(value: Cell) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if value < 0:
        return f'<c s="1"><v>{-value}</v></c>'
    return f"<c><v>{value!r}</v></c>"


def workbook(
    sheets: Mapping[str, Sequence[Sequence[Cell]] | str], hidden: str = "",
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:  # fmt: skip
    """The bytes of an .xlsx file. A sheet is given as rows or as its XML; ``more`` adds or replaces
    parts of the package."""
    parts: dict[str, str | bytes] = {"xl/styles.xml": STYLES}
    listed, linked = "", ""
    for number, (name, rows) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name == hidden else ""
        listed += f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="r{number}"{state}/>'
        linked += (f'<Relationship Id="r{number}" Type="{_DOCUMENT}/worksheet"'
                   f' Target="worksheets/sheet{number}.xml"/>')  # fmt: skip
        xml = rows if isinstance(rows, str) else sheet(
            "".join(row(cells, i) for i, cells in enumerate(rows, 1)))  # fmt: skip
        parts[f"xl/worksheets/sheet{number}.xml"] = xml
    linked += f'<Relationship Id="s" Type="{_DOCUMENT}/styles" Target="styles.xml"/>'
    parts["xl/workbook.xml"] = (f'<workbook xmlns="{MAIN}" xmlns:r="{_DOCUMENT}">'
                                f"<sheets>{listed}</sheets></workbook>")  # fmt: skip
    parts["xl/_rels/workbook.xml.rels"] = (f'<Relationships xmlns="{_PACKAGE}/relationships">'
                                           f"{linked}</Relationships>")  # fmt: skip
    parts["_rels/.rels"] = (f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="d"'
                            f' Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/>'
                            "</Relationships>")  # fmt: skip
    parts["[Content_Types].xml"] = f'<Types xmlns="{_PACKAGE}/content-types"/>'
    return packed({**parts, **(more or {})})


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()
