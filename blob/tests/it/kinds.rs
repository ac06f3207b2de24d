//! One line per kind of file: what it is, whether it may be shown in place, whether it is taken at all.

use proptest::prelude::*;
use qn_blob::{Refusal, Sniffer, Verdict, sniff};

const OCTETS: &str = "application/octet-stream";

fn png() -> Vec<u8> {
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\0IEND\xaeB`\x82".to_vec()
}

fn jpeg() -> Vec<u8> {
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9".to_vec()
}

fn gif() -> Vec<u8> {
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;".to_vec()
}

fn webp() -> Vec<u8> {
    b"RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\x01\0\x9d\x01\x2a\x01\0\x01\0".to_vec()
}

/// A zip archive with these (empty) entries, as a packer would write it.
fn zip(names: &[&str]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for name in names {
        let at = u32::try_from(out.len()).unwrap();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        out.extend_from_slice(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        out.extend_from_slice(&length);
        out.extend_from_slice(&[0, 0]);
        out.extend_from_slice(name.as_bytes());
        directory.extend_from_slice(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        directory.extend_from_slice(&length);
        directory.extend_from_slice(&[0; 12]);
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let at = u32::try_from(out.len()).unwrap();
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(names.len()).unwrap().to_le_bytes();
    out.extend_from_slice(&[count, count].concat());
    out.extend_from_slice(&u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend_from_slice(&at.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

/// A stored zip entry whose content is visible in the bytes, as ODF and EPUB begin.
fn zip_typed(content: &str) -> Vec<u8> {
    [
        b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\0mimetype".to_vec(),
        content.as_bytes().to_vec(),
        zip(&["content.xml"]),
    ]
    .concat()
}

fn ole(extra: &[u8]) -> Vec<u8> {
    [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), vec![0; 600], extra.to_vec()].concat()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

fn shown(media_type: &'static str) -> Verdict {
    Verdict { media_type, inline: true, allowed: true, refusal: None }
}

fn download(media_type: &'static str) -> Verdict {
    Verdict { media_type, inline: false, allowed: true, refusal: None }
}

fn refused(refusal: Refusal) -> Verdict {
    Verdict { media_type: OCTETS, inline: false, allowed: false, refusal: Some(refusal) }
}

#[test]
fn only_four_kinds_of_picture_are_shown_in_place() {
    for (label, bytes, expected) in [
        ("png", png(), shown("image/png")),
        ("jpeg", jpeg(), shown("image/jpeg")),
        ("gif", gif(), shown("image/gif")),
        ("webp", webp(), shown("image/webp")),
        ("bmp", join(&[b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", &[0; 60]]), download("image/bmp")),
        ("tiff", b"II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec(), download("image/tiff")),
        ("ico", b"\0\0\x01\0\x01\0\x10\x10\0\0\0\0".to_vec(), download("image/vnd.microsoft.icon")),
        ("heic", b"\0\0\0\x18ftypheic\0\0\0\0heicmif1".to_vec(), download("image/heif")),
        ("avif", b"\0\0\0\x18ftypavif\0\0\0\0avifmif1".to_vec(), download("image/avif")),
        ("a png without its header chunk", b"\x89PNG\r\n\x1a\nnot a chunk".to_vec(), download(OCTETS)),
        ("four bytes of a png", b"\x89PNG".to_vec(), download(OCTETS)),
        ("a jpeg marker alone", b"\xff\xd8\xff".to_vec(), download(OCTETS)),
        ("a gif header alone", b"GIF89a".to_vec(), download("text/plain")),
        ("webp without a frame", b"RIFF\x04\0\0\0WEBPJUNK\0\0".to_vec(), download(OCTETS)),
    ] {
        assert_eq!(sniff(label, &bytes), expected, "{label}");
    }
}

#[test]
fn polyglots_are_only_downloaded() {
    for (label, bytes) in [
        ("png + html", join(&[&png(), b"<html><body>hi"])),
        ("gif + script", join(&[&gif(), b"<ScRiPt>alert(1)</script>"])),
        ("jpeg with a script in its comment", join(&[b"\xff\xd8\xff\xfe\0\x20<script>alert(1)</script>", &jpeg()[2..]])),
        ("webp + doctype", join(&[&webp(), b"<!DOCTYPE html>"])),
        ("png + zip", join(&[&png(), &zip(&["a.txt"])])),
        ("jpeg + php", join(&[&jpeg(), b"<?php system($_GET[0]);"])),
        ("gif + pdf", join(&[&gif(), b"%PDF-1.7"])),
        ("markup far behind", join(&[&png(), &vec![0; 3_000_000], b"<html>"])),
    ] {
        assert_eq!(sniff("x.png", &bytes), download(OCTETS), "{label}");
    }
    assert_eq!(sniff("x.png", &join(&[&png(), &zip(&["META-INF/MANIFEST.MF", "A.class"])])), refused(Refusal::Installer), "png + jar");
}

#[test]
fn markup_is_never_given_its_own_type() {
    for text in [
        "<!DOCTYPE html><p>hi",
        "<html>",
        "  \n\t<HTML><script>alert(1)</script>",
        "\u{feff}<html>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
        "<?xml version=\"1.0\"?><svg/>",
        "<?xml version=\"1.0\"?><data/>",
        "<!-- comment --><b>",
        "<a href=x>",
        "plain words first, then <script src=//evil></script>",
        "a,b,c\n1,<svg onload=alert(1)>,3",
        "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
    ] {
        for name in ["x.txt", "x.png", "x.html", "x.svg"] {
            assert_eq!(sniff(name, text.as_bytes()), download(OCTETS), "{text}");
        }
    }
    let wide = join(&[b"\xff\xfe", &utf16("<script>alert(1)</script>")]);
    assert_eq!(sniff("x.txt", &wide), download(OCTETS));
}

#[test]
fn documents_archives_sound_and_film_are_downloads_with_their_type() {
    let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let pptx = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
    for (label, bytes, expected) in [
        ("empty", Vec::new(), "text/plain"),
        ("words", "你好, world\r\n".as_bytes().to_vec(), "text/plain"),
        ("less-than in words", b"3 < 4 and <3".to_vec(), "text/plain"),
        ("json", b"{\"a\":1}".to_vec(), "text/plain"),
        ("words that begin like a program", b"MZ is not always a program".to_vec(), "text/plain"),
        ("words that begin like a picture", b"BM flight list".to_vec(), "text/plain"),
        ("a markdown heading", b"#! important\n".to_vec(), "text/plain"),
        ("gbk text", b"\xc4\xe3\xba\xc3,\xca\xc0\xbd\xe7".to_vec(), OCTETS),
        ("cut utf-8", b"abc\xe4\xbd".to_vec(), OCTETS),
        ("nul in text", b"abc\0def".to_vec(), OCTETS),
        ("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), "application/pdf"),
        ("ascii pdf with script inside", b"%PDF-1.7\n<script>".to_vec(), "application/pdf"),
        ("rtf", b"{\\rtf1\\ansi hi}".to_vec(), "application/rtf"),
        ("zip", zip(&["a.txt", "b/c.png"]), "application/zip"),
        ("empty zip", zip(&[]), "application/zip"),
        ("docx", zip(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"]), docx),
        ("xlsx", zip(&["[Content_Types].xml", "xl/workbook.xml"]), xlsx),
        ("pptx", zip(&["[Content_Types].xml", "ppt/presentation.xml"]), pptx),
        ("odt", zip_typed("application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
        ("ods", zip_typed("application/vnd.oasis.opendocument.spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
        ("epub", zip_typed("application/epub+zip"), "application/epub+zip"),
        ("doc", ole(&utf16("WordDocument")), "application/msword"),
        ("xls", ole(&utf16("Workbook")), "application/vnd.ms-excel"),
        ("ppt", ole(&utf16("PowerPoint Document")), "application/vnd.ms-powerpoint"),
        ("other ole", ole(b""), "application/x-ole-storage"),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec(), "application/gzip"),
        ("7z", b"7z\xbc\xaf\x27\x1c\0\x04".to_vec(), "application/x-7z-compressed"),
        ("rar", b"Rar!\x1a\x07\x01\0".to_vec(), "application/vnd.rar"),
        ("mp3", b"ID3\x04\0\0\0\0\0\0\0\0".to_vec(), "audio/mpeg"),
        ("ogg", b"OggS\0\x02\0\0\0\0".to_vec(), "audio/ogg"),
        ("wav", b"RIFF\x24\0\0\0WAVEfmt \0".to_vec(), "audio/x-wav"),
        ("amr", b"#!AMR\n\x3c\0\0\0\0\0\0\0".to_vec(), "audio/amr"),
        ("mp4", b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2".to_vec(), "video/mp4"),
        (
            "webm",
            join(&[b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm", &[0; 300]]),
            "video/webm",
        ),
        ("noise", vec![0x93, 0, 0xf1, 7, 0x88, 0, 3], OCTETS),
        ("pdf behind a zip end", join(&[b"\x01\x02", &zip(&["x"])]), OCTETS),
    ] {
        assert_eq!(sniff(label, &bytes), download(expected), "{label}");
    }
}

#[test]
fn what_runs_is_refused() {
    for (label, bytes, refusal) in [
        ("elf", b"\x7fELF\x02\x01\x01\0".to_vec(), Refusal::Executable),
        ("pe", b"MZ\x90\0\x03\0\0\0\x04".to_vec(), Refusal::Executable),
        ("mach-o", b"\xcf\xfa\xed\xfe\x07\0\0\x01".to_vec(), Refusal::Executable),
        ("mach-o fat or class", b"\xca\xfe\xba\xbe\0\0\0\x34".to_vec(), Refusal::Executable),
        ("dex", b"dex\n035\0".to_vec(), Refusal::Executable),
        ("wasm", b"\0asm\x01\0\0\0".to_vec(), Refusal::Executable),
        ("shell", b"#!/bin/sh\nrm -rf ~".to_vec(), Refusal::Script),
        ("spaced shebang", b"#! /usr/bin/env python3\n".to_vec(), Refusal::Script),
        ("shortcut", b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0".to_vec(), Refusal::Script),
        ("jar", zip(&["META-INF/MANIFEST.MF", "Main.class"]), Refusal::Installer),
        ("jar with odd case", zip(&["meta-inf/Manifest.mf"]), Refusal::Installer),
        ("apk", zip(&["AndroidManifest.xml", "classes.dex"]), Refusal::Installer),
        ("jar behind a pdf", join(&[b"%PDF-1.4\n", &zip(&["META-INF/MANIFEST.MF"])]), Refusal::Installer),
        ("msi", ole(b"\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"), Refusal::Installer),
        ("deb", b"!<arch>\ndebian-binary   ".to_vec(), Refusal::Installer),
        ("rpm", b"\xed\xab\xee\xdb\x03\0".to_vec(), Refusal::Installer),
        ("crx", b"Cr24\x03\0\0\0".to_vec(), Refusal::Installer),
        ("invoice.pdf.bat", b"@echo off".to_vec(), Refusal::Script),
        ("x.PS1", b"Get-Process".to_vec(), Refusal::Script),
        ("x.hta", b"<html>".to_vec(), Refusal::Script),
        ("x.exe. ", b"renamed words".to_vec(), Refusal::Script),
        ("x.\u{202e}vbs", b"MsgBox".to_vec(), Refusal::Script),
        ("a/b\\c.cmd", b"dir".to_vec(), Refusal::Script),
    ] {
        assert_eq!(sniff(label, &bytes), refused(refusal), "{label}");
        if !label.contains('.') {
            assert_eq!(sniff("harmless.png", &bytes), refused(refusal), "{label} with another name");
        }
    }
}

proptest! {
    #[test]
    fn the_verdict_does_not_depend_on_how_the_stream_was_cut(bytes in hostile(), size in 1usize..5000) {
        let mut pieces = Sniffer::default();
        bytes.chunks(size).for_each(|piece| pieces.push(piece));
        let verdict = pieces.finish("x.bin");
        prop_assert_eq!(verdict, sniff("x.bin", &bytes));
        prop_assert!(!verdict.inline || verdict.allowed);
        prop_assert!(!verdict.inline || verdict.media_type.starts_with("image/"));
        prop_assert!(!verdict.media_type.contains("html") && !verdict.media_type.contains("xml;") && !verdict.media_type.contains("svg"));
    }

    #[test]
    fn names_come_out_safe(name in any::<String>()) {
        let safe = qn_blob::safe_name(&name);
        prop_assert!(!safe.is_empty() && safe.chars().count() <= qn_blob::NAME_CHARS_MAX + 1);
        prop_assert!(!safe.contains(['/', '\\', '\0', '\r', '\n', '"']) && !safe.starts_with('.'));
        let header = qn_blob::content_disposition(&name, false);
        prop_assert!(header.bytes().all(|b| (0x20..0x7f).contains(&b)), "{}", header);
        prop_assert_eq!(header.matches('"').count(), 2);
    }
}

/// Noise behind the beginnings of real formats, where parsers are weakest.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let starts = prop::sample::select(vec![
        &b""[..],
        b"PK\x03\x04",
        b"PK\x03\x04\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff[Content_Types].xml",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\xff\xff\xff\xff",
        b"\xff\xff\xff\xffftyp",
        b"\0\0\0\x18ftypmif1",
        b"\x1a\x45\xdf\xa3",
        b"<",
        b"%PDF-",
        b"dey\n",
        b"\xca\xfe\xba\xbe",
    ]);
    (starts, prop::collection::vec(any::<u8>(), 0..9000)).prop_map(|(start, noise)| [start, &noise].concat())
}
