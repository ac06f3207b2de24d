// The icon of a kind of node, out of the console's own.
import type { IconName } from '../../../../ui';

const BY_KIND: Record<string, IconName> = {
  start: 'play',
  set: 'edit',
  choose: 'filter',
  switch: 'list',
  loop: 'refresh',
  parallel: 'transfer',
  join: 'transfer',
  sub_flow: 'copy',
  wait: 'clock',
  signal: 'bell',
  approval: 'person',
  call: 'globe',
  connect: 'webhook',
  say: 'chat',
  ask: 'reply',
  verify: 'lock',
  answer: 'book',
  classify: 'bot',
  hand_off: 'people',
  label: 'tag',
  note: 'note',
  notify: 'bell',
  update_contact: 'person',
  conversation: 'chat',
  resolve: 'check',
  emit: 'bolt',
  end: 'archive',
};

export const iconOf = (kind: string): IconName => BY_KIND[kind] ?? 'bolt';
