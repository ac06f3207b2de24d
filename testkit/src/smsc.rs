//! A message centre on loopback: SMPP 3.4 written out by hand, so that no codec judges itself. What it has to bring is brought again on
//! every connection until it was answered; what it was sent is kept for looking at.

use crate::loopback::Loopback;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const PATIENCE: Duration = Duration::from_secs(40);
const OK: u32 = 0;
const THROTTLED: u32 = 0x58;
const INVALID_PASSWORD: u32 = 0x0e;

/// A `submit_sm` that was taken.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// As its receipt names it, and without the zeros that the answer had in front.
    pub id: String,
    pub to: String,
    pub coding: u8,
    pub wants_receipt: bool,
    /// Number of the message, parts in all, place.
    pub part: Option<(u8, u8, u8)>,
    pub words: String,
}

#[derive(Default)]
struct Book {
    password: String,
    /// Bodies of `deliver_sm` that were not answered yet.
    waiting: Vec<(u64, Vec<u8>)>,
    brought: u64,
    binds: usize,
    sent: Vec<Submitted>,
    /// So many answers are lost: the connection ends before they count.
    lose_answers: usize,
    /// So many requests end the connection before they are taken.
    cut: usize,
    throttle: usize,
}

type Shared = crate::loopback::Shared<Book>;

pub struct Smsc {
    pub port: u16,
    server: Loopback<Book>,
}

impl Smsc {
    pub async fn start(password: &str) -> Result<Smsc> {
        let server = Loopback::start(take_turns).await?;
        server.book().password = password.to_owned();
        Ok(Smsc { port: server.address.port(), server })
    }

    /// A customer writes; one part of several where `part` is (number, parts in all, place).
    pub fn say(&self, from: &str, words: &str, part: Option<(u8, u8, u8)>) {
        let mut data = part.map(|(of, total, number)| vec![5, 0, 3, of, total, number]).unwrap_or_default();
        data.extend(words.encode_utf16().flat_map(u16::to_be_bytes));
        self.bring(from, if part.is_some() { 0x40 } else { 0 }, 8, &data);
    }

    pub fn receipt(&self, of: &str, stat: &str) {
        let told = format!("id:{of} sub:001 dlvrd:001 submit date:2611300900 done date:2611300901 stat:{stat} err:000 text:");
        self.bring("8613800138000", 0x04, 0, told.as_bytes());
    }

    fn bring(&self, from: &str, esm_class: u8, coding: u8, data: &[u8]) {
        let mut body: Vec<u8> = vec![0, 1, 1];
        body.extend(from.as_bytes());
        body.extend([0, 0, 0]);
        body.extend(b"10690001\0");
        body.extend([esm_class, 0, 0, 0, 0, 0, 0, coding, 0, u8::try_from(data.len()).unwrap_or(u8::MAX)]);
        body.extend(data);
        let mut book = self.server.book();
        book.brought += 1;
        let number = book.brought;
        book.waiting.push((number, body));
        drop(book);
        self.server.news.notify_waiters();
    }

    pub fn lose_answers(&self, count: usize) {
        self.server.book().lose_answers = count;
    }

    pub fn cut(&self, count: usize) {
        self.server.book().cut = count;
    }

    pub fn throttle(&self, count: usize) {
        self.server.book().throttle = count;
    }

    pub fn binds(&self) -> usize {
        self.server.book().binds
    }

    pub fn waiting(&self) -> usize {
        self.server.book().waiting.len()
    }

    pub fn sent(&self) -> Vec<Submitted> {
        self.server.book().sent.clone()
    }

    /// Whole messages, in the order of their first parts.
    pub fn texts(&self) -> Vec<String> {
        let mut texts: Vec<(Option<u8>, BTreeMap<u8, String>, u8)> = Vec::new();
        for one in self.sent() {
            let (of, total, number) = one.part.map_or((None, 1, 1), |(of, total, number)| (Some(of), total, number));
            let begun = texts.iter_mut().find(|(known, parts, _)| of.is_some() && *known == of && !parts.contains_key(&number));
            match begun {
                Some((_, parts, _)) => drop(parts.insert(number, one.words)),
                None => texts.push((of, BTreeMap::from([(number, one.words)]), total)),
            }
        }
        let whole = texts.into_iter().filter(|(_, parts, total)| parts.len() == usize::from(*total));
        whole.map(|(_, parts, _)| parts.into_values().collect()).collect()
    }

    /// Waits until something is so.
    pub async fn wait<T>(&self, what: &str, look: impl Fn(&Self) -> Option<T>) -> Result<T> {
        let found = self.server.wait(PATIENCE, || look(self)).await;
        found.with_context(|| format!("{what}: not within {} s; binds: {}; sent: {:?}", PATIENCE.as_secs(), self.binds(), self.sent()))
    }
}

/// One session at a time, as an account has it.
async fn take_turns(listener: TcpListener, shared: Shared) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = serve(&shared, stream).await;
        shared.news.notify_waiters();
    }
}

