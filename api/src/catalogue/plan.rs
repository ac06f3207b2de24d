//! What a sheet of products changes, by SKU: new ones are added, known ones changed, none removed. A column that the sheet lacks stays as it
//! is. A row that names another product in `variant_of` is a form of it; the forms a sheet gives of a product are all it has from then on.

use super::table::{self, Column, cents, skus, typed, whole, wrong};
use qn_api_types::product::{CreateProduct, WrongRow};
use qn_api_types::{Check, Invalid};
use qn_domain::{Product, ProductId, TenantId, Timestamp, Variant};
use std::collections::{HashMap, HashSet};

/// Rows told of at once.
const WRONG_MAX: usize = 200;

#[derive(Debug, Default)]
pub struct Plan {
    pub fresh: Vec<Product>,
    pub changed: Vec<Product>,
    pub unchanged: usize,
    pub wrong: Vec<WrongRow>,
}

/// A product as the sheet has it.
struct Told {
    line: usize,
    product: Product,
    before: Option<Product>,
    /// Its forms, and their lines.
    variants: Vec<(usize, Variant)>,
}

struct Row<'a> {
    line: usize,
    columns: &'a [Column],
    cells: &'a [String],
}

/// `rows` has the header first; `known` is the whole catalogue.
pub fn plan(rows: &[Vec<String>], known: Vec<Product>, tenant_id: &TenantId, now: Timestamp) -> Plan {
    let mut plan = Plan::default();
    let columns = table::header(rows.first().map(Vec::as_slice).unwrap_or_default());
    if !columns.contains(&Column::Sku) {
        plan.wrong.push(wrong(1, "sku", "第一行里没有 sku（货号）这一列", "the first row has no column sku"));
        return plan;
    }
    let mut known: HashMap<String, Product> = known.into_iter().map(|product| (product.sku.clone(), product)).collect();
    let rows: Vec<Row<'_>> = (1..).zip(rows).skip(1).map(|(line, cells)| Row { line, columns: &columns, cells }).collect();
    let rows: Vec<Row<'_>> = rows.into_iter().filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty())).collect();
    let (products, variants): (Vec<Row<'_>>, Vec<Row<'_>>) = rows.into_iter().partition(|row| row.cell(&Column::VariantOf).is_empty());
    let mut told: Vec<Told> = products.iter().map(|row| product(row, &mut known, tenant_id, now, &mut plan.wrong)).collect();
    for row in &variants {
        variant(row, &mut told, &mut known, &mut plan.wrong);
    }
    for one in &mut told {
        if !one.variants.is_empty() {
            one.product.variants = one.variants.iter().map(|(_, variant)| variant.clone()).collect();
        }
        one.product.settle();
        check(one, &mut plan.wrong);
    }
    repeated(&told, &known, &mut plan.wrong);
    plan.wrong.sort_by_key(|row| row.line);
    plan.wrong.truncate(WRONG_MAX);
    for Told { product, before, .. } in told {
        match before {
            None => plan.fresh.push(product),
            Some(before) if before == product => plan.unchanged += 1,
            Some(_) => plan.changed.push(product),
        }
    }
    plan
}

impl Row<'_> {
    fn cell(&self, wanted: &Column) -> &str {
        let at = self.columns.iter().position(|column| column == wanted);
        at.and_then(|at| self.cells.get(at)).map(|cell| cell.trim()).unwrap_or_default()
    }

    /// None where the sheet has no such column.
    fn given(&self, wanted: &Column) -> Option<&str> {
        self.columns.contains(wanted).then(|| self.cell(wanted))
    }

    fn price(&self, wrongs: &mut Vec<WrongRow>) -> Option<i64> {
        let (price, in_cents) = (self.cell(&Column::Price), self.cell(&Column::PriceCents));
        let (read, text) = if price.is_empty() { (whole(in_cents), in_cents) } else { (cents(price), price) };
        if read.is_none() && !text.is_empty() {
            let en = format!("{text:?} is not an amount such as 1299 or 19.90");
            wrongs.push(wrong(self.line, "price", format!("“{text}”不是金额，请写成 1299 或 19.90 这样"), en));
        }
        read
    }

    fn stock(&self, wrongs: &mut Vec<WrongRow>) -> Option<i64> {
        let text = self.cell(&Column::Stock);
        let read = whole(text);
        if read.is_none() && !text.is_empty() {
            wrongs.push(wrong(self.line, "stock", format!("“{text}”不是整数"), format!("{text:?} is not a whole number")));
        }
        read
    }
}

