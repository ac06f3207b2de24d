//! The configured encoder: whether its files are there and give vectors. Without it intents are read by words alone, so it is never a
//! problem, only a warning.

use super::{Finding, ok, warning};
use crate::config::Config;
use crate::models::{find_folder, load};
use qn_nlu::Encoder;
use std::path::Path;

pub fn examine(config: &Config) -> Finding {
    let named = config.understanding.encoder.as_str();
    if named.is_empty() {
        return ok("encoder", "none configured; intents are read by words alone");
    }
    match find_folder(config, Path::new(named)).and_then(|folder| load(&folder, 1)) {
        Ok(encoder) => ok("encoder", format!("{} works, {} numbers a text", encoder.name(), encoder.dims())),
        Err(error) => warning(
            "encoder",
            format!("{named} cannot be used, intents are read by words alone: {error:#}"),
            "`qingniao model list` shows what there is; add it again with `qingniao model add FOLDER --name NAME`, or set understanding.encoder to \"\"",
        ),
    }
}
