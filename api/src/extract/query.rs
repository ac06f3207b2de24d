//! Query strings. What does not fit is told with the name of its parameter and with what it has to be.

use crate::problem::{Code, Problem};
use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(parts.uri.query().unwrap_or_default()).map(Query)
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(pairs).map_err(|error| refuse(&error.path().to_string(), &error.inner().to_string()))
}

fn refuse(path: &str, said: &str) -> Problem {
    let problem = Problem::new(Code::BadRequest);
    let Some(name) = named(path, said) else { return problem.with("reason", qn_base::text::line(said, 200)) };
    let (zh, en) = wanted(said);
    problem.with_words("reason", format!("参数 {name} {zh}"), format!("the parameter \"{name}\" {en}")).field(name, zh, en)
}

/// The parameter it is about: where reading stopped, or the one that serde names.
fn named<'a>(path: &'a str, said: &'a str) -> Option<&'a str> {
    if path != "." {
        return Some(path);
    }
    let rest = said.strip_prefix("missing field `").or_else(|| said.strip_prefix("duplicate field `"))?;
    rest.split('`').next()
}

/// What the parameter has to be, in Chinese and English, by the words of the parsers behind it.
fn wanted(said: &str) -> (String, String) {
    if said.starts_with("unknown variant `")
        && let Some((_, choices)) = said.rsplit_once(", expected ")
    {
        let choices: Vec<&str> = choices.split('`').skip(1).step_by(2).collect();
        return (format!("只能是以下之一：{}", choices.join("、")), format!("must be one of: {}", choices.join(", ")));
    }
    let (zh, en) = match said {
        "provided string was not `true` or `false`" => ("应为 true 或 false", "must be true or false"),
        "invalid digit found in string" | "cannot parse integer from empty string" => ("应为整数", "must be a whole number"),
        "number too large to fit in target type" | "number too small to fit in target type" => ("超出了允许的范围", "is out of range"),
        _ if said.starts_with("missing field `") => ("必填", "is required"),
        _ if said.starts_with("duplicate field `") => ("只能给出一次", "may be given only once"),
        _ => {
            let said = qn_base::text::line(said, 200);
            return (format!("取值不正确（{said}）"), format!("is not valid ({said})"));
        }
    };
    (zh.to_owned(), en.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use qn_domain::Language;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Sort {
        Newest,
        Oldest,
    }

    #[derive(Debug, Deserialize)]
    struct Wish {
        count: i64,
        open: Option<bool>,
        sort: Option<Sort>,
        sign: Option<char>,
    }

    fn told(query: &str) -> String {
        read::<Wish>(query).unwrap_err().text(Language::En)
    }

    #[test]
    fn the_parameter_and_what_it_has_to_be_are_named() {
        let fits = read::<Wish>("count=-1&open=true&sort=newest&sign=%E9%97%AE&other=1").unwrap();
        assert!(fits.count == -1 && fits.open == Some(true) && matches!(fits.sort, Some(Sort::Newest)) && fits.sign == Some('问'));
        assert!(matches!(read::<Wish>("count=1&sort=oldest").unwrap().sort, Some(Sort::Oldest)));
        for (query, words) in [
            ("", r#""count" is required"#),
            ("count=", r#""count" must be a whole number"#),
            ("count=1.5", r#""count" must be a whole number"#),
            ("count=-99999999999999999999", r#""count" is out of range"#),
            ("count=1&count=2", r#""count" may be given only once"#),
            ("count=1&open=yes", r#""open" must be true or false"#),
            ("count=1&sort=best`,%20expected%20`x", r#""sort" must be one of: newest, oldest"#),
            ("count=1&sign=ab", r#""sign" is not valid (invalid value"#),
        ] {
            assert!(told(query).contains(&format!("the parameter {words}")), "{query}: {}", told(query));
        }
    }
}
