// Made from docs/openapi.json by `npm run codegen`; never edited by hand.

export type ActOnFlowRuns = {
  action: FlowRunsAction;
  dry_run?: boolean;
  filter: FlowRunsFilter;
  reason?: string;
};

export type ActOnMany = {
  action: BulkAction;
  ids: string[];
};

/** What a line of kind activity tells; screens render it with its `params` in the reader's language. */
export type ActivityKey = 'queued' | 'assigned' | 'offered' | 'offer_declined' | 'offer_missed' | 'claimed' | 'taken_over' | 'invited' | 'left' | 'transfer_offered' | 'transfer_accepted' | 'transfer_declined' | 'transferred_to_team' | 'bot_silenced' | 'returned_to_bot' | 'resolved' | 'reopened' | 'pending' | 'snoozed' | 'woken' | 'labels_changed' | 'priority_changed' | 'csat_given' | 'released' | 'leave_message' | 'files_lost' | 'auto_answered' | 'answered_often' | 'continued' | 'sla_warned' | 'sla_breached' | 'compensation_offered' | 'flow_begun' | 'flow_waits' | 'flow_decided' | 'flow_ended' | 'ticket_opened' | 'flow_unsaid' | 'linked' | 'unlinked' | 'merged' | 'unmerged' | 'split' | 'unsplit';

/** A change of the conversation told as a line of the thread. */
export type ActivityView = {
  key: ActivityKey;
  params: Record<string, unknown>;
  public: boolean;
};

/** Examples as they were typed or pasted, one a line. */
export type AddExamples = {
  imported?: boolean;
  language?: Language | null;
  texts: string[];
};

export type AgentNow = {
  capacity: number;
  conversations: number;
  late_at?: number | null;
  name: string;
  reason?: string | null;
  since?: number | null;
  state: string;
  user_id: string;
};

/** People who may take conversations, by what they chose; one who chose online or busy but is not connected counts as offline. */
export type AgentsByState = {
  busy: number;
  offline: number;
  online: number;
};

export type AppealReview = {
  text: string;
};

export type ApplyImport = {
  leave_out?: string[];
  publish?: boolean;
};

/** Others who may decide an approval from a time on. */
export type ApprovalAlso = {
  at: number;
  deciders: ApprovalDeciders;
  who: string;
};

/** Whom an approval is addressed to. */
export type ApprovalDeciders = {
  en: string;
  names: string[];
  zh: string;
};

/** What was decided, and by whom. */
export type ApprovalDecision = {
  approved: boolean;
  at: number;
  by: string;
  by_name: string;
  comment: string;
  payload: unknown;
  run_id: string;
  step: string;
};

/** One part of an approval's payload. */
export type ApprovalField = {
  en?: string;
  kind: string;
  name: string;
  zh?: string;
};

/** Something a flow asks people to decide. */
export type ApprovalView = {
  also?: ApprovalAlso | null;
  asked_at: number;
  attempt: number;
  conversation_id?: string | null;
  deciders: ApprovalDeciders;
  due_at?: number | null;
  fields: ApprovalField[];
  flow_id: string;
  flow_name: string;
  may_decide: boolean;
  payload: unknown;
  run_id: string;
  step: string;
  title: string;
  who: string;
};

/** Signed in: customers whose site vouched for them. Tiers: customers of the tiers named. Staff: colleagues only. */
export type ArticleAudience = 'everyone' | 'signed_in' | 'tiers' | 'staff';

/** A category that articles are of. */
export type ArticleCategory = {
  articles: number;
  name: string;
  next_flow?: string | null;
};

/** Two articles an editor should look at side by side. */
export type ArticleConflictView = {
  a: ArticleView;
  alike: number;
  b: ArticleView;
  clashes: ClashView[];
  key: string;
  kind: ConflictKind;
};

export type ArticlePreview = {
  html: string;
};

/** What one language said at one version. */
export type ArticleRevisionView = {
  article_id: string;
  at: number;
  body: string;
  category?: string | null;
  language: Language;
  next_flow?: string | null;
  questions: string[];
  scope?: ArticleScope | null;
  state: ArticleState;
  title: string;
  updated_by?: string | null;
  version: number;
};

/** Who may read an article, on which days, and which products it is about. */
export type ArticleScope = {
  audience: ArticleAudience;
  products?: string[];
  tiers?: string[];
  valid_from?: string | null;
  valid_until?: string | null;
};

export type ArticleState = 'draft' | 'published' | 'archived';

/** An article in all its languages. */
export type ArticleTranslations = {
  id: string;
  translations: ArticleView[];
};

/** One language of an article. */
export type ArticleView = {
  body: string;
  category: string;
  created_at: number;
  id: string;
  language: Language;
  next_flow?: string | null;
  questions: string[];
  scope: ArticleScope;
  state: ArticleState;
  title: string;
  updated_at: number;
  updated_by?: string | null;
  version: number;
};

/** A question for the test box. */
export type Ask = {
  language?: Language | null;
  signed_in?: boolean;
  text: string;
  tier?: string | null;
};

export type AskCandidate = {
  article_id: string;
  score: number;
  title: string;
};

/** What the bot would do with a message. */
export type AskDecision = 'answer' | 'ask_back' | 'suggest' | 'miss' | 'handoff' | 'small_talk';

/** The button that asks for a person. */
export type AskForPerson = {
  client_msg_id: string;
  language?: Language | null;
};

export type AskReview = {
  conversation_id: string;
  reviewer_id?: string | null;
  scorecard_id: string;
  why?: string;
};

/** What the bot would answer, and why. */
export type AskView = {
  buttons: ButtonView[];
  candidates: AskCandidate[];
  citations: CitationView[];
  decision: AskDecision;
  score?: number | null;
  text: string;
  threshold?: number | null;
};

/** Why a conversation went to whom, or to nobody while `agent_id` is null. */
export type AssignmentView = {
  agent_id?: string | null;
  at: number;
  explanation: Record<string, unknown>;
  team_id?: string | null;
};

export type AttachmentView = {
  id: string;
  media_type: string;
  name: string;
  size_bytes: number;
  url: string;
};

/** Who sees a view. */
export type AudienceView = {
  kind: 'private';
} | {
  kind: 'team';
  team_id: string;
} | {
  kind: 'everyone';
};

export type AuthorKind = 'contact' | 'agent' | 'bot' | 'system';

export type AuthorView = {
  id?: string | null;
  kind: AuthorKind;
  name: string;
};

/** A document to be played over what happened. */
export type BacktestFlow = {
  document: Record<string, unknown>;
  runs?: number | null;
};

export type BacktestTurn = {
  at: number;
  conversation_id: string;
  language: Language;
  live: SaidView;
  message_id: string;
  outcome: TrialOutcome;
  text: string;
  then: SaidView;
  trial: SaidView;
};

/** What a version would have made of past conversations. */
export type BacktestView = {
  against: number;
  changed_since: number;
  conversations: number;
  differences: BacktestTurn[];
  is_cut: boolean;
  number: number;
  outcomes: OutcomeCount[];
  took_ms: number;
  turns: number;
};

export type BeginFlow = {
  flow_id: string;
  message_id?: string | null;
};

/** The widget starts, or comes back. */
export type Boot = {
  consent?: Consent | null;
  device?: string | null;
  key: string;
  language?: Language | null;
  page?: PageVisit | null;
  user_token?: string | null;
  visitor_token?: string | null;
};

/** Everything a widget needs to show itself. */
export type Booted = {
  config: WidgetConfig;
  contact: VisitorContact;
  conversation?: VisitorConversation | null;
  cursor: Record<string, unknown>;
  expires_at: number;
  messages: VisitorMessage[];
  visitor_token: string;
};

/** What the bot remembers. */
export type BotView = {
  asked: string[];
  misses: number;
  muted: boolean;
  shown: string[];
};

/** What is done to each of them. */
export type BulkAction = {
  do: 'claim';
} | {
  do: 'resolve';
} | {
  do: 'reopen';
} | {
  do: 'pend';
} | {
  do: 'wake';
} | {
  do: 'snooze';
  until: number;
} | {
  do: 'return_to_bot';
} | {
  agent_id: string;
  do: 'to_agent';
} | {
  do: 'to_team';
  team_id: string;
} | {
  add?: string[];
  do: 'change_labels';
  remove?: string[];
} | {
  do: 'set_priority';
  priority: Priority;
} | {
  do: 'canned';
  id: string;
};

export type BulkDone = {
  id: string;
  undo?: BulkAction | null;
};

export type BulkRefused = {
  code: string;
  detail: string;
  id: string;
};

/** Every conversation is in one of the two. */
export type BulkResult = {
  done: BulkDone[];
  refused: BulkRefused[];
};

/** In the tenant's time zone. */
export type BusinessHours = {
  always_open: boolean;
  days?: DayHours[];
};

export type BusyReasonView = {
  en: string;
  key: string;
  minutes_max?: number | null;
  zh: string;
};

/** A quick reply. */
export type ButtonView = {
  action: 'reply';
  label: string;
  text: string;
} | {
  action: 'handoff';
  label: string;
} | {
  action: 'link';
  label: string;
  url: string;
};

export type CancelFlowRun = {
  reason?: string;
};

export type CancelFlowRuns = {
  ids: string[];
  reason?: string;
};

/** A prepared answer, found by typing `/` and its shortcut. */
export type CannedResponseView = {
  actions: MacroStep[];
  created_at: number;
  id: string;
  shortcut: string;
  text: string;
  version: number;
};

export type CardView = {
  text: string;
  title: string;
  url?: string | null;
};

export type ChangePassword = {
  current: string;
  new: string;
};

/** One change of an entry, generic over what a viewer may see of messages and conversations. */
export type ChangeView_MessageView_ConversationView = {
  conversation: {
    agent_read_seq: number;
    bot: BotView;
    compensation: CompensationView[];
    contact: ContactBrief;
    contact_delivered_seq: number;
    contact_read_seq: number;
    created_at: number;
    csat?: CsatView | null;
    handoff?: HandoffView | null;
    id: string;
    inbox_id: string;
    intent?: string | null;
    labels: string[];
    language: Language;
    last_agent_id?: string | null;
    last_message_at: number;
    last_seq: number;
    last_text: string;
    merged_into?: string | null;
    mood?: string | null;
    mood_percent: number;
    mood_worse?: boolean | null;
    offer?: RoutedOfferView | null;
    owner: OwnerView;
    page?: PageView | null;
    participants: string[];
    priority: Priority;
    queued_at?: number | null;
    resolved_at?: number | null;
    sla: SlaDueView[];
    snoozed_until?: number | null;
    split_from?: string | null;
    status: Status;
    transfer?: TransferView | null;
    unread: number;
    updated_at: number;
    version: number;
    waiting_since?: number | null;
  };
  type: 'conversation.created';
} | {
  conversation: {
    agent_read_seq: number;
    bot: BotView;
    compensation: CompensationView[];
    contact: ContactBrief;
    contact_delivered_seq: number;
    contact_read_seq: number;
    created_at: number;
    csat?: CsatView | null;
    handoff?: HandoffView | null;
    id: string;
    inbox_id: string;
    intent?: string | null;
    labels: string[];
    language: Language;
    last_agent_id?: string | null;
    last_message_at: number;
    last_seq: number;
    last_text: string;
    merged_into?: string | null;
    mood?: string | null;
    mood_percent: number;
    mood_worse?: boolean | null;
    offer?: RoutedOfferView | null;
    owner: OwnerView;
    page?: PageView | null;
    participants: string[];
    priority: Priority;
    queued_at?: number | null;
    resolved_at?: number | null;
    sla: SlaDueView[];
    snoozed_until?: number | null;
    split_from?: string | null;
    status: Status;
    transfer?: TransferView | null;
    unread: number;
    updated_at: number;
    version: number;
    waiting_since?: number | null;
  };
  type: 'conversation.updated';
} | {
  message: {
    author: AuthorView;
    client_msg_id?: string | null;
    content: ContentView;
    conversation_id: string;
    created_at: number;
    edited_at?: number | null;
    id: string;
    kind: MessageKind;
    recalled_at?: number | null;
    reply_to?: string | null;
    seq: number;
    state: DeliveryState;
    state_reason?: string | null;
    trace?: Record<string, unknown> | null;
  };
  type: 'message.created';
} | {
  message: {
    author: AuthorView;
    client_msg_id?: string | null;
    content: ContentView;
    conversation_id: string;
    created_at: number;
    edited_at?: number | null;
    id: string;
    kind: MessageKind;
    recalled_at?: number | null;
    reply_to?: string | null;
    seq: number;
    state: DeliveryState;
    state_reason?: string | null;
    trace?: Record<string, unknown> | null;
  };
  type: 'message.updated';
} | {
  id: string;
  resource: string;
  type: 'resource.changed';
};

/** One change of an entry, generic over what a viewer may see of messages and conversations. */
export type ChangeView_VisitorMessage_VisitorConversation = {
  conversation: {
    agent_name?: string | null;
    agent_read_seq: number;
    contact_read_seq: number;
    csat_given: boolean;
    id: string;
    last_seq: number;
    owner_kind: OwnerKind;
    queue?: QueuePlaceView | null;
    status: Status;
    version: number;
  };
  type: 'conversation.created';
} | {
  conversation: {
    agent_name?: string | null;
    agent_read_seq: number;
    contact_read_seq: number;
    csat_given: boolean;
    id: string;
    last_seq: number;
    owner_kind: OwnerKind;
    queue?: QueuePlaceView | null;
    status: Status;
    version: number;
  };
  type: 'conversation.updated';
} | {
  message: {
    author: AuthorView;
    client_msg_id?: string | null;
    content: ContentView;
    conversation_id: string;
    created_at: number;
    edited_at?: number | null;
    id: string;
    kind: MessageKind;
    recalled_at?: number | null;
    reply_to?: string | null;
    seq: number;
    state: DeliveryState;
    state_reason?: string | null;
  };
  type: 'message.created';
} | {
  message: {
    author: AuthorView;
    client_msg_id?: string | null;
    content: ContentView;
    conversation_id: string;
    created_at: number;
    edited_at?: number | null;
    id: string;
    kind: MessageKind;
    recalled_at?: number | null;
    reply_to?: string | null;
    seq: number;
    state: DeliveryState;
    state_reason?: string | null;
  };
  type: 'message.updated';
} | {
  id: string;
  resource: string;
  type: 'resource.changed';
};

