//! Made-up customers of a Chinese shop, and how the same ones look when they come again: a slip of a key, the name in pinyin, another
//! phone format, a field left empty.

use qn_nlu::learn::rng::Rng;

const SURNAMES: [&str; 12] = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "欧阳"];
const GIVEN: [&str; 24] = [
    "伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "雨桐", "子轩", "浩然",
    "梓涵", "欣怡", "小红",
];
const STREETS: [&str; 8] = ["漕溪北路", "中山东路", "人民路", "解放大道", "天河路", "长安街", "建设路", "文一西路"];
const CITIES: [&str; 6] = ["上海市徐汇区", "南京市玄武区", "广州市天河区", "武汉市江岸区", "杭州市西湖区", "北京市东城区"];

#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub phone: String,
    pub email: String,
    pub born: String,
    pub address: String,
}

impl Person {
    fn drawn(rng: &mut Rng) -> Self {
        let mut pick = |from: &[&str]| from[rng.below(from.len())].to_owned();
        let (name, city, street) = (pick(&SURNAMES) + &pick(&GIVEN), pick(&CITIES), pick(&STREETS));
        let number = rng.below(900_000_000) + 100_000_000;
        Self {
            phone: format!("13{number}"),
            email: format!("{}{}@qq.com", qn_identity::normal::name::joined(&name), rng.below(10_000)),
            born: format!("19{:02}-{:02}-{:02}", 50 + rng.below(50), 1 + rng.below(12), 1 + rng.below(28)),
            address: format!("{city}{street}{}号", 1 + rng.below(300)),
            name,
        }
    }

    /// The same person on another day: one or two things differ.
    fn again(&self, rng: &mut Rng) -> Self {
        let mut person = self.clone();
        for _ in 0..1 + rng.below(2) {
            match rng.below(6) {
                0 => person.name = qn_identity::normal::name::pinyin(&self.name),
                1 => person.phone = format!("+86 {} {} {}", &self.phone[..3], &self.phone[3..7], &self.phone[7..]),
                2 => person.phone = String::new(),
                3 => person.email = slip(&self.email, rng),
                4 => person.born = String::new(),
                _ => person.address = self.address.chars().skip(3).collect(),
            }
        }
        person
    }

    pub fn row(&self, id: &str) -> Vec<String> {
        vec![id.to_owned(), self.name.clone(), self.phone.clone(), self.email.clone(), self.born.clone(), self.address.clone()]
    }
}

fn slip(text: &str, rng: &mut Rng) -> String {
    let at = rng.below(4);
    text.chars().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| c).collect()
}

/// `count` people, every second of them twice; the records of one person share the number in their ids.
pub fn rows(count: usize, seed: u64) -> Vec<Vec<String>> {
    let mut rng = Rng::new(seed);
    let mut rows = Vec::new();
    for n in 0..count {
        let person = Person::drawn(&mut rng);
        rows.push(person.row(&format!("{n}a")));
        if n % 2 == 0 {
            rows.push(person.again(&mut rng).row(&format!("{n}b")));
        }
    }
    rows
}
