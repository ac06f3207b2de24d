//! One-time codes where they come and go. A code is nowhere kept: it follows from the row's id and the server's key, is made again each time
//! it leaves, and what a customer types is held against it at the door, before anything else reads or keeps their words.

use crate::deliver::{Done, undone};
use crate::flows::stack;
use crate::inbound::{InboundMessage, Writer};
use crate::{Engine, Result};
use qn_channel::{DeliveryContext, Outbound};
use qn_crypto::Place;
use qn_domain::{
    Author, CODE_DIGITS, ChannelKind, Content, Conversation, DeliveryState, EffectRow, FactKind, Grade, Inbox, Message, MessageId,
    MessageKind, Proof, ProofState, TenantId,
};
use qn_identity::fact::read;
use qn_store::verification;
use std::ops::Range;
use std::sync::Arc;

const MARK: &str = "one-time code";
/// Stands for each digit of what was typed.
const DOT: char = '•';
/// Hexadecimal digits of the mark that make the code.
const MARK_DIGITS: usize = 15;
/// Numbers of that many digits have their country in front.
const WHOLE_NUMBER_MIN: usize = 11;

impl Engine {
    /// Puts dots in place of what may be a code while one is good here, or asked for, and looks at it where it is asked for. Elsewhere
    /// nothing is compared: whether dots come must tell nobody what is right, or they could guess without a try being counted. `c` is the
    /// state in which the message is decided on: whoever was faster makes it be read again.
    pub(crate) async fn take_code(&self, message: &InboundMessage, c: &Conversation) -> Result<InboundMessage> {
        let mut message = message.clone();
        let Some((code, dotted)) = typed(&message.content.text) else { return Ok(message) };
        let is_asked = stack::open(&c.bot).is_some_and(|question| question.secret);
        let now = self.now();
        let proof = verification::find_live(&self.db, &c.tenant_id, &c.id).await?.filter(|proof| proof.expires_at > now);
        if is_asked || proof.is_some() {
            message.content.text = dotted;
        }
        let (true, Some(code), Some(proof)) = (is_asked, code, proof) else { return Ok(message) };
        let is_new = proof.state == ProofState::Open && proof.last_said.as_deref() != Some(message.client_msg_id.as_str());
        let counts = is_new
            && proof.contact_id == message.contact_id
            && self.may_prove(c, message.writer, (proof.kind, proof.address.as_str())).await?;
        if counts {
            let is_right = self.code_of(&message.tenant_id, &proof.id).is_some_and(|known| same(&known, &code));
            verification::note_try(&self.db, &message.tenant_id, &proof.id, &message.client_msg_id, is_right).await?;
        }
        Ok(message)
    }

    /// Whether a code that went to this address proves it of the conversation's contact. Where somebody else may have written in the
    /// contact's name, only the address by which the contact is known there can: who reads what comes to it is the contact.
    pub(crate) async fn may_prove(&self, c: &Conversation, writer: Writer, (kind, address): (FactKind, &str)) -> Result<bool> {
        let inbox = self.inbox(&c.tenant_id, &c.inbox_id).await?;
        if writer == Writer::Proved && !c.bot.unproved && is_vouched(&inbox) {
            return Ok(true);
        }
        let known = qn_store::identity::list(&self.db, &c.tenant_id, &c.contact_id).await?;
        let is_it = |external_id: &str| read(kind, "", external_id, Grade::Verified).is_some_and(|fact| fact.value == address);
        Ok(known.iter().any(|identity| identity.inbox_id == c.inbox_id && is_it(&identity.external_id)))
    }

    fn code_of(&self, tenant_id: &TenantId, id: &str) -> Option<String> {
        let mark = self.channels.keys.mark(Place { tenant: tenant_id.as_str(), name: MARK }, id);
        let number = u64::from_str_radix(mark.get(..MARK_DIGITS)?, 16).ok()?;
        Some(format!("{:0width$}", number % 1_000_000, width = CODE_DIGITS))
    }

    pub(crate) async fn on_code_send(&self, effect: &EffectRow) -> Done {
        Done::of_letter(Box::pin(self.send_code(effect)).await)
    }

    async fn send_code(&self, effect: &EffectRow) -> Result<Done> {
        let field = |name: &str| effect.payload[name].as_str().unwrap_or_default();
        let proof = verification::find(&self.db, &effect.tenant_id, field("verification_id")).await?;
        let open = |proof: &Proof| proof.state == ProofState::Open && proof.expires_at > self.now();
        // A code that is over helps nobody.
        let Some(proof) = proof.filter(open) else { return Ok(Done::Yes) };
        let Some(code) = self.code_of(&effect.tenant_id, &proof.id) else { return Ok(Done::Never { error: "no_code".to_owned() }) };
        let inbox = self.inbox(&effect.tenant_id, &field("inbox_id").into()).await?;
        let conversation = qn_store::conversation::get(&self.db, &effect.tenant_id, &proof.conversation_id).await?;
        let (subject, text) = words(&conversation, &code);
        if proof.kind == FactKind::Email {
            return self.mail_letter(&inbox, effect, (proof.address.as_str(), subject, text.as_str())).await;
        }
        self.text_code(&inbox, effect, (&proof, &conversation), text).await
    }