export type ChangedQuestion = {
  guesses: GuessView[];
  intent: string;
  intent_id: string;
  language: Language;
  text: string;
};

/** What last went wrong on one side of a channel. */
export type ChannelErrorView = {
  at: number;
  error: string;
  side: string;
  text: string;
};

/** How an inbox's channel fares. */
export type ChannelHealthView = {
  errors: ChannelErrorView[];
  failed: number;
  last_error?: string | null;
  last_error_at?: number | null;
  last_error_side?: string | null;
  last_error_text?: string | null;
  last_received_at?: number | null;
  last_sent_at?: number | null;
  received: number;
  refused: number;
  sent: number;
  stuck: number;
  waiting: number;
};

/** Where customers come in. */
export type ChannelKind = 'web' | 'api' | 'wechat_official' | 'wechat_mini_program' | 'wecom_kf' | 'dingtalk' | 'feishu' | 'telegram' | 'whatsapp' | 'line' | 'sms' | 'smpp' | 'email' | 'mobile';

/** A kind of channel that inboxes can be made of. */
export type ChannelKindView = {
  has_windows: boolean;
  is_called: boolean;
  kind: ChannelKind;
  settings_schema: Record<string, unknown>;
};

/** At most so many of this channel at once. */
export type ChannelLimitView = {
  capacity: number;
  channel: string;
};

export type ChannelTestOutcome = 'works' | 'partly' | 'fails' | 'untestable';

/** What a test of an inbox's credentials came to. */
export type ChannelTestView = {
  outcome: ChannelTestOutcome;
  reason?: string | null;
  reason_text?: string | null;
};

/** A document to look at; nothing is kept. */
export type CheckFlow = {
  document: Record<string, unknown>;
};

export type CitationView = {
  article_id: string;
  quotes?: string[];
  title: string;
  url: string;
};

/** Figure: another number for the same. Denial: one says yes, the other no. */
export type ClashKind = 'figure' | 'denial';

/** Two sentences that cannot both be right. */
export type ClashView = {
  a: string;
  b: string;
  kind: ClashKind;
};

/** What a client may say on a socket, and (except `hello`) by `POST /stream/signal`. */
export type ClientFrame = {
  resume?: Resume | null;
  token?: string | null;
  type: 'hello';
} | {
  conversation_id: string;
  on: boolean;
  preview?: string | null;
  type: 'typing';
} | {
  conversation_id?: string | null;
  type: 'viewing';
} | {
  on: boolean;
  type: 'wallboard';
} | {
  type: 'ping';
};

export type CloseFlowRun = {
  note?: string;
};

/** Two versions on the same questions, each at its own threshold. */
export type ComparisonView = {
  changed: ChangedQuestion[];
  changed_count: number;
  questions: number;
  set_aside: boolean;
  sides: SideScore[];
};

/** The policy's name for it, such as `goodwill`, and the rule that said so. */
export type CompensationView = {
  at: number;
  name: string;
  rule: string;
};

/** Duplicate: two articles say the same. Contradiction: they say different things about the same. */
export type ConflictKind = 'duplicate' | 'contradiction';

export type ConfusionCell = {
  count: number;
  intent_id: string;
  read_as_id: string;
};

/** With its settings; the operations have a list of their own. */
export type ConnectorDetail = ConnectorView & {
  auth?: Record<string, unknown> | null;
  base_url: string;
  headers: Record<string, unknown>;
  hosts: string[];
  kind: string;
  notes: ConnectorNote[];
  operations: number;
  routines?: Record<string, unknown>[] | null;
  smtp?: Record<string, unknown> | null;
  sql?: Record<string, unknown> | null;
  success?: Record<string, unknown> | null;
};

export type ConnectorNote = {
  about: string;
  en: string;
  zh: string;
};

export type ConnectorView = {
  created_at: number;
  created_by: string;
  enabled: boolean;
  name: string;
  source_url?: string | null;
  title: string;
  updated_at: number;
  version: number;
};

/** What a visitor agrees to. */
export type Consent = {
  device: boolean;
  notice?: string;
};

/** What a contact agreed to or took back. */
export type ConsentView = {
  at: number;
  given: boolean;
  inbox_id: string;
  notice: string;
  purpose: string;
};

/** The customer, as lists and headers show them. */
export type ContactBrief = {
  email?: string | null;
  id: string;
  language?: Language | null;
  name: string;
  phone?: string | null;
  tier?: string | null;
};

/** Fields left out stay as they are; null or an empty text clears an e-mail, phone or language. `attributes` is replaced whole. */
export type ContactChange = {
  attributes?: Record<string, unknown> | null;
  blocked?: boolean | null;
  email?: string | null;
  language?: Language | null;
  name?: string | null;
  phone?: string | null;
};

export type ContactLinkView = {
  a: string;
  at: number;
  b: string;
  evidence: Record<string, unknown>;
  grade: Grade;
  id: string;
  made_by?: string | null;
  reason: string;
  state: string;
  undone_at?: number | null;
  undone_by?: string | null;
};

export type ContactView = {
  attributes: Record<string, unknown>;
  blocked: boolean;
  created_at: number;
  email?: string | null;
  id: string;
  identities: IdentityView[];
  language?: Language | null;
  last_seen_at: number;
  name: string;
  phone?: string | null;
  version: number;
};

/** What a message carries. Text is as typed: render it safely. */
export type ContentView = {
  activity?: ActivityView | null;
  ai?: boolean;
  attachments?: AttachmentView[];
  buttons?: ButtonView[];
  cards?: CardView[];
  case?: string | null;
  citations?: CitationView[];
  format: Format;
  mail?: MailView | null;
  mentions?: string[];
  rating?: boolean;
  template?: string | null;
  text: string;
};

/** How many conversations each bucket and view holds. */
export type ConversationCounts = {
  active: number;
  all: number;
  bot: number;
  mine: number;
  queued: number;
  resolved: number;
  snoozed: number;
  unassigned: number;
};

/** Which conversations. Every field narrows; an empty one says nothing. */
export type ConversationFilter = {
  agent_ids?: string[];
  channels?: ChannelKind[];
  inbox_ids?: string[];
  labels_all?: string[];
  labels_any?: string[];
  languages?: Language[];
  mentions_me?: boolean;
  moods?: string[];
  owners?: OwnerIs[];
  sla?: SlaIs | null;
  statuses?: Status[];
  team_ids?: string[];
  text?: string | null;
  tiers?: string[];
  waiting_minutes?: number | null;
  with_me?: boolean;
};

/** A conversation. `version` counts its changes without gaps. */
export type ConversationView = {
  agent_read_seq: number;
  bot: BotView;
  compensation: CompensationView[];
  contact: ContactBrief;
  contact_delivered_seq: number;
  contact_read_seq: number;
  created_at: number;
  csat?: CsatView | null;
  handoff?: HandoffView | null;
  id: string;
  inbox_id: string;
  intent?: string | null;
  labels: string[];
  language: Language;
  last_agent_id?: string | null;
  last_message_at: number;
  last_seq: number;
  last_text: string;
  merged_into?: string | null;
  mood?: string | null;
  mood_percent: number;
  mood_worse?: boolean | null;
  offer?: RoutedOfferView | null;
  owner: OwnerView;
  page?: PageView | null;
  participants: string[];
  priority: Priority;
  queued_at?: number | null;
  resolved_at?: number | null;
  sla: SlaDueView[];
  snoozed_until?: number | null;
  split_from?: string | null;
  status: Status;
  transfer?: TransferView | null;
  unread: number;
  updated_at: number;
  version: number;
  waiting_since?: number | null;
};

/** What a turn really was. Both null takes an earlier correction back. */
export type CorrectTurn = {
  emotion?: Emotion | null;
  intent_id?: string | null;
};

/** A new article in its first language. */
export type CreateArticle = {
  answers?: string[];
  body?: string;
  category?: string;
  language: Language;
  next_flow?: string | null;
  questions?: string[];
  scope?: ArticleScope | null;
  state?: ArticleState | null;
  title: string;
};

export type CreateCannedResponse = {
  actions?: MacroStep[];
  shortcut: string;
  text: string;
};

export type CreateConnector = {
  auth?: Record<string, unknown> | null;
  base_url?: string | null;
  document?: string | null;
  mcp?: boolean;
  name: string;
  operations?: Record<string, unknown>[] | null;
  robot?: Record<string, unknown> | null;
  smtp?: Record<string, unknown> | null;
  sql?: Record<string, unknown> | null;
  success?: Record<string, unknown> | null;
  title?: string;
  url?: string | null;
};

export type CreateEntity = {
  found_by: FoundBy;
  label?: string;
  name: string;
};

/** A new flow, as a draft of the one who makes it. */
export type CreateFlow = {
  document?: Record<string, unknown> | null;
  id?: string | null;
  language?: Language | null;
  name?: string | null;
  template?: string | null;
};

export type CreateInbox = {
  bot_enabled?: boolean | null;
  channel: ChannelKind;
  channel_settings?: Record<string, unknown> | null;
  hours?: BusinessHours | null;
  language?: Language | null;
  name: string;
  reopen_window_ms?: number | null;
  team_id?: string | null;
  widget?: WidgetPatch | null;
};

export type CreateIntent = {
  description?: string;
  name: string;
  only_in_topic?: boolean;
  reply?: IntentReply | null;
  topic?: string;
};

export type CreateLabel = {
  color: string;
  name: string;
};

export type CreateProduct = {
  accessories?: string[];
  attributes?: Record<string, unknown>;
  category?: string;
  name_en: string;
  name_zh: string;
  price_cents: number;
  sku: string;
  stock?: number;
  variants?: ProductVariant[];
};

export type CreateTicket = {
  assignee_id?: string | null;
  contact_id?: string | null;
  conversation_id?: string | null;
  due_at?: number | null;
  fields?: Record<string, unknown>;
  kind?: string | null;
  priority?: string | null;
  team_id?: string | null;
  text?: string;
  title: string;
};

export type CreateToken = {
  expires_at?: number | null;
  name: string;
  scopes: Scope[];
  service?: boolean;
};

export type CreateUser = {
  capacity?: number | null;
  email: string;
  language?: Language | null;
  name: string;
  role: Role;
  team_ids?: string[];
};

export type CreateView = {
  audience: AudienceView;
  filter: ConversationFilter;
  name: string;
  sort: ViewSort;
};

export type CreateWebhook = {
  enabled?: boolean | null;
  events?: string[];
  url: string;
};

export type Criterion = {
  en: string;
  fatal?: boolean;
  key: string;
  kind: CriterionKind;
  note?: string;
  optional?: boolean;
  options?: ScoreOption[];
  weight: number;
  zh: string;
};

export type CriterionKind = 'yes_no' | 'scale' | 'choice';

export type CsatView = {
  at: number;
  comment: string;
  score: number;
};

/** What a threshold would do. */
export type CurvePoint = {
  answered: number;
  strangers_left?: number | null;
  threshold: number;
  wrong: number;
};

export type DayHours = {
  ranges: [number, number][];
};

/** Failed runs that nobody is at. */
export type DeadFlowRuns = {
  count: number;
};

export type DecideApproval = {
  approved: boolean;
  attempt: number;
  comment?: string;
  payload?: unknown;
};

export type DeleteExamples = {
  ids: string[];
};

export type DeliveryState = 'queued' | 'sent' | 'delivered' | 'read' | 'failed';

/** What a description holds; nothing is stored. */
export type DescriptionView = {
  base_url: string;
  notes: ConnectorNote[];
  operations: OperationView[];
  proofs: Record<string, unknown>[];
  title: string;
  version: string;
};

/** A draft by the language model, or why there is none. */
export type DraftView = {
  item?: SuggestionView | null;
  reason?: string | null;
};

export type DrawEvery = 'day' | 'week';

export type DrawFirst = 'random' | 'low_csat' | 'angry';

export type DrawPeriod = 'last' | 'running';

export type DrawReviews = {
  period: DrawPeriod;
};

export type DrawnView = {
  drawn: number;
};

export type DuplicateExample = {
  intent_id: string;
  text: string;
};

/** New text of a message or note. */
export type EditMessage = {
  text: string;
};

export type EffectKind = 'channel_deliver' | 'webhook_send' | 'report_mail' | 'notice_mail' | 'code_send' | 'conversation_wake' | 'transfer_expire' | 'offer_expire' | 'sla_due' | 'ticket_due' | 'handoff_summary' | 'flow_start' | 'flow_reply' | 'flow_cancel' | 'flow_correct' | 'flow_withdraw' | 'flow_silence' | 'flow_ended';

export type EffectState = 'pending' | 'leased' | 'done' | 'dead';

export type EffectView = {
  attempts: number;
  created_at: number;
  due_at: number;
  id: string;
  key: string;
  kind: EffectKind;
  last_error?: string | null;
  payload: Record<string, unknown>;
  state: EffectState;
};

export type Emotion = 'neutral' | 'anger' | 'disappointment' | 'anxiety' | 'joy';

export type EncoderProblem = 'unusable' | 'other' | 'untrained';

/** The text encoder whose vectors intents are read by beside the words. */
export type EncoderView = {
  configured?: string | null;
  detail: string;
  problem?: EncoderProblem | null;
};

export type EntityValue = {
  synonyms?: string[];
  value: string;
};

export type EntityView = {
  created_at: number;
  found_by: FoundBy;
  id: string;
  label: string;
  name: string;
  version: number;
};

