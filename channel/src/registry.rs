//! All channels there are. A new channel is a file under `adapters/`, a line in each of the two lists here, and its fixtures.

use crate::Adapter;
use crate::adapters::{api, web};
use qn_domain::ChannelKind;

pub const ADAPTERS: &[&dyn Adapter] = &[&web::Web, &api::Api];

pub fn find(kind: ChannelKind) -> &'static dyn Adapter {
    match kind {
        ChannelKind::Web => &web::Web,
        ChannelKind::Api => &api::Api,
    }
}
