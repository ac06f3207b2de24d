//! One expression or template with sample values, for whoever is writing it. The same language and limits as in a run.

use crate::expr::{ExprError, Language};
use crate::template::JsonTemplate;
use serde_json::{Map, Value};

/// What it gave, or why it gives nothing, and which of the names in it have no value.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    pub outcome: Result<Value, ExprError>,
    pub missing: Vec<String>,
}

pub fn expression(source: &str, values: &Map<String, Value>) -> Preview {
    match Language::default().compile(source) {
        Err(error) => Preview { outcome: Err(error), missing: Vec::new() },
        Ok(expr) => Preview { missing: missing(expr.reads(), values), outcome: expr.evaluate(values) },
    }
}

/// A text alone in braces keeps its type, as in a run.
pub fn template(source: &str, values: &Map<String, Value>) -> Preview {
    match JsonTemplate::compile(&Language::default(), &Value::from(source)) {
        Err(error) => Preview { outcome: Err(error), missing: Vec::new() },
        Ok(template) => {
            let reads: Vec<String> = template.exprs().iter().flat_map(|expr| expr.reads().to_vec()).collect();
            Preview { missing: missing(&reads, values), outcome: template.render(values) }
        }
    }
}

fn missing(reads: &[String], values: &Map<String, Value>) -> Vec<String> {
    let mut missing: Vec<String> = reads.iter().filter(|name| !values.contains_key(*name)).cloned().collect();
    missing.dedup();
    missing
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_sample_shows_what_comes_of_it_and_names_what_is_missing() {
        let values = json!({"amount": 30, "name": "林"}).as_object().cloned().unwrap();
        assert_eq!(expression("amount * 2 > 50", &values).outcome, Ok(json!(true)));
        assert_eq!(template("{{ amount }}", &values).outcome, Ok(json!(30)));
        assert_eq!(template("{{ name }}：{{ amount }} 元", &values).outcome, Ok(json!("林：30 元")));
        let odd = expression("amount > limit", &values);
        assert!(odd.outcome.is_err() && odd.missing == ["limit"]);
        assert!(expression("amount >", &values).outcome.is_err() && template("{{ amount", &values).outcome.is_err());
    }
}
