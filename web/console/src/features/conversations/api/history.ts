// How a thread grows backwards: page by page while scrolling, or up to a certain message.
import type { MessageView } from '@qingniao/shared/api';

export interface History {
  loading: boolean;
  loadOlder(): Promise<void>;
  /** Loads back to the first message that fits; null when there is none within reach. */
  loadUntil(fits: (message: MessageView) => boolean): Promise<MessageView | null>;
}
