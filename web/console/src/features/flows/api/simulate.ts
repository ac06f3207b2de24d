// Trying a drawing without touching anything: the server plays the whole script each time and tells all that came of it.
import type { FlowReport, FlowTestOutcome } from '@qingniao/shared/flow';
import { api, path } from '../../../api';
import type { FlowDocument } from '../model/document';
import type { Script } from './types';

export const simulate = (id: string, document: FlowDocument, script: Script) => api.post<FlowReport>(path('/flows/{}/simulate', id), { document, script });

export const runTests = async (id: string, document: FlowDocument) => (await api.post<{ items: FlowTestOutcome[] }>(path('/flows/{}/test', id), { document })).items;
