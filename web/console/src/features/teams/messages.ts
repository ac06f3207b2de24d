import { defineMessages } from '../../i18n';

export const teamMessages = defineMessages(
  {
    title: '团队',
    description: '渠道的会话排入团队的队列，由团队成员接待。',
    new: '新建团队',
    editTitle: '编辑团队',
    name: '名称',
    members: '成员',
    memberCount: '{n} 人',
    noMembers: '暂无成员',
    membersHint: '在「成员」页面编辑某位成员，即可调整其所属团队。',
    empty: '还没有团队',
    emptyText: '例如「售前咨询」「售后服务」。',
    deleteTitle: '删除团队「{name}」？',
    deleteText: '成员账号会保留，但不再属于该团队。',
  },
  {
    title: 'Teams',
    description: 'Conversations of an inbox wait in its team’s queue for one of the members.',
    new: 'New team',
    editTitle: 'Edit team',
    name: 'Name',
    members: 'Members',
    memberCount: { one: '{n} member', other: '{n} members' },
    noMembers: 'No members',
    membersHint: 'Edit a person under People to change their teams.',
    empty: 'No teams yet',
    emptyText: 'For example “Sales” and “After-sales”.',
    deleteTitle: 'Delete the team “{name}”?',
    deleteText: 'Its people stay, but no longer belong to it.',
  },
);
