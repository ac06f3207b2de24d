// Which page stands at which address. Conversations come with the first load, everything else when it is opened.
import type { ComponentType } from 'react';
import type { Role } from '@qingniao/shared/api';
import { ConversationsPage } from '../features/conversations';
import { lazy } from '../ui';

export interface Route {
  pattern: string;
  page: ComponentType<{ params: Record<string, string> }>;
  role: Role;
}

const ContactsPage = lazy(() => import('../features/contacts/ContactsPage'));
const KnowledgePage = lazy(() => import('../features/knowledge/KnowledgePage'));
const UnderstandingPage = lazy(() => import('../features/understanding/UnderstandingPage'));
const FlowsPage = lazy(() => import('../features/flows/FlowsPage'));
const EditorPage = lazy(() => import('../features/flows/EditorPage'));
const VersionsPage = lazy(() => import('../features/flows/VersionsPage'));
const RulesPage = lazy(() => import('../features/flows/RulesPage'));
const RunsPage = lazy(() => import('../features/flows/RunsPage'));
const RunPage = lazy(() => import('../features/flows/RunPage'));
const ApprovalsPage = lazy(() => import('../features/approvals/ApprovalsPage'));
const TicketsPage = lazy(() => import('../features/tickets/TicketsPage'));
const TicketPage = lazy(() => import('../features/tickets/TicketPage'));
const OverviewPage = lazy(() => import('../features/overview/OverviewPage'));
const ReportsPage = lazy(() => import('../features/reports/ReportsPage'));
const QualityPage = lazy(() => import('../features/quality/QualityPage'));
const ReviewPage = lazy(() => import('../features/quality/ReviewPage'));
const ScorecardPage = lazy(() => import('../features/quality/ScorecardPage'));
const FloorPage = lazy(() => import('../features/floor/FloorPage'));
const SettingsPage = lazy(() => import('../features/settings/SettingsPage'));

export const ROUTES: readonly Route[] = [
  { pattern: '/', page: ConversationsPage, role: 'agent' },
  { pattern: '/conversations/:id', page: ConversationsPage, role: 'agent' },
  { pattern: '/contacts', page: ContactsPage, role: 'agent' },
  { pattern: '/contacts/:id', page: ContactsPage, role: 'agent' },
  { pattern: '/knowledge', page: KnowledgePage, role: 'agent' },
  { pattern: '/knowledge/:id', page: KnowledgePage, role: 'agent' },
  { pattern: '/understanding', page: UnderstandingPage, role: 'agent' },
  { pattern: '/understanding/:id', page: UnderstandingPage, role: 'agent' },
  { pattern: '/flows', page: FlowsPage, role: 'agent' },
  { pattern: '/flows/:id', page: EditorPage, role: 'agent' },
  { pattern: '/flows/:id/versions', page: VersionsPage, role: 'agent' },
  { pattern: '/rules', page: RulesPage, role: 'agent' },
  { pattern: '/rules/:id', page: RulesPage, role: 'agent' },
  { pattern: '/runs', page: RunsPage, role: 'agent' },
  { pattern: '/runs/:id', page: RunPage, role: 'agent' },
  { pattern: '/approvals', page: ApprovalsPage, role: 'agent' },
  { pattern: '/tickets', page: TicketsPage, role: 'agent' },
  { pattern: '/tickets/:id', page: TicketPage, role: 'agent' },
  { pattern: '/overview', page: OverviewPage, role: 'agent' },
  { pattern: '/reports', page: ReportsPage, role: 'supervisor' },
  { pattern: '/quality', page: QualityPage, role: 'agent' },
  { pattern: '/quality/:id', page: ReviewPage, role: 'agent' },
  { pattern: '/quality/forms/:id', page: ScorecardPage, role: 'supervisor' },
  { pattern: '/floor', page: FloorPage, role: 'supervisor' },
  { pattern: '/settings', page: SettingsPage, role: 'agent' },
  { pattern: '/settings/:section', page: SettingsPage, role: 'agent' },
  { pattern: '/settings/:section/:id', page: SettingsPage, role: 'agent' },
];
