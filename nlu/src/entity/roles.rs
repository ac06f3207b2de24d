//! Where a thing comes from and where it goes: 从上海寄到北京, from Shanghai to Beijing, 由13800138000改成13900139000.
//! Runs once over all finds; looks only at the words just before each.

use super::{Entity, Find, Role, Text, Value};

const FROM: &[&str] = &["从", "由", "自", "from "];
const TO: &[&str] = &["到", "至", "往", "寄", "发", "去", "改成", "改为", "换成", "送", "飞", "to ", "into "];
/// Words that may stand between: 寄到了北京, from our shop in Shanghai.
const BETWEEN: &[&str] = &["了", " ", "在", "的", "给", "我", "the ", "in "];

/// Gives roles and turns positions into bytes.
pub fn assign(text: &Text, finds: Vec<Find>) -> Vec<Entity> {
    let mut roles: Vec<Option<Role>> = finds.iter().map(|f| role(text, f)).collect();
    // 上海到北京: what stands before a destination of its kind is where it comes from.
    for n in 1..finds.len() {
        let (before, here) = (&finds[n - 1], &finds[n]);
        let near = here.start - before.end <= 4 && before.value.kind() == here.value.kind();
        if roles[n] == Some(Role::To) && roles[n - 1].is_none() && near && has_roles(&before.value) {
            roles[n - 1] = Some(Role::From);
        }
    }
    let entity = |(find, role): (Find, Option<Role>)| Entity {
        start: text.byte(find.start),
        end: text.byte(find.end),
        value: find.value,
        role,
        confidence: find.confidence,
    };
    finds.into_iter().zip(roles).map(entity).collect()
}

fn has_roles(value: &Value) -> bool {
    matches!(value, Value::Place { .. } | Value::Time { .. } | Value::Phone { .. } | Value::Email { .. } | Value::Product { .. })
}

fn role(text: &Text, find: &Find) -> Option<Role> {
    if !has_roles(&find.value) {
        return None;
    }
    let mut at = find.start;
    for _ in 0..3 {
        if ends_with(text, at, FROM).is_some() {
            return Some(Role::From);
        }
        if ends_with(text, at, TO).is_some() {
            return Some(Role::To);
        }
        at = ends_with(text, at, BETWEEN)?;
    }
    None
}

/// Where the one of `words` that ends at `end` begins; Latin words must begin at a word border.
fn ends_with(text: &Text, end: usize, words: &[&str]) -> Option<usize> {
    words.iter().find_map(|word| {
        let start = end.checked_sub(word.chars().count())?;
        (text.has(start, word) && text.is_border(start)).then_some(start)
    })
}
