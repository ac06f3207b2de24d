//! `qingniao identity`: finds the records of one person in a table, and learns from judged pairs which records are one. Works on files
//! alone; nothing of the server is touched.

mod labels;
mod learn;
mod link;
mod rows;

use super::{Failure, Output};

#[derive(Debug, clap::Subcommand)]
#[command(after_help = "Examples:\n  qingniao identity link --records people.csv --output pairs.csv\n  \
    qingniao identity learn --train train.txt --valid valid.txt --test test.txt --output json")]
pub enum Command {
    /// Find the records of one person in a CSV file, without labels
    #[command(after_help = "Examples:\n  qingniao identity link --records people.csv --output pairs.csv\n  \
        qingniao identity link --records people.csv --output pairs.csv --labels labels.csv --output-metrics json\n  \
        qingniao identity link --records people.csv --output pairs.csv --role member=user_id --role note=ignored\n\n\
        The first two columns of the pairs are the records' ids, the third the score from 0 to 1; then how the pair was found, its\n\
        weight in bits and each column's part in it. Labels are only measured against, never learnt from.")]
    Link(link::Args),
    /// Learn from judged pairs of records and measure on others
    #[command(after_help = "Examples:\n  qingniao identity learn --train train.txt --valid valid.txt --test test.txt --output json\n\n\
        A line of the files is one pair: COL name VAL value … <TAB> COL name VAL value … <TAB> 0 or 1.\n\
        The threshold is chosen on held-out fifths of the pairs learnt from; the test pairs are only judged.")]
    Learn(learn::Args),
}

pub fn run(command: &Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Link(args) => link::run(args, output),
        Command::Learn(args) => learn::run(args, output),
    }
}

/// `--output` is how results are printed everywhere; after `identity link` it names the file of the pairs when it is not a format.
pub fn own_output(words: Vec<String>) -> Vec<String> {
    let is_link = words.windows(2).any(|pair| pair[0] == "identity" && pair[1] == "link");
    if !is_link {
        return words;
    }
    let is_format = |value: &str| matches!(value, "text" | "json");
    let mut own = Vec::with_capacity(words.len());
    for (i, word) in words.iter().enumerate() {
        let next = words.get(i + 1).map_or("", String::as_str);
        match word.strip_prefix("--output=") {
            Some(value) if !is_format(value) => own.push(format!("--pairs={value}")),
            _ if word == "--output" && !is_format(next) => own.push("--pairs".to_owned()),
            _ => own.push(word.clone()),
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::own_output;

    fn own(line: &str) -> String {
        own_output(line.split(' ').map(str::to_owned).collect()).join(" ")
    }

    #[test]
    fn output_names_a_file_after_link_only() {
        assert_eq!(own("q identity link --output p.csv --output=json"), "q identity link --pairs p.csv --output=json");
        assert_eq!(own("q identity link --output=p.csv"), "q identity link --pairs=p.csv");
        assert_eq!(own("q identity learn --output json"), "q identity learn --output json");
        assert_eq!(own("q mail thread --output p.csv"), "q mail thread --output p.csv");
    }
}
