//! What starts a flow, as its start node says. Read by those who start runs: the conversation's side, the schedule, webhooks and the
//! API. The interpreter itself does not look at it.

use crate::alarm::{Alarm, fits, severity};
use crate::choice::normal;
use crate::form::{form, options};
use crate::model::Flow;
use crate::occasion::OwnWords;
use croner::parser::{CronParser, Seconds, Year};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub const PHRASES_MAX: usize = 100;
pub const PHRASE_CHARS_MAX: usize = 100;
pub const INTENTS_MAX: usize = 50;
/// Severities by name, and labels.
pub const ALARM_LINES_MAX: usize = 20;
pub const ALARM_CHARS_MAX: usize = 200;
pub const FORM_TITLE_CHARS_MAX: usize = 80;
pub const FORM_TEXT_CHARS_MAX: usize = 1_000;
pub const FORM_QUESTIONS_MAX: usize = 50;
const DEFAULT_ZONE: &str = "Asia/Shanghai";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// What a customer says.
    Message,
    /// A signed call from another system.
    Webhook,
    /// The clock.
    Schedule,
    /// Something that a flow, or the house itself, says has happened.
    Event,
    /// A monitoring system's alarm.
    Alarm,
    /// What somebody filled in; it asks for the flow's inputs.
    Form,
    /// Whoever asks for it: the API, a person, another flow.
    #[default]
    Api,
}

// No doc comments below: the schema would list the values in two ways. What a sender calls otherwise is no more than `Any`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    #[default]
    Any,
    Info,
    Warning,
    Critical,
}

// What an alarm that is over means to the run that it began: the signal `alarm.resolved`, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Resolved {
    #[default]
    Signal,
    Nothing,
}

// Who may fill the form in: colleagues, or whoever has its address as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormFor {
    #[default]
    Staff,
    Anyone,
}

/// The settings of a start node.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Begins {
    #[serde(default)]
    #[schemars(extend("x-qn" = options(form("触发方式|什么事情让流程开始", "Trigger|What starts the flow", "choices"), &[("message", "客户消息", "A customer's message"), ("webhook", "Webhook", "A webhook"), ("schedule", "定时", "The clock"), ("event", "事件", "An event"), ("alarm", "告警", "An alarm"), ("form", "表单", "A form"), ("api", "API 或手动", "The API, or a person")])))]
    pub trigger: Trigger,
    /// Trained intents that start it.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("意图|识别到这些意图时开始", "Intents|Starts when one of these is recognised", "intents")))]
    pub intents: Vec<String>,
    /// The customer's words that start it, equal or contained.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("触发语句|客户说了这些话时开始，不需要训练", "Phrases|Starts when the customer says one of these; needs no training", "phrases")))]
    pub phrases: Vec<String>,
    /// The event's name, as `emit` gives it.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("事件名|其他流程发出这个事件时开始，例如 refund.done", "Event|Starts when a flow emits it, for example refund.done", "event")))]
    pub event: Option<String>,
    /// The alarm's name; `*` stands for anything.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("告警名称|可以用 * 代替任意文字，例如 Orders*；不填则不限", "Alarm|Its name; * stands for anything, for example Orders*; left empty, any", "text")))]
    pub alarm: Option<String>,
    #[serde(default)]
    #[schemars(extend("x-qn" = options(form("最低级别|达到这个级别才开始", "Severity at least|Starts for alarms this serious, or more", "choices"), &[("any", "不限", "Any"), ("info", "提示（info）", "Info"), ("warning", "警告（warning）", "Warning"), ("critical", "严重（critical）", "Critical")])))]
    pub severity: Severity,
    /// Whatever `severity` says.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("这些级别也开始|每行一个，用于监控系统自己的叫法，例如 P1", "These severities too|One a line, as the monitoring system calls them, for example P1", "list")))]
    pub severities: Vec<String>,
    /// `name=value`, all of them.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("标签|每行一个“名称=值”，全部符合才开始；值可以用 * 代替任意文字", "Labels|One name=value a line, all of them; * stands for anything in a value", "list")))]
    pub labels: Vec<String>,
    #[serde(default)]
    #[schemars(extend("x-qn" = options(form("告警恢复时|对由它启动、还没有结束的那次执行", "When it is over|For the run that it began, while that goes on", "choices"), &[("signal", "发出信号 alarm.resolved", "Send the signal alarm.resolved"), ("nothing", "不处理", "Do nothing")])))]
    pub resolved: Resolved,
    #[serde(default)]
    #[schemars(extend("x-qn" = options(form("谁可以填写|公开表单有自己的网址，不需要登录", "Who fills it in|A public form has an address of its own and needs no account", "choices"), &[("staff", "同事", "Colleagues"), ("anyone", "任何人（公开）", "Anyone (public)")])))]
    pub form_for: FormFor,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("表单标题|不填则用流程名称", "Title of the form|The flow's name if there is none", "text")))]
    pub form_title: Option<String>,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("英文标题|显示给阅读英文的人；不填则用上面的", "Title in English|For those who read English; the one above if there is none", "text")))]
    pub form_title_en: Option<String>,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("表单说明|写在问题上方：用来做什么，多久会有结果", "What it is for|Above the questions: what comes of it, and when", "paragraph")))]
    pub form_text: Option<String>,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("英文说明|显示给阅读英文的人；不填则用上面的", "What it is for, in English|For those who read English; the one above if there is none", "paragraph")))]
    pub form_text_en: Option<String>,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("提交后显示|不填则为“已提交，谢谢。”", "Said after sending|\"Sent, thank you.\" if there is nothing", "paragraph")))]
    pub form_thanks: Option<String>,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("提交后显示（英文）|显示给阅读英文的人；不填则用上面的", "Said after sending, in English|For those who read English; the one above if there is none", "paragraph")))]
    pub form_thanks_en: Option<String>,
    /// Five fields: minute, hour, day, month, weekday.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("执行时间|五段式 cron 表达式：分 时 日 月 周，例如 0 9 * * 1-5", "When|Five fields: minute, hour, day, month, weekday; for example 0 9 * * 1-5", "cron")))]
    pub cron: Option<String>,
    /// IANA name; `Asia/Shanghai` when none is given.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("时区|不填则为 Asia/Shanghai", "Time zone|Asia/Shanghai if none is given", "time_zone")))]
    pub time_zone: Option<String>,
    /// What the bot says in this flow when the talk leaves its straight way, before the company's words.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("本流程的用语|客户偏离流程时的说法；不填则用公司的“对话用语”", "Its own words|When the talk leaves its straight way; left empty, the company's words", "list")))]
    pub words: Vec<OwnWords>,
}

