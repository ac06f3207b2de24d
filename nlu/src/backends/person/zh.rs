//! Chinese ways of asking for a person.

use super::{LIKELY, SURE, WEAK};
use crate::backends::list;

/// A clause without any of these is not read further.
const KEYS: &str = "人|客服|转接|经理|主管|领导|坐席|座席|投诉|举报|电话";
/// Words that hold 人工 or 真人 and mean something else.
const NOT_A_PERSON: &str = "\
人工智能|人工费|人工成本|人工合成|人工降雨|人工呼吸|人工湖|人工草|人工审核|人工皮|人工关节|人工作|人工具|人工资|人工心脏|\
人工耳蜗|人工收费|人工钻|人工养殖|人工制造|非人工|真人秀|真人大小|真人快打|真人版|手工人工|人工泪液|人工检测|人工操作";
/// Questions in the form 能不能 hold a 不 that denies nothing.
const OPEN_QUESTIONS: &[(&str, &str)] = &[
    ("能不能", "能"),
    ("可不可以", "可以"),
    ("可以不可以", "可以"),
    ("是不是", "是"),
    ("要不要", "要"),
    ("有没有", "有"),
    ("好不好", "好"),
    ("行不行", "行"),
    ("会不会", "会"),
    ("不好意思", ""),
    ("对不起", ""),
];
/// A wish by itself: a verb with a person as its object.
const REQUESTS: &str = "\
转人工|转接人工|转到人工|转给人工|转成人工|切换人工|切换到人工|转真人|转客服|转接客服|转坐席|转座席|转接坐席|接人工|接通人工|\
接入人工|进人工|找人工|找真人|找个真人|找个活人|找活人|找个人工|找客服|找你们经理|找你们领导|找你们主管|找你们负责人|找经理|找主管|找领导|\
叫人工|叫真人|叫客服|叫个真人|叫个人工|叫个客服|喊个真人|派个真人|叫你们经理|叫你们领导|叫你们主管|换人工|换真人|换个真人|换成人工|要人工|要真人|要客服|要个人工|\
要活人|想要人工|呼叫人工|呼叫客服|联系人工|联系客服|联系真人|联系上人工|来个人工|来个真人|来人工|来个活人|\
安排人工|安排客服|给我人工|给个人工|投诉人工|有人工|有真人|召唤人工|人工在吗|人工在哪|人工呢|真人呢|人工在线吗|\
客服人工|人工人工|人工帮我|人工帮忙";
/// The same, only at the end of a clause: 「找个人」, but not 「找个人中心」.
const REQUESTS_LAST: &str = "找个人|换个人|来个人|派个人|叫个人|找人|换人|我要人";
/// Talking with a person is a wish when talking is what follows.
const WITH: &str = "和人工|跟人工|与人工|和真人|跟真人|与真人|和活人|跟活人|跟客服|和客服|与客服|跟人|和人|跟你们经理|和你们经理|跟领导";
const TALK: &str = "说|聊|谈|讲|沟通|对话|交流|通话|联系";
/// A person named: a wish when nothing else is said in the clause.
const NOUNS: &str = "人工客服|人工服务|人工坐席|人工座席|在线人工|真人客服|真人服务|客服人员|人工|真人|活人";
const AROUND_NOUNS: &str = "\
我|要|请|想|谢谢|麻烦|你好|您好|快|快点|赶紧|马上|立刻|现在|在|吗|呢|啊|呀|吧|嘛|了|的|给|帮|有|是|一下|个|你们|求|需要|直接|就|\
我说|都|还|到底";
/// What may stand between a denial and what it denies.
const BETWEEN: &str = "给我|帮我|给|帮|我|再|老|总是|总|要|找|转|接|叫|你|们|去|让|想|是|需|先|随便|直接|动不动就";
const DENIALS: &str = "不|别|没|没有|不用|无需|不必|甭|勿|不愿意|不愿|拒绝|不打算|没必要|不喜欢|不希望|不是|不可能";
/// Impatience, not denial: 「怎么还不转人工」.
const IMPATIENCE: &str = "还不|再不|为什么不|为啥不|怎么不|咋不|干嘛不|凭什么不|为何不|怎么没|还没|为什么没|就不|都不|要不|何不";
/// After the request: it is talked about, not wished (「人工客服几点上班」).
const TOLD: &str = "说|告诉|答应|态度|几点|什么时候|上班|下班|工作时间|服务时间|时间|电话|号码|热线|跟我|和我|区别|有什么区别";
const TOLD_BEFORE: &str = "刚才|刚刚|上次|昨天|前天|之前|已经|你们的";
const COMPLAINTS: &str = "我要投诉|我想投诉|要投诉你|投诉你们|我要举报|给我投诉";
const SOMEBODY: &str = "\
客服|在线客服|转接|有人吗|有人在吗|有人|有人么|有活人吗|有人在么|没人吗|没有人吗|客服呢|有客服吗|能打电话给我吗|给我回电话|给我打电话|给我回个电话|让人联系我";

