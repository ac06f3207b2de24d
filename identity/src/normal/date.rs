//! Dates of birth and the like as year, month and day, from the ways they are written: 1971-06-24, 19710624, 24/06/1971, 1971年6月24日.

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Date {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

impl Date {
    /// Months beyond 12 and days beyond 31 are read as written: what is compared is what was typed. None when there are no three parts.
    pub fn read(text: &str) -> Option<Self> {
        let runs: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|r| !r.is_empty()).collect();
        let number = |run: &str| run.parse::<u16>().ok();
        let small = |run: &str| run.parse::<u8>().ok();
        match runs[..] {
            [all] if all.len() == 8 => Some(Self { year: number(&all[..4])?, month: small(&all[4..6])?, day: small(&all[6..])? }),
            [year, month, day, ..] if year.len() == 4 => Some(Self { year: number(year)?, month: small(month)?, day: small(day)? }),
            [one, other, year] if year.len() == 4 => {
                let (one, other) = (small(one)?, small(other)?);
                let (day, month) = if other > 12 { (other, one) } else { (one, other) };
                Some(Self { year: number(year)?, month, day })
            }
            _ => None,
        }
    }

    /// Eight digits.
    pub fn digits(self) -> String {
        format!("{:04}{:02}{:02}", self.year, self.month, self.day)
    }

    /// Days since a far day, to within a few: good for distances.
    pub fn rough_days(self) -> i32 {
        i32::from(self.year) * 365 + i32::from(self.month) * 30 + i32::from(self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_day_written_many_ways() {
        let day = Some(Date { year: 1971, month: 6, day: 24 });
        for text in ["1971-06-24", "19710624", "24/06/1971", "06/24/1971", "1971年6月24日", "1971-06-24T00:00:00"] {
            assert_eq!(Date::read(text), day, "{text}");
        }
        assert_eq!(Date::read("1971"), None);
        assert_eq!(Date::read("7364009"), None);
    }
}
