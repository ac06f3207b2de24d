//! Gives a conversation to a certain person or team for a flow. Somebody who has it keeps it: a flow takes nothing out of a person's hands.

use crate::assign::can_serve;
use crate::handoff::{self, Handing};
use crate::openings::Opening;
use crate::{Engine, EngineError, Result};
use qn_domain::{Author, Content, ConversationId, HandoffReason, MessageKind, Move, Owner, Status, TeamId, User};
use qn_runner::Errand;
use qn_workflow::model::ErrorKind;
use qn_workflow::request::Assignee;
use qn_workflow::{Outcome, StepError};
use serde_json::json;
use std::sync::Arc;

const NOTE_CHARS_MAX: usize = 4_000;

pub(super) async fn assign(engine: &Arc<Engine>, errand: &Errand, to: &Assignee, note: &str) -> Result<Outcome> {
    let Some(id) = &errand.conversation_id else {
        return Ok(Err(StepError::new(ErrorKind::Invalid, "this run belongs to no conversation").zh("这次运行不属于任何会话")));
    };
    let settings = engine.settings(&errand.tenant_id).await?;
    let name = match to {
        Assignee::Team(name) | Assignee::Person(name) => name.trim(),
    };
    let (team, person) = match to {
        Assignee::Team(_) => (settings.teams.values().find(|team| team.id.as_str() == name || team.name == name), None),
        Assignee::Person(_) => {
            let is = |user: &&User| user.id.as_str() == name || user.name == name || user.email.eq_ignore_ascii_case(name);
            let user = settings.users.values().find(is).filter(|user| can_serve(&engine.presence, user, None));
            (None, user)
        }
    };
    if team.is_none() && person.is_none() {
        return Ok(Ok(json!({"assigned": false})));
    }
    give(engine, errand, id, Receiver { team_id: team.map(|team| team.id.clone()), person }, note).await
}

struct Receiver<'a> {
    team_id: Option<TeamId>,
    person: Option<&'a User>,
}

async fn give(engine: &Arc<Engine>, errand: &Errand, id: &ConversationId, to: Receiver<'_>, note: &str) -> Result<Outcome> {
    let settings = engine.settings(&errand.tenant_id).await?;
    let conversation = engine.talk_of(&errand.tenant_id, id).await?;
    let inbox = settings.inbox(&conversation.inbox_id)?.clone();
    let team_id = to.team_id.clone().or_else(|| inbox.team_id.clone());
    let facts = crate::rules::facts(&conversation, &serde_json::Map::new(), &settings);
    let opening = match to.person {
        Some(_) => Opening::OPEN,
        None => {
            let opening = engine.answers_now(&settings, &inbox, team_id.as_ref(), &facts);
            Box::pin(engine.with_place(&settings, &conversation, (team_id.as_ref(), HandoffReason::Flow), opening)).await
        }
    };
    let mut kept = false;
    engine
        .decide_in_words(&errand.tenant_id, id, &errand.run_id, &errand.key, |draft| {
            let c = &draft.conversation;
            kept = c.status == Status::Resolved || matches!(c.owner, Owner::Agent { .. });
            if kept {
                return Ok(false);
            }
            let (language, wish) = (c.language, c.bot.asked.last().cloned().unwrap_or_default());
            if c.owner == Owner::Bot {
                let handing = Handing {
                    team_id: team_id.clone(),
                    wish: &wish,
                    language,
                    reason: HandoffReason::Flow,
                    opening,
                    run: &errand.run_id,
                    quiet: false,
                };
                handoff::hand_over(draft, &handing)?;
            } else if let Some(team_id) = to.team_id.clone() {
                move_to_team(draft, team_id, &settings)?;
            }
            if let Some(person) = to.person {
                let reason = errand.flow.name.clone();
                draft.apply(Move::Assign { agent_id: person.id.clone(), agent_name: person.name.clone(), reason }, Author::bot())?;
            }
            let note = qn_base::text::truncate(note.trim(), NOTE_CHARS_MAX);
            if !note.is_empty() {
                draft.message(MessageKind::Note, Author::bot(), Content { ai: true, ..Content::text(note) });
            }
            Ok(true)
        })
        .await?;
    Ok(Ok(json!({"assigned": !kept})))
}

/// It waits in another queue already.
fn move_to_team(draft: &mut crate::Draft, team_id: TeamId, settings: &crate::TenantSettings) -> Result<()> {
    let waits_there = matches!(&draft.conversation.owner, Owner::Queue { team_id: Some(now) } if *now == team_id);
    if waits_there {
        return Ok(());
    }
    let team_name = settings.team(&team_id)?.name.clone();
    match draft.apply(Move::TransferToTeam { team_id, team_name, note: String::new(), reason: None }, Author::bot()) {
        Ok(()) | Err(qn_domain::MoveError::Already) => Ok(()),
        Err(error) => Err(EngineError::Move(error)),
    }
}
