//! How evenly work fell, against a coefficient worked out by hand.

use crate::talk::{MINUTE, Talk};
use qn_domain::UserId;
use qn_report::{ONLINE_MS_MIN, fairness};
use std::collections::HashMap;

const HOUR: i64 = 60 * MINUTE;

#[test]
fn what_each_handled_in_an_hour_online_is_compared() {
    let mut all = Vec::new();
    for (agent, count) in [("usr_1", 6), ("usr_2", 4), ("usr_4", 9)] {
        for n in 0..count {
            let contact = format!("con_{agent}_{n}");
            all.extend(Talk::at(&contact, 0).asks(None).queued().assigned(agent).person(agent).after(1).resolved().told());
        }
    }
    all.extend(Talk::at("con_bot", 0).asks(None).bot().resolved().told());
    let ids: Vec<UserId> = ["usr_1", "usr_2", "usr_3", "usr_4", "usr_5"].map(UserId::from).to_vec();
    let members: Vec<&UserId> = ids.iter().collect();
    let online = HashMap::from([
        (ids[0].clone(), 2 * HOUR),
        (ids[1].clone(), 4 * HOUR),
        (ids[2].clone(), HOUR),
        (ids[3].clone(), ONLINE_MS_MIN - 1),
    ]);
    // 3, 1 and 0 an hour; who was hardly there, or never, is left out. (2 (1·0 + 2·1 + 3·3) / (3·4)) − 4/3 = 1/2
    let told = fairness(&members, all.iter(), &online);
    assert_eq!(told.people.iter().map(|p| (p.user_id.as_str(), p.handled)).collect::<Vec<_>>(), [("usr_1", 6), ("usr_2", 4), ("usr_3", 0)]);
    assert!((told.gini.unwrap() - 0.5).abs() < 1e-9, "{:?}", told.gini);
    let even = fairness(&members[..2], all.iter(), &HashMap::from([(ids[0].clone(), 3 * HOUR), (ids[1].clone(), 2 * HOUR)]));
    assert!(even.gini.unwrap().abs() < 1e-9, "two an hour each");
    assert_eq!(fairness(&members[..1], all.iter(), &online).gini, None, "one alone is neither even nor uneven");
    assert_eq!(fairness(&members[..3], [].iter(), &online).gini, None, "nothing was handled");
}
