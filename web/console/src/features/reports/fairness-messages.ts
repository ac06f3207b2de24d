import { defineMessages } from '../../i18n';

export const fairnessMessages = defineMessages(
  {
    title: '坐席间的公平',
    text: '每人在线每小时接待的会话数的基尼系数：0 为完全均等，越接近 1 越不均。在线不足半小时的人不计；跨团队的人在每个团队都按全部在线时间计。',
    csv: '下载公平表格',
    team: '团队',
    everybody: '全部坐席',
    gini: '基尼系数',
    people: '人数',
    most: '最多',
    least: '最少',
    rate: '{name} {rate} 个/小时',
    none: '人数不足或没有接待，无法比较',
  },
  {
    title: 'Fairness among agents',
    text: 'Gini coefficient of the conversations each handled in an hour online: 0 is all alike, towards 1 is uneven. Who was online for less than half an hour is left out; who works in several teams counts in each with all of their time.',
    csv: 'Download fairness as a table',
    team: 'Team',
    everybody: 'Everybody',
    gini: 'Gini',
    people: 'People',
    most: 'Most',
    least: 'Least',
    rate: '{name}, {rate} an hour',
    none: 'Too few people, or nothing handled',
  },
);
