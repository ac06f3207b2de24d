import { defineMessages } from '../../i18n';

export const cannedMessages = defineMessages(
  {
    title: '快捷回复',
    description: '坐席在输入框中键入 / 即可查找并插入，支持拼音。',
    new: '新建快捷回复',
    editTitle: '编辑快捷回复',
    shortcut: '快捷词',
    shortcutHint: '简短、不含空格，例如「退货」或 hello。',
    shortcutSpace: '快捷词不能包含空格。',
    text: '内容',
    empty: '还没有快捷回复',
    emptyText: '把常用的答复写好，回复更快，口径一致。',
    search: '搜索快捷词或内容',
    deleteTitle: '删除「/{name}」？',
    deleteText: '删除后坐席将无法再使用这条快捷回复。',
  },
  {
    title: 'Canned responses',
    description: 'Agents type / in the composer to find and insert one.',
    new: 'New response',
    editTitle: 'Edit response',
    shortcut: 'Shortcut',
    shortcutHint: 'Short and without spaces, for example hello.',
    shortcutSpace: 'A shortcut has no spaces.',
    text: 'Text',
    empty: 'No canned responses yet',
    emptyText: 'Write the answers you give often: faster, and the same from everybody.',
    search: 'Search shortcut or text',
    deleteTitle: 'Delete “/{name}”?',
    deleteText: 'Agents can no longer use it.',
  },
);
