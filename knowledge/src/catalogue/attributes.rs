//! How a stored attribute is told: its name, its unit, yes and no, in both languages. A company may give the words itself:
//! `colors_en` beside `colors` is what English readers see. Attributes unknown here are told by their own name.

use qn_domain::{Language, Product};
use serde_json::Value;

/// Attributes that steer answers and are never told: other names of the product, the families it helps with as an accessory, and why.
pub const ALIASES: &str = "aliases";
pub const HELPS: &str = "helps";
pub const WHY: &str = "why";
/// `discontinued` here means that the product is no longer made, and the other names the SKU that took its place.
const LIFECYCLE: &str = "lifecycle";
const SUCCESSOR: &str = "successor";
/// A flow, by its id or a title of it, that answers about the product offer to begin.
const NEXT_FLOW: &str = "next_flow";

/// (attribute, Chinese name, English name, Chinese unit, English unit)
const NAMES: &[(&str, &str, &str, &str, &str)] = &[
    ("water_resistance", "防水等级", "Water resistance", "", ""),
    ("depth_m", "可下水深度", "Depth under water", " 米", " m"),
    ("minutes", "水下时间", "Time under water", " 分钟", " min"),
    ("battery_days", "续航", "Battery life", " 天", " days"),
    ("battery_h", "续航", "Battery life", " 小时", " h"),
    ("battery_with_case_h", "加充电盒", "With the case", " 小时", " h"),
    ("running_min", "一次清扫", "Running time", " 分钟", " min"),
    ("battery_mah", "电池", "Battery", " mAh", " mAh"),
    ("energy_wh", "额定能量", "Energy", " Wh", " Wh"),
    ("wired_charging_w", "有线快充", "Wired charging", " W", " W"),
    ("wireless_charging_w", "无线充电", "Wireless charging", " W", " W"),
    ("wireless_charging", "无线充电", "Wireless charging", "", ""),
    ("full_charge_min", "充满", "Full charge", " 分钟", " min"),
    ("charge_10_min_gives_h", "充 10 分钟可用", "10 minutes of charging give", " 小时", " h"),
    ("power_w", "功率", "Power", " W", " W"),
    ("screen_inch", "屏幕", "Screen", " 英寸", "-inch"),
    ("storage_gb", "存储", "Storage", " GB", " GB"),
    ("memory_gb", "运行内存", "Memory", " GB", " GB"),
    ("weight_g", "重量", "Weight", " 克", " g"),
    ("weight_kg", "重量", "Weight", " 公斤", " kg"),
    ("size_mm", "尺寸", "Size", " 毫米", " mm"),
    ("height_mm", "高度", "Height", " 毫米", " mm"),
    ("length_m", "长度", "Length", " 米", " m"),
    ("cable_m", "线长", "Cable", " 米", " m"),
    ("strap_mm", "表带宽", "Strap", " 毫米", " mm"),
    ("nfc", "NFC", "NFC", "", ""),
    ("sim", "SIM 卡", "SIM", "", ""),
    ("esim", "eSIM", "eSIM", "", ""),
    ("cellular", "插卡上网", "Cellular", "", ""),
    ("noise_cancelling", "主动降噪", "Noise cancelling", "", ""),
    ("noise_cancelling_db", "降噪深度", "Depth", " 分贝", " dB"),
    ("noise_db", "噪音", "Noise", " 分贝", " dB"),
    ("bluetooth", "蓝牙", "Bluetooth", "", ""),
    ("dual_connection", "同时连两台设备", "Two devices at once", "", ""),
    ("in_the_box", "包装内有", "In the box", "", ""),
    ("warranty_months", "保修", "Warranty", " 个月", " months"),
    ("warranty_days", "保修", "Warranty", " 天", " days"),
    ("motor_warranty_months", "电机保修", "Motor", " 个月", " months"),
    ("compressor_warranty_months", "压缩机保修", "Compressor", " 个月", " months"),
    ("battery_warranty_months", "电池保修", "Battery", " 个月", " months"),
    ("gps", "GPS", "GPS", "", ""),
    ("energy_label", "能效等级", "Energy label", "", ""),
    ("capacity_kg", "容量", "Capacity", " 公斤", " kg"),
    ("capacity_l", "容量", "Capacity", " 升", " l"),
    ("persons", "适合人数", "Persons", " 人", ""),
    ("room_m2", "适用面积", "Room", " 平方米", " m²"),
    ("horsepower", "匹数", "Horsepower", " 匹", " HP"),
    ("cadr_m3h", "CADR", "CADR", " 立方米/小时", " m³/h"),
    ("filter_months", "滤芯更换周期", "Filter lasts", " 个月", " months"),
    ("replace_months", "更换周期", "Replace after", " 个月", " months"),
    ("washable", "可水洗", "Washable", "", ""),
    ("suction_pa", "吸力", "Suction", " Pa", " Pa"),
    ("climbs_cm", "越障高度", "Climbs", " 厘米", " cm"),
    ("spin_rpm", "脱水转速", "Spin speed", " 转/分", " rpm"),
    ("wifi", "Wi-Fi", "Wi-Fi", "", ""),
    ("fits", "适用", "Fits", "", ""),
    ("material", "材质", "Material", "", ""),
    ("inner_material", "内胆材质", "Inner material", "", ""),
    ("flight_allowed", "可带上飞机", "Allowed on planes", "", ""),
    ("certified_3c", "3C 认证", "3C certified", "", ""),
    ("colors", "颜色", "Colours", "", ""),
    ("color", "颜色", "Colour", "", ""),
];

