// Conditions and effects as one line of words.
import { useFormat, useT } from '../../../i18n';
import { wordMessages } from '../messages/words';
import type { Policy, Then, When } from '../model/policy';
import { factOf, groupOf, kindOf, operatorOf, testOf, type Tested } from '../model/when';
import { useChoices } from './options';

type FactKey = `fact_${'tier' | 'attribute' | 'intent' | 'returning' | 'open'}`;

export function useTell(policy: Policy) {
  const t = useT(wordMessages);
  const { formatDuration, formatList, formatPercent } = useFormat();
  const choices = useChoices();
  const seconds = (n: number) => formatDuration(n * 1_000);
  const team = (id: string) => choices.teams.find((option) => option.value === id)?.label ?? t('gone', { name: id });

  function test(tested: Tested): string {
    const { name, is, at_least, at_most } = tested.test;
    const { fact, key } = factOf(name);
    const kind = kindOf(name);
    const subject = fact === 'attribute' ? key : fact === 'ticket' ? name : t(`fact_${fact}` as FactKey);
    if (kind === 'flag') {
      const holds = is?.[0] !== false;
      if (fact === 'open') return `${policy.calendars[key]?.name ?? key} ${t(holds ? 'open' : 'closed')}`;
      return holds ? subject : `${t('not')}${subject}`;
    }
    const say = (n: number) => (kind === 'share' ? formatPercent(n) : kind === 'seconds' ? seconds(n) : String(n));
    const value = (one: unknown) => choices.of(fact).find((option) => option.value === one)?.label ?? String(one);
    const operator = operatorOf(tested);
    if (operator === 'known') return `${subject} ${t('op_known')}`;
    const what = is ? formatList(is.map(value)) : operator === 'between' ? t('range', { from: say(at_least ?? 0), to: say(at_most ?? 0) }) : say(at_least ?? at_most ?? 0);
    return `${subject} ${t(`op_${operator}`)} ${what}`;
  }

  function when(one: When, inner = false): string {
    const tested = testOf(one);
    if (tested) return test(tested);
    const group = groupOf(one);
    if (!group || group.parts.length === 0) return t('always');
    const parts = group.parts.map((part) => when(part, group.parts.length > 1)).join(t(group.kind === 'all' || group.kind === 'not_all' ? 'and' : 'or'));
    if (group.kind === 'none' || group.kind === 'not_all') return `${t('not')}(${parts})`;
    return inner && group.parts.length > 1 ? `(${parts})` : parts;
  }

  function then(one: Then): string {
    const said: string[] = [];
    const add = (effect: keyof Then, value: string) => said.push(value === '' ? t(`do_${effect}`) : `${t(`do_${effect}`)} ${value}`);
    if (one.handling) said.push(t(`handling_${one.handling}`));
    if (one.team !== undefined) add('team', team(one.team));
    if (one.skills?.length) add('skills', formatList(one.skills.map(({ skill, level }) => t('level', { skill, level }))));
    if (one.priority) add('priority', `${one.priority > 0 ? '+' : ''}${t('points', { n: one.priority })}`);
    if (one.same_language) add('same_language', '');
    if (one.hold_seconds !== undefined) add('hold_seconds', t('hold', { time: seconds(one.hold_seconds) }));
    if (one.overflow?.length) add('overflow', t('steps', { n: one.overflow.length }));
    if (one.after_hours) add('after_hours', t(`hours_${one.after_hours.action}`));
    if (one.sla !== undefined) add('sla', policy.sla[one.sla]?.name || one.sla);
    if (one.compensation !== undefined) add('compensation', one.compensation);
    return said.length === 0 ? t('nothing') : said.join(' · ');
  }

  return { when, then, seconds, team };
}
