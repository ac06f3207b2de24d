//! Whether the message belongs to a case that its writer opened on another channel. Only of one person by proof, and only where the
//! contact itself wrote: what others quote joins nothing.

use crate::cases::{Candidate, Joining, Matter, Reason, Wanted};
use crate::flows::turn::Turn;
use crate::inbound::{InboundMessage, Writer};
use crate::stages::explained;
use crate::stages::routed::Route;
use crate::stages::threaded::Threaded;
use crate::stages::understood::{ACT_MIN, Understood};
use crate::{Engine, Result};
use qn_domain::{ChannelKind, ContactId, MayJoin, Owner};
use qn_nlu::Act;

/// Notes in `threaded` what the conversation is joined with, or what it may turn out to be about. What a flow asked in the other one is
/// asked again here, after what is said to the message and in its own words.
pub(crate) async fn run(engine: &Engine, message: &InboundMessage, threaded: &mut Threaded, understood: &mut Understood) -> Result<()> {
    let c = &threaded.conversation;
    let is_first = c.version == 0 || threaded.continues.is_some();
    let may_join = c.bot.may_join.clone();
    let is_alone = threaded.wire.is_none() && threaded.joins.is_none() && c.tied == qn_domain::Tied::default();
    let is_theirs = message.writer == Writer::Proved && !c.bot.unproved;
    if !is_alone || !is_theirs || c.owner != Owner::Bot || (!is_first && may_join.is_none()) {
        return Ok(());
    }
    let many_threads = message.inbox.channel == ChannelKind::Email;
    let person = match is_first {
        true => std::mem::take(&mut threaded.person),
        false => engine.proved_same(&message.tenant_id, &message.contact_id).await?,
    };
    if person.is_empty() && !many_threads {
        return Ok(());
    }
    let (said, joins) = look(engine, message, threaded, understood, &person).await?;
    match joins {
        Looked::One(candidate, reason) => {
            let mut joining = Joining::new(&threaded.conversation, candidate.case, reason);
            if joining.bring_flows(&mut threaded.conversation) {
                understood.repairs = Box::pin(engine.words_here(&message.tenant_id, &threaded.conversation.bot, "")).await?;
                understood.turn = understood.turn.take().or(Some(Turn::Digression));
            }
            threaded.joins = Some(joining);
            threaded.wire = threaded.joins.as_ref().and_then(Joining::wire);
        }
        Looked::Perhaps(candidate) if is_first => {
            let order = candidate.matter.last_order.filter(|_| said.orders.is_empty()).unwrap_or_default();
            threaded.conversation.bot.may_join = Some(MayJoin { conversation: candidate.case.id, order, asked: false });
        }
        Looked::Perhaps(_) => {
            let denied = understood.understanding.is(Act::No, ACT_MIN);
            let open = threaded.conversation.bot.may_join.take().filter(|open| !(open.asked && denied));
            // Asked once: after other words a yes means something else.
            threaded.conversation.bot.may_join = open.map(|open| match open.asked {
                true => MayJoin { order: String::new(), asked: false, ..open },
                false => open,
            });
        }
        Looked::Nothing => threaded.conversation.bot.may_join = None,
    }
    Ok(())
}

enum Looked {
    One(Candidate, Reason),
    Perhaps(Candidate),
    Nothing,
}

async fn look(
    engine: &Engine,
    message: &InboundMessage,
    threaded: &Threaded,
    understood: &Understood,
    person: &[ContactId],
) -> Result<(Matter, Looked)> {
    let text = &message.content.text;
    let said = Matter::of_text(text, &explained::trace(understood, Route::Bot), engine.now());
    let many_threads = message.inbox.channel == ChannelKind::Email;
    let own = &threaded.conversation;
    let wanted = Wanted { own, person, said: &said, text, many_threads };
    let candidates = match &own.bot.may_join {
        Some(open) => engine.still_joinable(&wanted, &open.conversation).await?.into_iter().collect(),
        None => engine.joinable(&wanted).await?,
    };
    let mut perhaps = None;
    for candidate in candidates {
        if let Some(reason) = engine.shared(&wanted, &candidate).await? {
            return Ok((said, Looked::One(candidate, reason)));
        }
        let confirms = own.bot.may_join.as_ref().filter(|open| open.asked && !open.order.is_empty());
        if let Some(open) = confirms.filter(|_| understood.understanding.is(Act::Yes, ACT_MIN)) {
            let order = open.order.clone();
            return Ok((said, Looked::One(candidate, Reason::Asked(order))));
        }
        perhaps = perhaps.or(Some(candidate).filter(|candidate| candidate.case.contact_id != own.contact_id));
    }
    Ok((said, perhaps.map_or(Looked::Nothing, Looked::Perhaps)))
}
