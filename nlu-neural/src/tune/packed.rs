//! All linear layers' weights as panels, for the way forward and the way back. Packed anew before each step and shared by its threads.

use super::plan::{Linear, Plan};
use crate::panels::Panels;
use crate::rows::Rows;
use pulp::Arch;
use std::thread;

/// One linear layer.
#[derive(Debug, Default)]
pub struct Both {
    pub forward: Panels,
    pub backward: Panels,
}

#[derive(Debug, Default)]
pub struct PackedLayer {
    pub attention_in: Both,
    pub attention_out: Both,
    pub up: Both,
    pub down: Both,
}

#[derive(Debug, Default)]
pub struct Packed {
    pub layers: Vec<PackedLayer>,
}

impl Packed {
    pub fn pack(&mut self, arch: Arch, plan: &Plan, values: &[f32], threads: usize) {
        self.layers.resize_with(plan.layers.len(), PackedLayer::default);
        let layers = self.layers.iter_mut().zip(&plan.layers);
        let mut all: Vec<(&mut Both, Linear)> = layers
            .flat_map(|(packed, layer)| {
                [
                    (&mut packed.attention_in, layer.attention_in),
                    (&mut packed.attention_out, layer.attention_out),
                    (&mut packed.up, layer.up),
                    (&mut packed.down, layer.down),
                ]
            })
            .collect();
        let share = all.len().div_ceil(threads.max(1)).max(1);
        thread::scope(|scope| {
            for some in all.chunks_mut(share) {
                scope.spawn(move || some.iter_mut().for_each(|(both, linear)| both.pack(arch, *linear, values)));
            }
        });
    }
}

impl Both {
    fn pack(&mut self, arch: Arch, linear: Linear, values: &[f32]) {
        let (weight, bias) = linear.of(values);
        self.forward.pack_linear(arch, weight, bias);
        self.backward.pack(arch, Rows::whole(weight, linear.inner));
    }
}
