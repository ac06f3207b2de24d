//! The events of a run: which step each is for, and whether anybody waits for it at all.

use super::advance::{Refusal, Turn};
use super::apply::compiled;
use super::entry::Entry;
use super::event::{Event, StepError};
use super::go::{Exit, VALUE_BYTES_MAX};
use super::state::{Open, Place, Signal, Status};
use super::unwind;
use crate::context::Context;
use crate::model::{ErrorKind, TIMEOUT};
use crate::request::Request;
use crate::template::weight;
use serde_json::{Map, Value};
use std::sync::Arc;

const SIGNALS_MAX: usize = 100;

impl Turn<'_> {
    pub(super) fn take(&mut self, event: &Event) -> Result<(), Refusal> {
        match event {
            Event::Start { input, context } if self.state.status == Status::New => return self.start(input, context),
            Event::Start { .. } => return Err(Refusal::Started),
            _ if self.state.status != Status::Running => return Err(Refusal::NotRunning),
            _ => {}
        }
        let at = self.moment.now;
        match event {
            Event::Start { .. } => Ok(()),
            Event::Continue => {
                let ready = self.state.tokens.iter().filter(|(_, t)| matches!(t.place, Place::Ready | Place::Stranded));
                self.queue = ready.map(|(id, _)| *id).collect();
                Ok(())
            }
            Event::Reply { step, attempt, outcome, took_ms } => {
                let (token, open) = self.waiting(step)?;
                if open.resting || open.attempt != *attempt {
                    return Err(Refusal::NotWaiting(step.clone()));
                }
                match outcome {
                    Ok(value) if self.corrects(token, &open, value)? => Ok(()),
                    Ok(value) if open.agreed.is_some() => self.agree(token, &open, value),
                    Ok(value) => {
                        self.note_named(token, &open, value)?;
                        self.resume(token, value.clone(), *took_ms)
                    }
                    Err(error) => self.stumble(token, error.clone(), *took_ms),
                }
            }
            Event::Correct { reply, .. } => self.correct_unasked(reply),
            Event::Due { step } => self.due(step),
            Event::Signal { payload, step: Some(step), .. } => self.signal_for(step, payload),
            Event::Signal { id, name, payload, step: None } => self.signal(id, name, payload),
            Event::Cancel { .. } if self.state.closing.is_some() => Err(Refusal::NotRunning),
            Event::Cancel { reason } => {
                let error = StepError::new(ErrorKind::Cancelled, reason.clone());
                let unheard = self.unheard(None, unwind::whole_run);
                self.write(Entry::Cancelled { error, unheard, at })
            }
        }
    }

    fn start(&mut self, input: &Map<String, Value>, context: &Context) -> Result<(), Refusal> {
        let variables = &self.program.flow.variables;
        for (name, value) in input {
            let fits = variables.iter().any(|v| v.input && v.name == *name && (v.takes(value) || value.is_null()));
            if !fits {
                return Err(Refusal::Input(name.clone()));
            }
        }
        let event = [&context.event].into_iter().chain(context.entities.values()).chain(context.contact.attributes.values());
        if input.values().chain(event).map(weight).sum::<usize>() > VALUE_BYTES_MAX {
            return Err(Refusal::TooLarge);
        }
        if let Some(missing) = variables.iter().find(|v| v.input && v.default.is_none() && !input.contains_key(&v.name)) {
            return Err(Refusal::Input(missing.name.clone()));
        }
        let context = Box::new(context.clone());
        self.write(Entry::Started { flow: self.program.hash.clone(), input: input.clone(), context, at: self.moment.now })
    }

    fn waiting(&self, step: &str) -> Result<(u32, Open), Refusal> {
        let found = self.state.tokens.iter().find_map(|(id, token)| match &token.place {
            Place::Open(open) if token.step.to_string() == step => Some((*id, open.clone())),
            _ => None,
        });
        found.ok_or_else(|| Refusal::NotWaiting(step.to_owned()))
    }

    fn due(&mut self, step: &str) -> Result<(), Refusal> {
        let split = self.state.tokens.iter().find_map(|(id, token)| match token.place {
            Place::Split { due_at: Some(due_at), .. } if token.step.to_string() == step => Some((*id, due_at)),
            _ => None,
        });
        match split {
            Some((token, due_at)) if due_at <= self.moment.now => return self.time_out(token),
            Some(_) => return Err(Refusal::NotWaiting(step.to_owned())),
            None => {}
        }
        let (token, open) = self.waiting(step)?;
        if open.due_at.is_none_or(|due_at| due_at > self.moment.now) {
            return Err(Refusal::NotWaiting(step.to_owned()));
        }
        if open.resting {
            return self.open(token, open.attempt + 1, Arc::clone(&open.request), None);
        }
        if open.request.is_pause() {
            return self.resume(token, Value::Null, 0);
        }
        let node = compiled(self.program, &self.state, token).map_err(|reason| self.corrupt(reason))?;
        if node.ports.contains_key(TIMEOUT) {
            return self.close(token, Exit::by(TIMEOUT));
        }
        self.stumble(token, StepError::new(ErrorKind::Timeout, "nobody answered in time").zh("没有在时限内得到答复"), 0)
    }

    fn signal_for(&mut self, step: &str, payload: &Value) -> Result<(), Refusal> {
        let (token, open) = self.waiting(step)?;
        if weight(payload) > VALUE_BYTES_MAX {
            return Err(Refusal::TooLarge);
        }
        match &*open.request {
            Request::Listen { .. } => self.resume(token, payload.clone(), 0),
            _ => Err(Refusal::NotWaiting(step.to_owned())),
        }
    }

    fn signal(&mut self, id: &str, name: &str, payload: &Value) -> Result<(), Refusal> {
        if weight(payload) > VALUE_BYTES_MAX {
            return Err(Refusal::TooLarge);
        }
        let listener = self.state.tokens.iter().find_map(|(token, t)| match &t.place {
            Place::Open(open) => open.request.hears(name, payload).then_some(*token),
            _ => None,
        });
        if let Some(token) = listener {
            return self.resume(token, payload.clone(), 0);
        }
        if self.state.signals.len() >= SIGNALS_MAX {
            return Err(Refusal::TooManySignals);
        }
        let signal = Signal { id: id.to_owned(), name: name.to_owned(), payload: payload.clone() };
        self.write(Entry::Signalled { signal, at: self.moment.now })
    }
}