fn product(row: &Row<'_>, known: &mut HashMap<String, Product>, tenant_id: &TenantId, now: Timestamp, wrongs: &mut Vec<WrongRow>) -> Told {
    let sku = row.cell(&Column::Sku).to_owned();
    let before = known.remove(&sku);
    let mut product = before.clone().unwrap_or_else(|| blank(sku, tenant_id, now));
    let text = |column: &Column, to: &mut String| {
        if let Some(cell) = row.given(column).filter(|cell| !cell.is_empty()) {
            cell.clone_into(to);
        }
    };
    text(&Column::NameZh, &mut product.name_zh);
    text(&Column::NameEn, &mut product.name_en);
    text(&Column::Category, &mut product.category);
    if product.name_en.is_empty() {
        product.name_en.clone_from(&product.name_zh);
    }
    product.price_cents = row.price(wrongs).unwrap_or(product.price_cents);
    product.stock = row.stock(wrongs).unwrap_or(product.stock);
    if let Some(cell) = row.given(&Column::Accessories) {
        product.accessories = skus(cell);
    }
    for (column, cell) in row.columns.iter().zip(row.cells) {
        let (Column::Attribute(name), cell) = (column, cell.trim()) else { continue };
        if cell.is_empty() {
            product.attributes.remove(name);
        } else {
            product.attributes.insert(name.clone(), typed(cell));
        }
    }
    Told { line: row.line, product, before, variants: Vec::new() }
}

fn blank(sku: String, tenant_id: &TenantId, now: Timestamp) -> Product {
    let blank = CreateProduct {
        sku,
        name_zh: String::new(),
        name_en: String::new(),
        category: String::new(),
        price_cents: 0,
        stock: 0,
        attributes: serde_json::Map::new(),
        accessories: Vec::new(),
        variants: Vec::new(),
    };
    blank.into_product(ProductId::fresh(now), tenant_id.clone(), now)
}

fn variant(row: &Row<'_>, told: &mut Vec<Told>, known: &mut HashMap<String, Product>, wrongs: &mut Vec<WrongRow>) {
    let of = row.cell(&Column::VariantOf);
    if let Some(product) = known.remove(of) {
        told.push(Told { line: row.line, before: Some(product.clone()), product, variants: Vec::new() });
    }
    let Some(parent) = told.iter_mut().find(|one| one.product.sku == of) else {
        let en = format!("there is no product {of:?}, neither here nor in the catalogue");
        wrongs.push(wrong(row.line, "variant_of", format!("没有 SKU 为“{of}”的商品，表里和目录里都没有"), en));
        return;
    };
    let Some(options) = table::options(row.cell(&Column::Options)) else {
        wrongs.push(wrong(row.line, "options", "请写成“颜色=蓝色；容量=256GB”这样", "is written like color=blue; storage=256GB"));
        return;
    };
    let before = parent.product.variants.iter().find(|known| known.sku == row.cell(&Column::Sku));
    let price_cents = row.price(wrongs).or(before.map(|b| b.price_cents)).unwrap_or(parent.product.price_cents);
    let stock = row.stock(wrongs).or(before.map(|b| b.stock)).unwrap_or(0);
    parent.variants.push((row.line, Variant { sku: row.cell(&Column::Sku).to_owned(), options, price_cents, stock }));
}

