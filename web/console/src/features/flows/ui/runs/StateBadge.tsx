import type { Translate } from '@qingniao/shared/i18n';
import type { FlowRunState, FlowStepState } from '@qingniao/shared/flows';
import { useT } from '../../../../i18n';
import { Badge, type Tone } from '../../../../ui';
import { runMessages } from '../../messages/runs';

const TONES: Record<FlowRunState, Tone> = { active: 'info', parked: 'warning', done: 'success', failed: 'danger', cancelled: 'neutral' };
const STEP_TONES: Record<FlowStepState, Tone> = { open: 'warning', resting: 'warning', split: 'info', done: 'success', failed: 'danger', left: 'neutral' };

export function StateBadge({ state }: { state: FlowRunState }) {
  const t = useT(runMessages);
  return <Badge tone={TONES[state]}>{t(`state_${state}`)}</Badge>;
}

export function StepBadge({ state }: { state: FlowStepState }) {
  const t = useT(runMessages);
  return <Badge tone={STEP_TONES[state]}>{t(`step_${state}`)}</Badge>;
}

const TRIGGERS = ['message', 'hook', 'schedule', 'api'] as const;

export function triggerWord(trigger: string, t: Translate<typeof runMessages.zh>): string {
  const known = TRIGGERS.find((one) => trigger === one || trigger.startsWith(`${one}:`));
  return known ? t(`trigger_${known}`) : trigger;
}
