//! A report as a table for spreadsheets: CSV in UTF-8 with a byte order mark, so that Excel reads Chinese. Lengths are seconds,
//! shares percent with one decimal; what is not known is empty.

use super::{Report, TeamFairness};
use crate::settings::TenantSettings;
use qn_domain::Language;
use qn_domain::presence::{PresenceState, TimeInState};
use qn_report::{Figures, Handled, Share, Spread};

type Column = (&'static str, &'static str, fn(&Figures) -> String);

/// Those that a letter says in words, by their English names.
const KEY: &[&str] = &[
    "conversations",
    "resolved",
    "ended by the bot alone, lasting %",
    "handed over %",
    "first response median s",
    "service level %",
    "abandoned %",
    "handling time mean s",
    "first contact resolution %",
    "satisfaction mean",
    "quality mean",
];

const COLUMNS: &[Column] = &[
    ("会话数", "conversations", |f| f.conversations.to_string()),
    ("已解决", "resolved", |f| f.resolved.to_string()),
    ("机器人独立解决 %", "ended by the bot alone %", |f| percent(&f.bot_only)),
    ("机器人有效解决 %", "ended by the bot alone, lasting %", |f| percent(&f.bot_only_lasting)),
    ("转人工 %", "handed over %", |f| percent(&f.handed_over)),
    ("人工首次响应 中位数 秒", "first response median s", |f| seconds(f.first_response.median_ms)),
    ("人工首次响应 P90 秒", "first response p90 s", |f| seconds(f.first_response.p90_ms)),
    ("首次答复 中位数 秒", "first answer median s", |f| seconds(f.first_answer.median_ms)),
    ("排队 平均 秒", "wait mean s", |f| mean(&f.wait)),
    ("排队 最长 秒", "wait longest s", |f| seconds(f.wait.max_ms)),
    ("服务水平 %", "service level %", |f| percent(&f.service_level)),
    ("排队放弃 %", "abandoned %", |f| percent(&f.abandoned)),
    ("平均处理时长 秒", "handling time mean s", |f| mean(&f.handle)),
    ("话后整理 平均 秒", "after-call work mean s", |f| mean(&f.after_work)),
    ("处理时长含话后 平均 秒", "handling time with after-call work mean s", |f| mean(&f.handle_all)),
    ("解决时长 中位数 秒", "resolution median s", |f| seconds(f.resolution.median_ms)),
    ("首次解决率 %", "first contact resolution %", |f| percent(&f.first_contact)),
    ("转接", "transfers", |f| f.transfers.to_string()),
    ("满意度 平均", "satisfaction mean", |f| f.csat_mean_x100.map(hundredths).unwrap_or_default()),
    ("满意 %", "satisfied %", |f| percent(&f.satisfied)),
    ("评价数", "ratings", |f| f.satisfied.of.to_string()),
    ("质检 平均", "quality mean", |f| f.quality_mean_x100.map(hundredths).unwrap_or_default()),
    ("质检 致命 %", "quality fatal %", |f| percent(&f.fatal)),
    ("质检数", "reviewed", |f| f.reviewed.to_string()),
    ("客户消息", "customers' messages", |f| f.asked.to_string()),
    ("机器人消息", "bot's messages", |f| f.bot_messages.to_string()),
    ("坐席消息", "agents' messages", |f| f.agent_messages.to_string()),
];

pub fn csv(report: &Report, language: Language) -> Result<String, csv::Error> {
    let pick = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![0xEF, 0xBB, 0xBF]);
    let reasons = report.reasons.iter().map(|(_, name)| format!("{}{name}", pick("转接原因：", "transfers: ")));
    let titles = COLUMNS.iter().map(|(zh, en, _)| pick(zh, en).to_owned()).chain(reasons);
    writer.write_record([pick("分组", "group").to_owned()].into_iter().chain(titles))?;
    let groups = report.groups.iter().map(|g| (cell(if g.key.is_some() { &g.name } else { pick("（无）", "(none)") }), &g.figures));
    for (name, figures) in groups.chain([(pick("合计", "all").to_owned(), &report.total)]) {
        let given = report.reasons.iter().map(|(key, _)| figures.transfer_reasons.get(key).copied().unwrap_or(0).to_string());
        writer.write_record([name].into_iter().chain(COLUMNS.iter().map(|(_, _, value)| value(figures))).chain(given))?;
    }
    text(writer)
}

