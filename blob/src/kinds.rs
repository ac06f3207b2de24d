//! The table of media types: pictures that may be shown, documents, archives, sound and film. Types come from bytes only.

use crate::needles::Found;
use crate::sniff::OCTET_STREAM;

/// The four kinds every browser shows without running anything, checked beyond their first bytes.
pub fn inline_image(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"\x89PNG\r\n\x1a\n") && head.get(12..16) == Some(b"IHDR") {
        return Some("image/png");
    }
    if head.starts_with(b"\xff\xd8\xff") && head.get(3).is_some_and(|marker| (0xc0..0xff).contains(marker)) {
        return Some("image/jpeg");
    }
    if (head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a")) && head.len() >= 13 {
        return Some("image/gif");
    }
    let webp = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    (webp && matches!(head.get(12..16), Some(b"VP8 " | b"VP8L" | b"VP8X"))).then_some("image/webp")
}

pub fn media_type(head: &[u8], is_text: bool, is_zip: bool, found: Found) -> &'static str {
    if head.starts_with(b"%PDF-") {
        return "application/pdf";
    }
    if head.starts_with(b"{\\rtf") {
        return "application/rtf";
    }
    if is_zip {
        return if is_zip_at_start(head) { zip_kind(head, found) } else { OCTET_STREAM };
    }
    if is_ole(head) {
        return office(
            found,
            ["application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"],
            "application/x-ole-storage",
        );
    }
    if is_text {
        let markup = starts_as_markup(head) || found.has(Found::MARKUP | Found::SVG);
        return if markup { OCTET_STREAM } else { "text/plain" };
    }
    known_binary(head)
}

pub fn is_zip_at_start(head: &[u8]) -> bool {
    [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| head.starts_with(*magic))
}

pub fn is_ole(head: &[u8]) -> bool {
    head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

fn zip_kind(head: &[u8], found: Found) -> &'static str {
    const NAMED: [(&[u8], &str); 4] = [
        (b"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
        (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"),
        (b"mimetypeapplication/vnd.oasis.opendocument.presentation", "application/vnd.oasis.opendocument.presentation"),
        (b"mimetypeapplication/epub+zip", "application/epub+zip"),
    ];
    let first_entry = head.get(30..).unwrap_or_default();
    if let Some((_, kind)) = NAMED.iter().find(|(magic, _)| first_entry.starts_with(magic)) {
        return kind;
    }
    office(
        found,
        [
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ],
        "application/zip",
    )
}

fn office(found: Found, [word, excel, powerpoint]: [&'static str; 3], otherwise: &'static str) -> &'static str {
    if found.has(Found::WORD) {
        word
    } else if found.has(Found::POWERPOINT) {
        powerpoint
    } else if found.has(Found::EXCEL) {
        excel
    } else {
        otherwise
    }
}

fn starts_as_markup(head: &[u8]) -> bool {
    let body = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    matches!(body, [b'<', next, ..] if next.is_ascii_alphabetic() || matches!(next, b'!' | b'?'))
}

/// Sound, film, other pictures and archives by the `infer` tables. Its looser guesses (programs, two-byte magics) are not trusted.
fn known_binary(head: &[u8]) -> &'static str {
    let Some(kind) = infer::get(head) else { return OCTET_STREAM };
    match (kind.matcher_type(), kind.mime_type()) {
        (_, "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/vnd.djvu") => OCTET_STREAM,
        (_, "image/bmp") if head.get(6..10) != Some(&[0, 0, 0, 0]) => OCTET_STREAM,
        (infer::MatcherType::Audio | infer::MatcherType::Video | infer::MatcherType::Image, media_type) => media_type,
        (
            _,
            media_type @ ("application/vnd.rar"
            | "application/gzip"
            | "application/x-bzip2"
            | "application/x-7z-compressed"
            | "application/x-xz"
            | "application/x-tar"
            | "application/zstd"),
        ) => media_type,
        _ => OCTET_STREAM,
    }
}
