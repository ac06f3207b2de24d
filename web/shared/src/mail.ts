// A letter as /api/v1 tells it. Exported again by api.ts.

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
  /** A conversation it names and its writer was never in. */
  beside?: string;
}
