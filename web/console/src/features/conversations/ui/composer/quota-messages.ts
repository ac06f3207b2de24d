import { defineMessages } from '../../../../i18n';

export const quotaMessages = defineMessages(
  {
    left: '该渠道还可回复 {n} 条',
    open: '该渠道可以回复',
    until: '，{time} 后关闭',
    closed: '平台暂不允许回复：请等客户再次来消息，或写备注。',
    templates: '已过平台的回复时限：只能按模板发送，或写备注。',
    session_held: '该客户正由企业微信内的同事接待：请在企业微信里回复，或请同事结束会话后再发。',
    session_queued: '该客户在企业微信的接待池中排队：发送时会尝试接回。',
    session_ended: '微信客服会话已结束：请等客户再次来消息，或写备注。',
    only_in_call: '该公众号没有客服消息接口：只有机器人在客户来信后 4 秒内的回答能送达，这里发不出。请写备注，或用其他方式联系客户。',
    month: '该账号本月还可推送 {left} 条（共 {limit} 条）',
    month_used: '该账号本月的推送额度已用完：只有客户来信一分钟内的回复还能送达。',
  },
  {
    left: '{n} more replies on this channel',
    open: 'This channel takes replies',
    until: ', closes in {time}',
    closed: 'The channel takes no reply until the customer writes again. Notes still work.',
    templates: 'The reply window is over: only templates go out until the customer writes again. Notes still work.',
    session_held: 'A colleague serves this customer inside WeCom: answer there, or have them end the session first.',
    session_queued: 'This customer waits in WeCom’s own line: sending tries to take them back.',
    session_ended: 'The WeCom session has ended until the customer writes again. Notes still work.',
    only_in_call: 'This account has no customer messages: only what the bot says within 4 seconds of a message is delivered. Write a note, or reach the customer another way.',
    month: '{left} of this month’s {limit} messages are left on this account',
    month_used: 'This month’s messages are used up: only replies within a minute of the customer’s message are delivered.',
  },
);
