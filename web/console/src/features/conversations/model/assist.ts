// When answers are suggested, and what is inserted. Pure.
import type { ConversationView, MessageView, SuggestionView } from '@qingniao/shared/api';
import { plainOfMarkdown, sourceLink } from './linkify';

const INSERT_CHARS_MAX = 4000;
const WHY = ['not_answerable', 'nothing_found', 'nothing_asked', 'off', 'llm_budget', 'llm_unusable', 'llm_busy'] as const;

export type Why = (typeof WHY)[number] | 'other';

/** `seq` of the customer's message that waits for this person's answer; 0 when none does. */
export function waitingSeq(conversation: ConversationView, items: MessageView[], me: string): number {
  const { owner, status } = conversation;
  const mine = owner.kind === 'queue' || (owner.kind === 'agent' && owner.agent_id === me);
  if (!mine || status === 'resolved') return 0;
  let seq = 0;
  for (const message of items) {
    if (message.recalled_at !== null) continue;
    if (message.kind === 'incoming') seq = message.seq;
    if (message.kind === 'outgoing' && message.author.kind === 'agent') seq = 0;
  }
  return seq;
}

/** An article brings its source along: as a link with its title, or as an address where formatting is off. */
export function insertOf(item: SuggestionView, markdown: boolean, origin: string): string {
  const text = markdown ? item.text : plainOfMarkdown(item.text, INSERT_CHARS_MAX);
  const [article] = item.article_ids;
  if (item.source !== 'article' || item.internal || article === undefined) return text;
  const link = `${origin}/help/${item.language}/${encodeURIComponent(article)}`;
  return markdown ? `${text}\n\n${sourceLink(item.title, link)}` : `${text}\n${link}`;
}

export function whyOf(reason: string): Why {
  return (WHY as readonly string[]).includes(reason) ? (reason as Why) : 'other';
}
