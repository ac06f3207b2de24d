//! One bound session with a message centre: bind, requests within the window, what comes and its acknowledgement, `enquire_link`. It holds
//! state and does no IO; a driver carries its bytes.

use super::inbound::{self, Ids};
use super::kept::Kept;
use super::pdu::{self, Body, Heard};
use super::status;
use super::text::Alphabet;
use crate::adapters::sms;
use crate::{Delivered, Event, Refused, WireAddress, WireProtocol, WireReaction};
use qn_domain::Timestamp;
use std::collections::HashMap;

const BIND_MS_MAX: i64 = 15_000;
/// So long may the answer to a request take.
const ANSWER_MS_MAX: i64 = 20_000;
/// And the one to "are you there".
const SILENT_MS_MAX: i64 = 30_000;
const TICK_MS: u64 = 1_000;
const AGAIN_MS_MIN: u64 = 1_000;
const AGAIN_MS_MAX: u64 = 60_000;
const NUMBER_MAX: u32 = 0x7fff_ffff;

#[derive(Debug, Clone)]
pub struct Settings {
    pub address: WireAddress,
    pub system_id: String,
    pub password: String,
    pub system_type: String,
    pub alphabet: Alphabet,
    pub ids: Ids,
    pub window: usize,
    pub enquire_ms: i64,
    /// The operator vouches for senders' numbers.
    pub is_vouched: bool,
}

pub struct Session {
    settings: Settings,
    kept: Kept,
    buffer: Vec<u8>,
    is_bound: bool,
    number: u32,
    opened_at: Timestamp,
    heard_at: Timestamp,
    /// The `enquire_link` that waits for its answer.
    link: Option<(u32, Timestamp)>,
    /// Requests that wait for theirs.
    asked: HashMap<u32, Timestamp>,
}

impl Session {
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            kept: Kept::default(),
            buffer: Vec::new(),
            is_bound: false,
            number: 0,
            opened_at: 0,
            heard_at: 0,
            link: None,
            asked: HashMap::new(),
        }
    }

    fn next(&mut self) -> u32 {
        self.number = self.number % NUMBER_MAX + 1;
        self.number
    }

    fn hear(&mut self, heard: Heard, now: Timestamp, told: &mut WireReaction) {
        let Heard { number, status, what } = heard;
        match what {
            Body::Bound if status == 0 => self.is_bound = true,
            Body::Bound => told.ended = Some(status::not_bound(status)),
            Body::Submitted { message_id } => {
                let is_hex = self.settings.ids == Ids::HexAnswers;
                let external_id = message_id.map(|id| inbound::id(&id, is_hex));
                let outcome = if status == 0 { Ok(Delivered { external_id }) } else { Err(status::refused(status)) };
                self.answer(number, outcome, told);
            }
            Body::Nack if !self.is_bound => told.ended = Some(status::not_bound(status)),
            Body::Nack => self.answer(number, Err(status::refused(status)), told),
            Body::Deliver(short) => {
                match inbound::take(&short, &mut self.kept, self.settings.alphabet, self.settings.ids, now) {
                    Ok(events) => told.events.extend(self.graded(events)),
                    Err(word) => told.dropped = Some(word),
                }
                told.kept = Some(self.kept.write());
                told.acks.extend(pdu::delivered(number, 0));
            }
            Body::EnquireLink => told.sends.extend(pdu::enquired_link(number)),
            Body::EnquiredLink => {
                if self.link.take_if(|(link, _)| *link == number).is_some() && self.kept.prove(number) {
                    told.kept = Some(self.kept.write());
                }
            }
            Body::Unbind => {
                told.sends.extend(pdu::unbound(number));
                told.ended = Some("connection_closed".to_owned());
            }
            Body::Unbound | Body::Idle => {}
            Body::Unknown { is_deliver } => {
                told.dropped = Some("unreadable_call");
                // It would come again and again.
                told.acks.extend(if is_deliver {
                    pdu::delivered(number, pdu::UNREADABLE)
                } else {
                    pdu::nack(number, pdu::UNKNOWN_COMMAND)
                });
            }
        }
    }

    fn graded(&self, mut events: Vec<Event>) -> Vec<Event> {
        if self.settings.is_vouched {
            events.iter_mut().for_each(sms::vouch);
        }
        events
    }

    fn answer(&mut self, number: u32, outcome: Result<Delivered, Refused>, told: &mut WireReaction) {
        if self.asked.remove(&number).is_some() {
            told.answered.push((number, outcome));
        }
    }

    fn enquire(&mut self, now: Timestamp) -> Vec<u8> {
        let number = self.next();
        self.link = Some((number, now));
        self.kept.ask(number);
        pdu::enquire_link(number)
    }

    fn is_silent(&self, now: Timestamp) -> bool {
        match self.link {
            _ if !self.is_bound => now - self.opened_at > BIND_MS_MAX,
            Some((_, asked_at)) => now - asked_at.max(self.heard_at) > SILENT_MS_MAX,
            None => false,
        }
    }
}

