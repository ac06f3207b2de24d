//! Reads turns from standard input, one a line, and prints how the rules backend reads each: act, confidence, language, emotion with its intensity, text.
//! For trying the rules on a file of real utterances: `cargo run -p qn-nlu --example read < utterances.txt`.

use qn_nlu::{IntentBackend, RulesBackend, Utterance};
use std::io::{BufRead, Write};

fn main() -> std::io::Result<()> {
    let backend = RulesBackend::new();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let understanding = backend.understand(&Utterance::new(&line));
        let (act, confidence) = match understanding.intent {
            Some(intent) => (format!("{:?}", intent.act), intent.confidence),
            None => ("-".to_owned(), 0.0),
        };
        writeln!(
            out,
            "{act}\t{confidence:.2}\t{}\t{:?} {:.2}\t{line}",
            understanding.language.code(),
            understanding.mood.emotion,
            understanding.mood.intensity
        )?;
    }
    out.flush()
}
