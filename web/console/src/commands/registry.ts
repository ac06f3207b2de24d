// Every action of the console that has a name: for the palette, the keyboard and the key map alike. What an action does
// and when it is possible is bound by the screens that can do it (`useCommands`); here is only what it is called.
import type { Language } from '@qingniao/shared/api';

export type CommandGroup = 'conversation' | 'write' | 'go' | 'me' | 'view';

export interface Command {
  id: string;
  zh: string;
  en: string;
  group: CommandGroup;
  /** `Alt+KeyJ` by position on the keyboard, `Mod+k` by letter, `g c` one after the other. */
  keys?: readonly string[];
}

export const COMMANDS = [
  { id: 'conversation.next', zh: '下一个会话', en: 'Next conversation', group: 'conversation', keys: ['Alt+KeyJ'] },
  { id: 'conversation.previous', zh: '上一个会话', en: 'Previous conversation', group: 'conversation', keys: ['Alt+KeyK'] },
  { id: 'conversation.takeNext', zh: '接入排队最久的客户', en: 'Take the longest waiting customer', group: 'conversation', keys: ['Alt+KeyN'] },
  { id: 'conversation.claim', zh: '接入当前会话', en: 'Claim conversation', group: 'conversation', keys: ['Alt+KeyC'] },
  { id: 'conversation.transfer', zh: '转接会话', en: 'Transfer conversation', group: 'conversation', keys: ['Alt+KeyT'] },
  { id: 'conversation.resolve', zh: '结束会话', en: 'Resolve conversation', group: 'conversation', keys: ['Alt+KeyE'] },
  { id: 'conversation.reopen', zh: '重新打开会话', en: 'Reopen conversation', group: 'conversation' },
  { id: 'conversation.snooze', zh: '暂缓会话', en: 'Snooze conversation', group: 'conversation', keys: ['Alt+KeyM'] },
  { id: 'conversation.pend', zh: '标记为等待中', en: 'Mark as pending', group: 'conversation' },
  { id: 'conversation.wake', zh: '恢复为进行中', en: 'Back to open', group: 'conversation' },
  { id: 'conversation.returnToBot', zh: '交还机器人', en: 'Return to the bot', group: 'conversation' },
  { id: 'conversation.labels', zh: '编辑标签', en: 'Edit labels', group: 'conversation', keys: ['Alt+KeyG'] },
  { id: 'conversation.merge', zh: '合并到另一会话', en: 'Merge into another conversation', group: 'conversation' },
  { id: 'conversation.link', zh: '关联另一会话', en: 'Link another conversation', group: 'conversation' },
  { id: 'conversation.split', zh: '拆分会话', en: 'Split the conversation', group: 'conversation' },
  { id: 'conversation.invite', zh: '邀请同事', en: 'Invite a colleague', group: 'conversation' },
  { id: 'conversation.leave', zh: '退出会话', en: 'Leave the conversation', group: 'conversation' },
  { id: 'conversation.start', zh: '发起新会话', en: 'Start a conversation', group: 'conversation' },
  { id: 'conversation.firstUnread', zh: '跳到第一条未读', en: 'Jump to first unread', group: 'conversation', keys: ['Alt+KeyU'] },
  { id: 'offer.open', zh: '查看等我接受的会话', en: 'Open the offered conversation', group: 'conversation', keys: ['Alt+KeyV'] },
  { id: 'offer.accept', zh: '接受转接或接待', en: 'Accept what is offered', group: 'conversation', keys: ['Alt+KeyY'] },
  { id: 'offer.decline', zh: '谢绝转接或接待', en: 'Decline what is offered', group: 'conversation' },
  { id: 'write.reply', zh: '写回复', en: 'Write a reply', group: 'write', keys: ['Alt+KeyL'] },
  { id: 'write.note', zh: '写内部备注', en: 'Write a note', group: 'write', keys: ['Alt+KeyP'] },
  { id: 'write.attach', zh: '添加附件', en: 'Attach a file', group: 'write', keys: ['Alt+KeyA'] },
  { id: 'write.article', zh: '插入知识条目', en: 'Insert an article', group: 'write', keys: ['Alt+KeyI'] },
  { id: 'write.canned', zh: '插入快捷回复', en: 'Insert a canned response', group: 'write', keys: ['Alt+KeyR'] },
  { id: 'assist.first', zh: '插入第一条建议答复', en: 'Insert the first suggested answer', group: 'write', keys: ['Alt+Digit1'] },
  { id: 'assist.second', zh: '插入第二条建议答复', en: 'Insert the second suggested answer', group: 'write', keys: ['Alt+Digit2'] },
  { id: 'assist.third', zh: '插入第三条建议答复', en: 'Insert the third suggested answer', group: 'write', keys: ['Alt+Digit3'] },
  { id: 'assist.best', zh: '转到下一步建议', en: 'Go to the next best step', group: 'write', keys: ['Alt+KeyB'] },
  { id: 'assist.draft', zh: '起草答复', en: 'Draft an answer', group: 'write', keys: ['Alt+KeyD'] },
  { id: 'view.search', zh: '搜索会话', en: 'Search conversations', group: 'view', keys: ['/'] },
  { id: 'view.select', zh: '选择多个会话', en: 'Select conversations', group: 'view', keys: ['Alt+KeyX'] },
  { id: 'view.context', zh: '显示或隐藏客户信息', en: 'Show or hide contact details', group: 'view', keys: ['Alt+KeyO'] },
  { id: 'view.palette', zh: '命令面板', en: 'Command palette', group: 'view', keys: ['Mod+k'] },
  { id: 'view.keys', zh: '键盘快捷键', en: 'Keyboard shortcuts', group: 'view', keys: ['?'] },
  { id: 'view.theme', zh: '切换浅色与深色', en: 'Switch light and dark', group: 'view' },
  { id: 'view.language', zh: '切换到 English', en: '切换到中文 (Chinese)', group: 'view' },
  { id: 'go.conversations', zh: '前往会话', en: 'Go to conversations', group: 'go', keys: ['g c'] },
  { id: 'go.contacts', zh: '前往客户', en: 'Go to contacts', group: 'go', keys: ['g p'] },
  { id: 'go.knowledge', zh: '前往知识库', en: 'Go to knowledge', group: 'go', keys: ['g k'] },
  { id: 'go.flows', zh: '前往流程', en: 'Go to flows', group: 'go', keys: ['g f'] },
  { id: 'go.approvals', zh: '前往审批', en: 'Go to approvals', group: 'go', keys: ['g a'] },
  { id: 'go.overview', zh: '前往概览', en: 'Go to overview', group: 'go', keys: ['g o'] },
  { id: 'go.settings', zh: '前往设置', en: 'Go to settings', group: 'go', keys: ['g s'] },
  { id: 'forms.open', zh: '填写表单', en: 'Fill in a form', group: 'go' },
  { id: 'me.online', zh: '状态设为在线', en: 'Set status: online', group: 'me' },
  { id: 'me.busy', zh: '状态设为忙碌', en: 'Set status: busy', group: 'me' },
  { id: 'me.offline', zh: '状态设为离线', en: 'Set status: offline', group: 'me' },
  { id: 'me.singleKeys', zh: '开启或关闭单键快捷键', en: 'Turn single-key shortcuts on or off', group: 'me' },
] as const satisfies readonly Command[];

export type CommandId = (typeof COMMANDS)[number]['id'];

export function commandOf(id: CommandId): Command {
  const found = COMMANDS.find((command) => command.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

export function labelOf(command: Command, language: Language): string {
  return language === 'en' ? command.en : command.zh;
}
