//! Days as text, such as `2026-11-30`: in this form their order is that of their letters.

/// None for a day that no calendar has.
pub fn day(year: u16, month: u16, day: u16) -> Option<String> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u16::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    let exists = (1970..=9999).contains(&year) && (1..=days).contains(&day);
    exists.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Reads `2026-11-30`, `2026/11/30` and 「2026年11月30日」, with or without leading zeros.
pub fn read(text: &str) -> Option<String> {
    let numbers: Option<Vec<u16>> =
        text.trim().trim_end_matches('日').split(['-', '/', '.', '年', '月']).map(|part| part.trim().parse().ok()).collect();
    let [year, month, number] = numbers?[..] else { return None };
    day(year, month, number)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in ["2026-11-30", "2026/11/30", "2026.11.30", "2026年11月30日", " 2026-11-30 "] {
            assert_eq!(read(text).as_deref(), Some("2026-11-30"), "{text}");
        }
        assert_eq!(read("2028-2-29").as_deref(), Some("2028-02-29"));
        for text in ["", "2026-11-31", "2026-2-29", "30-11-2026", "2026-13-01", "明天", "2026-11"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
