//! Where a run begins. What starts it is read by `trigger`; here it is only judged.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::model::{NEXT, Node, Type};
use crate::run::StepError;
use crate::trigger::{
    ALARM_CHARS_MAX, ALARM_LINES_MAX, Begins, FORM_QUESTIONS_MAX, FORM_TEXT_CHARS_MAX, FORM_TITLE_CHARS_MAX, INTENTS_MAX, PHRASE_CHARS_MAX,
    PHRASES_MAX, Trigger, given,
};

pub struct Start;

#[derive(Debug)]
struct Begin;

impl Kind for Start {
    fn spec(&self) -> Spec {
        Spec {
            name: "start",
            zh: "开始",
            en: "Start",
            icon: "play",
            about: ("流程从这里开始", "Where the flow begins"),
            family: Family::Trigger,
            ports: &[NEXT],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Begins>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let begins: Begins = compiler.settings(node)?;
        if begins.intents.len() > INTENTS_MAX {
            compiler.problem("bad_settings", "intents", "意图太多(最多 50 个)", "too many intents (at most 50)");
        }
        let sound = |phrase: &String| (1..=PHRASE_CHARS_MAX).contains(&phrase.trim().chars().count());
        if begins.phrases.len() > PHRASES_MAX || !begins.phrases.iter().all(sound) {
            let (zh, en) = ("触发语句最多 100 条，每条 1 到 100 字", "at most 100 phrases of 1 to 100 characters");
            compiler.problem("bad_settings", "phrases", zh, en);
        }
        if begins.trigger == Trigger::Message && begins.phrases.is_empty() && begins.intents.is_empty() {
            let (zh, en) = ("请填写触发语句或选择意图", "say which words or which intents start it");
            compiler.problem("bad_settings", "phrases", zh, en);
        }
        if begins.trigger == Trigger::Event && begins.event.as_deref().is_none_or(|event| !super::emit::is_event_name(event)) {
            let (zh, en) = ("请填写事件名：字母、数字、点、横线和下划线", "say which event starts it: letters, digits and .-_/");
            compiler.problem("bad_settings", "event", zh, en);
        }
        if (begins.trigger == Trigger::Schedule || begins.cron.is_some())
            && let Err((field, why)) = begins.schedule()
        {
            compiler.problem("bad_schedule", field, format!("定时设置不正确：{why}"), format!("the schedule is not right: {why}"));
        }
        if begins.trigger == Trigger::Alarm {
            alarm(&begins, compiler);
        }
        if begins.trigger == Trigger::Form {
            questions(&begins, compiler);
        }
        crate::occasion::check(&begins.words, compiler);
        Some(Box::new(Begin))
    }
}

fn alarm(begins: &Begins, compiler: &mut Compiler<'_>) {
    let is_long = |text: &str| text.chars().count() > ALARM_CHARS_MAX;
    if begins.alarm.as_deref().is_some_and(is_long) {
        compiler.problem("bad_settings", "alarm", "告警名称最多 200 字", "the name has at most 200 characters");
    }
    for (field, lines) in [("severities", &begins.severities), ("labels", &begins.labels)] {
        if lines.len() > ALARM_LINES_MAX || given(lines).any(is_long) {
            compiler.problem("bad_settings", field, "最多 20 行，每行最多 200 字", "at most 20 lines of 200 characters");
        }
    }
    if !given(&begins.labels).all(|line| line.split_once('=').is_some_and(|(name, _)| !name.trim().is_empty())) {
        let (zh, en) = ("标签每行写成“名称=值”，例如 team=shop", "write labels as name=value, for example team=shop");
        compiler.problem("bad_settings", "labels", zh, en);
    }
}

/// A form asks for the flow's inputs; nobody types a list or an object into one.
fn questions(begins: &Begins, compiler: &mut Compiler<'_>) {
    let variables = compiler.variables;
    let asked = || variables.iter().filter(|variable| variable.input);
    let (count, unfit) = (asked().count(), asked().find(|one| matches!(one.kind, Type::List | Type::Object | Type::Any)));
    if count == 0 {
        let zh = "表单还没有问题：请在流程的“变量”里添加变量，并勾选“开始时传入”";
        let en = "the form asks nothing: add variables to the flow and tick \"Given at the start\"";
        compiler.problem("no_questions", "trigger", zh, en);
    }
    if count > FORM_QUESTIONS_MAX {
        compiler.problem("bad_settings", "trigger", "表单最多 50 个问题", "a form has at most 50 questions");
    }
    if let Some(one) = unfit {
        let (name, kind) = (&one.name, one.kind.as_str());
        let zh = format!("变量 {name} 的类型是 {kind}，没法在表单里填写：请改为文本、数字、是否或时间，或不再“开始时传入”");
        let en = format!("{name} is of type {kind}, which nobody can fill in: make it a text, a number, yes or no, or a time");
        compiler.problem("bad_question", "trigger", zh, en);
    }
    let Begins { form_title, form_title_en, form_text, form_text_en, form_thanks, form_thanks_en, .. } = begins;
    for (field, text, max) in [
        ("form_title", form_title, FORM_TITLE_CHARS_MAX),
        ("form_title_en", form_title_en, FORM_TITLE_CHARS_MAX),
        ("form_text", form_text, FORM_TEXT_CHARS_MAX),
        ("form_text_en", form_text_en, FORM_TEXT_CHARS_MAX),
        ("form_thanks", form_thanks, FORM_TEXT_CHARS_MAX),
        ("form_thanks_en", form_thanks_en, FORM_TEXT_CHARS_MAX),
    ] {
        if text.as_ref().is_some_and(|text| text.chars().count() > max) {
            compiler.problem("bad_settings", field, format!("最多 {max} 字"), format!("at most {max} characters"));
        }
    }
}

impl Action for Begin {
    fn decide(&self, _scene: &Scene<'_>) -> Result<Move, StepError> {
        Ok(Move::leave(NEXT))
    }
}
