//! English ways of asking for a person, and the pinyin ones that customers without an input method type.

use super::{LIKELY, SURE, WEAK};
use crate::backends::{has_words, list};

/// Phrases around the same nouns that mean something else.
const NOT_A_PERSON: &str = "\
user agent|user agents|agent string|travel agent|estate agent|shipping agent|cleaning agent|human resources|human error|\
human readable|human body|human hair|human voice|in person|per person|third person|first person|delivery person|\
another person|different person|other person|one person|single person|each person|same person|agent id|agent software|\
ai agent|rinse agent|human interface|booking agent|customs agent|two person|device manager|task manager|\
file manager|password manager|download manager|manager app|person who|voice assistant|google assistant|virtual assistant|\
smart assistant|assistant app";
const NOUNS: &str = "\
human|humans|person|people|agent|agents|representative|representatives|rep|operator|manager|supervisor|advisor|adviser|\
specialist|staff|someone|somebody|anyone|anybody|customer service|customer support|customer care|live chat|live support|\
support team|human being|real life|assistant";
/// Of these only "talk to" makes a wish: "get someone to install it" is another matter.
const VAGUE: &str = "\
someone|somebody|anyone|anybody|people|staff|specialist|customer service|customer support|customer care|support team|assistant";
const TALK: &str = "talk|speak|chat|talking|speaking|chatting|converse";
/// Reaching somebody unnamed is a wish too; reaching "customer service" is as often a question about its hours.
const REACH: &str = "contact|contacting|reach|reaching";
const UNNAMED: &str = "someone|somebody|anyone|anybody";
const HAND_OVER: &str = "connect|transfer|put|hand|pass|switch|route|redirect|forward|refer|escalate";
const WANT: &str = "\
need|want|get|give|have|prefer|require|like|call|calling|find|finding|getting|send|request|ask|wanna|see|use|bring|there";
/// What may stand between wanting and the person.
const BETWEEN: &str = "\
me|a|an|the|to|with|for|your|real|live|actual|human|another|some|any|customer|service|support|through|over|us|this|chat|\
my|case|call|physical|talk|speak|in|on|of|from|proper|different|senior|sales|up|it|directly|please|now|out|care|help|damn|goddamn|bloody|\
fucking|freaking";
const POLITE: &str = "\
please|pls|plz|a|an|the|now|real|live|actual|human|i|want|need|to|me|hello|hi|just|only|help|your|thanks|asap|yes|is|\
there|any|available|can|get|customer|service|support|agent|agents|representative|person|rep|being|chat|here|immediately|\
right|are|hey|online|ok";
const DENIALS: &str = "dont|not|never|without|didnt|doesnt|wont|rather|instead|avoid|no|wouldnt|havent";
const FIXED: &str = "\
escalate|escalate this|escalate my case|escalate this issue|i want to complain|file a complaint|make a complaint|\
is anyone there|anyone there|is anybody there|is there anyone there|is someone there|call me|call me back|give me a call|phone me";
const PINYIN: &str = "rengong|ren gong|zhuan rengong|zhuanrengong|zhuan ren gong|rengong kefu|kefu";
/// How far behind the verb the person may stand, in words.
const REACH_WORDS: usize = 8;
/// How far before the verb a denial counts, in words ("I don't want to talk to …").
const DENIAL_WORDS: usize = 3;

pub(super) struct Words {
    not_a_person: Vec<&'static str>,
    nouns: Vec<&'static str>,
    vague: Vec<&'static str>,
    talk: Vec<&'static str>,
    reach: Vec<&'static str>,
    unnamed: Vec<&'static str>,
    hand_over: Vec<&'static str>,
    want: Vec<&'static str>,
    between: Vec<&'static str>,
    polite: Vec<&'static str>,
    denials: Vec<&'static str>,
    fixed: Vec<&'static str>,
    pinyin: Vec<&'static str>,
}

impl Words {
    pub fn new() -> Self {
        Self {
            not_a_person: list(NOT_A_PERSON),
            nouns: list(NOUNS),
            vague: list(VAGUE),
            talk: list(TALK),
            reach: list(REACH),
            unnamed: list(UNNAMED),
            hand_over: list(HAND_OVER),
            want: list(WANT),
            between: list(BETWEEN),
            polite: list(POLITE),
            denials: list(DENIALS),
            fixed: list(FIXED),
            pinyin: list(PINYIN),
        }
    }

    pub fn asked_for(&self, clause: &str) -> Option<f32> {
        if self.pinyin.contains(&clause) {
            return Some(LIKELY);
        }
        if self.fixed.contains(&clause) {
            return Some(WEAK);
        }
        if !self.nouns.iter().any(|noun| has_words(clause, noun)) {
            return None;
        }
        let mut text = clause.to_owned();
        for phrase in self.not_a_person.iter().filter(|phrase| has_words(clause, phrase)) {
            text = text.replace(phrase, "_");
        }
        let words: Vec<&str> = text.split(' ').collect();
        if words.iter().all(|w| self.polite.contains(w) || self.nouns.contains(w)) && self.has_plain_noun(&words) {
            return Some(SURE);
        }
        let wished = (0..words.len()).any(|at| self.wish_at(&words[at..]) && !self.is_denied(&words[..at]));
        wished.then_some(LIKELY)
    }

    fn has_plain_noun(&self, words: &[&str]) -> bool {
        let pairs = words.windows(2).any(|w| self.nouns.contains(&w.join(" ").as_str()));
        pairs || words.iter().any(|w| self.nouns.contains(w) && !self.vague.contains(w))
    }

    /// A verb of asking at the start of `words` that reaches a person.
    fn wish_at(&self, words: &[&str]) -> bool {
        let (verb, rest) = (words[0], &words[1..]);
        if self.talk.contains(&verb) {
            return matches!(rest.first(), Some(&("to" | "with"))) && self.reaches(&rest[1..], false);
        }
        if self.reach.contains(&verb) {
            return self.reaches(rest, true) || rest.first().is_some_and(|first| self.unnamed.contains(first));
        }
        if self.hand_over.contains(&verb) {
            // "A transfer to someone" is money; "transfer me to someone" is not.
            return self.reaches(rest, !matches!(rest.first(), Some(&("me" | "us"))));
        }
        self.want.contains(&verb) && self.reaches(rest, true)
    }

    /// Only connecting words until a noun for a person. `plain`: vague ones ("someone") do not count.
    fn reaches(&self, words: &[&str], plain: bool) -> bool {
        for (at, word) in words.iter().enumerate().take(REACH_WORDS) {
            let pair = words.get(at + 1).map(|next| format!("{word} {next}"));
            let is_noun = |noun: &str| self.nouns.contains(&noun) && !(plain && self.vague.contains(&noun));
            if pair.as_deref().is_some_and(is_noun) || is_noun(word) {
                // "My operator" is the customer's carrier.
                return at == 0 || words[at - 1] != "my";
            }
            if !self.between.contains(word) {
                return false;
            }
        }
        false
    }

    /// Declined, or only asked whether it must be ("do I have to talk to …").
    fn is_denied(&self, before: &[&str]) -> bool {
        let asked_whether = matches!(before, [.., "do", "i"] | [.., "do", "i", "have" | "need", "to"]);
        asked_whether || before.iter().rev().take(DENIAL_WORDS).any(|word| self.denials.contains(word))
    }
}
