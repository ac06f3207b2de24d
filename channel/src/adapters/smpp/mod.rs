//! Text messages over SMPP 3.4: one bound session with an operator's message centre, in which messages, acknowledgements and receipts go
//! both ways. A contact is a telephone number, as with `sms`. Source: SMPP Protocol Specification v3.4, issue 1.2.

mod header;
mod inbound;
mod kept;
mod pdu;
mod session;
mod status;
mod text;

use crate::adapters::sms;
use crate::config::{choice, line};
use crate::fields::Form;
use crate::schema::{i18n, object};
use crate::{
    Adapter, Call, DeliveryContext, FieldError, Outbound, ParseError, Problem, Rate, Received, RenderError, Step, VerifyError, WireAddress,
    WireProtocol, config, crypt, plain,
};
use inbound::Ids;
use qn_domain::{ChannelKind, Inbox, Message, Timestamp};
use qn_egress::Request;
use serde_json::{Value, json};
use session::{Session, Settings};
use std::net::Ipv6Addr;
use text::{Alphabet, Written};

/// Ten messages in UCS-2; what is longer is said in several.
const TEXT_CHARS_MAX: usize = 670;
const PIECES_MAX: usize = 3;
const PORT: u16 = 2775;
const PER_SECOND: i64 = 10;
const WINDOW: i64 = 10;
const ENQUIRE_S: i64 = 30;

#[derive(Debug, Clone, Copy)]
pub struct Smpp;

/// How a long message leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Long {
    Header,
    Sar,
    Payload,
}

