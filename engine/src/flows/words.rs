//! Words by which a customer steers a question: cancelling, asking for it again, and the form of a question. Pure; for whole turns.

pub(crate) use qn_workflow::choice::normal;

const CANCEL: &[&str] = &[
    "算了",
    "不用",
    "取消",
    "不要",
    "不办",
    "不弄",
    "不退",
    "不需要",
    "不想办",
    "不想弄",
    "不想退",
    "不办理",
    "退出",
    "停止",
    "停",
    "取消办理",
    "取消退款",
    "取消操作",
    "取消申请",
    "不继续",
    "不退款",
    "不要退",
    "不要退款",
    "不想退款",
    "不想要退款",
    "不退了不退",
    "算了不退",
    "算了不要",
    "算了不用",
    "取消退款申请",
    "取消退款吧",
    "不要了留着",
    "留着",
    "先留着",
    "改主意",
    "反悔",
    "先不",
    "先不办",
    "先不用",
    "cancel",
    "cancelit",
    "cancelthis",
    "cancelthat",
    "pleasecancel",
    "nevermind",
    "forgetit",
    "forgetaboutit",
    "stop",
    "quit",
    "exit",
    "nothanks",
    "nothankyou",
    "idontwantit",
    "dontbother",
    "cancelmyrefund",
    "canceltherefund",
    "cancelrefund",
    "idontwantarefund",
    "idontwantarefundanymore",
    "idontwantitanymore",
    "actuallyforgetaboutit",
    "actuallynevermind",
    "ichangedmymind",
    "leaveit",
    "keepit",
    "noneofthem",
    "noneofthese",
];

/// Asked while something is under way.
const HOW_FAR: &[&str] = &[
    "好了吗",
    "好了没",
    "好没",
    "办好了吗",
    "办好没",
    "怎么样",
    "进度",
    "进展",
    "到哪一步",
    "还要多久",
    "要多久",
    "多久能好",
    "多久好",
    "什么时候能好",
    "什么时候好",
    "处理得怎么样",
    "退了吗",
    "退了没",
    "到账了吗",
    "批了吗",
    "通过了吗",
    "有结果了吗",
    "anynews",
    "anyupdate",
    "anyupdates",
    "isitdone",
    "howlong",
    "howlongwillittake",
    "status",
    "whatsthestatus",
    "areyoudone",
    "whenwillitbedone",
];

/// 「好了吗」, "any news?": a short turn about what is under way.
pub(crate) fn asks_how_far(text: &str) -> bool {
    let said = normal(text);
    let bare = said.trim_end_matches(['呢', '啊', '呀', '吗', '嘛', '哦']);
    HOW_FAR.iter().any(|words| said == *words || bare == *words)
}

const REPEAT: &[&str] = &[
    "再说一遍",
    "再说一次",
    "请再说一遍",
    "请再说一次",
    "重复一遍",
    "重复一下",
    "再问一遍",
    "再问一次",
    "没听清",
    "我没听清",
    "没看清",
    "没看懂",
    "没听懂",
    "什么",
    "啥",
    "你说什么",
    "你问什么",
    "刚才问什么",
    "你刚才问什么",
    "什么问题",
    "repeat",
    "repeatthat",
    "pleaserepeat",
    "saythatagain",
    "canyousaythatagain",
    "canyourepeatthat",
    "pardon",
    "sorrywhat",
    "what",
    "comeagain",
    "whatwasthequestion",
    "whatdidyouask",
];

/// Every clause of a short turn says so.
pub(crate) fn cancels(text: &str) -> bool {
    let says = |clause: &String| !matches!(clause.as_str(), "" | "谢谢" | "谢谢你" | "thanks" | "thankyou");
    let clauses: Vec<String> = text.split(is_break).map(normal).filter(says).collect();
    !clauses.is_empty() && clauses.len() <= 3 && clauses.iter().all(|clause| CANCEL.contains(&stem(clause)))
}

