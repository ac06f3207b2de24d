// What flows ask people to decide and what they tell them. Names and shapes are the API's, see `conformance.ts`.

export interface ApprovalDeciders {
  zh: string;
  en: string;
  /** The people it means, at most 20. */
  names: string[];
}

export interface ApprovalField {
  name: string;
  zh?: string;
  en?: string;
  /** `text`, `number`, `boolean`, `fixed`. */
  kind: string;
}

/** Others who may decide an approval from a time on. */
export interface ApprovalAlso {
  who: string;
  deciders: ApprovalDeciders;
  at: number;
}

export interface ApprovalView {
  run_id: string;
  step: string;
  /** To be sent with the decision. */
  attempt: number;
  flow_id: string;
  flow_name: string;
  /** Where the run talks. */
  conversation_id: string | null;
  who: string;
  deciders: ApprovalDeciders;
  title: string;
  payload: unknown;
  fields: ApprovalField[];
  /** Who is asked as well when nobody has decided by then. */
  also: ApprovalAlso | null;
  may_decide: boolean;
  asked_at: number;
  due_at: number | null;
}

/** What was decided, and by whom. */
export interface ApprovalDecision {
  run_id: string;
  step: string;
  approved: boolean;
  by: string;
  by_name: string;
  comment: string;
  payload: unknown;
  at: number;
}

/** Something a flow tells the signed-in person, until they have read it. */
export interface NoticeView {
  id: string;
  title: string;
  text: string;
  flow_name: string;
  /** None where it tells of the flow itself. */
  run_id: string | null;
  /** The flow that somebody must look at. */
  flow_id: string | null;
  /** The ticket that is nearly or already late. */
  ticket_id: string | null;
  /** Where its run talks. */
  conversation_id: string | null;
  at: number;
}
