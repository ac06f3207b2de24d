//! Files made to do harm, broken ones, and ones that are not what they are called: an error in words each time, and no panic.

use crate::made::{docx, pdf, xlsx, zip};
use proptest::prelude::*;
use qn_document::{BYTES_MAX, DocumentError, is_known, read};

#[test]
fn a_zip_bomb_is_not_unpacked() {
    let zeros = vec![0u8; 300 << 20];
    for name in ["bomb.docx", "bomb.xlsx"] {
        let bytes = zip(&[("word/document.xml", &zeros)]);
        assert!(bytes.len() < 4 << 20);
        assert_eq!(read(name, bytes), Err(DocumentError::Bomb { mib: 256 }), "{name}");
    }
}

#[test]
fn a_pdf_bomb_is_not_unpacked() {
    let bytes = crate::made::pdf_with_stream(&vec![b' '; 64 << 20]);
    assert!(bytes.len() < 1 << 20);
    assert_eq!(read("bomb.pdf", bytes), Err(DocumentError::Bomb { mib: 32 }));
}

#[test]
fn what_is_not_what_it_says_is_told() {
    assert_eq!(read("x.exe", vec![1]), Err(DocumentError::Unknown));
    assert_eq!(read("noextension", vec![1]), Err(DocumentError::Unknown));
    assert_eq!(read("x.md", vec![b'a'; BYTES_MAX + 1]), Err(DocumentError::TooLarge { mib: 32 }));
    for name in ["x.pdf", "x.docx", "x.xlsx"] {
        let error = read(name, b"hello, this is text".to_vec()).unwrap_err();
        assert!(matches!(error, DocumentError::Broken { .. }), "{name}: {error:?}");
        assert!(error.to_string().contains("damaged") && error.chinese().contains("损坏"));
    }
    assert!(matches!(read("x.docx", zip(&[("other.xml", b"<a/>")])), Err(DocumentError::Broken { .. })));
    for name in ["x.md", "x.txt", "x.html", "x.csv"] {
        assert!(matches!(read(name, Vec::new()), Err(DocumentError::NoText | DocumentError::NoColumns)), "{name}");
    }
    assert!(is_known("a/b/手册.PDF") && !is_known("a.pdf/b"));
}

#[test]
fn deep_and_long_things_end() {
    let deep = format!("{}x{}", "<div><ul><li>".repeat(2_000), "</li></ul></div>".repeat(2_000));
    assert!(read("deep.html", deep.into_bytes()).is_ok());
    assert!(read("deep.md", format!("{}x", "> ".repeat(50_000)).into_bytes()).is_ok());
    assert!(read("a.md", "# a\n\nb\n\n".repeat(50_000).into_bytes()).unwrap().sections.len() <= 5_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_never_panic(at in 0usize..4_000, byte: u8, cut in 0usize..4_000) {
        let files: [(&str, Vec<u8>); 3] =
            [("a.docx", docx("<w:p><w:r><w:t>x</w:t></w:r></w:p>")), ("a.xlsx", xlsx(&[&["question", "answer"], &["a", "b"]])), ("a.pdf", pdf(&["x"]))];
        for (name, mut bytes) in files {
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(bytes.len() - cut % bytes.len());
            // A panic of a reader is caught and told as a broken file; what counts is that reading ends with an answer.
            let _ = read(name, bytes);
        }
    }
}