impl Adapter for Smpp {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Smpp
    }

    fn settings_schema(&self) -> Value {
        let words = i18n(
            ("短信 SMPP", "以 SMPP 3.4 直连运营商或短信网关，收发文本与状态报告。"),
            ("Text messages by SMPP", "SMPP 3.4 straight to an operator or gateway: texts and receipts in one session."),
        );
        let integer = |min: i64, max: i64, default: i64, zh, en| json!({"type": "integer", "minimum": min, "maximum": max, "default": default, "x-i18n": i18n(zh, en)});
        let flag = |default: bool, zh, en| json!({"type": "boolean", "default": default, "x-i18n": i18n(zh, en)});
        let properties = json!({
            "host": line(("主机", "短信中心的域名或 IP，不带协议和端口。"), ("Host", "Name or address of the message centre, without scheme and port.")),
            "port": integer(1, 65_535, i64::from(PORT), ("端口", "通常为 2775，TLS 常用 3550。"), ("Port", "Mostly 2775; with TLS often 3550.")),
            "tls": flag(false, ("TLS 加密", "从第一个字节起加密，证书须与主机相符。"), ("TLS", "Encrypted from the first byte; the certificate must be for the host.")),
            "system_id": line(("账号 system_id", "运营商分配的账号，最多 15 个字符。"), ("Account (system_id)", "The account that the operator gave, up to 15 characters.")),
            "password": json!({"type": "string", "maxLength": 8, "writeOnly": true, "x-secret": true, "x-i18n": i18n(("密码", "运营商分配的密码，SMPP 规定最多 8 个字符。"), ("Password", "The password that the operator gave; SMPP allows up to 8 characters."))}),
            "system_type": line(("系统类型 system_type", "运营商要求时填写，最多 12 个字符。"), ("System type", "Where the operator asks for one, up to 12 characters.")),
            "sender": line(("发送方", "接入号、号码（+ 开头为国际号码）或字母签名，留空由运营商决定。"), ("Sender", "A short number, a number (with + an international one) or a name; empty leaves it to the operator.")),
            "alphabet": choice(&["gsm7", "latin1", "ucs2"], "gsm7", ("短信中心字符集", "data_coding 为 0 时的字符集；其中没有的字符一律用 UCS-2 发送。ucs2 表示始终用 UCS-2。"), ("Alphabet of the centre", "What data_coding 0 means there; signs it lacks leave in UCS-2. ucs2 sends everything so.")),
            "long_messages": choice(&["udh", "sar", "payload"], "udh", ("长短信", "udh 在每段前加拼接头；sar 用 SAR 参数；payload 整条放入 message_payload，由短信中心拆分。"), ("Long messages", "udh puts a header before each part; sar uses the SAR parameters; payload hands over the whole and the centre parts it.")),
            "receipts": flag(true, ("状态报告", "要求短信中心返回状态报告。"), ("Receipts", "Asks the message centre for delivery receipts.")),
            "receipt_ids": choice(&["same", "hex_answers", "hex_receipts"], "same", ("报告编号写法", "提交应答与状态报告中的编号写法：same 相同；hex_answers 应答为十六进制、报告为十进制；hex_receipts 相反。"), ("Spelling of ids", "How ids look in answers and receipts: same; hex_answers are hexadecimal in answers and decimal in receipts; hex_receipts the other way round.")),
            "per_second": integer(1, 1_000, PER_SECOND, ("每秒条数", "发送速度上限，按合同填写。"), ("Messages a second", "Sends no faster, as the contract says.")),
            "window": integer(1, 100, WINDOW, ("窗口", "未收到应答前最多可提交的条数。"), ("Window", "So many may wait for their answer.")),
            "numbers_vouched": sms::vouching(),
            "enquire_s": integer(5, 300, ENQUIRE_S, ("心跳间隔（秒）", "空闲这么久就发送 enquire_link。"), ("Keep-alive (seconds)", "Sends enquire_link after so long without a word.")),
        });
        object(words, properties, &["host", "system_id"])
    }

    fn check_settings(&self, settings: &Value) -> Result<(), Vec<FieldError>> {
        crate::schema::check(&self.settings_schema(), settings)?;
        let text = |name: &str| settings[name].as_str().unwrap_or_default().trim();
        let blank = ["host", "system_id"].into_iter().filter(|name| text(name).is_empty());
        let mut errors: Vec<FieldError> = blank.map(|name| FieldError::new(name, Problem::Missing)).collect();
        let fields = [("host", 253), ("system_id", 15), ("password", 8), ("system_type", 12), ("sender", 20)];
        errors.extend(fields.into_iter().filter_map(|(name, max)| unfit(name, text(name), max)));
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn verify(&self, _inbox: &Inbox, _call: &Call<'_>, _now: Timestamp) -> Result<(), VerifyError> {
        Err(VerifyError::NotCallable)
    }

    fn parse(&self, _inbox: &Inbox, _call: &Call<'_>) -> Result<Received, ParseError> {
        Err(ParseError::UnknownEndpoint)
    }

    fn render(&self, inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
        if !plain::leaves(message)? {
            return Ok(Outbound::Nothing);
        }
        self.check_settings(&inbox.channel_settings).map_err(RenderError::BadSettings)?;
        let to = sms::number(context.contact_external_id).ok_or(RenderError::NoAddress)?;
        let text = plain::text(inbox, message, context, plain::Shape { own_buttons: false, own_files: false });
        let pieces = plain::capped(plain::split(&text, TEXT_CHARS_MAX, plain::chars), PIECES_MAX, context.conversation.language);
        let letters = pieces.iter().enumerate().flat_map(|(index, piece)| letters(inbox, &to, piece, reference(message, index)));
        let WireAddress { host, port, .. } = address(inbox);
        let step = |(index, pdu): (usize, Vec<u8>)| Step {
            key: crate::steps::key(message, index),
            idempotent: false,
            request: Request::post(format!("smpp://{host}:{port}"), pdu),
        };
        let steps: Vec<Step> = letters.enumerate().map(step).collect();
        Ok(if steps.is_empty() { Outbound::Nothing } else { Outbound::Steps(steps) })
    }

    fn wire(&self, inbox: &Inbox) -> Option<Box<dyn WireProtocol>> {
        let settings = Settings {
            address: address(inbox),
            system_id: config::text(inbox, "system_id").to_owned(),
            password: config::text(inbox, "password").to_owned(),
            system_type: config::text(inbox, "system_type").to_owned(),
            alphabet: alphabet(inbox),
            ids: match config::text(inbox, "receipt_ids") {
                "hex_answers" => Ids::HexAnswers,
                "hex_receipts" => Ids::HexReceipts,
                _ => Ids::Same,
            },
            window: usize::try_from(number(inbox, "window", WINDOW)).unwrap_or(1),
            is_vouched: sms::is_vouched(inbox),
            enquire_ms: number(inbox, "enquire_s", ENQUIRE_S).saturating_mul(1_000),
        };
        Some(Box::new(Session::new(settings)))
    }

    fn rate(&self, inbox: &Inbox) -> Option<Rate> {
        let per_second = u32::try_from(number(inbox, "per_second", PER_SECOND)).unwrap_or(1).max(1);
        Some(Rate { per_second, burst: per_second, per_contact_per_minute: None })
    }
}