pub(crate) fn repeats(text: &str) -> bool {
    REPEAT.contains(&normal(text).as_str())
}

/// 「取消吧」「不用了」「那算了」 are 「取消」「不用」「算了」.
fn stem(clause: &str) -> &str {
    let mut stem = clause.trim_start_matches(['那', '还', '就']);
    stem = stem.strip_prefix("还是").or_else(|| stem.strip_prefix("我")).or_else(|| stem.strip_prefix('是')).unwrap_or(stem);
    while !CANCEL.contains(&stem) {
        let Some(shorter) = stem.strip_suffix(['吧', '了', '啊', '呀', '哦', '啦', '嘛']) else { break };
        stem = shorter;
    }
    stem
}

fn is_break(c: char) -> bool {
    c == '\n' || "，。！？,.!?;；…~".contains(c)
}

/// Whether a turn has the form of a question, so that it may be about something else than what it was asked.
pub(crate) fn is_question(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    if text.ends_with(['?', '？']) || text.ends_with(['吗', '呢', '么', '嘛']) {
        return true;
    }
    let zh = [
        "怎么",
        "如何",
        "什么",
        "多少",
        "哪",
        "为啥",
        "为何",
        "几天",
        "几点",
        "多久",
        "多长",
        "能不能",
        "可不可以",
        "是不是",
        "有没有",
        "是否",
    ];
    let en = ["what", "how", "why", "when", "where", "which", "who", "can ", "could ", "do ", "does ", "is ", "are ", "will "];
    // 「不是说包邮的吗，还收我运费」
    let reminds = text.starts_with("不是") && text.split(is_break).any(|clause| clause.trim_end().ends_with('吗'));
    reminds || zh.iter().any(|word| text.contains(word)) || en.iter().any(|word| text.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_cancel_in_many_words_and_do_not_in_others() {
        let cancelling = [
            "算了",
            "算了吧",
            "不用了",
            "取消",
            "取消吧",
            "那算了",
            "算了，不用了",
            "不退了",
            "还是算了",
            "我不退了",
            "算了，谢谢",
            "算了不退了",
            "不退款了",
            "我不想退款了",
            "不要了，留着吧",
            "取消退款",
        ];
        for text in cancelling.into_iter().chain([
            "Never mind",
            "cancel",
            "Cancel it!",
            "no thanks",
            "forget it, thanks",
            "never mind, keep it",
            "I don't want a refund anymore",
        ]) {
            assert!(cancels(text), "{text}");
        }
        for text in ["取消订单 123", "不要红色的", "算了一下是 300", "不用发票", "怎么取消", "cancel my order 5", "退款", "", "？"]
        {
            assert!(!cancels(text), "{text}");
        }
    }

    #[test]
    fn customers_ask_how_far_it_is() {
        for text in ["好了吗", "好了吗？", "到账了吗", "多久能好？", "Any news?", "how long will it take?", "进度呢"] {
            assert!(asks_how_far(text), "{text}");
        }
        for text in ["退款要多久到账", "怎么样的包装", "状态栏怎么关", "status of my other order 55"] {
            assert!(!asks_how_far(text), "{text}");
        }
    }

    #[test]
    fn questions_have_a_form() {
        for text in [
            "运费谁出？",
            "多久到账",
            "怎么退货",
            "能开发票吗",
            "How long does it take",
            "is it free",
            "退款要几天",
            "不是说包邮的吗，还收我运费",
        ] {
            assert!(is_question(text), "{text}");
        }
        for text in ["质量问题", "A1001", "不喜欢", "the screen is broken", "第二个", "尺码不合适"] {
            assert!(!is_question(text), "{text}");
        }
    }

    #[test]
    fn a_question_is_asked_for_again() {
        for text in ["再说一遍", "没听清", "什么？", "What?", "say that again"] {
            assert!(repeats(text), "{text}");
        }
        assert!(!repeats("什么时候发货"));
    }
}
