// The browser that stays while somebody records: begun, shown what to do, ended with the page it is recorded on.
import { useEffect, useRef, useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { RoutineRehearsed } from '@qingniao/shared/connectors';
import { ApiError } from '../../../../api';
import { beginRecording, endRecording, lookAtRecording, recordStep, type Rehearsal } from '../../api';
import type { Deed } from '../../model/recording';

const close = (id: string) => void endRecording(id).catch(() => undefined);

/** Ended on the server: its browser died, nobody used it, or another recording was begun. */
const isLost = (error: unknown) => error instanceof ApiError && (error.status === 404 || error.code === 'recording_ended');

export function useRecorder(onDone: (done: Deed) => void) {
  const [id, setId] = useState<string | null>(null);
  const [shown, setShown] = useState<RoutineRehearsed | null>(null);
  const [lost, setLost] = useState(false);
  const current = useRef<string | null>(null);
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
      if (current.current) close(current.current);
      current.current = null;
    };
  }, []);

  const begin = useMutation({
    mutationFn: (rehearsal: Rehearsal) => beginRecording(rehearsal),
    onSuccess: (begun) => {
      if (begun.id && left.current) return close(begun.id);
      current.current = begun.id;
      setId(begun.id);
      setShown(begun.id ? begun.played : null);
      setLost(false);
      step.reset();
      look.reset();
    },
  });
  const onError = (error: Error) => {
    if (!isLost(error)) return;
    current.current = null;
    setLost(true);
  };
  const step = useMutation({
    mutationFn: (wish: Deed) => recordStep(current.current ?? '', wish.step, wish.input),
    onSuccess: (played, wish) => {
      setShown(played);
      if (played.ok) onDone(wish);
    },
    onError,
  });
  const look = useMutation({
    mutationFn: () => lookAtRecording(current.current ?? ''),
    onSuccess: (played) => {
      step.reset();
      setShown(played);
    },
    onError,
  });
  function end() {
    if (current.current) close(current.current);
    current.current = null;
    setId(null);
    setShown(null);
    setLost(false);
    begin.reset();
  }
  return { begin, step, look, end, shown, isOn: id !== null, isLost: lost };
}

export type Recording = ReturnType<typeof useRecorder>;
