import { defineMessages } from '../../i18n';

export const peekMessages = defineMessages(
  { marked: '标出的句子是机器人作答的依据。', open: '在知识库中打开' },
  { marked: 'The marked sentences are what the bot answered from.', open: 'Open in the knowledge base' },
);
