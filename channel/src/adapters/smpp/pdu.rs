//! PDUs of SMPP 3.4 in our words, over the codec of `rusmpp-core`: what is said is a `Vec<u8>`, what is heard a `Heard`. Framing is done
//! here, so that a PDU the codec cannot read still has a number to answer under.

use bytes::BytesMut;
use rusmpp_core::CommandStatus;
use rusmpp_core::command::owned::Command;
use rusmpp_core::decode::owned::DecodeWithLength;
use rusmpp_core::encode::{Encode, Length};
use rusmpp_core::pdus::owned::{BindTransceiver, DeliverSm, DeliverSmResp, Pdu, SubmitSm};
use rusmpp_core::tlvs::owned::{MessageSubmissionRequestTlvValue as SubmitTlv, Tlv, TlvValue};
use rusmpp_core::types::owned::{AnyOctetString, COctetString, OctetString};
use rusmpp_core::values::owned::MessagePayload;
use rusmpp_core::values::{DataCoding, EsmClass, InterfaceVersion, Npi, RegisteredDelivery, Ton};

const HEAD_BYTES: usize = 16;
/// A message of 64 KiB in `message_payload`, and some.
const PDU_BYTES_MAX: usize = 70_000;

const DELIVER_SM: u32 = 0x05;
/// receipted_message_id, user_message_reference, the three of SAR, message_payload, message_state.
const READ_FIELDS: [u16; 7] = [0x001e, 0x0204, 0x020c, 0x020e, 0x020f, 0x0424, 0x0427];

pub const UNKNOWN_COMMAND: u32 = 0x03;
pub const UNREADABLE: u32 = 0x65;

/// A PDU that came.
#[derive(Debug, PartialEq)]
pub struct Heard {
    pub number: u32,
    pub status: u32,
    pub what: Body,
}

#[derive(Debug, PartialEq)]
pub enum Body {
    Bound,
    /// The message's name at the message centre, where it took the message.
    Submitted {
        message_id: Option<String>,
    },
    Deliver(Box<Short>),
    EnquireLink,
    EnquiredLink,
    Unbind,
    Unbound,
    Nack,
    /// Answers to what we never ask, and news that need no answer.
    Idle,
    /// A request that we do not carry out, or cannot read.
    Unknown {
        is_deliver: bool,
    },
}

/// A short message that came.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Short {
    /// With `+` where the network says that it is an international number.
    pub from: String,
    pub to: String,
    pub is_receipt: bool,
    pub has_header: bool,
    pub data_coding: u8,
    pub data: Vec<u8>,
    /// Number, parts in all, place from 1.
    pub sar: Option<(u16, u8, u8)>,
    pub reference: Option<u16>,
    pub receipted_id: Option<String>,
    pub state: Option<u8>,
}

/// A message on its way out.
#[derive(Debug, Clone, Copy)]
pub struct Submit<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub data_coding: u8,
    pub data: &'a [u8],
    pub has_header: bool,
    pub sar: Option<(u16, u8, u8)>,
    /// In `message_payload`, however long.
    pub is_payload: bool,
    pub wants_receipt: bool,
}

/// Takes one PDU from the front; none until it is whole. An error says that the stream cannot be followed any further.
pub fn take(buffer: &mut Vec<u8>) -> Result<Option<Heard>, &'static str> {
    let Some(head) = buffer.first_chunk::<HEAD_BYTES>() else { return Ok(None) };
    let word = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let (length, id, status, number) = (usize::try_from(word(0)).unwrap_or(usize::MAX), word(4), word(8), word(12));
    if !(HEAD_BYTES..=PDU_BYTES_MAX).contains(&length) {
        return Err("unreadable_answer");
    }
    if buffer.len() < length {
        return Ok(None);
    }
    let whole: Vec<u8> = buffer.drain(..length).skip(4).collect();
    let read = decode(&whole).or_else(|| decode(&essential(&whole).filter(|_| id == DELIVER_SM)?));
    let what = read.map_or_else(|| unread(id), |command| body(&command, id));
    Ok(Some(Heard { number, status, what }))
}

fn decode(pdu: &[u8]) -> Option<Command> {
    Command::decode(&mut BytesMut::from(pdu), pdu.len()).ok().map(|(command, _)| command)
}

/// A `deliver_sm` with those optional fields alone that we read: what operators put beside them, each in its own way, must not cost a
/// customer's message.
fn essential(pdu: &[u8]) -> Option<Vec<u8>> {
    let text = |at: usize| Some(at + pdu.get(at..)?.iter().position(|byte| *byte == 0)? + 1);
    // Service type, two addresses with their kinds, three octets, two times; the length of the words is the last of five octets.
    let from = text(HEAD_BYTES - 4)? + 2;
    let to = text(from)? + 2;
    let times = text(to)? + 3;
    let words = text(text(times)?)? + 5;
    let end = words + usize::from(*pdu.get(words - 1)?);
    let mut kept = pdu.get(..end)?.to_vec();
    let mut rest = &pdu[end..];
    while let [a, b, c, d, more @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*c, *d]));
        let (value, next) = more.split_at_checked(length)?;
        if READ_FIELDS.contains(&u16::from_be_bytes([*a, *b])) {
            kept.extend_from_slice(&[*a, *b, *c, *d]);
            kept.extend_from_slice(value);
        }
        rest = next;
    }
    Some(kept)
}