impl Begins {
    /// Of a flow's start; a document without a sound one starts by API only.
    pub fn of(flow: &Flow) -> Begins {
        let start = flow.nodes.iter().find(|node| node.kind == "start");
        start.and_then(|node| serde_json::from_value(Value::Object(node.settings.clone())).ok()).unwrap_or_default()
    }

    /// Whether these words start it.
    pub fn is_said(&self, text: &str) -> bool {
        let said = normal(text);
        self.trigger == Trigger::Message
            && self.phrases.iter().map(|p| normal(p)).any(|phrase| !phrase.is_empty() && said.contains(&phrase))
    }

    /// Whether this event starts it.
    pub fn hears(&self, event: &str) -> bool {
        self.trigger == Trigger::Event && self.event.as_deref() == Some(event)
    }

    /// Whether this alarm starts it when it fires.
    pub fn takes(&self, alarm: &Alarm) -> bool {
        let name = self.alarm.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let has = |(label, wanted): (&str, &str)| alarm.labels.get(label).map_or(wanted.is_empty(), |value| fits(wanted, value));
        self.trigger == Trigger::Alarm
            && name.is_none_or(|name| fits(name, &alarm.name))
            && self.is_serious(&alarm.severity)
            && given(&self.labels).all(|line| line.split_once('=').is_some_and(|(label, wanted)| has((label.trim(), wanted.trim()))))
    }

    fn is_serious(&self, said: &str) -> bool {
        let said = severity(said);
        let mut named = given(&self.severities).peekable();
        let of_all = named.peek().is_none();
        let rank = match said.as_str() {
            "info" => Severity::Info,
            "warning" => Severity::Warning,
            "critical" => Severity::Critical,
            _ => Severity::Any,
        };
        let is_enough = if self.severity == Severity::Any { of_all } else { rank >= self.severity };
        is_enough || named.any(|name| severity(name).to_lowercase() == said.to_lowercase())
    }

