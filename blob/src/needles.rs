//! Looks for telling byte strings in a stream, across its pieces, in one pass and constant memory.

use std::ops::{BitOr, BitOrAssign};

/// What was seen, as a set of bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found(u16);

impl Found {
    /// Markup a browser would run or render.
    pub const MARKUP: Found = Found(1);
    pub const SVG: Found = Found(1 << 1);
    /// Names inside a Java or Android archive.
    pub const RUNNABLE_ARCHIVE: Found = Found(1 << 2);
    pub const WORD: Found = Found(1 << 3);
    pub const EXCEL: Found = Found(1 << 4);
    pub const POWERPOINT: Found = Found(1 << 5);
    /// The class id of Windows installer databases.
    pub const INSTALLER: Found = Found(1 << 6);
    /// The record that ends a zip archive.
    pub const ZIP_END: Found = Found(1 << 7);

    pub fn has(self, other: Found) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Found {
    type Output = Found;

    fn bitor(self, other: Found) -> Found {
        Found(self.0 | other.0)
    }
}

impl BitOrAssign for Found {
    fn bitor_assign(&mut self, other: Found) {
        self.0 |= other.0;
    }
}

/// Letters match in either case. No needle is longer than `OVERLAP + 1`.
const NEEDLES: [(&[u8], Found); 19] = [
    (b"<script", Found::MARKUP),
    (b"<html", Found::MARKUP),
    (b"<!doctype", Found::MARKUP),
    (b"<iframe", Found::MARKUP),
    (b"<?php", Found::MARKUP),
    (b"<svg", Found::SVG),
    (b"META-INF/MANIFEST.MF", Found::RUNNABLE_ARCHIVE),
    (b"AndroidManifest.xml", Found::RUNNABLE_ARCHIVE),
    (b"classes.dex", Found::RUNNABLE_ARCHIVE),
    (b"word/document", Found::WORD),
    (b"xl/workbook", Found::EXCEL),
    (b"ppt/presentation", Found::POWERPOINT),
    (b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0", Found::WORD),
    (b"W\0o\0r\0k\0b\0o\0o\0k\0", Found::EXCEL),
    (b"P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0", Found::POWERPOINT),
    (b"\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", Found::INSTALLER),
    (b"\x86\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", Found::INSTALLER),
    (b"PK\x05\x06", Found::ZIP_END),
    (b"PK\x06\x06", Found::ZIP_END),
];

const OVERLAP: usize = 31;

/// For each first byte, in either case, which needles it may begin: one bit per needle.
const STARTS: [u32; 256] = starts();

const fn starts() -> [u32; 256] {
    let mut table = [0u32; 256];
    let mut i = 0;
    while i < NEEDLES.len() {
        let first = NEEDLES[i].0[0];
        table[first.to_ascii_lowercase() as usize] |= 1 << i;
        table[first.to_ascii_uppercase() as usize] |= 1 << i;
        i += 1;
    }
    table
}

#[derive(Debug, Default)]
pub struct Scanner {
    found: Found,
    /// Bytes seen before `tail`.
    position: u64,
    tail: Vec<u8>,
    zip_end_at: u64,
}

impl Scanner {
    pub fn push(&mut self, piece: &[u8]) {
        let (head, rest) = piece.split_at(piece.len().min(OVERLAP));
        let seam = [self.tail.as_slice(), head].concat();
        self.scan(&seam, self.position);
        let seam_keeps = seam.len().saturating_sub(OVERLAP);
        if rest.is_empty() {
            self.position += seam_keeps as u64;
            self.tail = seam[seam_keeps..].to_vec();
            return;
        }
        let start = self.position + self.tail.len() as u64;
        self.scan(piece, start);
        let keeps = piece.len().saturating_sub(OVERLAP);
        self.position = start + keeps as u64;
        self.tail = piece[keeps..].to_vec();
    }

    fn scan(&mut self, bytes: &[u8], start: u64) {
        for (at, pair) in bytes.windows(2).enumerate() {
            let mut candidates = STARTS[usize::from(pair[0])];
            while candidates != 0 {
                let (needle, meaning) = NEEDLES[candidates.trailing_zeros() as usize];
                candidates &= candidates - 1;
                if needle[1].eq_ignore_ascii_case(&pair[1])
                    && bytes.len() - at >= needle.len()
                    && bytes[at..at + needle.len()].eq_ignore_ascii_case(needle)
                {
                    self.found |= meaning;
                    if meaning == Found::ZIP_END {
                        self.zip_end_at = start + at as u64;
                    }
                }
            }
        }
    }

    pub fn found(&self) -> Found {
        self.found
    }

    /// A zip archive ends here: its closing record lies within the last 64 KiB, where unpackers look for it.
    pub fn ends_as_zip(&self, total_bytes: u64) -> bool {
        self.found.has(Found::ZIP_END) && total_bytes.saturating_sub(self.zip_end_at) <= 66_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needles_are_found_however_the_stream_is_cut() {
        let text = b"some padding before <ScRiPt> and META-INF/manifest.mf and then PK\x05\x06 at the end of it all";
        for cut in 0..text.len() {
            for size in [1usize, 2, 3, 7, 40] {
                let mut scanner = Scanner::default();
                scanner.push(&text[..cut]);
                text[cut..].chunks(size).for_each(|piece| scanner.push(piece));
                assert!(scanner.found().has(Found::MARKUP), "{cut} {size}");
                assert!(scanner.found().has(Found::RUNNABLE_ARCHIVE), "{cut} {size}");
                assert_eq!(scanner.zip_end_at, 63, "{cut} {size}");
            }
        }
    }

    #[test]
    fn needles_fit_the_overlap() {
        assert!(NEEDLES.iter().all(|(needle, _)| needle.len() <= OVERLAP + 1));
        let mut scanner = Scanner::default();
        scanner.push(b"<scrip t> <htm l> plain words");
        assert_eq!(scanner.found(), Found::default());
    }
}