/// How long people were in which state, one row per person, state and reason.
pub fn times_csv(spent: &[TimeInState], settings: &TenantSettings, language: Language) -> Result<String, csv::Error> {
    let pick = |zh: &'static str, en: &'static str| language.pick(zh, en);
    let reasons = settings.routing.policy.reasons();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![0xEF, 0xBB, 0xBF]);
    writer.write_record([
        pick("坐席", "agent"),
        pick("状态", "state"),
        pick("原因", "reason"),
        pick("时长 秒", "time s"),
        pick("次数", "times"),
    ])?;
    for t in spent {
        let state = match t.state {
            PresenceState::Online => pick("在线", "online"),
            PresenceState::Busy => pick("忙碌", "busy"),
            PresenceState::WrapUp => pick("话后整理", "after-call work"),
            PresenceState::Offline => pick("离线", "offline"),
        };
        let known =
            t.reason.as_ref().map(|key| reasons.iter().find(|r| r.key == *key).map_or(key.as_str(), |r| language.pick(&r.zh, &r.en)));
        let name = settings.users.get(&t.user_id).map_or(t.user_id.as_str(), |user| user.name.as_str());
        let row = [cell(name), state.to_owned(), cell(known.unwrap_or_default()), seconds(Some(t.spent_ms)), t.times.to_string()];
        writer.write_record(row)?;
    }
    text(writer)
}

/// How evenly work fell, one row per team and person of it, the team's figure in each; a team without people is one row.
pub fn fairness_csv(told: &[TeamFairness], language: Language) -> Result<String, csv::Error> {
    let pick = |zh: &'static str, en: &'static str| language.pick(zh, en);
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![0xEF, 0xBB, 0xBF]);
    writer.write_record([
        pick("团队", "team"),
        pick("基尼系数", "Gini"),
        pick("坐席", "agent"),
        pick("接待会话", "handled"),
        pick("在线 秒", "online s"),
        pick("每小时", "an hour"),
    ])?;
    for TeamFairness { team, fairness, names } in told {
        let team = cell(team.as_ref().map_or(pick("全部坐席", "everybody"), |(_, name)| name.as_str()));
        let gini = fairness.gini.map(|gini| format!("{gini:.3}")).unwrap_or_default();
        for person in &fairness.people {
            let name = cell(names.get(&person.user_id).map_or(person.user_id.as_str(), String::as_str));
            writer.write_record([team.clone(), gini.clone(), name].into_iter().chain(pace(person)))?;
        }
        if fairness.people.is_empty() {
            writer.write_record([team.as_str(), gini.as_str(), "", "", "", ""])?;
        }
    }
    text(writer)
}

fn pace(person: &Handled) -> [String; 3] {
    [person.handled.to_string(), seconds(Some(person.online_ms)), format!("{:.2}", person.per_hour())]
}

fn text(writer: csv::Writer<Vec<u8>>) -> Result<String, csv::Error> {
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// One line for each figure that matters most and is known.
pub(super) fn key_figures(total: &Figures, language: Language) -> String {
    let known = COLUMNS.iter().filter(|(_, en, _)| KEY.contains(en)).map(|(zh, en, value)| (language.pick(zh, en), value(total)));
    let said = known.filter(|(_, value)| !value.is_empty());
    said.map(|(name, value)| format!("{name}{}{value}\n", language.pick("：", ": "))).collect()
}

/// Spreadsheets run what begins like a formula; a name is text.
fn cell(name: &str) -> String {
    let formula = name.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{name}") } else { name.to_owned() }
}

fn hundredths(x100: i64) -> String {
    format!("{}.{:02}", x100 / 100, x100 % 100)
}

fn percent(share: &Share) -> String {
    if share.of == 0 { String::new() } else { format!("{:.1}", share.part as f64 * 100.0 / share.of as f64) }
}

fn seconds(ms: Option<i64>) -> String {
    ms.map(|ms| format!("{:.1}", ms as f64 / 1000.0)).unwrap_or_default()
}

fn mean(spread: &Spread) -> String {
    seconds(spread.mean_ms)
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_name_is_never_a_formula() {
        assert_eq!((cell("=1+1"), cell("@x"), cell("王芳")), ("'=1+1".into(), "'@x".into(), "王芳".into()));
    }
}
