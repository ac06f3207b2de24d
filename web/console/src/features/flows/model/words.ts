// What people call the settings, ports and choices of nodes. The registry's schemas speak English to programs; a name that is
// not here is shown as it is, with the schema's own words below.
import type { Language } from '@qingniao/shared/api';

interface Words {
  zh: string;
  en: string;
  hintZh?: string;
  hintEn?: string;
}

const w = (zh: string, en: string, hintZh?: string, hintEn?: string): Words => ({ zh, en, ...(hintZh ? { hintZh } : {}), ...(hintEn ? { hintEn } : {}) });

/** By `kind.field`, else by `field`. */
const FIELDS: Record<string, Words> = {
  text: w('内容', 'Text'),
  buttons: w('按钮', 'Buttons', '客户可以直接点的回答。', 'Answers the customer may tap.'),
  again: w('再次询问时说', 'Said when asking again', '第二次起换成这句话。', 'Said instead from the second time on.'),
  choices: w('可选答案', 'Choices', '以按钮显示，一行一个。', 'Shown as buttons.'),
  valid: w('答案需满足', 'Answer must satisfy', '用 answer 代表客户的回答；留空则任何回答都可以。', 'answer is what the customer said; empty accepts anything.'),
  tries: w('最多询问次数', 'Times to ask at most'),
  save: w('结果存入变量', 'Keep the result in'),
  'ask.save': w('答案存入变量', 'Keep the answer in', '变量已经有值时不再询问。', 'Nothing is asked if it has a value already.'),
  when: w('条件', 'Condition', '成立走「是」，否则走「否」。', 'True leads to yes, false to no.'),
  cases: w('分支', 'Cases', '从上到下，第一个成立的生效；都不成立走「其他」。', 'From the top, the first that holds; none leads to otherwise.'),
  port: w('出口名', 'Way out'),
  set: w('赋值', 'Assignments'),
  variable: w('变量', 'Variable'),
  value: w('值', 'Value'),
  each: w('逐项处理的列表', 'List to go through'),
  while: w('循环条件', 'Go on while'),
  item: w('每一项的名字', 'Name of an item'),
  max: w('最多轮数', 'Rounds at most'),
  branches: w('并行的分支', 'Branches'),
  until: w('等到', 'Until'),
  'wait.until': w('等到这个时间', 'Until this time'),
  for_ms: w('等待时长', 'How long'),
  flow: w('子流程', 'Flow'),
  inputs: w('输入', 'Inputs'),
  signal: w('信号名', 'Name of the signal'),
  who: w('由谁审批', 'Who decides', 'supervisor（主管）、admin（管理员）、小组或人员编号。', 'supervisor, admin, a team or a person.'),
  title: w('事由', 'What it is about'),
  payload: w('审批内容', 'What they see', '审批人看到、也可以修改的内容。', 'What they see and may change.'),
  method: w('方法', 'Method'),
  url: w('地址', 'Address'),
  headers: w('请求头', 'Headers'),
  body: w('请求内容', 'Body'),
  auth: w('身份验证', 'Authentication', '只写密钥的名字，密钥本身不会出现在流程里。', 'Names a secret; the secret itself never enters the flow.'),
  take: w('取用的结果', 'What to keep', '用 answer 代表返回；留空则取整个返回内容。', 'answer is what came back; empty keeps all of it.'),
  output: w('流程的结果', 'What the flow gives back'),
  failed: w('失败原因', 'Reason of failure', '填写后流程以失败结束，并撤销已做的步骤。', 'When set the flow fails, and what was done is taken back.'),
  trigger: w('由什么启动', 'Started by'),
  phrases: w('触发语句', 'Words that start it', '客户说的话包含其中一句就启动。', 'A message that contains one of them starts the flow.'),
  intents: w('意图', 'Intents'),
  cron: w('定时', 'Schedule', '五段：分 时 日 月 周，例如 0 9 * * 1-5。', 'Five fields: minute hour day month weekday, for example 0 9 * * 1-5.'),
  time_zone: w('时区', 'Time zone'),
  team: w('转给哪个小组', 'Team'),
  note: w('给同事的说明', 'Note for colleagues'),
  add: w('添加标签', 'Labels to add'),
  remove: w('移除标签', 'Labels to remove'),
  fields: w('要更新的资料', 'Fields to update'),
  question: w('要查的问题', 'Question'),
  confidence: w('最低把握', 'Least confidence', '低于它算没有识别出来，0 到 1。', 'Below it nothing counts as recognised; 0 to 1.'),
  event: w('事件名', 'Event'),
  connector: w('连接器', 'Connector'),
  operation: w('操作', 'Operation'),
  input: w('输入', 'Input'),
  'emit.payload': w('事件内容', 'Payload'),
};

const PORTS: Record<string, Words> = {
  next: w('下一步', 'Next'),
  error: w('出错时', 'On error'),
  timeout: w('超时', 'On timeout'),
  undo: w('撤销', 'To undo'),
  yes: w('是', 'Yes'),
  no: w('否', 'No'),
  approved: w('同意', 'Approved'),
  rejected: w('拒绝', 'Rejected'),
  unclear: w('没听懂', 'Unclear'),
  body: w('每一轮', 'Each round'),
  done: w('完成', 'Done'),
  found: w('找到', 'Found'),
  not_found: w('没找到', 'Not found'),
  otherwise: w('其他', 'Otherwise'),
};

const VALUES: Record<string, Words> = {
  message: w('客户的消息', 'A message'),
  webhook: w('外部系统的通知', 'A webhook'),
  schedule: w('定时', 'A schedule'),
  api: w('接口调用', 'The API'),
  all: w('全部分支完成', 'All have come'),
  any: w('任一分支完成', 'Any has come'),
};

export const FAMILIES: Record<string, Words> = {
  trigger: w('触发', 'Trigger'),
  talk: w('对话', 'Talk'),
  desk: w('客服台', 'Desk'),
  people: w('人', 'People'),
  logic: w('逻辑', 'Logic'),
  time: w('时间', 'Time'),
  systems: w('系统', 'Systems'),
};

const pick = (words: Words | undefined, fallback: string, language: Language): string =>
  words ? (language === 'en' ? words.en : words.zh) : fallback;

const wordsOfField = (kind: string, field: string): Words | undefined => FIELDS[`${kind}.${field}`] ?? FIELDS[field];

export const fieldLabel = (kind: string, field: string, language: Language): string => pick(wordsOfField(kind, field), field, language);

export function fieldHint(kind: string, field: string, about: string, language: Language): string {
  const words = wordsOfField(kind, field);
  if (!words) return about;
  return (language === 'en' ? words.hintEn : words.hintZh) ?? '';
}

export const portLabel = (port: string, language: Language): string => pick(PORTS[port], port, language);
export const valueLabel = (value: string, language: Language): string => pick(VALUES[value], value, language);
export const familyLabel = (family: string, language: Language): string => pick(FAMILIES[family], family, language);