/// By the same rules as a product that is saved over the API.
fn check(one: &mut Told, wrongs: &mut Vec<WrongRow>) {
    let p = one.product.clone();
    let mut body = CreateProduct {
        sku: p.sku,
        name_zh: p.name_zh,
        name_en: p.name_en,
        category: p.category,
        price_cents: p.price_cents,
        stock: p.stock,
        attributes: p.attributes,
        accessories: p.accessories,
        variants: p.variants.into_iter().map(Into::into).collect(),
    };
    let mut invalid: Vec<Invalid> = Vec::new();
    body.check(&mut invalid);
    wrongs.extend(invalid.into_iter().map(|one_wrong| {
        let variant = one_wrong.field.strip_prefix("variants[").and_then(|rest| rest.split_once("]."));
        let place = variant.and_then(|(at, field)| Some((one.variants.get(at.parse::<usize>().ok()?)?.0, field.to_owned())));
        let (line, column) = place.unwrap_or_else(|| (one.line, one_wrong.field.clone()));
        wrong(line, &column, one_wrong.zh, one_wrong.en)
    }));
}

/// An SKU names one thing.
fn repeated(told: &[Told], known: &HashMap<String, Product>, wrongs: &mut Vec<WrongRow>) {
    let mut seen: HashSet<&str> = known.values().flat_map(|product| product.skus()).collect();
    for one in told {
        let own = std::iter::once((one.line, one.product.sku.as_str()));
        let variants = one.product.variants.iter().enumerate();
        let forms = variants.map(|(at, variant)| (one.variants.get(at).map_or(one.line, |(line, _)| *line), variant.sku.as_str()));
        for (line, sku) in own.chain(forms) {
            if !seen.insert(sku) && !sku.is_empty() {
                let en = format!("{sku:?} is used for something else already");
                wrongs.push(wrong(line, "sku", format!("“{sku}”已经用在别的商品或规格上"), en));
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rows(csv: &str) -> Vec<Vec<String>> {
        csv.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    }

    fn planned(csv: &str, known: Vec<Product>) -> Plan {
        plan(&rows(csv), known, &"tnt_1".into(), 1_790_000_000_000)
    }

    #[test]
    fn a_sheet_becomes_products_with_their_forms() {
        let sheet = "sku,名称,name_en,分类,价格,库存,variant_of,规格,battery_mah\n\
            A,手机,Phone,phone,1999,,,,5000\nA-B,,,,2099,3,A,颜色=蓝色; 容量=256GB,\nA-W,,,,,2,A,颜色=白色; 容量=128GB,\n,,,,,,,,\nB,壳,Case,case,99,5,,,\n";
        let first = planned(sheet, vec![]);
        assert_eq!(first.wrong, []);
        let [phone, case] = &first.fresh[..] else { panic!("{first:?}") };
        assert_eq!((phone.price_cents, phone.stock, phone.variants.len(), case.stock), (199_900, 5, 2, 5));
        assert_eq!(phone.variants[0].options["storage"], "256GB");
        assert_eq!(phone.attributes["battery_mah"], json!(5000));
        let again = planned(sheet, first.fresh.clone());
        assert_eq!((again.fresh.len(), again.changed.len(), again.unchanged), (0, 0, 2));
        // A sheet of stocks alone leaves the rest as it is.
        let stocks = planned("sku,stock,variant_of,options\nB,9,,\n", first.fresh.clone());
        assert_eq!((stocks.changed[0].stock, stocks.changed[0].name_zh.as_str()), (9, "壳"));
        assert!(stocks.wrong.is_empty() && stocks.changed.len() == 1);
    }

    #[test]
    fn wrong_rows_are_named() {
        let sheet = "sku,name_zh,price,stock,variant_of,options\nA,甲,12x,many,,\n,乙,1,1,,\nA,丙,1,1,,\nC,,1,1,Z,color=red\nD,,1,1,A,red\nE,,1,1,A,color=red\n";
        let plan = planned(sheet, vec![]);
        let told: Vec<(i64, &str)> = plan.wrong.iter().map(|row| (row.line, row.column.as_str())).collect();
        assert_eq!(told, [(2, "price"), (2, "stock"), (3, "sku"), (4, "sku"), (5, "variant_of"), (6, "options")]);
        assert_eq!(planned("name\nA\n", vec![]).wrong[0].line, 1);
        assert_eq!(planned("sku,price\nA,1\n", vec![]).wrong[0].column, "name_zh");
    }
}
