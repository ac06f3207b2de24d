//! Records in columns, each value read once in the ways its role is compared: letters, words, sound, date, how common it is.

use super::role::{self, Role};
use crate::normal::{date::Date, email, fold, name, phone};
use crate::similarity::counts;
use rustc_hash::FxHashMap;

/// Columns that are compared; a pair's levels fit one number (`pattern`).
pub const COLUMNS_MAX: usize = 16;

/// Longer values are compared by their beginning.
const CHARS_MAX: usize = 128;

pub struct Table {
    pub ids: Vec<String>,
    pub columns: Vec<Column>,
    /// Pairs of columns whose values people put into each other's place: given name and surname, two lines of an address.
    pub siblings: Vec<(usize, usize)>,
    /// The verified user id of each record that has one.
    pub exclusive: Vec<Option<String>>,
}

pub struct Column {
    pub name: String,
    pub role: Role,
    /// None where the record says nothing.
    pub values: Vec<Option<Value>>,
    /// How many records say something.
    pub filled: usize,
    pub distinct: usize,
}

/// A value as its role compares it.
#[derive(Debug, Clone)]
pub struct Value {
    pub text: Box<str>,
    pub chars: Box<[char]>,
    /// Words in alphabetical order, joined: `wei zhang` for Zhang Wei.
    pub sorted: Box<str>,
    /// How it sounds (names); empty elsewhere.
    pub sound: Box<str>,
    pub date: Option<Date>,
    /// Records of the table with this very value.
    pub count: u32,
}

/// What reading a table can find wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    #[error("no column names the records: one must hold a different value in each row")]
    NoId,
    #[error("there is no column {0:?}")]
    NoColumn(String),
    #[error("no column is left to compare")]
    NothingToCompare,
    #[error("at most {COLUMNS_MAX} columns can be compared, here are {0}; mark some as ignored")]
    TooManyColumns(usize),
}

