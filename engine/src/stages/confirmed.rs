//! Whether the customer means the product that the bot asked about: 「请问您说的是 X 吗？」. A part of `understood`; any other turn than a yes or
//! a no leaves the question behind.

use super::understood::{ACT_MIN, Mind, Talked};
use qn_domain::Json;
use qn_knowledge::catalogue::{self, Seen, Talk};
use qn_nlu::{Act, Understanding};

/// What the catalogue says to a yes or a no; none where nothing was asked, or it is neither.
pub(super) fn run(mind: &Mind<'_>, stored: &Json, seen: &Seen<'_>, understanding: &Understanding) -> Option<Talked> {
    let says = |act| understanding.is(act, ACT_MIN);
    let yes = says(Act::Yes);
    if !(yes || says(Act::No) || says(Act::NotHelpful)) {
        return None;
    }
    let step = catalogue::settled(mind.shelf, &stored.read::<Talk>()?, seen, yes)?;
    Some(Talked { talk: Some(Json::of(&step.talk)), product: step.reply, about: step.about })
}

/// The talk without the question; none where none is open.
pub(super) fn left(stored: &Json) -> Option<Json> {
    let talk: Talk = stored.read()?;
    talk.unsure.is_some().then(|| Json::of(&Talk { unsure: None, ..talk }))
}