impl WireProtocol for Session {
    fn address(&self) -> WireAddress {
        self.settings.address.clone()
    }

    fn open(&mut self, kept: Option<&str>, now: Timestamp) -> Vec<u8> {
        *self = Self { kept: Kept::read(kept), opened_at: now, heard_at: now, ..Self::new(self.settings.clone()) };
        let number = self.next();
        pdu::bind(number, &self.settings.system_id, &self.settings.password, &self.settings.system_type)
    }

    fn receive(&mut self, bytes: &[u8], now: Timestamp) -> WireReaction {
        self.buffer.extend_from_slice(bytes);
        self.heard_at = now;
        let mut told = WireReaction::default();
        while told.ended.is_none() {
            match pdu::take(&mut self.buffer) {
                Ok(Some(heard)) => self.hear(heard, now, &mut told),
                Ok(None) => break,
                Err(word) => told.ended = Some(word.to_owned()),
            }
        }
        if told.ended.is_none() && self.link.is_none() && self.kept.has_unproved() {
            let enquiry = self.enquire(now);
            told.acks.extend(enquiry);
        }
        told
    }

    fn tick(&mut self, now: Timestamp) -> WireReaction {
        let mut told = WireReaction::default();
        if self.is_silent(now) {
            told.ended = Some(if self.is_bound { "link_silent" } else { "timeout" }.to_owned());
            return told;
        }
        if self.is_bound && self.link.is_none() && now - self.heard_at >= self.settings.enquire_ms {
            told.sends = self.enquire(now);
        }
        let late: Vec<u32> = self.asked.iter().filter(|(_, at)| now - **at > ANSWER_MS_MAX).map(|(number, _)| *number).collect();
        for number in late {
            self.answer(number, Err(Refused::Retry { after_ms: 0, reason: "timeout".to_owned() }), &mut told);
        }
        let wholes = self.kept.give_up(now);
        told.events = self.graded(wholes.iter().filter_map(|whole| inbound::event(whole, self.settings.alphabet)).collect());
        if self.kept.forget(now) || !wholes.is_empty() {
            told.kept = Some(self.kept.write());
        }
        told
    }

    fn tick_ms(&self) -> u64 {
        TICK_MS
    }

    fn is_ready(&self) -> bool {
        self.is_bound
    }

    fn takes(&self) -> bool {
        self.is_bound && self.asked.len() < self.settings.window
    }

    fn ask(&mut self, request: &[u8], now: Timestamp) -> (u32, Vec<u8>) {
        let number = self.next();
        self.asked.insert(number, now);
        (number, pdu::numbered(request, number))
    }

    fn close(&mut self) -> Vec<u8> {
        let number = self.next();
        pdu::unbind(number)
    }

    fn reconnect_ms(&self, failures: u32) -> u64 {
        (AGAIN_MS_MIN << failures.saturating_sub(1).min(6)).min(AGAIN_MS_MAX)
    }
}
