//! The demo company's stock department: an old web page without an API, and the robot that works on it. Where this machine has no
//! browser the connector is there, switched off, and says so; the refund then goes on by the office's API.

use super::{once, tenant_id};
use anyhow::Result;
use qn_base::Timestamp;
use qn_connector::{Connector, Robot};
use qn_crypto::{Keys, Place, Plain};
use qn_domain::UserId;
use qn_store::Db;
use qn_store::connector::{self, StoredConnector};
use qn_store::secret::{self, Secret};
use serde_json::json;
use std::net::SocketAddr;

/// As the demo's flows name it.
const NAME: &str = "warehouse";
const SECRET: &str = "warehouse_page";

/// Where the page is this time, and what is typed there.
pub async fn tell(db: &Db, keys: &Keys, address: SocketAddr, by: &UserId, now: Timestamp) -> Result<()> {
    let tenant_id = tenant_id();
    let has_browser = qn_runner::has_browser();
    if !has_browser {
        tracing::info!("no chromedriver here: the demo's robot is switched off, and stock hears of returns by API");
    }
    let place = Place { tenant: tenant_id.as_str(), name: SECRET };
    let sealed = keys.seal(place, &Plain::new(qn_backoffice::LEGACY_PASSWORD))?;
    let kept = Secret {
        name: SECRET.to_owned(),
        hosts: vec![address.to_string()],
        note: "旧仓储网页的密码（演示）".to_owned(),
        created_by: by.to_string(),
        created_at: now,
        changed_at: now,
        used_at: None,
    };
    secret::put(db, &tenant_id, &kept, Some(&sealed)).await?;
    let fresh = described(&format!("http://{address}"), has_browser, by, now)?;
    match connector::find(db, &tenant_id, NAME).await? {
        None => {
            once(connector::insert(db, &tenant_id, &fresh).await)?;
        }
        Some(known) => {
            let StoredConnector { title, definition, enabled, .. } = fresh;
            connector::update(db, &tenant_id, &StoredConnector { title, definition, enabled, updated_at: now, ..known }).await?;
        }
    }
    Ok(())
}

fn described(base_url: &str, has_browser: bool, by: &UserId, now: Timestamp) -> Result<StoredConnector> {
    let title =
        if has_browser { "仓储旧网页（机器人）" } else { "仓储旧网页（这台机器没有 chromedriver，已停用）" };
    let definition = serde_json::to_string(&Connector::Robot(robot(base_url)?))?;
    Ok(StoredConnector {
        name: NAME.to_owned(),
        title: title.to_owned(),
        definition,
        source_url: None,
        enabled: has_browser,
        version: 1,
        created_by: by.to_string(),
        created_at: now,
        updated_at: now,
    })
}

/// Signs in, opens the order, and leaves the note unless it is there.
fn robot(base_url: &str) -> Result<Robot> {
    let routine = json!({
        "name": "note_return", "title": {"zh": "记退货备注", "en": "Note a return"}, "retry": "keyed",
        "input": {"type": "object", "required": ["order_id", "text"],
            "properties": {"order_id": {"type": "string"}, "text": {"type": "string"}}},
        "steps": [
            {"do": "open", "url": "/legacy"}, {"do": "fill", "at": "#user", "value": qn_backoffice::LEGACY_USER},
            {"do": "fill_secret", "at": "#password", "secret": SECRET}, {"do": "click", "at": "#ok"}, {"do": "wait", "at": "#orders"},
            {"do": "open", "url": "/legacy/order/{order_id}"}, {"do": "done_if", "at": "#notes", "contains": "{key}"},
            {"do": "choose", "at": "#kind", "value": "退货入库"}, {"do": "fill", "at": "#note", "value": "{text} ({key})"},
            {"do": "click", "at": "#save"}, {"do": "expect", "at": "#notes", "contains": "{key}"},
        ],
    });
    Ok(serde_json::from_value(json!({"format": qn_connector::FORMAT, "base_url": base_url, "operations": [routine]}))?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::described;
    use qn_connector::Connector;
    use qn_domain::UserId;

    #[test]
    fn the_robot_is_off_and_says_so_where_there_is_no_browser() {
        let by = UserId::from("usr_1");
        let (with, without) =
            (described("http://127.0.0.1:9", true, &by, 0).unwrap(), described("http://127.0.0.1:9", false, &by, 0).unwrap());
        assert!(with.enabled && !without.enabled && without.title.contains("chromedriver"));
        let connector: Connector = serde_json::from_str(&with.definition).unwrap();
        assert_eq!(connector.operations()[0].name, "note_return");
        assert_eq!(connector.secrets(), ["warehouse_page"]);
        assert!(!with.definition.contains(qn_backoffice::LEGACY_PASSWORD), "the password is a secret");
    }
}
