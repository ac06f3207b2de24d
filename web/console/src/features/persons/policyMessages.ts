// When contacts are suggested as one person, or linked by likeness.
import { defineMessages } from '../../i18n';

export const policyMessages = defineMessages(
  {
    title: '客户识别',
    description: '同一位客户可能从不同渠道、以不同身份联系你。经双方证实的身份始终自动关联；这里设置资料相近时怎么办。',
    suggestTitle: '提示坐席',
    suggestOn: '提示可能是同一人的客户',
    suggestHint: '显示在会话旁的客户信息里，由坐席确认或否定。',
    suggestFrom: '提示的可能性不低于（%）',
    linkTitle: '自动关联',
    linkOn: '资料足够相近时自动关联',
    linkHint: '按姓名、电话、邮箱与地址计算，设备与订单不计入。自动关联标为「推断」，可随时取消；只供坐席参考，不会向客户展示另一身份的历史。只对此后得知的资料生效。',
    linkFrom: '自动关联的可能性不低于（%）',
    suggestBad: '请输入 1 到 99 之间的数字。',
    linkBad: '请输入 90 到 99.99 之间的数字，且不低于提示的可能性。',
    saved: '已保存',
  },
  {
    title: 'Recognising customers',
    description: 'One customer may write by several channels and names. What is proved on both sides is always linked; here you say what happens to contacts that are merely alike.',
    suggestTitle: 'Suggestions',
    suggestOn: 'Suggest contacts that may be the same person',
    suggestHint: 'Shown beside the conversation, where an agent says yes or no.',
    suggestFrom: 'Suggest from this likelihood on (%)',
    linkTitle: 'Automatic links',
    linkOn: 'Link contacts that are alike enough',
    linkHint: 'By name, phone, e-mail and address; a device or an order does not count. Such a link is graded inferred and can be taken back at any time. It helps agents and shows a customer nothing of the other contact. It holds for what becomes known from now on.',
    linkFrom: 'Link from this likelihood on (%)',
    suggestBad: 'Enter a number from 1 to 99.',
    linkBad: 'Enter a number from 90 to 99.99, not below that of suggestions.',
    saved: 'Saved',
  },
);
