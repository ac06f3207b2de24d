//! Who has which conversation on their screen, and who types there: kept in memory, told to colleagues, forgotten with the socket.

use qn_bus::{Audience, Hub, Signal, SignalBody, Viewer};
use qn_domain::{ConversationId, TenantId, UserId};
use qn_engine::Actor;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

type Key = (TenantId, ConversationId);

#[derive(Debug, Clone)]
struct Seat {
    connection: u64,
    user_id: UserId,
    name: String,
    typing: bool,
}

#[derive(Debug, Default)]
pub struct Viewers {
    seats: Mutex<HashMap<Key, Vec<Seat>>>,
}

impl Viewers {
    /// This connection shows `to` now, and no longer shows `from`.
    pub fn moved(&self, hub: &Hub, actor: &Actor, connection: u64, from: Option<&ConversationId>, to: Option<&ConversationId>) {
        if from == to {
            return;
        }
        if let Some(from) = from {
            let users = {
                let mut seats = self.lock();
                let key = (actor.tenant_id.clone(), from.clone());
                let left = seats.entry(key.clone()).or_default();
                left.retain(|s| s.connection != connection);
                let users = names(left);
                if left.is_empty() {
                    seats.remove(&key);
                }
                users
            };
            tell(hub, &actor.tenant_id, from, users);
        }
        if let Some(to) = to {
            let seat = Seat { connection, user_id: actor.user_id.clone(), name: actor.name.clone(), typing: false };
            let users = {
                let mut seats = self.lock();
                let there = seats.entry((actor.tenant_id.clone(), to.clone())).or_default();
                there.push(seat);
                names(there)
            };
            tell(hub, &actor.tenant_id, to, users);
        }
    }

    /// Notes that this connection's person types; tells colleagues when that changed.
    pub fn typing(&self, hub: &Hub, tenant_id: &TenantId, connection: u64, conversation_id: &ConversationId, on: bool) {
        let users = {
            let mut seats = self.lock();
            let Some(there) = seats.get_mut(&(tenant_id.clone(), conversation_id.clone())) else { return };
            let Some(seat) = there.iter_mut().find(|s| s.connection == connection && s.typing != on) else { return };
            seat.typing = on;
            names(there)
        };
        tell(hub, tenant_id, conversation_id, users);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Vec<Seat>>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One line per person, however many windows they have open.
fn names(seats: &[Seat]) -> Vec<Viewer> {
    let mut users: Vec<Viewer> = Vec::new();
    for seat in seats {
        match users.iter_mut().find(|u| u.id == seat.user_id) {
            Some(user) => user.typing |= seat.typing,
            None => users.push(Viewer { id: seat.user_id.clone(), name: seat.name.clone(), typing: seat.typing }),
        }
    }
    users
}

fn tell(hub: &Hub, tenant_id: &TenantId, conversation_id: &ConversationId, users: Vec<Viewer>) {
    hub.signal(Signal {
        tenant_id: tenant_id.clone(),
        audience: Audience::People,
        body: SignalBody::Viewers { conversation_id: conversation_id.clone(), users },
    });
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use qn_bus::Delivery;
    use qn_domain::Role;
    use std::sync::Arc;

    #[tokio::test]
    async fn two_windows_are_one_viewer_and_leaving_is_told() {
        let hub = Arc::new(Hub::default());
        let mut heard = hub.people(&"tnt_1".into());
        let viewers = Viewers::default();
        let anna = Actor { tenant_id: "tnt_1".into(), user_id: "usr_a".into(), name: "Anna".into(), role: Role::Agent };
        let cnv = ConversationId::from("cnv_1");
        viewers.moved(&hub, &anna, 1, None, Some(&cnv));
        viewers.moved(&hub, &anna, 2, None, Some(&cnv));
        viewers.typing(&hub, &anna.tenant_id, 2, &cnv, true);
        viewers.moved(&hub, &anna, 1, Some(&cnv), None);
        viewers.moved(&hub, &anna, 2, Some(&cnv), None);
        let mut seen = Vec::new();
        while let Some(Delivery::Signal(signal)) = heard.try_next() {
            let SignalBody::Viewers { users, .. } = &signal.body else { panic!("viewers") };
            seen.push(users.iter().map(|u| (u.name.clone(), u.typing)).collect::<Vec<_>>());
        }
        let anna = |typing| vec![("Anna".to_owned(), typing)];
        assert_eq!(seen, [anna(false), anna(false), anna(true), anna(true), vec![]]);
        assert!(viewers.lock().is_empty());
    }
}
