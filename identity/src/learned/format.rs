//! Judged pairs as benchmark files have them (Mudgal et al. 2018, Li et al. 2021): one pair a line,
//! `COL name VAL value … <TAB> COL name VAL value … <TAB> 0|1`.

use super::{Judged, Record};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    #[error("line {0}: wanted are two records and a label, parted by tabs")]
    Parts(usize),
    #[error("line {0}: the label must be 0 or 1")]
    Label(usize),
    #[error("line {0}: a record begins with COL and has VAL after each name")]
    Record(usize),
}

pub fn read_pairs(text: &str) -> Result<Vec<Judged>, FormatError> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(n, line)| pair(n, line)).collect()
}

fn pair(n: usize, line: &str) -> Result<Judged, FormatError> {
    let [one, other, label] = line.split('\t').collect::<Vec<_>>()[..] else { return Err(FormatError::Parts(n)) };
    let same = match label.trim() {
        "1" => true,
        "0" => false,
        _ => return Err(FormatError::Label(n)),
    };
    let record = |text: &str| record(text).ok_or(FormatError::Record(n));
    Ok(Judged { one: record(one)?, other: record(other)?, same })
}

fn record(text: &str) -> Option<Record> {
    let body = text.trim().strip_prefix("COL ")?;
    let field = |part: &str| {
        let (name, value) = part.split_once(" VAL").filter(|(name, _)| !name.trim().is_empty())?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    Some(Record { fields: body.split(" COL ").map(field).collect::<Option<Vec<_>>>()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_two_records_and_a_label() {
        let read = read_pairs("COL title VAL a, b COL year VAL \tCOL title VAL c COL year VAL 1999 \t1\n");
        let field = |n: &str, v: &str| (n.to_owned(), v.to_owned());
        let one = Record { fields: vec![field("title", "a, b"), field("year", "")] };
        let other = Record { fields: vec![field("title", "c"), field("year", "1999")] };
        assert_eq!(read, Ok(vec![Judged { one, other, same: true }]));
        assert_eq!(read_pairs("\n\nCOL a VAL b\t1"), Err(FormatError::Parts(3)));
        assert_eq!(read_pairs("a\tCOL a VAL b\t1"), Err(FormatError::Record(1)));
        assert_eq!(read_pairs("COL a VAL b\tCOL a VAL b\tx"), Err(FormatError::Label(1)));
    }
}