impl Table {
    /// `rows` have as many fields as `headers`; `given` names the roles of some columns.
    pub fn read(headers: &[String], rows: &[Vec<String>], given: &[(String, Role)]) -> Result<Self, TableError> {
        if let Some((unknown, _)) = given.iter().find(|(name, _)| !headers.contains(name)) {
            return Err(TableError::NoColumn(unknown.clone()));
        }
        let said = |c: usize| given.iter().find(|(name, _)| *name == headers[c]).map(|(_, role)| *role);
        let id = match (0..headers.len()).find(|c| said(*c) == Some(Role::Id)) {
            Some(id) => id,
            None => role::id_column(headers, |c| is_distinct(rows, c)).ok_or(TableError::NoId)?,
        };
        let mut columns = Vec::new();
        for (c, header) in headers.iter().enumerate().filter(|(c, _)| *c != id) {
            let role = said(c).unwrap_or_else(|| role::guess(header, rows.iter().map(|r| r[c].as_str())));
            if role.is_compared() {
                columns.push(Column::read(header, role, rows.iter().map(|r| r[c].as_str())));
            }
        }
        match columns.len() {
            0 => return Err(TableError::NothingToCompare),
            n if n > COLUMNS_MAX => return Err(TableError::TooManyColumns(n)),
            _ => {}
        }
        let siblings = siblings(&columns);
        let exclusive = columns.iter().find(|c| c.role == Role::UserId).map_or(Vec::new(), Column::texts);
        Ok(Self { ids: rows.iter().map(|r| r[id].trim().to_owned()).collect(), columns, siblings, exclusive })
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

fn is_distinct(rows: &[Vec<String>], c: usize) -> bool {
    let seen: rustc_hash::FxHashSet<&str> = rows.iter().map(|r| r[c].trim()).collect();
    seen.len() == rows.len() && !seen.contains("")
}

fn siblings(columns: &[Column]) -> Vec<(usize, usize)> {
    let place = |role: Role| columns.iter().position(|c| c.role == role);
    let mut pairs: Vec<(usize, usize)> = place(Role::GivenName).zip(place(Role::Surname)).into_iter().collect();
    let lines: Vec<usize> = (0..columns.len()).filter(|c| columns[*c].role == Role::Address).collect();
    pairs.extend(lines.windows(2).map(|w| (w[0], w[1])).take(1));
    pairs
}

impl Column {
    fn texts(&self) -> Vec<Option<String>> {
        self.values.iter().map(|v| v.as_ref().map(|v| v.text.to_string())).collect()
    }

    fn read<'a>(name: &str, role: Role, values: impl Iterator<Item = &'a str>) -> Self {
        let mut values: Vec<Option<Value>> = values.map(|v| Value::read(role, v)).collect();
        let counts: FxHashMap<Box<str>, u32> =
            counts(values.iter().flatten().map(|v| &*v.text)).into_iter().map(|(text, n)| (text.into(), n)).collect();
        for value in values.iter_mut().flatten() {
            value.count = counts.get(&value.text).copied().unwrap_or(1);
        }
        Self { name: name.to_owned(), role, filled: values.iter().flatten().count(), distinct: counts.len(), values }
    }
}

/// Words that say nothing.
const NOTHING: &[&str] = &["null", "none", "nan", "n/a", "na", "unknown", "undefined", "-", "无", "未知"];

impl Value {
    /// None for what says nothing, or is not what the role holds at all.
    pub fn read(role: Role, text: &str) -> Option<Self> {
        let folded = fold(text);
        if folded.is_empty() || NOTHING.contains(&folded.as_str()) {
            return None;
        }
        let date = (role == Role::Date).then(|| Date::read(&folded)).flatten();
        let text = match role {
            Role::Phone => phone::normal(&folded).unwrap_or(folded),
            Role::Email => email::normal(&folded).unwrap_or(folded),
            Role::Date => date.map_or(folded, Date::digits),
            // Ids keep their case.
            Role::UserId => text.trim().to_owned(),
            Role::Code => folded.chars().filter(|c| c.is_alphanumeric()).collect(),
            _ => folded,
        };
        if text.is_empty() {
            return None;
        }
        let is_name = matches!(role, Role::GivenName | Role::Surname | Role::Name);
        let spoken = if is_name { name::pinyin(&text) } else { text.clone() };
        let mut words: Vec<&str> = spoken.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        words.sort_unstable();
        let sound = if is_name { name::sound(&text) } else { String::new() };
        Some(Self {
            chars: text.chars().take(CHARS_MAX).collect(),
            sorted: words.join(" ").into(),
            sound: sound.into(),
            text: text.into(),
            date,
            count: 1,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|r| r.iter().map(|f| (*f).to_owned()).collect()).collect()
    }

    #[test]
    fn a_table_knows_its_key_and_its_siblings() {
        let headers: Vec<String> = ["name", "rec_id", "first_name", "surname", "cluster"].map(str::to_owned).to_vec();
        let table = Table::read(&headers, &rows(&[&["", "1", "Wei", "Zhang", "9"], &["", "2", "伟", "张", "9"]]), &[]).unwrap();
        assert_eq!(table.ids, ["1", "2"]);
        assert_eq!(table.columns.iter().map(|c| c.role).collect::<Vec<_>>(), [Role::Name, Role::GivenName, Role::Surname]);
        assert_eq!(table.siblings, [(1, 2)]);
        let given = table.columns[1].values[1].as_ref().unwrap();
        assert_eq!((&*given.sorted, &*given.text), ("wei", "伟"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let headers = vec!["a".to_owned()];
        assert_eq!(Table::read(&headers, &rows(&[&["x"], &["x"]]), &[]).err(), Some(TableError::NoId));
        assert_eq!(Table::read(&headers, &rows(&[&["x"], &["y"]]), &[]).err(), Some(TableError::NothingToCompare));
        let given = [("b".to_owned(), Role::Name)];
        assert_eq!(Table::read(&headers, &rows(&[&["x"]]), &given).err(), Some(TableError::NoColumn("b".into())));
    }
}