pub(super) struct Words {
    keys: Vec<&'static str>,
    not_a_person: Vec<&'static str>,
    requests: Vec<&'static str>,
    requests_last: Vec<&'static str>,
    with: Vec<&'static str>,
    talk: Vec<&'static str>,
    nouns: Vec<&'static str>,
    around_nouns: Vec<&'static str>,
    between: Vec<&'static str>,
    denials: Vec<&'static str>,
    impatience: Vec<&'static str>,
    told: Vec<&'static str>,
    told_before: Vec<&'static str>,
    complaints: Vec<&'static str>,
    somebody: Vec<&'static str>,
}

impl Words {
    pub fn new() -> Self {
        Self {
            keys: list(KEYS),
            not_a_person: list(NOT_A_PERSON),
            requests: list(REQUESTS),
            requests_last: list(REQUESTS_LAST),
            with: list(WITH),
            talk: list(TALK),
            nouns: list(NOUNS),
            around_nouns: list(AROUND_NOUNS),
            between: list(BETWEEN),
            denials: list(DENIALS),
            impatience: list(IMPATIENCE),
            told: list(TOLD),
            told_before: list(TOLD_BEFORE),
            complaints: list(COMPLAINTS),
            somebody: list(SOMEBODY),
        }
    }

    pub fn asked_for(&self, clause: &str) -> Option<f32> {
        if !self.keys.iter().any(|key| clause.contains(key)) {
            return None;
        }
        let text = self.plain(clause);
        for request in &self.requests {
            if text.match_indices(request).any(|(at, _)| self.is_wished(&text[..at], &text[at + request.len()..])) {
                return Some(if text.chars().count() <= request.chars().count() + 4 { SURE } else { LIKELY });
            }
        }
        if self.with.iter().any(|with| self.talks(&text, with)) || self.requests_last.iter().any(|last| self.ends_with(&text, last)) {
            return Some(LIKELY);
        }
        if self.nouns.iter().any(|noun| self.stands_alone(&text, noun)) {
            return Some(SURE);
        }
        let weak = self.complaints.iter().any(|c| text.contains(c)) || self.somebody.contains(&text.as_str());
        weak.then_some(WEAK)
    }

    /// The clause without words that only look like a person, and without the 不 of open questions.
    fn plain(&self, clause: &str) -> String {
        let mut text = clause.to_owned();
        for word in self.not_a_person.iter().filter(|word| clause.contains(**word)) {
            text = text.replace(word, "＊");
        }
        for (question, plain) in OPEN_QUESTIONS.iter().filter(|(question, _)| clause.contains(question)) {
            text = text.replace(question, plain);
        }
        text
    }

    fn is_wished(&self, before: &str, after: &str) -> bool {
        let is_question = after.ends_with(['吗', '么', '嘛', '呢']);
        let denied = self.is_denied(before) && !(is_question && before.ends_with(['没', '有']));
        let told = self.told.iter().any(|word| after.trim_start_matches(['客', '服', '坐', '席', '的']).starts_with(word));
        let past = self.told_before.iter().any(|word| before.contains(word)) && (after.contains('了') || after.contains('说'));
        !denied && !told && !past
    }

    fn talks(&self, text: &str, with: &str) -> bool {
        let Some((before, after)) = text.split_once(with) else { return false };
        let after = after.trim_start_matches(['客', '服', '坐', '席']);
        let is_next = self.talk.iter().any(|talk| after.trim_start_matches(['直', '接']).starts_with(talk));
        is_next && !after.contains(['过', '了']) && !self.is_denied(before)
    }

    fn ends_with(&self, text: &str, request: &str) -> bool {
        let text = text.trim_end_matches(['吧', '啊', '呀', '行', '来', '吗', '聊', '谈']);
        text.strip_suffix(request).is_some_and(|before| before.chars().count() <= 6 && !self.is_denied(before))
    }

    fn is_denied(&self, before: &str) -> bool {
        let mut rest = before;
        loop {
            if self.impatience.iter().any(|word| rest.ends_with(word)) {
                return false;
            }
            if self.denials.iter().any(|word| rest.ends_with(word)) {
                return true;
            }
            match self.between.iter().find_map(|word| rest.strip_suffix(word)) {
                Some(shorter) => rest = shorter,
                None => return false,
            }
        }
    }

    /// The clause is the noun with nothing but politeness around it.
    fn stands_alone(&self, text: &str, noun: &str) -> bool {
        text.split_once(noun).is_some_and(|(before, after)| self.is_polite(before) && self.is_polite(after))
    }

    fn is_polite(&self, mut rest: &str) -> bool {
        while !rest.is_empty() {
            match self.around_nouns.iter().filter_map(|word| rest.strip_prefix(word)).min_by_key(|left| left.len()) {
                Some(left) => rest = left,
                None => return false,
            }
        }
        true
    }
}
