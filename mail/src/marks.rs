//! The words by which mail programs mark what they quote, in the languages our customers' programs write. Only patterns; `fold` uses them.

use regex::{Regex, RegexBuilder};
use std::sync::LazyLock;

fn pattern(text: &str) -> Regex {
    // Only constants come here, and a test compiles them all.
    RegexBuilder::new(text).case_insensitive(true).size_limit(4 << 20).build().unwrap_or_else(|error| panic!("{text}: {error}"))
}

static ORIGINAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\s>]*[-_*=~—─]{2,}\s*(original message|original appointment|reply message|ursprüngliche nachricht|message d.origine|message original|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|oprindelig meddelelse|исходное сообщение|原始邮件|原邮件|原始郵件|原始信件|回复的原邮件|回复的邮件|回复邮件信息|元のメッセージ|원본 메시지)\s*[-_*=~—─]*\s*$",
    )
});

static FORWARDED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*([-_*=~—─]{2,}\s*(forwarded (message|mail|by .*)|begin forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|пересылаемое сообщение|转发的?邮件(信息)?|轉寄郵件|轉寄的郵件)\s*[-_*=~—─]*|(begin forwarded message|以下是转发的邮件|下面是被转发的邮件)\s*[:：])\s*$",
    )
});

/// Groups 1 to 5: who from, when sent (words no form uses), date, to or cc, subject.
static HEADER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\s>*_]*(?:(from|von|de|da|van|från|od|от|发件人|寄件者|寄件人|差出人|보낸 ?사람)|(sent|gesendet|envoyé|enviado|inviato|verzonden|skickat|wysłano|отправлено|发送时间|发件时间|发送日期|傳送時間|寄件日期|送信日時|보낸 ?날짜)|(date|datum|fecha|data|дата|时间|日期|日時)|(to|cc|an|à|para|a|aan|till|do|кому|копия|收件人|抄送人?|收件者|副本|密送|宛先|받는 ?사람)|(subject|betreff|objet|asunto|oggetto|onderwerp|ämne|temat|тема|主题|主旨|件名|제목))\s*\*{0,2}\s*[:：]",
    )
});

static WROTE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(\b(wrote|writes|schrieb|schreef|skrev|escribió|escreveu|ha scritto)\b[^:：]{0,30}|a écrit|napisała?|написала?|пишет|写道|寫道|写到|说道|のメール|さんは書きました|님이 작성)\s*[:：]\s*$",
    )
});

/// How a line begins that says when who wrote: a preposition, a weekday or a date.
static WHEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\s>*\W]{0,4}(on|am|le|el|il|em|op|den|dnia|w dniu|at|mon|tue|wed|thu|fri|sat|sun)\b|^\W{0,4}(在|于|於)\s*\d|^\W{0,4}\d{1,4}\s*[./年-]\s*\d{1,2}\s*[./月-]",
    )
});

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\w.+-]+@[\w-]+(\.[\w-]+)*"));

/// `-----Original Message-----` and its kin.
pub(crate) fn is_original(line: &str) -> bool {
    line.len() < 200 && ORIGINAL.is_match(line)
}

pub(crate) fn is_forwarded(line: &str) -> bool {
    line.len() < 200 && FORWARDED.is_match(line)
}

/// Which header a line of a quoted head is: 1 from, 2 sent, 3 date, 4 to, 5 subject.
pub(crate) fn header_kind(line: &str) -> Option<usize> {
    let found = HEADER.captures(line)?;
    (1..=5).find(|n| found.get(*n).is_some())
}

/// "On Monday Ann <ann@example.com> wrote:", joined to one line.
pub(crate) fn is_attribution(joined: &str) -> bool {
    joined.len() < 600
        && WROTE.is_match(joined)
        && joined.contains(|c: char| c.is_ascii_digit())
        && (WHEN.is_match(joined) || has_address(joined))
}

/// The same with any words, before lines that are quotes already: it ends in a colon and names a time or an address.
pub(crate) fn is_loose_attribution(joined: &str) -> bool {
    let end = joined.trim_end();
    joined.len() < 600
        && end.ends_with([':', '：'])
        && (WHEN.is_match(joined) && end.contains(|c: char| c.is_ascii_digit()) || has_address(joined))
}

pub(crate) fn begins_attribution(line: &str) -> bool {
    WHEN.is_match(line)
}

pub(crate) fn has_address(line: &str) -> bool {
    ADDRESS.is_match(line)
}

/// Containers of quotes by their class or id: Gmail, Thunderbird, Yahoo, Proton, NetEase, QQ, Zoho, Roundcube, Outlook for Mac.
pub(crate) fn is_quote_class(class: &str, id: &str) -> bool {
    const CLASSES: [&str; 12] = [
        "gmail_quote",
        "gmail_quote_container",
        "moz-cite-prefix",
        "yahoo_quoted",
        "protonmail_quote",
        "ntes-mailmaster-quote",
        "xm_mail_oringinal_describe",
        "xm_mail_oringinal",
        "zmail_extra",
        "mailquote",
        "front-blockquote",
        "hcemailquote",
    ];
    const IDS: [&str; 5] = ["isreplycontent", "olk_src_body_section", "reply-intro", "mailcontentquote", "mail-quote"];
    let named = |names: &[&str], text: &str| text.split_whitespace().any(|word| names.iter().any(|name| word.eq_ignore_ascii_case(name)));
    named(&CLASSES, class) || named(&IDS, id)
}

/// Ids of the dividers after which Outlook, Hotmail and Zimbra write what they quote. Outlook on the web puts `x_` before ids it quotes.
pub(crate) fn is_divider(id: &str) -> bool {
    const IDS: [&str; 5] = ["divrplyfwdmsg", "appendonsend", "stopspelling", "zwchr", "replysplit"];
    let id = id.strip_prefix("x_").unwrap_or(id);
    IDS.iter().any(|known| id.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributions_in_both_languages() {
        for line in [
            "On Mon, Apr 2, 2012 at 6:26 PM, Megan One <xxx@gmail.com> wrote:",
            "在 2024-03-01 12:00:00，\"张三\" <zhang@example.com> 写道：",
            "张三 <zhang@example.com> 于2024年3月1日周五 12:00写道：",
            "2024年3月1日 下午3:00，张三 <zhang@example.com> 写道：",
            "At 2024-03-01 12:00:00, \"Zhang\" <zhang@example.com> wrote:",
            "Am 01.03.2024 um 12:00 schrieb Anna:",
            "Le ven. 1 mars 2024 à 12:00, Anna <a@example.com> a écrit :",
        ] {
            assert!(is_attribution(line), "{line}");
        }
        for line in ["She wrote: no", "我昨天写道：", "订单 2024-03-01 的问题：", "On 3 May I bought this"] {
            assert!(!is_attribution(line), "{line}");
        }
    }

    #[test]
    fn dividers_and_heads() {
        for line in [
            "-----Original Message-----",
            "------------------ 原始邮件 ------------------",
            "---- 回复的原邮件 ----",
            "------------------\u{a0}原始邮件\u{a0}------------------",
        ] {
            assert!(is_original(line), "{line}");
        }
        assert!(is_forwarded("---------- Forwarded message ---------") && is_forwarded("--------- 转发邮件信息 ---------"));
        assert!(!is_original("原始邮件在哪里？") && !is_forwarded("forwarded message"));
        assert_eq!(
            ["From: a", "发件人： x", "*Sent:* Monday", "主题: y", "抄送：", "To: b"].map(|l| header_kind(l).unwrap_or(0)),
            [1, 1, 2, 5, 4, 4]
        );
        assert_eq!(header_kind("To be honest: no"), None);
    }
}
