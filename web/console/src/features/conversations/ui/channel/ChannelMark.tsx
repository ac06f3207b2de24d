// By which channel a conversation runs, in eleven pixels: an icon where everybody knows one, else the platform's letter in its colour.
import type { ChannelKind } from '@qingniao/shared/api';
import { Icon, type IconName } from '../../../../ui';
import styles from './ChannelMark.module.css';

const ICONS: Partial<Record<ChannelKind, IconName>> = { web: 'globe', api: 'code', email: 'mail', sms: 'note', mobile: 'phone' };
const LETTERS: Partial<Record<ChannelKind, string>> = {
  wechat_official: '公',
  wechat_mini_program: '程',
  wecom_kf: '微',
  dingtalk: '钉',
  feishu: '飞',
  telegram: 'T',
  whatsapp: 'W',
  line: 'L',
};

export function ChannelMark({ channel, name }: { channel: ChannelKind | undefined; name: string }) {
  const letter = channel && LETTERS[channel];
  if (!letter) return <Icon name={(channel && ICONS[channel]) ?? 'chat'} size={11} label={name} />;
  return (
    <span className={styles.mark} data-channel={channel} role="img" aria-label={name}>
      {letter}
    </span>
  );
}