fn pdu(id: u32, status: u32, number: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(16 + body.len()).unwrap_or_default();
    let mut bytes: Vec<u8> = [length, id, status, number].iter().flat_map(|word| word.to_be_bytes()).collect();
    bytes.extend(body);
    bytes
}

/// A text up to its zero, and what is behind it.
fn text(bytes: &[u8]) -> Result<(String, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0).context("no end of a text")?;
    Ok((String::from_utf8_lossy(&bytes[..end]).into_owned(), &bytes[end + 1..]))
}

async fn serve(shared: &Shared, mut stream: TcpStream) -> Result<()> {
    let mut buffer: Vec<u8> = Vec::new();
    let mut is_bound = false;
    // Number on the wire, number of what was brought.
    let mut asked: BTreeMap<u32, u64> = BTreeMap::new();
    let mut last = 0;
    loop {
        let news = shared.news.notified();
        tokio::pin!(news);
        news.as_mut().enable();
        if is_bound {
            let mut bytes = Vec::new();
            for (brought, body) in &shared.book().waiting {
                if !asked.values().any(|known| known == brought) {
                    last += 1;
                    asked.insert(last, *brought);
                    bytes.extend(pdu(0x05, OK, last, body));
                }
            }
            stream.write_all(&bytes).await?;
        }
        tokio::select! {
            () = news => continue,
            read = stream.read_buf(&mut buffer) => if read? == 0 { return Ok(()) },
        }
        while let Some(head) = buffer.first_chunk::<16>() {
            let word = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
            let (length, id, number) = (usize::try_from(word(0))?, word(4), word(12));
            if buffer.len() < length {
                break;
            }
            let whole: Vec<u8> = buffer.drain(..length).collect();
            let body = whole.get(16..).unwrap_or_default();
            match id {
                0x09 => {
                    is_bound = bind(shared, body)?;
                    let (status, name): (u32, &[u8]) = if is_bound { (OK, b"smsc\0") } else { (INVALID_PASSWORD, b"") };
                    stream.write_all(&pdu(0x8000_0009, status, number, name)).await?;
                }
                0x04 => {
                    let Some((status, answer)) = submit(shared, body)? else { return Ok(()) };
                    stream.write_all(&pdu(0x8000_0004, status, number, &answer)).await?;
                }
                0x15 => stream.write_all(&pdu(0x8000_0015, OK, number, b"")).await?,
                0x06 => {
                    stream.write_all(&pdu(0x8000_0006, OK, number, b"")).await?;
                    return Ok(());
                }
                0x8000_0005 if !answered(shared, asked.remove(&number)) => return Ok(()),
                _ => {}
            }
            shared.news.notify_waiters();
        }
    }
}

fn bind(shared: &Shared, body: &[u8]) -> Result<bool> {
    let (_, rest) = text(body)?;
    let (password, _) = text(rest)?;
    let mut book = shared.book();
    let is_right = password == book.password;
    book.binds += usize::from(is_right);
    Ok(is_right)
}

/// False where the answer is lost with the connection.
fn answered(shared: &Shared, brought: Option<u64>) -> bool {
    let mut book = shared.book();
    if book.lose_answers > 0 {
        book.lose_answers -= 1;
        return false;
    }
    book.waiting.retain(|(number, _)| Some(*number) != brought);
    true
}

/// Status and body of the answer; none where the connection ends instead.
fn submit(shared: &Shared, body: &[u8]) -> Result<Option<(u32, Vec<u8>)>> {
    let (_, rest) = text(body)?;
    let (_, rest) = text(rest.get(2..).context("cut")?)?;
    let (to, rest) = text(rest.get(2..).context("cut")?)?;
    let [esm_class, _, _, rest @ ..] = rest else { bail!("cut") };
    let (_, rest) = text(rest)?;
    let (_, rest) = text(rest)?;
    let [receipt, _, coding, _, length, rest @ ..] = rest else { bail!("cut") };
    let mut data = rest.get(..usize::from(*length)).context("cut")?;
    let mut part = None;
    if esm_class & 0x40 != 0 {
        let [5, 0, 3, of, total, number, words @ ..] = data else { bail!("another header: {data:?}") };
        (part, data) = (Some((*of, *total, *number)), words);
    }
    let words = match coding {
        8 => String::from_utf16(&data.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect::<Vec<_>>())?,
        _ => String::from_utf8_lossy(data).into_owned(),
    };
    let mut book = shared.book();
    if book.cut > 0 {
        book.cut -= 1;
        return Ok(None);
    }
    if book.throttle > 0 {
        book.throttle -= 1;
        return Ok(Some((THROTTLED, Vec::new())));
    }
    let id = (book.sent.len() + 1).to_string();
    let answer = format!("{id:0>10}\0").into_bytes();
    book.sent.push(Submitted { id, to, coding: *coding, wants_receipt: *receipt == 1, part, words });
    Ok(Some((OK, answer)))
}
