// The shapes of the routing API.
import type { Policy, Skill } from './policy';

export const ROUTING_KEY = ['routing'] as const;

export interface PolicyView {
  version: number;
  policy: Partial<Policy>;
  note: string;
  changed_by: string;
  changed_at: number;
  revision: number;
}

export interface RoutingView {
  live: PolicyView;
  draft: PolicyView | null;
  template: Partial<Policy>;
}

export interface Played {
  served: number;
  by_bot: number;
  left_message: number;
  service_level: number;
  sla_promised: number;
  sla_kept: number;
  fairness_gini: number;
  wait: { mean_ms: number; max_ms: number };
}

export interface Simulation {
  arrivals: number;
  people: number;
  /** People work at the times they did; otherwise nobody was there, and everybody works all the time. */
  as_lived: boolean;
  live: Played;
  other: Played;
}

export interface ChannelLimit {
  channel: string;
  capacity: number;
}

export interface PersonSkills {
  user_id: string;
  skills: Skill[];
  languages: string[];
  channels: ChannelLimit[];
}
