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
  // Ended while it was still beginning.
  const ended = useRef(false);
  useEffect(() => {
    left.current = false;
    const leave = () => {
      if (current.current) close(current.current);
      current.current = null;
    };
    // A tab that is closed or loaded anew is left as well.
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      left.current = true;
      leave();
    };
  }, []);

  const begin = useMutation({
    mutationFn: (rehearsal: Rehearsal) => {
      ended.current = false;
      return beginRecording(rehearsal);
    },
    onSuccess: (begun) => {
      if (left.current || ended.current) {
        if (begun.id) close(begun.id);
        return;
      }
      current.current = begun.id;
      setId(begun.id);
      setShown(begun.id ? begun.played : null);
      setLost(false);
      step.reset();
      look.reset();
    },
  });
  const onError = (error: Error) => {
    // A step that ran when it was ended is given up.
    if (!isLost(error) || ended.current) return;
    current.current = null;
    setLost(true);
  };
  const step = useMutation({
    mutationFn: (wish: Deed) => recordStep(current.current ?? '', wish.step, wish.input),
    onSuccess: (played, wish) => {
      setShown(played);
      // Another routine may be on the screen by now.
      if (played.ok && !left.current) onDone(wish);
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
    ended.current = true;
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
