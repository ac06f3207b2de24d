//! Columns and cells of a sheet of products. Columns have English or Chinese names; every other column is an attribute.

use qn_api_types::product::WrongRow;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    Sku,
    NameZh,
    NameEn,
    Category,
    Price,
    PriceCents,
    Stock,
    Accessories,
    /// The SKU of the product that the row is a form of.
    VariantOf,
    Options,
    Attribute(String),
    /// Without a name.
    Nothing,
}

const NAMES: &[(Column, &[&str])] = &[
    (Column::Sku, &["sku", "货号", "商品编码"]),
    (Column::NameZh, &["name_zh", "name", "中文名", "中文名称", "名称", "商品名称"]),
    (Column::NameEn, &["name_en", "英文名", "英文名称"]),
    (Column::Category, &["category", "分类", "类目"]),
    (Column::Price, &["price", "价格", "售价"]),
    (Column::PriceCents, &["price_cents"]),
    (Column::Stock, &["stock", "库存"]),
    (Column::Accessories, &["accessories", "配件"]),
    (Column::VariantOf, &["variant_of", "所属商品"]),
    (Column::Options, &["options", "规格"]),
];

/// What people call the options that the bot knows words for.
const OPTIONS: &[(&str, &[&str])] = &[
    ("color", &["颜色", "colour"]),
    ("color_en", &["颜色英文", "英文颜色", "colour_en"]),
    ("size", &["尺码", "尺寸", "码数"]),
    ("storage", &["容量", "存储", "内存"]),
    ("spec", &["版本", "型号"]),
];

pub fn header(row: &[String]) -> Vec<Column> {
    let column = |cell: &String| {
        let name = cell.trim();
        let low = name.to_lowercase();
        match NAMES.iter().find(|(_, names)| names.contains(&low.as_str())) {
            Some((column, _)) => column.clone(),
            None if name.is_empty() => Column::Nothing,
            None => Column::Attribute(name.to_owned()),
        }
    };
    row.iter().map(column).collect()
}

/// 1299, 19.90, ¥1,299.00; in cents.
pub fn cents(price: &str) -> Option<i64> {
    let price: String = price.chars().filter(|c| !matches!(c, '¥' | '￥' | ',' | '，' | ' ')).collect();
    let price = price.strip_suffix('元').unwrap_or(&price);
    let (yuan, rest) = price.split_once('.').unwrap_or((price, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    // A spreadsheet writes 19.9 as 19.900000000000002 at worst; what people write has two places.
    let rest = if rest.len() > 2 && rest[2..].trim_matches('0').is_empty() { &rest[..2] } else { rest };
    if !digits(yuan) || !digits(rest) || rest.len() > 2 || yuan.is_empty() {
        return None;
    }
    let cents: i64 = format!("{rest:0<2}").parse().ok()?;
    yuan.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)
}

/// A spreadsheet may write 3 as 3.0.
pub fn whole(text: &str) -> Option<i64> {
    text.strip_suffix(".0").unwrap_or(text).replace(',', "").parse().ok()
}

/// Yes, no and numbers as what they are; everything else is text.
pub fn typed(text: &str) -> Value {
    match text {
        "true" | "yes" | "是" => Value::Bool(true),
        "false" | "no" | "否" => Value::Bool(false),
        _ => match text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<f64>().map(Value::from)) {
            Ok(number) if !number.is_null() => number,
            _ => Value::from(text),
        },
    }
}

pub fn skus(cell: &str) -> Vec<String> {
    cell.split([' ', '|', ';', ',', '，', '、']).filter(|sku| !sku.is_empty()).map(str::to_owned).collect()
}

/// `color=蓝色; storage=256GB`, or in Chinese 「颜色：蓝色；容量：256GB」. None for what is not written so.
pub fn options(cell: &str) -> Option<BTreeMap<String, String>> {
    let parts = cell.split([';', '；', '\n', '|', ',', '，']).map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once(['=', ':', '：'])?;
            let (name, value) = (name.trim().to_lowercase(), value.trim());
            let known = OPTIONS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(key, _)| (*key).to_owned());
            (!name.is_empty() && !value.is_empty()).then(|| (known.unwrap_or(name), value.to_owned()))
        })
        .collect::<Option<BTreeMap<_, _>>>()
        .filter(|options| !options.is_empty())
}

pub fn wrong(line: usize, column: &str, zh: impl Into<String>, en: impl Into<String>) -> WrongRow {
    WrongRow { line: i64::try_from(line).unwrap_or(i64::MAX), column: column.to_owned(), zh: zh.into(), en: en.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_are_read_as_people_write_them() {
        assert_eq!(
            [cents("12"), cents("0.5"), cents("¥1,299.00"), cents("19.900"), cents("99元")],
            [1_200, 50, 129_900, 1_990, 9_900].map(Some)
        );
        assert_eq!([cents("1.234"), cents("-1"), cents(""), cents("12x")], [None; 4]);
        assert_eq!([whole("3"), whole("3.0"), whole("1,200"), whole("many"), whole("3.5")], [Some(3), Some(3), Some(1200), None, None]);
        assert_eq!([typed("5000"), typed("是"), typed("IP68")], [json!(5000), json!(true), json!("IP68")]);
        let blue = BTreeMap::from([("color".to_owned(), "蓝色".to_owned()), ("storage".to_owned(), "256GB".to_owned())]);
        assert_eq!(options("颜色：蓝色；容量：256GB"), Some(blue.clone()));
        assert_eq!(options("color=蓝色; storage=256GB"), Some(blue));
        assert_eq!([options(""), options("蓝色")], [None, None]);
    }
}
