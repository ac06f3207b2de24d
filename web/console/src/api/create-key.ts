// The Idempotency-Key of a creation: the same while what is sent is the same (a repetition), another one once it was changed.
import { useRef } from 'react';
import { uuid } from './uuid';

export function useCreateKey(): (body: unknown) => string {
  const sent = useRef({ text: '', key: '' });
  return (body) => {
    const text = JSON.stringify(body);
    if (sent.current.text !== text) sent.current = { text, key: uuid() };
    return sent.current.key;
  };
}
