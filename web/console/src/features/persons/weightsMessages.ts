// What likeness proves: the usual weights beside the company's own.
import { defineMessages } from '../../i18n';

export const weightsMessages = defineMessages(
  {
    title: '证据的分量',
    description: '每一项相近或不同，各说明多少。以比特计：+10 表示同一人的可能是两个人的约一千倍，负值表示反对。上面的可能性由这些分量算出。',
    used: '使用从本公司客户学到的分量',
    usedHint: '关闭后使用通用分量，也不再自动学习；学到的结果保留。',
    learn: '用本公司的数据重新学习',
    learnt: '已重新学习',
    never: '尚未学习，现在使用通用分量。客户足够多时，每天自动学习一次。',
    few: '客户不足 {min} 位（现有 {contacts} 位），使用通用分量。',
    from: '{at} 从 {contacts} 位客户学得：比较了 {pairs} 对有相同资料的客户，约 {same} 对是同一人。',
    table: '各项证据的分量',
    field: '资料',
    level: '比较结果',
    usual: '通用',
    own: '本公司',
    pairs: '客户对数',
  },
  {
    title: 'What likeness proves',
    description: 'How much each likeness or difference says, in bits: +10 means about a thousand times likelier of one person than of two; below 0 speaks against. The likelihoods above are made of these.',
    used: 'Use what our own contacts taught',
    usedHint: 'When off, the usual weights count and nothing is learnt by itself. What was learnt is kept.',
    learn: 'Learn from our own contacts',
    learnt: 'Learnt again',
    never: 'Nothing was learnt yet; the usual weights count. With enough contacts it is done once a day.',
    few: 'There are fewer than {min} contacts ({contacts} now), so the usual weights count.',
    from: 'Learnt on {at} from {contacts} contacts: {pairs} pairs that share something were compared, about {same} of them are one person.',
    table: 'What each likeness proves',
    field: 'Of',
    level: 'Compared',
    usual: 'Usual',
    own: 'Ours',
    pairs: 'Pairs',
  },
);
