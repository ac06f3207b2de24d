// What stands around a mail's own text, and mails that became no message.

/** What stands around a mail's own text. */
export interface MailView {
  mail_id: string;
  subject: string;
  /** Who wrote it, where that is not the contact. */
  from?: string;
  to: string[];
  cc: string[];
  /** Signature and quoted text. */
  folded: string;
  /** Names of attachments that are pictures inside the text, which has `[name]` where they stand. */
  inline?: string[];
  /** A conversation it names and its writer was never in. */
  beside?: string;
}

/** A mail of an e-mail inbox that became no message. */
export interface SetAsideMailView {
  id: string;
  /** `bounce`, `auto_reply`, `bulk`, `loop` or `letter`; empty where it could not be read. */
  nature: string;
  subject: string;
  people: string[];
  /** Why it was given up; null: it is no letter to us. */
  error: string | null;
  received_at: number;
}
