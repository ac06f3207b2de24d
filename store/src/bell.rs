//! What another session wrote into the database, as it comes to the server: the words that the triggers of `0044_wake.sql` send. They say
//! where to look and nothing else; the rows are the truth, and what is missed here is found by the next unasked look.

use qn_domain::TenantId;

/// The channel of LISTEN and NOTIFY.
pub(crate) const CHANNEL: &str = "qingniao_wake";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ring {
    /// Rows of this kind were written.
    Wrote(Topic),
    /// A run is held, or let go.
    Run { tenant_id: TenantId, run_id: String },
    /// An entry of a tenant's log.
    Entry { tenant_id: TenantId, seq: i64 },
    /// The connection broke and is back: anything may have been written meanwhile.
    Everything,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// When steps of runs go on.
    Timers,
    /// How runs stand, and what they ask of people.
    Runs,
    /// Signals that are kept for whoever listens.
    Signals,
    Effects,
    /// When flows begin, and versions go live.
    Hours,
    Flows,
    Articles,
    /// What platforms brought.
    Journal,
    Mail,
    /// Where articles come from.
    Sources,
    /// What comes round by the calendar.
    Rounds,
    /// Companies, people, teams, inboxes, business hours, rules.
    Settings,
    Products,
    /// What texts are read by: intents, entities, canned responses.
    Words,
    /// Sessions and tokens.
    Keys,
}

impl Topic {
    pub const ALL: [Topic; 15] = [
        Topic::Timers,
        Topic::Runs,
        Topic::Signals,
        Topic::Effects,
        Topic::Hours,
        Topic::Flows,
        Topic::Articles,
        Topic::Journal,
        Topic::Mail,
        Topic::Sources,
        Topic::Rounds,
        Topic::Settings,
        Topic::Products,
        Topic::Words,
        Topic::Keys,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Topic::Timers => "timers",
            Topic::Runs => "runs",
            Topic::Signals => "signals",
            Topic::Effects => "effects",
            Topic::Hours => "hours",
            Topic::Flows => "flows",
            Topic::Articles => "articles",
            Topic::Journal => "journal",
            Topic::Mail => "mail",
            Topic::Sources => "sources",
            Topic::Rounds => "rounds",
            Topic::Settings => "settings",
            Topic::Products => "products",
            Topic::Words => "words",
            Topic::Keys => "keys",
        }
    }
}

impl Ring {
    /// None for what a newer schema may send, or somebody by hand.
    pub(crate) fn read(payload: &str) -> Option<Ring> {
        let mut words = payload.split(' ');
        match (words.next()?, words.next(), words.next(), words.next()) {
            ("run", Some(tenant), Some(run), None) => Some(Ring::Run { tenant_id: tenant.into(), run_id: run.to_owned() }),
            ("log", Some(tenant), Some(seq), None) => Some(Ring::Entry { tenant_id: tenant.into(), seq: seq.parse().ok()? }),
            (topic, None, ..) => Topic::ALL.into_iter().find(|known| known.as_str() == topic).map(Ring::Wrote),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIGRATION: &str = include_str!("../migrations/0044_wake.sql");

    #[test]
    fn every_topic_is_sent_by_a_trigger_and_read_again() {
        for topic in Topic::ALL {
            assert!(MIGRATION.contains(&format!("'{}')", topic.as_str())), "{topic:?}");
            assert_eq!(Ring::read(topic.as_str()), Some(Ring::Wrote(topic)));
        }
    }

    #[test]
    fn every_trigger_sends_what_is_read_and_spares_the_server() {
        let rows = MIGRATION.lines().filter(|line| line.starts_with("    ('"));
        let sent: Vec<&str> = rows.filter_map(|row| row.trim_end_matches(',').trim_end_matches("')").rsplit('\'').next()).collect();
        assert!(sent.len() > 30, "{sent:?}");
        for topic in sent {
            assert!(matches!(Ring::read(topic), Some(Ring::Wrote(_))), "{topic}");
        }
        assert_eq!(MIGRATION.matches("CREATE TRIGGER").count(), MIGRATION.matches(crate::connect::SERVING).count());
    }

    #[test]
    fn rows_are_named_by_their_ids_and_other_words_are_nothing() {
        assert_eq!(Ring::read("run tnt_1 run_1"), Some(Ring::Run { tenant_id: "tnt_1".into(), run_id: "run_1".into() }));
        assert_eq!(Ring::read("log tnt_1 12"), Some(Ring::Entry { tenant_id: "tnt_1".into(), seq: 12 }));
        for other in ["", "run", "run tnt_1", "log tnt_1 x", "log tnt_1 1 2", "timers now", "weather"] {
            assert_eq!(Ring::read(other), None, "{other}");
        }
    }
}
