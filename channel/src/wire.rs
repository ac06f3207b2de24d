//! Sessions of ours over a bare connection (SMPP), as state machines without IO: bytes in, events and bytes out. The driver connects,
//! keeps what must be kept, and writes `acks` only when that is safe.

use crate::{Delivered, Event, Refused};
use qn_domain::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireAddress {
    /// A name or an address, without brackets.
    pub host: String,
    pub port: u16,
    /// TLS from the first byte.
    pub is_tls: bool,
}

pub trait WireProtocol: Send {
    fn address(&self) -> WireAddress;

    /// A connection stands: what is said first. Everything of an earlier connection is forgotten but `kept`, the last `WireReaction::kept`,
    /// be it of another process.
    fn open(&mut self, kept: Option<&str>, now: Timestamp) -> Vec<u8>;

    fn receive(&mut self, bytes: &[u8], now: Timestamp) -> WireReaction;

    /// Time passed. Call it at least every `tick_ms`.
    fn tick(&mut self, now: Timestamp) -> WireReaction;

    fn tick_ms(&self) -> u64;

    /// The other side let us in.
    fn is_ready(&self) -> bool;

    /// Whether one more request may be asked now.
    fn takes(&self) -> bool;

    /// What to write for the request of a step; the answer is told under this number.
    fn ask(&mut self, request: &[u8], now: Timestamp) -> (u32, Vec<u8>);

    /// What is said last.
    fn close(&mut self) -> Vec<u8>;

    /// Wait before connecting again after the connection broke for the `failures`-th time in a row.
    fn reconnect_ms(&self, failures: u32) -> u64;
}

#[derive(Debug, Default, PartialEq)]
pub struct WireReaction {
    pub events: Vec<Event>,
    /// What the next connection must know: to be kept with the events, in one transaction.
    pub kept: Option<String>,
    /// To be written at once.
    pub sends: Vec<u8>,
    /// To be written when events and `kept` are safe; until then the other side will bring them again.
    pub acks: Vec<u8>,
    /// What became of requests, by the number that `ask` gave.
    pub answered: Vec<(u32, Result<Delivered, Refused>)>,
    /// Why something was dropped: a stable word.
    pub dropped: Option<&'static str>,
    /// The connection is over: a stable word for why.
    pub ended: Option<String>,
}