/** The word every entry frame begins with. */
export type EntryType = 'entry';

/** One conversation behind a figure, from its beginning (or reopening) to its end. */
export type EpisodeView = {
  agent_id?: string | null;
  agent_replied_at?: number | null;
  contact_id: string;
  conversation_id: string;
  csat?: number | null;
  handoff?: string | null;
  held_ms: number;
  inbox_id: string;
  intent?: string | null;
  number: number;
  opened_at: number;
  owned_at?: number | null;
  quality_x100?: number | null;
  queued_at?: number | null;
  resolved_at?: number | null;
  team_id?: string | null;
  transfers: number;
  waited_ms: number;
};

/** How well the present examples can be learnt, by cross-validation, and how two versions do on the same questions. */
export type EvaluationView = {
  accuracy: number;
  cells: ConfusionCell[];
  comparison?: ComparisonView | null;
  curve: CurvePoint[];
  examples: number;
  folds: number;
  intents: IntentScore[];
  macro_f1: number;
  threshold: number;
  took_ms: number;
};

/** How well an identity is proved, weakest first. */
export type Evidence = 'anonymous' | 'claimed' | 'channel' | 'verified';

export type ExampleSource = 'manual' | 'import' | 'learned';

/** What became of the lines. */
export type ExamplesAdded = {
  added: IntentExampleView[];
  duplicates: DuplicateExample[];
};

/** How many examples a call concerned. */
export type ExamplesChanged = {
  count: number;
};

/** What a step of a run said to the outside and heard from it. */
export type ExchangeView = {
  at: number;
  attempt: number;
  exchange: Record<string, unknown>;
  state: string;
  step: string;
};

export type ExpressionPreview = {
  error?: string | null;
  missing: string[];
  ok: boolean;
  value: unknown;
};

export type FailedDocumentView = {
  name: string;
  problem: UnreadView;
};

/** How evenly work fell on the people of a team who were there for it. */
export type FairnessView = {
  gini_x1000?: number | null;
  name: string;
  people: HandledView[];
  team_id?: string | null;
};

/** One field that was not accepted. */
export type FieldProblem = {
  field: string;
  message: string;
};

export type FiguresView = {
  abandoned: ShareView;
  after_work: SpreadView;
  agent_messages: number;
  asked: number;
  bot_messages: number;
  bot_only: ShareView;
  bot_only_lasting: ShareView;
  conversations: number;
  csat_mean_x100?: number | null;
  fatal: ShareView;
  first_answer: SpreadView;
  first_contact: ShareView;
  first_response: SpreadView;
  handed_over: ShareView;
  handle: SpreadView;
  handle_all: SpreadView;
  quality_mean_x100?: number | null;
  resolution: SpreadView;
  resolved: number;
  reviewed: number;
  satisfied: ShareView;
  service_level: ShareView;
  transfer_reasons: Record<string, unknown>;
  transfers: number;
  wait: SpreadView;
};

/** How an uploaded file would leave in a conversation. */
export type FileWayView = {
  as_file: boolean;
  attachment_id: string;
  max_bytes?: number | null;
};

/** A form that was filled in. */
export type FillForm = {
  answers?: Record<string, unknown>;
  conversation_id?: string | null;
};

/** What is wrong with examples. Conflict: the same words under two intents. Duplicate: twice under one. Tiny: too few. Overlap: two intents hard to tell apart. Unbalanced: one language only, or nearly. Empty: nothing to read in it. Leak: a test question that is also an example. */
export type FindingKind = 'conflict' | 'duplicate' | 'tiny' | 'overlap' | 'unbalanced' | 'empty' | 'leak';

export type FlowAlarmRun = {
  key: string;
  repeated: boolean;
  resolved: boolean;
  run_id: string;
};

export type FlowAlarmsTaken = {
  passed_over: number;
  runs: FlowAlarmRun[];
};

/** One request to the outside. */
export type FlowAttempt = {
  at: number;
  due_at?: number | null;
  error?: FlowStepError | null;
  number: number;
  request: Record<string, unknown>;
};

export type FlowBacktest = {
  different: number;
  from_conversations: boolean;
  items: FlowBacktested[];
  same: number;
  unknown: number;
};

/** One past run, and what the document would have made of it. */
export type FlowBacktested = {
  conversation_id?: string | null;
  differs: string[];
  now: FlowCourse;
  parts_at?: string | null;
  run_id?: string | null;
  started_at: number;
  then: FlowCourse;
  verdict: string;
  waits_at?: string | null;
};

/** Both versions beside each other, runs since the trial began. */
export type FlowCanaryDetail = FlowCanaryView & {
  live: FlowTally;
  trial: FlowTally;
};

export type FlowCanaryView = {
  begun_by: string;
  flow_id: string;
  hash: string;
  note: string;
  number?: number | null;
  share_percent: number;
  since: number;
};

/** One thing that differs between two documents, told for people. */
export type FlowChange = {
  after?: unknown;
  before?: unknown;
  en: string;
  field?: string;
  node?: string | null;
  what: string;
  zh: string;
};

export type FlowChecked = {
  problems: FlowProblem[];
  sound: boolean;
};

/** Something both sides changed differently. */
export type FlowConflict = {
  base: unknown;
  en: string;
  mine: unknown;
  node?: string | null;
  path: string;
  theirs: unknown;
  zh: string;
};

/** What a run did, in short. */
export type FlowCourse = {
  error?: string | null;
  output: unknown;
  path: string[];
  said: string[];
  status: string;
};

/** What differs, from one version or draft to another. */
export type FlowDifference = {
  items: FlowChange[];
};

/** That somebody edits a flow. */
export type FlowDraftBrief = {
  author_id: string;
  base_hash?: string | null;
  revision: number;
  updated_at: number;
};

/** Where the document of a draft is from. */
export type FlowDraftSource = 'mine' | 'live' | 'colleague' | 'new';

export type FlowDraftView = {
  base_hash?: string | null;
  document: Record<string, unknown>;
  flow_id: string;
  live_hash?: string | null;
  revision: number;
  source: FlowDraftSource;
  updated_at?: number | null;
};

/** An event that begins flows without one emitting it. */
export type FlowEventView = {
  en: string;
  fields: string[];
  name: string;
  zh: string;
};

/** One line of a simulated conversation. */
export type FlowLine = {
  at: number;
  buttons?: string[];
  by: FlowSpeaker;
  text: string;
};

export type FlowMerged = {
  conflicts: FlowConflict[];
  document: Record<string, unknown>;
};

/** A name of ours and what it is called. */
export type FlowNamed = {
  en: string;
  name: string;
  zh: string;
};

/** One kind of node. */
export type FlowNodeView = {
  en: string;
  en_about: string;
  extra_ports: FlowNamed[];
  family: FlowNamed;
  gives: string;
  icon: string;
  name: string;
  needs_error_edge: boolean;
  needs_timeout: boolean;
  ports: FlowNamed[];
  ports_from?: string | null;
  settings: Record<string, unknown>;
  waits: boolean;
  zh: string;
  zh_about: string;
};

/** What the builder draws with. */
export type FlowNodesView = {
  document_schema: Record<string, unknown>;
  events: FlowEventView[];
  items: FlowNodeView[];
};

/** Something that goes live by itself. */
export type FlowPlanView = {
  due_at: number;
  failure?: string | null;
  flow_id: string;
  hash: string;
  made_at: number;
  made_by: string;
  note: string;
  number?: number | null;
};

/** What is wrong with a document, and where. */
export type FlowProblem = {
  code: string;
  en: string;
  field: string;
  node?: string | null;
  severity: FlowSeverity;
  zh: string;
};

export type FlowRead = {
  document: Record<string, unknown>;
};

export type FlowReleaseKind = 'publish' | 'rollback' | 'enable' | 'disable' | 'plan' | 'unplan' | 'plan_failed' | 'canary' | 'promote' | 'withdraw';

/** One change of what is live, and who made it. */
export type FlowReleaseView = {
  at: number;
  hash?: string | null;
  kind: FlowReleaseKind;
  note: string;
  number?: number | null;
  taken_by: string;
};

/** What a simulation came to. Nothing was called, said or kept. */
export type FlowReport = {
  error?: FlowStepError | null;
  events: number;
  messages: FlowLine[];
  not_undone: string[];
  now: number;
  output: unknown;
  refused?: string | null;
  shared?: Record<string, unknown>;
  status: FlowStatus;
  unheard: number[];
  visits: FlowVisit[];
  waits: FlowWaiting[];
};

export type FlowRunClosed = {
  at: number;
  by: string;
  note: string;
};

/** How many runs stand how. */
export type FlowRunCounts = {
  active: number;
  cancelled: number;
  done: number;
  failed: number;
  parked: number;
};

/** A run and its steps in the order they began. */
export type FlowRunDetail = FlowRunView & {
  context: Record<string, unknown>;
  input: Record<string, unknown>;
  more: boolean;
  not_undone: string[];
  output: unknown;
  shared: FlowSharedView[];
  steps: FlowVisit[];
  waits: FlowVisit[];
};

export type FlowRunMoved = {
  moved: boolean;
  problems: FlowProblem[];
};

export type FlowRunSignalled = {
  repeated: boolean;
};

export type FlowRunStarted = {
  repeated: boolean;
  run_id: string;
};

export type FlowRunState = 'active' | 'parked' | 'done' | 'failed' | 'cancelled';

export type FlowRunView = {
  changed_at: number;
  closed?: FlowRunClosed | null;
  contact_id?: string | null;
  conversation_id?: string | null;
  error?: string | null;
  error_zh?: string | null;
  flow_id: string;
  handed_off_at?: number | null;
  id: string;
  paused_at?: number | null;
  started_at: number;
  state: FlowRunState;
  trigger: string;
  version_hash: string;
  version_number?: number | null;
};

/** What came of it. */
export type FlowRunsActed = {
  done: number;
  matched: number;
  more: boolean;
  refused: BulkRefused[];
};

export type FlowRunsAction = 'cancel' | 'retry' | 'pause' | 'resume';

/** What became of each. */
export type FlowRunsCancelled = {
  cancelled: string[];
  refused: string[];
};

/** As the list of runs takes it; what is absent does not matter. */
export type FlowRunsFilter = {
  conversation?: string | null;
  dead?: boolean;
  flow?: string | null;
  q?: string | null;
  since?: number | null;
  state?: FlowRunState | null;
  stuck?: boolean;
};

/** An order about many runs, as it was given. */
export type FlowRunsOrder = {
  action: FlowRunsAction;
  at: number;
  by: string;
  filter: FlowRunsFilter;
  id: string;
  outcome?: FlowRunsActed | null;
  reason: string;
};

export type FlowSeverity = 'error' | 'warning';

/** A variable of a conversation, a contact or the company. */
export type FlowSharedView = {
  name: string;
  run_id?: string | null;
  scope: string;
  updated_at?: number | null;
  value: unknown;
};

export type FlowSide = 'mine' | 'theirs';

export type FlowSignalled = {
  kept_until?: number | null;
  repeated: boolean;
  runs: string[];
};

export type FlowSpeaker = 'bot' | 'customer';

export type FlowStatus = 'new' | 'running' | 'done' | 'failed' | 'cancelled';

/** Why a step did not succeed. */
export type FlowStepError = {
  detail?: unknown;
  kind: string;
  message: string;
  zh?: string;
};

/** How the runs of one version fared since the trial began. */
export type FlowTally = {
  cancelled: number;
  done: number;
  failed: number;
  handed_off: number;
  open: number;
  runs: number;
};

export type FlowTemplateDetail = FlowTemplateView & {
  document: Record<string, unknown>;
  language: Language;
};

/** A flow to begin with. */
export type FlowTemplateView = {
  en: string;
  en_about: string;
  key: string;
  zh: string;
  zh_about: string;
};

/** What was expected of a saved test and did not come. */
export type FlowTestMiss = {
  en: string;
  zh: string;
};

/** What became of one saved test. */
export type FlowTestOutcome = {
  misses: FlowTestMiss[];
  name: string;
  passed: boolean;
  report: FlowReport;
};

export type FlowUndoing = 'running' | 'done' | 'failed';

/** A version with its document. */
export type FlowVersionDetail = FlowVersionView & {
  document: Record<string, unknown>;
};

/** A version, without its document. */
export type FlowVersionView = {
  hash: string;
  note: string;
  number: number;
  published_at: number;
  published_by: string;
};

export type FlowView = {
  canary?: FlowCanaryView | null;
  created_at: number;
  customers_begin: boolean;
  drafts: FlowDraftBrief[];
  enabled: boolean;
  has_hook_secret: boolean;
  id: string;
  live?: FlowVersionView | null;
  name: string;
  name_en?: string | null;
  plan?: FlowPlanView | null;
  runs: FlowRunCounts;
  updated_at: number;
  version: number;
};

/** One visit of one node, as the journal tells it. */
export type FlowVisit = {
  attempts: FlowAttempt[];
  began_at: number;
  corrected?: string | null;
  ended_at?: number | null;
  error?: FlowStepError | null;
  flow: string;
  frames?: number;
  kind: string;
  named?: Record<string, unknown>;
  node: string;
  output: unknown;
  path: string;
  port?: string | null;
  reused?: boolean;
  sets: Record<string, unknown>;
  standing: FlowVisitStanding;
  step: string;
  title: string;
  took_ms: number;
  undo?: FlowUndoing | null;
};

export type FlowVisitStanding = 'open' | 'done' | 'failed' | 'timed_out' | 'given_up';

/** What a simulated run waits for. */
export type FlowWaiting = {
  due_at?: number | null;
  node: string;
  request: Record<string, unknown>;
  step: string;
};

export type ForcePresence = {
  presence: Presence;
  reason: string;
};

export type FormChoiceView = {
  label: string;
  value: string;
};

export type FormFieldType = 'text' | 'integer' | 'number' | 'boolean' | 'time';

