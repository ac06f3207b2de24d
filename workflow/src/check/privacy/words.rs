//! What things are called that say who somebody is: questions, values a model takes out, fields of other systems.

/// How words end for what says who somebody is, in lower case; a space begins a word.
const WHO: [&str; 36] = [
    "手机号",
    "电话",
    "电话号",
    "邮箱",
    "地址",
    "联系方式",
    "姓名",
    "身份证",
    "身份证号",
    "护照",
    "护照号",
    "银行卡",
    "银行卡号",
    "车牌",
    "车牌号",
    " phone",
    " phone number",
    " mobile",
    " mobile number",
    " telephone",
    " email",
    " mail",
    " address",
    " full name",
    " real name",
    " customer name",
    " contact name",
    " recipient",
    " id card",
    " id number",
    " passport",
    " passport number",
    " bank card",
    " card number",
    " plate",
    " plate number",
];
/// What fields are called besides.
const FIELDS: [&str; 31] = [
    "手机",
    "收件人",
    "收货人",
    "联系人",
    "客户名称",
    "客户名",
    "真实名",
    "证件号",
    " phone no",
    " mobile no",
    " mobile phone",
    " tel",
    " cell",
    " cellphone",
    " telephone number",
    " email address",
    " e mail",
    " idcard",
    " id card no",
    " id card number",
    " id no",
    " passport no",
    " bank card no",
    " bank account",
    " card no",
    " plate no",
    " license plate",
    " licence plate",
    " first name",
    " last name",
    " consignee",
];
/// A name below one of these is a person's.
const PEOPLE: [&str; 22] = [
    "customer",
    "contact",
    "receiver",
    "recipient",
    "consignee",
    "addressee",
    "sender",
    "buyer",
    "payer",
    "person",
    "user",
    "member",
    "patient",
    "passenger",
    "guest",
    "owner",
    "客户",
    "联系人",
    "收件人",
    "收货人",
    "寄件人",
    "会员",
];
/// What belongs to one of these, or to a machine, is nobody's.
const PLACES: [&str; 30] = [
    "store",
    "shop",
    "warehouse",
    "branch",
    "company",
    "merchant",
    "seller",
    "supplier",
    "vendor",
    "dealer",
    "office",
    "hotline",
    "support",
    "service",
    "ip",
    "mac",
    "web",
    "server",
    "template",
    "门店",
    "店铺",
    "仓库",
    "公司",
    "商家",
    "商户",
    "供应商",
    "客服",
    "网点",
    "ip地址",
    "mac地址",
];

/// `contact_phone`, 「问手机号码」, "Delivery address"; not `phone_model`.
pub(super) fn says_who(called: &str) -> bool {
    let called = spaced(called);
    called == " name" || ends(&called, &WHO)
}

/// A field of another system's answer: `receiver.phone`, `customer.name`, `手机号`; not `store.phone`, `product.name`.
pub(super) fn is_field_who(name: &str, parent: &str) -> bool {
    let called = spaced(name);
    if is_places(&called) || (ends_in_word(&spaced(parent), &PLACES) && !is_people(parent)) {
        return false;
    }
    if matches!(called.as_str(), " name" | " 名称" | " 名字") {
        return is_people(parent);
    }
    ends(&called, &WHO) || ends(&called, &FIELDS) || called.strip_suffix(" name").is_some_and(is_people)
}

/// What is below it is a person's.
pub(super) fn is_people(called: &str) -> bool {
    ends_in_word(&spaced(called), &PEOPLE)
}

/// It says whose the fields below it are.
pub(super) fn is_somebody(called: &str) -> bool {
    is_people(called) || is_places(&spaced(called))
}

fn is_places(called: &str) -> bool {
    PLACES.iter().any(|place| if place.is_ascii() { called.split(' ').any(|word| word == *place) } else { called.contains(place) })
}

fn ends(called: &str, words: &[&str]) -> bool {
    words.iter().any(|word| called.ends_with(word))
}

/// One of many is one as well.
fn ends_in_word(called: &str, words: &[&str]) -> bool {
    let last = called.rsplit(' ').next().unwrap_or_default();
    let one = last.strip_suffix('s').unwrap_or(last);
    words.iter().any(|word| if word.is_ascii() { *word == one || *word == last } else { last.ends_with(word) })
}

/// In lower case, each word behind a space: `contactPhone` and `contact_phone` are the same.
fn spaced(called: &str) -> String {
    let mut out = String::from(" ");
    let mut was_small = false;
    for c in called.trim().chars() {
        if matches!(c, '_' | '-' | '.') {
            out.push(' ');
        } else {
            if was_small && c.is_ascii_uppercase() {
                out.push(' ');
            }
            out.extend(c.to_lowercase());
        }
        was_small = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    out.trim_end_matches('码').trim_end().to_owned()
}
