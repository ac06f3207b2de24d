//! The analyser: clauses to runs, runs to words, characters, pairs and concepts, each with the place it covers, so that scoring
//! can tell how much of a question an article speaks to.

use super::concepts::{Concepts, PHRASE_MAX, is_gap};
use super::english::stem;
use super::words::cut;
use qn_base::text::is_cjk;
use qn_nlu::normalise::Normal;
use rustc_hash::FxHashSet;

/// Words without a meaning of their own: never terms.
const STOP: &str = "\
的|了|吗|呢|啊|吧|呀|嘛|哦|噢|哈|着|地|得|么|请|请问|你好|您好|谢谢|麻烦|一下|亲|喂|嗯|啦|哎|那么|就是|而且|并且|以及|和|与|或|或者|\
a|an|the|is|are|was|were|be|been|am|do|does|did|to|of|in|at|for|with|and|or|but|if|so|it|its|this|that|these|those|i|me|my|mine|we|our|us|\
you|your|he|she|they|them|their|as|by|from|im|ive|id|hi|hello|hey|please|thanks|thank|just|than|then|too|s|t|ok|dear|there|here";
/// Words of any conversation: terms that weigh little.
const COMMON: &str = "\
我|你|您|我们|你们|他|她|它|他们|咱|咱们|这|那|这个|那个|这种|这款|这样|想|要|想要|能|可以|能不能|可不可以|能否|会|会不会|有|没有|有没有|是|是不是|在|去|来|给|让|把|被|对|从|到|用|\
怎么|怎样|怎么样|如何|什么|为什么|怎么办|咋|咋办|咋样|啥|哪|哪个|哪些|哪里|现在|今天|昨天|前天|明天|刚|刚刚|刚才|已经|一直|总是|总|老是|老|突然|忽然|然后|但是|不过|因为|所以|如果|要是|万一|还是|还|再|\
又|也|都|就|才|很|非常|太|特别|比较|一点|有点|有些|好像|感觉|觉得|发现|知道|告诉|说|讲|看|看看|看到|看见|弄|搞|做|办|办法|处理|解决|操作|需要|应该|必须|可能|东西|问题|情况|时候|之后|以后|之前|\
以前|里面|里|上面|上|下|家|家里|朋友|老婆|老公|妈妈|爸爸|我妈|我爸|孩子|女儿|儿子|人|别人|自己|一个|一台|一部|一些|两|几|个|次|天|些|点|关于|介绍|帮|帮忙|帮我|求助|急|吗|别|不|没|不能|不会|不要|不了|\
没法|无法|谁|支持|方法|方式|具体|一般|大概|左右|需不需要|用不用|要不要|必要|行|好|行不行|好不好|同时|直接|\
how|what|when|where|why|which|who|whose|can|could|would|should|will|may|might|shall|want|need|like|get|got|gett|getting|have|has|had|having|know|tell|told|help|go|going|went|make|made|still|any|some|much|many|\
very|really|also|now|after|before|again|try|tried|think|seem|seems|while|not|no|dont|cant|wont|doesnt|didnt|isnt|wasnt|havent|hasnt|cannot|about|all|up|out|off|on|one|two|been|being|keep|keeps|say|says|said|thing|\
something|anything|someone|day|today|yesterday|week|ago|new|way|possible|able|else|ever|yet|already|only|even|because|since|until|into|over|between|both|each|every|more|most|other|another|same|lot|bit|kind|sort|let|use|using|\
used|put|take|took|see|look|looking|come|give|gave|show|find|question|issue|problem|happen|happened|happens|wondering|wonder|hope|guess|maybe|actually|right|well|good|great|theres|whats|hows|youre|supposed|allowed|exactly|own|don|does";
const STRENGTH_COMMON: f32 = 0.4;
const STRENGTH_NUMBER: f32 = 0.5;

/// How a term came about, which says how much it proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A dictionary word or the stem of a word.
    Word,
    /// Two neighbouring Chinese characters.
    Pair,
    /// One Chinese character.
    Char,
    /// Letters or digits inside a mixed word ("15" of "iphone15").
    Piece,
    /// A synonym class.
    Concept,
}

impl Kind {
    /// Share of its rarity that a term of this kind weighs.
    pub fn weight(self) -> f32 {
        match self {
            Kind::Word => 1.0,
            Kind::Concept => 1.3,
            Kind::Piece => 0.6,
            Kind::Pair => 0.5,
            Kind::Char => 0.25,
        }
    }

