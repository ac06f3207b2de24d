//! Connections of ours over which a platform brings its calls, as state machines without IO: frames in, events and frames out.
//! The driver asks for an endpoint, opens the WebSocket, and sends `acks` only when the events are safe.

use crate::{Event, Refused};
use bytes::Bytes;
use qn_domain::Timestamp;
use qn_egress::{Request, Response};

pub trait StreamProtocol: Send {
    /// Asks where to connect; anew for every connection.
    fn open(&mut self) -> Request;

    /// The WebSocket address out of the answer.
    fn endpoint(&mut self, response: &Response) -> Result<String, Refused>;

    /// A frame came. What cannot be read is dropped, and told in `dropped`.
    fn receive(&mut self, frame: Frame, now: Timestamp) -> Reaction;

    /// Time passed: pings that are due. Call it at least every `tick_ms`.
    fn tick(&mut self, now: Timestamp) -> Reaction;

    fn tick_ms(&self) -> u64;

    /// Wait before connecting again after the connection broke for the `failures`-th time in a row.
    fn reconnect_ms(&self, failures: u32) -> u64;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    Text(String),
    Binary(Bytes),
    /// A WebSocket ping of ours.
    Ping,
}

#[derive(Debug, Default, PartialEq)]
pub struct Reaction {
    pub events: Vec<Event>,
    /// To be sent at once.
    pub frames: Vec<Frame>,
    /// To be sent when the events are safe; until then the platform will bring them again.
    pub acks: Vec<Frame>,
    /// The platform asked for a new connection.
    pub reconnect: bool,
    /// Why a frame was dropped: a stable word.
    pub dropped: Option<&'static str>,
}
