import { useLanguage, useT } from '../../../../i18n';
import type { FlowNode, Json, Kind } from '../../model/document';
import { useKinds } from '../../api/queries';
import { same } from '../../model/diff';
import { settingLabel } from '../../model/words';
import { changeMessages } from '../../messages/changes';
import { valueText } from './text';
import styles from './Changes.module.css';

/** One piece of a flow, field by field; only what differs from the base. */
export function Piece({ base, value }: { base: unknown; value: unknown }) {
  const t = useT(changeMessages);
  const language = useLanguage();
  const kinds = useKinds();
  if (value === undefined) return <p className={styles.gone}>{t('removed')}</p>;
  if (typeof value !== 'object' || value === null) return <p>{String(value)}</p>;
  const [now, was] = [flat(value), flat(base)];
  const kind = kinds.data?.find((one) => one.name === (value as FlowNode).kind);
  const names = Object.keys({ ...was, ...now }).filter((name) => !same(was[name], now[name]));
  return (
    <dl className={styles.fields}>
      {names.map((name) => (
        <div key={name}>
          <dt>{fieldName(name, kind, language, t)}</dt>
          <dd>{valueText(now[name]) || t('nothing')}</dd>
        </div>
      ))}
    </dl>
  );
}

function flat(value: unknown): Record<string, Json | undefined> {
  if (typeof value !== 'object' || value === null) return {};
  const { settings, id: _id, ...rest } = value as { settings?: Record<string, Json>; id?: Json } & Record<string, Json>;
  const own = Object.entries(settings ?? {}).map(([name, one]) => [`settings.${name}`, one] as const);
  return { ...rest, ...Object.fromEntries(own) };
}

type Words = ReturnType<typeof useT<typeof changeMessages.zh>>;
const PLAIN = ['title', 'note', 'retry', 'timeout_ms', 'kind', 'to', 'from', 'port', 'type', 'scope', 'input', 'default', 'name'] as const;

/** What a field of a piece is called. */
export function fieldName(name: string, kind: Kind | undefined, language: 'zh-CN' | 'en', t: Words): string {
  if (name.startsWith('settings.')) return settingLabel(kind, name.slice('settings.'.length), language);
  const plain = PLAIN.find((one) => one === name);
  return plain ? t(`field_${plain}`) : name;
}
