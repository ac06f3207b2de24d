//! A small script: works values out with statements where a single expression would be hard to read. It changes nothing and reaches
//! nothing; what it returns is kept.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::{ErrorKind, NEXT, Node};
use crate::run::StepError;
use crate::script::{Script, parse, play};
use crate::types::Guess;
use schemars::JsonSchema;
use serde::Deserialize;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub struct RunScript;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// One statement a line: `let`, assignment, `if`, `for`, `while`, `return`, `fail`. Values are CEL.
    #[schemars(extend("x-qn" = form("脚本|每行一条语句：let、赋值、if、for、while、return、fail；值是表达式", "Script|One statement a line: let, assignment, if, for, while, return, fail; values are expressions", "script")))]
    script: String,
    /// Variable for what is returned.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("保存到|保存 return 的值", "Keep in|Variable for what is returned", "variable")))]
    save: Option<String>,
}

#[derive(Debug)]
struct Play {
    script: Script,
    save: Option<String>,
}

impl Kind for RunScript {
    fn spec(&self) -> Spec {
        Spec {
            name: "script",
            zh: "脚本",
            en: "Script",
            icon: "code",
            about: ("用几行语句计算一个值", "Works out a value with a few statements"),
            family: Family::Logic,
            ports: &[NEXT],
            fallible: true,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        compiler.sets("save", NEXT, settings.save.as_ref(), Guess::Unknown);
        match parse(compiler.language, &settings.script) {
            Ok(script) => {
                compiler.notes.reads.extend(script.reads.iter().map(|name| (name.clone(), "script".to_owned())));
                compiler.notes.origins.extend(script.origins.iter().map(|origin| ("script".to_owned(), origin.clone())));
                Some(Box::new(Play { script, save: settings.save }))
            }
            Err(wrong) => {
                let (zh, en) = (format!("第 {} 行：{}", wrong.line, wrong.zh), format!("line {}: {}", wrong.line, wrong.en));
                compiler.problem("bad_script", "script", zh, en);
                None
            }
        }
    }
}

impl Action for Play {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        // Nothing in it is known to panic; if the library that evaluates does, the step fails and not the server.
        let played = catch_unwind(AssertUnwindSafe(|| play(&self.script, scene.values)));
        let value = played
            .unwrap_or_else(|_| Err(StepError::new(ErrorKind::Invalid, "the script could not be carried out").zh("脚本没有执行成功")))?;
        Ok(Move::leave(NEXT).save(self.save.as_ref(), value))
    }
}
