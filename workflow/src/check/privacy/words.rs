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

/// Whose address is no person's, right before the word: of pages and pictures, or of where goods go back to.
const THINGS: [&str; 43] = [
    "image",
    "img",
    "picture",
    "photo",
    "icon",
    "logo",
    "avatar",
    "file",
    "video",
    "audio",
    "page",
    "site",
    "website",
    "link",
    "url",
    "callback",
    "download",
    "upload",
    "api",
    "return",
    "warehouse",
    "store",
    "shop",
    "branch",
    "图片",
    "照片",
    "头像",
    "图标",
    "文件",
    "视频",
    "音频",
    "网页",
    "网站",
    "链接",
    "下载",
    "上传",
    "接口",
    "回调",
    "退货",
    "寄回",
    "仓库",
    "门店",
    "网点",
];
const ADDRESSES: [&str; 2] = [" address", "地址"];

/// `contact_phone`, 「问手机号码」, "Delivery address"; not `phone_model`, not 「选择门店地址」.
pub(super) fn says_who(called: &str) -> bool {
    let called = spaced(called);
    forms(&called).any(|one| !is_no_home(one) && (one == " name" || ends(one, &WHO)))
}

/// A field of another system's answer: `receiver.phone`, `customer.name`, `emails`, `手机号`; not `store.phone`, `product.name`.
pub(super) fn is_field_who(name: &str, parent: &str) -> bool {
    let called = spaced(name);
    if is_places(&called) || (ends_in_word(&spaced(parent), &PLACES) && !is_people(parent)) {
        return false;
    }
    forms(&called).any(|one| !is_no_home(one) && is_one_who(one, parent))
}

/// `phones`, `email_list`, `手机号列表`.
pub(super) fn is_many(name: &str) -> bool {
    singular(&spaced(name)).is_some_and(|one| is_one_who(one, ""))
}

fn is_one_who(called: &str, parent: &str) -> bool {
    if matches!(called, " name" | " 名称" | " 名字") {
        return is_people(parent);
    }
    ends(called, &WHO) || ends(called, &FIELDS) || called.strip_suffix(" name").is_some_and(is_people)
}

/// `image_address`, `return_address`, 「门店地址」.
fn is_no_home(called: &str) -> bool {
    ADDRESSES.iter().any(|word| called.strip_suffix(word).is_some_and(|before| ends_in_word(before, &THINGS)))
}

/// As it is, and as one of many.
fn forms(called: &str) -> impl Iterator<Item = &str> {
    [Some(called), singular(called)].into_iter().flatten()
}

fn singular(called: &str) -> Option<&str> {
    let is_whole = |one: &&str| one.ends_with("ss");
    let one = called.strip_suffix("列表").map(|one| one.trim_end_matches('码')).or_else(|| called.strip_suffix(" list"));
    let one = one.or_else(|| called.strip_suffix("es").filter(is_whole)).or_else(|| called.strip_suffix('s'))?;
    // A table has cells.
    (!one.ends_with(" cell")).then_some(one)
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
