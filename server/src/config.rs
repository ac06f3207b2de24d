//! Configuration: defaults, then a TOML file, then `QN__SECTION__KEY` variables, then the command line.
//! An unknown key is an error that names the nearest known one.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    pub server: Server,
    pub storage: Storage,
    pub log: Log,
    pub egress: Egress,
    pub connectors: Connectors,
    pub understanding: Understanding,
    pub knowledge: Knowledge,
    pub flows: Flows,
    pub llm: crate::llm::Section,
    pub translate: crate::translate::Section,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Server {
    /// `host:port`; port 0 picks a free one.
    pub listen: String,
    /// How browsers reach the server; empty means `http://<listen>`. With https, cookies carry Secure.
    pub public_url: String,
    /// A proxy of yours stands in front and sets X-Forwarded-For.
    pub trust_forwarded: bool,
    pub rate_limits: bool,
    /// Longest time a stop waits for work in flight.
    pub drain_ms_max: u64,
    /// Worker threads; 0 means one per core.
    pub threads: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Storage {
    /// Holds the SQLite database and attachments.
    pub data_dir: PathBuf,
    /// `postgres://…`; empty means SQLite in `data_dir`.
    pub database_url: String,
    pub connections: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Log {
    /// `pretty` or `json`
    pub format: String,
    /// As in `info,qn_api=debug`.
    pub filter: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Egress {
    /// Hosts, addresses or CIDR ranges that webhooks and channels may reach although they are private.
    pub allow_private: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Connectors {
    /// SQLite files of other systems may be opened below these folders, by every tenant; empty: none.
    pub sqlite_folders: Vec<PathBuf>,
}

impl Connectors {
    /// Every tenant may read below these folders: our own data must not be there.
    fn check(&self, data_dir: &Path) -> Result<()> {
        let real = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned());
        let own = real(data_dir);
        for folder in &self.sqlite_folders {
            let shown = folder.display();
            if !folder.is_absolute() {
                bail!("connectors.sqlite_folders are whole paths, for example /srv/shop; it names {shown}");
            }
            let folder = real(folder);
            if own.starts_with(&folder) || folder.starts_with(&own) {
                bail!("connectors.sqlite_folders must be apart from the data folder {}; it names {shown}", own.display());
            }
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Understanding {
    /// A model added with `qingniao model add`, or a folder; empty for none.
    pub encoder: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Knowledge {
    /// Folders of documents that are synced lie below it, each company's below its id; empty: only addresses are synced.
    pub folder: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Flows {
    /// Runs that have not ended, per tenant.
    pub unfinished_max: i64,
    /// Steps that wait for an answer of the outside at the same time, per tenant.
    pub acting_max: usize,
    /// Ended runs are forgotten after so many days; 0 keeps them.
    pub keep_days: i64,
}

impl Default for Flows {
    fn default() -> Self {
        let limits = qn_engine::Limits::default();
        Self { unfinished_max: limits.unfinished_max, acting_max: limits.acting_max, keep_days: 90 }
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".into(),
            public_url: String::new(),
            trust_forwarded: false,
            rate_limits: true,
            drain_ms_max: 30_000,
            threads: 0,
        }
    }
}

impl Default for Storage {
    fn default() -> Self {
        Self { data_dir: "data".into(), database_url: String::new(), connections: 8 }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: "pretty".into(), filter: "info".into() }
    }
}

impl Config {
    /// Defaults, then the file, then the variables.
    pub fn load(file: Option<&Path>, variables: impl Iterator<Item = (String, String)>) -> Result<Config> {
        let mut table = toml::Table::try_from(Config::default())?;
        if let Some(path) = file {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the configuration file {}", path.display()))?;
            let given: toml::Table = text.parse().with_context(|| format!("{} is not valid TOML", path.display()))?;
            for (section, values) in given {
                let toml::Value::Table(values) = values else { bail!("{section} in {} must be a [section]", path.display()) };
                for (key, value) in values {
                    set(&mut table, &section, &key, value).with_context(|| format!("in {}", path.display()))?;
                }
            }
        }
        for (name, text) in variables {
            let Some(path) = name.strip_prefix("QN__") else { continue };
            let Some((section, key)) = path.split_once("__") else { bail!("the variable {name} must look like QN__SECTION__KEY") };
            let value = parse_variable(&table, &section.to_lowercase(), &key.to_lowercase(), &text);
            set(&mut table, &section.to_lowercase(), &key.to_lowercase(), value).with_context(|| format!("in the variable {name}"))?;
        }
        let config: Config = table.try_into().context("a configuration value has the wrong type")?;
        config.check()?;
        Ok(config)
    }

    /// What types cannot say.
    pub fn check(&self) -> Result<()> {
        if self.server.listen.rsplit_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_err()) {
            bail!("server.listen must be host:port, for example 127.0.0.1:8080; it is {:?}", self.server.listen);
        }
        if !self.server.public_url.is_empty()
            && !self.server.public_url.starts_with("http://")
            && !self.server.public_url.starts_with("https://")
        {
            bail!("server.public_url must begin with http:// or https://; it is {:?}", self.server.public_url);
        }
        if !self.storage.database_url.is_empty() && !self.storage.database_url.starts_with("postgres") {
            bail!("storage.database_url must begin with postgres://; leave it empty for SQLite in the data folder");
        }
        if !matches!(self.log.format.as_str(), "pretty" | "json") {
            bail!("log.format must be pretty or json; it is {:?}", self.log.format);
        }
        if self.flows.unfinished_max < 1 || self.flows.acting_max < 1 || self.flows.keep_days < 0 {
            bail!("flows.unfinished_max and flows.acting_max must be at least 1, and flows.keep_days at least 0");
        }
        self.connectors.check(&self.storage.data_dir)?;
        self.llm.check()?;
        self.translate.check(!self.llm.base_url.is_empty())
    }

    /// For reading by people: passwords in addresses and keys are cut out.
    pub fn redacted(&self) -> Config {
        let mut shown = self.clone();
        if !shown.llm.key.is_empty() {
            shown.llm.key = "redacted".into();
        }
        if !shown.translate.key.is_empty() {
            shown.translate.key = "redacted".into();
        }
        if let Ok(mut url) = url::Url::parse(&shown.storage.database_url)
            && url.password().is_some()
            && url.set_password(Some("redacted")).is_ok()
        {
            shown.storage.database_url = url.to_string();
        }
        shown
    }
}

fn set(table: &mut toml::Table, section: &str, key: &str, value: toml::Value) -> Result<()> {
    let Some(toml::Value::Table(values)) = table.get_mut(section) else {
        bail!("unknown section [{section}]{}", nearest(section, table.keys().map(String::as_str)));
    };
    if !values.contains_key(key) {
        bail!("unknown key {section}.{key}{}", nearest(key, values.keys().map(String::as_str)));
    }
    values.insert(key.to_owned(), value);
    Ok(())
}

/// A variable takes the type its default has; lists are comma-separated.
fn parse_variable(table: &toml::Table, section: &str, key: &str, text: &str) -> toml::Value {
    let known = table.get(section).and_then(|s| s.get(key));
    match known {
        Some(toml::Value::Integer(_)) => text.parse().map_or_else(|_| toml::Value::String(text.into()), toml::Value::Integer),
        Some(toml::Value::Boolean(_)) => text.parse().map_or_else(|_| toml::Value::String(text.into()), toml::Value::Boolean),
        Some(toml::Value::Array(_)) => {
            toml::Value::Array(text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(|t| toml::Value::String(t.into())).collect())
        }
        _ => toml::Value::String(text.to_owned()),
    }
}

fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let best = known.map(|k| (strsim::jaro_winkler(word, k), k)).max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((score, k)) if score > 0.7 => format!("; did you mean {k:?}?"),
        _ => String::new(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn variables_override_defaults_with_their_type() {
        let config =
            Config::load(None, variables(&[("QN__SERVER__LISTEN", "0.0.0.0:9000"), ("QN__SERVER__RATE_LIMITS", "false"), ("HOME", "/")]))
                .unwrap();
        assert_eq!(config.server.listen, "0.0.0.0:9000");
        assert!(!config.server.rate_limits);
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let error = Config::load(None, variables(&[("QN__SERVER__LISTENN", "x")])).unwrap_err();
        assert!(format!("{error:#}").contains("did you mean \"listen\"?"), "{error:#}");
    }

    #[test]
    fn the_documented_file_is_the_default_and_names_every_key() {
        let text = include_str!("../qingniao.default.toml");
        let documented: toml::Table = text.parse().unwrap();
        assert_eq!(documented, toml::Table::try_from(Config::default()).unwrap());
        let mut comment_before = false;
        for line in text.lines() {
            assert!(!line.contains(" = ") || line.starts_with('#') || comment_before, "{line} has no comment");
            comment_before = line.starts_with('#');
        }
    }

    #[test]
    fn other_systems_files_are_apart_from_our_own() {
        let load = |folders: &str| {
            let set = [("QN__STORAGE__DATA_DIR", "/srv/qingniao/data"), ("QN__CONNECTORS__SQLITE_FOLDERS", folders)];
            Config::load(None, variables(&set)).map(|config| config.connectors.sqlite_folders.len())
        };
        assert_eq!(load("/srv/shop, /srv/erp").unwrap(), 2);
        for folders in ["/", "/srv", "/srv/qingniao/data/attachments", "shop"] {
            assert!(load(folders).is_err(), "{folders}");
        }
    }

    #[test]
    fn passwords_are_not_printed() {
        let mut config = Config::default();
        config.storage.database_url = "postgres://u:secret@host/db".into();
        config.llm.key = "sk-secret".into();
        let shown = format!("{:?}{}", config.redacted(), toml::to_string(&config.redacted()).unwrap());
        assert!(!shown.contains("secret"), "{shown}");
    }
}
