//! A tenant's secrets as a call needs them: bound to hosts, opened one at a time, never kept. The only place outside `qn-crypto` where
//! a sealed text becomes a plain one.

use qn_base::Clock;
use qn_connector::{Binding, Failure, Kind, Opening, Replacing, Secrets};
use qn_crypto::{Keys, Place, Plain};
use qn_domain::TenantId;
use qn_store::{Db, secret};
use url::Url;

pub(crate) struct Vault<'a> {
    pub db: &'a Db,
    pub keys: &'a Keys,
    pub clock: &'a dyn Clock,
    pub tenant_id: &'a TenantId,
}

impl Vault<'_> {
    async fn bound(&self, name: &str, url: &Url) -> Result<(), Failure> {
        let found = secret::find(self.db, self.tenant_id, name).await.map_err(unavailable)?;
        let found = found.ok_or_else(|| none(name))?;
        if found.hosts.iter().filter_map(|host| Binding::parse(host)).any(|binding| binding.permits(url)) {
            return Ok(());
        }
        let host = url.host_str().unwrap_or_default();
        Err(Failure::new(Kind::Refused, format!("the secret {name:?} is not bound to {host}, so it was not opened"))
            .zh(format!("密钥「{name}」没有绑定到 {host}，没有打开")))
    }

    async fn unseal(&self, name: &str) -> Result<Plain, Failure> {
        let sealed = secret::find_sealed(self.db, self.tenant_id, name).await.map_err(unavailable)?;
        let sealed = sealed.ok_or_else(|| none(name))?;
        let place = Place { tenant: self.tenant_id.as_str(), name };
        self.keys.open(place, &sealed).map_err(|error| {
            tracing::error!(%error, secret = name, tenant = self.tenant_id.as_str(), "a secret does not open");
            Failure::new(Kind::Refused, format!("the secret {name:?} does not open: {error}")).zh(format!("密钥「{name}」打不开"))
        })
    }
}

fn none(name: &str) -> Failure {
    Failure::new(Kind::Refused, format!("there is no secret named {name:?}")).zh(format!("没有名为「{name}」的密钥"))
}

impl Secrets for Vault<'_> {
    fn open<'a>(&'a self, name: &'a str, url: &'a Url) -> Opening<'a> {
        Box::pin(async move {
            self.bound(name, url).await?;
            let plain = self.unseal(name).await?;
            if let Err(error) = secret::touch(self.db, self.tenant_id, name, self.clock.now()).await {
                tracing::warn!(%error, secret = name, "the use of a secret could not be noted");
            }
            Ok(plain)
        })
    }

    fn check<'a>(&'a self, name: &'a str, url: &'a Url) -> Replacing<'a> {
        Box::pin(self.bound(name, url))
    }

    fn replace<'a>(&'a self, name: &'a str, plain: &'a Plain) -> Replacing<'a> {
        Box::pin(async move {
            let place = Place { tenant: self.tenant_id.as_str(), name };
            let sealed = self.keys.seal(place, plain).map_err(|error| Failure::invalid(error.to_string()).zh("密钥无法保存"))?;
            secret::reseal(self.db, self.tenant_id, name, &sealed, self.clock.now()).await.map_err(unavailable)
        })
    }
}

/// A secret that holds all of a client's OAuth settings, taken apart: the client's own secret keeps the bindings of the whole.
pub(crate) struct Unpacked<'a> {
    pub whole: &'a str,
    pub client_secret: Plain,
    pub secrets: &'a dyn Secrets,
}

impl Secrets for Unpacked<'_> {
    fn open<'a>(&'a self, _name: &'a str, url: &'a Url) -> Opening<'a> {
        Box::pin(async move {
            self.secrets.check(self.whole, url).await?;
            Ok(self.client_secret.clone())
        })
    }

    fn check<'a>(&'a self, _name: &'a str, url: &'a Url) -> Replacing<'a> {
        self.secrets.check(self.whole, url)
    }

    fn replace<'a>(&'a self, _name: &'a str, _plain: &'a Plain) -> Replacing<'a> {
        Box::pin(async { Err(Failure::invalid("this secret holds no refresh token").zh("这个密钥没有刷新令牌")) })
    }
}

pub(crate) fn unavailable(error: qn_store::Error) -> Failure {
    tracing::warn!(%error, "the store did not answer a call of a flow");
    Failure::new(Kind::Unavailable, "the store did not answer").zh("数据库没有应答")
}
