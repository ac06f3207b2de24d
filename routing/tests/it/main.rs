//! Tables of cases and properties of routing: decisions, policies, calendars, service levels, the floor and the simulator.

mod calendars;
mod cases;
mod floors;
mod policies;
mod properties;
mod simulated;
mod slas;
