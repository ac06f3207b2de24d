//! What a message centre brings: words of customers, in one piece or in parts, and receipts on what we sent, in every operator's spelling.

use super::kept::{Kept, Part, Whole, name};
use super::pdu::Short;
use super::text::Alphabet;
use super::{header, status, text};
use crate::adapters::sms;
use crate::crypt;
use crate::event::{DeliveryReport, Event, Reported};
use qn_domain::Timestamp;

/// How operators write the same id in answers and in receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ids {
    Same,
    /// Hexadecimal in answers, decimal in receipts.
    HexAnswers,
    /// Decimal in answers, hexadecimal in receipts.
    HexReceipts,
}

/// One spelling for both: decimal, without zeros in front.
pub fn id(text: &str, is_hex: bool) -> String {
    let text = text.trim();
    let number = if is_hex { u128::from_str_radix(text, 16).ok() } else { None };
    let text = number.map_or_else(|| text.to_ascii_lowercase(), |number| number.to_string());
    let trimmed = text.trim_start_matches('0');
    if trimmed.is_empty() { text } else { trimmed.to_owned() }
}

/// The events of one `deliver_sm`, or why it was dropped. What must be remembered is in `kept`.
pub fn take(short: &Short, kept: &mut Kept, own: Alphabet, ids: Ids, now: Timestamp) -> Result<Vec<Event>, &'static str> {
    if short.is_receipt || short.receipted_id.is_some() {
        return Ok(receipt(short, ids).into_iter().collect());
    }
    let from = sms::number(&short.from).ok_or("unreadable_call")?;
    let (place, words) = header::read(short).ok_or("unreadable_call")?;
    if kept.is_repeated(&print(short), now) {
        return Ok(Vec::new());
    }
    let Some(place) = place else {
        let whole = Whole { id: name(&[&short.data], now), from, data_coding: short.data_coding, runs: vec![words.to_vec()] };
        return Ok(vec![event(&whole, own).ok_or("not_supported")?]);
    };
    let part = Part { from, to: short.to.clone(), place, data_coding: short.data_coding, data: crypt::hex(words), at: now };
    Ok(kept.add(part).iter().filter_map(|whole| event(whole, own)).collect())
}

/// What makes two the same.
fn print(short: &Short) -> String {
    let more = format!("{:?} {:?} {} {}", short.sar, short.reference, short.data_coding, short.has_header);
    let parts: [&[u8]; 7] = [short.from.as_bytes(), b"\0", short.to.as_bytes(), b"\0", more.as_bytes(), b"\0", short.data.as_slice()];
    crypt::hex(&crypt::sha256(&parts))[..32].to_owned()
}

/// None where it is no text.
pub fn event(whole: &Whole, own: Alphabet) -> Option<Event> {
    let runs: Option<Vec<String>> = whole.runs.iter().map(|run| text::read(run, whole.data_coding, own)).collect();
    Some(sms::message(whole.id.clone(), whole.from.clone(), &runs?.join(" … "), None))
}

fn receipt(short: &Short, ids: Ids) -> Option<Event> {
    let told = text::read(&short.data, 3, Alphabet::Latin1).unwrap_or_default();
    let name = short.receipted_id.clone().or_else(|| field(&told, "id").map(str::to_owned))?;
    let number = field(&told, "stat").and_then(status::stat).or(short.state)?;
    let (state, word) = status::state(number)?;
    let detail = field(&told, "err").filter(|err| err.bytes().any(|byte| byte != b'0') && err.len() <= 10);
    let reason = word.map(|word| detail.map_or_else(|| word.to_owned(), |err| format!("{word}:{err}")));
    Some(Event::report(DeliveryReport { of: Reported::External(id(&name, ids == Ids::HexReceipts)), state, reason }))
}

/// `id:123 sub:001 … stat:DELIVRD err:000 text:…`, in upper or lower case.
fn field<'a>(told: &'a str, name: &str) -> Option<&'a str> {
    let lower = told.to_ascii_lowercase();
    let wanted = format!("{name}:");
    let begins = |at: &usize| at.checked_sub(1).is_none_or(|before| !lower.as_bytes()[before].is_ascii_alphanumeric());
    let at = lower.match_indices(&wanted).map(|(at, _)| at).find(begins)?;
    told[at + wanted.len()..].split_whitespace().next()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::What;
    use qn_domain::DeliveryState;

    fn report(data: &str, ids: Ids) -> Option<(String, DeliveryState, Option<String>)> {
        let short = Short { is_receipt: true, data: data.as_bytes().to_vec(), ..Short::default() };
        let events = take(&short, &mut Kept::default(), Alphabet::Gsm7, ids, 0).unwrap();
        let What::Report(report) = events.into_iter().next()?.what else { return None };
        let Reported::External(id) = report.of else { return None };
        Some((id, report.state, report.reason))
    }

    #[test]
    fn receipts_in_operators_spellings() {
        let delivered = |id: &str| Some((id.to_owned(), DeliveryState::Delivered, None));
        let whole = "id:0123456789 sub:001 dlvrd:001 submit date:2611300900 done date:2611300901 stat:DELIVRD err:000 text:id:7 stat:x";
        assert_eq!(report(whole, Ids::Same), delivered("123456789"));
        assert_eq!(report("ID:A1B STAT:DELIVERED", Ids::Same), delivered("a1b"));
        assert_eq!(report("id:1a stat:DELIVRD", Ids::HexReceipts), delivered("26"));
        assert_eq!(id("1A", true), "26");
        let failed = |reason: &str| Some(("1".to_owned(), DeliveryState::Failed, Some(reason.to_owned())));
        assert_eq!(report("id:1 stat:UNDELIV err:012", Ids::Same), failed("undeliverable:012"));
        assert_eq!(report("id:1 stat:EXPIRED err:000", Ids::Same), failed("receipt_expired"));
        assert_eq!(report("id:1 stat:UNKNOWN err:000", Ids::Same), None);
        assert_eq!(report("thanks", Ids::Same), None);
    }

    #[test]
    fn the_fields_count_before_the_text() {
        let short = Short { receipted_id: Some("0077".into()), state: Some(2), ..Short::default() };
        let events = take(&short, &mut Kept::default(), Alphabet::Gsm7, Ids::Same, 0).unwrap();
        assert_eq!(events[0].key, "s:77:delivered");
    }

    #[test]
    fn the_same_again_is_one_and_no_text_is_none() {
        let mut kept = Kept::default();
        let short = Short { from: "+8613800138000".into(), data: b"hi".to_vec(), ..Short::default() };
        let mut come = |short: &Short| take(short, &mut kept, Alphabet::Gsm7, Ids::Same, 5).map(|events| events.len());
        assert_eq!((come(&short), come(&short)), (Ok(1), Ok(0)));
        assert_eq!(come(&Short { reference: Some(2), ..short.clone() }), Ok(1), "another reference is another message");
        assert_eq!(come(&Short { data_coding: 4, ..short.clone() }), Err("not_supported"));
        assert_eq!(come(&Short { from: "Bank".into(), ..short.clone() }), Err("unreadable_call"));
        assert_eq!(come(&Short { has_header: true, data: vec![9], ..short }), Err("unreadable_call"));
    }
}
