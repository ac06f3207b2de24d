//! One name looked up, and what is said when it is not there.

use super::nearest::nearest;
use super::{Form, Name, Names};
use crate::model::Node;
use crate::problem::Problem;
use crate::request::uploaded;
use serde_json::Value;

pub(super) struct Lookup<'n> {
    pub names: &'n Names,
    node: &'n str,
    pub problems: Vec<Problem>,
}

/// A sort of thing: its code, and what it is called in both languages.
type Sort = (&'static str, &'static str, &'static str);

const INTENT: Sort = ("unknown_intent", "意图", "intent");
const LABEL: Sort = ("unknown_label", "标签", "label");
const TEAM: Sort = ("unknown_team", "小组", "team");
const PERSON: Sort = ("unknown_person", "坐席", "person");
const WEBHOOK: Sort = ("unknown_webhook", "Webhook", "webhook");
const MAILBOX: Sort = ("unknown_mailbox", "邮件渠道", "mail inbox");
const CALENDAR: Sort = ("unknown_calendar", "工作日历", "calendar");
const SECRET: Sort = ("unknown_secret", "密钥", "secret");

impl<'n> Lookup<'n> {
    pub fn new(names: &'n Names, node: &'n Node) -> Self {
        Self { names, node: &node.id, problems: Vec::new() }
    }

    /// A setting that is one name. Empty ones are the form's to ask for; templates are known only to a run.
    pub fn text(&mut self, field: &str, given: &Value, look: fn(&mut Self, &str, &str)) {
        if let Some(text) = plain(given) {
            look(self, field, text);
        }
    }

    /// A setting that is a list of names.
    pub fn each(&mut self, field: &str, given: &Value, look: fn(&mut Self, &str, &str)) {
        for (n, one) in given.as_array().into_iter().flatten().enumerate() {
            self.text(&format!("{field}.{n}"), one, look);
        }
    }

    pub fn intent(&mut self, field: &str, text: &str) {
        self.one(&self.names.intents, field, text, INTENT);
    }

    /// A label that is on no list still works; nobody can filter by it.
    pub fn label(&mut self, field: &str, text: &str) {
        let before = self.problems.len();
        self.one(&self.names.labels, field, text, LABEL);
        self.problems[before..].iter_mut().for_each(|problem| problem.severity = crate::Severity::Warning);
    }

    pub fn team(&mut self, field: &str, text: &str) {
        self.one(&self.names.teams, field, text, TEAM);
    }

    pub fn person(&mut self, field: &str, text: &str) {
        match self.names.people.iter().find(|one| one.name == text || one.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(text))) {
            Some(found) => self.is_on(found, field, PERSON),
            None => self.one(&self.names.people, field, text, PERSON),
        }
    }

    pub fn calendar(&mut self, field: &str, text: &str) {
        self.one(&self.names.calendars, field, text, CALENDAR);
    }

    pub fn webhook(&mut self, field: &str, text: &str) {
        self.one(&self.names.webhooks, field, text, WEBHOOK);
    }

    pub fn mailbox(&mut self, field: &str, text: &str) {
        self.one(&self.names.mailboxes, field, text, MAILBOX);
    }

    /// Files have no names to offer; one from elsewhere, as in a flow that was exported there, is uploaded again.
    pub fn picture(&mut self, field: &str, text: &str) {
        let Some(id) = uploaded(text) else { return };
        match self.names.pictures.iter().find(|one| one.is(id)) {
            Some(found) if found.is_off => self.error(
                "unfit_picture",
                field,
                "上传的文件不是 5 MB 以内的 PNG、JPEG、GIF 或 WebP 图片，请换一张".to_owned(),
                "the uploaded file is no PNG, JPEG, GIF or WebP of at most 5 MB: choose another".to_owned(),
            ),
            Some(_) => {}
            None => self.error(
                "unknown_picture",
                field,
                "这里没有这张图片：导入的流程不带图片文件，请重新上传".to_owned(),
                "this picture is not here: a flow that is imported comes without its files, upload it again".to_owned(),
            ),
        }
    }

    pub fn secret(&mut self, field: &str, text: &str) {
        self.one(&self.names.secrets, field, text, SECRET);
    }

    /// `supervisor`, `team:…`, `user:…`, or any of them without saying which: as `who` of an approval is read.
    pub fn approver(&mut self, field: &str, text: &str) {
        let (kind, name) = match text.split_once(':') {
            Some((kind, name)) if matches!(kind.trim(), "role" | "team" | "user") => (kind.trim(), name.trim()),
            _ => ("", text),
        };
        let names = self.names;
        let may = |asked: &str| kind.is_empty() || kind == asked;
        let role = names.roles.iter().find(|role| may("role") && role.is(&name.to_lowercase()));
        let team = names.teams.iter().find(|team| may("team") && team.is(name));
        let by_address = |one: &&Name| one.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name));
        let person = names.people.iter().find(|one| may("user") && by_address(one));
        match role.or(team).or(person) {
            Some(found) => self.is_on(found, field, PERSON),
            None => {
                let address =
                    |one: &'n Name| one.aliases.iter().find(|alias| alias.contains('@')).map_or(one.name.as_str(), String::as_str);
                let called = names.people.iter().find(|one| one.name == name).map(address);
                let all = names.roles.iter().chain(&names.teams).map(|one| one.name.as_str()).chain(names.people.iter().map(address));
                let meant = called.or_else(|| nearest(name, all));
                self.missing(field, text, ("unknown_approver", "角色、小组或坐席", "role, team or person"), meant);
            }
        }
    }

    /// Flows may be published in any order, so that nobody tells it yet is no error.
    pub fn event(&mut self, field: &str, text: &str) {
        let names = self.names;
        if !names.events.iter().any(|one| one.is(text)) {
            let meant = nearest(text, names.events.iter().map(|one| one.name.as_str()));
            let zh = format!("目前没有谁会发出事件「{text}」{}", meant.map(|name| format!("，是否要用「{name}」？")).unwrap_or_default());
            let en = format!(
                "nothing tells the event \"{text}\" yet{}",
                meant.map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default()
            );
            self.warn("unheard_event", field, zh, en);
        }
    }

    fn one(&mut self, known: &'n [Name], field: &str, text: &str, sort: Sort) {
        match known.iter().find(|one| one.is(text)) {
            Some(found) => self.is_on(found, field, sort),
            None => self.missing(field, text, sort, nearest(text, known.iter().map(|one| one.name.as_str()))),
        }
    }

    fn is_on(&mut self, found: &Name, field: &str, (_, zh, en): Sort) {
        if found.is_off {
            let name = &found.name;
            self.warn("switched_off", field, format!("{zh}「{name}」已停用"), format!("the {en} \"{name}\" is switched off"));
        }
    }

    pub fn missing(&mut self, field: &str, text: &str, (code, zh, en): Sort, meant: Option<&str>) {
        let zh = format!("没有名为「{text}」的{zh}{}", meant.map(|name| format!("，是否要用「{name}」？")).unwrap_or_default());
        let en = format!("there is no {en} \"{text}\"{}", meant.map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default());
        self.problems.push(Problem::new(code, zh, en).at(self.node).field(field));
    }

    /// A thing by its name among those that take fields.
    pub fn form(&mut self, known: &'n [Form], field: &str, text: &str, sort: Sort) -> Option<&'n Form> {
        let found = known.iter().find(|one| one.name.is(text));
        match found {
            Some(found) => self.is_on(&found.name, field, sort),
            None => self.missing(field, text, sort, nearest(text, known.iter().map(|one| one.name.name.as_str()))),
        }
        found
    }

    pub fn error(&mut self, code: &'static str, field: &str, zh: String, en: String) {
        self.problems.push(Problem::new(code, zh, en).at(self.node).field(field));
    }

    pub fn warn(&mut self, code: &'static str, field: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.problems.push(Problem::warning(code, zh, en).at(self.node).field(field));
    }
}

/// What is surely a name.
pub(super) fn plain(given: &Value) -> Option<&str> {
    given.as_str().map(str::trim).filter(|text| !text.is_empty() && !text.contains("{{"))
}
