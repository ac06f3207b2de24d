// The app's words. Chinese is the source; English has the same keys by type.

import type { Language } from './types';

const zh = {
  chat: '客服会话',
  messages: '消息',
  close: '关闭窗口',
  back: '返回会话',
  switchLanguage: 'Switch to English',
  otherLanguage: 'EN',
  assistant: '智能助手',
  you: '您',
  statusBot: '智能助手在线，随时可转人工',
  statusAgent: (name: string) => `${name} 正在为您服务`,
  statusQueue: '正在为您接通人工客服',
  statusClosed: '现在是非工作时间，可以留言',
  statusResolved: '本次会话已结束',
  statusStart: '我们随时为您解答',
  agent: '客服',
  offline: '网络已断开，您的消息会在恢复后自动发送',
  reconnecting: '正在重新连接…',
  starting: '正在连接…',
  refused: '暂时无法开始会话',
  tryAgain: '重试',
  placeholder: '请输入您的问题',
  placeholderAgent: '回复客服',
  composer: '消息内容',
  send: '发送',
  attach: '添加图片或文件',
  dropHere: '松开即可添加文件',
  person: '转人工',
  personAsked: '我想转人工客服',
  queued: (position: number) => `您在队列中排第 ${position} 位`,
  queuedSoon: '正在排队，马上为您接通',
  wait: (text: string) => `预计等待${text}`,
  atMost: (minutes: number) => `，最多约 ${minutes} 分钟`,
  underMinute: '不到 1 分钟',
  minutes: (n: number) => `约 ${n} 分钟`,
  hours: (n: number) => `约 ${n} 小时`,
  leave: '留言',
  leaveTitle: '给我们留言',
  leaveIntro: '我们会在工作时间尽快回复您。',
  opensAt: (when: string) => `人工客服 ${when} 上班。`,
  tomorrow: '明天',
  leaveClosed: '现在是非工作时间。请留下问题，我们上班后第一时间回复。',
  leaveText: '您的问题',
  leaveName: '称呼（选填）',
  leaveEmail: '邮箱（选填）',
  leavePhone: '手机（选填）',
  leaveSend: '提交留言',
  leaveAnyway: '仍然排队等待人工',
  leaveNeeded: '请写下您的问题',
  leaveSent: '留言',
  emailWrong: '邮箱格式不正确',
  sending: '发送中',
  waitingNetwork: '等待网络',
  sent: '已发送',
  read: '已读',
  failed: '发送失败',
  retry: '重试',
  discard: '删除',
  recalled: '消息已撤回',
  edited: '已编辑',
  typing: (name: string) => `${name} 正在输入`,
  newMessages: (n: number) => `${n} 条新消息`,
  toBottom: '回到最新消息',
  earlier: '查看更早的消息',
  loading: '加载中…',
  sources: '参考内容',
  replyingTo: '回复',
  suggestions: '您可能想问',
  uploading: (percent: number) => `上传中 ${percent}%`,
  cancelUpload: (name: string) => `取消 ${name}`,
  removeFile: (name: string) => `移除 ${name}`,
  retryFile: (name: string) => `重新上传 ${name}`,
  fileTooLarge: '文件超过 20 MB',
  fileFailed: '上传失败',
  fileCount: '一次最多 10 个文件',
  removeFailed: '请先移除未能上传的文件，再发送',
  tooLong: (over: number) => `最多 10,000 个字符，超出 ${over} 个，请删减或分几次发送`,
  image: (name: string) => `查看图片 ${name}`,
  file: '下载文件',
  csatTitle: '请为本次服务评分',
  csatScore: ['很不满意', '不满意', '一般', '满意', '非常满意'],
  csatComment: '还有什么想说的？（选填）',
  csatSend: '提交评价',
  csatThanks: '感谢您的评价',
  ended: '会话已结束，继续发送消息即可再次咨询',
  articleFailed: '内容加载失败',
  openPage: '在新窗口打开',
  today: '今天',
  yesterday: '昨天',
  actQueued: '正在为您转接人工客服',
  actQueuedClosed: '已转交人工客服，上班后回复您',
  actJoined: (name: string) => `${name} 已接入，为您服务`,
  actResolved: '会话已结束',
  actReopened: '会话已继续',
  actLeave: '留言已收到，我们会尽快联系您',
  networkError: '网络异常，请稍后再试',
};

export type Words = typeof zh;

