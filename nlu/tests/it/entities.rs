//! What is found in a text, as one line a find: `kind value [role] "words"`. Now is Saturday 2026-11-28, 10:30 in China.
#![allow(clippy::unwrap_used)]

use qn_base::Timestamp;
use qn_nlu::entity::{Bound, Catalogue, Context, Entity, Item, Pattern, Role, Value, find, masked};
use std::sync::OnceLock;

/// 2026-11-28T10:30:00+08:00
pub const NOW: Timestamp = 1_795_833_000_000;

pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    let item = |id: &str, names: &[&str]| Item { id: id.into(), names: names.iter().map(|n| (*n).to_owned()).collect() };
    CATALOGUE.get_or_init(|| {
        Catalogue::new(&[
            item("mate60", &["华为Mate 60", "Mate60", "Huawei Mate 60"]),
            item("mate60pro", &["华为Mate 60 Pro", "Mate 60 Pro", "Huawei Mate 60 Pro"]),
            item("watch", &["青鸟手表 GT", "Watch GT", "青鸟手表"]),
            item("buds", &["青鸟耳机", "Bluebird Earbuds", "蓝牙耳机"]),
            item("case", &["防水壳", "waterproof case"]),
            item("huawei", &["华为", "Huawei"]),
            item("robot", &["扫地机器人", "robot vacuum"]),
        ])
    })
}

pub fn entities(text: &str) -> Vec<Entity> {
    let patterns = [Pattern::new("shop", "QN-#{8}").unwrap()];
    find(text, &Context { now: NOW, offset_minutes: 480, patterns: &patterns, catalogue: Some(catalogue()) })
}

fn shown(text: &str) -> Vec<String> {
    entities(text).iter().map(|e| format!("{}{} \"{}\"", value(&e.value), role(e.role), &text[e.start..e.end])).collect()
}

fn role(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::From) => " from",
        Some(Role::To) => " to",
        None => "",
    }
}

fn bound(bound: Bound) -> &'static str {
    match bound {
        Bound::Exact => "",
        Bound::AtMost => "<=",
        Bound::AtLeast => ">=",
        Bound::About => "~",
    }
}

pub fn value(value: &Value) -> String {
    let local = |t: &Timestamp| {
        let at = jiff::tz::Offset::from_hours(8).unwrap().to_datetime(jiff::Timestamp::from_millisecond(*t).unwrap());
        at.strftime("%m-%dT%H:%M").to_string()
    };
    match value {
        Value::Phone { number } | Value::Plate { number } => format!("{} {number}", value.kind()),
        Value::Email { address } => format!("email {address}"),
        Value::Order { number, pattern } => format!("order {number} {pattern}"),
        Value::Money { cents, currency, bound: b } => format!("money {}{cents} {currency}", bound(*b)),
        Value::Quantity { amount, unit, bound: b } => format!("quantity {}{} {unit}", bound(*b), *amount as f64 / 10_000.0),
        Value::Time { from, to, grain } => format!("time {}..{} {grain:?}", local(from), local(to)),
        Value::Place { province, city } => format!("place {province}/{city}"),
        Value::IdCard { masked } | Value::BankCard { masked } => format!("{} {masked}", value.kind()),
        Value::Product { ids, .. } => format!("product {}", ids.join("+")),
    }
}

