//! The inverted index itself: a single tantivy segment in memory, its writer dropped after the build. Terms are numbered by our
//! vocabulary, and where each posting list lies is kept beside, so a search opens lists without parsing, planning or dictionary.

use super::IndexError;
use std::sync::Arc;
use tantivy::directory::RamDirectory;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{Postings as _, TermInfo};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{DocSet, Index, IndexReader, ReloadPolicy, SingleSegmentIndexWriter, TERMINATED, TantivyDocument, Term};

/// Start size of the writer's tables; it grows with the articles.
const WRITER_BYTES: usize = 1 << 20;
/// The usual constants of BM25.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// Which part of an article a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Title and similar questions.
    Asked,
    Body,
}

pub(super) struct Postings {
    asked: FieldPostings,
    body: FieldPostings,
    /// Keeps the segment's files alive.
    _reader: IndexReader,
}

struct FieldPostings {
    inverted: Arc<InvertedIndexReader>,
    lengths: FieldNormReader,
    length_mean: f32,
    /// By term number; None where this part never has the term.
    lists: Vec<Option<TermInfo>>,
}

pub(super) struct PostingsWriter {
    writer: SingleSegmentIndexWriter,
    asked: Field,
    body: Field,
}

impl PostingsWriter {
    pub fn new() -> Result<Self, IndexError> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs).set_fieldnorms(true);
        let options = TextOptions::default().set_indexing_options(indexing);
        let asked = schema.add_text_field("asked", options.clone());
        let body = schema.add_text_field("body", options);
        let writer = Index::builder().schema(schema.build()).single_segment_index_writer(RamDirectory::create(), WRITER_BYTES)?;
        Ok(Self { writer, asked, body })
    }

    /// Adds the next article, by the numbers of its terms with repetitions. Articles are numbered in this order.
    pub fn add(&mut self, asked: &[u32], body: &[u32]) -> Result<(), IndexError> {
        let mut document = TantivyDocument::default();
        document.add_pre_tokenized_text(self.asked, tokens(asked));
        document.add_pre_tokenized_text(self.body, tokens(body));
        self.writer.add_document(document)?;
        Ok(())
    }

    pub fn finish(self, terms: usize) -> Result<Postings, IndexError> {
        let (asked, body) = (self.asked, self.body);
        let index = self.writer.finalize()?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Postings {
            asked: FieldPostings::open(&reader, asked, terms)?,
            body: FieldPostings::open(&reader, body, terms)?,
            _reader: reader,
        })
    }
}

impl FieldPostings {
    fn open(reader: &IndexReader, field: Field, terms: usize) -> Result<Self, IndexError> {
        let searcher = reader.searcher();
        let segment = searcher.segment_reader(0);
        let inverted = segment.inverted_index(field)?;
        let lengths = segment.get_fieldnorms_reader(field)?;
        let mut lists = Vec::with_capacity(terms);
        for id in 0..terms as u32 {
            lists.push(inverted.get_term_info(&Term::from_field_text(field, &token(id)))?);
        }
        let docs = segment.max_doc().max(1);
        let length_mean = (inverted.total_num_tokens() as f32 / docs as f32).max(1.0);
        Ok(Self { inverted, lengths, length_mean, lists })
    }
}

impl Postings {
    /// Calls `each(article, score)` for every article that has the term in this part; the score is BM25 without the rarity.
    pub fn walk(&self, part: Part, id: u32, mut each: impl FnMut(u32, f32)) {
        let field = match part {
            Part::Asked => &self.asked,
            Part::Body => &self.body,
        };
        let Some(info) = &field.lists[id as usize] else { return };
        // The files are in memory; a list that cannot be read would be a damaged process, and reads as empty.
        let Ok(mut list) = field.inverted.read_postings_from_terminfo(info, IndexRecordOption::WithFreqs) else { return };
        let mut doc = list.doc();
        while doc != TERMINATED {
            let frequency = list.term_freq() as f32;
            let length = field.lengths.fieldnorm(doc) as f32 / field.length_mean;
            each(doc, frequency * (K1 + 1.0) / (frequency + K1 * (1.0 - B + B * length)));
            doc = list.advance();
        }
    }
}

fn tokens(ids: &[u32]) -> PreTokenizedString {
    let token = |(position, id): (usize, &u32)| Token { offset_from: 0, offset_to: 0, position, text: token(*id), position_length: 1 };
    PreTokenizedString { text: String::new(), tokens: ids.iter().enumerate().map(token).collect() }
}

/// A term number as the token the index stores.
fn token(id: u32) -> String {
    format!("{id:x}")
}
