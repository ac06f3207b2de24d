// Proves at compile time that the types the console works with are those of the API: the same fields, and values that fit.
// The generated ones cannot tell "always there, perhaps null" from "perhaps absent"; ours can, so they are kept, and checked here.
import type * as Ours from './api.ts';
import type * as Api from './schema.ts';

/** The names of the fields that one side has and the other has not; `never` when they agree. */
type Difference<A, B> = Exclude<keyof A, keyof B> | Exclude<keyof B, keyof A>;

/** True when the fields are the same and everything of ours may stand where the API's is. */
type Same<A, B> = [Difference<A, B>] extends [never] ? (A extends B ? true : { ours: A; api: B }) : { differs: Difference<A, B> };

/** A list of `true`; anything else is a type error that names what differs. */
export type Proof<T extends readonly true[]> = T;

export type Views = Proof<
  [
    Same<Ours.UserView, Api.UserView>,
    Same<Ours.TenantView, Api.TenantView>,
    Same<Ours.ServerView, Api.ServerView>,
    Same<Ours.TeamView, Api.TeamView>,
    Same<Ours.CannedResponseView, Api.CannedResponseView>,
    Same<Ours.LabelView, Api.LabelView>,
    Same<Ours.TokenView, Api.TokenView>,
    // The owner is a union there; here it is one shape whose ids may be missing.
    Same<Omit<Ours.ConversationView, 'owner'>, Omit<Api.ConversationView, 'owner'>>,
    Same<Ours.ConversationCounts, Api.ConversationCounts>,
    Same<Ours.BotState, Api.BotView>,
    Same<Ours.HandoffPacket, Api.HandoffView>,
    Same<Ours.TransferOffer, Api.TransferView>,
    Same<Ours.Csat, Api.CsatView>,
    Same<Ours.ContactSummary, Api.ContactBrief>,
    Same<Ours.MessageView, Api.MessageView>,
    Same<Ours.MessagePage, Api.Messages_MessageView>,
    Same<Ours.Content, Api.ContentView>,
    Same<Ours.Citation, Api.CitationView>,
    Same<Ours.RevisionView, Api.RevisionView>,
    Same<Ours.AssignmentView, Api.AssignmentView>,
    Same<Ours.SearchHit, Api.SearchHit>,
    Same<Ours.ContactView, Api.ContactView>,
    Same<Ours.IdentityView, Api.IdentityView>,
    Same<Ours.InboxView, Api.InboxView>,
    Same<Ours.WidgetSettings, Api.WidgetSettings>,
    Same<Ours.BusinessHours, Api.BusinessHours>,
    Same<Ours.ArticleView, Api.ArticleView>,
    Same<Ours.ArticleRevisionView, Api.ArticleRevisionView>,
    Same<Ours.ArticleTranslations, Api.ArticleTranslations>,
    Same<Ours.AskView, Api.AskView>,
    Same<Ours.AskCandidate, Api.AskCandidate>,
    Same<Ours.IntentExampleView, Api.IntentExampleView>,
    Same<Ours.DuplicateExample, Api.DuplicateExample>,
    Same<Ours.ExamplesAdded, Api.ExamplesAdded>,
    Same<Ours.ExamplesChanged, Api.ExamplesChanged>,
    Same<Ours.CurvePoint, Api.CurvePoint>,
    Same<Ours.IntentScore, Api.IntentScore>,
    Same<Ours.IntentConfusion, Api.IntentConfusion>,
    Same<Ours.TrainingFinding, Api.TrainingFinding>,
    Same<Ours.TrainingReport, Api.TrainingReport>,
    Same<Ours.IntentModelView, Api.IntentModelView>,
    Same<Ours.TrialTally, Api.TrialTally>,
    Same<Ours.TrialView, Api.TrialView>,
    Same<Ours.SaidView, Api.SaidView>,
    Same<Ours.TrialDifference, Api.TrialDifference>,
    Same<Ours.VersionStepView, Api.VersionStepView>,
    Same<Ours.ConfusionCell, Api.ConfusionCell>,
    Same<Ours.SideScore, Api.SideScore>,
    Same<Ours.ComparisonView, Api.ComparisonView>,
    Same<Ours.EvaluationView, Api.EvaluationView>,
    Same<Ours.BacktestTurn, Api.BacktestTurn>,
    Same<Ours.BacktestView, Api.BacktestView>,
    Same<Ours.RunView, Api.RunView>,
    Same<Ours.RankedIntent, Api.RankedIntent>,
    Same<Ours.TellingWord, Api.TellingWord>,
    Same<Ours.ReadingView, Api.ReadingView>,
    Same<Ours.TriedView, Api.TriedView>,
    Same<Ours.LearningItemView, Api.LearningItemView>,
    Same<Ours.LearningGroupView, Api.LearningGroupView>,
    Same<Ours.ItemsSettled, Api.ItemsSettled>,
    Same<Ours.IntentView, Api.IntentView>,
    Same<Ours.WebhookView, Api.WebhookView>,
    Same<Ours.WebhookDeliveryView, Api.WebhookDeliveryView>,
    Same<Ours.EffectView, Api.EffectView>,
    Same<Ours.OverviewView, Api.OverviewView>,
    Same<Ours.SuggestionView, Api.SuggestionView>,
    Same<Ours.SuggestionsView, Api.SuggestionsView>,
    Same<Ours.DraftView, Api.DraftView>,
    Same<Ours.SummaryView, Api.SummaryView>,
    Same<Ours.Problem, Api.Problem>,
    Same<Ours.FieldProblem, Api.FieldProblem>,
  ]
>;

/** Words of a closed set must be exactly the same, so that none goes unhandled. */
type SameWords<A, B> = [A] extends [B] ? ([B] extends [A] ? true : { missing: Exclude<B, A> }) : { unknown: Exclude<A, B> };

export type Words = Proof<
  [
    SameWords<Ours.Language, Api.Language>,
    SameWords<Ours.Role, Api.Role>,
    SameWords<Ours.Presence, Api.Presence>,
    SameWords<Ours.Status, Api.Status>,
    SameWords<Ours.ChannelKind, Api.ChannelKind>,
    SameWords<Ours.ArticleState, Api.ArticleState>,
    SameWords<Ours.MessageKind, Api.MessageKind>,
    SameWords<Ours.AuthorKind, Api.AuthorKind>,
    SameWords<Ours.DeliveryState, Api.DeliveryState>,
    SameWords<Ours.Evidence, Api.Evidence>,
    SameWords<Ours.ExampleSource, Api.ExampleSource>,
    SameWords<Ours.ModelState, Api.ModelState>,
    SameWords<Ours.FindingKind, Api.FindingKind>,
    SameWords<Ours.LearningReason, Api.LearningReason>,
    SameWords<Ours.EffectState, Api.EffectState>,
    SameWords<Ours.EffectKind, Api.EffectKind>,
    SameWords<Ours.Scope, Api.Scope>,
    SameWords<Ours.AskDecision, Api.AskDecision>,
    SameWords<Ours.HandoffReason, Api.HandoffReason>,
    SameWords<Ours.ActivityKey, Api.ActivityKey>,
  ]
>;
