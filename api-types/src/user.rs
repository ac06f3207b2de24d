//! The people of a company.

use crate::check::{self, Check, Invalid};
use crate::patch;
use crate::words::{Language, Presence, Role};
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const CAPACITY_MAX: i64 = 100;
const TEAMS_MAX: usize = 100;

/// A person who signs in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UserView {
    pub id: String,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub language: Language,
    /// How many conversations may be assigned at once.
    pub capacity: i64,
    /// What the person chose.
    pub presence: Presence,
    /// Has a console open, or lost it less than three minutes ago.
    pub connected: bool,
    pub team_ids: Vec<String>,
    pub must_change_password: bool,
    pub disabled: bool,
    /// Another program's account, made with its token.
    pub service: bool,
    pub version: i64,
    /// Open conversations owned.
    pub load: i64,
    pub created_at: i64,
}

impl UserView {
    pub fn of(u: domain::User, connected: bool, load: i64) -> Self {
        Self {
            service: u.is_service(),
            id: u.id.0,
            email: u.email,
            name: u.name,
            role: u.role.into(),
            language: u.language.into(),
            capacity: u.capacity,
            presence: u.presence.into(),
            connected,
            team_ids: u.team_ids.into_iter().map(|id| id.0).collect(),
            must_change_password: u.must_change_password,
            disabled: u.disabled,
            version: u.version,
            load,
            created_at: u.created_at,
        }
    }
}

/// A new person, or a reset: the only time the one-time password is shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UserCreated {
    #[serde(flatten)]
    pub user: UserView,
    /// Absent when the creation was a repetition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub language: Option<Language>,
    /// 0 to 100; 5 when not given.
    pub capacity: Option<i64>,
    #[serde(default)]
    pub team_ids: Vec<String>,
}

impl Check for CreateUser {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        email(&mut self.email, wrong);
        check::name(&mut self.name, "name", 80, wrong);
        capacity(self.capacity, wrong);
        team_ids(Some(&self.team_ids), wrong);
    }
}

/// What changes; everything absent stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateUser {
    #[serde(default, deserialize_with = "patch::some")]
    pub email: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub role: Option<Role>,
    #[serde(default, deserialize_with = "patch::some")]
    pub language: Option<Language>,
    #[serde(default, deserialize_with = "patch::some")]
    pub capacity: Option<i64>,
    #[serde(default, deserialize_with = "patch::some")]
    pub team_ids: Option<Vec<String>>,
    /// A disabled person is signed out and cannot sign in.
    #[serde(default, deserialize_with = "patch::some")]
    pub disabled: Option<bool>,
}

impl Check for UpdateUser {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(value) = &mut self.email {
            email(value, wrong);
        }
        if let Some(value) = &mut self.name {
            check::name(value, "name", 80, wrong);
        }
        capacity(self.capacity, wrong);
        team_ids(self.team_ids.as_deref(), wrong);
    }
}

/// What a person may change about themselves.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMe {
    #[serde(default, deserialize_with = "patch::some")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub language: Option<Language>,
    #[serde(default, deserialize_with = "patch::some")]
    pub capacity: Option<i64>,
}

impl Check for UpdateMe {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(value) = &mut self.name {
            check::name(value, "name", 80, wrong);
        }
        capacity(self.capacity, wrong);
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPresence {
    pub presence: Presence,
    /// With busy: the key of one of the policy's reasons.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Check for SetPresence {}

fn email(value: &mut String, wrong: &mut Vec<Invalid>) {
    let mut optional = Some(std::mem::take(value));
    check::email(&mut optional, "email", wrong);
    *value = optional.unwrap_or_default();
    if value.is_empty() {
        wrong.push(Invalid::new("email", "不能为空", "must not be empty"));
    }
}

fn capacity(value: Option<i64>, wrong: &mut Vec<Invalid>) {
    if value.is_some_and(|n| !(0..=CAPACITY_MAX).contains(&n)) {
        wrong.push(Invalid::new("capacity", format!("应为 0 到 {CAPACITY_MAX}"), format!("is 0 to {CAPACITY_MAX}")));
    }
}

fn team_ids(ids: Option<&[String]>, wrong: &mut Vec<Invalid>) {
    let ids = ids.unwrap_or_default();
    if ids.len() > TEAMS_MAX {
        wrong.push(Invalid::new("team_ids", format!("最多 {TEAMS_MAX} 个团队"), format!("has at most {TEAMS_MAX} teams")));
    }
    for (i, id) in ids.iter().enumerate().take(TEAMS_MAX) {
        check::id(id, &format!("team_ids[{i}]"), wrong);
    }
}
