//! One statement with named parameters, read into what a database takes. Stricter than any of them, so that what we read is what they
//! read: one statement, no comments, no escapes with backslashes, no placeholders but ours.

use super::definition::Access;
use crate::Failure;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Postgres,
    Mysql,
    Sqlite,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// With the database's own placeholders, without an ending `;`.
    pub text: String,
    /// What is bound, in the order of the placeholders.
    pub names: Vec<String>,
    /// Words outside of quotes, in lower case.
    words: Vec<String>,
}

const READING: [&str; 3] = ["select", "with", "values"];
const WRITING: [&str; 5] = ["insert", "update", "delete", "replace", "with"];
/// Of a statement that begins with `with` and should read.
const CHANGING: [&str; 4] = ["insert", "update", "delete", "merge"];

impl Statement {
    pub fn read(sql: &str, dialect: Dialect) -> Result<Statement, Failure> {
        let sql = sql.trim().trim_end_matches(';').trim_end();
        let mut reader = Reader { rest: sql, dialect, out: Statement { text: String::new(), names: Vec::new(), words: Vec::new() } };
        while !reader.rest.is_empty() {
            reader.step()?;
        }
        Ok(reader.out)
    }

    /// Whether the statement names this word outside of quotes.
    pub fn says(&self, word: &str) -> bool {
        self.words.iter().any(|said| said == word)
    }

