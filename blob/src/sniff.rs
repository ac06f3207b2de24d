//! What a file is, from its bytes alone, and how it may be handed on: shown in place, only downloaded, or refused.
//! A stream is judged in one pass without decoding, unpacking or keeping it. Claimed types are never asked for.

use crate::kinds;
use crate::needles::{Found, Scanner};
use crate::utf8::TextCheck;
use std::fmt;

const HEAD_BYTES: usize = 8 * 1024;
pub const OCTET_STREAM: &str = "application/octet-stream";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    pub media_type: &'static str,
    /// May be shown in place; otherwise it is only ever offered as a download.
    pub inline: bool,
    pub allowed: bool,
    /// Why not, where it is not allowed.
    pub refusal: Option<Refusal>,
}

/// What we do not pass on to people's desks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Machine code or bytecode: ELF, PE, Mach-O, class, dex, WebAssembly.
    Executable,
    /// A script by its first line, or by a name that runs on double click.
    Script,
    /// jar, apk, msi, deb, rpm, browser extensions.
    Installer,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Executable => "a program",
            Refusal::Script => "a script",
            Refusal::Installer => "an installer or application package",
        })
    }
}

/// Judges a whole file at once; `name` only ever makes the verdict stricter.
pub fn sniff(name: &str, bytes: &[u8]) -> Verdict {
    let mut sniffer = Sniffer::default();
    sniffer.push(bytes);
    sniffer.finish(name)
}

/// Judges a file as it passes by.
#[derive(Debug, Default)]
pub struct Sniffer {
    head: Vec<u8>,
    total_bytes: u64,
    scanner: Scanner,
    text: TextCheck,
}

impl Sniffer {
    pub fn push(&mut self, piece: &[u8]) {
        let room = HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend_from_slice(&piece[..piece.len().min(room)]);
        self.total_bytes += piece.len() as u64;
        self.scanner.push(piece);
        self.text.push(piece);
    }

    pub fn finish(self, name: &str) -> Verdict {
        let is_text = self.text.holds();
        let found = self.scanner.found();
        let is_zip = kinds::is_zip_at_start(&self.head) || self.scanner.ends_as_zip(self.total_bytes);
        if let Some(refusal) = refusal(&self.head, name, is_text, is_zip, found) {
            return Verdict { media_type: OCTET_STREAM, inline: false, allowed: false, refusal: Some(refusal) };
        }
        if let Some(media_type) = kinds::inline_image(&self.head) {
            let polyglot = found.has(Found::MARKUP) || is_zip || contains(&self.head[..self.head.len().min(1024)], b"%PDF-");
            return if polyglot { download(OCTET_STREAM) } else { Verdict { inline: true, ..download(media_type) } };
        }
        download(kinds::media_type(&self.head, is_text, is_zip, found))
    }
}

fn download(media_type: &'static str) -> Verdict {
    Verdict { media_type, inline: false, allowed: true, refusal: None }
}

fn refusal(head: &[u8], name: &str, is_text: bool, is_zip: bool, found: Found) -> Option<Refusal> {
    const MACHINE_CODE: [&[u8]; 10] = [
        b"\x7fELF",
        b"\xfe\xed\xfa\xce",
        b"\xfe\xed\xfa\xcf",
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
        b"\xca\xfe\xba\xbe",
        b"\xbe\xba\xfe\xca",
        b"\xca\xfe\xba\xbf",
        b"dex\n",
        b"\0asm",
    ];
    const PACKAGES: [&[u8]; 4] = [b"!<arch>\ndebian", b"\xed\xab\xee\xdb", b"Cr24", b"ITSF"];
    // a Windows shortcut, compiled AppleScript
    const SCRIPTS: [&[u8]; 2] = [b"L\0\0\0\x01\x14\x02\0", b"FasdUAS "];
    let starts = |list: &[&[u8]]| list.iter().any(|magic| head.starts_with(magic));
    if starts(&MACHINE_CODE) || (head.starts_with(b"MZ") && !is_text) {
        return Some(Refusal::Executable);
    }
    if starts(&SCRIPTS) || is_shebang(head) {
        return Some(Refusal::Script);
    }
    if starts(&PACKAGES) || (is_zip && found.has(Found::RUNNABLE_ARCHIVE)) || (kinds::is_ole(head) && found.has(Found::INSTALLER)) {
        return Some(Refusal::Installer);
    }
    runs_on_double_click(name).then_some(Refusal::Script)
}

fn is_shebang(head: &[u8]) -> bool {
    let Some(line) = head.strip_prefix(b"#!") else { return false };
    line.iter().find(|b| !matches!(b, b' ' | b'\t')) == Some(&b'/')
}

/// Extensions that desktop systems run rather than open. `invoice.pdf.bat` is text to us and a program to the agent's machine.
fn runs_on_double_click(name: &str) -> bool {
    const EXTENSIONS: [&str; 46] = [
        "apk",
        "app",
        "appref-ms",
        "appx",
        "bat",
        "cmd",
        "com",
        "command",
        "cpl",
        "deb",
        "desktop",
        "dll",
        "exe",
        "gadget",
        "hta",
        "inf",
        "ins",
        "ipa",
        "jar",
        "jnlp",
        "js",
        "jse",
        "lnk",
        "msc",
        "msi",
        "msix",
        "msp",
        "mst",
        "pif",
        "pkg",
        "ps1",
        "psd1",
        "psm1",
        "reg",
        "rpm",
        "scf",
        "scr",
        "sct",
        "sh",
        "url",
        "vb",
        "vbe",
        "vbs",
        "wsc",
        "wsf",
        "wsh",
    ];
    let safe = crate::safe_name(name).to_ascii_lowercase();
    safe.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension.trim()))
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
