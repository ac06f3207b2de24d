// What a version is called when nobody says: what changed, in a few words.
import type { Translate } from '@qingniao/shared/i18n';
import { diff, isEmpty } from '../../model/diff';
import type { FlowDocument, FlowNode } from '../../model/document';
import type { changeMessages } from '../../messages/changes';
import { valueText } from '../changes/text';

const LONGEST = 200;

export function publishNote(before: FlowDocument | null, after: FlowDocument, t: Translate<typeof changeMessages.zh>, name: (node: FlowNode) => string): string {
  if (!before) return t('noteFirst');
  const found = diff(before, after);
  if (isEmpty(found)) return t('noteSame');
  const things = [
    ...found.variables.map((one) => {
      const value = one.fields.find((field) => field.field === 'default');
      return value ? `${one.name}: ${valueText(value.before)} → ${valueText(value.after)}` : one.name;
    }),
    ...found.nodes.map((one) => name(one.node)),
  ];
  return (things.length > 0 ? things.join('，') : t('noteLines')).slice(0, LONGEST);
}