/// Of what the codec cannot read, the kind alone is known.
fn unread(id: u32) -> Body {
    match id {
        0x8000_0009 => Body::Bound,
        0x8000_0004 => Body::Submitted { message_id: None },
        0x8000_0000 => Body::Nack,
        0x8000_0001.. => Body::Idle,
        _ => Body::Unknown { is_deliver: id == DELIVER_SM },
    }
}

fn body(command: &Command, id: u32) -> Body {
    match command.pdu() {
        Some(Pdu::SubmitSmResp(answer)) => {
            let message_id = text(answer.message_id());
            Body::Submitted { message_id: Some(message_id).filter(|id| !id.is_empty()) }
        }
        Some(Pdu::DeliverSm(short)) => Body::Deliver(Box::new(Short::of(short))),
        Some(Pdu::EnquireLink) => Body::EnquireLink,
        Some(Pdu::EnquireLinkResp) => Body::EnquiredLink,
        Some(Pdu::Unbind) => Body::Unbind,
        Some(Pdu::UnbindResp) => Body::Unbound,
        Some(Pdu::AlertNotification(_) | Pdu::Outbind(_)) => Body::Idle,
        _ => unread(id),
    }
}

fn text<const MIN: usize, const MAX: usize>(found: &COctetString<MIN, MAX>) -> String {
    found.as_str().trim_matches(|sign: char| sign == '\0' || sign.is_whitespace()).to_owned()
}

impl Short {
    fn of(short: &DeliverSm) -> Self {
        let esm = u8::from(short.esm_class);
        let mut found = Self {
            from: number(&text(&short.source_addr), short.source_addr_ton),
            to: text(&short.destination_addr),
            // Receipt, delivery acknowledgement, intermediate notification.
            is_receipt: matches!(esm & 0x3c, 0x04 | 0x08 | 0x20),
            has_header: esm & 0x40 != 0,
            data_coding: u8::from(short.data_coding),
            data: short.short_message().to_vec(),
            ..Self::default()
        };
        let (mut sar_number, mut sar_total, mut sar_place) = (None, None, None);
        for value in short.tlvs().iter().filter_map(Tlv::value) {
            match value {
                TlvValue::MessagePayload(payload) if found.data.is_empty() => found.data = payload.value.to_vec(),
                TlvValue::SarMsgRefNum(number) => sar_number = Some(*number),
                TlvValue::SarTotalSegments(total) => sar_total = Some(*total),
                TlvValue::SarSegmentSeqnum(place) => sar_place = Some(*place),
                TlvValue::UserMessageReference(reference) => found.reference = Some(reference.value),
                TlvValue::ReceiptedMessageId(id) => found.receipted_id = Some(text(id)).filter(|id| !id.is_empty()),
                TlvValue::MessageState(state) => found.state = Some(u8::from(*state)),
                _ => {}
            }
        }
        found.sar = sar_number.zip(sar_total).zip(sar_place).map(|((number, total), place)| (number, total, place));
        found
    }
}

fn number(digits: &str, ton: Ton) -> String {
    let is_international = ton == Ton::International && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_international { format!("+{digits}") } else { digits.to_owned() }
}

/// How an address is written: `+` is international, letters are a name, few digits a short number.
fn address(text: &str) -> (Ton, Npi, COctetString<1, 21>) {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (ton, npi, kept) = match text.strip_prefix('+') {
        Some(digits) if is_digits(digits) => (Ton::International, Npi::Isdn, digits),
        _ if text.is_empty() => (Ton::Unknown, Npi::Unknown, ""),
        _ if !is_digits(text) => (Ton::Alphanumeric, Npi::Unknown, text),
        _ if text.len() <= 8 => (Ton::NetworkSpecific, Npi::Unknown, text),
        _ => (Ton::Unknown, Npi::Isdn, text),
    };
    (ton, npi, octets(kept))
}

/// Cut to what the field holds; what is no ASCII was refused with the settings.
fn octets<const MIN: usize, const MAX: usize>(text: &str) -> COctetString<MIN, MAX> {
    let kept: String = text.chars().filter(|sign| sign.is_ascii() && *sign != '\0').take(MAX - 1).collect();
    COctetString::from_string(kept).unwrap_or_default()
}

fn written(status: u32, number: u32, pdu: impl Into<Pdu>) -> Vec<u8> {
    let command = Command::new(CommandStatus::from(status), number, pdu);
    let length = 4 + command.length();
    let mut bytes = vec![0; length];
    bytes[..4].copy_from_slice(&u32::try_from(length).unwrap_or_default().to_be_bytes());
    command.encode(&mut bytes[4..]);
    bytes
}