/// What the session cannot be opened with, or a field of a PDU cannot hold.
fn unfit(name: &str, text: &str, max_chars: usize) -> Option<FieldError> {
    let problem = match text.chars().count() {
        count if count > max_chars => Problem::TooLong { max_chars },
        _ if name == "host" && !is_host(text) => Problem::NotAn { expected: Form::Host },
        _ if text.chars().all(|sign| sign.is_ascii_graphic() || sign == ' ') => return None,
        _ => Problem::NotAn { expected: Form::Identifier },
    };
    Some(FieldError::new(name, problem))
}

/// Colons are for addresses of IPv6 only; elsewhere they part a protocol or a port.
fn is_host(text: &str) -> bool {
    let is_plain = text.chars().all(|sign| sign.is_ascii_graphic() && !"/@:[]?#".contains(sign));
    is_plain || bare(text).parse::<Ipv6Addr>().is_ok()
}

/// Without the brackets that an address of IPv6 may stand in.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host)
}

fn number(inbox: &Inbox, name: &str, default: i64) -> i64 {
    inbox.channel_settings[name].as_i64().unwrap_or(default)
}

fn address(inbox: &Inbox) -> WireAddress {
    let host = bare(config::text(inbox, "host")).to_owned();
    let port = u16::try_from(number(inbox, "port", i64::from(PORT))).unwrap_or(PORT);
    WireAddress { host, port, is_tls: inbox.channel_settings["tls"] == true }
}

fn alphabet(inbox: &Inbox) -> Alphabet {
    match config::text(inbox, "alphabet") {
        "latin1" => Alphabet::Latin1,
        "ucs2" => Alphabet::Ucs2,
        _ => Alphabet::Gsm7,
    }
}

fn long(inbox: &Inbox) -> Long {
    match config::text(inbox, "long_messages") {
        "sar" => Long::Sar,
        "payload" => Long::Payload,
        _ => Long::Header,
    }
}

/// The same on every attempt: parts that left earlier belong to parts that leave later.
fn reference(message: &Message, piece: usize) -> u8 {
    crypt::sha256(&[crate::steps::key(message, piece).as_bytes()])[0]
}

/// The PDUs of one piece, each with its data coding, and with its place where there are several.
fn letters(inbox: &Inbox, to: &str, piece: &str, reference: u8) -> Vec<Vec<u8>> {
    let Written { data_coding, parts } = text::write(piece, alphabet(inbox));
    let total = u8::try_from(parts.len()).unwrap_or(u8::MAX);
    let plain = pdu::Submit {
        from: config::text(inbox, "sender"),
        to,
        data_coding,
        data: &[],
        has_header: false,
        sar: None,
        is_payload: false,
        wants_receipt: inbox.channel_settings["receipts"] != false,
    };
    let long = long(inbox);
    if total == 1 || long == Long::Payload {
        return vec![pdu::submit(&pdu::Submit { data: &parts.concat(), is_payload: total > 1, ..plain })];
    }
    let place = |(number, data): (u8, &Vec<u8>)| match long {
        Long::Sar => pdu::submit(&pdu::Submit { data, sar: Some((u16::from(reference), total, number)), ..plain }),
        _ => {
            let data = [&header::write(reference, total, number)[..], data].concat();
            pdu::submit(&pdu::Submit { data: &data, has_header: true, ..plain })
        }
    };
    (1u8..).zip(&parts).map(place).collect()
}
