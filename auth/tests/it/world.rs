//! A store on disk, a clock that is moved by hand, and two tenants.

use qn_auth::{Auth, SignIn, SignedIn};
use qn_base::ManualClock;
use qn_domain::{BusinessHours, ChannelKind, Contact, Inbox, Language, Presence, Role, Tenant, TenantId, User, WidgetSettings};
use qn_store::{CommitSink, Db, Options};
use std::sync::Arc;

pub const NOW: i64 = 1_700_000_000_000;
pub const PASSWORD: &str = "a good password";

pub struct World {
    pub db: Db,
    pub auth: Auth,
    pub clock: Arc<ManualClock>,
    pub ours: TenantId,
    pub theirs: TenantId,
    _folder: tempfile::TempDir,
}

impl World {
    pub async fn new() -> World {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&Options::sqlite(folder.path().join("auth.db")), CommitSink::none()).await.unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let (ours, theirs): (TenantId, TenantId) = ("tnt_ours".into(), "tnt_theirs".into());
        for id in [&ours, &theirs] {
            let tenant =
                Tenant { id: id.clone(), name: "t".into(), language: Language::Zh, time_zone: "Asia/Shanghai".into(), created_at: NOW };
            qn_store::tenant::insert(&db, &tenant).await.unwrap();
        }
        let auth = Auth::open(db.clone(), clock.clone()).await.unwrap();
        World { db, auth, clock, ours, theirs, _folder: folder }
    }

    /// The same database seen by another server.
    pub async fn other_server(&self) -> Auth {
        Auth::open(self.db.clone(), self.clock.clone()).await.unwrap()
    }

    pub async fn add_user(&self, tenant_id: &TenantId, id: &str, email: &str) -> User {
        let user = User {
            id: id.into(),
            tenant_id: tenant_id.clone(),
            email: email.into(),
            name: id.into(),
            role: Role::Admin,
            language: Language::Zh,
            capacity: 5,
            presence: Presence::Offline,
            team_ids: vec![],
            must_change_password: false,
            disabled: false,
            version: 1,
            created_at: NOW,
        };
        let hash = self.auth.hash_password(PASSWORD).await.unwrap();
        qn_store::user::insert(&self.db, &user, &hash).await.unwrap();
        user
    }

    pub async fn add_contact(&self, id: &str) {
        let contact = Contact {
            id: id.into(),
            tenant_id: self.ours.clone(),
            name: String::new(),
            email: None,
            phone: None,
            language: None,
            attributes: serde_json::Map::new(),
            blocked: false,
            version: 1,
            created_at: NOW,
            last_seen_at: NOW,
        };
        qn_store::contact::insert(&self.db, &contact, "").await.unwrap();
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Result<SignedIn, qn_auth::Error> {
        self.auth.sign_in(wish(email, password)).await
    }
}

pub fn wish(email: &str, password: &str) -> SignIn {
    SignIn { email: email.into(), password: password.into(), tenant_id: None, user_agent: "test".into() }
}

pub fn inbox(secret: &str, settings: serde_json::Value) -> Inbox {
    Inbox {
        id: "inb_1".into(),
        tenant_id: "tnt_ours".into(),
        name: "web".into(),
        channel: ChannelKind::Web,
        key: "k".into(),
        secret: secret.into(),
        team_id: None,
        bot_enabled: true,
        language: Language::Zh,
        hours: BusinessHours::default(),
        widget: WidgetSettings::default(),
        channel_settings: settings,
        reopen_window_ms: 0,
        version: 1,
        created_at: NOW,
    }
}
