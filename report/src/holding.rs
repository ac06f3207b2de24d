//! Who has a stretch of a conversation at each moment, and for how long queues and people had it. Called by `episodes` only.

use qn_domain::{Timestamp, UserId};

#[derive(Debug, Clone, Default)]
pub(crate) struct Holding {
    pub waited_ms: i64,
    pub held_ms: i64,
    now: At,
}

#[derive(Debug, Clone, Default)]
enum At {
    #[default]
    Bot,
    Queue {
        since: Timestamp,
    },
    Person {
        agent: Option<UserId>,
        since: Timestamp,
    },
    /// Snoozed or pending with a person: nobody works on it.
    Resting {
        agent: Option<UserId>,
    },
}

impl Holding {
    pub fn queue(&mut self, at: Timestamp) {
        if !matches!(self.now, At::Queue { .. }) {
            self.leave(at);
            self.now = At::Queue { since: at };
        }
    }

    pub fn person(&mut self, agent: Option<UserId>, at: Timestamp) {
        self.leave(at);
        self.now = At::Person { agent, since: at };
    }

    pub fn bot(&mut self, at: Timestamp) {
        self.leave(at);
        self.now = At::Bot;
    }

    pub fn rest(&mut self, at: Timestamp) {
        if let At::Person { agent, .. } = &self.now {
            let agent = agent.clone();
            self.leave(at);
            self.now = At::Resting { agent };
        }
    }

    pub fn wake(&mut self, at: Timestamp) {
        if let At::Resting { agent } = &self.now {
            self.now = At::Person { agent: agent.clone(), since: at };
        }
    }

    /// Ends the present stay and counts it.
    pub fn leave(&mut self, at: Timestamp) {
        match std::mem::take(&mut self.now) {
            At::Queue { since } => self.waited_ms += (at - since).max(0),
            At::Person { since, .. } => self.held_ms += (at - since).max(0),
            At::Bot | At::Resting { .. } => {}
        }
    }
}
