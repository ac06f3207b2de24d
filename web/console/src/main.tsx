import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ApiError } from './api';
import { App } from './app/App';
import { Toaster } from './ui';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal does not become a yes by asking again; a lost connection may.
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
    // Writes are sent at once and fail in words when the line is down, never kept silently for later.
    mutations: { networkMode: 'always' },
  },
});

const root = document.getElementById('root');
if (!root) throw new Error('no #root');
createRoot(root).render(
  <StrictMode>
    {/* The policy of the page forbids style elements; what they would say is in base.css. */}
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={client}>
        <App />
        <Toaster />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
