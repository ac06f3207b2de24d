import { createContext, useContext, type ReactNode } from 'react';
import { isUnder, type Fault } from '../model/faults';

const Faults = createContext<readonly Fault[]>([]);

export function FaultsProvider({ faults, children }: { faults: readonly Fault[]; children: ReactNode }) {
  return <Faults value={faults}>{children}</Faults>;
}

/** What is wrong with this very place. */
export function useFault(): (at: string) => string | undefined {
  const faults = useContext(Faults);
  return (at) => faults.find((fault) => fault.at === at)?.message;
}

/** How much is wrong at the place and below. */
export function useFaultCount(): (place: string) => number {
  const faults = useContext(Faults);
  return (place) => faults.filter((fault) => isUnder(fault.at, place)).length;
}
