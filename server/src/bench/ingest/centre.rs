//! A message centre of SMPP 3.4 as a platform: it lets the server in and takes whatever the server submits. A text is accepted when the
//! server has answered it, which it does once the text is kept.

use anyhow::{Context, Result, bail, ensure};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, oneshot};

const BOUND_WITHIN: Duration = Duration::from_secs(60);
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);
const HEAD_BYTES: usize = 16;
const PDU_BYTES_MAX: usize = 70_000;

const SUBMIT: u32 = 0x04;
const DELIVER: u32 = 0x05;
const UNBIND: u32 = 0x06;
const BIND: u32 = 0x09;
const ENQUIRE: u32 = 0x15;
/// The answer to a request has its number with this bit.
const ANSWER: u32 = 0x8000_0000;

pub struct Centre {
    listener: TcpListener,
    address: String,
}

impl Centre {
    pub async fn listen() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        Ok(Self { listener, address })
    }

    /// `host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Waits for the server and lets it in.
    pub async fn accept(&self) -> Result<Arc<Session>> {
        let accepted = tokio::time::timeout(BOUND_WITHIN, self.listener.accept()).await;
        let (stream, _) = accepted.context("the server opened no session with the message centre")??;
        stream.set_nodelay(true)?;
        let (reader, writer) = stream.into_split();
        let mut reader = BufReader::new(reader);
        let bind = Pdu::read(&mut reader).await?;
        ensure!(bind.command == BIND, "the server began with {:#x} and not by binding", bind.command);
        let (writes, written) = mpsc::unbounded_channel();
        tokio::spawn(write(writer, written));
        let session = Arc::new(Session { writes, waiting: Mutex::new(Some(HashMap::new())), numbers: AtomicU32::new(0) });
        session.write(pdu(BIND | ANSWER, bind.number, b"bench\0"))?;
        tokio::spawn(serve(session.clone(), reader));
        Ok(session)
    }
}

type Waiting = HashMap<u32, oneshot::Sender<u32>>;

pub struct Session {
    writes: mpsc::UnboundedSender<Vec<u8>>,
    /// Texts without an answer; none once the session is over.
    waiting: Mutex<Option<Waiting>>,
    numbers: AtomicU32,
}

impl Session {
    /// Returns when the server has acknowledged the text.
    pub async fn deliver(&self, text: &[u8]) -> Result<()> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed) + 1;
        let (answer, answered) = oneshot::channel();
        match self.waiting().as_mut() {
            Some(waiting) => waiting.insert(number, answer),
            None => bail!("the server left the message centre's session"),
        };
        self.write(pdu(DELIVER, number, text))?;
        let status = tokio::time::timeout(ANSWERED_WITHIN, answered).await.context("a text was not acknowledged")?;
        let status = status.context("the server left the message centre's session")?;
        ensure!(status == 0, "a text was refused with status {status:#x}");
        Ok(())
    }

    fn waiting(&self) -> MutexGuard<'_, Option<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, bytes: Vec<u8>) -> Result<()> {
        self.writes.send(bytes).ok().context("the message centre's session is broken")
    }

    /// False once the session is over.
    fn hear(&self, heard: &Pdu) -> bool {
        let answer = |body: &[u8]| self.write(pdu(heard.command | ANSWER, heard.number, body)).is_ok();
        match heard.command {
            SUBMIT => answer(format!("{}\0", heard.number).as_bytes()),
            ENQUIRE => answer(b""),
            UNBIND => {
                answer(b"");
                false
            }
            command if command == DELIVER | ANSWER => {
                let waited = self.waiting().as_mut().and_then(|waiting| waiting.remove(&heard.number));
                if let Some(waited) = waited {
                    let _ = waited.send(heard.status);
                }
                true
            }
            _ => true,
        }
    }
}

struct Pdu {
    command: u32,
    status: u32,
    number: u32,
}

impl Pdu {
    /// Reads one whole; its body says nothing that is needed here.
    async fn read(reader: &mut BufReader<OwnedReadHalf>) -> Result<Self> {
        let length = usize::try_from(reader.read_u32().await?)?;
        let (command, status, number) = (reader.read_u32().await?, reader.read_u32().await?, reader.read_u32().await?);
        ensure!((HEAD_BYTES..=PDU_BYTES_MAX).contains(&length), "a PDU of {length} bytes");
        let mut body = vec![0; length - HEAD_BYTES];
        reader.read_exact(&mut body).await?;
        Ok(Self { command, status, number })
    }
}

fn pdu(command: u32, number: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(HEAD_BYTES + body.len()).unwrap_or(u32::MAX);
    let head = [length, command, 0, number].map(u32::to_be_bytes);
    [head.as_flattened(), body].concat()
}

async fn serve(session: Arc<Session>, mut reader: BufReader<OwnedReadHalf>) {
    while let Ok(heard) = Pdu::read(&mut reader).await {
        if !session.hear(&heard) {
            break;
        }
    }
    // Whoever waits is told by the end of its channel.
    *session.waiting() = None;
}

async fn write(mut writer: OwnedWriteHalf, mut written: mpsc::UnboundedReceiver<Vec<u8>>) {
    let mut many = Vec::new();
    while written.recv_many(&mut many, 64).await > 0 {
        if writer.write_all(&many.concat()).await.is_err() {
            return;
        }
        many.clear();
    }
}
