// The shapes of the routing API, and skills as people type them.
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
  live: Played;
  other: Played;
}

export interface PersonSkills {
  user_id: string;
  skills: Skill[];
  languages: string[];
  channels: { channel: string; capacity: number }[];
}

export const skillText = (skills: readonly Skill[]): string => skills.map((s) => `${s.skill}:${s.level}`).join('\n');

/** Null where a line is no skill. */
export function readSkills(text: string): Skill[] | null {
  const lines = text.split(/[\n,，;；]/).map((line) => line.trim()).filter((line) => line !== '');
  const skills = lines.map((line): Skill | null => {
    const match = /^([^:：]+)[:：]\s*([1-5])$/.exec(line);
    return match?.[1] === undefined ? null : { skill: match[1].trim(), level: Number(match[2]) };
  });
  return skills.includes(null) ? null : (skills as Skill[]);
}
