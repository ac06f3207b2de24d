//! The simulator: textbook queues against Erlang's formula, a whole day, offers that run out, and its files.
#![allow(clippy::unwrap_used)]

use qn_routing::policy::{OfferTerms, Policy, service_desk};
use qn_routing::simulate::{Day, Options, Report, agents_csv, arrivals_csv, erlang, gini, poisson, read_agents, read_arrivals, run};

fn near(measured: f64, expected: f64, share: f64, what: &str) {
    assert!((measured / expected - 1.0).abs() <= share, "{what}: {measured} is not within {share} of {expected}");
}

#[test]
fn erlangs_formula_gives_the_published_values() {
    // Erlang C at 9 Erlang and 10 agents is 0.6687; one agent is M/M/1, where it equals the load.
    near(erlang::wait_share(9.0, 10), 0.6687, 1e-3, "C(10, 9)");
    near(erlang::wait_share(0.8, 1), 0.8, 1e-9, "M/M/1");
    near(erlang::mean_wait_seconds(0.8, 1, 60.0).unwrap(), 240.0, 1e-9, "M/M/1 wait");
    assert_eq!(erlang::mean_wait_seconds(10.0, 10, 60.0), None);
    // 100 calls in half an hour of 180 seconds each, 80 % within 20 seconds: the classic answer is 14.
    assert_eq!(erlang::agents_for(erlang::load(100.0 / 1_800.0, 180.0), 180.0, 0.8, 20.0), 14);
}

/// Long runs: with load 0.8 the mean of a million waits of one server strays by 1.6 % (one sigma); more servers stray less.
#[test]
fn textbook_queues_match_erlang_c_within_two_per_cent() {
    for (agents, load, arrivals) in [(1usize, 0.6, 600_000), (5, 3.75, 600_000), (20, 17.0, 600_000)] {
        let (handle, options) = (100.0, Options { within_ms: 50_000, ..Options::default() });
        let (arrivals, workers) = poisson(11, arrivals, load / handle, handle, agents);
        let report = run(&Policy::default(), &arrivals, &workers, &options);
        let what = format!("{agents} agents at {load} Erlang");
        near(report.wait.mean_ms / 1_000.0, erlang::mean_wait_seconds(load, agents, handle).unwrap(), 0.02, &format!("mean wait, {what}"));
        near(report.wait.waited_share, erlang::wait_share(load, agents), 0.02, &format!("share that waits, {what}"));
        near(report.service_level, erlang::service_level(load, agents, handle, 50.0), 0.02, &format!("service level, {what}"));
        near(report.utilisation, load / agents as f64, 0.02, &format!("utilisation, {what}"));
    }
}

#[test]
fn a_day_of_five_thousand_starves_nobody_and_is_fair() {
    let day = Day { arrivals: 5_000, agents: 27, ..Day::default() };
    let report = run(&service_desk(), &day.arrivals(), &day.workers(), &Options::default());
    assert_eq!(report.waiting, 0);
    assert_eq!(report.served + report.by_bot + report.left_message, 5_000);
    assert!(report.by_bot > 1_000, "{}", report.by_bot);
    assert_eq!(report.offers.missed, 0);
    let again = run(&service_desk(), &day.arrivals(), &day.workers(), &Options::default());
    assert_eq!(report, again, "the same seed is the same day");
}

/// The day of the bench, with VIPs, skills and lunch breaks: what it must hold, not what it happens to give.
#[test]
fn a_day_of_fifty_thousand_bounds_every_wait_is_even_and_puts_vips_first() {
    let day = Day::default();
    let report = run(&service_desk(), &day.arrivals(), &day.workers(), &Options::default());
    assert_eq!((report.arrivals, report.waiting), (50_000, 0));
    assert!(report.wait.max_ms <= 60 * 60_000, "the longest wait is {} ms", report.wait.max_ms);
    assert!(report.fairness_gini <= 0.1, "Gini {} among equals", report.fairness_gini);
    let (vip, normal) = (&report.by_tier["vip"], &report.by_tier["none"]);
    assert!(vip.count > 1_000 && vip.mean_ms <= normal.mean_ms / 4.0, "VIPs wait {} ms, others {} ms", vip.mean_ms, normal.mean_ms);
}

