export { api, ApiError, listAll, onAuthProblem, path, request, type Query } from './client';
export { useCreateKey } from './create-key';
export * from './form';
export * from './resource';
export { uuid } from './uuid';
