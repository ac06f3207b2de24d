import type { Presence } from '@qingniao/shared/api';
import { cx } from './cx';
import { Icon, type IconName } from './Icon';
import styles from './Avatar.module.css';

const HUES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** Two Latin letters or the last two Chinese characters, as people expect to see a name shortened. */
export function initials(name: string): string {
  const trimmed = name.trim();
  const chinese = trimmed.match(/\p{Script=Han}/gu);
  if (chinese) return chinese.slice(-2).join('');
  const words = trimmed.split(/\s+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return letters.map((word) => [...(word ?? '')][0] ?? '').join('').toUpperCase();
}

function hue(seed: string): (typeof HUES)[number] {
  let sum = 0;
  for (const char of seed) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return HUES[sum % HUES.length] ?? 'a';
}

export interface AvatarProps {
  name: string;
  /** Decides the colour; the id where there is one. */
  seed?: string;
  size?: 'xs' | 'sm' | 'md' | 'lg';
  presence?: Presence;
  /** Instead of initials, e.g. for the bot. */
  icon?: IconName;
}

/** Decorative: the name always stands beside it or is the label of what holds it. */
export function Avatar({ name, seed = name, size = 'md', presence, icon }: AvatarProps) {
  return (
    <span className={cx(styles.avatar, styles[size], icon ? styles.bot : styles[hue(seed)])} aria-hidden="true">
      {icon ? <Icon name={icon} size={size === 'lg' ? 24 : size === 'xs' ? 13 : 17} /> : initials(name) || <Icon name="person" size={16} />}
      {presence && <span className={cx(styles.dot, styles[presence])} />}
    </span>
  );
}

export function PresenceDot({ presence }: { presence: Presence }) {
  return <span className={cx(styles.loose, styles[presence])} aria-hidden="true" />;
}
