import type { ChannelKind } from '@qingniao/shared/api';
import styles from './PlatformMark.module.css';

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

export default function PlatformMark({ channel, name }: { channel: ChannelKind; name: string }) {
  return (
    <span className={styles.mark} data-channel={channel} role="img" aria-label={name}>
      {LETTERS[channel] ?? name.slice(0, 1)}
    </span>
  );
}
