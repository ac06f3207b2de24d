// What is looked at in a message now and then: its picture, its earlier texts, how it came about. Fetched when it is first looked at.
import { Suspense, type ReactNode } from 'react';
import { lazy } from '../../../../ui';

export const Lightbox = lazy(() => import('./Lightbox').then((module) => ({ default: module.Lightbox })));
export const RevisionsDialog = lazy(() => import('./RevisionsDialog').then((module) => ({ default: module.RevisionsDialog })));
export const TraceDialog = lazy(() => import('./TraceDialog').then((module) => ({ default: module.TraceDialog })));

/** Nothing is shown while one is on its way: what lies behind must stay. */
export const Looked = ({ children }: { children: ReactNode }) => <Suspense fallback={null}>{children}</Suspense>;
