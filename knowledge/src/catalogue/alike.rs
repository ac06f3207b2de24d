//! A name that several products share: the one in the talk or in the customer's hands is meant; else it is asked which.

use super::talk::Talk;
use qn_nlu::entity::{Entity, Value};

/// Leaves of every shared name the product that is known already, where one is.
pub fn settle(entities: &mut [Entity], talk: &Talk, owns: &[String]) {
    let d = &talk.dialogue;
    for entity in entities {
        let Value::Product { ids, .. } = &mut entity.value else { continue };
        if ids.len() > 1 {
            let mut known = d.focus.iter().chain(&d.mentioned).chain(&d.offered).map(|referent| &referent.id).chain(owns);
            if let Some(meant) = known.find(|id| ids.contains(id)).cloned() {
                *ids = vec![meant];
            }
        }
    }
}

/// SKUs of the products that the last name of the turn may mean; empty where it means one.
pub fn left(entities: &[Entity]) -> Vec<String> {
    let named = |entity: &Entity| if let Value::Product { ids, .. } = &entity.value { Some(ids.clone()) } else { None };
    entities.iter().rev().find_map(named).filter(|ids| ids.len() > 1).unwrap_or_default()
}
