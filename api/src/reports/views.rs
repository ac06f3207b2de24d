//! Figures and stretches in the API's words.

use qn_api_types::report::{EpisodeView, FairnessView, FiguresView, HandledView, ShareView, SpreadView};
use qn_domain::Episode;
use qn_engine::reports::TeamFairness;
use qn_report::{Figures, Score, Share, Spread};

pub(crate) fn figures(f: Figures) -> FiguresView {
    FiguresView {
        conversations: f.conversations,
        resolved: f.resolved,
        bot_only: share(f.bot_only),
        bot_only_lasting: share(f.bot_only_lasting),
        handed_over: share(f.handed_over),
        first_response: spread(f.first_response),
        first_answer: spread(f.first_answer),
        wait: spread(f.wait),
        service_level: share(f.service_level),
        abandoned: share(f.abandoned),
        handle: spread(f.handle),
        after_work: spread(f.after_work),
        handle_all: spread(f.handle_all),
        resolution: spread(f.resolution),
        first_contact: share(f.first_contact),
        transfers: f.transfers,
        transfer_reasons: f.transfer_reasons,
        csat_mean_x100: f.csat_mean_x100,
        satisfied: share(f.satisfied),
        asked: f.asked,
        bot_messages: f.bot_messages,
        agent_messages: f.agent_messages,
        reviewed: f.reviewed,
        quality_mean_x100: f.quality_mean_x100,
        fatal: share(f.fatal),
    }
}

pub(crate) fn fairness(told: TeamFairness) -> FairnessView {
    let TeamFairness { team, fairness, mut names } = told;
    let (team_id, name) = team.map(|(id, name)| (id.0, name)).unzip();
    let people = fairness.people.into_iter().map(|person| HandledView {
        name: names.remove(&person.user_id).unwrap_or_default(),
        user_id: person.user_id.0,
        handled: person.handled,
        online_ms: person.online_ms,
    });
    FairnessView {
        team_id,
        name: name.unwrap_or_default(),
        gini_x1000: fairness.gini.map(|gini| (gini * 1_000.0).round() as i64),
        people: people.collect(),
    }
}

pub(crate) fn share(s: Share) -> ShareView {
    ShareView { part: s.part, of: s.of }
}

fn spread(s: Spread) -> SpreadView {
    SpreadView { count: s.count, mean_ms: s.mean_ms, median_ms: s.median_ms, p90_ms: s.p90_ms, max_ms: s.max_ms }
}

pub(crate) fn episode(e: &Episode, score: Option<Score>) -> EpisodeView {
    EpisodeView {
        conversation_id: e.conversation_id.0.clone(),
        number: e.number,
        contact_id: e.contact_id.0.clone(),
        inbox_id: e.inbox_id.0.clone(),
        agent_id: e.agent_id.as_ref().map(|id| id.0.clone()),
        team_id: e.team_id.as_ref().map(|id| id.0.clone()),
        intent: e.intent.clone(),
        handoff: e.handoff.clone(),
        opened_at: e.opened_at,
        queued_at: e.queued_at,
        owned_at: e.owned_at,
        agent_replied_at: e.agent_replied_at,
        resolved_at: e.resolved_at,
        waited_ms: e.waited_ms,
        held_ms: e.held_ms,
        transfers: e.transfers,
        csat: e.csat,
        quality_x100: score.map(|s| s.score_x100),
    }
}