    /// By the inbox's adapter, like a message that is in no conversation and is never kept.
    async fn text_code(
        &self,
        inbox: &Arc<Inbox>,
        effect: &EffectRow,
        (proof, conversation): (&Proof, &Conversation),
        text: String,
    ) -> Result<Done> {
        let opened = self.opened(inbox)?;
        let token = match self.channel_token(&opened).await {
            Ok(token) => token,
            Err(refused) => return Ok(undone(refused)),
        };
        let to = if proof.address.len() >= WHOLE_NUMBER_MIN { format!("+{}", proof.address) } else { proof.address.clone() };
        let message = letter(effect, proof, text);
        let context = DeliveryContext { token: &token, ..DeliveryContext::plain(conversation, &to, &self.public_url, self.now()) };
        let adapter = qn_channel::find(opened.channel);
        let steps = match adapter.render(&opened, &message, &context) {
            Ok(Outbound::Steps(steps)) => steps,
            Ok(Outbound::Nothing) => return Ok(Done::Yes),
            Err(error) => return Ok(undone(super::send::unrendered(&error))),
        };
        for mut step in steps {
            step.request.idempotency_key = Some(effect.key.clone());
            let judged = match adapter.wire(&opened).is_some() {
                true => self.ask_wire(&opened, step.request.body.clone()).await,
                false => adapter.outcome(&step, &self.call(step.request.clone()).await),
            };
            if let Err(refused) = judged {
                return Ok(undone(refused));
            }
        }
        self.channels.health.sent(&opened, self.now());
        Ok(Done::Yes)
    }
}

/// Whether what comes by an inbox is its contact's. Sender numbers can be forged unless the operator rules it out; each letter says of
/// itself whether its sender is proved.
fn is_vouched(inbox: &Inbox) -> bool {
    !matches!(inbox.channel, ChannelKind::Sms | ChannelKind::Smpp) || inbox.channel_settings["numbers_vouched"] == true
}

/// Subject and text.
fn words(conversation: &Conversation, code: &str) -> (&'static str, String) {
    let language = conversation.language;
    let text = language.pick(
        "{} 是您的验证码，10 分钟内有效。请只在与我们的对话里输入，不要告诉任何人。",
        "{} is your one-time code, good for 10 minutes. Type it in our conversation only, and tell it to nobody.",
    );
    (language.pick("您的验证码", "Your one-time code"), text.replace("{}", code))
}

fn letter(effect: &EffectRow, proof: &Proof, text: String) -> Message {
    Message {
        id: MessageId(format!("msg_{}", proof.id)),
        tenant_id: effect.tenant_id.clone(),
        conversation_id: proof.conversation_id.clone(),
        seq: 0,
        kind: MessageKind::Outgoing,
        author: Author::bot(),
        content: Content::text(text),
        reply_to: None,
        client_msg_id: None,
        state: DeliveryState::Queued,
        state_reason: None,
        trace: None,
        created_at: effect.created_at,
        edited_at: None,
        recalled_at: None,
    }
}

fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

/// The code in a text, where it is clear which, and the text with dots in place of whatever may be one. None: there is nothing like it.
fn typed(text: &str) -> Option<(Option<String>, String)> {
    let plain = |part: &str| part.chars().filter_map(digit).collect::<String>();
    let all = plain(text);
    if all.len() == CODE_DIGITS {
        return Some((Some(all), text.chars().map(|c| if digit(c).is_some() { DOT } else { c }).collect()));
    }
    let found = like_codes(text);
    let hides = |at: usize, c: char| digit(c).is_some() && found.iter().any(|range| range.contains(&at));
    let dotted = text.char_indices().map(|(at, c)| if hides(at, c) { DOT } else { c }).collect();
    match found.as_slice() {
        [] => None,
        [only] => Some((text.get(only.clone()).map(plain), dotted)),
        _ => Some((None, dotted)),
    }
}

/// What may be a code among other numbers: six digits in one piece, or in pieces of a line with nothing but blanks between.
fn like_codes(text: &str) -> Vec<Range<usize>> {
    let runs = runs(text);
    let mut found = Vec::new();
    for (at, first) in runs.iter().enumerate() {
        let (mut digits, mut end) = (0, first.start);
        for run in runs.iter().skip(at) {
            let between = text.get(end..run.start).unwrap_or_default();
            digits += text.get(run.clone()).map_or(0, |run| run.chars().count());
            if digits > CODE_DIGITS || between.contains('\n') || !between.trim().is_empty() {
                break;
            }
            end = run.end;
            if digits == CODE_DIGITS {
                found.push(first.start..end);
            }
        }
    }
    found
}

/// Digits that stand together.
fn runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| digit(*c).is_some()) {
        let end = at + c.len_utf8();
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = end,
            _ => runs.push(at..end),
        }
    }
    runs
}

/// Takes as long whatever is wrong.
fn same(known: &str, given: &str) -> bool {
    known.len() == given.len() && known.bytes().zip(given.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::{same, typed};

    #[test]
    fn a_code_is_found_as_people_type_it_and_nothing_of_it_stays() {
        let read = |text: &str| typed(text).map(|(code, text)| (code.unwrap_or_default(), text));
        let is = |code: &str, text: &str| Some((code.to_owned(), text.to_owned()));
        assert_eq!(read("123456"), is("123456", "••••••"));
        assert_eq!(read("验证码是１２３ 456。"), is("123456", "验证码是••• •••。"));
        assert_eq!(read("123456\n\n王 021-50501234"), is("123456", "••••••\n\n王 021-50501234"));
        assert_eq!(read("123456 or 654321"), is("", "•••••• or ••••••"), "one guess at a time");
        assert_eq!(read("123 456, 13910862253"), is("123456", "••• •••, 13910862253"));
        assert_eq!(read("１２３４５６ 13910862253"), is("123456", "•••••• 13910862253"));
        assert_eq!(read("12 34 56 78"), is("", "•• •• •• ••"));
        assert_eq!(read("2026-11-30"), None);
        assert_eq!(read("12345"), None);
        assert_eq!(read("没收到"), None);
    }

    #[test]
    fn only_the_same_is_the_same() {
        assert!(same("123456", "123456"));
        assert!(!same("123456", "123457") && !same("123456", "12345"));
    }
}
