//! What a statement gave, bounded in rows and in size.

use qn_connector::{Failure, Kind, sql::Access};
use serde_json::{Value, json};

/// Rows that one statement may give; there may be more.
pub(crate) const ROWS_MAX: usize = 200;
const ANSWER_BYTES_MAX: usize = 512 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub rows: Vec<Value>,
    /// The statement gives rows, if only none this time.
    pub gives_rows: bool,
    pub more: bool,
    pub changed: u64,
    pub bytes: usize,
}

impl Answer {
    /// False: no more rows are wanted.
    pub fn take(&mut self, row: Value, bytes: usize) -> Result<bool, Failure> {
        if self.rows.len() >= ROWS_MAX {
            self.more = true;
            return Ok(false);
        }
        self.bytes += bytes;
        if self.bytes > ANSWER_BYTES_MAX {
            let en = format!("the answer is larger than {ANSWER_BYTES_MAX} bytes");
            return Err(Failure::new(Kind::Limit, en).zh(format!("返回内容超过 {} KiB", ANSWER_BYTES_MAX / 1024)));
        }
        self.rows.push(row);
        Ok(true)
    }

    pub fn into_value(self, access: Access) -> Value {
        match access {
            Access::Read => json!({"count": self.rows.len(), "more": self.more, "rows": self.rows}),
            Access::Write if self.gives_rows => json!({"changed": self.changed, "rows": self.rows}),
            Access::Write => json!({"changed": self.changed}),
        }
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::from("\\x"), |mut text, byte| {
        text.push_str(&format!("{byte:02x}"));
        text
    })
}
