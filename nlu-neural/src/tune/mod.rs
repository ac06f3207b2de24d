//! Tuning an encoder end to end: labelled texts through the network, the loss under a head of labels, and back to every weight. The head is
//! thrown away; what stays is a folder of the same layout that is added and used as any other.
//!
//! A batch: `examples` → `pass` (`linear`, `norm`, `activation`, `attention`) → `pooling` → `head` → back the same way → `adam`.
//! Around it: `plan` says where each weight lies, `packed` holds them as panels, `learn` is one thread's share, `tuner` the loop,
//! `save` the folder.
//!
//! Memory: 24 bytes a weight (itself, panels for both ways, two of the optimiser, the best epoch) and 4 more for each thread; then, for each
//! thread, what a group of at most 512 tokens keeps: tokens × layers × (8 hidden + 2 intermediate) and layers × heads × tokens² numbers.

mod activation;
mod adam;
mod attention;
mod dropout;
mod examples;
#[cfg(test)]
mod gradients;
mod head;
mod learn;
mod linear;
mod norm;
mod packed;
mod pass;
mod plan;
mod pooling;
mod save;
mod settings;
mod sums;
mod tuner;

pub use examples::Example;
pub use settings::{Settings, TuneError};
pub use tuner::{Epoch, Progress, Tuner};
