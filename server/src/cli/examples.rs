//! Every command's help ends with examples. A group writes them once; its commands show those that are theirs.

use clap::Command;

/// The command tree, with each group's examples spread over its commands.
pub fn spread(root: Command) -> Command {
    root.mut_subcommands(|group| {
        let examples = group.get_after_help().map(ToString::to_string).unwrap_or_default();
        let name = group.get_name().to_owned();
        group.mut_subcommands(|command| with_own(command, &name, &examples))
    })
}

fn with_own(command: Command, group: &str, examples: &str) -> Command {
    let said = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let start = format!("qingniao {group} {} ", command.get_name());
    let is_own = |line: &&str| format!("{line} ").contains(&start);
    let own: Vec<&str> = examples.lines().filter(is_own).collect();
    if own.is_empty() || said.contains("Examples:") {
        return command;
    }
    command.after_help(format!("Examples:\n{}\n\n{said}", own.join("\n")))
}
