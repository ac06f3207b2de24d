//! Writes a long past into a data folder: conversations of ten messages, in Chinese with some English, as the product itself commits
//! them, and their search index. The same count gives the same past.

use crate::demo;
use anyhow::{Context, Result};
use futures_util::StreamExt;
use qn_base::{Clock, SystemClock};
use qn_domain::{
    Author, AuthorKind, Commit, Contact, ContactId, Content, Conversation, ConversationId, MessageKind, Move, TenantId, Timestamp, UserId,
};
use qn_engine::Draft;
use qn_store::{CommitSink, Db, Options};
use std::path::Path;

const MESSAGES_EACH: usize = 10;
/// Conversations of one customer.
const PER_CONTACT: usize = 5;
/// Left open with the bot, with agents and in the queue; all others are resolved.
const OPEN_MAX: usize = 600;
const WRITERS: usize = 512;
/// So that the open ones are recent.
const BEGUN_EVERY_MS: i64 = 2_000;

const SURNAMES: &[&str] = &["王", "李", "张", "刘", "陈", "杨", "黄", "赵", "周", "吴"];
const GIVEN: &[&str] = &["伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "军", "杰", "娟", "涛"];
const THINGS: &[&str] = &["手机", "空调", "洗衣机", "耳机", "充电器", "平板", "路由器", "冰箱", "电饭煲", "手表", "音箱", "键盘"];
const ASKS: &[&str] = &[
    "请问这台{}能防水吗？",
    "我买的{}坏了，怎么退货？",
    "{}的发票怎么开，要公司抬头。",
    "{}什么时候能送到？订单号 {#}",
    "空调不制冷，遥控器上显示 E{#}",
    "How do I return my order {#}? The {} is broken.",
    "{}连不上蓝牙，已经重启过两次了。",
    "请问{}的保修期是多久？",
];
const SAYS: &[&str] = &[
    "您好，{}支持七天无理由退货，请在订单页申请。",
    "订单 {#} 已经发出，预计明天送达。",
    "请问您的{}是什么时候购买的？",
    "电子发票会发到您的邮箱，请注意查收。",
    "麻烦您拍一张{}的照片，我帮您登记维修。",
    "已经为您记录，工单号 {#}，请耐心等待。",
];

struct Past {
    tenant_id: TenantId,
    inbox_id: qn_domain::InboxId,
    agent_id: UserId,
    now: Timestamp,
    count: usize,
}

/// Returns the number of conversations written.
pub async fn fill(dir: &Path, messages: usize) -> Result<usize> {
    let db = Db::open(&Options::sqlite(dir.join(crate::storage::DATABASE_FILE)), CommitSink::none()).await?;
    let tenant_id = demo::tenant_id();
    let inboxes = qn_store::inbox::list(&db, &tenant_id, None, 10).await?.items;
    let agent = qn_store::user::list_all(&db, &tenant_id).await?.into_iter().next().context("the demo has no people")?;
    let count = messages.div_ceil(MESSAGES_EACH);
    let inbox_id = inboxes.first().context("the demo has no inbox")?.id.clone();
    let past = Past { tenant_id, inbox_id, agent_id: agent.id, now: SystemClock.now(), count };
    for n in 0..count.div_ceil(PER_CONTACT) {
        let contact = past.contact(n);
        qn_store::contact::insert(&db, &contact, "").await?;
    }
    let mut commits = futures_util::stream::iter(0..count).map(|n| db.commit(past.conversation(n))).buffer_unordered(WRITERS);
    while let Some(done) = commits.next().await {
        done?;
    }
    drop(commits);
    while qn_store::search::index_after(&db, &past.tenant_id, 1_000).await? {}
    db.close().await;
    Ok(count)
}

impl Past {
    fn contact(&self, n: usize) -> Contact {
        let at = self.now - (n as i64) * BEGUN_EVERY_MS;
        Contact {
            id: contact_id(n),
            tenant_id: self.tenant_id.clone(),
            name: format!("{}{}{n}", SURNAMES[n % SURNAMES.len()], GIVEN[(n / 7) % GIVEN.len()]),
            email: Some(format!("customer{n}@example.com")),
            phone: None,
            language: None,
            attributes: serde_json::Map::new(),
            blocked: false,
            version: 1,
            created_at: at,
            last_seen_at: at,
        }
    }

    /// A whole conversation as one commit.
    fn conversation(&self, n: usize) -> Commit {
        let at = self.now - ((self.count - n) as i64) * BEGUN_EVERY_MS;
        let id = ConversationId(format!("cnv_past{n:09}"));
        let mut fresh = Conversation::new(id, self.tenant_id.clone(), self.inbox_id.clone(), contact_id(n / PER_CONTACT), at);
        fresh.thread_key = format!("past-{n}");
        let mut draft = Draft::on(fresh, at);
        let customer = Author { kind: AuthorKind::Contact, id: None, name: format!("客户{n}") };
        for turn in 0..MESSAGES_EACH {
            let seed = n * MESSAGES_EACH + turn;
            match turn % 2 {
                0 => draft.message(MessageKind::Incoming, customer.clone(), Content::text(text(ASKS, seed))),
                _ => draft.message(MessageKind::Outgoing, Author::bot(), Content::text(text(SAYS, seed))),
            };
        }
        if n.is_multiple_of(7) {
            draft.conversation.labels = vec!["售后".into()];
        }
        self.end(&mut draft, n);
        draft.finish()
    }

    /// The newest stay open, a third with an agent; the state machine refuses nothing here.
    fn end(&self, draft: &mut Draft, n: usize) {
        let open = self.count - n <= OPEN_MAX;
        if open && !n.is_multiple_of(3) {
            return;
        }
        let claim = Move::Claim { agent_id: self.agent_id.clone(), agent_name: "客服".into() };
        let done = draft.apply(claim, Author::system());
        debug_assert!(done.is_ok());
        if !open {
            let done = draft.apply(Move::Resolve, Author::system());
            debug_assert!(done.is_ok());
        }
    }
}

fn contact_id(n: usize) -> ContactId {
    ContactId(format!("con_past{n:09}"))
}

/// A sentence, its thing and its seven-digit number, spread over the seeds.
fn text(sentences: &[&str], seed: usize) -> String {
    let mixed = seed.wrapping_mul(2_654_435_761) >> 7;
    let number = 1_000_000 + seed % 9_000_000;
    sentences[mixed % sentences.len()].replace("{#}", &number.to_string()).replace("{}", THINGS[(mixed / 11) % THINGS.len()])
}
