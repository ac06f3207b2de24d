//! The stages of a customer's message, in the order it passes them.

mod confirmed;
pub(crate) mod explained;
pub(crate) mod identified;
pub(crate) mod joined;
pub(crate) mod next_step;
pub(crate) mod overruled;
pub(crate) mod phrased;
pub(crate) mod reply;
pub(crate) mod reworded;
pub(crate) mod routed;
pub(crate) mod several;
pub(crate) mod threaded;
mod to_flows;
pub(crate) mod understood;
mod unrelated;