export type FormFieldView = {
  choices: FormChoiceView[];
  default: unknown;
  label: string;
  name: string;
  required: boolean;
  type: FormFieldType;
};

/** A live form, in the caller's language. */
export type FormView = {
  fields: FormFieldView[];
  flow_id: string;
  is_public: boolean;
  text: string;
  thanks: string;
  title: string;
};

/** How a text is to be rendered. */
export type Format = 'text' | 'markdown';

/** How it is found in what a customer writes. */
export type FoundBy = {
  by: 'patterns';
  patterns: string[];
} | {
  by: 'values';
  values: EntityValue[];
} | {
  by: 'examples';
  examples: string[];
};

/** The visitor was asked, or thinks better of it. */
export type GiveConsent = {
  consent: Consent;
  device?: string | null;
};

/** How satisfied the customer was. */
export type GiveCsat = {
  comment?: string;
  score: number;
};

/** How well a link of two contacts is proved, weakest first. */
export type Grade = 'inferred' | 'claimed' | 'channel' | 'verified';

export type GuessView = {
  intent: string;
  intent_id?: string | null;
  probability: number;
  right: boolean;
  sure: boolean;
};

export type HandledView = {
  handled: number;
  name: string;
  online_ms: number;
  user_id: string;
};

export type HandoffReason = 'customer_asked' | 'two_misses' | 'bot_off' | 'bot_failed' | 'agent_took_over' | 'intent' | 'flow' | 'flow_failed' | 'people_first' | 'answered_often';

/** What a person gets when the bot hands over. */
export type HandoffView = {
  asked: string[];
  at: number;
  language: Language;
  reason: HandoffReason;
  shown: string[];
  summary: string;
  wish: string;
};

export type HitKind = 'conversation' | 'contact' | 'article' | 'message';

export type HoldOut = {
  share_percent: number;
};

export type Hour = {
  at: number;
  incoming: number;
  outgoing: number;
};

export type IdentityView = {
  channel: ChannelKind;
  created_at: number;
  evidence: Evidence;
  external_id: string;
  id: string;
  inbox_id: string;
};

/** What an import does to an article. Kept: a person edited it since, so it stays. Waiting: it is published, and changes only with leave to. */
export type ImportChange = 'added' | 'updated' | 'unchanged' | 'kept' | 'waiting' | 'archived';

/** Articles an import changed, or would change. */
export type ImportCountsView = {
  added: number;
  archived: number;
  kept: number;
  unchanged: number;
  updated: number;
  waiting: number;
};

/** What taking an import over would do now. */
export type ImportPreview = {
  counts: ImportCountsView;
  items: ImportSectionView[];
  next_cursor?: string | null;
};

/** One section, as the article it would be. */
export type ImportSectionView = {
  article_id: string;
  body: string;
  body_before?: string | null;
  category: string;
  change: ImportChange;
  questions: string[];
  scope: ArticleScope;
  title: string;
};

/** What became of an uploaded document. Ready: read, and waiting for a person. */
export type ImportState = 'ready' | 'failed' | 'applied' | 'discarded';

/** An inbox without its secret. */
export type InboxView = {
  bot_enabled: boolean;
  channel: ChannelKind;
  channel_settings: Record<string, unknown>;
  created_at: number;
  hours: BusinessHours;
  id: string;
  key: string;
  language: Language;
  name: string;
  reopen_window_ms: number;
  secrets_set: string[];
  team_id?: string | null;
  version: number;
  webhook_url?: string | null;
  widget: WidgetSettings;
};

/** What became of each message, in the order they were sent. */
export type Ingested = {
  kept?: number | null;
  results: IngestedMessage[];
};

export type IngestedMessage = {
  conversation_id: string;
  duplicate: boolean;
  message_id: string;
  qn_message_id: string;
};

/** Examples of one intent that were taken for another. */
export type IntentConfusion = {
  count: number;
  intent_id: string;
  name: string;
  taken_for_id: string;
  taken_for_name: string;
};

/** One thing a customer might write. */
export type IntentExampleView = {
  created_at: number;
  id: string;
  intent_id: string;
  language: Language;
  source: ExampleSource;
  test_since?: number | null;
  text: string;
};

/** A trained version. Shares are 0 to 1. */
export type IntentModelView = {
  examples: number;
  id: string;
  intents: number;
  number: number;
  published_at?: number | null;
  report: TrainingReport;
  share_percent: number;
  size_bytes: number;
  state: ModelState;
  threshold: number;
  trained_at: number;
  trained_by: string;
};

/** What the bot does with a message of this intent. */
export type IntentReply = {
  kind: 'none';
} | {
  article_id: string;
  kind: 'article';
} | {
  en: string;
  kind: 'text';
  next_flow?: string | null;
  zh: string;
} | {
  kind: 'handoff';
};

export type IntentScore = {
  examples: number;
  f1: number;
  intent_id: string;
  name: string;
  precision: number;
  recall: number;
};

/** Something customers want, taught by examples. */
export type IntentView = {
  created_at: number;
  description: string;
  examples_en: number;
  examples_zh: number;
  id: string;
  name: string;
  only_in_topic: boolean;
  reply: IntentReply;
  topic: string;
  updated_at: number;
  version: number;
};

/** The colleague who is asked in. */
export type Invite = {
  user_id: string;
};

export type ItemsSettled = {
  count: number;
};

/** An uploaded document. */
export type KnowledgeImportView = {
  category: string;
  counts?: ImportCountsView | null;
  created_at: number;
  created_by: string;
  ended_at?: number | null;
  id: string;
  language: Language;
  name: string;
  problem?: UnreadView | null;
  same_as_before: boolean;
  sections: number;
  size_bytes: number;
  state: ImportState;
};

/** A place documents are fetched from again and again. */
export type KnowledgeSourceView = {
  category: string;
  created_at: number;
  created_by: string;
  due_at: number;
  enabled: boolean;
  id: string;
  interval_minutes: number;
  kind: SourceKind;
  language?: Language | null;
  name: string;
  places: string[];
  publish: boolean;
  report?: SyncReportView | null;
  version: number;
};

export type LabelView = {
  color: string;
  created_at: number;
  id: string;
  name: string;
  version: number;
};

/** The two languages every text of ours exists in. */
export type Language = 'zh-CN' | 'en';

/** Messages to make examples of. */
export type LearnItems = {
  intent_id: string;
  message_ids: string[];
};

/** Messages that ask alike. */
export type LearningGroupView = {
  items: LearningItemView[];
  nearest: RankedIntent[];
  suggestion?: RankedIntent | null;
};

export type LearningItemView = {
  at: number;
  conversation_id: string;
  language: Language;
  message_id: string;
  reason: LearningReason;
  text: string;
};

/** Why a message is worth learning from. */
export type LearningReason = 'missed' | 'unsure' | 'not_helpful' | 'corrected';

export type LearntView = {
  at: number;
  contacts: number;
  pairs: number;
  same: number;
};

/** A message left while nobody is there, with ways to answer it. */
export type LeaveAMessage = {
  client_msg_id: string;
  email?: string | null;
  name?: string | null;
  phone?: string | null;
  text: string;
};

export type LevelView = {
  field: string;
  level: string;
  own?: number | null;
  pairs?: number | null;
  usual: number;
};

/** A conversation that a ticket is about. */
export type LinkConversation = {
  conversation_id: string;
};

/** From which likelihood on (0 to 1) contacts are shown as perhaps one person, and from which on they are linked. Null: never. */
export type LinkPolicyView = {
  link?: number | null;
  suggest?: number | null;
  version: number;
};

/** Note that another conversation belongs to this one. */
export type LinkTo = {
  to: string;
};

