// Chips of service levels, of conversations and of tickets: which promise, how long it has or how long it is broken. One timer for all
// of them (`useNow`).
import type { SlaDue } from '@qingniao/shared/api';
import { formatDateTime, useFormat, useT } from '../../../../i18n';
import { Badge, type Tone } from '../../../../ui';
import { useNow } from '../clock';
import { markMessages } from './messages';

/** A list shows the one that matters most, a header all that run. */
export function SlaChips({ sla, all }: { sla: SlaDue[]; all: boolean }) {
  const open = sla.filter((due) => due.done_at === null);
  const urgent = [...open].sort((a, b) => (a.due_at ?? Infinity) - (b.due_at ?? Infinity));
  const shown = all ? urgent : urgent.slice(0, 1);
  return shown.map((due) => <Chip key={due.metric} due={due} />);
}

function Chip({ due }: { due: SlaDue }) {
  const t = useT(markMessages);
  const { formatDuration } = useFormat();
  const near = due.due_at !== null && Math.abs(due.due_at - Date.now()) < 3_600_000;
  const now = useNow(near ? 'second' : 'slow');
  const name = t(metric(due.metric));
  if (due.due_at === null) return due.paused ? <Badge tone="neutral">{t('paused', { name })}</Badge> : null;
  const left = due.due_at - now;
  const state: 'breached' | 'warn' | 'ok' = due.breached || left < 0 ? 'breached' : due.warn_at !== null && now >= due.warn_at ? 'warn' : 'ok';
  const tone: Record<typeof state, Tone> = { breached: 'danger', warn: 'warning', ok: 'neutral' };
  const time = formatDuration(Math.abs(left));
  return (
    <span title={t('until', { name, time: formatDateTime(due.due_at) })} data-sla={state} data-metric={due.metric}>
      <Badge tone={tone[state]} icon={state === 'ok' ? 'clock' : 'alert'}>
        {t(state === 'breached' ? 'late' : 'left', { name, time })}
      </Badge>
    </span>
  );
}

function metric(name: string): 'first_response' | 'next_response' | 'resolution' {
  return name === 'next_response' || name === 'resolution' ? name : 'first_response';
}
