//! What a canned response does after its words went out: labels, a note, and where the conversation goes then. Part of the same commit
//! as the words, so that a customer never gets the one without the other.

use crate::agent::{Action, carry_out, owned};
use crate::draft::Draft;
use crate::settings::TenantSettings;
use crate::{Actor, EngineError, Result};
use qn_base::clock::MINUTE_MS;
use qn_domain::{Content, MacroStep, MessageKind, MoveError};

/// One after the other; what is so already is fine.
pub(crate) fn run(draft: &mut Draft, actor: &Actor, steps: &[MacroStep], settings: &TenantSettings) -> Result<()> {
    for step in steps {
        match one(draft, actor, step, settings) {
            Ok(()) | Err(EngineError::Move(MoveError::Already)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn one(draft: &mut Draft, actor: &Actor, step: &MacroStep, settings: &TenantSettings) -> Result<()> {
    let (action, name) = match step {
        MacroStep::AddLabels { labels } => (Action::ChangeLabels { add: labels.clone(), remove: vec![] }, String::new()),
        MacroStep::RemoveLabels { labels } => (Action::ChangeLabels { add: vec![], remove: labels.clone() }, String::new()),
        MacroStep::Note { text } => {
            draft.message(MessageKind::Note, actor.author(), Content::text(text.clone()));
            return Ok(());
        }
        MacroStep::Pend => (Action::Pend, String::new()),
        MacroStep::Snooze { minutes } => (Action::Snooze { until: draft.now + minutes * MINUTE_MS }, String::new()),
        MacroStep::ToTeam { team_id } => {
            let team = settings.team(team_id)?;
            (Action::TransferToTeam { to: team_id.clone(), note: String::new(), reason: None }, team.name.clone())
        }
        MacroStep::Resolve => (Action::Resolve, String::new()),
    };
    owned(draft, actor)?;
    carry_out(draft, actor, &action, &name)
}
