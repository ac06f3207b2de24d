//! Erlang's formulas for M/M/c queues: Poisson arrivals, exponential handling, `agents` equal people, nobody leaves. The yardstick of
//! the simulator and a first answer to "how many people do we need". Source: A. K. Erlang 1917; any text on queueing.

/// Offered load in Erlang: arrivals per second times seconds each.
pub fn load(arrivals_per_second: f64, handle_seconds: f64) -> f64 {
    arrivals_per_second * handle_seconds
}

/// The share of customers who have to wait; 1 when the load is not below the number of agents.
pub fn wait_share(load: f64, agents: usize) -> f64 {
    let c = agents as f64;
    if load >= c {
        return 1.0;
    }
    // Erlang B by its stable recursion, then C from B.
    let b = (1..=agents).fold(1.0, |b, n| load * b / (n as f64 + load * b));
    b / (1.0 - load / c * (1.0 - b))
}

/// Mean wait in seconds over all customers; None when the queue grows without end.
pub fn mean_wait_seconds(load: f64, agents: usize, handle_seconds: f64) -> Option<f64> {
    let spare = agents as f64 - load;
    (spare > 0.0).then(|| wait_share(load, agents) * handle_seconds / spare)
}

/// The share answered within `seconds`.
pub fn service_level(load: f64, agents: usize, handle_seconds: f64, seconds: f64) -> f64 {
    let spare = agents as f64 - load;
    if spare <= 0.0 {
        return 0.0;
    }
    1.0 - wait_share(load, agents) * (-spare * seconds / handle_seconds).exp()
}

/// The smallest number of people that answers `share` of customers within `seconds`; `share` below 1.
pub fn agents_for(load: f64, handle_seconds: f64, share: f64, seconds: f64) -> usize {
    let first = (load.max(0.0) as usize).saturating_add(1);
    (first..first.saturating_add(100_000)).find(|n| service_level(load, *n, handle_seconds, seconds) >= share).unwrap_or(first)
}
