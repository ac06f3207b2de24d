//! What the comparison of articles finds in a file of them, and in the same file with faults put in: for each article a copy under one of its
//! questions, as it is and with its first figure changed. `cargo run --release -p qn-knowledge --example conflicts -- server/demo/articles.yaml`.

mod demo;

use qn_domain::Article;
use qn_knowledge::conflict::{ConflictKind, find};
use std::io::Write;

fn main() -> Result<(), demo::Error> {
    let path = std::env::args().nth(1).ok_or("which file of articles?")?;
    let articles = demo::articles(&path)?;
    let begun = std::time::Instant::now();
    let found = find(&articles);
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} among {} articles in {:?}", found.len(), articles.len(), begun.elapsed())?;
    for one in found {
        writeln!(out, "{:?} {:.2} {} | {}", one.kind, one.alike, one.a.title, one.b.title)?;
    }
    let (copied, told) = faults(&articles, |body| Some(body.to_owned()), ConflictKind::Duplicate);
    writeln!(out, "copies: {told} of {copied} told")?;
    let (changed, told) = faults(&articles, another_figure, ConflictKind::Contradiction);
    let (_, shown) = faults(&articles, another_figure, ConflictKind::Duplicate);
    writeln!(out, "changed figures: {told} of {changed} told, {shown} more shown as copies")?;
    Ok(())
}

/// How many faults were made, and how many of them were told as what they are; one at a time.
fn faults(articles: &[Article], change: impl Fn(&str) -> Option<String>, kind: ConflictKind) -> (usize, usize) {
    let (mut made, mut told) = (0, 0);
    for article in articles {
        let (Some(title), Some(body)) = (article.questions.first(), change(&article.body)) else { continue };
        let copy =
            Article { id: "art_copy".into(), title: title.clone(), questions: article.questions[1..].to_vec(), body, ..article.clone() };
        let mut all = articles.to_vec();
        all.push(copy);
        made += 1;
        told += usize::from(find(&all).iter().any(|one| one.kind == kind && one.b.id.as_str() == "art_copy" && one.a.id == article.id));
    }
    (made, told)
}

/// The first figure of the text with one more at its end: 7 days become 71.
fn another_figure(body: &str) -> Option<String> {
    let start = body.find(|c: char| c.is_ascii_digit())?;
    let end = body[start..].find(|c: char| !c.is_ascii_digit()).map_or(body.len(), |n| start + n);
    Some(format!("{}1{}", &body[..end], &body[end..]))
}
