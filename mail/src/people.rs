//! Who a mail names: addresses as they are compared, names as they are shown. Not contacts; the engine makes those.

use mail_parser::{Address, HeaderName, Message};

/// Of one header; a mail to more is a circular, and its raw form is kept anyway.
const PEOPLE_MAX: usize = 200;
const NAME_CHARS_MAX: usize = 100;
/// RFC 5321 allows 254.
const ADDRESS_CHARS_MAX: usize = 254;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Person {
    pub name: String,
    /// Lower case, without brackets; never empty.
    pub address: String,
}

impl Person {
    /// None where the text is no address: `local@domain`, no spaces or control characters.
    pub fn new(name: &str, address: &str) -> Option<Self> {
        Some(Self { name: qn_base::text::line(name, NAME_CHARS_MAX), address: normal_address(address)? })
    }
}

/// An address as it is compared: trimmed, lower case. None where it is none.
pub fn normal_address(text: &str) -> Option<String> {
    let address = text.trim().trim_start_matches('<').trim_end_matches('>').to_lowercase();
    let (local, domain) = address.rsplit_once('@')?;
    let is_plain = |part: &str| {
        !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"' | '\\'))
    };
    (is_plain(local) && is_plain(domain) && address.chars().count() <= ADDRESS_CHARS_MAX).then(|| address.clone())
}

/// Everybody in all headers of this name, in order, each address once.
pub(crate) fn of(message: &Message<'_>, name: HeaderName<'static>) -> Vec<Person> {
    let mut found: Vec<Person> = Vec::new();
    for address in message.header_values(name).filter_map(|value| value.as_address()) {
        each(address, |name, address| {
            if found.len() < PEOPLE_MAX
                && let Some(person) = Person::new(name, address)
                && !found.iter().any(|known| known.address == person.address)
            {
                found.push(person);
            }
        });
    }
    found
}

fn each(address: &Address<'_>, mut take: impl FnMut(&str, &str)) {
    for one in address.iter() {
        if let Some(address) = &one.address {
            take(one.name.as_deref().unwrap_or_default(), address);
        }
    }
}