#[test]
fn offers_that_run_out_go_to_the_next_person() {
    let (arrivals, mut workers) = poisson(3, 2_000, 0.02, 100.0, 4);
    workers[0].accepts = 0.0;
    let policy = Policy { offer: Some(OfferTerms { seconds: 20, missed_max: 0 }), ..Policy::default() };
    let report: Report = run(&policy, &arrivals, &workers, &Options::default());
    assert_eq!((report.served, report.waiting), (2_000, 0));
    assert!(report.offers.missed > 100, "{:?}", report.offers);
    let direct = run(&Policy::default(), &arrivals, &workers, &Options::default());
    assert_eq!(direct.offers.missed, 0, "without offers nobody is asked");
}

#[test]
fn impatient_customers_leave() {
    let (mut arrivals, workers) = poisson(5, 3_000, 0.05, 100.0, 4);
    arrivals.iter_mut().for_each(|a| a.patience_ms = Some(60_000));
    let report = run(&Policy::default(), &arrivals, &workers, &Options::default());
    assert!(report.abandoned > 300, "{}", report.abandoned);
    assert_eq!(report.served + report.abandoned, 3_000);
    assert!(report.wait.max_ms <= 60_000);
}

#[test]
fn files_are_read_as_they_are_written() {
    let day = Day { arrivals: 50, agents: 10, ..Day::default() };
    let (arrivals, workers) = (day.arrivals(), day.workers());
    let again = read_arrivals(&arrivals_csv(&arrivals), |_| 0).unwrap();
    assert_eq!(
        again.iter().map(|a| (&a.id, a.at, a.handle_ms)).collect::<Vec<_>>(),
        arrivals.iter().map(|a| (&a.id, a.at, a.handle_ms)).collect::<Vec<_>>()
    );
    assert_eq!(again[7].facts, arrivals[7].facts);
    assert_eq!(read_agents(&agents_csv(&workers), "Asia/Shanghai").unwrap(), workers);
}

#[test]
fn a_bad_file_is_refused_by_line_and_column() {
    let said = |text: &str| read_arrivals(text, |_| 1).err().map(|e| e.to_string()).unwrap_or_default();
    assert_eq!(said("id\n1\n"), "there is no column \"at\"");
    assert_eq!(said("at,teir\n1,2\n"), "unknown column \"teir\"");
    assert_eq!(said("at,handle_seconds\n1,2\nsoon,2\n"), "line 3: column \"at\" is not seconds or an RFC 3339 time: \"soon\"");
    assert_eq!(said("at,complexity\n1,hard\n"), "line 2: column \"complexity\" is not simple, normal or complex: \"hard\"");
    let read = read_arrivals("\u{feff}at,attribute.spent\n5,12\n2026-03-03T10:00:00+08:00,很多\n", |_| 7_000).unwrap();
    assert_eq!((read[0].at, read[0].handle_ms, &read[0].facts.attributes["spent"]), (5_000, 7_000, &serde_json::json!(12.0)));
    let agents = read_agents("id,skills,shifts,channels\na,refund:3;x,09:00-12:00;13:00-18:00,email:2\n", "UTC").unwrap();
    assert_eq!((agents[0].person.skills.len(), agents[0].shifts.ranges.len(), agents[0].person.channels[0].capacity), (2, 2, 2));
    assert!(read_agents("id,shifts\na,9 to 5\n", "UTC").is_err());
}

#[test]
fn gini_is_zero_for_equals_and_near_one_for_one() {
    assert_eq!(gini(&[3.0; 7]), 0.0);
    assert!((gini(&[0.0, 0.0, 0.0, 10.0]) - 0.75).abs() < 1e-12);
    assert!((gini(&[1.0, 3.0]) - 0.25).abs() < 1e-12);
}
