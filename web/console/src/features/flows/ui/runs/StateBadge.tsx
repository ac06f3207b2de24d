import type { Translate } from '@qingniao/shared/i18n';
import type { FlowRunState, FlowVisitStanding } from '@qingniao/shared/flow';
import { useT } from '../../../../i18n';
import { Badge, type Tone } from '../../../../ui';
import { runMessages } from '../../messages/runs';

const TONES: Record<FlowRunState, Tone> = { active: 'info', parked: 'warning', done: 'success', failed: 'danger', cancelled: 'neutral' };
const STEP_TONES: Record<FlowVisitStanding, Tone> = { open: 'warning', done: 'success', failed: 'danger', timed_out: 'danger', given_up: 'neutral' };

export function StateBadge({ state }: { state: FlowRunState }) {
  const t = useT(runMessages);
  return <Badge tone={TONES[state]}>{t(`state_${state}`)}</Badge>;
}

export function StepBadge({ standing }: { standing: FlowVisitStanding }) {
  const t = useT(runMessages);
  return <Badge tone={STEP_TONES[standing]}>{t(`step_${standing}`)}</Badge>;
}

const TRIGGERS = ['message', 'webhook', 'schedule', 'event', 'alarm', 'form', 'api', 'other'] as const;

export function triggerWord(trigger: string, t: Translate<typeof runMessages.zh>): string {
  const known = TRIGGERS.find((one) => trigger === one || trigger.startsWith(`${one}:`));
  return known ? t(`trigger_${known}`) : trigger;
}
