//! A tool that changes something runs at its second call: the first does nothing and gives a code for the same arguments, so that an
//! assistant asks its user in between whatever its client does. A program that names the call by an idempotency key answers for it itself.

use crate::extract::Person;
use crate::state::AppState;
use qn_base::clock::MINUTE_MS;
use qn_engine::FlowTool;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

/// What the code comes back as, among the arguments.
pub const ARGUMENT: &str = "qingniao_confirmation";
/// A code lasts for one to two of these.
const LASTS_MS: i64 = 10 * MINUTE_MS;
const CODE_CHARS: usize = 16;

/// Takes the code out of the arguments, where one is.
pub fn take(arguments: &mut Value) -> Option<String> {
    arguments.as_object_mut()?.remove(ARGUMENT)?.as_str().map(str::to_owned)
}

/// The tool's schema with room for the code.
pub fn schema(tool: &FlowTool) -> Value {
    let mut schema = tool.input.clone();
    if tool.acts {
        schema["properties"][ARGUMENT] = json!({"type": "string",
            "description": "第一次调用不要填：返回确认码。用户同意后，带上确认码再次调用。 Leave out at first: the answer gives a code. Once the user agrees, call again with it."});
    }
    schema
}

/// The code for a call of now.
pub fn code(state: &AppState, person: &Person, tool: &FlowTool, arguments: &Value) -> String {
    at(state, person, tool, arguments, state.engine.now() / LASTS_MS)
}

/// Whether the code is of this very call, and not too old.
pub fn holds(state: &AppState, person: &Person, tool: &FlowTool, arguments: &Value, given: &str) -> bool {
    let period = state.engine.now() / LASTS_MS;
    [period, period - 1].into_iter().any(|period| {
        let made = at(state, person, tool, arguments, period);
        made.as_bytes().ct_eq(given.as_bytes()).into()
    })
}

fn at(state: &AppState, person: &Person, tool: &FlowTool, arguments: &Value, period: i64) -> String {
    let text = format!("{} {} {} {period}", person.user_id(), tool.flow_id, qn_workflow::hash::of(arguments));
    state.engine.mark(person.tenant_id(), &text).chars().take(CODE_CHARS).collect()
}

/// What the first call is told.
pub fn wanted(tool: &FlowTool, code: &str) -> Value {
    let outcome = json!({"status": "unconfirmed", "confirmation": code});
    let words = format!(
        "尚未执行。请把要做的事告诉用户：流程「{name}」和这些参数；用户同意后，用相同参数加上 {ARGUMENT}=\"{code}\" 再次调用（10 分钟内有效）。 \
         Nothing was done yet. Tell the user what would run: “{name}” with these arguments. Once they agree, call again with the same \
         arguments and {ARGUMENT}=\"{code}\" within 10 minutes.",
        name = tool.name
    );
    json!({"content": [{"type": "text", "text": words}], "structuredContent": outcome, "isError": false})
}
