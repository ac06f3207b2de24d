//! How commands reach the database beside a running server: only one that exists, at the version this program knows.

use crate::config::Config;
use crate::storage;
use anyhow::{Result, anyhow, bail};
use qn_domain::{Tenant, TenantId};
use qn_store::{Db, LATEST_VERSION};

/// Opens the database without creating or upgrading it.
pub async fn open(config: &Config) -> Result<Db> {
    let db = match Db::inspect(&storage::options(config)).await {
        Ok(db) => db,
        Err(qn_store::Error::Open { path, reason }) => bail!(
            "cannot open the database {path} ({reason}): start the server once, or name its folder with --data-dir, its address with --database-url"
        ),
        Err(error) => return Err(error.into()),
    };
    let version = qn_store::schema_version(&db).await?;
    if version < LATEST_VERSION {
        bail!("the database has schema version {version}, this program needs {LATEST_VERSION}: run `qingniao migrate` first");
    }
    Ok(db)
}

/// The tenant a command works on: the one named, or the only one there is.
pub async fn tenant(db: &Db, wanted: Option<&str>) -> Result<Tenant> {
    let tenants = qn_store::tenant::list(db).await?;
    if let Some(id) = wanted {
        let id = TenantId::from(id);
        return tenants.into_iter().find(|t| t.id == id).ok_or_else(|| anyhow!("there is no tenant {id}"));
    }
    let mut tenants = tenants.into_iter();
    match (tenants.next(), tenants.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => bail!("the database holds no company yet: start the server once"),
        (Some(first), Some(second)) => {
            bail!(
                "there are several companies: name one with --tenant, for example {} ({}) or {} ({})",
                first.id,
                first.name,
                second.id,
                second.name
            )
        }
    }
}

/// A moment for people: UTC, to the minute.
pub fn moment(at: qn_base::Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |t| t.strftime("%Y-%m-%d %H:%M UTC").to_string())
}
