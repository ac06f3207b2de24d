//! Buttons on channels without buttons: a numbered list, and the reply "2" read back as that button. Whoever reads a reply passes
//! the buttons of the last message that had some.

use qn_domain::{Button, ButtonAction, Language};

const CIRCLED: &str = "①②③④⑤⑥⑦⑧⑨⑩";
const CHINESE: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

/// Buttons that can be pressed; links are text.
pub fn pressable(buttons: &[Button]) -> impl Iterator<Item = &Button> {
    buttons.iter().filter(|button| !matches!(button.action, ButtonAction::Link { .. }))
}

/// `1. …` and so on, and how to choose; nothing where nothing can be pressed.
pub fn text(buttons: &[Button], language: Language) -> Option<String> {
    let mut lines: Vec<String> = pressable(buttons).enumerate().map(|(i, button)| format!("{}. {}", i + 1, button.label)).collect();
    if lines.is_empty() {
        return None;
    }
    lines.push(language.pick("回复数字即可选择。", "Reply with a number to choose.").to_owned());
    Some(lines.join("\n"))
}

/// The button with this number, counted from 1 as `text` counts.
pub fn numbered(number: usize, buttons: &[Button]) -> Option<&Button> {
    pressable(buttons).nth(number.checked_sub(1)?)
}

/// The button that a reply means: its number in any usual spelling, or its label. Anything more than that is a message of its own.
pub fn chosen<'b>(reply: &str, buttons: &'b [Button]) -> Option<&'b Button> {
    let reply = reply.trim();
    if let Some(found) = pressable(buttons).find(|button| button.label.trim().to_lowercase() == reply.to_lowercase()) {
        return Some(found);
    }
    numbered(number(reply)?, buttons)
}

fn number(reply: &str) -> Option<usize> {
    let bare = reply.trim_start_matches(['第', '选', '#', '（', '(', '【', '[', ' ']);
    let bare = bare.trim_end_matches(['.', '。', '．', '、', ',', '，', ')', '）', '】', ']', '!', '！', ' ', '个', '项']);
    if let Some(at) = CHINESE.iter().position(|digit| *digit == bare) {
        return Some(at + 1);
    }
    if let Some(at) = CIRCLED.chars().position(|circled| bare.chars().eq([circled])) {
        return Some(at + 1);
    }
    let digits: String = bare.chars().map(half_width).collect();
    let plain = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buttons() -> Vec<Button> {
        vec![
            Button { label: "退款".into(), action: ButtonAction::Reply { text: "我要退款".into() } },
            Button { label: "官网".into(), action: ButtonAction::Link { url: "https://x.example/".into() } },
            Button { label: "转人工".into(), action: ButtonAction::Handoff },
        ]
    }

    #[test]
    fn numbers_count_only_what_can_be_pressed() {
        assert_eq!(text(&buttons(), Language::Zh).as_deref(), Some("1. 退款\n2. 转人工\n回复数字即可选择。"));
        assert_eq!(text(&buttons()[1..2], Language::En), None);
    }

    #[test]
    fn a_reply_is_read_back_in_any_usual_spelling() {
        let buttons = buttons();
        for reply in ["2", " 2 ", "２", "2.", "2、", "（2）", "②", "二", "第二个", "选2", "转人工", "[2]"] {
            assert_eq!(chosen(reply, &buttons).map(|b| b.label.as_str()), Some("转人工"), "{reply}");
        }
        for reply in ["", "0", "3", "22", "2 件什么时候发货", "退款多久", "-1", "1.5", "官网"] {
            assert_eq!(chosen(reply, &buttons), None, "{reply}");
        }
    }
}
