//! `--output` is how results are printed everywhere. After some commands it names what they write when it is not a format: then it is
//! read as the option that they have for it.

/// Group, command, and the option that is meant.
const OWN: [(&str, &str, &str); 2] = [("identity", "link", "--pairs"), ("model", "tune", "--into")];

pub fn spell_out(words: Vec<String>) -> Vec<String> {
    let is_of = |(group, command, _): &&(&str, &str, &str)| words.windows(2).any(|pair| pair[0] == *group && pair[1] == *command);
    let Some((_, _, option)) = OWN.iter().find(is_of) else { return words };
    let is_format = |value: &str| matches!(value, "text" | "json");
    let mut own = Vec::with_capacity(words.len());
    for (i, word) in words.iter().enumerate() {
        let next = words.get(i + 1).map_or("", String::as_str);
        match word.strip_prefix("--output=") {
            Some(value) if !is_format(value) => own.push(format!("{option}={value}")),
            _ if word == "--output" && !is_format(next) => own.push((*option).to_owned()),
            _ => own.push(word.clone()),
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::spell_out;

    fn own(line: &str) -> String {
        spell_out(line.split(' ').map(str::to_owned).collect()).join(" ")
    }

    #[test]
    fn output_names_a_file_after_some_commands_only() {
        assert_eq!(own("q identity link --output p.csv --output=json"), "q identity link --pairs p.csv --output=json");
        assert_eq!(own("q identity link --output=p.csv"), "q identity link --pairs=p.csv");
        assert_eq!(own("q model tune base --output folder --output json"), "q model tune base --into folder --output json");
        assert_eq!(own("q identity learn --output json"), "q identity learn --output json");
        assert_eq!(own("q mail thread --output p.csv"), "q mail thread --output p.csv");
    }
}
