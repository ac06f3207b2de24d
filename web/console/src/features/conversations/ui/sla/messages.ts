import { defineMessages } from '../../../../i18n';

export const slaMessages = defineMessages(
  {
    first_response: '首次响应',
    next_response: '下次响应',
    resolution: '解决',
    left: '{name} 剩 {time}',
    late: '{name} 超时 {time}',
    paused: '{name} 已暂停',
    until: '{name}：{time} 前',
  },
  {
    first_response: 'First response',
    next_response: 'Next response',
    resolution: 'Resolution',
    left: '{name}: {time} left',
    late: '{name}: {time} late',
    paused: '{name}: paused',
    until: '{name}: by {time}',
  },
);
