//! Small talk: turns made of nothing but known phrases. A turn with anything else in it is a question and is not read here, so
//! 「你好，怎么退货」 is not a greeting. Phrases are in normalised spelling (see `normalise`).

use super::list;
use crate::understanding::Act;
use qn_base::text::is_cjk;
use std::collections::HashMap;

const GREETING: &str = "\
你好|您好|你们好|大家好|哈喽|哈罗|嗨|嘿|hello|hi|hey|hiya|hi there|hello there|hey there|yo|早上好|上午好|中午好|下午好|晚上好|\
想问个事|问个事|想问一下|想问下|我想问一下|我想问下|问一下|问下|想问个问题|问个问题|我想问个问题|我有个问题|有个问题|咨询一下|想咨询一下|\
我想咨询一下|请教一下|打扰一下|i have a question|i have a quick question|quick question|can i ask something|can i ask you something|\
can i ask a question|may i ask something|got a question|\
早|早安|在吗|在么|在不在|你在吗|您在吗|客服在吗|在不|good morning|good afternoon|good evening|good day|greetings|hello world|\
你好呀|nihao|ni hao";
const THANKS: &str = "\
谢谢|谢谢你|谢谢您|谢了|多谢|感谢|非常感谢|十分感谢|太感谢了|谢谢啦|谢谢哈|辛苦了|辛苦|麻烦你了|麻烦您了|万分感谢|3q|3ks|thx|\
thanks|thank you|thank u|thankyou|many thanks|thanks a lot|thanks so much|ty|tysm|cheers|much appreciated|appreciate it|\
i appreciate it|thanks for your help|thank you for your help|thanks for the help|thanks for helping|thank you very much|\
thank you so much|xiexie|🙏|appreciated|you are great|youre great|非常感谢你的帮助|谢谢你的帮助";
const GOODBYE: &str = "\
再见|拜拜|拜|88|886|回见|回头见|下次见|先这样|就这样|那先这样|那就这样|没别的了|没有别的了|没其他问题了|没有其他问题了|\
没别的问题了|没有别的问题了|没有问题了|没事了|我没事了|没什么了|晚安|bye|bye bye|byebye|goodbye|good bye|see you|see ya|cya|\
take care|have a nice day|have a good day|have a great day|good night|thats all|that is all|nothing else|thatll be all|\
that will be all|no more questions|talk to you later|ttyl|zaijian|👋";
const YES: &str = "\
是|是的|是呀|是啊|对|对的|对呀|对啊|对对|对对对|嗯|嗯嗯|恩|恩恩|好|好的|好吧|好呀|好啊|好滴|好嘞|行|行吧|可以|可以的|可以啊|\
没错|没问题|当然|当然可以|要|要的|需要|我要|我需要|是这个|就是这个|就这个|对就是这个|正是|确认|确定|同意|ok|okay|okey|k|yes|\
yeah|yep|yup|yes please|ya|sure|of course|right|thats right|that is right|correct|thats correct|exactly|sounds good|absolutely|\
definitely|indeed|i do|yes i do|fine|alright|all right|thats it|thats the one|👍|👌|✅|✔";
const NO: &str = "\
不|不是|不是的|不用|不用了|不要|不要了|不需要|不需要了|没有|没|没有了|不行|算了|否|不了|不必|不必了|不可以|不好|不想|暂时不用|\
先不用|没必要|no|nope|nah|no need|not now|not really|no thank you|no thanks|never mind|nevermind|i dont|no i dont|not yet|dont|\
not needed|cancel|nothing|❌";
const RESOLVED: &str = "\
解决了|已解决|已经解决|已经解决了|问题解决了|问题已解决|问题已经解决了|搞定|搞定了|可以了|明白了|明白|我明白了|知道了|我知道了|\
懂了|我懂了|了解|了解了|清楚了|我清楚了|好了|行了|没问题了|收到|好使了|能用了|有用|很有用|有帮助|很有帮助|帮到我了|solved|\
resolved|fixed|it works|it works now|it worked|that worked|works now|that works|got it|i got it|i see|understood|i understand|\
that helped|that helps|this helped|that was helpful|very helpful|helpful|that answers my question|all good|all set|perfect|\
great|problem solved|issue resolved|its fixed|its working now|makes sense|im all set|im good|awesome|excellent|its resolved|\
its solved|my problem is solved|my issue is resolved|太好了|完美|原来如此|原来是这样";
const NOT_HELPFUL: &str = "\
没用|没有用|没啥用|没什么用|不管用|没帮助|没有帮助|没有帮到我|没帮到我|帮不了我|不对|不是这个|不是这个问题|不是这个意思|\
我不是这个意思|我不是问这个|我问的不是这个|不是我要的|不是我想要的|不是我问的|没解决|没有解决|未解决|还没解决|还是没解决|\
没解决问题|没有解决问题|问题没解决|问题没有解决|没解决我的问题|没有解决我的问题|还是不行|不行啊|还是不会|答非所问|听不懂|看不懂|\
没看懂|没听懂|不懂|不明白|没明白|还是不明白|我不明白|你没回答我的问题|没回答我的问题|你没懂|你没明白|你不懂|都不是|都不对|\
试过了|我试过了|都试过了|我都试过了|试过了没用|试过不行|胡说八道|废话|这些都不是|以上都不是|一个都不是|牛头不对马嘴|不满意|\
没意义|not helpful|unhelpful|it didnt help|that didnt help|didnt help|doesnt help|that doesnt help|this doesnt help|\
this didnt help|useless|not useful|not what i asked|thats not what i asked|that is not what i asked|that wasnt my question|\
thats not my question|wrong answer|wrong|thats wrong|that is wrong|incorrect|not correct|still not working|still doesnt work|\
still not solved|not solved|not resolved|it didnt work|that didnt work|didnt work|it doesnt work|doesnt work|that doesnt work|\
still the same|still the same problem|i tried that|i already tried that|i dont understand|i still dont understand|\
you dont understand|you didnt answer my question|none of these|none of those|none of them|none|neither|not that|not this|\
thats not it|that is not it|not that one|thats not what i meant|not what i meant|thats not what i want|it was not helpful|\
that was not helpful|👎|this is not helpful|that is not helpful|thats not helpful|no help|that was no help|nonsense";
/// What the customer talks to, and what it is good for.
const ABOUT_BOT: &str = "\
是机器人吗|是不是机器人|是机器人还是人|是机器人还是人工|是人还是机器人|是真人吗|是不是真人|是人吗|是真人还是机器人|是ai吗|是不是ai|是人工吗|你们是机器人吗|你们是人吗|你们能做什么|\
是人工客服吗|是人工智能吗|是智能客服吗|是机器吗|是自动回复吗|是谁|叫什么|叫什么名字|能做什么|能做些什么|能干什么|能干嘛|可以做什么|可以干什么|\
可以干嘛|会什么|会做什么|会干什么|会些什么|能帮我什么|能帮我做什么|能帮我做些什么|可以帮我做什么|能帮什么忙|有什么用|有什么功能|有哪些功能|\
能回答什么|能回答什么问题|能回答哪些问题|可以问你什么|可以问什么|我能问你什么|我可以问你什么|\
are you a robot|are you a bot|are you a chatbot|are you an ai|are you ai|are you human|are you a human|are you a person|are you a real person|\
are you real|are you a machine|is this a bot|is this a robot|is this an ai|is this a real person|is this a human|am i talking to a bot|\
am i talking to a robot|am i talking to a human|am i talking to a person|am i talking to a real person|am i talking to an ai|\
am i chatting with a bot|am i chatting with a human|bot or human|robot or human|human or bot|are you a bot or a human|are you a human or a bot|\
are you a robot or a human|who are you|what are you|whats your name|what is your name|what can you do|what can you help with|\
what can you help me with|how can you help|how can you help me|what can you do for me|what do you do|what can i ask you|what can i ask|\
what can i ask here|what are you able to do";
/// Words that may stand beside the phrases without meaning anything of their own.
const FILLER: &str = "\
啊|呀|哦|噢|喔|哈|哈哈|哈哈哈|呢|吧|啦|嘛|哟|喽|哎|唉|诶|了|的|那|那么|亲|亲爱的|您|你|麻烦|请|请问|客服|小姐姐|老师|呵呵|嘻嘻|额|呃|\
嗯哼|真的|太|很|都|还|这个|朋友|亲亲|美女|帅哥|机器人|小助手|please|so|well|oh|um|uh|hmm|really|very|much|just|then|now|guys|\
everyone|sir|madam|maam|dear|bot|there|again|it|for|everything|your|help|haha|lol|ah|team|me|this|buddy|mate|friend|pls|plz|😀|\
😁|😂|😄|😊|🙂|😉|😍|❤|🌹|😅|😭|😢|😡";
/// Sounds that, alone, say no more than that the answer was read.
const HEARD: &str = "\
哦|哦哦|噢|喔|哈|哈哈|哈哈哈|呵呵|嘻嘻|嗯哼|额|呃|oh|ah|um|uh|hmm|haha|lol|oh ok|哦好|哦好的";
/// Pictures of anger and grief are no acknowledgement.
const UPSET: [char; 12] = ['😡', '😠', '🤬', '😤', '😭', '😢', '😞', '😩', '😫', '💔', '😣', '😖'];
/// What may stand around a number that picks an option.
const CHOICE_BEFORE: &str = "\
第|选|选择|选第|我选|我选第|我选择|我选择第|要第|我要第|是第|就第|就是第|应该是第|我想问第|我想问的是第|我问第|看第|number|\
option|no|the|choose|pick|select|i choose|i pick|its|answer|question|i want|i want the|i mean|i mean the|ill take|ill take the|\
choice|the number|option number|选项|编号";
const CHOICE_AFTER: &str = "\
个|条|项|号|种|个问题|个吧|条吧|项吧|个选项|one|option|question|choice|article|answer|please|个是|个对|个就是";
const NUMBERS: &[(&str, u8)] = &[
    ("一", 1),
    ("二", 2),
    ("两", 2),
    ("三", 3),
    ("四", 4),
    ("五", 5),
    ("六", 6),
    ("七", 7),
    ("八", 8),
    ("九", 9),
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("1st", 1),
    ("2nd", 2),
    ("3rd", 3),
    ("4th", 4),
    ("5th", 5),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
];
/// Longest phrase in atoms (a Chinese character or a word of other scripts).
const PHRASE_ATOMS_MAX: usize = 10;

