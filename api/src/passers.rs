//! Visitors who opened the widget and said nothing: their id is in their token, and nothing of them is stored. Where they were and
//! what language they read is remembered here for a while, and written down with the first thing they say. Memory only: a restart
//! forgets the pages of those who never said anything. Called by `visiting`.

use qn_base::Timestamp;
use qn_domain::consent::Consent;
use qn_domain::{ContactId, Fact, Language, Page};
use quick_cache::sync::Cache;
use std::sync::{Arc, Mutex, PoisonError};

/// About 20 MB when full of long addresses.
const PASSERS_MAX: usize = 10_000;
const PAGES_MAX: usize = 10;
const STORED_MAX: usize = 50_000;

/// What is known of one of them.
#[derive(Debug, Default)]
pub struct Passer {
    pub language: Option<Language>,
    /// The newest ten, oldest first.
    pub pages: Vec<(Page, Timestamp)>,
    /// What they said to their device being noted, last.
    pub consent: Option<Consent>,
    /// With their consent.
    pub device: Option<Fact>,
}

pub struct Passers {
    passing: Cache<ContactId, Arc<Mutex<Passer>>>,
    /// Those that are stored by now, though their token says they may not be.
    stored: Cache<ContactId, ()>,
}

impl Default for Passers {
    fn default() -> Self {
        Self { passing: Cache::new(PASSERS_MAX), stored: Cache::new(STORED_MAX) }
    }
}

impl Passers {
    pub fn note(&self, id: &ContactId, language: Option<Language>, page: Option<Page>, now: Timestamp) {
        let passer = self.of(id);
        let mut passer = passer.lock().unwrap_or_else(PoisonError::into_inner);
        passer.language = language.or(passer.language);
        if let Some(page) = page
            && passer.pages.last().is_none_or(|(last, _)| *last != page)
        {
            passer.pages.push((page, now));
            let over = passer.pages.len().saturating_sub(PAGES_MAX);
            passer.pages.drain(..over);
        }
    }

    /// No device: they refused, or consent was withdrawn.
    pub fn note_consent(&self, id: &ContactId, said: Consent, device: Option<Fact>) {
        let passer = self.of(id);
        let mut passer = passer.lock().unwrap_or_else(PoisonError::into_inner);
        (passer.consent, passer.device) = (Some(said), device);
    }

    fn of(&self, id: &ContactId) -> Arc<Mutex<Passer>> {
        self.passing.get(id).unwrap_or_else(|| {
            let fresh = Arc::<Mutex<Passer>>::default();
            self.passing.insert(id.clone(), fresh.clone());
            fresh
        })
    }

    pub fn take(&self, id: &ContactId) -> Passer {
        let Some((_, passer)) = self.passing.remove(id) else { return Passer::default() };
        std::mem::take(&mut *passer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn is_stored(&self, id: &ContactId) -> bool {
        self.stored.get(id).is_some()
    }

    pub fn set_stored(&self, id: &ContactId) {
        self.stored.insert(id.clone(), ());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_pages_are_kept_and_taken_once() {
        let (passers, id) = (Passers::default(), ContactId::from("con_1"));
        for n in 0..13 {
            let page = Page { url: format!("https://shop.example/{n}"), title: String::new() };
            passers.note(&id, (n == 0).then_some(Language::En), Some(page.clone()), n);
            passers.note(&id, None, Some(page), n + 100);
        }
        let passer = passers.take(&id);
        assert_eq!(passer.language, Some(Language::En));
        assert_eq!(passer.pages.iter().map(|(_, at)| *at).collect::<Vec<_>>(), (3..13).collect::<Vec<_>>());
        assert!(passers.take(&id).pages.is_empty());
    }
}
