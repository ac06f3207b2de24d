//! One event of a told conversation as what the product would have decided: a move, a message, an explanation. Pure.

use super::files::{Event, Told};
use super::ids;
use super::knowledge::article_id;
use super::people::DemoTeam;
use anyhow::{Context, Result, bail};
use qn_base::clock::MINUTE_MS;
use qn_domain::{
    Activity, ActivityKey, Assignment, AssignmentId, Author, AuthorKind, Citation, Contact, Content, Csat, Effect, EffectKind, Format,
    HandoffPacket, MessageKind, Move, Owner, Presence, Timestamp, TransferOffer, User,
};
use qn_engine::Draft;
use qn_routing::{Candidate, Policy, Waiting};
use serde_json::{Map, json};
use std::collections::HashMap;

pub(super) struct Teller<'a> {
    pub team: &'a DemoTeam,
    pub titles: &'a HashMap<String, (String, String)>,
    pub told: &'a Told,
    pub contact: &'a Contact,
    pub base: Timestamp,
}

impl Teller<'_> {
    pub fn tell(&self, draft: &mut Draft, event: &Event) -> Result<()> {
        match event {
            Event::Customer { text, .. } => self.customer(draft, text),
            Event::Bot { text, articles, .. } => self.bot(draft, text, articles)?,
            Event::Enqueue { team, reason, summary, asked, shown, wish, .. } => {
                let packet = HandoffPacket {
                    reason: *reason,
                    summary: summary.clone(),
                    asked: asked.clone(),
                    shown: shown.iter().map(|key| article_id(key)).collect(),
                    language: self.told.language,
                    wish: wish.clone(),
                    at: draft.now,
                };
                draft.apply(Move::Enqueue { team_id: Some(self.team.team(team)?.clone()), packet }, Author::system())?;
            }
            Event::Assign { agent, .. } => self.assign(draft, self.team.user(agent)?)?,
            Event::Claim { agent, .. } => self.by(draft, agent, |u| Move::Claim { agent_id: u.id.clone(), agent_name: u.name.clone() })?,
            Event::SilenceBot { agent, .. } => {
                self.by(draft, agent, |u| Move::SilenceBot { agent_id: u.id.clone(), agent_name: u.name.clone() })?;
            }
            Event::AcceptTransfer { agent, .. } => {
                self.by(draft, agent, |u| Move::AcceptTransfer { agent_id: u.id.clone(), agent_name: u.name.clone() })?;
            }
            Event::OfferTransfer { agent, to, note, .. } => {
                let (from, to) = (self.team.user(agent)?, self.team.user(to)?);
                let offer = TransferOffer { from: from.id.clone(), to: to.id.clone(), note: note.clone(), at: draft.now };
                draft.apply(
                    Move::OfferTransfer { offer, from_name: from.name.clone(), to_name: to.name.clone(), reason: None },
                    author(from),
                )?;
            }
            Event::Agent { agent, text, .. } => {
                let user = self.owner(draft, agent)?;
                draft.message(MessageKind::Outgoing, author(user), Content::text(text.trim_end()));
            }
            Event::Note { agent, text, .. } => {
                draft.message(MessageKind::Note, author(self.team.user(agent)?), Content::text(text.trim_end()));
            }
            Event::Labels { agent, labels, .. } => {
                draft.conversation.labels = labels.clone();
                self.activity(draft, ActivityKey::LabelsChanged, ("labels", json!(labels)), author(self.team.user(agent)?));
            }
            Event::Pend { agent, .. } => self.by(draft, agent, |_| Move::Pend)?,
            Event::Snooze { agent, until_minutes, .. } => self.snooze(draft, agent, self.base + until_minutes * MINUTE_MS)?,
            Event::Resolve { agent: Some(agent), .. } => self.by(draft, agent, |_| Move::Resolve)?,
            Event::Resolve { agent: None, .. } => draft.apply(Move::Resolve, Author::system())?,
            Event::Csat { score, comment, .. } => {
                draft.conversation.csat = Some(Csat { score: *score, comment: comment.clone(), at: draft.now });
                self.activity(draft, ActivityKey::CsatGiven, ("score", json!(score)), self.customer_author());
            }
        }
        Ok(())
    }

    fn customer(&self, draft: &mut Draft, text: &str) {
        if draft.conversation.bot_speaks() {
            draft.conversation.bot.asked.push(qn_base::text::line(text, 200));
        }
        draft.message(MessageKind::Incoming, self.customer_author(), Content::text(text));
        let c = &mut draft.conversation;
        (c.contact_read_seq, c.contact_delivered_seq) = (c.last_seq, c.last_seq);
    }

    fn bot(&self, draft: &mut Draft, text: &str, articles: &[String]) -> Result<()> {
        let language = self.told.language;
        let mut content = Content { ai: true, format: Format::Markdown, ..Content::text(text.trim_end()) };
        for key in articles {
            let (zh, en) = self.titles.get(key).with_context(|| format!("there is no article {key}"))?;
            let id = article_id(key);
            let url = format!("/help/{}/{id}", language.code());
            content.citations.push(Citation { article_id: id.clone(), title: language.pick(zh, en).to_owned(), url, quotes: vec![] });
            draft.conversation.bot.shown.push(id);
        }
        draft.message(MessageKind::Outgoing, Author::bot(), content);
        Ok(())
    }

    /// The router's own words: everybody else of the team had their hands full.
    fn assign(&self, draft: &mut Draft, user: &User) -> Result<()> {
        let c = &draft.conversation;
        let Owner::Queue { team_id } = c.owner.clone() else { bail!("it is assigned without waiting in a queue") };
        let queued_at = c.queued_at.unwrap_or(draft.now);
        let waiting = Waiting {
            language: c.language,
            last_agent_id: c.last_agent_id.clone(),
            ..Waiting::plain(c.id.clone(), team_id.clone(), queued_at)
        };
        let candidates: Vec<Candidate> = self.team.users.values().map(|u| candidate(u, u.id == user.id)).collect();
        let decision = qn_routing::decide(&Policy::default(), &waiting, &candidates, draft.now);
        if decision.agent.as_ref() != Some(&user.id) {
            bail!("{} could not have got it", user.email);
        }
        let (agent_id, reason) = (user.id.clone(), decision.reason.as_str().to_owned());
        let assignment = Assignment {
            id: AssignmentId::derived(&ids::digest("assignment", &format!("{}:{}", c.id, c.version))),
            tenant_id: c.tenant_id.clone(),
            conversation_id: c.id.clone(),
            agent_id: Some(agent_id.clone()),
            team_id,
            explanation: json!({"reason": decision.reason, "considered": decision.explanation}),
            at: draft.now,
        };
        draft.apply(Move::Assign { agent_id, agent_name: user.name.clone(), reason }, Author::system())?;
        draft.assigned(assignment);
        Ok(())
    }

    fn snooze(&self, draft: &mut Draft, agent: &str, until: Timestamp) -> Result<()> {
        self.by(draft, agent, |_| Move::Snooze { until })?;
        let id = draft.conversation.id.clone();
        let kind = EffectKind::ConversationWake;
        let key = format!("{}:{id}:{until}", kind.as_str());
        draft.effect(Effect { kind, key, payload: json!({"conversation_id": id, "until": until}), due_at: until, trace: None });
        Ok(())
    }

    fn by(&self, draft: &mut Draft, agent: &str, wanted: impl Fn(&User) -> Move) -> Result<()> {
        let user = self.team.user(agent)?;
        Ok(draft.apply(wanted(user), author(user))?)
    }

    /// Only the owner writes to the customer.
    fn owner(&self, draft: &Draft, agent: &str) -> Result<&User> {
        let user = self.team.user(agent)?;
        match draft.conversation.owner.agent_id() {
            Some(id) if *id == user.id => Ok(user),
            _ => bail!("{agent} writes without owning the conversation"),
        }
    }

    fn activity(&self, draft: &mut Draft, key: ActivityKey, (name, value): (&str, serde_json::Value), by: Author) {
        let params = Map::from_iter([(name.to_owned(), value)]);
        draft.activity(Activity { key, params, public: false }, by);
    }

    fn customer_author(&self) -> Author {
        Author { kind: AuthorKind::Contact, id: Some(self.contact.id.0.clone()), name: self.contact.name.clone() }
    }
}

fn author(user: &User) -> Author {
    Author { kind: AuthorKind::Agent, id: Some(user.id.0.clone()), name: user.name.clone() }
}

fn candidate(user: &User, free: bool) -> Candidate {
    Candidate {
        team_ids: user.team_ids.clone(),
        presence: user.presence,
        connected: user.presence != Presence::Offline,
        capacity: user.capacity,
        load: if free { 0 } else { user.capacity - 1 },
        ..Candidate::new(user.id.clone(), &user.name)
    }
}
