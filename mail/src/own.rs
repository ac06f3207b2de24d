//! Names only we can make: Message-IDs and plus-addresses that carry a conversation and a seal over it. A mail that answers one of them
//! belongs to that conversation; nobody can write one for a conversation they have not had mail from.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Characters of a seal, 5 bits each.
const SEAL_CHARS: usize = 16;
/// RFC 5321: what stands before the @.
const LOCAL_CHARS_MAX: usize = 64;
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The names of one inbox.
#[derive(Clone)]
pub struct OwnNames {
    key: Vec<u8>,
    inbox_id: String,
    /// As people write it, lower case.
    address: String,
}

impl std::fmt::Debug for OwnNames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnNames").field("inbox_id", &self.inbox_id).field("address", &self.address).finish_non_exhaustive()
    }
}

/// What a Message-ID of ours says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnId {
    pub conversation_id: String,
    pub message_id: String,
}

impl OwnNames {
    /// `key` is secret to this server, `address` the inbox's own; None where that is no address.
    pub fn new(key: &[u8], inbox_id: &str, address: &str) -> Option<Self> {
        Some(Self { key: key.to_vec(), inbox_id: inbox_id.to_owned(), address: crate::normal_address(address)? })
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// `message.conversation.seal@domain`, without brackets; the same for the same message, so that a repeated sending is one mail.
    pub fn message_id(&self, conversation_id: &str, message_id: &str) -> String {
        let seal = self.seal("id", &format!("{message_id}.{conversation_id}"));
        format!("{message_id}.{conversation_id}.{seal}@{}", self.domain())
    }

    pub fn read_message_id(&self, id: &str) -> Option<OwnId> {
        let id = id.to_lowercase();
        let (local, _domain) = id.rsplit_once('@')?;
        let (named, seal) = local.rsplit_once('.')?;
        let (message_id, conversation_id) = named.split_once('.')?;
        let is_ours = qn_base::ids::is_well_formed(message_id) && qn_base::ids::is_well_formed(conversation_id);
        (is_ours && self.is_sealed("id", named, seal))
            .then(|| OwnId { conversation_id: conversation_id.to_owned(), message_id: message_id.to_owned() })
    }

    /// `support+conversation.seal@domain`; None where it would be longer than addresses may be.
    pub fn plus_address(&self, conversation_id: &str) -> Option<String> {
        let (local, domain) = self.address.rsplit_once('@')?;
        let local = format!("{local}+{conversation_id}.{}", self.seal("to", conversation_id));
        (local.len() <= LOCAL_CHARS_MAX).then(|| format!("{local}@{domain}"))
    }

    pub fn read_address(&self, address: &str) -> Option<String> {
        let address = crate::normal_address(address)?;
        let (local, domain) = address.rsplit_once('@')?;
        let (own_local, own_domain) = self.address.rsplit_once('@')?;
        let (before, tag) = local.split_once('+')?;
        let (conversation_id, seal) = tag.rsplit_once('.')?;
        let is_ours = before == own_local && domain == own_domain && self.is_sealed("to", conversation_id, seal);
        is_ours.then(|| conversation_id.to_owned())
    }

    /// The inbox's own address, with or without a plus.
    pub fn is_own_address(&self, address: &str) -> bool {
        let plain = |address: &str| {
            let (local, domain) = address.rsplit_once('@')?;
            Some(format!("{}@{domain}", local.split('+').next().unwrap_or_default()))
        };
        plain(&address.to_lowercase()) == plain(&self.address)
    }

    fn domain(&self) -> &str {
        self.address.rsplit('@').next().unwrap_or_default()
    }

    fn is_sealed(&self, purpose: &str, text: &str, seal: &str) -> bool {
        self.seal(purpose, text).as_bytes().ct_eq(seal.as_bytes()).into()
    }

    fn seal(&self, purpose: &str, text: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { unreachable!("HMAC takes keys of any length") };
        mac.update(format!("{purpose}\n{}\n{text}", self.inbox_id).as_bytes());
        let bytes = mac.finalize().into_bytes();
        bytes.iter().take(SEAL_CHARS).map(|b| char::from(ALPHABET[usize::from(b & 31)])).collect()
    }
}
