// What a canned response does besides its words, said in words.
import type { MacroStep } from '@qingniao/shared/api';
import { defineMessages, type useT } from '../../i18n';

export const stepMessages = defineMessages(
  {
    add_labels: '加标签「{name}」',
    remove_labels: '去掉标签「{name}」',
    note: '写备注',
    pend: '设为待客户回复',
    snooze: '{n} 分钟后再处理',
    to_team: '转给「{name}」',
    resolve: '结束会话',
    then: '发送后',
    comma: '、',
    wordsOnly: '只发送文字',
  },
  {
    add_labels: 'add label “{name}”',
    remove_labels: 'remove label “{name}”',
    note: 'write a note',
    pend: 'wait for the customer',
    snooze: 'snooze for {n} min',
    to_team: 'pass to “{name}”',
    resolve: 'close the conversation',
    then: 'Once sent',
    comma: ', ',
    wordsOnly: 'Send the words only',
  },
);

export function describe(step: MacroStep, t: ReturnType<typeof useT<typeof stepMessages.zh>>, teamName: (id: string) => string): string {
  switch (step.do) {
    case 'add_labels':
    case 'remove_labels':
      return t(step.do, { name: step.labels.join(t('comma')) });
    case 'snooze':
      return t('snooze', { n: step.minutes });
    case 'to_team':
      return t('to_team', { name: teamName(step.team_id) });
    default:
      return t(step.do);
  }
}
