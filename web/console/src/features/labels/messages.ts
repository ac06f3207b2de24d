import { defineMessages } from '../../i18n';

export const labelMessages = defineMessages(
  {
    title: '标签',
    description: '标签用于给会话分类，便于筛选与统计。',
    new: '新建标签',
    editTitle: '编辑标签',
    name: '名称',
    color: '颜色',
    colorValue: '颜色 {value}',
    empty: '还没有标签',
    emptyText: '例如「退款」「安装咨询」「VIP」。',
    deleteTitle: '删除标签「{name}」？',
    deleteText: '新的会话将不能再使用此标签。',
  },
  {
    title: 'Labels',
    description: 'Labels sort conversations, for filters and counts.',
    new: 'New label',
    editTitle: 'Edit label',
    name: 'Name',
    color: 'Colour',
    colorValue: 'Colour {value}',
    empty: 'No labels yet',
    emptyText: 'For example “Refund”, “Installation”, “VIP”.',
    deleteTitle: 'Delete the label “{name}”?',
    deleteText: 'It can no longer be put on conversations.',
  },
);
