//! One-time codes where they come and go. A code is nowhere kept: it follows from the row's id and the server's key, is made again each time
//! it leaves, and what a customer types is held against it at the door, before anything else reads or keeps their words.

use crate::deliver::{Done, undone};
use crate::flows::stack;
use crate::inbound::InboundMessage;
use crate::{Engine, Result};
use qn_channel::{DeliveryContext, Outbound};
use qn_crypto::Place;
use qn_domain::{
    Author, CODE_DIGITS, Content, Conversation, DeliveryState, EffectRow, FactKind, Inbox, Message, MessageId, MessageKind, Proof,
    ProofState, TenantId,
};
use qn_store::verification;
use std::sync::Arc;

const MARK: &str = "one-time code";
/// Stands for each digit of what was typed.
const DOT: &str = "•";
/// Hexadecimal digits of the mark that make the code.
const MARK_DIGITS: usize = 15;
/// Numbers of that many digits have their country in front.
const WHOLE_NUMBER_MIN: usize = 11;

impl Engine {
    /// Looks at a code that is typed where one is asked for, and puts dots in its place. Elsewhere nothing is compared: whether dots come
    /// must tell nobody what is right, or they could guess without a try being counted.
    pub(crate) async fn take_code(&self, mut message: InboundMessage) -> Result<InboundMessage> {
        let thread = self.thread(&message.tenant_id, &message.inbox, &message.contact_id, &message.thread_key).await?;
        let Some(conversation) = thread.filter(|c| stack::open(&c.bot).is_some_and(|question| question.secret)) else { return Ok(message) };
        let Some((code, dotted)) = typed(&message.content.text) else { return Ok(message) };
        message.content.text = dotted;
        let Some(code) = code else { return Ok(message) };
        let proof = verification::find_open(&self.db, &message.tenant_id, &conversation.id).await?;
        let counts = |proof: &Proof| {
            let is_new = proof.last_said.as_deref() != Some(message.client_msg_id.as_str());
            proof.contact_id == message.contact_id && proof.expires_at > self.now() && is_new
        };
        if let Some(proof) = proof.filter(counts) {
            let is_right = self.code_of(&message.tenant_id, &proof.id).is_some_and(|known| same(&known, &code));
            verification::note_try(&self.db, &message.tenant_id, &proof.id, &message.client_msg_id, is_right).await?;
        }
        Ok(message)
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
        let dotted = text.chars().map(|c| if digit(c).is_some() { DOT.to_owned() } else { c.to_string() }).collect();
        return Some((Some(all), dotted));
    }
    let runs: Vec<&str> = text.split(|c: char| digit(c).is_none()).filter(|run| run.chars().count() == CODE_DIGITS).collect();
    let dotted = runs.iter().fold(text.to_owned(), |text, run| text.replace(run, &DOT.repeat(CODE_DIGITS)));
    match runs.as_slice() {
        [] => None,
        [only] => Some((Some(plain(only)), dotted)),
        _ => Some((None, dotted)),
    }
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
        assert_eq!(read("12345"), None);
        assert_eq!(read("没收到"), None);
    }

    #[test]
    fn only_the_same_is_the_same() {
        assert!(same("123456", "123456"));
        assert!(!same("123456", "123457") && !same("123456", "12345"));
    }
}
