//! What an inbox's widget looks like and whom it trusts, as settings.

use crate::check::{self, Invalid};
use crate::patch;
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const DOMAINS_MAX: usize = 100;
const SUGGESTIONS_MAX: usize = 10;

macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident: $type:ty),* $(,)?) => {
        /// `*_zh` and `*_en` are shown by the visitor's language.
        #[derive(Debug, Clone, Serialize, ToSchema)]
        pub struct WidgetSettings { $($(#[$doc])* pub $name: $type),* }

        /// What changes; everything absent stays.
        #[derive(Debug, Clone, Default, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct WidgetPatch { $(#[serde(default, deserialize_with = "patch::some")] pub $name: Option<$type>),* }

        impl From<domain::WidgetSettings> for WidgetSettings {
            fn from(w: domain::WidgetSettings) -> Self {
                Self { $($name: w.$name),* }
            }
        }

        impl WidgetPatch {
            pub fn apply(self, to: &mut domain::WidgetSettings) {
                $(if let Some(value) = self.$name { to.$name = value; })*
            }
        }
    };
}

settings! {
    title_zh: String,
    title_en: String,
    greeting_zh: String,
    greeting_en: String,
    /// Questions offered before the first message.
    suggestions_zh: Vec<String>,
    suggestions_en: Vec<String>,
    /// `#rrggbb`
    color: String,
    /// `right` or `left`
    position: String,
    /// Sites that may embed the widget, e.g. `https://shop.example` or `https://*.shop.example`; none = any site.
    allowed_domains: Vec<String>,
    /// Also allow app WebViews, whose origin is null.
    allow_webview: bool,
    /// Refuse visitors without a signed user token.
    require_identity: bool,
    /// Wording of the mark on generated answers; it can be changed, not removed.
    ai_mark_zh: String,
    ai_mark_en: String,
    /// Ask for a rating at the end, in the widget.
    csat: bool,
    /// The same on channels without a widget: the bot asks by buttons or a numbered menu.
    csat_by_message: bool,
    /// Take the id of a visitor's device where they consent, and show agents who wrote from the same one. Turning it off erases what is kept.
    device_links: bool,
}

impl WidgetPatch {
    pub fn check(&mut self, field: &str, wrong: &mut Vec<Invalid>) {
        let at = |name: &str| format!("{field}.{name}");
        let lines = [("title_zh", &mut self.title_zh, 60), ("title_en", &mut self.title_en, 60)];
        let marks = [("ai_mark_zh", &mut self.ai_mark_zh, 40), ("ai_mark_en", &mut self.ai_mark_en, 40)];
        for (name, value, max) in lines.into_iter().chain(marks) {
            if let Some(value) = value {
                check::name(value, &at(name), max, wrong);
            }
        }
        for (name, value) in [("greeting_zh", &mut self.greeting_zh), ("greeting_en", &mut self.greeting_en)] {
            if let Some(value) = value {
                check::text(value, &at(name), 500, wrong);
            }
        }
        for (name, value) in [("suggestions_zh", &mut self.suggestions_zh), ("suggestions_en", &mut self.suggestions_en)] {
            list(value.as_mut(), &at(name), SUGGESTIONS_MAX, 100, wrong);
        }
        if let Some(color) = &mut self.color {
            check::color(color, &at("color"), wrong);
        }
        if self.position.as_deref().is_some_and(|p| !matches!(p, "right" | "left")) {
            wrong.push(Invalid::new(at("position"), "应为 right 或 left", "is right or left"));
        }
        list(self.allowed_domains.as_mut(), &at("allowed_domains"), DOMAINS_MAX, 200, wrong);
        for (i, site) in self.allowed_domains.iter().flatten().enumerate().take(DOMAINS_MAX) {
            if !is_site(site) {
                wrong.push(Invalid::new(
                    format!("{}[{i}]", at("allowed_domains")),
                    "应为网站来源，如 https://shop.example，不带路径",
                    "is the origin of a site such as https://shop.example, without a path",
                ));
            }
        }
    }
}

fn list(values: Option<&mut Vec<String>>, field: &str, max: usize, chars_max: usize, wrong: &mut Vec<Invalid>) {
    let Some(values) = values else { return };
    if values.len() > max {
        wrong.push(Invalid::new(field, format!("最多 {max} 项"), format!("has at most {max} entries")));
    }
    for (i, value) in values.iter_mut().enumerate().take(max) {
        check::name(value, &format!("{field}[{i}]"), chars_max, wrong);
    }
}

/// A CSP source: scheme, host with at most a leading wildcard, perhaps a port. Nothing that could end a directive.
fn is_site(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let (host, port) = rest.split_once(':').map_or((rest, None), |(h, p)| (h, Some(p)));
    let host = host.strip_prefix("*.").unwrap_or(host);
    let good_port = port.is_none_or(|p| p.len() <= 5 && p.parse::<u16>().is_ok_and(|n| n > 0));
    let good_label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    good_port && host.split('.').all(good_label)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_origins_and_cannot_break_out_of_the_policy() {
        for good in ["https://shop.example", "http://localhost:8080", "https://*.shop.example"] {
            assert!(is_site(good), "{good}");
        }
        for bad in [
            "shop.example",
            "https://",
            "https://*",
            "https://a.example/x",
            "https://a.example; script-src *",
            "https://a b",
            "https://a:0",
            "https://a:99999",
            "javascript:x",
            "https://a,b",
            "https://名.example",
        ] {
            assert!(!is_site(bad), "{bad}");
        }
    }

    #[test]
    fn a_patch_changes_what_it_names_and_the_mark_stays() {
        let mut patch: WidgetPatch = serde_json::from_str(r##"{"color":"#ABCDEF","csat":false}"##).unwrap();
        let mut wrong = Vec::new();
        patch.check("widget", &mut wrong);
        assert!(wrong.is_empty(), "{wrong:?}");
        let mut settings = domain::WidgetSettings::default();
        patch.apply(&mut settings);
        assert_eq!((settings.color.as_str(), settings.csat, settings.title_en.as_str()), ("#abcdef", false, "Support"));
        let mut empty: WidgetPatch = serde_json::from_str(r#"{"ai_mark_zh":" ","position":"top"}"#).unwrap();
        empty.check("widget", &mut wrong);
        assert_eq!(wrong.iter().map(|w| w.field.as_str()).collect::<Vec<_>>(), ["widget.ai_mark_zh", "widget.position"]);
    }
}
