//! A rule tracker over dialogue acts: what the customer is looking for, domain by domain, slot by slot. Generic: the domains and
//! the kinds of their slots are given. Measured with `qingniao nlu state-eval`.
//!
//! Two rules do most of the work. A name picked from what was just offered is not a new constraint, a name nobody offered is.
//! And "near it" starts the domain searched afresh with that one constraint. Whoever keeps the record (an agent who enters
//! searches by hand) may have another habit about the first rule; the tracker follows the habit the record has shown so far.

use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotKind {
    /// The name of what is looked for.
    Name,
    /// One value; the latest counts.
    One,
    /// Several values, joined by a space in the order they were said.
    Many,
    /// The name of something of this other domain that it must be near.
    Near(&'static str),
}

/// A domain and its slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Domain {
    pub name: &'static str,
    pub slots: &'static [(&'static str, SlotKind)],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActKind {
    Inform,
    Request,
    Recommend,
    /// Look in the act's domain, near something of the domain in its value.
    Select,
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    pub kind: ActKind,
    pub domain: String,
    /// May carry an option after a dash: `facility-pool`.
    pub slot: String,
    pub value: String,
}

/// Values by domain and slot; empty where nothing is asked for.
pub type Frames = BTreeMap<String, BTreeMap<String, String>>;

/// How the record treats one kind of mention, counted.
#[derive(Debug, Clone, Copy, Default)]
struct Habit {
    kept: u32,
    left: u32,
}

impl Habit {
    fn keeps(self) -> bool {
        self.kept > self.left
    }

    fn count(&mut self, kept: bool) {
        if kept { self.kept += 1 } else { self.left += 1 }
    }
}

#[derive(Debug, Clone)]
pub struct Tracker {
    domains: &'static [Domain],
    frames: Frames,
    /// Names the system has offered, all and the latest of each domain.
    offered: BTreeSet<(String, String)>,
    latest: BTreeMap<String, Vec<String>>,
    /// Names said in the last turn, and names only meant (「它的地址」), waiting for the record.
    said: Vec<(String, String)>,
    meant: Vec<(String, String)>,
    says: Habit,
    means: Habit,
    learns: bool,
}

impl Tracker {
    /// `learns`: follow the habits of the record.
    pub fn new(domains: &'static [Domain], learns: bool) -> Self {
        let blank = domains.iter().map(|d| (d.name.to_owned(), blank(d))).collect();
        Self {
            domains,
            frames: blank,
            offered: BTreeSet::new(),
            latest: BTreeMap::new(),
            said: Vec::new(),
            meant: Vec::new(),
            says: Habit::default(),
            means: Habit::default(),
            learns,
        }
    }

    pub fn frames(&self) -> &Frames {
        &self.frames
    }

    /// The state as the record has it after the system's turn; replaces the tracker's own.
    pub fn recorded(&mut self, record: &Frames) {
        for (domain, slots) in record {
            let Some(own) = self.frames.get_mut(domain) else { continue };
            slots.iter().for_each(|(slot, value)| drop(own.insert(slot.clone(), value.clone())));
        }
        let (said, meant) = (std::mem::take(&mut self.said), std::mem::take(&mut self.meant));
        if self.learns {
            said.iter().for_each(|(domain, name)| self.says.count(self.name(domain) == name));
            meant.iter().for_each(|(domain, name)| self.means.count(self.name(domain) == name));
        }
    }

    /// The system's turn.
    pub fn told(&mut self, acts: &[Act]) {
        let mut latest: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for act in acts.iter().filter(|a| matches!(a.kind, ActKind::Inform | ActKind::Recommend)) {
            if self.kind(&act.domain, &act.slot) == Some(SlotKind::Name) {
                self.offered.insert((act.domain.clone(), act.value.clone()));
                latest.entry(act.domain.clone()).or_default().push(act.value.clone());
            }
        }
        self.latest.extend(latest);
    }

    /// The customer's turn.
    pub fn heard(&mut self, acts: &[Act]) -> &Frames {
        let sources: BTreeSet<&str> = acts.iter().filter(|a| a.kind == ActKind::Select).map(|a| a.value.as_str()).collect();
        acts.iter().filter(|a| a.kind == ActKind::Select).for_each(|a| self.select(a, acts));
        for act in acts.iter().filter(|a| a.kind == ActKind::Inform) {
            self.inform(act, &sources);
        }
        self.means(acts);
        let names = acts.iter().filter(|a| a.kind == ActKind::Inform && self.kind(&a.domain, &a.slot) == Some(SlotKind::Name));
        let latest: Vec<(String, Vec<String>)> = names.map(|a| (a.domain.clone(), vec![a.value.clone()])).collect();
        self.latest.extend(latest);
        &self.frames
    }

    /// "A restaurant near it": the domain starts afresh with this one constraint.
    fn select(&mut self, act: &Act, acts: &[Act]) {
        let source = act.value.as_str();
        let informed =
            acts.iter().rfind(|a| a.kind == ActKind::Inform && a.domain == source && self.kind(source, &a.slot) == Some(SlotKind::Name));
        let only = self.latest.get(source).filter(|names| names.len() == 1).map(|names| names[0].as_str());
        let name = informed.map(|a| a.value.as_str()).or(Some(self.name(source)).filter(|n| !n.is_empty())).or(only);
        let Some(domain) = self.domains.iter().find(|d| d.name == act.domain) else { return };
        let near = domain.slots.iter().find(|(_, kind)| matches!(kind, SlotKind::Near(of) if *of == source));
        if let (Some(name), Some((slot, _))) = (name.map(str::to_owned), near) {
            let mut fresh = blank(domain);
            fresh.insert((*slot).to_owned(), name);
            self.frames.insert(domain.name.to_owned(), fresh);
        }
    }

