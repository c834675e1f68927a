import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { Refused } from './api.ts';
import { App } from './app.tsx';
import './styles.css';

const RETRIES_MAX = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The browser's idea of being online is about the internet; the server stands in the next room.
      networkMode: 'always',
      refetchOnWindowFocus: false,
      retry: (failures, error) => !(error instanceof Refused) && failures < RETRIES_MAX,
    },
    mutations: { networkMode: 'always' },
  },
});

const root = document.querySelector('#root');
if (!root) throw new Error('the page has no root element');
createRoot(root).render(
  <QueryClientProvider client={client}>
    <App />
  </QueryClientProvider>,
);
