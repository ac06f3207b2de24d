//! Labelled examples for the commands of `nlu`: the two columns of a table (`cli::table`) as texts with their labels.

use crate::cli::table;
use anyhow::Result;
use qn_nlu::intent::Example;
use std::path::Path;

#[derive(Debug, Clone, clap::Args)]
pub struct Columns {
    /// Column (or JSON key) with the text
    #[arg(long, default_value = "text")]
    pub text_column: String,
    /// Column (or JSON key) with the label
    #[arg(long, default_value = "label")]
    pub label_column: String,
}

/// All rows of a file.
pub fn read(path: &Path, columns: &Columns) -> Result<Vec<Example>> {
    let records = table::read(path, &[&columns.text_column, &columns.label_column])?;
    let example = |record: table::Record| {
        let [text, label] = <[String; 2]>::try_from(record.fields).unwrap_or_default();
        Example::new(text, label.trim())
    };
    Ok(records.into_iter().map(example).collect())
}
