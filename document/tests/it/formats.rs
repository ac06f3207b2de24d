//! What each kind of document becomes.

use crate::made::{docx, pdf, pdf_lines, xlsx};
use qn_document::{DocumentError, Section, read};

/// `path > path: body` of each section, its line ends as `/`.
fn told(name: &str, bytes: impl Into<Vec<u8>>) -> Vec<String> {
    let line = |s: Section| format!("{}: {}", s.path.join(" > "), s.body.replace('\n', "/"));
    read(name, bytes.into()).unwrap().sections.into_iter().map(line).collect()
}

#[test]
fn markdown_keeps_its_headings() {
    let text = "前言\n\n# 退货\n\n七天内。\n\n## 运费\n\n- 质量问题**免费**\n- 其他 12 元\n\n#### 小字\n\n细则。\n\n# 发票\n\n```\n# 不是标题\n```\n\n# 空的\n\n## 运费\n\n又一条\n\n# 退货\n\n再说一遍\n";
    assert_eq!(
        told("售后手册.md", text),
        [
            "售后手册: 前言",
            "退货: 七天内。",
            "退货 > 运费: - 质量问题**免费**/- 其他 12 元//#### 小字//细则。",
            "发票: ```/# 不是标题/```",
            "空的 > 运费: 又一条",
            "退货 (2): 再说一遍",
        ]
    );
}

#[test]
fn text_is_read_in_the_encodings_people_have() {
    assert_eq!(told("说明.txt", "一段\r\n\r\n两段"), ["说明: 一段//两段"]);
    assert_eq!(told("a.txt", [0xCD, 0xCB, 0xBB, 0xF5]), ["a: 退货"], "GB 18030");
    assert_eq!(told("a.txt", [0xFF, 0xFE, 0x00, 0x90]), ["a: 退"], "UTF-16");
    let long = "很长的一句话。".repeat(2_000);
    let sections = read("长.txt", long.clone().into_bytes()).unwrap().sections;
    assert!(sections.len() > 2 && sections.iter().all(|s| s.body.chars().count() <= 4_000));
    assert_eq!(sections.iter().map(|s| s.body.as_str()).collect::<String>(), long);
}

#[test]
fn html_keeps_meaning_and_nothing_that_runs() {
    let page = r#"<html><head><title>Returns &amp; refunds</title><style>p{}</style></head><body><nav>Home</nav>
        <p>Hello <b>there</b></p><h1>Returns</h1><p>Within <em>7</em> days.<br>See <a href="https://shop.example/r">the page</a>
        or <a href="javascript:alert(1)">this</a>.</p><script>alert(1)</script>
        <ol><li>Open<ul><li>the app</li></ul></li><li>Tap</li></ol>
        <h2>Fees</h2><table><tr><th>Item</th><th>Fee</th></tr><tr><td>Phone</td><td><p>12</p></td></tr></table><img src=x onerror=alert(1)></body></html>"#;
    assert_eq!(
        told("r.html", page),
        [
            "Returns & refunds: Hello **there**",
            "Returns: Within *7* days./See [the page](https://shop.example/r) or this.//1. Open/  - the app/2. Tap",
            "Returns > Fees: | Item | Fee |/| Phone | 12 |",
        ]
    );
}

#[test]
fn tables_of_questions_become_an_article_a_row() {
    let rows: &[&[&str]] =
        &[&["问题", "答案", "相似问", "分类"], &["怎么退货", "点申请售后", "退货流程|我要退货", "退换"], &["", "没有问题", "", ""]];
    let csv = rows.iter().map(|row| row.join(",")).collect::<Vec<_>>().join("\n");
    for (name, bytes) in [("faq.csv", csv.into_bytes()), ("faq.xlsx", xlsx(rows))] {
        let sections = read(name, bytes).unwrap().sections;
        let wanted = Section {
            scope: None,
            path: vec!["怎么退货".into()],
            questions: vec!["退货流程".into(), "我要退货".into()],
            category: Some("退换".into()),
            body: "点申请售后".into(),
        };
        assert_eq!(sections, [wanted], "{name}");
    }
    assert_eq!(read("a.csv", b"a,b\n1,2\n".to_vec()), Err(DocumentError::NoColumns));
}

#[test]
fn word_documents_keep_headings_lists_and_tables() {
    let p = |style: &str, text: &str| format!(r#"<w:p><w:pPr>{style}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"#);
    let heading = |n: usize, text: &str| p(&format!(r#"<w:pStyle w:val="{n}"/>"#), text);
    let item = |text: &str| p("<w:numPr/>", text);
    let row = |a: &str, b: &str| format!("<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>", p("", a), p("", b));
    let body = [
        heading(1, "保修"),
        p("", "一年 &amp; 免费"),
        heading(2, "家电"),
        item("冰箱"),
        item("空调"),
        format!("<w:tbl>{}{}</w:tbl>", row("品类", "年限"), row("冰箱", "3")),
        "<w:p><w:del><w:r><w:delText>删掉的</w:delText></w:r></w:del></w:p>".to_owned(),
    ];
    assert_eq!(told("x.docx", docx(&body.concat())), ["保修: 一年 & 免费", "保修 > 家电: - 冰箱/- 空调/| 品类 | 年限 |/| 冰箱 | 3 |"]);
}

#[test]
fn a_pdf_without_headings_is_one_section_whatever_its_pages() {
    assert_eq!(told("guide.pdf", pdf(&["Return within 7 days."])), ["guide: Return within 7 days."]);
    assert_eq!(told("guide.pdf", pdf(&["One.", "Two."])), ["guide: One.//Two."]);
    assert_eq!(read("scan.pdf", pdf(&[""])), Err(DocumentError::NoText));
}

#[test]
fn a_pdf_is_parted_at_what_is_printed_as_a_heading() {
    let pages = [
        vec![
            ("F1", 9, 800, "Care Handbook 2026"),
            ("F1", 24, 760, "Returns"),
            ("F1", 11, 730, "Goods can be sent back within 7 days of"),
            ("F1", 11, 715, "delivery. Keep the receipt."),
            ("F1", 16, 690, "Who pays for sending"),
            ("F1", 16, 670, "it back"),
            ("F1", 11, 650, "We do, when the goods are broken, and this"),
            ("F1", 9, 40, "- 1 -"),
        ],
        vec![
            ("F1", 9, 800, "Care Handbook 2026"),
            ("F1", 11, 760, "sentence goes on over the page."),
            ("F2", 11, 730, "Refunds"),
            ("F1", 11, 710, "Within 3 days."),
            ("F1", 24, 680, "Warranty"),
            ("F1", 11, 650, "Two years."),
            ("F1", 9, 40, "- 2 -"),
        ],
    ];
    let sections = [
        "Returns: Goods can be sent back within 7 days of delivery. Keep the receipt.",
        "Returns > Who pays for sending it back: We do, when the goods are broken, and this sentence goes on over the page.",
        "Returns > Who pays for sending it back > Refunds: Within 3 days.",
        "Warranty: Two years.",
    ];
    assert_eq!(told("guide.pdf", pdf_lines(&pages)), sections);
}