    /// The first moment after `after` that the schedule names, in epoch milliseconds.
    pub fn next_at(&self, after: i64) -> Option<i64> {
        let (cron, zone) = self.schedule().ok()?;
        let from = Timestamp::from_millisecond(after).ok()?.to_zoned(zone);
        Some(cron.find_next_occurrence(&from, false).ok()?.timestamp().as_millisecond())
    }

    /// The schedule made ready, or the setting that is wrong and why.
    pub(crate) fn schedule(&self) -> Result<(croner::Cron, TimeZone), (&'static str, String)> {
        let zone = self.time_zone.as_deref().unwrap_or(DEFAULT_ZONE);
        let zone = TimeZone::get(zone).map_err(|_| ("time_zone", format!("{zone} is not a time zone")))?;
        let text = self.cron.as_deref().unwrap_or_default();
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(text).map_err(|error| ("cron", error.to_string()))?;
        Ok((cron, zone))
    }
}

/// Lines that say something.
pub(crate) fn given(lines: &[String]) -> impl Iterator<Item = &str> {
    lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn words(phrases: &[&str]) -> Begins {
        Begins { trigger: Trigger::Message, phrases: phrases.iter().map(|p| (*p).to_owned()).collect(), ..Begins::default() }
    }

    #[test]
    fn words_start_it_however_they_are_typed() {
        let begins = words(&["我要退款", "Refund please"]);
        assert!(begins.is_said("你好，我要 退款!") && begins.is_said("REFUND, please?") && begins.is_said("refund please"));
        assert!(!begins.is_said("退货") && !begins.is_said("") && !words(&["!!"]).is_said("hello"));
    }

    #[test]
    fn an_alarm_is_told_by_its_name_its_severity_and_its_labels() {
        let alarm = |severity: &str| Alarm {
            name: "OrdersFail".into(),
            severity: severity.into(),
            labels: [("team".to_owned(), "shop".to_owned()), ("service".to_owned(), "checkout-2".to_owned())].into(),
            ..Alarm::default()
        };
        let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        let any = Begins { trigger: Trigger::Alarm, ..Begins::default() };
        assert!(any.takes(&alarm("")) && any.takes(&alarm("P1")) && !Begins::default().takes(&alarm("")));
        let named = |name: &str| Begins { alarm: Some(name.into()), ..any.clone() };
        assert!(named("Orders*").takes(&alarm("")) && named(" ").takes(&alarm("")) && !named("Orders").takes(&alarm("")));

        let least = Begins { severity: Severity::Warning, ..any.clone() };
        let serious = |begins: &Begins| ["info", "warning", "critical", "P1", ""].map(|severity| begins.takes(&alarm(severity)));
        assert_eq!(serious(&least), [false, true, true, false, false]);
        let also = Begins { severities: lines(&["p1", " "]), ..least };
        assert_eq!(serious(&also), [false, true, true, true, false]);
        let only = Begins { severities: lines(&["WARN"]), ..any.clone() };
        assert_eq!(serious(&only), [false, true, false, false, false]);

        for (wanted, takes) in [
            (["team=shop", "service = checkout-*"], true),
            (["team=shop", "service=cart*"], false),
            (["team=shop", "zone=*"], false),
            (["team=shop", "zone="], true),
            (["team=shop", ""], true),
        ] {
            assert_eq!(Begins { labels: lines(&wanted), ..any.clone() }.takes(&alarm("")), takes, "{wanted:?}");
        }
    }

    #[test]
    fn a_schedule_names_its_next_moment_in_its_zone() {
        let begins = Begins { cron: Some("0 9 * * 1-5".into()), ..Begins::default() };
        let friday_noon: Timestamp = "2026-11-27T12:00:00+08:00".parse().unwrap();
        let next = Timestamp::from_millisecond(begins.next_at(friday_noon.as_millisecond()).unwrap()).unwrap();
        assert_eq!(next, "2026-11-30T09:00:00+08:00".parse().unwrap());
        assert_eq!(Begins { cron: Some("soon".into()), ..Begins::default() }.schedule().unwrap_err().0, "cron");
        assert_eq!(Begins { time_zone: Some("Mars".into()), ..begins }.schedule().unwrap_err().0, "time_zone");
    }
}
