//! Tables of questions and answers, CSV or the first sheet of an XLSX: each row is a section.

use crate::read::{SECTIONS_MAX, Scope, Section};
use crate::{DocumentError, archive, text};
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;

const QUESTION: [&str; 4] = ["question", "title", "问题", "标题"];
const ANSWER: [&str; 5] = ["answer", "body", "答案", "内容", "回答"];
const SIMILAR: [&str; 5] = ["similar", "questions", "相似问", "相似问题", "similar questions"];
const CATEGORY: [&str; 2] = ["category", "分类"];
const AUDIENCE: [&str; 4] = ["audience", "对象", "可见范围", "受众"];
const FROM: [&str; 5] = ["valid from", "valid_from", "生效日期", "开始日期", "from"];
const UNTIL: [&str; 6] = ["valid until", "valid_until", "失效日期", "截止日期", "结束日期", "until"];
const PRODUCTS: [&str; 4] = ["products", "sku", "商品", "适用商品"];
/// Of a table that is read as it is, beside its header.
const ROWS_MAX: usize = 20_000;
const CELL_CHARS_MAX: usize = 50_000;

pub fn read_csv(_: &str, bytes: &[u8]) -> Result<Vec<Section>, DocumentError> {
    sections(csv_rows(bytes, SECTIONS_MAX + 1)?)
}

pub fn read_xlsx(_: &str, bytes: &[u8]) -> Result<Vec<Section>, DocumentError> {
    sections(xlsx_rows(bytes, SECTIONS_MAX + 1)?)
}

/// The cells of a CSV file, or of the first sheet of an XLSX; the header is the first row.
pub(crate) fn rows(name: &str, bytes: &[u8]) -> Result<Vec<Vec<String>>, DocumentError> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let rows = match ending.as_deref() {
        Some("csv" | "tsv" | "txt") => csv_rows(bytes, ROWS_MAX + 2)?,
        Some("xlsx") => xlsx_rows(bytes, ROWS_MAX + 2)?,
        _ => return Err(DocumentError::NoTable),
    };
    if rows.len() > ROWS_MAX + 1 { Err(DocumentError::TooManyRows { most: ROWS_MAX }) } else { Ok(rows) }
}

fn csv_rows(bytes: &[u8], most: usize) -> Result<Vec<Vec<String>>, DocumentError> {
    let text = text::decode(bytes);
    let tabs = text.lines().next().is_some_and(|line| line.contains('\t') && !line.contains(','));
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(if tabs { b'\t' } else { b',' }).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records().take(most) {
        rows.push(record.map_err(DocumentError::broken)?.iter().map(str::to_owned).collect());
    }
    Ok(rows)
}

fn xlsx_rows(bytes: &[u8], most: usize) -> Result<Vec<Vec<String>>, DocumentError> {
    archive::check(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(DocumentError::broken)?;
    let first = book.sheet_names().first().cloned().ok_or(DocumentError::NoColumns)?;
    let sheet = book.worksheet_range(&first).map_err(DocumentError::broken)?;
    let cell = |data: &Data| match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        data => data.to_string(),
    };
    Ok(sheet.rows().take(most).map(|row| row.iter().map(cell).collect()).collect())
}

fn sections(rows: Vec<Vec<String>>) -> Result<Vec<Section>, DocumentError> {
    let mut rows = rows.into_iter();
    let header = rows.next().unwrap_or_default();
    let column = |names: &[&str]| header.iter().position(|head| names.contains(&head.trim().to_lowercase().as_str()));
    let (Some(question), Some(answer)) = (column(&QUESTION), column(&ANSWER)) else { return Err(DocumentError::NoColumns) };
    let (similar, category) = (column(&SIMILAR), column(&CATEGORY));
    let scoped = [column(&AUDIENCE), column(&FROM), column(&UNTIL), column(&PRODUCTS)];
    let cell = |row: &[String], at: usize| {
        let text = row.get(at).map(|cell| cell.trim()).unwrap_or_default();
        qn_base::text::truncate(text, CELL_CHARS_MAX).to_owned()
    };
    let section = |(line, row): (usize, Vec<String>)| {
        let (title, body) = (cell(&row, question), cell(&row, answer));
        if title.is_empty() || body.is_empty() {
            return Ok(None);
        }
        let questions = similar.map(|at| parts(&cell(&row, at))).unwrap_or_default();
        let category = category.map(|at| cell(&row, at)).filter(|category| !category.is_empty());
        let [audience, from, until, products] = scoped.map(|at| at.map(|at| cell(&row, at)));
        let scope = match scoped.iter().all(Option::is_none) {
            true => None,
            false => Some(Scope {
                audience: audience.unwrap_or_default(),
                valid_from: date(from, line)?,
                valid_until: date(until, line)?,
                products: products.map(|all| parts(&all.replace([',', '，', '、'], "|"))).unwrap_or_default(),
            }),
        };
        Ok(Some(Section { path: vec![title], questions, category, body, scope }))
    };
    let read: Result<Vec<Option<Section>>, DocumentError> = (2..).zip(rows).map(section).collect();
    Ok(read?.into_iter().flatten().collect())
}

fn parts(cell: &str) -> Vec<String> {
    cell.split(['\n', '|', '；', ';']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn date(cell: Option<String>, line: usize) -> Result<Option<String>, DocumentError> {
    let Some(text) = cell.filter(|cell| !cell.is_empty()) else { return Ok(None) };
    let day = qn_base::date::read(&text);
    day.map(Some).ok_or_else(|| DocumentError::NoDate { line, text: qn_base::text::truncate(&text, 40).to_owned() })
}
