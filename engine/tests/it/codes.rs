//! One-time codes from a flow to a telephone and back: what is right proves the number, what is wrong, late or used proves nothing, and
//! nobody keeps the code.

use crate::fixture::{House, NEIGHBOUR, house, inbox};
use crate::flows::{Stage, activities, said};
use qn_domain::{
    ActiveFlow, ActivityKey, ChannelKind, ContactIdentity, Content, Conversation, EffectState, Evidence, FactKind, Grade, Inbox, InboxId,
    Message, Outcome, Proof, ProofState, TenantId,
};
use qn_engine::{Draft, InboundMessage, KnownBy, Sent, Visitor, Writer};
use qn_store::{CommitSink, Db, contact_fact, verification};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const PHONE: &str = "8613910862253";
const BEGIN: &str = "我要验证手机";
const ASKED: &str = "请输入验证码";
const WRONG: &str = "验证码不对，请再输入一次";
const MINUTE: i64 = 60_000;

/// Takes text messages and keeps them.
struct Gateway {
    url: String,
    taken: Arc<Mutex<Vec<Value>>>,
}

impl Gateway {
    async fn start() -> Self {
        let listener = TcpListener::bind((NEIGHBOUR, 0)).await.unwrap();
        let url = format!("http://{}/send", listener.local_addr().unwrap());
        let taken = Arc::new(Mutex::new(Vec::new()));
        let kept = taken.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = String::new();
                let body = loop {
                    let mut bytes = [0; 2048];
                    let read = stream.read(&mut bytes).await.unwrap();
                    request.push_str(&String::from_utf8_lossy(&bytes[..read]));
                    let body = request.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str::<Value>(body).ok());
                    if let Some(body) = body {
                        break body;
                    }
                    assert!(read > 0, "a whole request: {request}");
                };
                kept.lock().unwrap().push(body);
                let answer = json!({"message_id": "g1"}).to_string();
                let head =
                    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close", answer.len());
                stream.write_all(format!("{head}\r\n\r\n{answer}").as_bytes()).await.unwrap();
            }
        });
        Self { url, taken }
    }

    /// The code in the n-th text message with one, counted from 1.
    async fn code(&self, n: usize) -> String {
        for _ in 0..2_000 {
            let letters = self.taken.lock().unwrap().clone();
            let has_code = |letter: &&Value| letter["text"].as_str().unwrap().contains("是您的验证码");
            if let Some(letter) = letters.iter().filter(has_code).nth(n - 1) {
                assert_eq!(letter["to"], format!("+{PHONE}"));
                return letter["text"].as_str().unwrap().chars().take(6).collect();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("never a text message {n}: {:?}", self.taken.lock().unwrap());
    }
}

async fn proving() -> (Stage, Gateway) {
    let (stage, gateway) = (Stage::open().await, Gateway::start().await);
    let channel_settings = json!({"provider": "generic", "send_url": gateway.url});
    let sms = Inbox { id: "inb_sms".into(), key: "sms".into(), channel: ChannelKind::Sms, channel_settings, ..inbox() };
    qn_store::inbox::insert(&stage.house.engine.db, &sms).await.unwrap();
    stage.house.engine.reload_settings(&tenant());
    let settings = json!({"to": "139 1086 2253", "text": ASKED, "again": WRONG, "resend": "重新发送"});
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": [BEGIN]}},
        {"id": "v", "kind": "verify", "settings": settings, "timeout_ms": 24 * 60 * MINUTE},
        {"id": "t", "kind": "say", "settings": {"text": "号码已核实"}},
        {"id": "u", "kind": "say", "settings": {"text": "号码没有核实"}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    let edges = json!([
        ["s", "next", "v"],
        ["v", "verified", "t"],
        ["v", "unverified", "u"],
        ["v", "error", "u"],
        ["v", "timeout", "u"],
        ["t", "next", "e"],
        ["u", "next", "e"],
    ]);
    stage.publish("proof", "核实手机", nodes, edges).await;
    (stage, gateway)
}

fn tenant() -> TenantId {
    "tnt_1".into()
}

/// Says it, and waits until these words come back; after the last ones until the flow is over.
async fn says(stage: &Stage, visitor: &Visitor, id: &str, text: &str, heard: &str) -> Sent {
    let sent = stage.house.ask(visitor, id, text).await;
    stage.until_said(&sent, heard).await;
    if heard.starts_with("号码") {
        let is_over = |messages: &[Message]| activities(messages).last() == Some(&ActivityKey::FlowEnded);
        stage.until(&sent, "the end of the flow", is_over).await;
    }
    sent
}

async fn grade(house: &House, visitor: &Visitor) -> Option<Grade> {
    let known = contact_fact::list(&house.engine.db, &tenant(), &[&visitor.contact_id]).await.unwrap();
    known.into_iter().find(|(_, fact)| fact.kind == FactKind::Phone && fact.value == PHONE).map(|(_, fact)| fact.grade)
}

fn other_than(code: &str) -> String {
    let other = if code.ends_with('0') { '1' } else { '0' };
    format!("{}{other}", &code[..5])
}

/// By itself, not within a longer number or name.
fn shows(text: &str, code: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == code)
}

#[tokio::test]
async fn the_right_code_proves_the_number_and_is_kept_nowhere() {
    let (stage, gateway) = proving().await;
    let house = &stage.house;
    let (mei, app) = (house.visitor("mei").await, house.visitor("app").await);
    let known = KnownBy { kind: FactKind::Phone, scope: "", value: PHONE, grade: Grade::Channel };
    house.engine.known_by(&tenant(), &app.contact_id, &[known]).await;
    says(&stage, &mei, "1", BEGIN, ASKED).await;
    assert_eq!(grade(house, &mei).await, None);
    let code = gateway.code(1).await;
    let sent = says(&stage, &mei, "2", &format!("收到了，{code}"), "号码已核实").await;
    assert_eq!(grade(house, &mei).await, Some(Grade::Verified));
    let person = house.engine.person(&tenant(), &mei.contact_id).await.unwrap();
    assert_eq!(person.contacts.len(), 2, "what is proved on both sides links by the rule");

    let messages = house.messages(&sent).await;
    assert!(messages.iter().any(|m| m.content.text == "收到了，••••••"));
    let run = stage.runs().await.remove(0);
    let journal = qn_store::flow_run::journal(&house.engine.db, &tenant(), &run.id).await.unwrap();
    let mut kept = vec![json!(messages).to_string(), json!(stage.conversation(&sent).await).to_string()];
    kept.extend(journal);
    for state in [EffectState::Pending, EffectState::Done, EffectState::Dead] {
        let effects = qn_store::effect::list(&house.engine.db, &tenant(), state, None, 100).await.unwrap();
        kept.extend(effects.items.iter().map(|effect| effect.payload.to_string()));
    }
    assert!(kept.iter().all(|text| !shows(text, &code)), "{code}: {kept:#?}");
}

#[tokio::test]
async fn three_wrong_ones_are_the_end_and_one_message_is_one_try() {
    let (stage, gateway) = proving().await;
    let mei = stage.house.visitor("mei").await;
    says(&stage, &mei, "1", BEGIN, ASKED).await;
    let code = gateway.code(1).await;
    let wrong = other_than(&code);
    says(&stage, &mei, "2", &wrong, WRONG).await;
    stage.house.ask(&mei, "2", &wrong).await;
    says(&stage, &mei, "3", "还没收到", WRONG).await;
    says(&stage, &mei, "4", &wrong, WRONG).await;
    says(&stage, &mei, "5", &wrong, "号码没有核实").await;
    says(&stage, &mei, "6", BEGIN, ASKED).await;
    let newer = gateway.code(2).await;
    assert_ne!(code, newer);
    says(&stage, &mei, "7", &code, WRONG).await;
    assert_eq!(grade(&stage.house, &mei).await, None, "the code before it proves nothing");
    says(&stage, &mei, "8", &newer, "号码已核实").await;
    says(&stage, &mei, "9", BEGIN, ASKED).await;
    gateway.code(3).await;
    says(&stage, &mei, "10", &newer, WRONG).await;
}

#[tokio::test]
async fn a_code_that_comes_too_late_proves_nothing() {
    let (stage, gateway) = proving().await;
    let mei = stage.house.visitor("mei").await;
    says(&stage, &mei, "1", BEGIN, ASKED).await;
    let code = gateway.code(1).await;
    stage.house.clock.advance(10 * MINUTE);
    says(&stage, &mei, "2", &code, "号码没有核实").await;
    assert_eq!(grade(&stage.house, &mei).await, None);
}

#[tokio::test]
async fn a_number_hears_three_codes_in_ten_minutes_whoever_asks() {
    let (stage, gateway) = proving().await;
    let mei = stage.house.visitor("mei").await;
    says(&stage, &mei, "1", BEGIN, ASKED).await;
    gateway.code(1).await;
    for (id, n) in [("2", 2), ("3", 3)] {
        says(&stage, &mei, id, "重新发送", ASKED).await;
        gateway.code(n).await;
    }
    let conversation = stage.house.engine.visitor_conversation(&mei).await.unwrap().unwrap().id;
    let live = async || verification::find_live(&stage.house.engine.db, &tenant(), &conversation).await.unwrap().unwrap().id;
    let third = live().await;
    says(&stage, &mei, "4", "重新发送", ASKED).await;
    assert_eq!(live().await, third, "the fourth was too many");
    let lin = stage.house.visitor("lin").await;
    says(&stage, &lin, "1", BEGIN, "号码没有核实").await;
    let last = gateway.code(3).await;
    let done = says(&stage, &mei, "5", &last, "号码已核实").await;
    assert!(stage.house.messages(&done).await.iter().any(|m| said(m) == "号码已核实"), "the last of them is good");
    stage.house.clock.advance(11 * MINUTE);
    says(&stage, &lin, "2", BEGIN, ASKED).await;
}

/// It came by this inbox, under the contact of `visitor`; who wrote it is what the channel makes of it.
async fn comes_in(house: &House, inbox: &str, visitor: &Visitor, writer: Writer, (id, text): (&str, &str)) -> Sent {
    let message = InboundMessage {
        tenant_id: tenant(),
        inbox: house.engine.inbox(&tenant(), &InboxId::from(inbox)).await.unwrap(),
        contact_id: visitor.contact_id.clone(),
        thread_key: visitor.contact_id.0.clone(),
        client_msg_id: id.to_owned(),
        content: Content::text(text),
        reply_to: None,
        page: None,
        language: None,
        wants_person: false,
        left: None,
        writer,
        quiet: None,
        lost_files: vec![],
    };
    Box::pin(house.engine.receive(message)).await.unwrap()
}

#[tokio::test]
async fn who_may_be_somebody_else_proves_no_number_onto_the_contact_and_uses_up_no_try() {
    let (stage, gateway) = proving().await;
    let house = &stage.house;
    let (mei, lin) = (house.visitor("mei").await, house.visitor("lin").await);
    says(&stage, &mei, "1", BEGIN, ASKED).await;
    let code = gateway.code(1).await;
    let forged = comes_in(house, "inb_1", &mei, Writer::Claimed, ("2", code.as_str())).await;
    stage.until_said(&forged, "号码没有核实").await;
    assert_eq!(grade(house, &mei).await, None);
    let proof = verification::find_live(&house.engine.db, &tenant(), &forged.conversation.id).await.unwrap().unwrap();
    assert_eq!((proof.state, proof.tries), (ProofState::Open, 0), "it was not even looked at");

    let claimed = comes_in(house, "inb_1", &lin, Writer::Claimed, ("1", BEGIN)).await;
    stage.until_said(&claimed, "号码没有核实").await;
    let texted = comes_in(house, "inb_sms", &lin, Writer::Proved, ("2", BEGIN)).await;
    stage.until_said(&texted, "号码没有核实").await;
    for told in [&claimed, &texted] {
        let sent = verification::find_live(&house.engine.db, &tenant(), &told.conversation.id).await.unwrap();
        assert_eq!(sent, None, "a code that can prove nothing is not sent");
    }
}

#[tokio::test]
async fn the_address_that_a_contact_is_known_by_is_proved_by_the_code_whoever_may_write() {
    let (stage, gateway) = proving().await;
    let house = &stage.house;
    let mei = house.visitor("mei").await;
    let identity = ContactIdentity {
        id: "idn_mei".into(),
        tenant_id: tenant(),
        contact_id: mei.contact_id.clone(),
        inbox_id: "inb_1".into(),
        channel: ChannelKind::Web,
        external_id: format!("+{PHONE}"),
        evidence: Evidence::Channel,
        created_at: house.engine.now(),
    };
    qn_store::identity::insert_or_find(&house.engine.db, &identity).await.unwrap();
    let begun = comes_in(house, "inb_1", &mei, Writer::Claimed, ("1", BEGIN)).await;
    stage.until_said(&begun, ASKED).await;
    let code = gateway.code(1).await;
    let typed = comes_in(house, "inb_1", &mei, Writer::Claimed, ("2", code.as_str())).await;
    stage.until_said(&typed, "号码已核实").await;
    assert_eq!(grade(house, &mei).await, Some(Grade::Verified));
}

/// As if one had been sent for this conversation.
async fn is_sent(db: &Db, c: &Conversation, now: i64) -> Proof {
    let proof = Proof {
        id: "ver_1".into(),
        contact_id: c.contact_id.clone(),
        conversation_id: c.id.clone(),
        visit: "run_1/v@".into(),
        kind: FactKind::Phone,
        address: PHONE.into(),
        state: ProofState::Open,
        tries: 0,
        last_said: None,
        used_by: None,
        at: now,
        expires_at: now + 10 * MINUTE,
    };
    assert!(verification::insert(db, &tenant(), &proof, &[]).await.unwrap());
    proof
}

#[tokio::test]
async fn while_a_code_is_good_nothing_like_it_is_kept_and_where_none_is_asked_for_nothing_is_tried() {
    let house = house().await;
    let mei = house.visitor("mei").await;
    let begun = house.ask(&mei, "1", "你好").await;
    let proof = is_sent(&house.engine.db, &begun.conversation, house.engine.now()).await;
    for (id, text, kept) in [("2", "123456", "••••••"), ("3", "123 456, 13910862253", "••• •••, 13910862253"), ("4", "12345", "12345")]
    {
        assert_eq!(house.ask(&mei, id, text).await.message.content.text, kept);
    }
    let still = verification::find_live(&house.engine.db, &tenant(), &begun.conversation.id).await.unwrap();
    assert_eq!(still, Some(proof), "no try was counted");
    house.clock.advance(10 * MINUTE);
    assert_eq!(house.ask(&mei, "5", "123456").await.message.content.text, "123456", "it is no code any more");
}

#[tokio::test]
async fn a_question_that_another_server_asked_meanwhile_finds_the_code_looked_at_and_veiled() {
    let house = house().await;
    let mei = house.visitor("mei").await;
    let begun = house.ask(&mei, "1", "你好").await;
    // This server knows the conversation as it was before.
    let beside = Db::open(&house.beside(), CommitSink::none()).await.unwrap();
    let known = qn_store::conversation::get(&beside, &tenant(), &begun.conversation.id).await.unwrap();
    let mut draft = Draft::on(known, house.engine.now());
    let (run_id, flow, step) = ("run_1".into(), "proof".into(), "v".into());
    let question = ActiveFlow { run_id, flow, step, attempt: 1, text: ASKED.into(), secret: true, ..ActiveFlow::default() };
    draft.conversation.bot.flows.push(question);
    is_sent(&beside, &begun.conversation, house.engine.now()).await;
    assert!(matches!(beside.commit(draft.finish()).await.unwrap(), Outcome::Done { .. }));
    beside.close().await;
    let typed = house.ask(&mei, "2", "123456").await;
    assert_eq!(typed.message.content.text, "••••••");
    let proof = verification::find(&house.engine.db, &tenant(), "ver_1").await.unwrap().unwrap();
    assert_eq!(proof.last_said.as_deref(), Some("2"));
}
