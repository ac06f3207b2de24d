//! A private mail system for the length of a test run: Dovecot (IMAP) as an unprivileged user, and Postfix (SMTP), which needs root, where
//! there is root. Own folders, loopback only, gone afterwards.

use crate::introspect;
use crate::run::{note, output, say};
use anyhow::{Context, Result, bail};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Who Dovecot and the mailboxes belong to when we are root.
const UNPRIVILEGED: (&str, &str) = ("nobody", "nogroup");
/// Any name has a mailbox, with this password.
pub const PASSWORD: &str = "pass-of-tests";

/// Names that Postfix delivers to, in both domains; mail to any other bounces. A test that reads a box is the only one that writes to it.
const BOXES: [&str; 10] = ["support", "lilei", "wife", "anna", "zhao", "order", "idler", "payee", "reader", "bearer"];

/// Who signed in is told as RFC 8601 has it, above all that the mail brought; results under our name that it brought are taken out.
const RESULTS: &str = r"/^Authentication-Results:\s*mx\.shop\.example/ IGNORE
/^Received:.*\(Authenticated sender: ([a-z]+)\)/ PREPEND Authentication-Results: mx.shop.example; auth=pass smtp.auth=$1@customer.example
";

pub struct MailServers {
    pub dir: PathBuf,
    ports: [u16; 4],
    user: (String, String),
    has_postfix: bool,
}

pub fn dovecot() -> Option<&'static str> {
    ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot"].into_iter().find(|path| Path::new(path).exists())
}

pub fn postfix() -> Option<&'static str> {
    ["/usr/sbin/postfix"].into_iter().find(|path| Path::new(path).exists())
}

/// For people at work on mail.
pub fn hold() -> Result<()> {
    let servers = MailServers::start()?;
    say(format!("QN_TEST_MAIL='{}'", servers.told()));
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
    Ok(())
}

impl MailServers {
    pub fn start() -> Result<MailServers> {
        let dovecot = dovecot().context("Dovecot is not installed")?;
        let dir = std::env::temp_dir().join(format!("qingniao-mail-{}", std::process::id()));
        fs::create_dir_all(dir.join("mail"))?;
        let user = if is_root() { (UNPRIVILEGED.0.to_owned(), UNPRIVILEGED.1.to_owned()) } else { me()? };
        let mut servers = MailServers { dir, ports: free_ports()?, user, has_postfix: false };
        servers.certificate()?;
        let tokens = TcpListener::bind("127.0.0.1:0")?;
        fs::create_dir_all(servers.dir.join("revoked"))?;
        fs::write(servers.dir.join("oauth2.conf"), servers.oauth2_conf(tokens.local_addr()?.port()))?;
        introspect::serve(tokens, &servers.dir.join("revoked"));
        fs::write(servers.dir.join("dovecot.conf"), servers.dovecot_conf())?;
        if is_root() {
            quiet("chown", &["-R".into(), format!("{}:{}", servers.user.0, servers.user.1), servers.shown("")])?;
        }
        servers.unprivileged(dovecot, &["-c".into(), servers.shown("dovecot.conf")])?;
        if let Some(postfix) = postfix().filter(|_| is_root()) {
            servers.start_postfix(postfix)?;
            servers.has_postfix = true;
        } else {
            say("Postfix runs as root only: the tests that need it are left out");
        }
        note(format!("Dovecot{} in {}", if servers.has_postfix { " and Postfix" } else { "" }, servers.dir.display()));
        Ok(servers)
    }

    /// What tests read from `QN_TEST_MAIL`: one line of `name=value` words.
    pub fn told(&self) -> String {
        let [imap, imaps, smtp, smtps] = self.ports;
        let mut told = format!("imap={imap} imaps={imaps} password={PASSWORD} root={} mail={}", self.shown("cert.pem"), self.shown("mail"));
        told.push_str(&format!(" token={} revoked={}", introspect::TOKEN, self.shown("revoked")));
        if self.has_postfix {
            told.push_str(&format!(" smtp={smtp} smtps={smtps}"));
        }
        told
    }

    fn shown(&self, name: &str) -> String {
        self.dir.join(name).display().to_string()
    }

