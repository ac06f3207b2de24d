//! The benchmark of platforms' calls, for a second: what was acknowledged is kept (the command fails where it is not), and each wished kind of
//! channel has its row.

use crate::binary::{fails, json};

#[test]
fn what_platforms_call_is_kept_and_measured_by_kind() {
    let kinds = ["--channel", "wechat_official", "--channel", "wecom_kf", "--channel", "smpp"];
    let rows = json(&[&["bench", "ingest"][..], &kinds, &["--connections", "2", "--seconds", "1"]].concat());
    let rows = rows.as_array().unwrap();
    let kinds: Vec<&str> = rows.iter().map(|row| row["channel"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["wechat_official", "wecom_kf", "smpp"]);
    for row in rows {
        assert!(row["webhooks_per_second"].as_f64().unwrap() > 0.0 && row["ack_p99_ms"].as_f64().unwrap() > 0.0, "{row}");
        // A call that waited for the bot would take the model's three seconds.
        assert!(row["full_p50_ms"].as_f64().unwrap() < 1_500.0 && row["ack_p50_ms"].as_f64().unwrap() < 1_500.0, "{row}");
        assert_eq!((row["connections"].as_i64(), row["model_delay_ms"].as_i64()), (Some(2), Some(3_000)), "{row}");
    }
    let said = fails(1, &["bench", "ingest", "--channel", "web"]);
    assert!(said.contains("telegram"), "it names those that there are: {said}");
}
