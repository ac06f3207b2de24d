//! Handing a mail to a submission server (RFC 6409). A dialogue of a dozen lines, written here because the TLS of a connection that starts
//! in the clear must be egress's. The mail is the server's once it said so after the last dot; nothing before that is sent.

use crate::account::{Account, Proof};
use crate::error::kept;
use crate::wire::{self, Begun, Wire, in_time};
use crate::{MailboxError, Security};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qn_egress::Egress;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

const STEP_MS_MAX: u64 = 30_000;
/// After the last dot servers scan for viruses.
const DATA_MS_MAX: u64 = 120_000;
const LINE_BYTES_MAX: usize = 8 * 1024;
const LINES_MAX: usize = 200;

struct Answer {
    code: u16,
    lines: Vec<String>,
}

impl Answer {
    fn refused(self) -> MailboxError {
        MailboxError::Refused { code: self.code, said: kept(&self.lines.join(" ")) }
    }

    fn expect(self, codes: &[u16]) -> Result<Self, MailboxError> {
        if codes.contains(&self.code) { Ok(self) } else { Err(self.refused()) }
    }
}

/// A session that may hand in several mails.
pub struct Smtp {
    talk: Talk<Wire>,
    /// As the server said (RFC 1870).
    bytes_max: Option<u64>,
}

struct Talk<T> {
    stream: BufReader<T>,
}

/// One mail, one connection.
pub async fn submit(egress: &Egress, account: &Account, from: &str, to: &[String], raw: &[u8]) -> Result<(), MailboxError> {
    let mut smtp = Smtp::open(egress, account).await?;
    let done = smtp.send(from, to, raw).await;
    smtp.close().await;
    done
}

impl Smtp {
    pub async fn open(egress: &Egress, account: &Account) -> Result<Smtp, MailboxError> {
        let begun = wire::begin(egress, account).await?;
        in_time(STEP_MS_MAX, opened(egress, account, begun)).await
    }

    /// `from` and `to` are plain addresses. An error before the end means the server has nothing.
    pub async fn send(&mut self, from: &str, to: &[String], raw: &[u8]) -> Result<(), MailboxError> {
        self.takes(raw.len())?;
        self.address(from, to, !raw.is_ascii()).await?;
        self.hand_over(raw).await
    }

    /// Whether the server takes a mail of so many bytes, as far as it said. Ask before `address`.
    pub fn takes(&self, bytes: usize) -> Result<(), MailboxError> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        match self.bytes_max {
            Some(bytes_max) if bytes > bytes_max => Err(MailboxError::TooLarge { bytes_max }),
            _ => Ok(()),
        }
    }

    /// Who it is from and for. After an error here the server has nothing for certain. `is_wide`: the mail is not ASCII.
    pub async fn address(&mut self, from: &str, to: &[String], is_wide: bool) -> Result<(), MailboxError> {
        let from = checked(from)?;
        in_time(STEP_MS_MAX, async {
            let body = if is_wide { " BODY=8BITMIME" } else { "" };
            self.talk.ask(&format!("MAIL FROM:<{from}>{body}")).await?.expect(&[250])?;
            for one in to {
                self.talk.ask(&format!("RCPT TO:<{}>", checked(one)?)).await?.expect(&[250, 251])?;
            }
            self.talk.ask("DATA").await?.expect(&[354]).map(drop)
        })
        .await
    }

    /// The mail itself, after `address`. When the connection breaks here, nobody knows whether the server has it.
    pub async fn hand_over(&mut self, raw: &[u8]) -> Result<(), MailboxError> {
        in_time(DATA_MS_MAX, async {
            self.talk.write(&dotted(raw)).await?;
            self.talk.answer().await?.expect(&[250]).map(drop)
        })
        .await
    }

    pub async fn close(mut self) {
        let _ = in_time(STEP_MS_MAX, async { self.talk.ask("QUIT").await.map(drop) }).await;
    }
}

async fn opened(egress: &Egress, account: &Account, begun: Begun) -> Result<Smtp, MailboxError> {
    let mut talk = match begun {
        Begun::Private(wire) => {
            let mut talk = Talk::new(wire);
            talk.answer().await?.expect(&[220])?;
            talk
        }
        Begun::Clear(stream) => {
            let mut talk = Talk::new(stream);
            talk.answer().await?.expect(&[220])?;
            let offers = talk.hello().await?;
            if !offers.iter().any(|offer| offer.eq_ignore_ascii_case("STARTTLS")) {
                return Err(MailboxError::NoTls);
            }
            talk.ask("STARTTLS").await?.expect(&[220])?;
            // What a stranger put behind the answer must not be read as if it came encrypted.
            if !talk.stream.buffer().is_empty() {
                return Err(MailboxError::broken("the server spoke out of turn before TLS"));
            }
            Talk::new(Box::new(egress.start_tls(&account.host, talk.stream.into_inner()).await?) as Wire)
        }
    };
    let offers = talk.hello().await?;
    if let Some(proof) = &account.proof {
        talk.prove(account, proof, &offers).await?;
    }
    Ok(Smtp { talk, bytes_max: size(&offers) })
}

/// None where the server names no size, or none that limits.
fn size(offers: &[String]) -> Option<u64> {
    let said = offers.iter().find_map(|offer| offer.split_once(' ').filter(|(name, _)| name.eq_ignore_ascii_case("SIZE")))?.1;
    said.trim().parse().ok().filter(|bytes| *bytes > 0)
}