    /// What a statement may begin with. That a reading one changes nothing is the database's to see to.
    pub fn check(&self, access: Access) -> Result<(), Failure> {
        let first = self.words.first().map(String::as_str).unwrap_or_default();
        let begins = self.text.get(..first.len()).is_some_and(|start| start.eq_ignore_ascii_case(first)) && !first.is_empty();
        let changes = first == "with" && CHANGING.iter().any(|word| self.says(word));
        match access {
            Access::Read if !begins || !READING.contains(&first) || changes || self.says("into") => {
                Err(Failure::invalid("a reading statement is a SELECT, WITH … SELECT or VALUES")
                    .zh("读取语句只能是 SELECT、WITH … SELECT 或 VALUES"))
            }
            Access::Write if !begins || !WRITING.contains(&first) => {
                Err(Failure::invalid("a writing statement is an INSERT, UPDATE, DELETE or REPLACE")
                    .zh("写入语句只能是 INSERT、UPDATE、DELETE 或 REPLACE"))
            }
            _ => Ok(()),
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
    dialect: Dialect,
    out: Statement,
}

impl Reader<'_> {
    fn step(&mut self) -> Result<(), Failure> {
        let Some(c) = self.rest.chars().next() else { return Ok(()) };
        let next = self.rest[c.len_utf8()..].chars().next().unwrap_or(' ');
        let (postgres, mysql) = (self.dialect == Dialect::Postgres, self.dialect == Dialect::Mysql);
        match c {
            '\'' | '"' | '`' => self.quoted(c),
            '[' if self.dialect == Dialect::Sqlite => self.quoted(']'),
            ':' if next == ':' => self.copy(2),
            ':' if is_start(next) => self.parameter(),
            ':' if next == '=' && !postgres => Err(unknown(":=")),
            '-' if next == '-' => Err(comment("--")),
            '/' if next == '*' => Err(comment("/*")),
            '#' if mysql => Err(comment("#")),
            ';' => Err(Failure::invalid("is one statement: nothing follows a ;").zh("只能有一条语句，; 后面不能再有内容")),
            '$' | '@' if !postgres => Err(unknown(&c.to_string())),
            '$' => Err(unknown("$")),
            '?' if !postgres => Err(unknown("?")),
            '\\' => Err(unknown("\\")),
            c if c.is_control() && !c.is_whitespace() => Err(unknown("control character")),
            c if is_start(c) => {
                let end = self.word();
                self.out.words.push(self.rest[..end].to_lowercase());
                self.copy(end)
            }
            c if c.is_ascii_digit() => {
                let end = self.word();
                self.copy(end)
            }
            c => self.copy(c.len_utf8()),
        }
    }

    fn copy(&mut self, bytes: usize) -> Result<(), Failure> {
        self.out.text.push_str(&self.rest[..bytes]);
        self.rest = &self.rest[bytes..];
        Ok(())
    }

    fn word(&self) -> usize {
        self.rest.find(|c: char| !is_inside(c)).unwrap_or(self.rest.len())
    }

    /// Up to the closing sign, which stands for itself when it is doubled.
    fn quoted(&mut self, close: char) -> Result<(), Failure> {
        let mut at = 1;
        loop {
            let found =
                self.rest[at..].find([close, '\\']).ok_or_else(|| Failure::invalid("has a quote that does not end").zh("引号没有结束"))?;
            let end = at + found;
            if self.rest[end..].starts_with('\\') {
                return Err(
                    Failure::invalid("has a backslash inside quotes: give such texts as inputs").zh("引号内不能有反斜杠，请改用输入")
                );
            }
            if self.rest[end + 1..].starts_with(close) {
                at = end + 2;
                continue;
            }
            return self.copy(end + 1);
        }
    }

    fn parameter(&mut self) -> Result<(), Failure> {
        self.rest = &self.rest[1..];
        let end = self.word();
        let name = self.rest[..end].to_owned();
        self.rest = &self.rest[end..];
        if self.dialect == Dialect::Mysql {
            self.out.names.push(name);
            self.out.text.push('?');
            return Ok(());
        }
        let known = self.out.names.iter().position(|known| *known == name);
        let place = known.unwrap_or_else(|| {
            self.out.names.push(name);
            self.out.names.len() - 1
        });
        self.out.text.push_str(&format!("${}", place + 1));
        Ok(())
    }
}

fn is_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_inside(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn comment(sign: &str) -> Failure {
    Failure::invalid(format!("has no comments ({sign}); say it in the description")).zh(format!("不能有注释（{sign}），请写在说明里"))
}

fn unknown(sign: &str) -> Failure {
    Failure::invalid(format!("cannot have {sign} here; inputs are written as :name")).zh(format!("这里不能使用 {sign}，输入写作 :名称"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(sql: &str, dialect: Dialect) -> (String, Vec<String>) {
        let statement = Statement::read(sql, dialect).unwrap();
        (statement.text, statement.names)
    }

    #[test]
    fn names_become_placeholders_outside_of_quotes_only() {
        let sql = "SELECT no, ':x', \"a:b\", at::date FROM o WHERE buyer = :buyer AND (no = :no OR :no = '') AND n = 'it''s :y';";
        let wanted = "SELECT no, ':x', \"a:b\", at::date FROM o WHERE buyer = $1 AND (no = $2 OR $2 = '') AND n = 'it''s :y'";
        assert_eq!(read(sql, Dialect::Postgres), (wanted.to_owned(), vec!["buyer".to_owned(), "no".to_owned()]));
        let (text, names) = read("SELECT * FROM `订单` WHERE a = :甲 AND b = :b OR c = :甲", Dialect::Mysql);
        assert_eq!((text.as_str(), names.len()), ("SELECT * FROM `订单` WHERE a = ? AND b = ? OR c = ?", 3));
        assert_eq!(read("SELECT [a:b] FROM t WHERE x=:x", Dialect::Sqlite).0, "SELECT [a:b] FROM t WHERE x=$1");
        assert_eq!(read("SELECT d->>'a' FROM t WHERE d @> '{}' AND d ? 'k'", Dialect::Postgres).1.len(), 0);
    }

    #[test]
    fn what_could_be_read_otherwise_is_refused() {
        for (sql, dialects) in [
            ("SELECT 1; DELETE FROM o", &[Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite][..]),
            ("SELECT 1 -- x", &[Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite]),
            ("SELECT /*!50000 1 */", &[Dialect::Mysql]),
            ("SELECT 1 # x", &[Dialect::Mysql]),
            ("SELECT $$a;b$$", &[Dialect::Postgres]),
            ("SELECT $1", &[Dialect::Postgres, Dialect::Sqlite]),
            ("SELECT ?", &[Dialect::Mysql, Dialect::Sqlite]),
            ("SELECT @a := 1", &[Dialect::Mysql]),
            ("SELECT 'a\\' OR 1=1", &[Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite]),
            ("SELECT 'a", &[Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite]),
            ("SELECT 1\0", &[Dialect::Sqlite]),
        ] {
            for dialect in dialects {
                assert!(Statement::read(sql, *dialect).is_err(), "{sql} {dialect:?}");
            }
        }
    }

    #[test]
    fn a_statement_is_of_the_kind_it_says() {
        let check = |sql: &str, access| Statement::read(sql, Dialect::Postgres).unwrap().check(access).is_ok();
        for sql in ["select 1", "WITH a AS (SELECT 1) SELECT * FROM a", "VALUES (1)", "SELECT updated_at, replace(a, 'x', 'y') FROM t"] {
            assert!(check(sql, Access::Read), "{sql}");
        }
        for sql in [
            "",
            "DELETE FROM t",
            "ATTACH 'x' AS y",
            "(SELECT 1)",
            "'x' select",
            "SELECT 1 INTO t",
            "WITH a AS (DELETE FROM t RETURNING 1) SELECT 1",
            "PRAGMA x",
            "CALL f()",
            "EXPLAIN ANALYZE DELETE FROM t",
        ] {
            assert!(!check(sql, Access::Read), "{sql}");
        }
        assert!(check("UPDATE t SET a = 1", Access::Write) && check("INSERT INTO t VALUES (1)", Access::Write));
        for sql in ["DROP TABLE t", "SELECT 1", "VACUUM INTO 'x'", "TRUNCATE t", "GRANT ALL ON t TO x"] {
            assert!(!check(sql, Access::Write), "{sql}");
        }
    }
}
