"""Imports of questions and goods: any usual file, a report for each row, no way in for bad ones."""

from __future__ import annotations

import csv
import io
import random

import pytest

from bot.core.errors import BadInput
from bot.library.imports import workbook as books
from bot.library.imports.goods import import_catalogue
from bot.library.imports.questions import import_faq, made_id
from bot.library.imports.report import WORDS, Report
from bot.library.imports.sheet import letter
from bot.persona.faq import parse_faq
from bot.studio.catalogue import parse_catalogue
from tests.unit.library.workbooks import MAIN, packed, sheet, workbook

FAQ = (
    "id,question,similar,answer,topic\n"
    "brew-green,绿茶用多少度的水泡,绿茶几度水|绿茶开水直接冲行不行,80到85度。,冲泡\n"
    'ship,几天能到,,"江浙沪两天，\n其他三到五天。",\n'
)
GOODS = (
    "sku,name,price,valid_from,valid_to\n"
    "BZ-T01,晨雾绿茶 50克,68.00,2026-04-05,2027-12-31\nBZ-T02,巷口茉莉 50克,58.00,,\n"
)
HEADINGS = ["编号", "问题", "相似问法", "答案"]


def faq(rows: list[list[str]], current: str = FAQ, encoding: str = "utf-8") -> Report:
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return import_faq(made.getvalue().encode(encoding), "问答.csv", current, {"replies/price"})


def outcomes(report: Report) -> list[tuple[int, str, str]]:
    return [(line.line, line.outcome, line.key) for line in report.lines]


def test_rows_are_added_changed_and_left_and_none_is_removed() -> None:
    report = faq([
        HEADINGS,
        ["brew-green", "绿茶用多少度的水泡", "", "八十到八十五度。"],
        ["", "几天能到？", "", ""],
        ["", "能开发票吗", "开票吗|可以开票不；电子发票有吗", "template:replies/price"],
    ])  # fmt: skip
    made = made_id("能开发票吗")
    assert outcomes(report) == [(2, "changed", "brew-green"), (3, "changed", "ship"),
                                (4, "added", made)]  # fmt: skip
    assert report.counts == {"added": 1, "changed": 2, "unchanged": 0, "refused": 0}
    assert report.lines[0].message == "更新了答案"
    rows, found = parse_faq(report.text, "faq.csv")
    assert not found
    by_id = {row.id: row for row in rows}
    assert by_id["brew-green"].answer == "八十到八十五度。"
    assert by_id["brew-green"].similar == ("绿茶几度水", "绿茶开水直接冲行不行")
    assert by_id["brew-green"].topic == "冲泡"
    assert by_id["ship"].answer == "江浙沪两天，\n其他三到五天。"
    assert by_id[made].similar == ("开票吗", "可以开票不", "电子发票有吗")


def test_the_same_file_again_changes_nothing() -> None:
    rows = [HEADINGS, ["", "能开发票吗", "开票吗", "可以。"], ["ship", "几天能到", "", "两天。"]]
    first = faq(rows)
    again = faq(rows, first.text)
    assert again.counts == {"added": 0, "changed": 0, "unchanged": 2, "refused": 0}
    assert again.text == first.text
    assert first.changes
    assert not again.changes


def test_each_refused_row_says_where_why_and_what_to_do_and_the_others_are_taken() -> None:
    report = faq([
        HEADINGS,
        ["a", "", "", "没有问题的答案"],
        ["b", "泡几次", "", ""],
        ["c", "茶叶怎么存", "", "x" * 4001],
        ["d", "绿茶几度水", "", "八十度"],
        ["e", "多少钱", "", "template:replies/none"],
        ["f" * 121, "怎么退货", "", "找店员。"],
        ["g", "有会员吗", "", "有。"],
        ["g", "会员怎么办", "", "到店办。"],
        ["", "有 会员吗！", "", "有的。"],
    ])  # fmt: skip
    assert [(line.line, line.column, line.code) for line in report.lines] == [
        (2, "B", "empty"), (3, "D", "empty"), (4, "D", "long"), (5, "B", "taken"),
        (6, "D", "template"), (7, "A", "id"), (8, "", "added"), (9, "A", "twice"),
        (10, "B", "same_question"),
    ]  # fmt: skip
    assert not report.ok
    assert report.lines[3].message == "“绿茶几度水”已经是“brew-green”的一种问法"
    assert report.lines[7].message == "编号“g”和第 8 行重复"
    assert all(line.fix for line in report.lines if line.outcome == "refused")
    assert [row.id for row in parse_faq(report.text, "x")[0]] == ["brew-green", "ship", "g"]


def test_a_wording_that_a_row_gives_up_is_free_for_another() -> None:
    report = faq([
        HEADINGS, ["brew-green", "绿茶水温", "绿茶几度", "八十度"],
        ["cold", "绿茶开水直接冲行不行", "", "不行。"],
    ])  # fmt: skip
    assert report.ok