    /// How far a match covers the place it stands at.
    pub fn cover(self) -> f32 {
        match self {
            Kind::Word => 1.0,
            Kind::Concept => 0.95,
            Kind::Pair => 0.8,
            Kind::Piece => 0.6,
            Kind::Char => 0.4,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Bytes of `Analysis::text`.
    Text {
        from: u32,
        to: u32,
    },
    Concept(u16),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    pub key: Key,
    pub kind: Kind,
    /// Places covered, `from..to`. A place is a Chinese character or a word of another script.
    pub from: u32,
    pub to: u32,
    /// 0 to 1: what the words it stands in mean by themselves.
    pub strength: f32,
}

/// A word of the text as a reader would cut it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    pub from: u32,
    pub to: u32,
    pub strength: f32,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Analysis {
    /// The normalised text that the keys point into.
    pub text: String,
    pub terms: Vec<Term>,
    pub units: Vec<Unit>,
    pub places: u32,
}

impl Analysis {
    pub fn slice(&self, from: u32, to: u32) -> &str {
        &self.text[from as usize..to as usize]
    }
}

pub struct Analyzer {
    stop: FxHashSet<&'static str>,
    common: FxHashSet<&'static str>,
    concepts: Concepts,
}

impl Analyzer {
    pub fn new() -> Self {
        Self { stop: STOP.split('|').collect(), common: COMMON.split('|').collect(), concepts: Concepts::new() }
    }

    pub fn concepts(&self) -> &Concepts {
        &self.concepts
    }

    /// Reads at most `places_max` places of at most `qn_nlu::normalise::TEXT_CHARS_MAX` characters.
    pub fn analyze(&self, text: &str, places_max: u32) -> Analysis {
        let mut out = Analysis::default();
        for clause in Normal::new(text).clauses() {
            if out.places >= places_max {
                break;
            }
            let base = out.text.len();
            out.text.push_str(clause);
            out.text.push(' ');
            self.clause(clause, base, places_max, &mut out);
        }
        out
    }

    fn clause(&self, clause: &str, base: usize, places_max: u32, out: &mut Analysis) {
        let mut words: Vec<(usize, usize)> = Vec::new();
        let mut at = 0;
        while at < clause.len() && out.places + (words.len() as u32) < places_max {
            let rest = &clause[at..];
            let chinese = run(rest, is_cjk);
            let other = run(rest, |c| !is_cjk(c) && c != ' ');
            if chinese > 0 {
                self.other_words(clause, base, &words, out);
                words.clear();
                let room = (places_max - out.places) as usize;
                let taken = qn_base::text::truncate(&rest[..chinese], room);
                self.chinese(taken, base + at, out);
            } else if other > 0 {
                words.push((at, at + other));
            }
            at += chinese.max(other).max(usize::from(chinese + other == 0));
        }
        self.other_words(clause, base, &words, out);
    }

    fn chinese(&self, run: &str, base: usize, out: &mut Analysis) {
        let mut bytes: Vec<u32> = run.char_indices().map(|(at, _)| (base + at) as u32).collect();
        bytes.push((base + run.len()) as u32);
        let (chars, first) = (bytes.len() - 1, out.places);
        let text = |from: usize, to: usize| Key::Text { from: bytes[from], to: bytes[to] };
        let words = cut(run);
        let mut strengths = vec![0.0f32; chars];
        let mut alone = vec![false; chars];
        for part in words.iter().filter(|w| w.is_part) {
            let strength = self.strength(&run[(bytes[part.from] as usize - base)..(bytes[part.to] as usize - base)]);
            strengths[part.from..part.to].fill(strength);
            alone[part.from] = part.to - part.from == 1;
            out.units.push(Unit { from: first + part.from as u32, to: first + part.to as u32, strength });
        }
        let mut push = |from: usize, to: usize, kind: Kind, strength: f32| {
            if strength > 0.0 {
                let places = (first + from as u32, first + to as u32);
                out.terms.push(Term { key: text(from, to), kind, from: places.0, to: places.1, strength });
            }
        };
        for word in &words {
            push(word.from, word.to, Kind::Word, strengths[word.from]);
        }
        for at in 0..chars {
            push(at, at + 1, Kind::Char, strengths[at]);
            if at + 1 < chars && strengths[at] > 0.0 && strengths[at + 1] > 0.0 {
                push(at, at + 2, Kind::Pair, (strengths[at] + strengths[at + 1]) / 2.0);
            }
        }
        for from in 0..chars {
            let longest = self.concepts.longest(&run[(bytes[from] as usize - base)..(bytes[from + 1] as usize - base)]).min(chars - from);
            for length in (1..=longest).rev() {
                let phrase = &run[(bytes[from] as usize - base)..(bytes[from + length] as usize - base)];
                let ids = self.concepts.of(phrase);
                // A single character is a word only where the segmentation says so: 表 is a watch, but not in 表示.
                if ids.is_empty() || (length == 1 && !alone[from]) {
                    continue;
                }
                push_concepts(ids, first + from as u32, first + (from + length) as u32, out);
                break;
            }
        }
        out.places += chars as u32;
    }

    fn other_words(&self, clause: &str, base: usize, words: &[(usize, usize)], out: &mut Analysis) {
        let stems: Vec<&str> = words.iter().map(|(from, to)| stem(&clause[*from..*to])).collect();
        let first = out.places;
        for (n, (from, to)) in words.iter().enumerate() {
            let (word, place) = (&clause[*from..*to], first + n as u32);
            let strength = self.strength(word);
            out.units.push(Unit { from: place, to: place + 1, strength });
            if strength == 0.0 {
                continue;
            }
            let mut push = |from: usize, to: usize, kind: Kind| {
                let key = Key::Text { from: (base + from) as u32, to: (base + to) as u32 };
                out.terms.push(Term { key, kind, from: place, to: place + 1, strength });
            };
            push(*from, from + stems[n].len(), Kind::Word);
            for (piece_from, piece_to) in pieces(word) {
                push(from + piece_from, from + piece_to, Kind::Piece);
            }
        }
        let told: Vec<usize> = (0..words.len()).filter(|n| !is_gap(&clause[words[*n].0..words[*n].1])).collect();
        for from in 0..told.len() {
            let longest = self.concepts.longest(stems[told[from]]).min(told.len() - from).min(PHRASE_MAX);
            for length in (1..=longest).rev() {
                let phrase = told[from..from + length].iter().map(|n| stems[*n]).collect::<Vec<_>>().join(" ");
                let ids = self.concepts.of(&phrase);
                if !ids.is_empty() {
                    push_concepts(ids, first + told[from] as u32, first + told[from + length - 1] as u32 + 1, out);
                    break;
                }
            }
        }
        out.places += words.len() as u32;
    }

    fn strength(&self, word: &str) -> f32 {
        if self.stop.contains(word) {
            0.0
        } else if self.common.contains(word) {
            STRENGTH_COMMON
        } else if word.bytes().all(|b| b.is_ascii_digit()) {
            STRENGTH_NUMBER
        } else {
            1.0
        }
    }
}

impl Default for Analyzer {
    fn default() -> Self {
        Self::new()
    }
}

fn push_concepts(ids: &[u16], from: u32, to: u32, out: &mut Analysis) {
    out.terms.extend(ids.iter().map(|id| Term { key: Key::Concept(*id), kind: Kind::Concept, from, to, strength: 1.0 }));
}

/// Bytes at the start of `text` whose characters are all wanted.
fn run(text: &str, wanted: impl Fn(char) -> bool) -> usize {
    text.char_indices().find(|(_, c)| !wanted(*c)).map_or(text.len(), |(at, _)| at)
}

/// The letters and the digits of a word that mixes both.
fn pieces(word: &str) -> Vec<(usize, usize)> {
    let has = |digit: bool| word.bytes().any(|b| b.is_ascii_alphanumeric() && b.is_ascii_digit() == digit);
    if !word.is_ascii() || !has(true) || !has(false) {
        return Vec::new();
    }
    let bytes = word.as_bytes();
    let mut pieces = Vec::new();
    let mut from = 0;
    for at in 1..=bytes.len() {
        if at == bytes.len() || bytes[at].is_ascii_digit() != bytes[at - 1].is_ascii_digit() {
            pieces.push((from, at));
            from = at;
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<(String, Kind)> {
        let analysis = Analyzer::new().analyze(text, 200);
        let name = |t: &Term| match t.key {
            Key::Text { from, to } => analysis.slice(from, to).to_owned(),
            Key::Concept(_) => "*".to_owned(),
        };
        analysis.terms.iter().map(|t| (name(t), t.kind)).collect()
    }

    #[test]
    fn chinese_gives_words_characters_and_pairs() {
        let found = terms("退款到账");
        for wanted in [("退款", Kind::Word), ("退", Kind::Char), ("款到", Kind::Pair), ("账", Kind::Char), ("*", Kind::Concept)] {
            assert!(found.contains(&(wanted.0.to_owned(), wanted.1)), "{wanted:?} in {found:?}");
        }
    }

    #[test]
    fn english_gives_stems_and_pieces() {
        let found = terms("The iPhone15 keeps overheating");
        for wanted in
            [("iphone15", Kind::Word), ("iphone", Kind::Piece), ("15", Kind::Piece), ("overheat", Kind::Word), ("*", Kind::Concept)]
        {
            assert!(found.contains(&(wanted.0.to_owned(), wanted.1)), "{wanted:?} in {found:?}");
        }
        assert!(!found.iter().any(|(t, _)| t == "the"));
    }

    #[test]
    fn places_are_bounded_and_units_cover_them() {
        let analyzer = Analyzer::new();
        for (text, max) in [("我的手机 my phone 坏了，cannot charge", 200), (&*"退货word ".repeat(500), 64), ("", 5), ("，。！", 5)]
        {
            let analysis = analyzer.analyze(text, max);
            assert!(analysis.places <= max);
            assert_eq!(analysis.units.iter().map(|u| u.to - u.from).sum::<u32>(), analysis.places, "{text}");
            assert!(analysis.terms.iter().all(|t| t.from < t.to && t.to <= analysis.places));
        }
    }
}
