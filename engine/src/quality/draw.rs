//! Drawing conversations for review: when a plan's period is over, and when a person asks. Periods that ended while the server was down are
//! drawn one after the other; drawing one again only fills up what is missing.

use crate::{Engine, Result};
use jiff::tz::TimeZone;
use qn_base::Timestamp;
use qn_base::clock::DAY_MS;
use qn_domain::quality::{DrawFirst, Every, PlanRule};
use qn_domain::{ConversationId, Episode, Review, ReviewId, ReviewPlan, ReviewState, Role, TenantId, UserId};
use qn_report::{Candidate, Drawn, Lot, Span, sample, span_of};
use std::collections::HashMap;

/// Plans looked at in one go.
const DUE_MAX: i64 = 100;
/// Stretches one drawing looks at.
const EPISODES_MAX: i64 = 100_000;
/// Conversations whose mood is read for a plan that begins with the angriest; more are drawn by lot among these.
const MOODS_MAX: usize = 5_000;
/// Older periods are not made up for.
const BEHIND_MS_MAX: i64 = 28 * DAY_MS;
/// What is rated best is drawn last, and what is not rated stands with the middle.
const UNRATED: i64 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DrawPeriod {
    /// The last one that is over.
    Last,
    /// The running one, as far as it is.
    Running,
}

impl Engine {
    /// Draws for every plan whose period is over and gives the time of the next. A plan that fails does not hold up the others.
    pub async fn draw_due(&self) -> Result<Option<Timestamp>> {
        let mut failed = None;
        for plan in qn_store::review_plan::list_due(&self.db, self.now(), DUE_MAX).await? {
            failed = self.draw_ended(plan).await.err().or(failed);
        }
        failed.map_or(Ok(()), Err)?;
        Ok(qn_store::review_plan::next_due(&self.db).await?)
    }

    /// Every period of one plan that is over, one after the other.
    async fn draw_ended(&self, mut plan: ReviewPlan) -> Result<()> {
        while plan.next_at <= self.now() {
            if plan.next_at > self.now() - BEHIND_MS_MAX {
                self.draw(&plan, plan.next_at - 1).await?;
            }
            let next_at = self.period_of(&plan.tenant_id, plan.rule.every, plan.next_at).await?.1;
            if !qn_store::review_plan::advance(&self.db, &plan, next_at).await? {
                break;
            }
            plan.next_at = next_at;
        }
        Ok(())
    }

    /// How many are new.
    pub async fn draw_now(&self, plan: &ReviewPlan, period: DrawPeriod) -> Result<u64> {
        let now = self.now();
        let running = self.period_of(&plan.tenant_id, plan.rule.every, now).await?.0;
        self.draw(plan, if period == DrawPeriod::Running { now } else { running - 1 }).await
    }

    /// The end of the running period: when a plan is drawn first.
    pub async fn next_draw(&self, tenant_id: &TenantId, rule: &PlanRule) -> Result<Timestamp> {
        Ok(self.period_of(tenant_id, rule.every, self.now()).await?.1)
    }

    async fn period_of(&self, tenant_id: &TenantId, every: Every, at: Timestamp) -> Result<(Timestamp, Timestamp)> {
        let settings = self.settings(tenant_id).await?;
        let zone = TimeZone::get(&settings.tenant.time_zone).unwrap_or(TimeZone::UTC);
        Ok(span_of(at, if every == Every::Day { Span::Day } else { Span::Week }, &zone))
    }

