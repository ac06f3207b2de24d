// A document to the policy that the forms edit. What has not the shape of one is refused here, whatever else is wrong by the server.
import { fill, type Policy } from './policy';
import { tidyRule } from './when';

export function tidyPolicy(policy: Partial<Policy>): Policy {
  const whole = fill(policy);
  return { ...whole, rules: whole.rules.map(tidyRule) };
}

export function readPolicy(text: string): { policy: Policy } | { reason: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('{ … }');
    const policy = tidyPolicy(value as Partial<Policy>);
    shaped(policy);
    return { policy };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Enough that no form stumbles over it. */
function shaped(policy: Policy): void {
  const must = (holds: boolean, what: string) => {
    if (!holds) throw new Error(what);
  };
  const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
  for (const rule of policy.rules) must(typeof rule.id === 'string' && isRecord(rule.then), 'rules');
  must(policy.selection.by === 'order' ? Array.isArray(policy.selection.criteria) : isRecord(policy.selection.weights), 'selection');
  must(isRecord(policy.sla) && Object.values(policy.sla).every(isRecord), 'sla');
  must(Array.isArray(policy.tickets) && policy.tickets.every((one) => isRecord(one) && typeof one.id === 'string' && isRecord(one.when)), 'tickets');
  must(isRecord(policy.calendars) && Object.values(policy.calendars).every((one) => isRecord(one) && Array.isArray(one.days)), 'calendars');
  must(Array.isArray(policy.busy_reasons), 'busy_reasons');
}