const en: Words = {
  chat: 'Support chat',
  messages: 'Messages',
  close: 'Close chat',
  back: 'Back to chat',
  switchLanguage: '切换到中文',
  otherLanguage: '中',
  assistant: 'Assistant',
  you: 'You',
  statusBot: 'Assistant online. Ask for a person any time',
  statusAgent: (name) => `${name} is helping you`,
  statusQueue: 'Finding a person for you',
  statusClosed: 'We are closed now. Leave us a message',
  statusResolved: 'This conversation has ended',
  statusStart: 'We are here to help',
  agent: 'Support',
  offline: 'You are offline. Messages are sent when you are back',
  reconnecting: 'Reconnecting…',
  starting: 'Connecting…',
  refused: 'The chat cannot start right now',
  tryAgain: 'Try again',
  placeholder: 'Type your question',
  placeholderAgent: 'Reply',
  composer: 'Message',
  send: 'Send',
  attach: 'Add images or files',
  dropHere: 'Drop to add files',
  person: 'Talk to a person',
  personAsked: 'I would like to talk to a person',
  queued: (position) => `You are number ${position} in the queue`,
  queuedSoon: 'You are in the queue, almost there',
  wait: (text) => `Expected wait ${text}`,
  atMost: (minutes) => `, at most ${minutes} min`,
  underMinute: 'under a minute',
  minutes: (n) => `about ${n} min`,
  hours: (n) => `about ${n} h`,
  leave: 'Leave a message',
  leaveTitle: 'Leave us a message',
  leaveIntro: 'We will get back to you as soon as we can during working hours.',
  opensAt: (when) => `We are back ${when}.`,
  tomorrow: 'tomorrow',
  leaveClosed: 'We are closed right now. Leave your question and we will reply first thing when we open.',
  leaveText: 'Your question',
  leaveName: 'Name (optional)',
  leaveEmail: 'Email (optional)',
  leavePhone: 'Phone (optional)',
  leaveSend: 'Send message',
  leaveAnyway: 'Wait in the queue for a person anyway',
  leaveNeeded: 'Please write your question',
  leaveSent: 'Message left',
  emailWrong: 'This email does not look right',
  sending: 'Sending',
  waitingNetwork: 'Waiting for network',
  sent: 'Sent',
  read: 'Read',
  failed: 'Not sent',
  retry: 'Retry',
  discard: 'Delete',
  recalled: 'Message recalled',
  edited: 'edited',
  typing: (name) => `${name} is typing`,
  newMessages: (n) => (n === 1 ? '1 new message' : `${n} new messages`),
  toBottom: 'To the latest message',
  earlier: 'Earlier messages',
  loading: 'Loading…',
  sources: 'Sources',
  replyingTo: 'Reply to',
  suggestions: 'You may want to ask',
  uploading: (percent) => `Uploading ${percent}%`,
  cancelUpload: (name) => `Cancel ${name}`,
  removeFile: (name) => `Remove ${name}`,
  retryFile: (name) => `Upload ${name} again`,
  fileTooLarge: 'Larger than 20 MB',
  fileFailed: 'Upload failed',
  fileCount: 'At most 10 files at once',
  removeFailed: 'Remove the file that failed, then send',
  tooLong: (over: number) => `10,000 characters at most, ${over} too many: shorten it or send it in parts`,
  image: (name) => `View image ${name}`,
  file: 'Download',
  csatTitle: 'How was our service?',
  csatScore: ['Very poor', 'Poor', 'Okay', 'Good', 'Excellent'],
  csatComment: 'Anything to add? (optional)',
  csatSend: 'Send rating',
  csatThanks: 'Thank you for your rating',
  ended: 'This conversation has ended. Send a message to start again',
  articleFailed: 'This could not be loaded',
  openPage: 'Open in a new window',
  today: 'Today',
  yesterday: 'Yesterday',
  actQueued: 'Connecting you to a person',
  actQueuedClosed: 'Passed to our team, who answer when they are back',
  actJoined: (name) => `${name} joined the chat`,
  actResolved: 'Conversation ended',
  actReopened: 'Conversation continued',
  actLeave: 'We got your message and will be in touch',
  networkError: 'Network problem, please try again',
};

export const words: Record<Language, Words> = { 'zh-CN': zh, en };

export function asLanguage(tag: string | null | undefined): Language | null {
  return !tag ? null : /^zh/i.test(tag) ? 'zh-CN' : /^en/i.test(tag) ? 'en' : null;
}

/** The first language of the browser that we speak. */
export function browserLanguage(): Language {
  for (const tag of navigator.languages || [navigator.language]) {
    const language = asLanguage(tag);
    if (language) return language;
  }
  return 'en';
}

export function waitText(t: Words, ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 1 ? t.underMinute : minutes < 90 ? t.minutes(minutes) : t.hours(Math.round(minutes / 60));
}

const SAID_MINUTES_MAX = 90;

/** "about 3 min, at most 6 min"; the second where it says more than the first. */
export function expectedText(t: Words, ms: number, likelyMaxMs: number | null): string {
  const [expected, most] = [Math.round(ms / 60_000), Math.ceil((likelyMaxMs ?? 0) / 60_000)];
  return waitText(t, ms) + (most > Math.max(expected, 1) && most < SAID_MINUTES_MAX ? t.atMost(most) : '');
}

export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** 14:05 today; with the day before that. */
export function timeText(t: Words, language: Language, at: number, now: number): string {
  const date = new Date(at);
  const clock = date.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false });
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days <= 0) return clock;
  if (days === 1) return `${t.yesterday} ${clock}`;
  const year = date.getFullYear() === new Date(now).getFullYear() ? undefined : ('numeric' as const);
  return `${date.toLocaleDateString(language, { year, month: 'short', day: 'numeric' })} ${clock}`;
}

/** 09:00 today; with the day after that. */
export function soonText(t: Words, language: Language, at: number, now: number): string {
  const date = new Date(at);
  const clock = date.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false });
  const days = Math.round((date.setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days <= 0) return clock;
  if (days === 1) return `${t.tomorrow} ${clock}`;
  return `${date.toLocaleDateString(language, { month: 'short', day: 'numeric' })} ${clock}`;
}
