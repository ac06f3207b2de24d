// Why people pass conversations on, as `/api/v1/transfer-reasons` tells and takes it.

export interface TransferReasonView {
  /** What is kept and counted; it outlives a change of the names. */
  key: string;
  zh: string;
  en: string;
}

export interface TransferReasonsView {
  items: TransferReasonView[];
  /** The version this was read at; 0: there were none. */
  version: number;
}