pub fn bind(number: u32, system_id: &str, password: &str, system_type: &str) -> Vec<u8> {
    let pdu = BindTransceiver::builder()
        .system_id(octets(system_id))
        .password(octets(password))
        .system_type(octets(system_type))
        .interface_version(InterfaceVersion::Smpp3_4)
        .build();
    written(0, number, pdu)
}

/// Without a number: `numbered` gives it one when it leaves.
pub fn submit(submit: &Submit<'_>) -> Vec<u8> {
    let (source_ton, source_npi, source) = address(submit.from);
    let (to_ton, to_npi, to) = address(submit.to);
    let mut pdu = SubmitSm::builder()
        .source_addr_ton(source_ton)
        .source_addr_npi(source_npi)
        .source_addr(source)
        .dest_addr_ton(to_ton)
        .dest_addr_npi(to_npi)
        .destination_addr(to)
        .esm_class(EsmClass::from(if submit.has_header { 0x40 } else { 0 }))
        .registered_delivery(RegisteredDelivery::from(u8::from(submit.wants_receipt)))
        .data_coding(DataCoding::from(submit.data_coding));
    if submit.is_payload {
        pdu = pdu.push_tlv(SubmitTlv::MessagePayload(MessagePayload::new(AnyOctetString::from_slice(submit.data))));
    } else {
        pdu = pdu.short_message(OctetString::from_slice(submit.data).unwrap_or_default());
    }
    if let Some((number, total, place)) = submit.sar {
        pdu = pdu.push_tlv(SubmitTlv::SarMsgRefNum(number));
        pdu = pdu.push_tlv(SubmitTlv::SarTotalSegments(total));
        pdu = pdu.push_tlv(SubmitTlv::SarSegmentSeqnum(place));
    }
    written(0, 0, pdu.build())
}

/// The same PDU under this number.
pub fn numbered(pdu: &[u8], number: u32) -> Vec<u8> {
    let mut bytes = pdu.to_vec();
    if let Some(place) = bytes.get_mut(12..16) {
        place.copy_from_slice(&number.to_be_bytes());
    }
    bytes
}

pub fn delivered(number: u32, status: u32) -> Vec<u8> {
    written(status, number, DeliverSmResp::default())
}

pub fn enquire_link(number: u32) -> Vec<u8> {
    written(0, number, Pdu::EnquireLink)
}

pub fn enquired_link(number: u32) -> Vec<u8> {
    written(0, number, Pdu::EnquireLinkResp)
}

pub fn unbind(number: u32) -> Vec<u8> {
    written(0, number, Pdu::Unbind)
}

pub fn unbound(number: u32) -> Vec<u8> {
    written(0, number, Pdu::UnbindResp)
}

pub fn nack(number: u32, status: u32) -> Vec<u8> {
    written(status, number, Pdu::GenericNack)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn deliver(fields: &[u8]) -> Vec<u8> {
        let mut pdu = [0u32, DELIVER_SM, 0, 9].map(u32::to_be_bytes).concat();
        pdu.extend(b"\0\x01\x018613800138000\0\0\x0110690001\0\0\0\0\0\0\0\0\0\0\x02hi");
        pdu.extend(fields);
        let length = u32::try_from(pdu.len()).unwrap();
        pdu[..4].copy_from_slice(&length.to_be_bytes());
        pdu
    }

    #[test]
    fn odd_fields_cost_no_message() {
        // A callback number that is too short, a reference as it should be, and one that is cut.
        for (fields, reference) in [(&[0x03, 0x81, 0, 1, 7, 0x02, 0x04, 0, 2, 1, 1][..], Some(257)), (&[], None)] {
            let mut buffer = deliver(fields);
            let heard = take(&mut buffer).unwrap().unwrap();
            let Body::Deliver(short) = heard.what else { panic!("{:?}", heard.what) };
            assert_eq!(
                (heard.number, short.from.as_str(), short.data.as_slice(), short.reference),
                (9, "+8613800138000", &b"hi"[..], reference)
            );
        }
        let heard = take(&mut deliver(&[0x02, 0x04, 0, 9, 1])).unwrap().unwrap();
        assert_eq!((heard.number, heard.what), (9, Body::Unknown { is_deliver: true }));
    }

    #[test]
    fn what_is_not_whole_waits_and_what_cannot_be_ends() {
        let whole = [deliver(&[]), enquire_link(4)].concat();
        let mut buffer = whole[..20].to_vec();
        assert_eq!(take(&mut buffer), Ok(None));
        buffer.extend(&whole[20..]);
        assert!(matches!(take(&mut buffer), Ok(Some(Heard { what: Body::Deliver(_), .. }))));
        assert_eq!(take(&mut buffer), Ok(Some(Heard { number: 4, status: 0, what: Body::EnquireLink })));
        assert!(buffer.is_empty());
        assert_eq!(take(&mut vec![0; 16]), Err("unreadable_answer"));
    }

    #[test]
    fn a_number_is_given_when_it_leaves() {
        assert_eq!(numbered(&enquire_link(0), 7), enquire_link(7));
    }
}
