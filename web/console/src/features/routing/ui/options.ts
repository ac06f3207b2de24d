// What can be chosen for facts and effects, in the reader's language.
import type { ChannelKind } from '@qingniao/shared/api';
import type { IntentView } from '@qingniao/shared/understanding';
import { useAll } from '../../../api';
import { useT } from '../../../i18n';
import type { Option } from '../../../ui';
import { moodMessages } from '../../conversations/messages/mood';
import { useLookups } from '../../conversations/ui/lookups';
import { inboxMessages } from '../../inboxes/messages';
import { wordMessages } from '../messages/words';

const CHANNELS: readonly ChannelKind[] = [
  'web', 'api', 'wechat_official', 'wechat_mini_program', 'wecom_kf', 'dingtalk', 'feishu', 'telegram', 'whatsapp', 'line', 'sms', 'smpp', 'email', 'mobile',
];
const EMOTIONS = ['anger', 'disappointment', 'anxiety', 'neutral', 'joy'] as const;
const COMPLEXITIES = ['simple', 'normal', 'complex'] as const;
const TRENDS = ['worse', 'same', 'better'] as const;
const HANDOFFS = ['customer_asked', 'two_misses', 'bot_off', 'bot_failed', 'agent_took_over', 'intent', 'flow', 'flow_failed', 'people_first', 'answered_often'] as const;

export interface Choices {
  /** Values of facts that are chosen from a list. */
  of(fact: string): Option<string>[];
  teams: Option<string>[];
}

const plain = (names: readonly string[]): Option<string>[] => names.map((name) => ({ value: name, label: name }));
const named = (all: readonly { id: string; name: string }[]): Option<string>[] => all.map(({ id, name }) => ({ value: id, label: name }));

export function useChoices(): Choices {
  const t = useT(wordMessages);
  const mood = useT(moodMessages);
  const channel = useT(inboxMessages);
  const { inboxes, teams, labels } = useLookups();
  const intents = useAll<IntentView>('intents').data ?? [];
  return {
    teams: named(teams),
    of(fact) {
      switch (fact) {
        case 'intent':
          return plain(intents.map(({ name }) => name));
        case 'label':
          return plain(labels.map(({ name }) => name));
        case 'inbox':
          return named(inboxes);
        case 'channel':
          return CHANNELS.map((kind) => ({ value: kind, label: channel(kind) }));
        case 'emotion':
          return EMOTIONS.map((name) => ({ value: name, label: mood(`emotion_${name}`) }));
        case 'complexity':
          return COMPLEXITIES.map((name) => ({ value: name, label: t(`complexity_${name}`) }));
        case 'trend':
          return TRENDS.map((name) => ({ value: name, label: t(`trend_${name}`) }));
        case 'handoff':
          return HANDOFFS.map((name) => ({ value: name, label: t(`handoff_${name}`) }));
        case 'language':
          return [
            { value: 'zh-CN', label: '中文' },
            { value: 'en', label: 'English' },
          ];
        default:
          return [];
      }
    },
  };
}

/** A value that is no option any more stays to be seen. */
export function withGone(options: Option<string>[], values: readonly string[]): Option<string>[] {
  const gone = values.filter((value) => value !== '' && !options.some((option) => option.value === value));
  return [...options, ...plain(gone)];
}