    fn inform(&mut self, act: &Act, sources: &BTreeSet<&str>) {
        let (slot, option) = act.slot.split_once('-').unwrap_or((&act.slot, ""));
        match self.kind(&act.domain, slot) {
            Some(SlotKind::Name) => {
                let key = (act.domain.clone(), act.value.clone());
                let picked = self.offered.contains(&key) && !self.says.keeps();
                self.said.push(key);
                if !picked && !sources.contains(act.domain.as_str()) {
                    self.set(&act.domain, slot, act.value.clone());
                }
            }
            Some(SlotKind::One) => self.set(&act.domain, slot, act.value.clone()),
            Some(SlotKind::Many) if option.is_empty() => self.push(&act.domain, slot, &act.value),
            Some(SlotKind::Many) if act.value == "是" => self.push(&act.domain, slot, option),
            _ => {}
        }
    }

    /// A question about something offered that names nothing.
    fn means(&mut self, acts: &[Act]) {
        let asked: BTreeSet<&str> = acts.iter().filter(|a| a.kind == ActKind::Request).map(|a| a.domain.as_str()).collect();
        for domain in asked {
            let informs = acts.iter().any(|a| a.kind == ActKind::Inform && a.domain == domain);
            let Some(name) = self.latest.get(domain).and_then(|names| names.first()).cloned() else { continue };
            if informs || !self.name(domain).is_empty() {
                continue;
            }
            self.meant.push((domain.to_owned(), name.clone()));
            if let (true, Some(slot)) = (self.means.keeps(), self.name_slot(domain)) {
                self.set(domain, slot, name);
            }
        }
    }

    fn kind(&self, domain: &str, slot: &str) -> Option<SlotKind> {
        let domain = self.domains.iter().find(|d| d.name == domain)?;
        domain.slots.iter().find(|(name, _)| *name == slot).map(|(_, kind)| *kind)
    }

    fn name_slot(&self, domain: &str) -> Option<&'static str> {
        let domain = self.domains.iter().find(|d| d.name == domain)?;
        domain.slots.iter().find(|(_, kind)| *kind == SlotKind::Name).map(|(name, _)| *name)
    }

    fn name(&self, domain: &str) -> &str {
        self.name_slot(domain).and_then(|slot| self.frames.get(domain)?.get(slot)).map_or("", String::as_str)
    }

    fn set(&mut self, domain: &str, slot: &str, value: String) {
        if let Some(cell) = self.frames.get_mut(domain).and_then(|f| f.get_mut(slot)) {
            *cell = value;
        }
    }

    fn push(&mut self, domain: &str, slot: &str, value: &str) {
        if let Some(cell) = self.frames.get_mut(domain).and_then(|f| f.get_mut(slot)) {
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(value);
        }
    }
}

fn blank(domain: &Domain) -> BTreeMap<String, String> {
    domain.slots.iter().map(|(slot, _)| ((*slot).to_owned(), String::new())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOMAINS: &[Domain] = &[
        Domain {
            name: "hotel",
            slots: &[
                ("name", SlotKind::Name),
                ("price", SlotKind::One),
                ("facility", SlotKind::Many),
                ("near hotel", SlotKind::Near("hotel")),
            ],
        },
        Domain { name: "food", slots: &[("name", SlotKind::Name), ("dish", SlotKind::Many), ("near hotel", SlotKind::Near("hotel"))] },
    ];

    fn act(kind: ActKind, domain: &str, slot: &str, value: &str) -> Act {
        Act { kind, domain: domain.into(), slot: slot.into(), value: value.into() }
    }

    #[test]
    fn names_offered_are_picked_and_names_brought_are_kept() {
        let mut tracker = Tracker::new(DOMAINS, true);
        tracker.told(&[act(ActKind::Recommend, "hotel", "name", "Grand")]);
        let frames = tracker.heard(&[act(ActKind::Inform, "hotel", "name", "Grand"), act(ActKind::Inform, "food", "name", "Noodles")]);
        assert_eq!((frames["hotel"]["name"].as_str(), frames["food"]["name"].as_str()), ("", "Noodles"));
    }

    #[test]
    fn the_habit_of_the_record_is_followed() {
        let mut tracker = Tracker::new(DOMAINS, true);
        for _ in 0..2 {
            tracker.told(&[act(ActKind::Recommend, "hotel", "name", "Grand")]);
            tracker.heard(&[act(ActKind::Inform, "hotel", "name", "Grand")]);
            let kept = BTreeMap::from([("hotel".to_owned(), BTreeMap::from([("name".to_owned(), "Grand".to_owned())]))]);
            tracker.recorded(&kept);
        }
        tracker.told(&[act(ActKind::Recommend, "food", "name", "Noodles")]);
        assert_eq!(tracker.heard(&[act(ActKind::Inform, "food", "name", "Noodles")])["food"]["name"], "Noodles");
    }

    #[test]
    fn near_it_starts_afresh_and_options_gather() {
        let mut tracker = Tracker::new(DOMAINS, false);
        tracker.told(&[act(ActKind::Inform, "hotel", "name", "Grand")]);
        tracker.heard(&[act(ActKind::Inform, "food", "dish", "duck"), act(ActKind::Inform, "food", "dish", "soup")]);
        assert_eq!(tracker.frames()["food"]["dish"], "duck soup");
        let select = act(ActKind::Select, "food", "source", "hotel");
        let frames = tracker.heard(&[
            select,
            act(ActKind::Inform, "hotel", "facility-pool", "是"),
            act(ActKind::Inform, "hotel", "facility-bar", "否"),
        ]);
        assert_eq!((frames["food"]["dish"].as_str(), frames["food"]["near hotel"].as_str()), ("", "Grand"));
        assert_eq!(frames["hotel"]["facility"], "pool");
    }
}