#[derive(Clone, Copy, PartialEq)]
enum Meaning {
    Act(Act),
    Filler,
}

pub(crate) struct Phrases {
    meanings: HashMap<&'static str, Meaning>,
    before: Vec<&'static str>,
    after: Vec<&'static str>,
    heard: Vec<&'static str>,
}

impl Phrases {
    pub fn new() -> Self {
        let mut meanings = HashMap::new();
        let lists = [
            (FILLER, Meaning::Filler),
            (GREETING, Meaning::Act(Act::Greeting)),
            (THANKS, Meaning::Act(Act::Thanks)),
            (GOODBYE, Meaning::Act(Act::Goodbye)),
            (YES, Meaning::Act(Act::Yes)),
            (NO, Meaning::Act(Act::No)),
            (RESOLVED, Meaning::Act(Act::Resolved)),
            (NOT_HELPFUL, Meaning::Act(Act::NotHelpful)),
            (ABOUT_BOT, Meaning::Act(Act::AboutBot)),
        ];
        for (phrases, meaning) in lists {
            meanings.extend(list(phrases).into_iter().map(|phrase| (phrase, meaning)));
        }
        Self { meanings, before: list(CHOICE_BEFORE), after: list(CHOICE_AFTER), heard: list(HEARD) }
    }

