// Trying a drawing without touching anything: the server plays the whole script each time and tells all that came of it.
import { api, path } from '../../../api';
import type { FlowDocument } from '../model/document';
import type { Report, Script, TestOutcome } from './types';

export const simulate = (id: string, document: FlowDocument, script: Script) => api.post<Report>(path('/flows/{}/simulate', id), { document, script });

export const runTests = async (id: string, document: FlowDocument) => (await api.post<{ items: TestOutcome[] }>(path('/flows/{}/test', id), { document })).items;
