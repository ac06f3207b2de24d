//! What an answer names besides what was asked. It is kept in the run's context, as if it had been said at the start, so that a later
//! question for it is passed over, or offers it where it is only likely. Called by `hear`, `correct` and `apply`.

use super::advance::{Refusal, Turn};
use super::apply::compiled;
use super::entry::Entry;
use super::go::VALUE_BYTES_MAX;
use super::state::{Open, RunState};
use crate::context::Named;
use crate::request::Request;
use crate::template::weight;
use serde_json::{Map, Value};
use std::sync::Arc;

const ENTITIES: &str = "entities";
const LIKELY: &str = "likely";
const EARLIER: &str = "earlier";

impl Turn<'_> {
    pub(super) fn note_named(&mut self, token: u32, open: &Open, reply: &Value) -> Result<(), Refusal> {
        if !matches!(*open.request, Request::Ask { .. }) {
            return Ok(());
        }
        let node = compiled(self.program, &self.state, token).map_err(|reason| self.corrupt(reason))?;
        let named = besides(&self.state, Named::in_reply(reply), node.action.expects(), false);
        self.write_named(token, named)
    }

    /// The newest word counts: a correction changes what was known before as well.
    pub(super) fn note_named_again(&mut self, token: u32, answered: usize, reply: &Value) -> Result<(), Refusal> {
        let named = besides(&self.state, Named::in_reply(reply), self.expected_of(answered), true);
        self.write_named(token, named)
    }

    fn expected_of(&self, answered: usize) -> Option<&str> {
        let answered = self.state.answered.get(answered)?;
        let frame = self.state.frames.get(&answered.frame)?;
        let node = self.program.flow(&frame.flow)?.node(&answered.step.node)?;
        node.action.expects()
    }

    fn write_named(&mut self, token: u32, named: Named) -> Result<(), Refusal> {
        let Named { entities, likely } = named;
        let weighs: usize = entities.values().chain(likely.values()).map(weight).sum();
        if (entities.is_empty() && likely.is_empty()) || weighs > VALUE_BYTES_MAX {
            return Ok(());
        }
        let step = self.state.tokens[&token].step.to_string();
        self.write(Entry::Named { token, step, entities, likely, at: self.moment.now })
    }
}

/// What is not the answer itself, and not known since the run began. Where nobody knows what kind of thing is asked for, the words may be
/// the answer and nothing besides: what they name is then only likely, so that it is offered and never taken. What was said before the
/// run began gives way to all of it, and to the answer itself: the older never counts against the newer.
fn besides(state: &RunState, said: Named, expected: Option<&str>, again: bool) -> Named {
    let is_known = |name: &str| state.context.get(ENTITIES).and_then(|known| known.get(name)).is_some_and(|value| !value.is_null());
    let is_earlier = |name: &str| is_known(name) && earlier(state).any(|one| one == name);
    let is_new = |name: &str| !is_known(name) || is_earlier(name);
    let mut out = Named::default();
    for (name, value) in said.entities {
        let fills = is_new(&name) && (expected != Some(name.as_str()) || is_earlier(&name));
        if again && is_known(&name) {
            out.entities.insert(name, value);
        } else if fills && expected.is_none() {
            out.likely.insert(name, value);
        } else if fills {
            out.entities.insert(name, value);
        }
    }
    let likely = said.likely.into_iter().filter(|(name, _)| is_new(name) && expected != Some(name.as_str()));
    out.likely.extend(likely);
    out
}

fn earlier(state: &RunState) -> impl Iterator<Item = &str> {
    state.context.get(EARLIER).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// What is sure is no longer only likely, and what is only likely now is no longer sure.
pub(super) fn keep(state: &mut RunState, entities: &Map<String, Value>, likely: &Map<String, Value>) {
    let Value::Object(context) = Arc::make_mut(&mut state.context) else { return };
    for (under, named) in [(ENTITIES, entities), (LIKELY, likely)] {
        if named.is_empty() {
            continue;
        }
        if let Value::Object(kept) = context.entry(under).or_insert_with(|| Value::Object(Map::new())) {
            kept.extend(named.clone());
        }
    }
    if let Some(Value::Object(likely)) = context.get_mut(LIKELY) {
        likely.retain(|name, _| !entities.contains_key(name));
    }
    if let Some(Value::Object(known)) = context.get_mut(ENTITIES) {
        known.retain(|name, _| entities.contains_key(name) || !likely.contains_key(name));
    }
    if let Some(Value::Array(earlier)) = context.get_mut(EARLIER) {
        earlier.retain(|name| !name.as_str().is_some_and(|name| entities.contains_key(name) || likely.contains_key(name)));
    }
}
