// The pinyin dictionary once it has loaded; null until then.
import { useEffect, useState } from 'react';
import { loadPinyin, type Speak } from '../model/pinyin';

export function usePinyin(enabled = true): Speak | null {
  const [speak, setSpeak] = useState<Speak | null>(null);
  useEffect(() => {
    if (!enabled) return;
    let gone = false;
    loadPinyin()
      .then((loaded) => {
        if (!gone) setSpeak(() => loaded);
      })
      .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [enabled]);
  return speak;
}
