//! What a column holds. Roles are given by the caller or guessed from the header, then from the values; a guess is always told.

use crate::normal::{date::Date, email, phone, words};
use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The record's own key: names it in the output, proves nothing.
    Id,
    GivenName,
    Surname,
    /// A whole name in one column, in any order.
    Name,
    Phone,
    Email,
    Date,
    /// A street, a house, a building.
    Address,
    /// A city, a district.
    Place,
    /// A number somebody was given: an insurance number, a postcode, a member number.
    Code,
    /// A house number and other small numbers.
    Number,
    /// One of a few words: a state, a gender.
    Category,
    Text,
    /// A verified id of a person: equal ones are strong proof, and two different ones never become one person.
    UserId,
    /// Not looked at; the answer to the question asked, for instance.
    Ignored,
}

impl Role {
    pub const ALL: [Self; 15] = [
        Self::Id,
        Self::GivenName,
        Self::Surname,
        Self::Name,
        Self::Phone,
        Self::Email,
        Self::Date,
        Self::Address,
        Self::Place,
        Self::Code,
        Self::Number,
        Self::Category,
        Self::Text,
        Self::UserId,
        Self::Ignored,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::GivenName => "given_name",
            Self::Surname => "surname",
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Date => "date",
            Self::Address => "address",
            Self::Place => "place",
            Self::Code => "code",
            Self::Number => "number",
            Self::Category => "category",
            Self::Text => "text",
            Self::UserId => "user_id",
            Self::Ignored => "ignored",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == word)
    }

    pub fn is_compared(self) -> bool {
        !matches!(self, Self::Id | Self::Ignored)
    }
}

/// Words of a header, each list for one role; the first list with a word of the header wins.
const HEADERS: &[(Role, &[&str])] = &[
    (Role::Ignored, &["cluster", "label", "truth", "entity", "match", "gold"]),
    (Role::Email, &["email", "mail", "邮箱", "电子邮件"]),
    (Role::Phone, &["phone", "mobile", "tel", "telephone", "cell", "手机", "手机号", "电话", "联系电话"]),
    (Role::GivenName, &["given", "first", "firstname", "forename", "fname", "名"]),
    (Role::Surname, &["surname", "last", "lastname", "family", "lname", "姓", "姓氏"]),
    (Role::Date, &["dob", "birth", "birthday", "birthdate", "date", "出生日期", "生日", "日期"]),
    (
        Role::Code,
        &["postcode", "zip", "postal", "ssn", "soc", "passport", "licence", "license", "member", "身份证", "身份证号", "邮编", "会员号"],
    ),
    (Role::Number, &["number", "no", "house", "门牌", "门牌号"]),
    (Role::Category, &["state", "province", "country", "gender", "sex", "性别", "省", "省份", "国家"]),
    (Role::Place, &["city", "town", "suburb", "district", "county", "城市", "市", "区", "区县"]),
    (Role::Address, &["address", "addr", "street", "地址", "住址", "收货地址"]),
    (Role::Name, &["name", "fullname", "姓名", "名字", "收货人", "联系人"]),
];

/// The role of a column by its header, else by what it holds.
pub fn guess<'a>(header: &str, values: impl Iterator<Item = &'a str> + Clone) -> Role {
    let header = words(header);
    let by_header = HEADERS.iter().find(|(_, names)| header.iter().any(|w| names.contains(&w.as_str())));
    by_header.map_or_else(|| by_values(values), |(role, _)| *role)
}

/// The column that names the records: one whose header says id, or the first; its values differ.
pub fn id_column(headers: &[String], distinct: impl Fn(usize) -> bool) -> Option<usize> {
    let says_id = |h: &String| words(h).iter().any(|w| matches!(w.as_str(), "id" | "uid" | "uuid" | "编号" | "key"));
    let named = (0..headers.len()).find(|c| says_id(&headers[*c]) && distinct(*c));
    named.or_else(|| (!headers.is_empty() && distinct(0)).then_some(0))
}

const LOOKED_AT_MAX: usize = 2_000;

fn by_values<'a>(values: impl Iterator<Item = &'a str> + Clone) -> Role {
    let filled: Vec<&str> = values.filter(|v| !v.trim().is_empty()).take(LOOKED_AT_MAX).collect();
    let mostly = |is: &dyn Fn(&str) -> bool| !filled.is_empty() && filled.iter().filter(|v| is(v)).count() * 10 >= filled.len() * 7;
    let mut distinct = filled.clone();
    distinct.sort_unstable();
    distinct.dedup();
    if mostly(&|v| email::parts(v).is_some()) {
        Role::Email
    } else if mostly(&|v| Date::read(v).is_some_and(|d| d.year >= 1850 && d.year <= 2150)) {
        Role::Date
    } else if mostly(&|v| v.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c)) && phone::normal(v).is_some_and(|p| p.len() >= 10)) {
        Role::Phone
    } else if distinct.len() <= 60 && distinct.len() * 20 <= filled.len() {
        Role::Category
    } else if mostly(&|v| v.chars().filter(char::is_ascii_digit).count() * 2 > v.len()) {
        Role::Code
    } else {
        Role::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_then_values() {
        let none = || std::iter::empty::<&str>();
        for (header, role) in [
            ("given_name", Role::GivenName),
            ("date_of_birth", Role::Date),
            ("street_number", Role::Number),
            ("address_1", Role::Address),
            ("soc_sec_id", Role::Code),
            ("cluster", Role::Ignored),
            ("手机号", Role::Phone),
            ("姓名", Role::Name),
            ("E-mail", Role::Email),
        ] {
            assert_eq!(guess(header, none()), role, "{header}");
        }
        assert_eq!(guess("x", ["a@b.cn", "c@d.com"].into_iter()), Role::Email);
        assert_eq!(guess("x", ["1971-06-24", "1980-01-02"].into_iter()), Role::Date);
        assert_eq!(guess("x", ["13912345678", "13812345678"].into_iter()), Role::Phone);
        assert_eq!(guess("x", ["some words", "other words here"].into_iter()), Role::Text);
    }

    #[test]
    fn roles_have_stable_words() {
        assert!(Role::ALL.iter().all(|r| Role::parse(r.as_str()) == Some(*r)));
    }
}