@pytest.mark.parametrize(
    ("encoding", "form"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("gbk", "gb18030"),
     ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("gb18030", "gb18030")],
)  # fmt: skip
def test_any_usual_encoding_is_read(encoding: str, form: str) -> None:
    report = faq([HEADINGS, ["x", "能不能刻字", "", "可以，半盏刻四个字。"]], encoding=encoding)
    assert report.form == form
    assert parse_faq(report.text, "x")[0][-1].answer == "可以，半盏刻四个字。"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_usual_separator_is_read_also_below_a_title(separator: str) -> None:
    rows = ["客服问答（2026 年 11 月）", "", separator.join(("序号", "标准问法*", "回复（必填）")),
            separator.join(("1", "能不能刻字", "可以"))]  # fmt: skip
    report = import_faq("\r\n".join(rows).encode(), "a.csv", "")
    assert outcomes(report) == [(4, "added", made_id("能不能刻字"))]
    assert report.ignored == ("序号",)


def test_the_line_of_a_row_is_where_it_starts() -> None:
    report = faq([HEADINGS, ["a", "一", "", "上\n下"], ["b", "二", "", ""]])
    assert [line.line for line in report.lines] == [2, 4]


def test_a_file_that_had_a_mark_and_more_columns_keeps_them() -> None:
    report = import_faq(
        "问题,答案,出处\n茶分几类,六类,GB/T 30766\n".encode(), "a.csv", "\ufeff" + FAQ
    )
    assert report.text.startswith("\ufeffid,question,similar,answer,topic,source\n")
    rows, found = parse_faq(report.text, "faq.csv")
    assert not found
    assert rows[-1].source == "GB/T 30766"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        ("随便写点什么\n".encode(), "no header was found"),
        ("问题,答案,回复\n".encode(), "two columns are answer"),
        ('问题,答案\n"一,二\n'.encode(), "not valid CSV"),
        (b"\x00\x01\x00\x00\xff\xff" * 9, "is not text"),
        (b"\xff\xff\xff,\xff", "is not text"),
        (books.OLD + b"\0" * 600, "an old .xls workbook, or one behind a password"),
        (books.BEGINS + b"nonsense", "no workbook that can be read"),
        (b"x" * (4 * 1024 * 1024 + 1), "is over 4 MB"),
        ("问题,答案\n".encode() + b"a,b\n" * 20_000, "over 20000 rows"),
    ],
)
def test_what_cannot_be_read_is_named_with_a_fix(content: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        import_faq(content, "a.csv", FAQ)
    assert str(caught.value).startswith("a.csv:")
    assert caught.value.fix


def test_a_broken_file_of_ours_is_not_built_upon() -> None:
    with pytest.raises(BadInput, match=r"personas/x/faq\.csv:2"):
        import_faq("问题,答案\n一,二\n".encode(), "a.csv", "id,question,similar,answer\na,b,,\n",
                   shown="personas/x/faq.csv")  # fmt: skip


def test_a_workbook_is_read_as_it_is_shown() -> None:
    content = workbook({
        "说明": [["这里写说明"]],
        "商品": [["半盏价目"], [], ["货号", "品名", "售价（元）", "生效日期", "失效日期", "库存"],
                 ["BZ-T03", "灶边红茶 50克", 72.0, -46023.0, "", 8.0],
                 ["BZ-T02", "", 0.1 + 0.2, "2026/1/1", "2027年12月31日", 9.0],
                 [1001.0, "纸巾", "¥ 1,299.5元", "", "", 1.0]],
        "作废": [["编号", "名称", "价格"], ["OLD", "旧货", 1.0]],
    }, hidden="作废")  # fmt: skip
    report = import_catalogue(content, "价目.xlsx", GOODS)
    assert report.form == "xlsx"
    assert report.ignored == ("库存",)
    assert [(line.sheet, line.line, line.outcome, line.key, line.message) for line in report.lines
            ] == [("商品", 4, "added", "BZ-T03", "新增"),
                  ("商品", 5, "changed", "BZ-T02", "更新了价格、生效、失效"),
                  ("商品", 6, "added", "1001", "新增")]  # fmt: skip
    assert report.text.splitlines()[2:] == [
        "BZ-T02,巷口茉莉 50克,0.30,2026-01-01,2027-12-31",
        "BZ-T03,灶边红茶 50克,72.00,2026-01-01,",
        "1001,纸巾,1299.50,,",
    ]
    assert len(parse_catalogue(report.text, "x")) == 4


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ("X,茶,面议,,", "C", "price"), ("X,茶,68.005,,", "C", "price"), ("X,茶,-68,,", "C", "price"),
        ("X,茶,$68,,", "C", "price"), ("X,茶,,,", "C", "empty"), ("X,,68,,", "B", "empty"),
        (",茶,68,,", "A", "empty"), ("X,茶,68,2026-02-30,", "D", "date"),
        ("X,茶,68,46023,", "D", "date"), ("X,茶,68,2026-03-01,2026-02-01", "E", "order"),
        (f"X,{'茶' * 201},68,,", "B", "long"), ("BZ-T01,茶,68,,2026-01-01", "E", "order"),
    ],
)  # fmt: skip
def test_a_good_that_is_not_right_is_refused(cells: str, column: str, code: str) -> None:
    report = import_catalogue(f"编号,名称,价格,生效,失效\n{cells}\n".encode("gbk"), "a.csv", GOODS)
    assert [(line.column, line.code) for line in report.lines] == [(column, code)]
    assert report.text == GOODS
    assert not report.changes