    /// Of the period that holds the moment.
    async fn draw(&self, plan: &ReviewPlan, at: Timestamp) -> Result<u64> {
        let (db, tenant_id, rule) = (&self.db, &plan.tenant_id, &plan.rule);
        let (from, to) = self.period_of(tenant_id, rule.every, at).await?;
        let mut episodes = match rule.resolved_only {
            true => qn_store::episode::list_ended(db, tenant_id, from, to, EPISODES_MAX).await?,
            false => qn_store::episode::list(db, tenant_id, from, to, EPISODES_MAX).await?,
        };
        episodes.retain(|e| fits(rule, e));
        // Of a conversation that was reopened, the last stretch.
        let mut of: HashMap<ConversationId, Episode> = HashMap::new();
        for episode in episodes {
            of.insert(episode.conversation_id.clone(), episode);
        }
        let before = qn_store::review::list_of_period(db, tenant_id, &plan.id, from).await?;
        let ids: Vec<ConversationId> = of.keys().cloned().collect();
        for id in qn_store::review::drawn(db, tenant_id, &ids).await? {
            of.remove(&id);
        }
        let candidates = self.drawable(tenant_id, rule, &of).await?;
        // What was passed over makes room for another.
        let before: Vec<Drawn> = before.into_iter().filter(|r| r.state != ReviewState::Skipped).map(drawn).collect();
        let reviewers = self.who_scores(tenant_id, rule).await?;
        let seed = format!("{}:{from}", plan.id);
        let per_agent = usize::try_from(rule.per_agent).unwrap_or(0);
        let chosen = sample(&candidates, &Lot { per_agent, seed: &seed, reviewers: &reviewers, before: &before });
        let card = qn_store::scorecard::newest(db, tenant_id, &rule.scorecard_id).await?;
        let reviews: Vec<Review> = chosen
            .into_iter()
            .filter_map(|drawn| Some(self.to_score(plan, card.version, from, of.get(&drawn.conversation_id)?, drawn)))
            .collect();
        let new = qn_store::review::insert(db, &reviews).await?;
        if new > 0
            && let Err(error) = self.db.announce(tenant_id, "review", plan.id.as_str(), self.now()).await
        {
            tracing::warn!(%error, plan = %plan.id, "that reviews were drawn could not be announced");
        }
        Ok(new)
    }

    async fn drawable(&self, tenant_id: &TenantId, rule: &PlanRule, of: &HashMap<ConversationId, Episode>) -> Result<Vec<Candidate>> {
        let mut ids: Vec<&ConversationId> = of.keys().collect();
        ids.sort_unstable();
        let mut candidates = Vec::with_capacity(ids.len());
        for (n, id) in ids.into_iter().enumerate() {
            let episode = &of[id];
            let Some(agent_id) = episode.agent_id.clone() else { continue };
            let urgency = match rule.first {
                DrawFirst::Random => 0,
                DrawFirst::LowCsat => 5 - episode.csat.unwrap_or(UNRATED),
                DrawFirst::Angry if n < MOODS_MAX => (self.moods(tenant_id, id).await?.1.worst * 1000.0) as i64,
                DrawFirst::Angry => 0,
            };
            candidates.push(Candidate { conversation_id: id.clone(), agent_id, urgency });
        }
        Ok(candidates)
    }

    /// Those of the plan who still may, or everybody who may.
    async fn who_scores(&self, tenant_id: &TenantId, rule: &PlanRule) -> Result<Vec<UserId>> {
        let settings = self.settings(tenant_id).await?;
        let may = settings.users.values().filter(|u| u.role >= Role::Supervisor && !u.disabled && !u.is_service());
        let mut ids: Vec<UserId> = may.map(|u| u.id.clone()).collect();
        if !rule.reviewer_ids.is_empty() {
            ids.retain(|id| rule.reviewer_ids.contains(id));
        }
        ids.sort_unstable();
        Ok(ids)
    }

    fn to_score(&self, plan: &ReviewPlan, scorecard_version: i64, period_from: Timestamp, episode: &Episode, drawn: Drawn) -> Review {
        let now = self.now();
        Review {
            id: ReviewId::fresh(now),
            tenant_id: plan.tenant_id.clone(),
            plan_id: plan.id.clone(),
            period_from,
            conversation_id: drawn.conversation_id,
            number: episode.number,
            opened_at: episode.opened_at,
            agent_id: drawn.agent_id,
            reviewer_id: drawn.reviewer_id,
            scorecard_id: plan.rule.scorecard_id.clone(),
            scorecard_version,
            state: ReviewState::Open,
            answers: qn_domain::quality::Answers::new(),
            note: String::new(),
            score_x100: None,
            fatal: false,
            first_score_x100: None,
            appeal: None,
            settlement: None,
            drawn_at: now,
            submitted_at: None,
            appealed_at: None,
            settled_at: None,
            asked_by: None,
            asked_why: String::new(),
            skip_reason: None,
            skipped_at: None,
            version: 1,
        }
    }
}

fn fits(rule: &PlanRule, e: &Episode) -> bool {
    e.agent_id.is_some()
        && (rule.inbox_ids.is_empty() || rule.inbox_ids.contains(&e.inbox_id))
        && (rule.team_ids.is_empty() || e.team_id.as_ref().is_some_and(|team| rule.team_ids.contains(team)))
        && e.asked + e.agent_messages >= rule.messages_min
}

fn drawn(review: Review) -> Drawn {
    Drawn { conversation_id: review.conversation_id, agent_id: review.agent_id, reviewer_id: review.reviewer_id }
}