impl<T: AsyncRead + AsyncWrite + Unpin> Talk<T> {
    fn new(stream: T) -> Self {
        Self { stream: BufReader::new(stream) }
    }

    async fn hello(&mut self) -> Result<Vec<String>, MailboxError> {
        Ok(self.ask("EHLO [127.0.0.1]").await?.expect(&[250])?.lines)
    }

    async fn prove(&mut self, account: &Account, proof: &Proof, offers: &[String]) -> Result<(), MailboxError> {
        let ways: Vec<String> = offers
            .iter()
            .filter_map(|offer| offer.get(..5).filter(|name| name.eq_ignore_ascii_case("AUTH ")).map(|_| offer[5..].to_uppercase()))
            .flat_map(|ways| ways.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        let offered = |way: &str| ways.iter().any(|known| known == way);
        let answer = match proof {
            Proof::OAuth2(token) => self.ask(&format!("AUTH XOAUTH2 {}", STANDARD.encode(account.xoauth2(token)))).await?,
            Proof::Password(password) if offered("PLAIN") || !offered("LOGIN") => {
                self.ask(&format!("AUTH PLAIN {}", STANDARD.encode(format!("\0{}\0{password}", account.user)))).await?
            }
            Proof::Password(password) => {
                self.ask("AUTH LOGIN").await?.expect(&[334])?;
                self.ask(&STANDARD.encode(&account.user)).await?.expect(&[334])?;
                self.ask(&STANDARD.encode(password)).await?
            }
        };
        // A refused token is explained in a challenge that wants an empty answer.
        let answer = if answer.code == 334 { self.ask("").await? } else { answer };
        match answer.code {
            235 => Ok(()),
            // 454 is a server that cannot tell now.
            400..=499 => Err(answer.refused()),
            _ => Err(MailboxError::Login { said: kept(&answer.lines.join(" ")) }),
        }
    }

    async fn ask(&mut self, line: &str) -> Result<Answer, MailboxError> {
        if line.contains(['\r', '\n']) {
            return Err(MailboxError::broken("a line break inside a command"));
        }
        self.write(format!("{line}\r\n").as_bytes()).await?;
        self.answer().await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), MailboxError> {
        self.stream.write_all(bytes).await.map_err(MailboxError::broken)?;
        self.stream.flush().await.map_err(MailboxError::broken)
    }

    async fn answer(&mut self) -> Result<Answer, MailboxError> {
        let mut answer = Answer { code: 0, lines: Vec::new() };
        while answer.lines.len() < LINES_MAX {
            let line = self.line().await?;
            let code = line.get(..3).and_then(|code| code.parse().ok()).ok_or_else(|| MailboxError::broken(format!("not SMTP: {line}")))?;
            answer.code = code;
            answer.lines.push(line.get(4..).unwrap_or_default().trim().to_owned());
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(answer);
            }
        }
        Err(MailboxError::broken("an endless answer"))
    }

    async fn line(&mut self) -> Result<String, MailboxError> {
        let mut line = Vec::new();
        loop {
            let buffer = self.stream.fill_buf().await.map_err(MailboxError::broken)?;
            if buffer.is_empty() {
                return Err(MailboxError::broken("the server hung up"));
            }
            let end = buffer.iter().position(|b| *b == b'\n');
            let taken = end.map_or(buffer.len(), |end| end + 1);
            line.extend_from_slice(&buffer[..taken]);
            self.stream.consume(taken);
            if end.is_some() {
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if line.len() > LINE_BYTES_MAX {
                return Err(MailboxError::broken("a line without end"));
            }
        }
    }
}

/// A plain address that can stand between `<` and `>`.
fn checked(address: &str) -> Result<&str, MailboxError> {
    let is_plain = !address.is_empty() && !address.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>'));
    if is_plain { Ok(address) } else { Err(MailboxError::Refused { code: 553, said: "not an address".to_owned() }) }
}

/// CRLF line ends, dots doubled where a line begins with one, the last dot.
fn dotted(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 50 + 8);
    for line in raw.strip_suffix(b"\n").unwrap_or(raw).split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

/// Whether a password would travel in the clear; screens warn of it.
impl Security {
    pub fn is_private(self) -> bool {
        !matches!(self, Self::Plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_servers_name() {
        let of = |offers: &[&str]| size(&offers.iter().map(|offer| (*offer).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["mail.example", "8BITMIME", "size 35882577", "AUTH PLAIN"]), Some(35_882_577));
        for none in ["SIZE", "SIZE 0", "SIZE many", "SIZES 5"] {
            assert_eq!(of(&[none]), None, "{none}");
        }
    }

    #[test]
    fn dots_and_line_ends() {
        assert_eq!(dotted(b"a\n.b\r\n..\n"), b"a\r\n..b\r\n...\r\n.\r\n");
        assert_eq!(dotted(b""), b"\r\n.\r\n");
    }

    #[test]
    fn an_address_cannot_end_the_command() {
        assert!(checked("a@x.example").is_ok());
        for bad in ["a@x>\r\nRCPT TO:<b@y", "a b@x", "", "<a@x>"] {
            assert!(checked(bad).is_err(), "{bad}");
        }
    }
}