/// The attribute's name in an answer.
pub fn name(key: &str, language: Language) -> String {
    match NAMES.iter().find(|n| n.0 == key) {
        Some((_, zh, en, ..)) => language.pick(zh, en).to_string(),
        None => key.replace('_', " "),
    }
}

/// The value as a customer reads it; none when the product has none.
pub fn told(product: &Product, key: &str, language: Language) -> Option<String> {
    let own = product.attributes.get(&format!("{key}_{}", language.pick("zh", "en")));
    if let Some(Value::String(text)) = own {
        return Some(text.clone());
    }
    let unit = NAMES.iter().find(|n| n.0 == key).map_or("", |n| language.pick(n.3, n.4));
    match product.attributes.get(key)? {
        Value::Bool(yes) => Some(yes_no(*yes, language).to_owned()),
        Value::Number(n) if n.as_f64() == Some(0.0) => Some(yes_no(false, language).to_owned()),
        Value::Number(n) => Some(format!("{n}{unit}")),
        Value::String(text) if text == "none" => Some(yes_no(false, language).to_owned()),
        Value::String(text) if !text.trim().is_empty() => {
            Some(if text.ends_with(|c: char| c.is_ascii_digit()) { format!("{text}{unit}") } else { text.clone() })
        }
        _ => None,
    }
}

fn yes_no(yes: bool, language: Language) -> &'static str {
    if yes { language.pick("支持", "yes") } else { language.pick("不支持", "no") }
}

/// A figure to compare by: a number, yes as 1, the first number of a text ("IP68" is 68); none of "none" is 0.
pub fn figure(product: &Product, key: &str) -> Option<f64> {
    match product.attributes.get(key)? {
        Value::Bool(yes) => Some(f64::from(u8::from(*yes))),
        Value::Number(n) => n.as_f64(),
        Value::String(text) if text == "none" => Some(0.0),
        Value::String(text) => {
            let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            digits.parse().ok()
        }
        _ => None,
    }
}

/// A list in one text, parted by commas in either script.
pub fn list<'a>(product: &'a Product, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let text = product.attributes.get(key).and_then(Value::as_str).unwrap_or_default();
    text.split([',', '，', '、', '|']).map(str::trim).filter(|part| !part.is_empty())
}

/// No longer made; it may still be in stock.
pub fn is_discontinued(product: &Product) -> bool {
    product
        .attributes
        .get(LIFECYCLE)
        .and_then(Value::as_str)
        .is_some_and(|stage| stage.eq_ignore_ascii_case("discontinued") || stage == "停产")
}

/// The SKU of what took a discontinued product's place.
pub fn successor(product: &Product) -> Option<&str> {
    product.attributes.get(SUCCESSOR).and_then(Value::as_str).filter(|_| is_discontinued(product))
}

pub fn next_flow(product: &Product) -> Option<&str> {
    product.attributes.get(NEXT_FLOW).and_then(Value::as_str).map(str::trim).filter(|flow| !flow.is_empty())
}

/// Not told to customers, and not asked for by name.
pub fn is_steering(key: &str) -> bool {
    [ALIASES, HELPS, LIFECYCLE, SUCCESSOR, NEXT_FLOW].contains(&key)
        || key.starts_with("why_")
        || key.ends_with("_zh")
        || key.ends_with("_en")
}

/// Cents as people write them: ¥4,999 or ¥19.90.
pub fn money(cents: i64) -> String {
    let (yuan, rest) = (cents / 100, cents % 100);
    let digits = yuan.to_string();
    let mut grouped = String::new();
    for (n, c) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(c);
    }
    if rest == 0 { format!("¥{grouped}") } else { format!("¥{grouped}.{rest:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_grouped() {
        assert_eq!([money(499_900), money(1_990), money(123_456_700)], ["¥4,999", "¥19.90", "¥1,234,567"]);
    }
}