    fn certificate(&self) -> Result<()> {
        let args = format!(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
             -addext basicConstraints=critical,CA:FALSE -keyout {} -out {}",
            self.shown("key.pem"),
            self.shown("cert.pem")
        );
        quiet("openssl", &args.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    /// For Dovecot 2.3, without root: nothing changes its user or its root folder. Whoever is refused waits for nothing: all tests have one address.
    fn dovecot_conf(&self) -> String {
        let ([imap, imaps, ..], (user, group), dir) = (self.ports, &self.user, self.shown(""));
        let dir = dir.trim_end_matches('/');
        format!(
            "base_dir = {dir}/run\nstate_dir = {dir}/state\nlog_path = {dir}/dovecot.log\nprotocols = imap\nlisten = 127.0.0.1\nssl = yes\n\
             ssl_cert = <{dir}/cert.pem\nssl_key = <{dir}/key.pem\ndisable_plaintext_auth = no\nauth_failure_delay = 0\nauth_mechanisms = plain login xoauth2 oauthbearer\n\
             default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\nfirst_valid_uid = 1\n\
             auth_username_format = %n\nmail_location = maildir:{dir}/mail/%n\nmail_fsync = never\nmail_max_userip_connections = 100\n\
             service imap-login {{\n chroot =\n inet_listener imap {{\n port = {imap}\n }}\n inet_listener imaps {{\n port = {imaps}\n ssl = yes\n }}\n}}\n\
             service anvil {{\n chroot =\n unix_listener anvil-auth-penalty {{\n mode = 0\n }}\n}}\nservice stats {{\n chroot =\n}}\n\
             service auth {{\n unix_listener auth-postfix {{\n mode = 0666\n }}\n}}\n\
             passdb {{\n driver = oauth2\n mechanisms = xoauth2 oauthbearer\n args = {dir}/oauth2.conf\n}}\n\
             passdb {{\n driver = static\n mechanisms = plain login\n args = password={PASSWORD}\n}}\n\
             userdb {{\n driver = static\n args = uid={user} gid={group} home={dir}/own/%n\n}}\nnamespace inbox {{\n inbox = yes\n}}\n"
        )
    }

    fn oauth2_conf(&self, port: u16) -> String {
        format!(
            "introspection_mode = post\nintrospection_url = http://127.0.0.1:{port}/introspect\nusername_attribute = username\n\
             username_format = %n\nactive_attribute = active\nactive_value = true\ntimeout_msecs = 10000\n"
        )
    }

    /// Mailboxes of `shop.example` and `customer.example` are Dovecot's; an unknown name is accepted and bounces.
    fn start_postfix(&self, postfix: &str) -> Result<()> {
        let ([.., smtp, smtps], dir) = (self.ports, self.shown(""));
        let dir = dir.trim_end_matches('/');
        let ids = |flag: &str| output("id", &[flag, &self.user.0]).context("the user has no id");
        let (uid, gid) = (ids("-u")?, ids("-g")?);
        let conf = self.dir.join("postfix");
        for folder in ["postfix", "queue", "data"] {
            fs::create_dir_all(self.dir.join(folder))?;
        }
        quiet("chown", &["postfix".into(), format!("{dir}/data")])?;
        fs::write(
            conf.join("main.cf"),
            format!(
                "compatibility_level = 3.6\nqueue_directory = {dir}/queue\ndata_directory = {dir}/data\ncommand_directory = /usr/sbin\n\
                 daemon_directory = /usr/lib/postfix/sbin\nmail_owner = postfix\nsetgid_group = postdrop\nmyhostname = mx.shop.example\n\
                 inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmydestination =\nmynetworks =\nrecipient_delimiter = +\n\
                 maillog_file = {dir}/postfix.log\nmaillog_file_prefixes = {dir}\nalias_maps =\nalias_database =\n\
                 virtual_mailbox_domains = shop.example customer.example\nvirtual_mailbox_base = {dir}/mail\n\
                 virtual_mailbox_maps = texthash:{dir}/postfix/boxes\nvirtual_uid_maps = static:{uid}\nvirtual_gid_maps = static:{gid}\n\
                 virtual_minimum_uid = 1\nsmtpd_reject_unlisted_recipient = no\nsmtpd_tls_security_level = may\nsmtpd_tls_cert_file = {dir}/cert.pem\n\
                 smtpd_tls_key_file = {dir}/key.pem\nsmtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = {dir}/run/auth-postfix\n\
                 smtpd_relay_restrictions = permit_sasl_authenticated, reject\nsmtpd_tls_auth_only = no\nsmtpd_sasl_authenticated_header = yes\n\
                 header_checks = regexp:{dir}/postfix/results\nbiff = no\nlocal_recipient_maps =\n"
            ),
        )?;
        let boxes = BOXES.iter().flat_map(|name| ["shop", "customer"].map(|domain| format!("{name}@{domain}.example {name}/\n")));
        fs::write(conf.join("boxes"), boxes.collect::<String>())?;
        fs::write(conf.join("results"), RESULTS)?;
        let mut master =
            format!("127.0.0.1:{smtp} inet n - n - - smtpd\n127.0.0.1:{smtps} inet n - n - - smtpd\n  -o smtpd_tls_wrappermode=yes\n");
        master.push_str("postlog unix-dgram n - n - 1 postlogd\nqmgr unix n - n 300 1 qmgr\ntlsmgr unix - - n 1000? 1 tlsmgr\nrewrite unix - - n - - trivial-rewrite\n");
        for (name, program) in [("bounce", "bounce"), ("defer", "bounce"), ("trace", "bounce")] {
            master.push_str(&format!("{name} unix - - n - 0 {program}\n"));
        }
        master.push_str("cleanup unix n - n - 0 cleanup\nverify unix - - n - 1 verify\nflush unix n - n 1000? 0 flush\nproxymap unix - - n - - proxymap\n");
        master.push_str("anvil unix - - n - 1 anvil\nscache unix - - n - 1 scache\n");
        for name in ["smtp", "error", "discard"] {
            master.push_str(&format!("{name} unix - - n - - {name}\n"));
        }
        master.push_str("retry unix - - n - - error\nvirtual unix - n n - - virtual\nlocal unix - n n - - local\npickup unix n - n 60 1 pickup\nshowq unix n - n - - showq\n");
        fs::write(conf.join("master.cf"), master)?;
        quiet(postfix, &["-c".into(), conf.display().to_string(), "start".into()])
    }

    fn unprivileged(&self, name: &str, args: &[String]) -> Result<()> {
        if !is_root() {
            return quiet(name, args);
        }
        let mut all = vec!["-u".to_owned(), self.user.0.clone(), "--".to_owned(), name.to_owned()];
        all.extend_from_slice(args);
        quiet("runuser", &all)
    }
}

impl Drop for MailServers {
    fn drop(&mut self) {
        if self.has_postfix {
            let _ = quiet("/usr/sbin/postfix", &["-c".into(), self.shown("postfix"), "stop".into()]);
        }
        let stopped = self.unprivileged(dovecot().unwrap_or("dovecot"), &["-c".into(), self.shown("dovecot.conf"), "stop".into()]);
        if let Err(error) = stopped {
            say(format!("Dovecot could not be stopped: {error:#}"));
        }
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// A daemon keeps what it inherits open, so nothing of its output is waited for; it has a log.
fn quiet(name: &str, args: &[String]) -> Result<()> {
    let silent = || Stdio::null();
    let status = Command::new(name).args(args).current_dir("/").stdin(silent()).stdout(silent()).stderr(silent()).status();
    let status = status.with_context(|| format!("{name} cannot be started"))?;
    if !status.success() {
        bail!("failed: {name} {} ({status})", args.join(" "));
    }
    Ok(())
}

/// Free at this moment; nobody else on loopback is in a hurry for them.
fn free_ports() -> Result<[u16; 4]> {
    let sockets = [0; 4].map(|_: u8| TcpListener::bind("127.0.0.1:0"));
    let mut ports = [0; 4];
    for (port, socket) in ports.iter_mut().zip(sockets) {
        *port = socket?.local_addr()?.port();
    }
    Ok(ports)
}

fn me() -> Result<(String, String)> {
    let name = |flag: &str| output("id", &[flag]).context("who we are is unknown");
    Ok((name("-un")?, name("-gn")?))
}

fn is_root() -> bool {
    output("id", &["-u"]).as_deref() == Some("0")
}
