// Every word of the conversations feature. Chinese is the source.
import { actions } from './actions';
import { assist } from './assist';
import { composer } from './composer';
import { context } from './context';
import { events } from './events';
import { list } from './list';
import { thread } from './thread';

export const messages = {
  zh: { ...list.zh, ...thread.zh, ...events.zh, ...composer.zh, ...actions.zh, ...context.zh, ...assist.zh },
  en: { ...list.en, ...thread.en, ...events.en, ...composer.en, ...actions.en, ...context.en, ...assist.en },
};
