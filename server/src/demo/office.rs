//! The systems of the demo company: its orders, payments and notes, on a port of their own in this process, and the connector by
//! which its flows reach them. Only with `--demo`.

use super::{once, stock, tenant_id};
use anyhow::{Context, Result};
use qn_api_types::order::{OrderSource, OrderState};
use qn_backoffice::Books;
use qn_base::Timestamp;
use qn_connector::{Connector, openapi};
use qn_crypto::Keys;
use qn_domain::UserId;
use qn_store::Db;
use qn_store::connector::{self, StoredConnector};
use qn_store::order;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;

/// As the demo's flows name it.
const NAME: &str = "backoffice";

/// An office that is open.
pub struct Office {
    pub address: SocketAddr,
}

impl Office {
    /// Opens on a free port of this machine, for this machine only. What it wrote down is in the folder.
    pub async fn open(data_dir: &Path) -> Result<Self> {
        let folder = data_dir.join("demo-backoffice");
        let books = Books::open(Some(&folder)).await.context("the demo's back office cannot read its books")?;
        let listener = TcpListener::bind("127.0.0.1:0").await.context("the demo's back office has no port")?;
        let address = listener.local_addr()?;
        let app = qn_backoffice::router(Arc::new(books));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { address })
    }

    /// Tells the company's connector where the office is this time. What people made of the connector otherwise stays.
    pub async fn tell(&self, db: &Db, keys: &Keys, by: &UserId, now: Timestamp) -> Result<()> {
        stock::tell(db, keys, self.address, by, now).await?;
        let tenant_id = tenant_id();
        let base_url = format!("http://{}", self.address);
        let Some(known) = connector::find(db, &tenant_id, NAME).await? else {
            once(connector::insert(db, &tenant_id, &described(&base_url, by, now)?).await)?;
            if order::find_source(db, &tenant_id).await?.is_none() {
                order::put_source(db, &tenant_id, &serde_json::to_string(&orders())?, 0, by, now).await?;
            }
            return Ok(());
        };
        let Ok(Connector::Rest(mut service)) = serde_json::from_str::<Connector>(&known.definition) else { return Ok(()) };
        service.base_url = base_url;
        let definition = serde_json::to_string(&Connector::Rest(service))?;
        connector::update(db, &tenant_id, &StoredConnector { definition, updated_at: now, ..known }).await?;
        Ok(())
    }
}

/// Where the desk finds a customer's orders.
fn orders() -> OrderSource {
    let state = |code: &str, zh: &str, en: &str| OrderState { code: code.into(), zh: zh.into(), en: en.into() };
    OrderSource {
        connector: NAME.into(),
        operation: "list_orders".into(),
        input: [("customer_id".to_owned(), "contact_id".to_owned())].into(),
        list: "orders".into(),
        number: "id".into(),
        title: "title_zh".into(),
        state: "refunded".into(),
        total: "amount".into(),
        placed_at: String::new(),
        link: String::new(),
        states: vec![state("true", "已退款", "Refunded"), state("false", "已付款", "Paid")],
    }
}

fn described(base_url: &str, by: &UserId, now: Timestamp) -> Result<StoredConnector> {
    let imported = openapi::import(qn_backoffice::DESCRIPTION.as_bytes(), None, Some(base_url))?;
    Ok(StoredConnector {
        name: NAME.to_owned(),
        title: imported.title,
        definition: serde_json::to_string(&Connector::Rest(imported.service))?,
        source_url: None,
        enabled: true,
        version: 1,
        created_by: by.to_string(),
        created_at: now,
        updated_at: now,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_office_describes_all_the_refund_needs() {
        let stored = described("http://127.0.0.1:9", &UserId::from("usr_1"), 0).unwrap();
        let connector: Connector = serde_json::from_str(&stored.definition).unwrap();
        let names: Vec<&str> = connector.operations().iter().map(|operation| operation.name).collect();
        for needed in ["list_orders", "get_order", "refund_order", "reverse_refund", "add_note", "return_stock"] {
            assert!(names.contains(&needed), "{needed} is missing in {names:?}");
        }
    }
}