fn check(rows: &[(&str, &[&str])]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(text, expected)| (text, expected, shown(text)))
        .filter(|(_, expected, found)| found != *expected)
        .map(|(text, expected, found)| format!("{text}\n  expected {expected:?}\n  found    {found:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_last_word_of_a_name_with_an_error() {
    check(&[
        ("mate 60 prp 多少钱", &["product mate60pro \"mate 60 prp\""]),
        ("how much is the Mate 60 Proo", &["product mate60pro \"Mate 60 Proo\""]),
        ("mate60por", &["product mate60pro \"mate60por\""]),
        ("mate 60 pre order", &["product mate60 \"mate 60\""]),
        ("mate 60 price", &["product mate60 \"mate 60\""]),
        ("mate 60 pr", &["product mate60 \"mate 60\""]),
    ]);
}

#[test]
fn phones_and_mail() {
    check(&[
        ("我电话13812345678，请回", &["phone +8613812345678 \"13812345678\""]),
        ("138 1234 5678", &["phone +8613812345678 \"138 1234 5678\""]),
        ("+86 138-1234-5678", &["phone +8613812345678 \"+86 138-1234-5678\""]),
        ("座机010-62345678", &["phone +861062345678 \"010-62345678\""]),
        ("call me at +1 415 555 2671 please", &["phone +14155552671 \"+1 415 555 2671\""]),
        ("客服4008123123", &["phone 4008123123 \"4008123123\""]),
        ("23812345678", &[]),
        ("138123456789", &[]),
        ("发到Li.Lei@Example.COM。", &["email li.lei@example.com to \"Li.Lei@Example.COM\""]),
        ("a@b, @you, x@.com", &[]),
        ("１３８１２３４５６７８", &["phone +8613812345678 \"１３８１２３４５６７８\""]),
    ]);
}

#[test]
fn orders_cards_and_plates() {
    check(&[
        ("订单QN-20261111到哪了", &["order QN-20261111 shop \"QN-20261111\""]),
        ("顺丰sf1234567890123", &["order SF1234567890123 sf \"sf1234567890123\""]),
        ("my order number is 88A1234567", &["order 88A1234567 named \"88A1234567\""]),
        ("单号：202611280001", &["order 202611280001 named \"202611280001\""]),
        ("订单什么时候到", &[]),
        ("身份证11010519491231002X", &["id_card **************002X \"11010519491231002X\""]),
        ("身份证110105194912310021", &[]),
        ("卡号6222 0200 0000 0000 008", &[]),
        ("银行卡4111 1111 1111 1111", &["bank_card ************1111 \"4111 1111 1111 1111\""]),
        ("card 5500005555555559 was charged", &["bank_card ************5559 \"5500005555555559\""]),
        ("车牌京A·12345", &["plate 京A12345 \"京A·12345\""]),
        ("粤B12345D", &["plate 粤B12345D \"粤B12345D\""]),
    ]);
    let text = "卡4111 1111 1111 1111，证11010519491231002X，谢谢";
    assert_eq!(masked(text, &entities(text)), "卡************1111，证**************002X，谢谢");
}

#[test]
fn money_and_quantities() {
    check(&[
        ("¥1,299.50可以吗", &["money 129950 CNY \"¥1,299.50\""]),
        ("两百五十块钱", &["money 25000 CNY \"两百五十块钱\""]),
        ("3块5一斤", &["money 350 CNY \"3块5\"", "quantity 500 g \"一斤\""]),
        ("1.2万元", &["money 1200000 CNY \"1.2万元\""]),
        ("500以下的耳机", &["money <=50000 CNY \"500以下\""]),
        ("不超过300元", &["money <=30000 CNY \"300元\""]),
        ("phones under $500", &["money <=50000 USD \"$500\""]),
        ("it cost 30 dollars", &["money 3000 USD \"30 dollars\""]),
        ("1.5公斤左右", &["quantity ~1500 g \"1.5公斤左右\""]),
        ("5000mAh的电池", &["quantity 5000 mah \"5000mAh\""]),
        ("买三件", &["quantity 3 piece \"三件\""]),
        ("two hours", &["quantity 7200 s \"two hours\""]),
        ("6.1英寸屏幕", &["quantity 6.1 inch \"6.1英寸\""]),
        ("打八折20%", &["quantity 20 % \"20%\""]),
        ("一点都不好，万一坏了", &[]),
    ]);
}

#[test]
fn times_zh() {
    check(&[
        ("前天买的", &["time 11-26T00:00..11-27T00:00 Day \"前天\""]),
        ("上周三下午", &["time 11-18T12:00..11-18T18:00 PartOfDay \"上周三下午\""]),
        ("上周三下午三点半", &["time 11-18T15:30..11-18T15:31 Minute \"上周三下午三点半\""]),
        ("双十一下的单", &["time 11-11T00:00..11-12T00:00 Day \"双十一\""]),
        ("月底能到吗", &["time 11-26T00:00..12-01T00:00 Week \"月底\""]),
        ("上个月的账单", &["time 10-01T00:00..11-01T00:00 Month \"上个月\""]),
        ("上个月15号", &["time 10-15T00:00..10-16T00:00 Day \"上个月15号\""]),
        ("下周一", &["time 11-30T00:00..12-01T00:00 Day \"下周一\""]),
        ("这周末有货吗", &["time 11-28T00:00..11-30T00:00 Day \"这周末\""]),
        ("3天前", &["time 11-25T00:00..11-26T00:00 Day \"3天前\""]),
        ("半个小时前", &["time 11-28T10:00..11-28T10:01 Minute \"半个小时前\""]),
        ("两周后", &["time 12-12T00:00..12-13T00:00 Day \"两周后\""]),
        ("2026年11月11日", &["time 11-11T00:00..11-12T00:00 Day \"2026年11月11日\""]),
        ("11月11号晚上8点", &["time 11-11T20:00..11-11T21:00 Hour \"11月11号晚上8点\""]),
        ("2026-11-11 15:30", &["time 11-11T15:30..11-11T15:31 Minute \"2026-11-11 15:30\""]),
        ("今晚", &["time 11-28T18:00..11-29T00:00 PartOfDay \"今晚\""]),
        ("明天上午十点", &["time 11-29T10:00..11-29T11:00 Hour \"明天上午十点\""]),
        ("去年3月", &["time 03-01T00:00..04-01T00:00 Month \"去年3月\""]),
        ("最近三天", &["time 11-25T00:00..11-29T00:00 Day \"最近三天\""]),
        ("春节前能到吗", &["time 02-06T00:00..02-07T00:00 Day \"春节\""]),
        ("3号楼", &[]),
    ]);
}

#[test]
fn times_en() {
    check(&[
        ("I bought it yesterday", &["time 11-27T00:00..11-28T00:00 Day \"yesterday\""]),
        ("last Friday", &["time 11-27T00:00..11-28T00:00 Day \"last Friday\""]),
        ("last Saturday", &["time 11-21T00:00..11-22T00:00 Day \"last Saturday\""]),
        ("next week please", &["time 11-30T00:00..12-07T00:00 Week \"next week\""]),
        ("next Friday at 3pm", &["time 12-04T15:00..12-04T16:00 Hour \"next Friday at 3pm\""]),
        ("3 days ago", &["time 11-25T00:00..11-26T00:00 Day \"3 days ago\""]),
        ("in two hours", &["time 11-28T12:30..11-28T12:31 Minute \"in two hours\""]),
        ("on November 11th, 2026", &["time 11-11T00:00..11-12T00:00 Day \"November 11th, 2026\""]),
        ("11 Nov", &["time 11-11T00:00..11-12T00:00 Day \"11 Nov\""]),
        ("by the end of the month", &["time 11-26T00:00..12-01T00:00 Week \"the end of the month\""]),
        ("tomorrow morning", &["time 11-29T06:00..11-29T12:00 PartOfDay \"tomorrow morning\""]),
        ("5pm on Friday", &["time 11-27T17:00..11-27T18:00 Hour \"5pm on Friday\""]),
        ("Black Friday deal", &["time 11-27T00:00..11-28T00:00 Day \"Black Friday\""]),
        ("you may march on", &[]),
    ]);
}

#[test]
fn places_and_roles() {
    check(&[
        ("从上海寄到北京", &["place 上海/上海 from \"上海\"", "place 北京/北京 to \"北京\""]),
        ("上海到深圳多久", &["place 上海/上海 from \"上海\"", "place 广东/深圳 to \"深圳\""]),
        ("浙江省杭州市西湖区", &["place 浙江/杭州 \"浙江省杭州市\""]),
        ("广西能送吗", &["place 广西/ \"广西\""]),
        ("from Shanghai to Beijing", &["place 上海/上海 from \"Shanghai\"", "place 北京/北京 to \"Beijing\""]),
        ("ship to Hong Kong", &["place 香港/香港 to \"Hong Kong\""]),
        ("海南航空的机票", &[]),
        ("白银项链", &[]),
        ("寄到白银市", &["place 甘肃/白银 to \"白银市\""]),
        ("呼和浩特", &["place 内蒙古/呼和浩特 \"呼和浩特\""]),
        ("南京路", &[]),
    ]);
}

#[test]
fn products_by_any_name() {
    check(&[
        ("华为Mate 60多少钱", &["product mate60 \"华为Mate 60\""]),
        ("mate60pro防水吗", &["product mate60pro \"mate60pro\""]),
        ("青鸟耳机和防水壳", &["product buds \"青鸟耳机\"", "product case \"防水壳\""]),
        ("青鸟手标防水吗", &["product watch \"青鸟手标\""]),
        ("花为怎么样", &["product huawei \"花为\""]),
        ("saodijiqiren怎么用", &["product robot \"saodijiqiren\""]),
        ("my bluebrid earbuds broke", &["product buds \"bluebrid earbuds\""]),
        ("Mate 70好吗", &[]),
        ("the material is soft", &[]),
        ("waterproof case", &["product case \"waterproof case\""]),
    ]);
}
