//! A mailbox that is signed in to with OAuth, at a provider that hands out a new refresh token with each access token and ends the old one.

use crate::fixture::{House, NEIGHBOUR, house};
use qn_domain::{ChannelKind, Inbox};
use serde_json::json;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Takes one refresh token, the newest, and remembers which it was shown.
struct Provider {
    url: String,
    shown: Arc<Mutex<Vec<String>>>,
}

impl Provider {
    async fn start() -> Self {
        let listener = TcpListener::bind((NEIGHBOUR, 0)).await.unwrap();
        let url = format!("http://{}/token", listener.local_addr().unwrap());
        let shown = Arc::new(Mutex::new(Vec::new()));
        let kept = shown.clone();
        tokio::spawn(async move {
            let mut good = "filled-in-1".to_owned();
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = String::new();
                while !request.contains("client_id=") {
                    let mut bytes = [0; 2048];
                    let read = stream.read(&mut bytes).await.unwrap();
                    request.push_str(&String::from_utf8_lossy(&bytes[..read]));
                }
                let token = request.split("refresh_token=").last().unwrap().split('&').next().unwrap().to_owned();
                let is_new = token == "filled-in-2";
                let (status, body) = if token == good || is_new {
                    good = format!("renewed-{}", kept.lock().unwrap().len() + 1);
                    ("200 OK", json!({"access_token": "at", "expires_in": 3600, "refresh_token": good}).to_string())
                } else {
                    ("400 Bad Request", json!({"error": "invalid_grant"}).to_string())
                };
                kept.lock().unwrap().push(token);
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { url, shown }
    }

    fn shown(&self) -> Vec<String> {
        self.shown.lock().unwrap().clone()
    }
}

async fn mailbox(house: &House, provider: &Provider) -> Inbox {
    let db = &house.engine.db;
    let web = qn_store::inbox::get(db, &"tnt_1".into(), &"inb_1".into()).await.unwrap();
    // Nobody listens there: the token is all that this is about.
    let settings = json!({
        "address": "help@example.com", "imap_host": NEIGHBOUR, "imap_port": 9, "smtp_host": NEIGHBOUR, "smtp_port": 9,
        "oauth_token_url": provider.url, "oauth_refresh_token": "filled-in-1", "oauth_client_id": "qn",
    });
    let inbox = Inbox { id: "inb_mail".into(), key: "mail".into(), channel: ChannelKind::Email, channel_settings: settings, ..web };
    qn_store::inbox::insert(db, &inbox).await.unwrap();
    inbox
}

async fn an_hour_later(house: &House, inbox: &Inbox) {
    house.clock.advance(3_600_000);
    house.engine.probe_channel(&Arc::new(inbox.clone())).await.unwrap();
}

#[tokio::test]
async fn a_refresh_token_that_is_used_up_is_followed_by_the_one_that_came_with_it() {
    let (house, provider) = (house().await, Provider::start().await);
    let mut inbox = mailbox(&house, &provider).await;
    an_hour_later(&house, &inbox).await;
    an_hour_later(&house, &inbox).await;
    assert_eq!(provider.shown(), ["filled-in-1", "renewed-1"]);

    let house = house.again().await;
    an_hour_later(&house, &inbox).await;
    assert_eq!(provider.shown().last().unwrap(), "renewed-2", "kept over a restart");

    inbox.channel_settings["folders"] = "INBOX,Orders".into();
    house.engine.forget_token(&inbox).await.unwrap();
    house.engine.probe_channel(&Arc::new(inbox.clone())).await.unwrap();
    assert_eq!(provider.shown().last().unwrap(), "renewed-3", "another setting was changed: asked at once, with what still works");

    inbox.channel_settings["oauth_refresh_token"] = "filled-in-2".into();
    house.engine.forget_token(&inbox).await.unwrap();
    an_hour_later(&house, &inbox).await;
    assert_eq!(provider.shown().last().unwrap(), "filled-in-2", "whoever fills in another is heard");
    an_hour_later(&house, &inbox).await;
    assert_eq!(provider.shown().last().unwrap(), "renewed-5");
}