    /// The acts of a clause that known phrases cover from end to end with the fewest phrases; None when something is left over.
    /// `atoms_left` is the budget of the whole turn.
    pub fn cover(&self, clause: &str, atoms_left: &mut usize, choices: u8) -> Option<Vec<Act>> {
        if let Some(ordinal) = self.choice(clause, choices) {
            return Some(vec![Act::Choose { ordinal }]);
        }
        let ends = atom_ends(clause, *atoms_left)?;
        *atoms_left -= ends.len();
        // best[i]: fewest phrases that cover the first i atoms, and where the last of them starts.
        let mut best: Vec<Option<(usize, usize)>> = vec![None; ends.len() + 1];
        best[0] = Some((0, 0));
        for from in 0..ends.len() {
            let Some((used, _)) = best[from] else { continue };
            let last = ends.len().min(from + PHRASE_ATOMS_MAX);
            for (to, slot) in best.iter_mut().enumerate().take(last + 1).skip(from + 1) {
                if self.meaning(clause, &ends, from, to).is_some() && slot.is_none_or(|(n, _)| used + 1 < n) {
                    *slot = Some((used + 1, from));
                }
            }
        }
        self.acts(clause, &ends, &best)
    }

    /// A turn of sounds or friendly pictures alone: nothing is asked.
    pub fn only_heard(&self, clauses: &[String]) -> bool {
        let is_picture = |clause: &str| clause.chars().all(|c| !c.is_alphanumeric() && !UPSET.contains(&c));
        !clauses.is_empty() && clauses.iter().all(|clause| self.heard.contains(&clause.as_str()) || is_picture(clause))
    }