/** One page of a list. */
export type List_ApprovalView = {
  items: ({
  also?: ApprovalAlso | null;
  asked_at: number;
  attempt: number;
  conversation_id?: string | null;
  deciders: ApprovalDeciders;
  due_at?: number | null;
  fields: ApprovalField[];
  flow_id: string;
  flow_name: string;
  may_decide: boolean;
  payload: unknown;
  run_id: string;
  step: string;
  title: string;
  who: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ArticleCategory = {
  items: ({
  articles: number;
  name: string;
  next_flow?: string | null;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ArticleConflictView = {
  items: ({
  a: ArticleView;
  alike: number;
  b: ArticleView;
  clashes: ClashView[];
  key: string;
  kind: ConflictKind;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ArticleRevisionView = {
  items: ({
  article_id: string;
  at: number;
  body: string;
  category?: string | null;
  language: Language;
  next_flow?: string | null;
  questions: string[];
  scope?: ArticleScope | null;
  state: ArticleState;
  title: string;
  updated_by?: string | null;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ArticleView = {
  items: ({
  body: string;
  category: string;
  created_at: number;
  id: string;
  language: Language;
  next_flow?: string | null;
  questions: string[];
  scope: ArticleScope;
  state: ArticleState;
  title: string;
  updated_at: number;
  updated_by?: string | null;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_AssignmentView = {
  items: ({
  agent_id?: string | null;
  at: number;
  explanation: Record<string, unknown>;
  team_id?: string | null;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_CannedResponseView = {
  items: ({
  actions: MacroStep[];
  created_at: number;
  id: string;
  shortcut: string;
  text: string;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ChannelKindView = {
  items: ({
  has_windows: boolean;
  is_called: boolean;
  kind: ChannelKind;
  settings_schema: Record<string, unknown>;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ConnectorView = {
  items: ({
  created_at: number;
  created_by: string;
  enabled: boolean;
  name: string;
  source_url?: string | null;
  title: string;
  updated_at: number;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ConsentView = {
  items: ({
  at: number;
  given: boolean;
  inbox_id: string;
  notice: string;
  purpose: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ContactView = {
  items: ({
  attributes: Record<string, unknown>;
  blocked: boolean;
  created_at: number;
  email?: string | null;
  id: string;
  identities: IdentityView[];
  language?: Language | null;
  last_seen_at: number;
  name: string;
  phone?: string | null;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ConversationView = {
  items: ({
  agent_read_seq: number;
  bot: BotView;
  compensation: CompensationView[];
  contact: ContactBrief;
  contact_delivered_seq: number;
  contact_read_seq: number;
  created_at: number;
  csat?: CsatView | null;
  handoff?: HandoffView | null;
  id: string;
  inbox_id: string;
  intent?: string | null;
  labels: string[];
  language: Language;
  last_agent_id?: string | null;
  last_message_at: number;
  last_seq: number;
  last_text: string;
  merged_into?: string | null;
  mood?: string | null;
  mood_percent: number;
  mood_worse?: boolean | null;
  offer?: RoutedOfferView | null;
  owner: OwnerView;
  page?: PageView | null;
  participants: string[];
  priority: Priority;
  queued_at?: number | null;
  resolved_at?: number | null;
  sla: SlaDueView[];
  snoozed_until?: number | null;
  split_from?: string | null;
  status: Status;
  transfer?: TransferView | null;
  unread: number;
  updated_at: number;
  version: number;
  waiting_since?: number | null;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_EffectView = {
  items: ({
  attempts: number;
  created_at: number;
  due_at: number;
  id: string;
  key: string;
  kind: EffectKind;
  last_error?: string | null;
  payload: Record<string, unknown>;
  state: EffectState;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_EntityView = {
  items: ({
  created_at: number;
  found_by: FoundBy;
  id: string;
  label: string;
  name: string;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_EpisodeView = {
  items: ({
  agent_id?: string | null;
  agent_replied_at?: number | null;
  contact_id: string;
  conversation_id: string;
  csat?: number | null;
  handoff?: string | null;
  held_ms: number;
  inbox_id: string;
  intent?: string | null;
  number: number;
  opened_at: number;
  owned_at?: number | null;
  quality_x100?: number | null;
  queued_at?: number | null;
  resolved_at?: number | null;
  team_id?: string | null;
  transfers: number;
  waited_ms: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ExchangeView = {
  items: ({
  at: number;
  attempt: number;
  exchange: Record<string, unknown>;
  state: string;
  step: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_FairnessView = {
  items: ({
  gini_x1000?: number | null;
  name: string;
  people: HandledView[];
  team_id?: string | null;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_FileWayView = {
  items: ({
  as_file: boolean;
  attachment_id: string;
  max_bytes?: number | null;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_FlowDraftBrief = {
  items: ({
  author_id: string;
  base_hash?: string | null;
  revision: number;
  updated_at: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_FlowPlanView = {
  items: ({
  due_at: number;
  failure?: string | null;
  flow_id: string;
  hash: string;
  made_at: number;
  made_by: string;
  note: string;
  number?: number | null;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_FlowReleaseView = {
  items: ({
  at: number;
  hash?: string | null;
  kind: FlowReleaseKind;
  note: string;
  number?: number | null;
  taken_by: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_FlowRunView = {
  items: ({
  changed_at: number;
  closed?: FlowRunClosed | null;
  contact_id?: string | null;
  conversation_id?: string | null;
  error?: string | null;
  error_zh?: string | null;
  flow_id: string;
  handed_off_at?: number | null;
  id: string;
  paused_at?: number | null;
  started_at: number;
  state: FlowRunState;
  trigger: string;
  version_hash: string;
  version_number?: number | null;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_FlowRunsOrder = {
  items: ({
  action: FlowRunsAction;
  at: number;
  by: string;
  filter: FlowRunsFilter;
  id: string;
  outcome?: FlowRunsActed | null;
  reason: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_FlowTemplateView = {
  items: ({
  en: string;
  en_about: string;
  key: string;
  zh: string;
  zh_about: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_FlowTestOutcome = {
  items: ({
  misses: FlowTestMiss[];
  name: string;
  passed: boolean;
  report: FlowReport;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_FlowVersionView = {
  items: ({
  hash: string;
  note: string;
  number: number;
  published_at: number;
  published_by: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_FlowView = {
  items: ({
  canary?: FlowCanaryView | null;
  created_at: number;
  customers_begin: boolean;
  drafts: FlowDraftBrief[];
  enabled: boolean;
  has_hook_secret: boolean;
  id: string;
  live?: FlowVersionView | null;
  name: string;
  name_en?: string | null;
  plan?: FlowPlanView | null;
  runs: FlowRunCounts;
  updated_at: number;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_FormView = {
  items: ({
  fields: FormFieldView[];
  flow_id: string;
  is_public: boolean;
  text: string;
  thanks: string;
  title: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_InboxView = {
  items: ({
  bot_enabled: boolean;
  channel: ChannelKind;
  channel_settings: Record<string, unknown>;
  created_at: number;
  hours: BusinessHours;
  id: string;
  key: string;
  language: Language;
  name: string;
  reopen_window_ms: number;
  secrets_set: string[];
  team_id?: string | null;
  version: number;
  webhook_url?: string | null;
  widget: WidgetSettings;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_IntentExampleView = {
  items: ({
  created_at: number;
  id: string;
  intent_id: string;
  language: Language;
  source: ExampleSource;
  test_since?: number | null;
  text: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_IntentModelView = {
  items: ({
  examples: number;
  id: string;
  intents: number;
  number: number;
  published_at?: number | null;
  report: TrainingReport;
  share_percent: number;
  size_bytes: number;
  state: ModelState;
  threshold: number;
  trained_at: number;
  trained_by: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_IntentView = {
  items: ({
  created_at: number;
  description: string;
  examples_en: number;
  examples_zh: number;
  id: string;
  name: string;
  only_in_topic: boolean;
  reply: IntentReply;
  topic: string;
  updated_at: number;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_KnowledgeImportView = {
  items: ({
  category: string;
  counts?: ImportCountsView | null;
  created_at: number;
  created_by: string;
  ended_at?: number | null;
  id: string;
  language: Language;
  name: string;
  problem?: UnreadView | null;
  same_as_before: boolean;
  sections: number;
  size_bytes: number;
  state: ImportState;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_KnowledgeSourceView = {
  items: ({
  category: string;
  created_at: number;
  created_by: string;
  due_at: number;
  enabled: boolean;
  id: string;
  interval_minutes: number;
  kind: SourceKind;
  language?: Language | null;
  name: string;
  places: string[];
  publish: boolean;
  report?: SyncReportView | null;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_LabelView = {
  items: ({
  color: string;
  created_at: number;
  id: string;
  name: string;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_LearningGroupView = {
  items: ({
  items: LearningItemView[];
  nearest: RankedIntent[];
  suggestion?: RankedIntent | null;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_MentionView = {
  items: ({
  at: number;
  conversation_id: string;
  message_id: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_NoticeView = {
  items: ({
  at: number;
  conversation_id?: string | null;
  flow_id?: string | null;
  flow_name: string;
  id: string;
  run_id?: string | null;
  text: string;
  ticket_id?: string | null;
  title: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_OperationView = {
  items: ({
  description: string;
  input: Record<string, unknown>;
  method: string;
  name: string;
  path: string;
  response?: Record<string, unknown> | null;
  retry: string;
  safe: boolean;
  title: OperationTitle;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_OrderLookView = {
  items: ({
  at: number;
  found?: number | null;
  user_id: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_OversightView = {
  items: ({
  actor_id: string;
  actor_name: string;
  at: number;
  conversation_id?: string | null;
  id: string;
  kind: OversightKind;
  state?: string | null;
  text: string;
  user_id?: string | null;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_PageVisitView = {
  items: ({
  at: number;
  title: string;
  url: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_PersonSkillsView = {
  items: ({
  channels: ChannelLimitView[];
  languages: Language[];
  skills: SkillView[];
  user_id: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_PolicyView = {
  items: ({
  changed_at: number;
  changed_by: string;
  note: string;
  policy: Record<string, unknown>;
  revision: number;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ProductCategory = {
  items: ({
  name: string;
  own_en: string;
  own_zh: string;
  products: number;
  title_en: string;
  title_zh: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ProductView = {
  items: ({
  accessories: string[];
  attributes: Record<string, unknown>;
  category: string;
  created_at: number;
  id: string;
  name_en: string;
  name_zh: string;
  price_cents: number;
  sku: string;
  stock: number;
  variants: ProductVariant[];
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ReportScheduleView = {
  items: ({
  created_at: number;
  created_by: string;
  error?: string | null;
  failed_at?: number | null;
  failures: number;
  id: string;
  letter: ReportLetter;
  next_at: number;
  sent_at?: number | null;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ReviewPlanView = {
  items: ({
  created_at: number;
  id: string;
  next_at: number;
  rule: ReviewPlanRule;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ReviewView = {
  items: ({
  agent_id: string;
  answers: Record<string, unknown>;
  appeal?: string | null;
  appealed_at?: number | null;
  asked_by?: string | null;
  asked_why: string;
  begun: boolean;
  conversation_id: string;
  drawn_at: number;
  fatal: boolean;
  first_score_x100?: number | null;
  id: string;
  note: string;
  opened_at: number;
  reviewer_id?: string | null;
  score_x100?: number | null;
  scorecard_id: string;
  scorecard_version: number;
  settled_at?: number | null;
  settlement?: string | null;
  skip_reason?: string | null;
  skipped_at?: number | null;
  state: ReviewState;
  submitted_at?: number | null;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_RevisionView = {
  items: ({
  content: ContentView;
  message_id: string;
  replaced_at: number;
  replaced_by: AuthorView;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_RunView = {
  items: ({
  backtest?: BacktestView | null;
  done: number;
  ended_at?: number | null;
  evaluation?: EvaluationView | null;
  id: string;
  kind: RunKind;
  of: number;
  started_at: number;
  started_by: string;
  state: RunState;
  training?: TrainedView | null;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_SavedView = {
  items: ({
  audience: AudienceView;
  created_at: number;
  filter: ConversationFilter;
  id: string;
  maker_id: string;
  may_change: boolean;
  name: string;
  pinned: boolean;
  sort: ViewSort;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ScorecardView = {
  items: ({
  changed_at: number;
  changed_by: string;
  form: ScoreForm;
  id: string;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_SearchHit = {
  items: ({
  at: number;
  conversation_id?: string | null;
  id: string;
  kind: HitKind;
  snippet: string;
  title: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_SetAsideMailView = {
  items: ({
  error?: string | null;
  id: string;
  nature: string;
  people: string[];
  received_at: number;
  subject: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_StoredSecretView = {
  items: ({
  changed_at: number;
  created_at: number;
  created_by: string;
  hosts: string[];
  name: string;
  note: string;
  used_at?: number | null;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_TeamView = {
  items: ({
  created_at: number;
  id: string;
  name: string;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_TicketEventView = {
  items: ({
  at: number;
  by: TicketActorView;
  changed: Record<string, unknown>;
  note: string;
  seq: number;
  what: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_TicketKindView = {
  items: ({
  built_in: boolean;
  due_ms?: number | null;
  fields: TicketFieldView[];
  id: string;
  name_en: string;
  name_zh: string;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_TicketView = {
  items: ({
  assignee_id?: string | null;
  contact_id?: string | null;
  created_at: number;
  due_at?: number | null;
  fields: Record<string, unknown>;
  id: string;
  kind: string;
  number: number;
  opened_by: TicketActorView;
  overdue: boolean;
  priority: string;
  run_id?: string | null;
  sla: SlaDueView[];
  solved_at?: number | null;
  state: string;
  team_id?: string | null;
  text: string;
  title: string;
  updated_at: number;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_TimeInStateView = {
  items: ({
  reason?: string | null;
  spent_ms: number;
  state: PresenceState;
  times: number;
  user_id: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_TimelineItem = {
  items: ({
  conversation: ConversationView;
  subject: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_TokenView = {
  items: ({
  created_at: number;
  expires_at?: number | null;
  id: string;
  last_used_at?: number | null;
  name: string;
  scopes: Scope[];
  service: boolean;
  user_id: string;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_TrainingFinding = {
  items: ({
  example_ids: string[];
  example_intent_ids: string[];
  intent_ids: string[];
  intent_names: string[];
  kind: FindingKind;
  texts: string[];
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_TrialDifference = {
  items: ({
  at: number;
  conversation_id: string;
  language: Language;
  live: SaidView;
  message_id: string;
  outcome: TrialOutcome;
  spoke: Speaker;
  text: string;
  trial: SaidView;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_UserView = {
  items: ({
  capacity: number;
  connected: boolean;
  created_at: number;
  disabled: boolean;
  email: string;
  id: string;
  language: Language;
  load: number;
  must_change_password: boolean;
  name: string;
  presence: Presence;
  role: Role;
  service: boolean;
  team_ids: string[];
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_VersionStepView = {
  items: ({
  at: number;
  kind: StepKind;
  model_id: string;
  number: number;
  share_percent: number;
  taken_by: string;
  threshold: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_ViewCount = {
  items: ({
  count?: number | null;
  id: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_WebhookDeliveryView = {
  items: ({
  attempts: number;
  created_at: number;
  effect_id: string;
  event_type: string;
  last_error?: string | null;
  next_attempt_at: number;
  state: EffectState;
  webhook_id: string;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_WebhookView = {
  items: ({
  created_at: number;
  enabled: boolean;
  events: string[];
  id: string;
  paused?: WebhookPauseView | null;
  url: string;
  version: number;
})[];
  next_cursor?: string | null;
};

/** One page of a list. */
export type List_WrapUpView = {
  items: ({
  agent_id: string;
  began_at: number;
  category?: string | null;
  conversation_id: string;
  ended_at?: number | null;
  note: string;
  required: boolean;
  saved_at?: number | null;
  until_at: number;
})[];
  next_cursor?: string | null;
};

/** Money is in hundredths of the operator's currency; a limit of 0 is none. */
export type LlmLimitsView = {
  calls: number;
  has_price: boolean;
  model?: string | null;
  month_cents: number;
  month_cents_max: number;
  month_tokens: number;
  month_tokens_max: number;
  spent_cents: number;
  spent_tokens: number;
  used_up: boolean;
  version: number;
};

/** The language model that drafts and summarises. Everything goes on without it. */
export type LlmView = {
  calls: number;
  cents: number;
  cents_max: number;
  model: string;
  problem?: string | null;
  tokens: number;
  tokens_max: number;
  used_up: boolean;
};

/** One thing that happens besides the words. Whatever takes the conversation out of hand can only be the last. */
export type MacroStep = {
  do: 'add_labels';
  labels: string[];
} | {
  do: 'remove_labels';
  labels: string[];
} | {
  do: 'note';
  text: string;
} | {
  do: 'pend';
} | {
  do: 'snooze';
  minutes: number;
} | {
  do: 'to_team';
  team_id: string;
} | {
  do: 'resolve';
};

/** What stands around a mail's own text. */
export type MailView = {
  beside?: string | null;
  cc: string[];
  folded: string;
  from?: string | null;
  inline?: string[];
  mail_id: string;
  subject: string;
  to: string[];
};

/** What one thing that both say speaks for or against. */
export type MatchWeight = {
  bits: number;
  field: string;
  level: string;
};

export type MatchWeightsView = {
  contacts: number;
  contacts_min: number;
  learnt?: LearntView | null;
  levels: LevelView[];
  used: boolean;
};

/** Who is signed in, where, and on what server. */
export type MeView = {
  server: ServerView;
  tenant: TenantView;
  user: UserView;
};

/** A note that names the caller, not seen yet. */
export type MentionView = {
  at: number;
  conversation_id: string;
  message_id: string;
};

/** Two documents that began from the same one. */
export type MergeFlows = {
  base: Record<string, unknown>;
  chosen?: Record<string, unknown>;
  mine: Record<string, unknown>;
  theirs: Record<string, unknown>;
};

/** Make the conversation a part of another one. */
export type MergeInto = {
  into: string;
};

/** What kind of line of a thread a message is. Notes are private to the company. */
export type MessageKind = 'incoming' | 'outgoing' | 'note' | 'activity';

/** One message as the company's people see it. `seq` has no gaps within its conversation. */
export type MessageView = {
  author: AuthorView;
  client_msg_id?: string | null;
  content: ContentView;
  conversation_id: string;
  created_at: number;
  edited_at?: number | null;
  id: string;
  kind: MessageKind;
  recalled_at?: number | null;
  reply_to?: string | null;
  seq: number;
  state: DeliveryState;
  state_reason?: string | null;
  trace?: Record<string, unknown> | null;
};

/** A stretch of a thread, ascending by `seq`. */
export type Messages_MessageView = {
  has_more_after: boolean;
  has_more_before: boolean;
  items: ({
  author: AuthorView;
  client_msg_id?: string | null;
  content: ContentView;
  conversation_id: string;
  created_at: number;
  edited_at?: number | null;
  id: string;
  kind: MessageKind;
  recalled_at?: number | null;
  reply_to?: string | null;
  seq: number;
  state: DeliveryState;
  state_reason?: string | null;
  trace?: Record<string, unknown> | null;
})[];
};

/** A stretch of a thread, ascending by `seq`. */
export type Messages_VisitorMessage = {
  has_more_after: boolean;
  has_more_before: boolean;
  items: ({
  author: AuthorView;
  client_msg_id?: string | null;
  content: ContentView;
  conversation_id: string;
  created_at: number;
  edited_at?: number | null;
  id: string;
  kind: MessageKind;
  recalled_at?: number | null;
  reply_to?: string | null;
  seq: number;
  state: DeliveryState;
  state_reason?: string | null;
})[];
};

/** Ready: trained, never published. Shadow: reads every turn beside the live version and says nothing. Canary: answers a share of the conversations. Retired: was live. */
export type ModelState = 'ready' | 'shadow' | 'canary' | 'live' | 'retired';

/** Messages that a platform lets out in a calendar month. */
export type MonthlyQuotaView = {
  limit: number;
  used: number;
};

/** Where a mood is heading. */
export type MoodDirection = 'souring' | 'steady' | 'easing';

export type MoodTurnView = {
  at: number;
  conversation_id: string;
  corrected?: TurnCorrectionView | null;
  emotion: Emotion;
  intensity: number;
  intent_id?: string | null;
  message_id: string;
  seq: number;
  text: string;
};

/** How a customer felt over a conversation. */
export type MoodsView = {
  direction: MoodDirection;
  level: number;
  turns: MoodTurnView[];
  unhappy_turns: number;
};

export type MoveExamples = {
  ids: string[];
  intent_id: string;
};

/** A waiting run and the version it is to go on under. */
export type MoveFlowRun = {
  dry_run?: boolean;
  nodes?: Record<string, unknown>;
  version: string;
};

/** Something that a text names. */
export type NamedView = {
  confidence: number;
  name: string;
  own: boolean;
  text: string;
  value: unknown;
};

export type NewContact = {
  attributes?: Record<string, unknown>;
  email?: string | null;
  language?: Language | null;
  name?: string;
  phone?: string | null;
};

export type NewContactLink = {
  contact_id: string;
  same?: boolean;
};

export type NextBestKind = 'answer' | 'resolve' | 'begin_flow' | 'merge' | 'same_person' | 'pend';

/** One step and its reason. */
export type NextBestStep = {
  at?: number | null;
  kind: NextBestKind;
  message_id?: string | null;
  percent?: number | null;
  quote: string;
  target: string;
  title: string;
  title_en?: string | null;
};

export type NextBestView = {
  steps: NextBestStep[];
};

/** Something a flow or a ticket's service level tells the caller, until they have read it. */
export type NoticeView = {
  at: number;
  conversation_id?: string | null;
  flow_id?: string | null;
  flow_name: string;
  id: string;
  run_id?: string | null;
  text: string;
  ticket_id?: string | null;
  title: string;
};

/** A one-time password, to be changed at the next sign-in. */
export type OneTimePassword = {
  password: string;
};

export type OperationTitle = {
  en: string;
  zh: string;
};

/** What became of the call. */
export type OperationTried = {
  answer: Record<string, unknown>;
  detail: Record<string, unknown>;
  error?: string | null;
  error_zh?: string | null;
  exchange: Record<string, unknown>;
  ok: boolean;
};

/** What one operation asks for and gives. */
export type OperationView = {
  description: string;
  input: Record<string, unknown>;
  method: string;
  name: string;
  path: string;
  response?: Record<string, unknown> | null;
  retry: string;
  safe: boolean;
  title: OperationTitle;
};

/** What the other system was asked with. */
export type OrderKey = {
  value: string;
  what: string;
};

/** Somebody looked. */
export type OrderLookView = {
  at: number;
  found?: number | null;
  user_id: string;
};

/** Which operation of which connector knows orders, what it is asked with, and where in its answer things lie. Paths are names joined by dots, e.g. `data.orders`; an empty one is not there (an empty `list` is the answer itself). */
export type OrderSource = {
  connector: string;
  input: Record<string, unknown>;
  link?: string;
  list?: string;
  number: string;
  operation: string;
  placed_at?: string;
  state?: string;
  states?: OrderState[];
  title?: string;
  total?: string;
};

export type OrderSourceView = {
  source?: OrderSource | null;
  version: number;
};

/** A state's code and what people call it. */
export type OrderState = {
  code: string;
  en: string;
  zh: string;
};

export type OrderView = {
  number: string;
  placed_at: string;
  state: string;
  title: string;
  total: string;
  url?: string | null;
};

export type OrdersView = {
  asked_at?: number | null;
  asked_with: OrderKey[];
  configured: boolean;
  error?: string | null;
  items: OrderView[];
  missing?: string | null;
};

export type OutcomeCount = {
  outcome: TrialOutcome;
  turns: number;
};

export type OversightKind = 'monitor' | 'whisper' | 'take_over' | 'force_state' | 'review' | 'settle_review' | 'ask_review' | 'skip_review' | 'change_scorecard' | 'change_review_plan';

export type OversightView = {
  actor_id: string;
  actor_name: string;
  at: number;
  conversation_id?: string | null;
  id: string;
  kind: OversightKind;
  state?: string | null;
  text: string;
  user_id?: string | null;
};

export type OverviewView = {
  active: number;
  agents: AgentsByState;
  encoder?: EncoderView | null;
  llm?: LlmView | null;
  longest_wait_ms?: number | null;
  now: number;
  series: Hour[];
  today: Today;
  waiting: number;
};

/** Whose a conversation is, seen by whoever asks. Agent: any person. */
export type OwnerIs = 'me' | 'agent' | 'queue' | 'bot';

export type OwnerKind = 'bot' | 'queue' | 'agent';

/** Who has the conversation: exactly one at a time. */
export type OwnerView = {
  kind: 'bot';
} | {
  kind: 'queue';
  team_id?: string | null;
} | {
  agent_id: string;
  kind: 'agent';
};

export type PageElement = {
  at: string;
  height: number;
  kind: string;
  label: string;
  options?: string[];
  width: number;
  x: number;
  y: number;
};

/** The page the customer is on, as their browser tells it. */
export type PageView = {
  title: string;
  url: string;
};

/** The page a visitor is on. */
export type PageVisit = {
  title?: string;
  url: string;
};

export type PageVisitView = {
  at: number;
  title: string;
  url: string;
};

/** One entry of the tenant's log, for people. `seq` grows by exactly one. */
export type PeopleEntry = {
  at: number;
  changes: ChangeView_MessageView_ConversationView[];
  conversation_id?: string | null;
  seq: number;
  type: EntryType;
  version?: number | null;
};

/** The answer of a long poll by a person. */
export type PeoplePoll = {
  entries: PeopleEntry[];
  reload: boolean;
  seq: number;
};

/** What a person can do, beside teams and capacity. */
export type PersonSkillsView = {
  channels: ChannelLimitView[];
  languages: Language[];
  skills: SkillView[];
  user_id: string;
};

export type PersonSuggestion = {
  contact: ContactView;
  probability: number;
  weights: MatchWeight[];
};

export type PersonView = {
  contacts: ContactView[];
  id: string;
  links: ContactLinkView[];
  suggestions: PersonSuggestion[];
};

/** Views to keep beside the list, in this order. */
export type PinViews = {
  ids: string[];
};

/** One's own draft, frozen now as a version, to go live later. */
export type PlanFlow = {
  due_at: number;
  note: string;
  revision: number;
};

export type PolicyView = {
  changed_at: number;
  changed_by: string;
  note: string;
  policy: Record<string, unknown>;
  revision: number;
  version: number;
};

export type Presence = 'online' | 'busy' | 'offline';

/** Everybody's state, and what they may be busy with. */
export type PresenceBoard = {
  people: PresenceNow[];
  reasons: BusyReasonView[];
};

/** A colleague's state since when. */
export type PresenceNow = {
  reason?: string | null;
  since: number;
  state: PresenceState;
  user_id: string;
};

/** The state a person is in. `wrap_up`: writes up what is done and gets no new work. */
export type PresenceState = 'online' | 'busy' | 'wrap_up' | 'offline';

export type PreviewArticle = {
  body: string;
};

/** An expression or a template and what it would be given. */
export type PreviewExpression = {
  kind: string;
  text: string;
  values?: Record<string, unknown>;
};

/** How urgent people say a conversation is. */
export type Priority = 'low' | 'normal' | 'high' | 'urgent';

/** RFC 9457 problem details. */
export type Problem = {
  code: string;
  detail: string;
  errors?: FieldProblem[] | null;
  request_id: string;
  status: number;
  title: string;
  type: string;
};

/** A category in use. */
export type ProductCategory = {
  name: string;
  own_en: string;
  own_zh: string;
  products: number;
  title_en: string;
  title_zh: string;
};

/** A form of a product, sold by itself. */
export type ProductVariant = {
  options: Record<string, unknown>;
  price_cents: number;
  sku: string;
  stock?: number;
};

export type ProductView = {
  accessories: string[];
  attributes: Record<string, unknown>;
  category: string;
  created_at: number;
  id: string;
  name_en: string;
  name_zh: string;
  price_cents: number;
  sku: string;
  stock: number;
  variants: ProductVariant[];
  version: number;
};

/** What importing a file of products does. Nothing is written where a row is wrong. */
export type ProductsImported = {
  added: number;
  changed: number;
  unchanged: number;
  written: boolean;
  wrong: WrongRow[];
};

export type PromoteFlow = {
  note?: string;
};

/** An article as customers read it. */
export type PublicArticle = {
  html: string;
  language: Language;
  title: string;
};

export type PublishFlow = {
  note: string;
  revision: number;
};

export type PublishModel = {
  threshold?: number | null;
};

export type PublishPolicy = {
  note?: string;
  revision: number;
};

export type PutPersonSkills = {
  channels?: ChannelLimitView[];
  languages?: Language[];
  skills?: SkillView[];
};

/** Makes a secret, or changes one: an absent value stays as it is. */
export type PutSecret = {
  hosts: string[];
  note?: string;
  value?: string | null;
};

export type PutTicketKind = {
  due_ms?: number | null;
  fields?: TicketFieldView[];
  name_en: string;
  name_zh: string;
  version?: number;
};

/** A visitor's place in the queue. */
export type QueuePlaceView = {
  expected_wait_ms?: number | null;
  likely_max_ms?: number | null;
  position: number;
};

export type QueueView = {
  name: string;
  oldest_at?: number | null;
  service_level: ShareView;
  team_id?: string | null;
  waiting: number;
};

export type RankedIntent = {
  intent_id: string;
  name: string;
  probability: number;
};

/** An OpenAPI 3.0 or 3.1 description, as text or by address. */
export type ReadDescription = {
  base_url?: string | null;
  document?: string | null;
  url?: string | null;
};

/** A document as text. */
export type ReadFlow = {
  text: string;
};

/** How far somebody has read. */
export type ReadUpTo = {
  seq: number;
};

/** What a trained version makes of a text. */
export type ReadingView = {
  accepted: boolean;
  in_scope: number;
  model: number;
  ranked: RankedIntent[];
  score: number;
  threshold: number;
  words: TellingWord[];
};

/** A step to be done now. */
export type RecordStep = {
  input?: Record<string, unknown>;
  step: Record<string, unknown>;
};

/** What came of the steps there were, and the recording that goes on from there. */
export type RecordingBegun = {
  id?: string | null;
  played: RoutineRehearsed;
};

/** A routine that need not be stored; it is played now, with everything it does. */
export type RehearseRoutine = {
  base_url: string;
  hosts?: string[];
  input?: Record<string, unknown>;
  routine: Record<string, unknown>;
};

export type RehearsedStep = {
  error?: string | null;
  error_zh?: string | null;
  picture?: string | null;
  step: string;
  took_ms: number;
};

export type RenameToken = {
  name: string;
};

export type RepairText = {
  en?: string;
  zh?: string;
};

/** One of the occasions. */
export type RepairView = {
  built_in_en: string;
  built_in_zh: string;
  en: string;
  name: string;
  places: string[];
  zh: string;
};

export type RepairsView = {
  flows: Record<string, unknown>;
  items: RepairView[];
  silence_minutes: number;
  version: number;
};

/** How much may still be said to a customer before they write again. */
export type ReplyWindowView = {
  closes_at?: number | null;
  left?: number | null;
  limited: boolean;
  month?: MonthlyQuotaView | null;
  only_in_call: boolean;
  open: boolean;
  opened_by: string[];
  session?: string | null;
  templates: string[];
};

export type ReportBy = 'agent' | 'team' | 'inbox' | 'channel' | 'intent' | 'language' | 'handoff' | 'wrap_up' | 'day' | 'week' | 'month' | 'hour';

export type ReportGroup = {
  figures: FiguresView;
  key?: string | null;
  name: string;
};

export type ReportLetter = {
  active: boolean;
  by: ReportBy;
  day?: number;
  inbox_id: string;
  language: Language;
  minute: number;
  name: string;
  only_agent_id?: string | null;
  only_inbox_id?: string | null;
  only_team_id?: string | null;
  range: ReportRange;
  recipient_ids: string[];
};

/** What is reported, and how often: the last day, week (from Monday) or month that is over. */
export type ReportRange = 'day' | 'week' | 'month';

export type ReportScheduleView = {
  created_at: number;
  created_by: string;
  error?: string | null;
  failed_at?: number | null;
  failures: number;
  id: string;
  letter: ReportLetter;
  next_at: number;
  sent_at?: number | null;
  version: number;
};

export type ReportView = {
  follow_up_ms: number;
  from: number;
  groups: ReportGroup[];
  heat: number[][];
  service_target_ms: number;
  time_zone: string;
  to: number;
  total: FiguresView;
};

/** Where the client left off: `seq` for people; `conversation_id` and `version` for visitors. */
export type Resume = {
  conversation_id?: string | null;
  seq?: number | null;
  version?: number | null;
};

export type RetryFlowRun = {
  step?: string | null;
};

/** `yes` or `no`, `1` to `5`, an option's key, or `na`. */
export type ReviewAnswer = {
  note?: string;
  value: string;
};

export type ReviewDetail = {
  form: ScoreForm;
  form_version: number;
  review: ReviewView;
};

/** Which conversations are drawn, and for whom. */
export type ReviewPlanRule = {
  active: boolean;
  every: DrawEvery;
  first: DrawFirst;
  inbox_ids?: string[];
  messages_min: number;
  name: string;
  per_agent: number;
  resolved_only: boolean;
  reviewer_ids?: string[];
  scorecard_id: string;
  team_ids?: string[];
};

export type ReviewPlanView = {
  created_at: number;
  id: string;
  next_at: number;
  rule: ReviewPlanRule;
  version: number;
};

export type ReviewState = 'open' | 'submitted' | 'appealed' | 'settled' | 'skipped';

export type ReviewView = {
  agent_id: string;
  answers: Record<string, unknown>;
  appeal?: string | null;
  appealed_at?: number | null;
  asked_by?: string | null;
  asked_why: string;
  begun: boolean;
  conversation_id: string;
  drawn_at: number;
  fatal: boolean;
  first_score_x100?: number | null;
  id: string;
  note: string;
  opened_at: number;
  reviewer_id?: string | null;
  score_x100?: number | null;
  scorecard_id: string;
  scorecard_version: number;
  settled_at?: number | null;
  settlement?: string | null;
  skip_reason?: string | null;
  skipped_at?: number | null;
  state: ReviewState;
  submitted_at?: number | null;
  version: number;
};

/** What a message said before it was edited or recalled. */
export type RevisionView = {
  content: ContentView;
  message_id: string;
  replaced_at: number;
  replaced_by: AuthorView;
};

/** How many events were given another try. */
export type Revived = {
  revived: number;
};

export type RiskView = {
  agent_id?: string | null;
  breached: boolean;
  contact_id: string;
  contact_name: string;
  conversation_id: string;
  due_at?: number | null;
  metric: string;
};

/** What can be used on a page. Places are in pixels of the picture. */
export type RobotPage = {
  elements: PageElement[];
  height: number;
  title: string;
  url: string;
  width: number;
};

export type Role = 'agent' | 'supervisor' | 'admin';

export type RollBackFlow = {
  note: string;
  number: number;
};

/** Another value; hosts and note stay. */
export type RotateSecret = {
  value: string;
};

/** Accepted or declined by `to` before `until`; then the next person is asked. */
export type RoutedOfferView = {
  at: number;
  to: string;
  until: number;
};

/** What came of it. */
export type RoutineRehearsed = {
  answer: Record<string, unknown>;
  error?: string | null;
  error_zh?: string | null;
  ok: boolean;
  page?: RobotPage | null;
  steps: RehearsedStep[];
};

/** The policy that routes now, and the draft. */
export type RoutingView = {
  draft?: PolicyView | null;
  live: PolicyView;
  template: Record<string, unknown>;
};

export type RunKind = 'training' | 'evaluation' | 'backtest';

export type RunState = 'running' | 'done' | 'cancelled' | 'failed';

export type RunView = {
  backtest?: BacktestView | null;
  done: number;
  ended_at?: number | null;
  evaluation?: EvaluationView | null;
  id: string;
  kind: RunKind;
  of: number;
  started_at: number;
  started_by: string;
  state: RunState;
  training?: TrainedView | null;
};

/** What a version makes of a turn and would say to it. */
export type SaidView = {
  intent: string;
  intent_id?: string | null;
  person: boolean;
  probability: number;
  text: string;
};

/** One language of an article, whole. */
export type SaveArticle = {
  body?: string;
  category?: string;
  next_flow?: string | null;
  questions?: string[];
  scope?: ArticleScope | null;
  state?: ArticleState | null;
  title: string;
};

/** What holds for the articles of a category. */
export type SaveArticleCategory = {
  next_flow: string;
};

export type SaveDraft = {
  policy: Record<string, unknown>;
  revision: number;
};

export type SaveFlowDraft = {
  base_hash?: string | null;
  document: Record<string, unknown>;
  revision: number;
};

/** A source, whole: to add one, and to replace what it says. */
export type SaveSource = {
  category?: string;
  enabled: boolean;
  interval_minutes: number;
  kind: SourceKind;
  language?: Language | null;
  name: string;
  places?: string[];
  publish?: boolean;
};

export type SaveTeam = {
  name: string;
};

/** A named filter over conversations. */
export type SavedView = {
  audience: AudienceView;
  created_at: number;
  filter: ConversationFilter;
  id: string;
  maker_id: string;
  may_change: boolean;
  name: string;
  pinned: boolean;
  sort: ViewSort;
  version: number;
};

/** How far a token reaches; each includes those before it. */
export type Scope = 'read' | 'write' | 'admin';

export type ScoreForm = {
  en: string;
  note?: string;
  sections: ScoreSection[];
  zh: string;
};

export type ScoreOption = {
  en: string;
  key: string;
  points: number;
  zh: string;
};

export type ScoreReview = {
  answers: Record<string, unknown>;
  form_version: number;
  note?: string;
  submit?: boolean;
};

export type ScoreSection = {
  criteria: Criterion[];
  en: string;
  zh: string;
};

/** One version of a form. Every change makes another; reviews keep the version they were scored with. */
export type ScorecardView = {
  changed_at: number;
  changed_by: string;
  form: ScoreForm;
  id: string;
  version: number;
};

export type SearchHit = {
  at: number;
  conversation_id?: string | null;
  id: string;
  kind: HitKind;
  snippet: string;
  title: string;
};

export type SecretView = {
  secret: string;
};

/** What a person writes. */
export type SendKind = 'outgoing' | 'note';

/** A person's message or note. */
export type SendMessage = {
  attachments?: string[];
  canned_response?: string | null;
  client_msg_id: string;
  force?: boolean;
  format?: Format | null;
  kind?: SendKind;
  mentions?: string[];
  reply_to?: string | null;
  suggestion?: string | null;
  template?: string | null;
  text?: string;
};

export type SendWhisper = {
  text: string;
};

export type ServerView = {
  demo: boolean;
  time: number;
  translates_into: string[];
  version: string;
};

/** Examples to test with instead of learning from them, or the other way about. */
export type SetAside = {
  ids: string[];
  test: boolean;
};

/** A mail of an e-mail inbox that became no message. */
export type SetAsideMailView = {
  error?: string | null;
  id: string;
  nature: string;
  people: string[];
  received_at: number;
  subject: string;
};

/** What the site tells about its visitor. Not proof of anything: claims stay claims until a user token proves them. */
export type SetAttributes = {
  attributes?: Record<string, unknown>;
  email?: string | null;
  name?: string | null;
  phone?: string | null;
};

/** The whole new set of labels. */
export type SetLabels = {
  labels: string[];
};

export type SetPresence = {
  presence: Presence;
  reason?: string | null;
};

export type SetPriority = {
  priority: Priority;
};

/** A conflict that is none, in a person's judgement. */
export type SettleConflict = {
  key: string;
};

export type SettleItems = {
  message_ids: string[];
};

export type SettleReview = {
  answers?: Record<string, unknown> | null;
  text: string;
};

/** `part` of `of`. */
export type ShareView = {
  of: number;
  part: number;
};

export type SideScore = {
  accuracy: number;
  answered: number;
  intents: IntentScore[];
  number: number;
  seen: number;
  threshold: number;
  wrong: number;
};

export type SignInRequest = {
  email: string;
  password: string;
  tenant?: string | null;
};

export type SignalFlowRun = {
  id: string;
  name: string;
  payload?: unknown;
};

/** Something happened; who waits for it is found by what it is about. */
export type SignalFlows = {
  id: string;
  keep_minutes?: number | null;
  name: string;
  payload: Record<string, unknown>;
};

export type SignedInView = {
  user: UserView;
};

/** A document and what happens to it in a simulation. */
export type SimulateFlow = {
  document: Record<string, unknown>;
  script?: Record<string, unknown>;
};

export type SimulatePolicy = {
  policy?: Record<string, unknown> | null;
};

/** The same past arrivals with the live policy and with the other one. The reports are those of `qingniao routing simulate`. */
export type SimulationView = {
  arrivals: number;
  as_lived: boolean;
  from: number;
  live: Record<string, unknown>;
  other: Record<string, unknown>;
  people: number;
  to: number;
};

export type SkillView = {
  level: number;
  skill: string;
};

export type SkipReview = {
  reason: string;
};

/** One promise of a service level, of a conversation or a ticket. Screens count down to `due_at` themselves. */
export type SlaDueView = {
  breached: boolean;
  done_at?: number | null;
  due_at?: number | null;
  metric: string;
  paused: boolean;
  warn_at?: number | null;
};

/** At risk: past the warning of a service level, not yet broken. */
export type SlaIs = 'at_risk' | 'breached';

/** Set aside until a time. */
export type Snooze = {
  until: number;
};

/** Where folders of documents may lie. */
export type SourceFolders = {
  enabled: boolean;
  own: string;
};

export type SourceKind = 'urls' | 'folder';

/** Which of two versions answered the customer. */
export type Speaker = 'live' | 'trial';

/** Work on some messages in a conversation of their own. */
export type SplitOff = {
  messages: string[];
  team_id?: string | null;
};

export type SpreadView = {
  count: number;
  max_ms?: number | null;
  mean_ms?: number | null;
  median_ms?: number | null;
  p90_ms?: number | null;
};

export type StartBacktest = {
  conversations?: number | null;
  model_id: string;
};

/** An agent writes first. */
export type StartConversation = {
  client_msg_id?: string | null;
  contact_id: string;
  inbox_id: string;
  text: string;
};

export type StartEvaluation = {
  against_id?: string | null;
  model_id?: string | null;
};

/** Start a run by hand or from another program. */
export type StartFlowRun = {
  conversation_id?: string | null;
  event?: unknown;
  input?: Record<string, unknown>;
};

export type StartTrial = {
  share_percent?: number | null;
  threshold?: number | null;
};

/** Where a conversation stands. */
export type Status = 'open' | 'pending' | 'snoozed' | 'resolved';

export type StepKind = 'trained' | 'shadow' | 'canary' | 'withdrawn' | 'published' | 'rolled_back' | 'taken_off';

export type StoredSecretView = {
  changed_at: number;
  created_at: number;
  created_by: string;
  hosts: string[];
  name: string;
  note: string;
  used_at?: number | null;
};

export type SuggestionSource = 'article' | 'canned' | 'product' | 'draft';

/** An answer to insert, never sent by itself. */
export type SuggestionView = {
  article_ids: string[];
  confidence: number;
  internal: boolean;
  key: string;
  language: Language;
  source: SuggestionSource;
  text: string;
  title: string;
};

/** Customers' messages for which an agent was offered answers and has since replied, by what became of the offer. */
export type SuggestionsToday = {
  accepted: number;
  edited: number;
  ignored: number;
  used_share?: number | null;
};

export type SuggestionsView = {
  can_draft: boolean;
  items: SuggestionView[];
  seq: number;
};

/** A conversation in a few lines. */
export type SummaryView = {
  by_model: boolean;
  reason?: string | null;
  text: string;
};

export type SwitchFlow = {
  note?: string;
};

/** What one look at a source found and did. */
export type SyncReportView = {
  counts: ImportCountsView;
  documents: number;
  ended_at: number;
  failed: FailedDocumentView[];
  problem?: UnreadView | null;
  removed: number;
  started_at: number;
  unchanged: number;
};

export type TakeOver = {
  reason: string;
};

/** What somebody who asked for work got. */
export type TakenNext = {
  conversation?: ConversationView | null;
};

export type TalkView = {
  agent_id?: string | null;
  contact_id: string;
  contact_name: string;
  conversation_id: string;
  last_text: string;
  waiting_since?: number | null;
};

export type TeamView = {
  created_at: number;
  id: string;
  name: string;
  version: number;
};

/** A part of the text; the weights say which spoke louder, no more. */
export type TellingWord = {
  text: string;
  weight: number;
};

export type TenantView = {
  id: string;
  language: Language;
  name: string;
  time_zone: string;
};

/** Who did it. */
export type TicketActorView = {
  id: string;
  kind: string;
  name: string;
};

/** How many tickets that are not over wait for the caller. */
export type TicketCounts = {
  mine: number;
  team_unassigned: number;
};

/** A ticket with the conversations it is about. */
export type TicketDetail = {
  conversation_ids: string[];
  ticket: TicketView;
};

/** One line of a ticket's history. */
export type TicketEventView = {
  at: number;
  by: TicketActorView;
  changed: Record<string, unknown>;
  note: string;
  seq: number;
  what: string;
};

export type TicketFieldView = {
  choices?: string[];
  en: string;
  kind: string;
  name: string;
  required?: boolean;
  zh: string;
};

/** A kind of ticket: what is asked for. */
export type TicketKindView = {
  built_in: boolean;
  due_ms?: number | null;
  fields: TicketFieldView[];
  id: string;
  name_en: string;
  name_zh: string;
  version: number;
};

/** A ticket: work that outlives a conversation. */
export type TicketView = {
  assignee_id?: string | null;
  contact_id?: string | null;
  created_at: number;
  due_at?: number | null;
  fields: Record<string, unknown>;
  id: string;
  kind: string;
  number: number;
  opened_by: TicketActorView;
  overdue: boolean;
  priority: string;
  run_id?: string | null;
  sla: SlaDueView[];
  solved_at?: number | null;
  state: string;
  team_id?: string | null;
  text: string;
  title: string;
  updated_at: number;
  version: number;
};

/** One tie, standing or undone. */
export type TieView = {
  at: number;
  from: string;
  id: string;
  kind: string;
  made_by: string;
  made_name: string;
  seqs: number[];
  to: string;
  undone_at?: number | null;
  undone_by?: string | null;
};

/** All ties of a conversation and of its parts. */
export type TiesView = {
  borrowed: MessageView[];
  conversations: ConversationView[];
  ties: TieView[];
};

/** How long a person was in a state for a reason. */
export type TimeInStateView = {
  reason?: string | null;
  spent_ms: number;
  state: PresenceState;
  times: number;
  user_id: string;
};

/** One conversation of a person's timeline. */
export type TimelineItem = {
  conversation: ConversationView;
  subject: string;
};

/** What a category is called; without words in either language it has no title of its own. */
export type TitleCategory = {
  en?: string;
  zh?: string;
};

export type Today = {
  bot_messages: number;
  bot_resolved: number;
  bot_resolved_share?: number | null;
  conversations: number;
  handoffs: number;
  incoming: number;
  outgoing: number;
  resolved: number;
  suggestions: SuggestionsToday;
};

/** Of conversations begun since midnight in the tenant's time zone. */
export type TodayView = {
  abandoned: ShareView;
  bot_only: ShareView;
  conversations: number;
  first_response_median_ms?: number | null;
  service_level: ShareView;
  service_target_ms: number;
};

export type TokenCreated = TokenView & {
  secret?: string | null;
};

export type TokenView = {
  created_at: number;
  expires_at?: number | null;
  id: string;
  last_used_at?: number | null;
  name: string;
  scopes: Scope[];
  service: boolean;
  user_id: string;
  version: number;
};

/** The version that came of a training; what it was measured to do is in its report. */
export type TrainedView = {
  examples: number;
  model_id: string;
  number: number;
  took_ms: number;
};

/** Something about the examples that makes the version worse. */
export type TrainingFinding = {
  example_ids: string[];
  example_intent_ids: string[];
  intent_ids: string[];
  intent_names: string[];
  kind: FindingKind;
  texts: string[];
};

/** Measured by cross-validation: on examples the version had not seen. */
export type TrainingReport = {
  accuracy: number;
  confusions: IntentConfusion[];
  curve: CurvePoint[];
  encoder?: string | null;
  findings: TrainingFinding[];
  folds: number;
  intents: IntentScore[];
  macro_f1: number;
  threshold: number;
  took_ms: number;
};

/** To one agent (who may accept or decline) or to a team's queue: exactly one of the two. */
export type Transfer = {
  note?: string;
  reason?: string | null;
  to_agent_id?: string | null;
  to_team_id?: string | null;
};

export type TransferReasonView = {
  en?: string;
  key: string;
  zh: string;
};

export type TransferReasonsView = {
  items: TransferReasonView[];
  version: number;
};

/** An offered transfer that waits for its answer. */
export type TransferView = {
  at: number;
  from: string;
  note: string;
  to: string;
};

/** Into which language a message is translated. */
export type TranslateInto = {
  language: string;
};

/** Words that are not sent yet. */
export type TranslateText = {
  language: string;
  text: string;
};

export type TranslationView = {
  language: string;
  text: string;
};

/** A turn the two versions do not understand alike. */
export type TrialDifference = {
  at: number;
  conversation_id: string;
  language: Language;
  live: SaidView;
  message_id: string;
  outcome: TrialOutcome;
  spoke: Speaker;
  text: string;
  trial: SaidView;
};

/** Same: understood alike. Alike: understood otherwise, and yet the same would be said. Other: both are sure, of different intents. Gained: only the version on trial is sure. Lost: only the live one is. */
export type TrialOutcome = 'same' | 'alike' | 'other' | 'gained' | 'lost';

export type TrialTally = {
  handed_over: number;
  missed: number;
  outcome: TrialOutcome;
  spoke: Speaker;
  turns: number;
};

/** What a trial has shown so far. Counting follows the conversations by a second or so. */
export type TrialView = {
  against: number;
  model_id: string;
  number: number;
  share_percent: number;
  state: ModelState;
  tallies: TrialTally[];
};

/** How a text was read, and what the bot would do. */
export type TriedView = {
  bot: AskView;
  entities: NamedView[];
  reading?: ReadingView | null;
  took_us: number;
};

/** One's own draft on trial, or another share for the version that is. */
export type TryFlow = {
  note?: string;
  revision?: number | null;
  share_percent: number;
};

/** A text to read. */
export type TryIntents = {
  language?: Language | null;
  model_id?: string | null;
  text: string;
};

/** One call, now, as a flow would make it. */
export type TryOperation = {
  input?: Record<string, unknown>;
  timeout_ms?: number | null;
};

/** What a person said about a turn; null is as the bot read it. */
export type TurnCorrectionView = {
  at: number;
  corrected_by: string;
  emotion?: string | null;
  intent_id?: string | null;
};

/** Why a document could not be read, in both languages. */
export type UnreadView = {
  code: string;
  en: string;
  zh: string;
};

/** What changes; everything absent stays. */
export type UpdateCannedResponse = {
  actions?: MacroStep[] | null;
  shortcut?: string | null;
  text?: string | null;
};

/** What changes; everything absent stays. */
export type UpdateConnector = {
  auth?: Record<string, unknown> | null;
  base_url?: string | null;
  document?: string | null;
  enabled?: boolean | null;
  headers?: Record<string, unknown> | null;
  operations?: Record<string, unknown>[] | null;
  read_tools?: boolean;
  robot?: Record<string, unknown> | null;
  smtp?: Record<string, unknown> | null;
  sql?: Record<string, unknown> | null;
  success?: Record<string, unknown> | null;
  title?: string | null;
};

/** What changes; everything absent stays. `found_by` is replaced whole. */
export type UpdateEntity = {
  found_by?: FoundBy | null;
  label?: string | null;
  name?: string | null;
};

export type UpdateFlow = {
  name: string;
};

/** What changes; everything absent stays. Inside `widget` too; `hours` and `channel_settings` are replaced whole. */
export type UpdateInbox = {
  bot_enabled?: boolean | null;
  channel_settings?: Record<string, unknown> | null;
  hours?: BusinessHours | null;
  language?: Language | null;
  name?: string | null;
  reopen_window_ms?: number | null;
  team_id?: string | null;
  widget?: WidgetPatch | null;
};

/** What changes; everything absent stays. */
export type UpdateIntent = {
  description?: string | null;
  name?: string | null;
  only_in_topic?: boolean | null;
  reply?: IntentReply | null;
  topic?: string | null;
};

/** What changes; everything absent stays. A label that conversations carry keeps its name. */
export type UpdateLabel = {
  color?: string | null;
  name?: string | null;
};

/** What a person may change about themselves. */
export type UpdateMe = {
  capacity?: number | null;
  language?: Language | null;
  name?: string | null;
};

/** What changes; everything absent stays. `attributes`, `accessories` and `variants` are replaced whole. */
export type UpdateProduct = {
  accessories?: string[] | null;
  attributes?: Record<string, unknown> | null;
  category?: string | null;
  name_en?: string | null;
  name_zh?: string | null;
  price_cents?: number | null;
  sku?: string | null;
  stock?: number | null;
  variants?: ProductVariant[] | null;
};

/** What changes; everything absent stays. */
export type UpdateTicket = {
  assignee_id?: string | null;
  due_at?: number | null;
  fields?: Record<string, unknown>;
  note?: string | null;
  priority?: string | null;
  state?: string | null;
  team_id?: string | null;
  text?: string | null;
  title?: string | null;
};

/** What changes; everything absent stays. */
export type UpdateUser = {
  capacity?: number | null;
  disabled?: boolean | null;
  email?: string | null;
  language?: Language | null;
  name?: string | null;
  role?: Role | null;
  team_ids?: string[] | null;
};

/** What changes; everything absent stays. */
export type UpdateView = {
  audience?: AudienceView | null;
  filter?: ConversationFilter | null;
  name?: string | null;
  sort?: ViewSort | null;
};

/** What changes; everything absent stays. */
export type UpdateWebhook = {
  enabled?: boolean | null;
  events?: string[] | null;
  paused?: boolean | null;
  url?: string | null;
};

export type UseMatchWeights = {
  used: boolean;
};

/** A new person, or a reset: the only time the one-time password is shown. */
export type UserCreated = UserView & {
  password?: string | null;
};

/** A person who signs in. */
export type UserView = {
  capacity: number;
  connected: boolean;
  created_at: number;
  disabled: boolean;
  email: string;
  id: string;
  language: Language;
  load: number;
  must_change_password: boolean;
  name: string;
  presence: Presence;
  role: Role;
  service: boolean;
  team_ids: string[];
  version: number;
};

/** One step in a version's life, and who took it. */
export type VersionStepView = {
  at: number;
  kind: StepKind;
  model_id: string;
  number: number;
  share_percent: number;
  taken_by: string;
  threshold: number;
};

export type ViewCount = {
  count?: number | null;
  id: string;
};

export type ViewSort = 'recent' | 'oldest_waiting';

/** The contact behind a visitor. */
export type VisitorContact = {
  id: string;
  identified: boolean;
  name: string;
};

/** A conversation as its customer sees it. */
export type VisitorConversation = {
  agent_name?: string | null;
  agent_read_seq: number;
  contact_read_seq: number;
  csat_given: boolean;
  id: string;
  last_seq: number;
  owner_kind: OwnerKind;
  queue?: QueuePlaceView | null;
  status: Status;
  version: number;
};

/** One entry of a conversation, for its customer. `version` grows by exactly one. */
export type VisitorEntry = {
  at: number;
  changes: ChangeView_VisitorMessage_VisitorConversation[];
  conversation_id: string;
  type: EntryType;
  version: number;
};

/** What was said is on disk, and the bot has not come to it yet. */
export type VisitorKept = {
  client_msg_id: string;
  kept: boolean;
};

/** One message as its customer sees it. */
export type VisitorMessage = {
  author: AuthorView;
  client_msg_id?: string | null;
  content: ContentView;
  conversation_id: string;
  created_at: number;
  edited_at?: number | null;
  id: string;
  kind: MessageKind;
  recalled_at?: number | null;
  reply_to?: string | null;
  seq: number;
  state: DeliveryState;
  state_reason?: string | null;
};

/** The answer of a long poll by a visitor. */
export type VisitorPoll = {
  conversation_id?: string | null;
  entries: VisitorEntry[];
  reload: boolean;
  version: number;
};

/** A visitor's message: text, attachments, or a pressed button. */
export type VisitorSendMessage = {
  attachments?: string[];
  button?: string | null;
  client_msg_id: string;
  language?: Language | null;
  page?: PageVisit | null;
  reply_to?: string | null;
  text?: string;
};

/** The message as it was stored, and the conversation it belongs to. */
export type VisitorSent = {
  conversation: VisitorConversation;
  message: VisitorMessage;
};

/** Whether and how long the visitor waits. */
export type WaitView = {
  expected_wait_ms?: number | null;
  likely_max_ms?: number | null;
  open: boolean;
  opens_at?: number | null;
  position?: number | null;
  queued: boolean;
};

export type WallboardView = {
  agents: AgentNow[];
  now: number;
  queues: QueueView[];
  risks: RiskView[];
  talks: TalkView[];
  today: TodayView;
};

/** A new endpoint with the secret its deliveries are signed with (Standard Webhooks). */
export type WebhookCreated = WebhookView & {
  secret?: string | null;
};

/** One series of attempts to bring one event to one endpoint. */
export type WebhookDeliveryView = {
  attempts: number;
  created_at: number;
  effect_id: string;
  event_type: string;
  last_error?: string | null;
  next_attempt_at: number;
  state: EffectState;
  webhook_id: string;
};

/** Since when and why nothing is sent although the endpoint is enabled. Events that waited are kept until it is resumed. */
export type WebhookPauseView = {
  at: number;
  reason: string;
};

/** An endpoint without its secret. */
export type WebhookView = {
  created_at: number;
  enabled: boolean;
  events: string[];
  id: string;
  paused?: WebhookPauseView | null;
  url: string;
  version: number;
};

/** How an inbox's widget looks and greets. */
export type WidgetConfig = {
  ai_mark_en: string;
  ai_mark_zh: string;
  color: string;
  csat: boolean;
  device_links: boolean;
  greeting_en: string;
  greeting_zh: string;
  inbox_key: string;
  open: boolean;
  opens_at?: number | null;
  position: string;
  require_identity: boolean;
  suggestions_en: string[];
  suggestions_zh: string[];
  title_en: string;
  title_zh: string;
};

/** What changes; everything absent stays. */
export type WidgetPatch = {
  ai_mark_en?: string | null;
  ai_mark_zh?: string | null;
  allow_webview?: boolean | null;
  allowed_domains?: string[] | null;
  color?: string | null;
  csat?: boolean | null;
  csat_by_message?: boolean | null;
  device_links?: boolean | null;
  greeting_en?: string | null;
  greeting_zh?: string | null;
  position?: string | null;
  require_identity?: boolean | null;
  suggestions_en?: string[] | null;
  suggestions_zh?: string[] | null;
  title_en?: string | null;
  title_zh?: string | null;
};

/** `*_zh` and `*_en` are shown by the visitor's language. */
export type WidgetSettings = {
  ai_mark_en: string;
  ai_mark_zh: string;
  allow_webview: boolean;
  allowed_domains: string[];
  color: string;
  csat: boolean;
  csat_by_message: boolean;
  device_links: boolean;
  greeting_en: string;
  greeting_zh: string;
  position: string;
  require_identity: boolean;
  suggestions_en: string[];
  suggestions_zh: string[];
  title_en: string;
  title_zh: string;
};

/** A category of the form; those without children can be chosen. */
export type WrapUpCategory = {
  children?: WrapUpCategory[];
  en: string;
  key: string;
  zh: string;
};

/** The form, and the inboxes that ask for it. */
export type WrapUpFormView = {
  categories: WrapUpCategory[];
  inboxes: Record<string, unknown>;
  version: number;
};

export type WrapUpTermsView = {
  required: boolean;
  seconds: number;
};

/** Somebody was asked to write up a conversation. */
export type WrapUpView = {
  agent_id: string;
  began_at: number;
  category?: string | null;
  conversation_id: string;
  ended_at?: number | null;
  note: string;
  required: boolean;
  saved_at?: number | null;
  until_at: number;
};

export type WriteLinkPolicy = {
  link?: number | null;
  suggest?: number | null;
  version: number;
};

export type WriteLlmLimits = {
  month_cents: number;
  month_tokens: number;
  version: number;
};

/** All of the company's own words; what is not named, or empty, is built-in. */
export type WriteRepairs = {
  flows?: Record<string, unknown>;
  silence_minutes: number;
  texts: Record<string, unknown>;
  version: number;
};

export type WriteWrapUp = {
  category?: string | null;
  note?: string;
};

/** A row that cannot be taken. */
export type WrongRow = {
  column: string;
  en: string;
  line: number;
  zh: string;
};
