//! Many rows as one bind value: a JSON array of arrays, unfolded inside the statement. One statement then writes a whole
//! group of commits, which is what makes group commit cheap on both databases.
//!
//! In SQL, `{each}` reads the rows of `$1`; column n is `value->>n` (text; cast integers).

use crate::args::Arg;
use crate::db::Dialect;
use std::io::Write;

/// Builds the array. Call `row` once per row and the column methods in order.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    json: Vec<u8>,
    count: usize,
}

impl Rows {
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// As statements count rows.
    pub fn len(&self) -> u64 {
        self.count as u64
    }

    pub fn row(&mut self) -> &mut Self {
        self.json.extend_from_slice(if self.count == 0 { b"[[" } else { b"],[" });
        self.count += 1;
        self
    }

    pub fn text(&mut self, value: &str) -> &mut Self {
        self.comma();
        append(&mut self.json, value);
        self
    }

    pub fn int(&mut self, value: i64) -> &mut Self {
        self.comma();
        append(&mut self.json, &value);
        self
    }

    pub fn text_or_null(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    pub fn int_or_null(&mut self, value: Option<i64>) -> &mut Self {
        match value {
            Some(n) => self.int(n),
            None => self.null(),
        }
    }

    /// A value kept as JSON text.
    pub fn json<T: serde::Serialize>(&mut self, value: &T) -> &mut Self {
        self.comma();
        self.json.push(b'"');
        append(&mut Quoted(&mut self.json), value);
        self.json.push(b'"');
        self
    }

    pub fn json_or_null<T: serde::Serialize>(&mut self, value: Option<&T>) -> &mut Self {
        match value {
            Some(v) => self.json(v),
            None => self.null(),
        }
    }

    fn null(&mut self) -> &mut Self {
        self.comma();
        self.json.extend_from_slice(b"null");
        self
    }

    fn comma(&mut self) {
        if !self.json.ends_with(b"[") {
            self.json.push(b',');
        }
    }

    pub fn finish(mut self) -> Vec<Arg> {
        self.json.extend_from_slice(if self.count == 0 { b"[]" } else { b"]]" });
        vec![Arg::Text(Some(String::from_utf8(self.json).unwrap_or_default()))]
    }
}

/// Writing to memory does not fail, and none of our columns is a value JSON cannot hold (a map with keys that are no text).
fn append<T: serde::Serialize + ?Sized>(to: &mut impl Write, value: &T) {
    let written = serde_json::to_writer(to, value);
    debug_assert!(written.is_ok(), "{written:?}");
}

/// Writes JSON as the inside of a JSON string. JSON itself has no other signs that a string must escape.
struct Quoted<'a>(&'a mut Vec<u8>);

impl Write for Quoted<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        for byte in bytes {
            if matches!(byte, b'"' | b'\\') {
                self.0.push(b'\\');
            }
            self.0.push(*byte);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A statement over `{each}`, with both texts made at compile time.
pub(crate) struct EachSql {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

impl EachSql {
    pub fn text(&self, dialect: Dialect) -> &'static str {
        dialect.pick(self.sqlite, self.postgres)
    }
}

/// SQLite's `jsonb_each` hands each row on parsed; `json_each` would write it out for every column to parse again.
/// `each_sql!("INSERT … SELECT … FROM ", " WHERE true …")`: the rows stand between the two halves.
macro_rules! each_sql {
    ($before:expr, $after:expr) => {
        $crate::each::EachSql {
            sqlite: concat!($before, "jsonb_each($1)", $after),
            postgres: concat!($before, "jsonb_array_elements(CAST($1 AS JSONB))", $after),
        }
    };
}
pub(crate) use each_sql;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_arrays_of_arrays() {
        let mut rows = Rows::default();
        rows.row().text("a\"b").int(1).text_or_null(None);
        rows.row().text("[").int(2).json(&vec!["x"]);
        let args = rows.finish();
        assert_eq!(args, vec![Arg::Text(Some(r#"[["a\"b",1,null],["[",2,"[\"x\"]"]]"#.to_owned()))]);
    }
}
