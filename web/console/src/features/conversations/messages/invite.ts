// Colleagues who answer beside a conversation's owner.
import { defineMessages } from '../../../i18n';

export const inviteMessages = defineMessages(
  {
    inviteTitle: '邀请同事',
    inviteText: '受邀同事可以直接回复客户，会话仍由当前坐席负责。',
    inviteIn: '已在会话中',
    inviteWho: '邀请谁',
    inviteSearch: '搜索姓名或拼音',
    invite: '邀请',
    inviteOne: '邀请 {name}',
    leave: '退出会话',
    askOut: '移出',
  },
  {
    inviteTitle: 'Invite a colleague',
    inviteText: 'Invited colleagues answer the customer directly. The conversation stays with its agent.',
    inviteIn: 'In the conversation',
    inviteWho: 'Whom to invite',
    inviteSearch: 'Search by name',
    invite: 'Invite',
    inviteOne: 'Invite {name}',
    leave: 'Leave',
    askOut: 'Remove',
  },
);
