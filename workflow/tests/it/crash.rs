//! Killing a run before and after each commit: the rest must end the same, with every outside thing done exactly once.

use crate::world::World;
use qn_workflow::Program;
use std::sync::Arc;

/// Runs once in peace, then once for every place to crash.
pub fn crash_everywhere(program: &Arc<Program>, name: &str) {
    crash_everywhere_by(program, name, World::run);
}

/// The same for runs to which something happens on their way.
pub fn crash_everywhere_by(program: &Arc<Program>, name: &str, drive: impl Fn(World) -> World) {
    let peace = drive(World::new(Arc::clone(program)));
    for crash in 0..=2 * peace.commits.len() + 1 {
        let mut world = World::new(Arc::clone(program));
        world.crash = Some(crash);
        let world = drive(world);
        assert_eq!(world.state.status, peace.state.status, "{name}, crash {crash}");
        assert_eq!(world.state.output, peace.state.output, "{name}, crash {crash}");
        let (mut ours, mut theirs) = (world.done.clone(), peace.done.clone());
        // Branches may take turns differently after a restart; what was done, and how often, may not differ.
        ours.sort_by(|a, b| a.0.cmp(&b.0));
        theirs.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(ours, theirs, "{name}, crash {crash}");
        assert_eq!(world.state.not_undone().count(), peace.state.not_undone().count(), "{name}, crash {crash}");
    }
}
