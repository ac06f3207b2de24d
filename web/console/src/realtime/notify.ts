// What a notice looks and sounds like: a desktop notification and two short tones.
// Only the leading tab calls this.
import { navigate } from '../app/router';
import { preferences } from '../app/preferences';
import { say } from '../i18n';
import { contactName } from '../features/conversations/model/names';
import type { MessageView } from '@qingniao/shared/api';
import { toast } from '../ui';
import type { Notice } from './apply';
import { realtimeMessages } from './messages';

let audio: AudioContext | null = null;

/** Two soft tones; silent where the browser wants a gesture first. */
export function ring(): void {
  const touched = navigator.userActivation?.hasBeenActive ?? true;
  if (!preferences().sounds || typeof AudioContext === 'undefined' || !touched) return;
  audio ??= new AudioContext();
  const context = audio;
  if (context.state !== 'running') {
    void context.resume().catch(() => undefined);
    return;
  }
  for (const [index, frequency] of [880, 1174].entries()) {
    const at = context.currentTime + index * 0.12;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.06, at + 0.01);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.3);
  }
}

export function notificationsPossible(): boolean {
  return typeof Notification !== 'undefined';
}

/** Asks the browser; call from a click only. */
export async function askForNotifications(): Promise<boolean> {
  if (!notificationsPossible()) return false;
  return (await Notification.requestPermission()) === 'granted';
}

const METRICS = ['first_response', 'next_response', 'resolution'] as const;

/** "First response: the promised time is over" */
function slaTitle(message: MessageView): string {
  const t = say(realtimeMessages);
  const params = message.content.activity?.params ?? {};
  const metric = METRICS.find((known) => known === params.metric) ?? 'resolution';
  const late = message.content.activity?.key === 'sla_breached';
  return t(late ? 'slaLate' : 'slaNear', { metric: t(metric), percent: Number(params.percent) || 0 });
}

/** Seen on whatever page one is on, also where the browser shows no notices. */
export function showSlaToast(notice: Notice): void {
  if (notice.kind !== 'sla') return;
  const name = contactName(notice.conversation.contact, say(realtimeMessages));
  toast.error(`${slaTitle(notice.message)} · ${name}`);
}

export function showNotice(notice: Notice): void {
  if (!preferences().notifications || !notificationsPossible() || Notification.permission !== 'granted') return;
  const t = say(realtimeMessages);
  const name = contactName(notice.conversation.contact, t);
  const titles = {
    message: t('newMessageFrom', { name }),
    mention: t('mentionTitle', { name: notice.kind === 'mention' ? notice.message.author.name : name }),
    invited: t('invitedTitle'),
    queued: t('queuedTitle'),
    assigned: t('assignedTitle'),
    transfer: t('transferTitle'),
    offer: t('offerTitle'),
    sla: notice.kind === 'sla' ? slaTitle(notice.message) : '',
  };
  const body =
    notice.kind === 'message' || notice.kind === 'mention'
      ? notice.message.content.text || t('attachmentText')
      : `${name}: ${notice.conversation.handoff?.wish || notice.conversation.last_text}`;
  const shown = new Notification(titles[notice.kind], {
    body: body.slice(0, 180),
    tag: notice.conversation.id,
    icon: '/favicon.svg',
  });
  shown.onclick = () => {
    window.focus();
    navigate(`/conversations/${notice.conversation.id}`);
    shown.close();
  };
}
