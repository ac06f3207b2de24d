import { defineMessages } from '../../../i18n';

export const timelineMessages = defineMessages(
  {
    label: '客户在各渠道的会话',
    first: '这是第一次会话',
    here: '当前会话',
    nothing: '（没有内容）',
    by: '{name} 已解决',
    byBot: '机器人已解决',
    left: '未接起即结束',
    merged: '已并入其他会话',
    rated: '{score} 分',
    open: '打开会话',
    customer: '客户',
    bot: '机器人',
  },
  {
    label: 'The customer’s conversations over all channels',
    first: 'This is their first conversation',
    here: 'This conversation',
    nothing: '(nothing said)',
    by: 'Resolved by {name}',
    byBot: 'Resolved by the bot',
    left: 'Ended before anybody took it',
    merged: 'Merged into another',
    rated: '{score} of 5',
    open: 'Open conversation',
    customer: 'Customer',
    bot: 'Bot',
  },
);
