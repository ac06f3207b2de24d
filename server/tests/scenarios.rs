//! The scenarios of `scenarios/`, played against the real server on SQLite and, where `QN_TEST_POSTGRES` names a server, on PostgreSQL;
//! beside them what does not fit into YAML: signatures, hostile bodies, two companies, and a short run of the chaos test.

#![allow(clippy::unwrap_used)]

#[path = "scenarios/channel.rs"]
mod channel;
#[path = "scenarios/chaos.rs"]
mod chaos;
#[path = "scenarios/dialogues.rs"]
mod dialogues;
#[path = "scenarios/flows.rs"]
mod flows;
#[path = "scenarios/hostile.rs"]
mod hostile;
#[path = "scenarios/linked.rs"]
mod linked;
#[path = "scenarios/mailbox.rs"]
mod mailbox;
#[path = "scenarios/mails.rs"]
mod mails;
#[path = "scenarios/quotas.rs"]
mod quotas;
#[path = "scenarios/ratings.rs"]
mod ratings;
#[path = "scenarios/reports.rs"]
mod reports;
#[path = "scenarios/smpp.rs"]
mod smpp;
#[path = "scenarios/sms.rs"]
mod sms;
#[path = "scenarios/stream.rs"]
mod stream;
#[path = "scenarios/vendors.rs"]
mod vendors;
#[path = "scenarios/webhooks.rs"]
mod webhooks;
#[path = "scenarios/wechat.rs"]
mod wechat;
#[path = "scenarios/wecom.rs"]
mod wecom;

use qn_testkit::Database;
use qn_testkit::Plan;
use qn_testkit::scenario::{Stage, Template};

fn plan() -> Plan {
    Plan::new(env!("CARGO_BIN_EXE_qingniao"))
}

/// Runs a test on a founded company, on each database.
async fn on_each(test: impl AsyncFn(&mut Stage) -> anyhow::Result<()>) {
    for database in Database::for_tests() {
        let template = Template::make(plan(), &database).await.unwrap();
        let mut stage = template.stage().await.unwrap();
        if let Err(error) = test(&mut stage).await {
            panic!("on {}: {error:#}\nthe server said:\n{}", database.name(), stage.server.output());
        }
        stage.finish().await.unwrap();
        template.remove().await.unwrap();
    }
}