def test_the_value_of_a_formula_counts_and_macros_do_not() -> None:
    rows = ('<row r="1"><c t="inlineStr"><is><t>编号</t></is></c><c t="inlineStr"><is><t>价格</t>'
            '</is></c></row><row r="2"><c r="A2" t="str"><f>"BZ-"&amp;"T01"</f><v>BZ-T01</v></c>'
            "<c><f>SUM(1,2)</f><v>3</v></c></row>")  # fmt: skip
    content = workbook({"a": sheet(rows)}, more={"xl/vbaProject.bin": b"\0" * 99})
    report = import_catalogue(content, "a.xlsm", GOODS)
    assert [line.message for line in report.lines] == ["更新了价格"]
    assert parse_catalogue(report.text, "x")[0].price == 3


BOMB = packed({"xl/workbook.xml": b"<a>" + b" " * (49 * 1024 * 1024) + b"</a>"})
ENTITIES = ('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
            f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>')  # fmt: skip
# In UTF-16 it is a comment of Chinese characters, in UTF-8 it ends with a cell far out.
_CELL = b'--><c r="XFD1048576"/><!-- '
POLYGLOT = "\ufeff<?xml version='1.0' encoding='UTF-16'?><a><!--".encode(
    "utf-16-le") + _CELL + "--></a>".encode("utf-16-le")  # fmt: skip


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BOMB, "unpacks to over 48 MB"),
        (workbook({"a": sheet('<row r="1"><c r="XFD1"/></row>')}), "over 64 columns"),
        (workbook({"a": sheet('<row r="1048576"/>')}), "a row 1048576"),
        (workbook({"a": sheet('<row><c r="A1048576"/></row>')}), "a row 1048576"),
        (workbook({"a": sheet("<row>" + "<c/>" * 65 + "</row>")}), "over 64 columns"),
        (workbook({"a": sheet("<row/>" * 20_001)}), "a row 20001"),
        (workbook({"a": sheet('<row r="20000"/><row/>')}), "a row 20001"),
        (workbook({"a": sheet('<row r="1"><c r="a1"/></row>')}), "a cell 'a1'"),
        (workbook({"a": sheet('<row r="０"/>')}), "a row ０"),
        (workbook({"a": ENTITIES}), "declares entities"),
        (workbook({"a": []}, more={"xl/worksheets/sheet1.xml": POLYGLOT}), "no workbook that can be read"),
        (workbook({"a": "<a><b></a>"}), "no workbook that can be read"),
        (workbook({str(i): [["a"]] for i in range(17)}), "over 16 sheets"),
        (workbook({"a": [["a"]]}, more={f"x/{i}.xml": "<a/>" for i in range(500)}), "too many parts"),
        (packed({"word/document.xml": "<a/>"}), "is no Excel workbook"),
        (workbook({"a": [["a"]]})[:-30], "no workbook that can be read"),
    ],
)  # fmt: skip
def test_hostile_workbooks_are_refused(content: bytes, says: str) -> None:
    assert len(content) < 300_000
    with pytest.raises(BadInput, match=says) as caught:
        import_faq(content, "a.xlsx", FAQ)
    assert caught.value.fix


def test_a_part_that_is_no_xml_never_reaches_the_library() -> None:
    """A workbook may call any part a sheet."""
    links = ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
             '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
             'relationships/worksheet" Target="worksheets/far.bin"/></Relationships>')  # fmt: skip
    content = workbook({"a": [["a"]]}, more={
        "xl/_rels/workbook.xml.rels": links,
        "xl/worksheets/far.bin": sheet('<row r="1"><c r="A1"/><c r="XFD1048576"/></row>'),
    })  # fmt: skip
    with pytest.raises(BadInput, match="no workbook that can be read"):
        import_faq(content, "a.xlsx", FAQ)


def test_columns_are_named_as_spreadsheets_name_them() -> None:
    assert [letter(n) for n in (0, 25, 26, 63)] == ["A", "Z", "AA", "BL"]


def test_every_code_has_words_that_can_be_filled() -> None:
    facts = {"what": "价格", "value": "x", "other": 3, "most": 9, "why": "a", "fix": "b"}
    for message, fix in WORDS.values():
        assert message.format_map(facts)
        assert "{" not in fix.format_map(facts)


def test_damaged_files_are_read_or_refused_and_nothing_else() -> None:
    chance = random.Random(20261122)  # always the same
    seeds = [
        FAQ.encode("gbk"),
        FAQ.encode("utf-16"),
        workbook({"a": [["问题", "答案"], ["一", 2.5]]}),
    ]
    refused = 0
    for _ in range(300):
        content = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(content))
            content[place : place + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
        try:
            report = import_faq(bytes(content), "a.csv", FAQ)
        except BadInput:
            refused += 1
        else:
            assert not [one for one in parse_faq(report.text, "x")[1] if one.severity == "error"]
    assert 0 < refused < 300