    fn meaning(&self, clause: &str, ends: &[usize], from: usize, to: usize) -> Option<Meaning> {
        let start = if from == 0 { 0 } else { ends[from - 1] };
        self.meanings.get(clause[start..ends[to - 1]].trim_start()).copied()
    }

    fn acts(&self, clause: &str, ends: &[usize], best: &[Option<(usize, usize)>]) -> Option<Vec<Act>> {
        let mut acts = Vec::new();
        let mut to = ends.len();
        while to > 0 {
            let (_, from) = best[to]?;
            if let Some(Meaning::Act(act)) = self.meaning(clause, ends, from, to) {
                acts.push(act);
            }
            to = from;
        }
        Some(acts)
    }

    /// 「第二个」, "2", "the second one", 「最后一个」: which of the options offered, if there are that many.
    fn choice(&self, clause: &str, choices: u8) -> Option<u8> {
        if choices == 0 {
            return None;
        }
        match clause {
            "最后一个" | "最后那个" | "最后一条" | "last" | "the last one" | "last one" | "the last" => return Some(choices),
            "前者" | "前面那个" | "上面那个" | "the former" | "the former one" if choices == 2 => return Some(1),
            "后者" | "后面那个" | "下面那个" | "the latter" | "the latter one" if choices == 2 => return Some(2),
            _ => {}
        }
        let clause = clause.strip_suffix('吧').unwrap_or(clause);
        (1..=choices.min(9)).find(|wanted| self.picks(clause, *wanted))
    }

    fn picks(&self, clause: &str, wanted: u8) -> bool {
        let mut digit = [0u8; 1];
        digit[0] = b'0' + wanted;
        let digit = std::str::from_utf8(&digit).unwrap_or("");
        let spellings = NUMBERS.iter().filter(|(_, n)| *n == wanted).map(|(word, _)| *word).chain([digit]);
        spellings.into_iter().any(|word| {
            clause.match_indices(word).any(|(at, _)| {
                let (before, after) = (clause[..at].trim_end(), clause[at + word.len()..].trim_start());
                let whole_word = word.len() > 1 && word.is_ascii()
                    || !before.ends_with(|c: char| c.is_ascii_digit()) && !after.starts_with(|c: char| c.is_ascii_digit());
                whole_word && (before.is_empty() || self.before.contains(&before)) && (after.is_empty() || self.after.contains(&after))
            })
        })
    }
}

/// Byte offset after each atom; None when there are more than `max`.
fn atom_ends(clause: &str, max: usize) -> Option<Vec<usize>> {
    let mut ends: Vec<usize> = Vec::new();
    let mut in_word = false;
    for (at, c) in clause.char_indices() {
        let end = at + c.len_utf8();
        match ends.last_mut() {
            Some(last) if in_word && c.is_alphanumeric() && !is_cjk(c) => *last = end,
            _ if c == ' ' => {}
            _ => ends.push(end),
        }
        in_word = c.is_alphanumeric() && !is_cjk(c);
        if ends.len() > max {
            return None;
        }
    }
    Some(ends)
}
