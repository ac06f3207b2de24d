import { defineMessages } from '../../i18n';

export const transferMessages = defineMessages(
  {
    title: '转接原因',
    description: '坐席转接会话时可选一个原因，报表按原因计数。客户看不到。',
    list: '原因',
    listText: '最多 30 个。改名不影响已有的计数；删除后不能再选，以前的照常计入报表。',
    none: '还没有转接原因，转接时只填附言。',
    nameZh: '中文名称',
    nameEn: '英文名称（可不填）',
    add: '添加原因',
    remove: '删除',
    saved: '已保存，立即生效',
    needName: '每个原因都要有中文名称。',
  },
  {
    title: 'Transfer reasons',
    description: 'People may choose one when they pass a conversation on; reports count by it. Customers never see it.',
    list: 'Reasons',
    listText: 'At most 30. A new name changes no count; what is removed can be chosen no more and stays counted.',
    none: 'No reasons yet: a transfer carries a note only.',
    nameZh: 'Chinese name',
    nameEn: 'English name (optional)',
    add: 'Add reason',
    remove: 'Remove',
    saved: 'Saved and in force',
    needName: 'Each reason needs a Chinese name.',
  },
);
